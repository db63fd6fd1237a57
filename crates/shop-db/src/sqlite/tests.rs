use super::*;
use crate::{
    Db,
    suite::sample::{self, pooled},
};

mod memory {
    crate::suite!((crate::Db::in_memory().unwrap(), ()));
}

mod file {
    crate::suite!(super::in_a_folder());
}

/// A database in a folder of its own, which lives as long as what is returned.
fn in_a_folder() -> (Db, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (Db::open(&folder.path().join("shop.db")).unwrap(), folder)
}
