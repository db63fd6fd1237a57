//! Files that are pictures, and not of a kind that can be used: named, with what to do.

/// Returns why a file cannot be used, by its first bytes; none if it may be a picture.
pub(super) fn refusal(bytes: &[u8]) -> Option<String> {
    if is_cmyk(bytes) {
        return Some(
            "it is a JPEG with print colours (CMYK): save it with screen colours (sRGB)".into(),
        );
    }
    let name = kind(bytes)?;
    let how = match name {
        "HEIC" => "export it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)",
        "SVG" | "PDF" => "export it as PNG",
        _ => "save it as JPEG or PNG",
    };
    Some(format!("it is really a {name} file: {how}"))
}

fn kind(bytes: &[u8]) -> Option<&'static str> {
    let brand = bytes.get(4..12).and_then(|brand| brand.strip_prefix(b"ftyp"));
    let starts = |beginning: &[u8]| bytes.starts_with(beginning);
    match brand {
        Some(b"avif" | b"avis") => return Some("AVIF"),
        Some(b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1") => {
            return Some("HEIC");
        }
        Some(_) => return Some("video"),
        None => {}
    }
    if starts(b"II*\0") || starts(b"MM\0*") {
        Some("TIFF")
    } else if starts(b"BM") {
        Some("BMP")
    } else if starts(b"%PDF") {
        Some("PDF")
    } else if starts(b"8BPS") {
        Some("Photoshop")
    } else if starts(b"\xff\x0a") || starts(b"\0\0\0\x0cJXL ") {
        Some("JPEG XL")
    } else if is_svg(bytes) {
        Some("SVG")
    } else {
        None
    }
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = bytes.get(..512).unwrap_or(bytes);
    let is_text = bytes.trim_ascii_start().starts_with(b"<");
    is_text && head.windows(4).any(|window| window == b"<svg")
}

/// Looks for the frame header of a JPEG (ITU-T T.81, B.2.2): four components are inks.
fn is_cmyk(bytes: &[u8]) -> bool {
    let Some(mut rest) = bytes.strip_prefix(b"\xff\xd8") else { return false };
    loop {
        match rest {
            [0xff, 0xff, ..] => rest = rest.get(1..).unwrap_or_default(),
            [0xff, marker, high, low, segment @ ..] => {
                let is_frame =
                    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
                if is_frame {
                    // Depth, height and width come before the number of components.
                    return segment.get(5) == Some(&4);
                }
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                rest = segment.get(length.saturating_sub(2)..).unwrap_or_default();
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_kinds_are_named_with_what_to_do() {
        for (bytes, wanted) in [
            (&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], "HEIC file: export it as JPEG"),
            (b"\0\0\0\x20ftypavif\0\0\0\0", "AVIF file"),
            (b"\0\0\0\x20ftypmp42\0\0\0\0", "video file"),
            (b"II*\0....", "TIFF file"),
            (b"BM......", "BMP file"),
            (b"%PDF-1.7", "PDF file: export it as PNG"),
            (b"<?xml version='1.0'?>\n<svg xmlns='", "SVG file"),
            (
                b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x14\x08\0\x10\0\x10\x04",
                "print colours (CMYK)",
            ),
        ] {
            let said = refusal(bytes).unwrap_or_default();
            assert!(said.contains(wanted), "{said}");
        }
    }

    #[test]
    fn known_kinds_and_rubbish_are_left_to_the_decoder() {
        for bytes in [
            &b""[..],
            b"\x89PNG\r\n\x1a\n",
            b"GIF89a",
            b"RIFF....WEBP",
            b"<p>no picture",
            b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08\0\x10\0\x10\x03",
            b"\xff\xd8\xff\xc4",
            b"\xff\xd8\xff\xe0\xff\xff",
            b"\xff\xd8\xff\xff\xff",
        ] {
            assert_eq!(refusal(bytes), None, "{bytes:?}");
        }
    }
}
