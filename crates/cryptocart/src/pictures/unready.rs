//! Pictures of a shop that opens.
//!
//! Those made before are shown at once, and the rest is made while the shop is open, a few at a time.

use super::{
    Wanted,
    child::Child,
    inspected::Inspected,
    known::{self, Known},
    make, missing,
    ready::Source,
    several,
};
use crate::{error::CliError, files, shop_dir::ShopDir};
use shop_web::{EncodedImage, Pictures};

/// Pictures that were made before, and those that are still to be made.
pub(crate) struct Unready<'a> {
    /// Pictures that can be shown at once.
    pub(crate) pictures: Pictures,
    /// The others, in the order they are wanted.
    pub(crate) rest: Vec<Wanted<'a>>,
}

/// Reads what was made of these pictures before.
/// No picture file is read, however many there are: a file counts as unchanged by its name, size and
/// time, and all others are for [`make_some`].
///
/// # Errors
/// Files that are not there, all of them by name.
pub(crate) fn made_before<'a>(
    dir: &ShopDir,
    wanted: &[Wanted<'a>],
) -> Result<Unready<'a>, CliError> {
    files::private_folder(&dir.picture_cache())?;
    let known = Known::open(dir, known::IMAGES);
    let one = |wanted: &Wanted<'_>, _: &mut Child| {
        let look =
            Inspected::at(&dir.images(), wanted.name)?.ok_or_else(|| missing(dir, *wanted))?;
        Ok(Source::unchanged(&known, &look).and_then(|source| source.made_page(dir)))
    };
    let mut done = several::each(wanted, one)?;
    several::refuse(done.refused)?;
    done.made.sort_by_key(|(place, _)| *place);
    let mut pictures = Pictures::new();
    let mut rest = Vec::new();
    for (wanted, (_, made)) in wanted.iter().zip(done.made) {
        match made {
            Some(picture) => pictures.insert(wanted.name, picture),
            None => rest.push(*wanted),
        }
    }
    Ok(Unready { pictures, rest })
}

/// Some of a shop's pictures.
pub(crate) struct Part {
    /// Pictures by their file names.
    pub(crate) pictures: Pictures,
    /// Refusals of pictures, all of them by name.
    pub(crate) refused: Option<CliError>,
}

/// Makes some of a shop's pictures and remembers that they are made.
/// Pictures made of other files stay until [`drop_others`].
///
/// # Errors
/// Anything that keeps all pictures from being made: the disk, or a process that cannot be started.
pub(crate) fn make_some(dir: &ShopDir, wanted: &[Wanted<'_>]) -> Result<Part, CliError> {
    let (known, done) = make(dir, wanted)?;
    known.save()?;
    let mut pictures = Pictures::new();
    for (place, (picture, _)) in done.made {
        if let Some(wanted) = wanted.get(place) {
            pictures.insert(wanted.name, picture);
        }
    }
    Ok(Part { pictures, refused: several::refuse(done.refused).err() })
}

/// Removes what was made of other files than these, the shop's pictures.
pub(crate) fn drop_others(dir: &ShopDir, names: &[&str]) -> Result<(), CliError> {
    Known::open(dir, known::IMAGES).keep_only(dir, &names.iter().copied().collect())
}

/// Returns the picture for the header if it was made before and its file is as it was.
pub(crate) fn logo_if_made(dir: &ShopDir, name: &str) -> Option<EncodedImage> {
    let look = Inspected::at(&dir.theme(), name).ok().flatten()?;
    let known = Known::open(dir, known::THEME);
    Source::unchanged(&known, &look)?.made_logo(dir)
}
