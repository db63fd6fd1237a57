//! Work of the child: what is made of a picture, from bytes to bytes.

use super::{colours, foreign};
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, imageops::FilterType};
use std::io::Cursor;

/// Most pixels of a picture (`security.md`, section 4).
pub(super) const MOST_PIXELS: u64 = 20_000_000;
/// Largest picture once decoded: 20 megapixels of eight bytes.
const LARGEST_DECODED: u64 = 160 * 1000 * 1000;
/// Longest side of a copy.
const COPY_SIDE: u32 = 1_600;
/// Least pixels of a side: what is smaller is a tracking pixel or a mistake.
pub(super) const LEAST_SIDE: u32 = 8;

/// Task of a child: the pictures that are to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// A thumbnail and a picture for a product's page.
    Page = 1,
    /// A picture for the header.
    Logo = 2,
    /// A JPEG of at most 1,600 px, or a PNG where the picture is transparent.
    Copy = 3,
}

impl Task {
    /// Reads a task as it was written.
    pub(super) fn from_number(number: u8) -> Option<Self> {
        [Self::Page, Self::Logo, Self::Copy].into_iter().find(|task| *task as u8 == number)
    }
}

/// A size pages use: longest sides in pixels, most bytes, qualities to try (best first).
pub(super) struct Size {
    pub(super) name: &'static str,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Most bytes.
    pub(super) most: usize,
    qualities: [f32; 5],
}

pub(super) const THUMB: Size = Size {
    name: "thumb",
    width: 240,
    height: 240,
    most: 4_000,
    qualities: [62.0, 50.0, 38.0, 26.0, 12.0],
};
pub(super) const FULL: Size = Size {
    name: "full",
    width: 640,
    height: 640,
    most: 35_000,
    qualities: [78.0, 66.0, 54.0, 40.0, 20.0],
};
pub(super) const LOGO: Size = Size {
    name: "logo",
    width: 480,
    height: 96,
    most: 8_000,
    qualities: [90.0, 78.0, 62.0, 45.0, 25.0],
};

/// Makes the pictures of a task, or says in words for the seller why not.
pub(super) fn make(task: Task, bytes: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    if let Some(why) = foreign::refusal(bytes) {
        return Err(why);
    }
    let picture = decode(bytes)?;
    Ok(match task {
        Task::Page => vec![encode(&picture, &THUMB), encode(&picture, &FULL)],
        Task::Logo => vec![encode(&picture, &LOGO)],
        Task::Copy => vec![copy(&picture)?],
    })
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| said(&e))?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(LARGEST_DECODED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| said(&e))?;
    // The header says so: nothing is decoded yet.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("it has {width} x {height} pixels, more than 20 megapixels"));
    }
    if width.min(height) < LEAST_SIDE {
        return Err(format!(
            "it has only {width} x {height} pixels, and each side needs at least {LEAST_SIDE}: is \
             it the right file?"
        ));
    }
    let profile = decoder.icc_profile().ok().flatten();
    let turned = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| said(&e))?;
    picture.apply_orientation(turned);
    match profile {
        // Nothing larger is made of it, and fewer pixels are converted.
        Some(profile) => Ok(colours::to_srgb(fit(&picture, COPY_SIDE, COPY_SIDE), &profile)),
        None => Ok(picture),
    }
}

fn copy(picture: &DynamicImage) -> Result<Vec<u8>, String> {
    let picture = fit(picture, COPY_SIDE, COPY_SIDE);
    let mut out = Vec::new();
    let encoded = if picture.color().has_alpha() {
        picture.write_to(&mut Cursor::new(&mut out), image::ImageFormat::Png)
    } else {
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 88);
        picture.to_rgb8().write_with_encoder(encoder)
    };
    encoded.map_err(|error| error.to_string())?;
    Ok(out)
}

/// Encodes in the best quality that fits, and smaller where none does.
/// The pixels of a dithered picture are noise.
fn encode(picture: &DynamicImage, size: &Size) -> Vec<u8> {
    let mut picture = fit(picture, size.width, size.height);
    loop {
        for quality in size.qualities {
            let bytes = encode_at(&picture, quality);
            if bytes.len() <= size.most {
                return bytes;
            }
        }
        let three_quarters = |side: u32| (side * 3 / 4).max(1);
        picture = fit(&picture, three_quarters(picture.width()), three_quarters(picture.height()));
    }
}

fn encode_at(picture: &DynamicImage, quality: f32) -> Vec<u8> {
    let width = picture.width();
    let height = picture.height();
    if picture.color().has_alpha() {
        webp::Encoder::from_rgba(&picture.to_rgba8(), width, height).encode(quality).to_vec()
    } else {
        webp::Encoder::from_rgb(&picture.to_rgb8(), width, height).encode(quality).to_vec()
    }
}

/// Scales a picture down to fit; never up.
fn fit(picture: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    if picture.width() <= width && picture.height() <= height {
        return picture.clone();
    }
    picture.resize(width, height, FilterType::Lanczos3)
}
