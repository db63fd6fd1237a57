//! Colours and sizes of what is made.

use super::{making::Size, *};
use image::{ImageBuffer, ImageEncoder, Luma, Rgb};
use moxcms::ColorProfile;

/// The same scene twice: its colours as sRGB, and as Adobe RGB with the profile.
const SRGB: &[u8] = include_bytes!("files/srgb.jpg");
const ADOBE: &[u8] = include_bytes!("files/adobe.jpg");
/// Black and white dots.
const DITHERED: &[u8] = include_bytes!("files/bw1.png");

fn made(bytes: &[u8]) -> image::RgbImage {
    let [_, full] = <[Vec<u8>; 2]>::try_from(making::make(Task::Page, bytes).unwrap()).unwrap();
    image::load_from_memory(&full).unwrap().to_rgb8()
}

/// Returns the largest difference of the mean colours in a grid of 4 by 4.
fn difference(one: &image::RgbImage, other: &image::RgbImage) -> u32 {
    assert_eq!(one.dimensions(), other.dimensions());
    let small = |picture| image::imageops::thumbnail(picture, 4, 4);
    let one = small(one);
    let other = small(other);
    let pairs = one.as_raw().iter().zip(other.as_raw());
    pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).max().unwrap()
}

#[test]
fn colours_of_adobe_rgb_are_shown_as_they_are() {
    let far = difference(&made(SRGB), &made(ADOBE));
    assert!(far <= 4, "{far} of 255");
}

/// Makes a green PNG with a profile, of 8 or 16 bits.
fn png_with(profile: &ColorProfile, color: [u8; 3], deep: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
    if deep {
        let pixel = Rgb(color.map(|c| u16::from(c) * 257));
        let picture: ImageBuffer<Rgb<u16>, _> = ImageBuffer::from_pixel(40, 30, pixel);
        DynamicImage::ImageRgb16(picture).write_with_encoder(encoder).unwrap();
    } else {
        let picture = image::RgbImage::from_pixel(40, 30, Rgb(color));
        DynamicImage::ImageRgb8(picture).write_with_encoder(encoder).unwrap();
    }
    bytes
}

/// The wanted values are those that 128, 153, 102 of each space have in sRGB.
/// They are computed from the published primaries and curves.
#[test]
fn wide_profiles_of_either_depth_are_converted() {
    for (profile, wanted) in [
        (ColorProfile::new_srgb(), [128, 153, 102]),
        (ColorProfile::new_adobe_rgb(), [116, 154, 99]),
        (ColorProfile::new_display_p3(), [121, 154, 96]),
        (ColorProfile::new_pro_photo_rgb(), [133, 174, 111]),
    ] {
        for deep in [false, true] {
            let picture = made(&png_with(&profile, [128, 153, 102], deep));
            let Rgb(found) = *picture.get_pixel(20, 15);
            let far =
                found.iter().zip(wanted).map(|(a, b): (&u8, u8)| a.abs_diff(b)).max().unwrap();
            assert!(far <= 6, "{found:?}, not {wanted:?}");
        }
    }
}

#[test]
fn grey_profile_is_converted_and_a_wrong_one_is_ignored() {
    let linear = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let grey = |profile: Vec<u8>| {
        let mut bytes = Vec::new();
        let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile).unwrap();
        let picture: ImageBuffer<Luma<u8>, _> = ImageBuffer::from_pixel(40, 30, Luma([55]));
        DynamicImage::ImageLuma8(picture).write_with_encoder(encoder).unwrap();
        made(&bytes).get_pixel(20, 15)[0]
    };
    let shown = grey(linear);
    assert!((126..=130).contains(&shown), "a fifth of the light is half the scale: {shown}");
    let ignored = grey(b"no profile at all".to_vec());
    assert!((53..=57).contains(&ignored), "{ignored}");
}

#[test]
fn dithered_picture_fits_its_bytes() {
    let made = making::make(Task::Page, DITHERED).unwrap();
    for (bytes, Size { name, most, .. }) in made.iter().zip([&making::THUMB, &making::FULL]) {
        assert!(bytes.len() <= *most, "{name}: {}", bytes.len());
    }
    let noise = image::RgbImage::from_fn(1_600, 1_600, |x, y| {
        let mixed = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).wrapping_mul(97);
        Rgb([(mixed >> 3) as u8, (mixed >> 11) as u8, (mixed >> 19) as u8])
    });
    let mut png = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(noise).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let made = making::make(Task::Page, &png.into_inner()).unwrap();
    assert!(made[0].len() <= making::THUMB.most && made[1].len() <= making::FULL.most);
}
