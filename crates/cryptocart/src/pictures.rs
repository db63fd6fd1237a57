//! Pictures of the seller, made ready to serve.
//!
//! They are decoded, scaled and encoded again, so that nothing but pixels is left of the file (no
//! EXIF, no GPS, no thumbnail, no trailing bytes).
//!
//! Made pictures are kept under `state/pictures` by the file's content, so that only an unseen
//! picture costs time at start.
//!
//! Invariant: no byte of a seller's picture is decoded in this process. That is done by a child
//! that can reach nothing and may take little ([`child`], [`role`]); where all is ready there is
//! none.

mod child;
mod colours;
mod foreign;
mod inspected;
mod known;
mod making;
mod process;
mod ready;
pub(crate) mod role;
mod several;
mod unready;
mod wire;

pub(crate) use process::{last_words, start_through};
pub(crate) use unready::{Part, drop_others, logo_if_made, made_before, make_some};

use self::{child::Failure, inspected::Inspected, known::Known, making::Task, ready::Source};
use crate::{error::CliError, files, shop_dir::ShopDir};
use shop_web::{EncodedImage, Picture, Pictures};
use std::path::Path;

/// Largest picture file (`security.md`, section 4).
const LARGEST_FILE: u64 = 10 * 1024 * 1024;

/// The pictures of a shop.
pub(crate) struct Ready {
    pub(crate) pictures: Pictures,
    /// Number of pictures not seen before.
    pub(crate) made: usize,
}

/// A picture that is named in the catalogue.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    /// The file's name in `images/`.
    pub(crate) name: &'a str,
    /// The first product that names it.
    pub(crate) product: &'a str,
}

/// Reads these pictures of a shop, making what is not made yet.
/// One that is refused keeps none of the others from being made; the error names all of them.
pub(crate) fn load(dir: &ShopDir, wanted: &[Wanted<'_>]) -> Result<Ready, CliError> {
    let (known, done) = make(dir, wanted)?;
    known.keep(dir, &wanted.iter().map(|wanted| wanted.name).collect())?;
    several::refuse(done.refused)?;
    let mut pictures = Pictures::new();
    let mut made = 0;
    for (place, (picture, is_new)) in done.made {
        made += usize::from(is_new);
        if let Some(wanted) = wanted.get(place) {
            pictures.insert(wanted.name, picture);
        }
    }
    Ok(Ready { pictures, made })
}

/// Each picture with a flag: true if it had to be made.
type Made = several::Done<(Picture, bool)>;

fn make(dir: &ShopDir, wanted: &[Wanted<'_>]) -> Result<(Known, Made), CliError> {
    files::private_folder(&dir.picture_cache())?;
    let known = Known::open(dir, known::IMAGES);
    let one = |wanted: &Wanted<'_>, child: &mut child::Child| {
        let look =
            Inspected::at(&dir.images(), wanted.name)?.ok_or_else(|| missing(dir, *wanted))?;
        Source::of(&known, &look)?.page(dir, child)
    };
    let done = several::each(wanted, one)?;
    Ok((known, done))
}

fn missing(dir: &ShopDir, Wanted { name, product }: Wanted<'_>) -> Failure {
    let mut what = format!("product {product:?}, images: images/{name} does not exist");
    if let Some(similar) = files::similar(&dir.images(), name) {
        what.push_str(&similar);
    }
    let hint = "add the picture, or remove its name from catalog.json";
    Failure::Refused(CliError::misconfigured(what).hint(hint))
}

/// Returns a picture for the header, of at most 8 KB.
/// It is at most 96 px high, twice what it is shown at.
pub(crate) fn logo(dir: &ShopDir, name: &str) -> Result<EncodedImage, CliError> {
    let look = Inspected::at(&dir.theme(), name).map_err(Failure::into_error)?;
    let look = look.ok_or_else(|| {
        let similar = files::similar(&dir.theme(), name).unwrap_or_default();
        CliError::misconfigured(format!("theme/{name} does not exist{similar}"))
    })?;
    files::private_folder(&dir.picture_cache())?;
    let known = Known::open(dir, known::THEME);
    let logo = Source::of(&known, &look)
        .and_then(|source| source.logo(dir, &mut child::Child::default()))
        .map_err(Failure::into_error)?;
    known.keep(dir, &[name].into())?;
    Ok(logo)
}

/// A copy of a picture, as `import` makes it: at most 1,600 px, without metadata.
pub(crate) struct Copy {
    pub(crate) extension: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Makes copies of these files of a folder, in their order, or says why there is none.
pub(crate) fn copies(
    folder: &Path,
    names: &[&str],
) -> Result<Vec<Result<Copy, CliError>>, CliError> {
    let one = |name: &&str, child: &mut child::Child| {
        let look = Inspected::at(folder, name)?;
        let look = look.ok_or_else(|| child::refused(name, "it does not exist"))?;
        let [bytes] = child.ask(name, Task::Copy, look.read()?)?;
        let extension = if bytes.starts_with(b"\x89PNG") { "png" } else { "jpg" };
        Ok(Copy { extension, bytes })
    };
    let done = several::each(names, one)?;
    let made = done.made.into_iter().map(|(place, copy)| (place, Ok(copy)));
    let refused = done.refused.into_iter().map(|(place, error)| (place, Err(error)));
    let mut all: Vec<_> = made.chain(refused).collect();
    all.sort_by_key(|(place, _)| *place);
    Ok(all.into_iter().map(|(_, copy)| copy).collect())
}

/// Returns true if a folder entry looks like a picture file.
pub(crate) fn is_picture(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    ["jpg", "jpeg", "png", "webp", "gif"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests;
