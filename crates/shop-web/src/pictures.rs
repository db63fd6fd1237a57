//! The catalogue's pictures, ready to be sent.

use axum::body::Bytes;
use std::collections::HashMap;

/// Picture files by the name the catalogue uses for them.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    by_name: HashMap<String, Picture>,
}

/// One picture in the two sizes pages need.
#[derive(Clone, Debug)]
pub struct Picture {
    /// About 240 pixels wide and 3 KB, for boards and lists.
    pub thumb: EncodedImage,
    /// About 640 pixels wide, for the product's own page.
    pub full: EncodedImage,
}

/// A picture file that was encoded by us, so that it carries no metadata.
#[derive(Clone)]
pub struct EncodedImage {
    /// The file.
    pub bytes: Bytes,
    /// Its type, such as `image/webp`. Never SVG.
    pub media_type: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Pictures {
    /// No pictures.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a picture under the name the catalogue uses.
    pub fn insert(&mut self, name: impl Into<String>, picture: Picture) {
        self.by_name.insert(name.into(), picture);
    }

    /// The picture of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Picture> {
        self.by_name.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Picture)> {
        self.by_name.iter().map(|(name, picture)| (name.as_str(), picture))
    }

    /// Every image.
    pub(crate) fn into_images(self) -> impl Iterator<Item = EncodedImage> {
        self.by_name.into_values().flat_map(|picture| [picture.thumb, picture.full])
    }
}

impl std::fmt::Debug for EncodedImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncodedImage({} {}x{})", self.media_type, self.width, self.height)
    }
}
