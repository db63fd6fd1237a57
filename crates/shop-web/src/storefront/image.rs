//! A picture as templates see it.

use crate::{
    page::{Address, view},
    pictures::EncodedImage,
};

view! {
    /// A picture as templates see it.
    #[derive(Clone)]
    pub(crate) struct Image {
        /// Address of the file, or the picture itself.
        pub(super) src: Address,
        pub(super) width: u32,
        pub(super) height: u32,
    }
}

impl Image {
    /// Builds a picture that is a file.
    pub(super) fn file(image: &EncodedImage) -> Self {
        let EncodedImage { path, width, height, .. } = image;
        Self { src: Address::from_path(path.clone()), width: *width, height: *height }
    }
}
