//! QR codes as PNG, because Tor Browser at *Safest* shows no SVG.

use crate::png;
use qrcode::{Color, EcLevel, QrCode};

/// Side of every picture in pixels, so that pages know it beforehand.
/// An Ether payment makes 37 modules, and six pixels each with the quiet around them fill it.
const SIDE: usize = 270;
/// Modules of quiet around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// Pixels of a module in a large picture.
const LARGE_SCALE: usize = 4;

/// Draws the QR code of `text`.
/// There is none if the text is too long for one that a phone reads off a screen.
pub(crate) fn png(text: &str) -> Option<Vec<u8>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    // Whole pixels a module, or phones see edges where there are none; what is left is quiet.
    let scale = SIDE / (code.width() + 2 * QUIET);
    if scale < 3 {
        return None;
    }
    Some(draw(code, SIDE, scale))
}

/// Draws the QR code of a long text, as large as it needs to be.
pub(crate) fn large_png(text: &str) -> Option<Vec<u8>> {
    let code = large(text)?;
    let side = side(&code);
    Some(draw(code, side, LARGE_SCALE))
}

/// Returns the side of the large picture of a text in pixels, if the text fits a code.
pub(crate) fn large_side(text: &str) -> Option<usize> {
    large(text).map(|code| side(&code))
}

/// Returns the code of a long text. Little is lost on a screen, so few pixels mend errors.
fn large(text: &str) -> Option<QrCode> {
    QrCode::with_error_correction_level(text, EcLevel::L).ok()
}

fn side(code: &QrCode) -> usize {
    LARGE_SCALE * (code.width() + 2 * QUIET)
}

fn draw(code: QrCode, side: usize, scale: usize) -> Vec<u8> {
    let modules = code.width();
    let dark = code.into_colors();
    let margin = (side - scale * modules) / 2;
    let module = |at: usize| at.checked_sub(margin).map(|at| at / scale);
    png::black_and_white(side, side, |x, y| match (module(x), module(y)) {
        (Some(x), Some(y)) if x < modules && y < modules => {
            dark.get(y * modules + x) == Some(&Color::Dark)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_shows_the_code_with_quiet_around_it() {
        let text = "ethereum:0xd24dEF0856636050cf891bEFc0Fa69eCF96C160B@1?value=51990000000000077";
        let image = image::load_from_memory(&png(text).unwrap()).unwrap().to_luma8();
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        assert_eq!(image.dimensions(), (270, 270));
        let scale = SIDE / (code.width() + 2 * QUIET);
        let margin = (SIDE - scale * code.width()) / 2;
        assert_eq!((scale, margin), (6, QUIET * scale), "nothing is wasted");
        for y in 0..code.width() {
            for x in 0..code.width() {
                let at = |v: usize| u32::try_from(margin + v * scale + scale / 2).unwrap();
                let dark = image.get_pixel(at(x), at(y)).0 == [0];
                assert_eq!(dark, code[(x, y)] == Color::Dark);
            }
        }
        assert_eq!(image.get_pixel(0, 0).0, [255]);
        assert!(png(text).unwrap().len() < 1_500);
    }

    #[test]
    fn large_picture_has_the_side_that_its_page_knows() {
        let text = "CRYPTOCART:ESCROW:".repeat(60);
        let image = image::load_from_memory(&large_png(&text).unwrap()).unwrap().to_luma8();
        let side = u32::try_from(large_side(&text).unwrap()).unwrap();
        assert_eq!(image.dimensions(), (side, side));
        assert_eq!(image.get_pixel(16, 16).0, [0], "four pixels of quiet, then the code");
        assert_eq!(image.get_pixel(15, 16).0, [255]);
        assert_eq!(large_side(&"x".repeat(4_000)), None);
    }

    #[test]
    fn text_that_fits_no_code_gives_none() {
        assert!(png(&"x".repeat(900)).is_none());
    }
}
