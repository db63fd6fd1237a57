//! What was made before, and keeping what is made now.

use super::{
    LARGEST_FILE,
    child::{Child, Failure, refused},
    making::{FULL, LOGO, Size, THUMB, Task},
};
use crate::{error::WhileIo, files, shop_dir::ShopDir};
use image::ImageReader;
use shop_web::{EncodedImage, Picture};
use std::{
    fs::Metadata,
    io::{Cursor, ErrorKind},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// What pictures are encoded as.
const TYPE: &str = "image/webp";

/// A picture file, looked at once: with thousands of them each look counts.
pub(super) struct Look<'a> {
    name: &'a str,
    path: PathBuf,
    meta: Metadata,
}

impl<'a> Look<'a> {
    /// None if there is no such file.
    pub(super) fn at(folder: &Path, name: &'a str) -> Result<Option<Self>, Failure> {
        let path = folder.join(name);
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_file() => Ok(Some(Self { name, path, meta })),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let doing = || format!("looking for {}", path.display());
                Err(error).doing_io(doing).map_err(Failure::Stop)
            }
        }
    }

    /// Its bytes; one that is too large is not read at all.
    pub(super) fn read(&self) -> Result<Vec<u8>, Failure> {
        if self.meta.len() > LARGEST_FILE {
            return Err(refused(self.name, "the file is larger than 10 MiB"));
        }
        files::read(&self.path, LARGEST_FILE).map_err(Failure::Refused)
    }

    fn made(&self, dir: &ShopDir, size: &Size) -> PathBuf {
        let Self { name, meta, .. } = self;
        let (bytes, seconds, nanos) = (meta.len(), meta.mtime(), meta.mtime_nsec());
        dir.picture_cache().join(format!("{name}.{bytes}-{seconds}-{nanos}.{}.webp", size.name))
    }
}

/// The picture for a product's page, if it is ready.
pub(super) fn page(dir: &ShopDir, look: &Look<'_>) -> Option<Picture> {
    let (thumb, full) = (kept(dir, look, &THUMB)?, kept(dir, look, &FULL)?);
    Some(Picture { thumb, full })
}

/// Makes it so.
pub(super) fn make_page(
    dir: &ShopDir,
    look: &Look<'_>,
    child: &mut Child,
) -> Result<Picture, Failure> {
    let [thumb, full] = child.ask(look.name, Task::Page, look.read()?)?;
    Ok(Picture { thumb: keep(dir, look, &THUMB, thumb)?, full: keep(dir, look, &FULL, full)? })
}

/// The picture for the header, if it is ready.
pub(super) fn logo(dir: &ShopDir, look: &Look<'_>) -> Option<EncodedImage> {
    kept(dir, look, &LOGO)
}

/// Makes it so.
pub(super) fn make_logo(
    dir: &ShopDir,
    look: &Look<'_>,
    child: &mut Child,
) -> Result<EncodedImage, Failure> {
    let [logo] = child.ask(look.name, Task::Logo, look.read()?)?;
    keep(dir, look, &LOGO, logo)
}

fn kept(dir: &ShopDir, look: &Look<'_>, size: &Size) -> Option<EncodedImage> {
    encoded(files::read(&look.made(dir, size), LARGEST_FILE).ok()?, size)
}

fn keep(
    dir: &ShopDir,
    look: &Look<'_>,
    size: &Size,
    bytes: Vec<u8>,
) -> Result<EncodedImage, Failure> {
    let encoded = encoded(bytes, size)
        .ok_or_else(|| refused(look.name, "the process that reads it made no picture of it"))?;
    files::write(&look.made(dir, size), encoded.bytes(), false).map_err(Failure::Stop)?;
    Ok(encoded)
}

/// What a child says is a picture of this size is looked at before it is believed.
fn encoded(bytes: Vec<u8>, size: &Size) -> Option<EncodedImage> {
    let (width, height) = ImageReader::with_format(Cursor::new(&bytes), image::ImageFormat::WebP)
        .into_dimensions()
        .ok()?;
    let fits = width <= size.width && height <= size.height;
    fits.then(|| EncodedImage::new(bytes, TYPE, (width, height)))
}
