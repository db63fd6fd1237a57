//! Pictures and style written into a page rather than kept beside it as files.
//!
//! Over Tor a file that a page brings along costs a round trip, and a new connection another one
//! before it; bytes cost next to nothing until the circuit's first window is full. So the page a
//! stranger sees first comes whole: `docs/adr/0007-storefront.md` has the figures.

use super::image::Image;
use crate::{
    page::{Address, Html},
    pictures::EncodedImage,
};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

/// Number of bytes of pictures that are written into one page.
/// With page and style sheet they fit into the first window of a circuit, 61,752 bytes. Pictures
/// beyond that stay beside the page.
const ROOM: usize = 40_000;

/// A style sheet as it stands in a page.
pub(crate) struct InlineStyle {
    /// The element.
    pub(super) element: Html,
    /// Hash that stands for it in the page's policy.
    pub(super) hash: String,
}

impl InlineStyle {
    /// Writes a style sheet. Returns nothing for one that an element could not hold.
    pub(super) fn of(css: &str) -> Option<Self> {
        let element = Html::new(format!("<style>{css}</style>"));
        let hash = BASE64.encode(&Sha256::digest(css));
        (!css.contains("</")).then_some(Self { element, hash })
    }
}

/// Space left for pictures in a page.
pub(super) struct InlineBudget(usize);

impl InlineBudget {
    /// Returns no space: all pictures stay beside the page.
    pub(super) const fn none() -> Self {
        Self(0)
    }

    /// Returns the space of a page that a stranger may see first.
    pub(super) const fn of_first_view() -> Self {
        Self(ROOM)
    }

    /// Returns the picture as it stands in the page, if there is room for it.
    pub(super) fn take(&mut self, image: &EncodedImage) -> Option<Image> {
        self.0 = self.0.checked_sub(image.bytes.len())?;
        let EncodedImage { media_type, bytes, width, height, .. } = image;
        let src = Address::from_data(media_type, &BASE64.encode(bytes));
        Some(Image { src, width: *width, height: *height })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(bytes: usize) -> EncodedImage {
        EncodedImage::new(vec![7; bytes], "image/webp", (240, 180))
    }

    #[test]
    fn pictures_are_written_in_while_there_is_room() {
        let mut room = InlineBudget::of_first_view();
        assert!(room.take(&image(ROOM - 10)).is_some());
        assert!(room.take(&image(11)).is_none());
        assert!(room.take(&image(10)).is_some());
        assert!(InlineBudget::none().take(&image(1)).is_none());
    }

    /// The hash is that of the words between the tags (RFC 6234 has this one's digest).
    #[test]
    fn a_style_sheet_goes_with_its_hash() {
        let style = InlineStyle::of("abc").unwrap();
        assert_eq!(minijinja::Value::from(style.element).to_string(), "<style>abc</style>");
        assert_eq!(style.hash, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
        assert!(InlineStyle::of("a{content:'</style>'}").is_none());
    }
}
