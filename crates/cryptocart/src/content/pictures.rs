//! Pictures of a shop's content, and its theme, which may have one.

use super::part::Part;
use crate::{error::CliError, load, pictures, shop_dir::ShopDir, theme};
use shop_core::catalog::Catalog;
use shop_web::Pictures;

/// Pictures that can be shown.
pub(crate) struct ReadyPictures {
    pub(crate) pictures: Pictures,
    /// Number of pictures not seen before.
    pub(crate) made: usize,
    /// True if all pictures are there.
    pub(crate) is_complete: bool,
}

/// Pictures that are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureWork {
    /// All that are not made yet.
    MakeAll,
    /// Only those made before are shown.
    MakeNone,
}

impl PictureWork {
    /// Reads the pictures that the catalogue names.
    pub(crate) fn pictures(self, dir: &ShopDir, catalog: &Catalog) -> Part<ReadyPictures> {
        let wanted = load::wanted_pictures(catalog);
        Part::new("pictures", self.read(dir, &wanted))
    }

    fn read(
        self,
        dir: &ShopDir,
        wanted: &[pictures::Wanted<'_>],
    ) -> Result<ReadyPictures, CliError> {
        match self {
            Self::MakeAll => pictures::load(dir, wanted).map(|ready| ReadyPictures {
                pictures: ready.pictures,
                made: ready.made,
                is_complete: true,
            }),
            Self::MakeNone => pictures::made_before(dir, wanted).map(|unready| ReadyPictures {
                pictures: unready.pictures,
                made: 0,
                is_complete: unready.rest.is_empty(),
            }),
        }
    }

    /// Reads the theme, whose logo is a picture too.
    pub(crate) fn theme(self, dir: &ShopDir) -> theme::Found {
        match self {
            Self::MakeAll => theme::load(dir),
            Self::MakeNone => theme::load_as_made(dir),
        }
    }
}
