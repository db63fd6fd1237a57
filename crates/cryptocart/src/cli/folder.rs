//! The shop a command is about: each takes `--dir DIR`, many also take it by its place.

use crate::{
    owner,
    shop_dir::{self, ShopDir},
};
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
    /// The shop's folder [default: my-shop].
    #[arg(long)]
    dir: Option<PathBuf>,
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
    /// Returns the shop, as whose owner a process of root acts from now on.
    pub(super) fn shop(&self) -> ShopDir {
        entered(self.place.as_ref().or(self.named.as_ref()))
    }

    /// Returns the shop, while a process of root stays one. For a command that only reads.
    pub(super) fn shop_as_found(&self) -> ShopDir {
        let named = self.place.as_ref().or(self.named.as_ref());
        ShopDir::new(named.map_or_else(|| shop_dir::usual(), PathBuf::as_path))
    }
}

impl NamedFolder {
    /// Returns the shop, as whose owner a process of root acts from now on.
    pub(super) fn shop(&self) -> ShopDir {
        entered(self.dir.as_ref())
    }
}

impl NewFolder {
    pub(super) fn path(&self) -> &Path {
        let named = self.place.as_ref().or(self.named.as_ref());
        // clap sees to it that there is one.
        named.map_or(Path::new(shop_dir::USUAL), PathBuf::as_path)
    }

    /// Returns the same. A process of root acts from now on as the owner of the folder around it.
    pub(super) fn path_of_owner(&self) -> &Path {
        let path = self.path();
        if let Some(around) = path.parent() {
            owner::act_as(around);
        }
        path
    }
}

fn entered(named: Option<&PathBuf>) -> ShopDir {
    let folder: &Path = match named {
        Some(folder) => folder,
        None => shop_dir::usual(),
    };
    owner::act_as(folder);
    ShopDir::new(folder)
}
