//! Pictures that were made before, and the storing of those made now.

use super::{
    LARGEST_FILE,
    child::{Child, Failure, refused},
    inspected::Inspected,
    known::Known,
    making::{FULL, LOGO, Size, THUMB, Task},
};
use crate::{files, shop_dir::ShopDir};
use image::ImageReader;
use shop_web::{EncodedImage, Picture};
use std::{io::Cursor, path::PathBuf};

/// Media type that pictures are encoded as.
const TYPE: &str = "image/webp";

/// A picture whose content is known by its hash.
pub(super) struct Source<'a> {
    look: &'a Inspected<'a>,
    /// The name of its content.
    content: String,
    /// Its bytes, where they had to be read.
    bytes: Option<Vec<u8>>,
}

impl<'a> Source<'a> {
    /// Finds out the content of a file, which is read if it may have changed.
    pub(super) fn of(known: &Known, look: &'a Inspected<'a>) -> Result<Self, Failure> {
        let (content, bytes) = known.content(look)?;
        Ok(Self { look, content, bytes })
    }

    /// Finds a file that is as it was when it was last read, without reading it.
    /// There is none if it has changed since.
    pub(super) fn unchanged(known: &Known, look: &'a Inspected<'a>) -> Option<Self> {
        let content = known.unchanged_content(look)?;
        Some(Self { look, content, bytes: None })
    }

    /// Returns the picture for a product's page if it was made before.
    pub(super) fn made_page(&self, dir: &ShopDir) -> Option<Picture> {
        let thumb = self.kept(dir, &THUMB)?;
        let full = self.kept(dir, &FULL)?;
        Some(Picture { thumb, full })
    }

    /// Returns the picture for the header if it was made before.
    pub(super) fn made_logo(&self, dir: &ShopDir) -> Option<EncodedImage> {
        self.kept(dir, &LOGO)
    }

    /// Returns the picture for a product's page, and whether it had to be made.
    pub(super) fn page(
        mut self,
        dir: &ShopDir,
        child: &mut Child,
    ) -> Result<(Picture, bool), Failure> {
        if let Some(picture) = self.made_page(dir) {
            return Ok((picture, false));
        }
        let [thumb, full] = child.ask(self.look.name, Task::Page, self.read()?)?;
        let thumb = self.keep(dir, &THUMB, thumb)?;
        let full = self.keep(dir, &FULL, full)?;
        Ok((Picture { thumb, full }, true))
    }

    /// Returns the picture for the header.
    pub(super) fn logo(
        mut self,
        dir: &ShopDir,
        child: &mut Child,
    ) -> Result<EncodedImage, Failure> {
        if let Some(logo) = self.made_logo(dir) {
            return Ok(logo);
        }
        let [logo] = child.ask(self.look.name, Task::Logo, self.read()?)?;
        self.keep(dir, &LOGO, logo)
    }

    fn read(&mut self) -> Result<Vec<u8>, Failure> {
        self.bytes.take().map_or_else(|| self.look.read(), Ok)
    }

    fn made(&self, dir: &ShopDir, size: &Size) -> PathBuf {
        dir.picture_cache().join(format!("{}.{}.webp", self.content, size.name))
    }

    fn kept(&self, dir: &ShopDir, size: &Size) -> Option<EncodedImage> {
        encoded(files::read(&self.made(dir, size), LARGEST_FILE).ok()?, size)
    }

    fn keep(&self, dir: &ShopDir, size: &Size, bytes: Vec<u8>) -> Result<EncodedImage, Failure> {
        let what = "the picture process could not convert it";
        let encoded = encoded(bytes, size).ok_or_else(|| refused(self.look.name, what))?;
        files::write(&self.made(dir, size), encoded.bytes(), false).map_err(Failure::Stop)?;
        Ok(encoded)
    }
}

/// Checks a picture from a child against this size; none if it does not fit.
fn encoded(bytes: Vec<u8>, size: &Size) -> Option<EncodedImage> {
    let (width, height) = ImageReader::with_format(Cursor::new(&bytes), image::ImageFormat::WebP)
        .into_dimensions()
        .ok()?;
    let fits = width <= size.width && height <= size.height && bytes.len() <= size.most;
    fits.then(|| EncodedImage::new(bytes, TYPE, (width, height)))
}
