//! QR codes as PNG, because Tor Browser at *Safest* shows no SVG.

use crate::png;
use qrcode::{Color, EcLevel, QrCode};

/// Pixels a module is wide, and modules of quiet around the code (ISO/IEC 18004 asks for four).
const SCALE: usize = 5;
const QUIET: usize = 4;

/// The QR code of `text`; none if the text is too long for one.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let modules = code.width();
    let dark = code.into_colors();
    let side = (modules + 2 * QUIET) * SCALE;
    Some(png::black_and_white(side, side, |x, y| {
        let (x, y) = ((x / SCALE).checked_sub(QUIET), (y / SCALE).checked_sub(QUIET));
        match (x, y) {
            (Some(x), Some(y)) if x < modules && y < modules => {
                dark.get(y * modules + x) == Some(&Color::Dark)
            }
            _ => false,
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_shows_the_code_with_quiet_around_it() {
        let text = "ethereum:0x00000000000000000000000000000000000000aa@1?value=51990000000000077";
        let image = image::load_from_memory(&png(text).unwrap()).unwrap().to_luma8();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let side = u32::try_from((code.width() + 2 * QUIET) * SCALE).unwrap();
        assert_eq!(image.dimensions(), (side, side));
        for y in 0..code.width() {
            for x in 0..code.width() {
                let at = |v: usize| u32::try_from((v + QUIET) * SCALE + SCALE / 2).unwrap();
                let dark = image.get_pixel(at(x), at(y)).0 == [0];
                assert_eq!(dark, code[(x, y)] == Color::Dark);
            }
        }
        assert_eq!(image.get_pixel(0, 0).0, [255]);
        assert!(png(text).unwrap().len() < 1_500);
    }

    #[test]
    fn text_that_fits_no_code_gives_none() {
        assert!(png(&"x".repeat(5_000)).is_none());
    }
}
