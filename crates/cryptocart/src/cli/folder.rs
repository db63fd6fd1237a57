//! The shop a command is about: each takes `--dir DIR`, many also take it by its place.

use crate::shop_dir::{self, ShopDir};
use clap::Args;
use std::path::{Path, PathBuf};

/// The shop's folder, by its place or by name.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
pub(crate) struct Folder {
    /// The shop's folder; --dir DIR also works [default: my-shop].
    #[arg(value_name = "DIR")]
    place: Option<PathBuf>,
    /// The shop's folder.
    #[arg(long = "dir", value_name = "DIR", hide_short_help = true)]
    named: Option<PathBuf>,
}

/// The shop's folder, by name alone: the command's own words have its place.
#[derive(Args, Clone, Debug)]
pub(crate) struct NamedFolder {
    /// The shop's folder.
    #[arg(long, default_value = shop_dir::USUAL)]
    dir: PathBuf,
}

/// The folder of a shop that is to be made.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct NewFolder {
    /// The folder to create; --dir DIR also works. It must not exist yet.
    #[arg(value_name = "DIR")]
    place: Option<PathBuf>,
    /// The folder to create.
    #[arg(long = "dir", value_name = "DIR", hide_short_help = true)]
    named: Option<PathBuf>,
}

impl Folder {
    pub(super) fn path(&self) -> &Path {
        either(self.place.as_ref(), self.named.as_ref())
    }

    pub(super) fn shop(&self) -> ShopDir {
        ShopDir::new(self.path())
    }
}

impl NamedFolder {
    pub(super) fn shop(&self) -> ShopDir {
        ShopDir::new(&self.dir)
    }
}

impl NewFolder {
    pub(super) fn path(&self) -> &Path {
        either(self.place.as_ref(), self.named.as_ref())
    }
}

fn either<'a>(place: Option<&'a PathBuf>, named: Option<&'a PathBuf>) -> &'a Path {
    place.or(named).map_or(Path::new(shop_dir::USUAL), PathBuf::as_path)
}
