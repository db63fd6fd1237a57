//! Colours of pictures: pages show sRGB.
//!
//! Cameras, phones and editors write others beside their profile.

use image::{DynamicImage, ImageBuffer};
use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};
use std::sync::Arc;

/// Converts a picture from the colours of its ICC profile to sRGB.
/// One with a profile that cannot be read, or that is for other pixels than it has, is shown as
/// browsers do: as it is.
pub(super) fn to_srgb(picture: DynamicImage, profile: &[u8]) -> DynamicImage {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else { return picture };
    converted(&picture, &profile).unwrap_or(picture)
}

fn converted(picture: &DynamicImage, from: &ColorProfile) -> Option<DynamicImage> {
    let width = picture.width();
    let height = picture.height();
    let has_alpha = picture.color().has_alpha();
    let is_grey = !picture.color().has_color();
    let (layout, to) = match (from.color_space, is_grey, has_alpha) {
        (DataColorSpace::Gray, true, false) => (Layout::Gray, Layout::Rgb),
        (DataColorSpace::Gray, true, true) => (Layout::GrayAlpha, Layout::Rgba),
        (DataColorSpace::Rgb, _, false) => (Layout::Rgb, Layout::Rgb),
        (DataColorSpace::Rgb, _, true) => (Layout::Rgba, Layout::Rgba),
        _ => return None,
    };
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let is_deep = picture.color().bytes_per_pixel() > picture.color().channel_count();
    if is_deep {
        let transform = from.create_transform_16bit(layout, &srgb, to, options).ok()?;
        let source = match layout {
            Layout::Gray => picture.to_luma16().into_raw(),
            Layout::GrayAlpha => picture.to_luma_alpha16().into_raw(),
            Layout::Rgb => picture.to_rgb16().into_raw(),
            _ => picture.to_rgba16().into_raw(),
        };
        let pixels = apply(&transform, &source, width, height, to).ok()?;
        return if has_alpha {
            ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba16)
        } else {
            ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb16)
        };
    }
    let transform = from.create_transform_8bit(layout, &srgb, to, options).ok()?;
    let source = match layout {
        Layout::Gray => picture.to_luma8().into_raw(),
        Layout::GrayAlpha => picture.to_luma_alpha8().into_raw(),
        Layout::Rgb => picture.to_rgb8().into_raw(),
        _ => picture.to_rgba8().into_raw(),
    };
    let pixels = apply(&transform, &source, width, height, to).ok()?;
    if has_alpha {
        ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8)
    } else {
        ImageBuffer::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8)
    }
}

fn apply<V: Copy + Default>(
    transform: &Arc<dyn TransformExecutor<V> + Send + Sync>,
    source: &[V],
    width: u32,
    height: u32,
    to: Layout,
) -> Result<Vec<V>, CmsError> {
    let channels = if to == Layout::Rgba { 4 } else { 3 };
    let mut pixels = vec![V::default(); width as usize * height as usize * channels];
    transform.transform(source, &mut pixels)?;
    Ok(pixels)
}
