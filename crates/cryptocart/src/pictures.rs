//! The seller's pictures, made ready to serve: decoded, scaled and encoded anew, so that nothing
//! but pixels is left of the file (no EXIF, no GPS, no thumbnail, no trailing bytes).
//!
//! What was made is kept under `state/pictures` by the file's name, size and time, so that only an
//! unseen file costs time at start.

use crate::{
    error::{CliError, WhileIo},
    files,
    shop_dir::ShopDir,
};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};
use shop_core::kind::Kind;
use shop_web::{EncodedImage, Picture, Pictures};
use std::{
    io::Cursor,
    num::NonZero,
    os::unix::fs::MetadataExt,
    panic::resume_unwind,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

/// What pictures are encoded as.
const TYPE: &str = "image/webp";
/// Largest picture file.
const LARGEST_FILE: u64 = 10 * 1024 * 1024;
/// Largest picture, in pixels of one side; 20 megapixels are 5,000 x 4,000.
const LONGEST_SIDE: u32 = 8_000;
/// Largest picture once decoded.
const LARGEST_DECODED: u64 = 160 * 1024 * 1024;

/// How many are made or read at once: one is waited for by the disk while another is worked on, but
/// each that is made takes [`LARGEST_DECODED`] at worst.
const MOST_AT_ONCE: usize = 4;

/// The pictures of a shop.
pub(crate) struct Ready {
    pub(crate) pictures: Pictures,
    /// How many were not seen before.
    pub(crate) made: usize,
}

/// A size pages use: longest side in pixels, most bytes, qualities to try (best first).
struct Size {
    name: &'static str,
    side: u32,
    most: usize,
    qualities: [f32; 5],
}

const THUMB: Size =
    Size { name: "thumb", side: 240, most: 4_000, qualities: [62.0, 50.0, 38.0, 26.0, 12.0] };
const FULL: Size =
    Size { name: "full", side: 640, most: 35_000, qualities: [78.0, 66.0, 54.0, 40.0, 20.0] };

const LOGO: Size =
    Size { name: "logo", side: 480, most: 8_000, qualities: [90.0, 78.0, 62.0, 45.0, 25.0] };

/// Reads these pictures of a shop, making what is not made yet.
pub(crate) fn load(dir: &ShopDir, names: &[&str]) -> Result<Ready, CliError> {
    files::private_folder(&dir.picture_cache())?;
    let (next, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let one = |name: &str| -> Result<Picture, CliError> {
        if let Some(picture) = cached(dir, name)? {
            return Ok(picture);
        }
        made.fetch_add(1, Ordering::Relaxed);
        make(dir, name)
    };
    let some = || -> Result<Vec<(&str, Picture)>, CliError> {
        let mut done = Vec::new();
        while let Some(name) = names.get(next.fetch_add(1, Ordering::Relaxed)) {
            // Nobody begins another one when one is refused.
            let stop = |_: &_| next.store(names.len(), Ordering::Relaxed);
            done.push((*name, one(name).inspect_err(stop)?));
        }
        Ok(done)
    };
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(MOST_AT_ONCE)).map(|_| scope.spawn(some)).collect();
        let own = some();
        let others =
            others.into_iter().map(|other| other.join().unwrap_or_else(|e| resume_unwind(e)));
        std::iter::once(own).chain(others).collect()
    });
    let mut pictures = Pictures::new();
    for part in parts {
        for (name, picture) in part? {
            pictures.insert(name, picture);
        }
    }
    Ok(Ready { pictures, made: made.into_inner() })
}

/// Decodes a picture file and encodes it anew as a JPEG of at most 1,600 px, without metadata:
/// what `import` puts into `images/`.
pub(crate) fn clean_copy(bytes: &[u8], name: &str) -> Result<Vec<u8>, CliError> {
    let picture = decode(bytes, name)?;
    let picture = fit(&picture, 1_600);
    let mut out = Vec::new();
    let encoded = if picture.color().has_alpha() {
        picture.write_to(&mut Cursor::new(&mut out), image::ImageFormat::Png)
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 88);
        picture.to_rgb8().write_with_encoder(encoder)
    };
    encoded.map_err(|error| CliError::new(Kind::Bug, format!("encoding {name}: {error}")))?;
    Ok(out)
}

/// A picture for the header: at most 96 px high, twice what it is shown at, and 8 KB.
pub(crate) fn logo(path: &Path, name: &str) -> Result<EncodedImage, CliError> {
    let picture = decode(&files::read(path, LARGEST_FILE)?, name)?;
    let scaled = if picture.width() > LOGO.side || picture.height() > 96 {
        picture.resize(LOGO.side, 96, FilterType::Lanczos3)
    } else {
        picture
    };
    encode(&scaled, &LOGO)
}

/// Whether [`clean_copy`] makes a PNG of it.
pub(crate) fn copy_extension(bytes: &[u8], name: &str) -> Result<&'static str, CliError> {
    Ok(if decode(bytes, name)?.color().has_alpha() { "png" } else { "jpg" })
}

fn cached(dir: &ShopDir, name: &str) -> Result<Option<Picture>, CliError> {
    let stem = cache_stem(dir, name)?;
    let part = |size: &Size| -> Option<EncodedImage> {
        let path = dir.picture_cache().join(format!("{stem}.{}.webp", size.name));
        let bytes = files::read(&path, LARGEST_FILE).ok()?;
        let size = ImageReader::with_format(Cursor::new(&bytes), image::ImageFormat::WebP)
            .into_dimensions()
            .ok()?;
        Some(EncodedImage::new(bytes, TYPE, size))
    };
    Ok(part(&THUMB).zip(part(&FULL)).map(|(thumb, full)| Picture { thumb, full }))
}

fn make(dir: &ShopDir, name: &str) -> Result<Picture, CliError> {
    let bytes = files::read(&dir.images().join(name), LARGEST_FILE)?;
    let picture = decode(&bytes, name)?;
    let picture = Picture { thumb: encode(&picture, &THUMB)?, full: encode(&picture, &FULL)? };
    let stem = cache_stem(dir, name)?;
    for (size, encoded) in [(&THUMB, &picture.thumb), (&FULL, &picture.full)] {
        let path = dir.picture_cache().join(format!("{stem}.{}.webp", size.name));
        files::write(&path, encoded.bytes(), false)?;
    }
    Ok(picture)
}

fn cache_stem(dir: &ShopDir, name: &str) -> Result<String, CliError> {
    let path = dir.images().join(name);
    let meta = std::fs::metadata(&path).doing_io(|| format!("looking for {}", path.display()))?;
    Ok(format!("{name}.{}-{}-{}", meta.len(), meta.mtime(), meta.mtime_nsec()))
}

fn decode(bytes: &[u8], name: &str) -> Result<DynamicImage, CliError> {
    let bad = |error: &dyn std::fmt::Display| {
        CliError::misconfigured(format!("the picture {name} cannot be read: {error}"))
            .hint("use a JPEG, PNG, WebP or GIF of at most 10 MiB and 20 megapixels")
    };
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| bad(&e))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(LARGEST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| bad(&e))?;
    let turned = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| bad(&e))?;
    picture.apply_orientation(turned);
    Ok(picture)
}

fn encode(picture: &DynamicImage, size: &Size) -> Result<EncodedImage, CliError> {
    let picture = fit(picture, size.side);
    let (width, height) = (picture.width(), picture.height());
    let pixels = picture.to_rgba8();
    let rgb = picture.to_rgb8();
    let encoder = if picture.color().has_alpha() {
        webp::Encoder::from_rgba(&pixels, width, height)
    } else {
        webp::Encoder::from_rgb(&rgb, width, height)
    };
    let mut bytes = Vec::new();
    for quality in size.qualities {
        bytes = encoder.encode(quality).to_vec();
        if bytes.len() <= size.most {
            break;
        }
    }
    Ok(EncodedImage::new(bytes, TYPE, (width, height)))
}

/// Scaled down to fit a square; never up.
fn fit(picture: &DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        return picture.clone();
    }
    picture.resize(side, side, FilterType::Lanczos3)
}

/// Whether a folder entry looks like a picture file.
pub(crate) fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["jpg", "jpeg", "png", "webp", "gif"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(with_exif: bool) -> Vec<u8> {
        let pixels = image::RgbImage::from_fn(900, 600, |x, y| {
            image::Rgb([(x % 256) as u8, (y % 256) as u8, ((x * y) % 256) as u8])
        });
        let mut bytes = Vec::new();
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)
            .encode_image(&DynamicImage::ImageRgb8(pixels))
            .unwrap();
        if with_exif {
            let secret = b"Exif\0\0II*\0 GPS 45.5017N CANARY";
            let mut segment = vec![0xff, 0xe1, 0, (secret.len() + 2) as u8];
            segment.extend_from_slice(secret);
            bytes.splice(2..2, segment);
            bytes.extend_from_slice(b"CANARY after the end");
        }
        bytes
    }

    fn holds(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    #[test]
    fn nothing_but_pixels_is_left() {
        let dirty = photo(true);
        assert!(holds(&dirty, b"CANARY"));
        let copy = clean_copy(&dirty, "a.jpg").unwrap();
        assert!(!holds(&copy, b"CANARY") && !holds(&copy, b"Exif"));
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::at(folder.path());
        files::private_folder(&dir.images()).unwrap();
        files::write(&dir.images().join("a.jpg"), &dirty, false).unwrap();
        let first = load(&dir, &["a.jpg"]).unwrap();
        let picture = first.pictures.named("a.jpg").unwrap();
        assert!(!holds(picture.full.bytes(), b"CANARY") && !holds(picture.thumb.bytes(), b"EXIF"));
        assert_eq!(picture.thumb.size(), (240, 160));
        assert_eq!(first.made, 1);
        let second = load(&dir, &["a.jpg"]).unwrap();
        assert_eq!(second.made, 0, "the second time it is ready");
        assert_eq!(second.pictures.named("a.jpg").unwrap().full.bytes(), picture.full.bytes());
    }

    #[test]
    fn many_are_all_there_and_one_that_is_bad_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::at(folder.path());
        files::private_folder(&dir.images()).unwrap();
        let names: Vec<String> = (0..20).map(|n| format!("{n}.png")).collect();
        for (n, name) in names.iter().enumerate() {
            let side = 10 + n as u32;
            image::RgbImage::new(side, side).save(dir.images().join(name)).unwrap();
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ready = load(&dir, &names).unwrap();
        assert_eq!(ready.made, 20);
        for (n, name) in names.iter().enumerate() {
            let side = 10 + n as u32;
            assert_eq!(ready.pictures.named(name).unwrap().full.size(), (side, side));
        }
        files::write(&dir.images().join("7.png"), b"no picture", false).unwrap();
        let refused = load(&dir, &names).err().unwrap().to_string();
        assert!(refused.contains("7.png"), "{refused}");
    }

    #[test]
    fn what_is_no_picture_is_refused_by_name() {
        let error = clean_copy(b"GIF89a nonsense", "x.gif").unwrap_err().to_string();
        assert!(error.contains("x.gif"), "{error}");
        assert!(clean_copy(&photo(false)[..300], "y.jpg").is_err());
    }
}
