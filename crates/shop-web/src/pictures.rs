//! The catalogue's pictures, ready to be sent.

use crate::file_path::file_path;
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
    /// Small picture for boards and lists, about 240 pixels wide and 3 KB.
    pub thumb: EncodedImage,
    /// Large picture for the product's own page, about 640 pixels wide.
    pub full: EncodedImage,
}

/// A picture file that was encoded by us, so that it carries no metadata.
#[derive(Clone)]
pub struct EncodedImage {
    pub(crate) bytes: Bytes,
    pub(crate) media_type: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Path of the file. Made once: thousands of pictures take a while to go through.
    pub(crate) path: String,
}

impl Pictures {
    /// Returns an empty set of pictures.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a picture under the name the catalogue uses.
    pub fn insert(&mut self, name: impl Into<String>, picture: Picture) {
        self.by_name.insert(name.into(), picture);
    }

    /// Adds all of these.
    pub fn extend(&mut self, others: Self) {
        self.by_name.extend(others.by_name);
    }

    /// Returns the picture of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Picture> {
        self.by_name.get(name)
    }

    /// Returns the number of pictures.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_name.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Picture)> {
        self.by_name.iter().map(|(name, picture)| (name.as_str(), picture))
    }

    /// Returns every image.
    pub(crate) fn into_images(self) -> impl Iterator<Item = EncodedImage> {
        self.by_name.into_values().flat_map(|picture| [picture.thumb, picture.full])
    }
}

impl EncodedImage {
    /// Makes an image of this type (such as `image/webp`, never SVG), of this size in pixels.
    #[must_use]
    pub fn new(bytes: Vec<u8>, media_type: &'static str, (width, height): (u32, u32)) -> Self {
        let path = file_path("i", &bytes, media_type);
        Self { bytes: bytes.into(), media_type, width, height, path }
    }

    /// Returns the bytes of the file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }
}

impl std::fmt::Debug for EncodedImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EncodedImage({} {}x{})", self.media_type, self.width, self.height)
    }
}
