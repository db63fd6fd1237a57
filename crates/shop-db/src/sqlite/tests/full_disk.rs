//! Orders are listed on a full disk, where nothing can be written.
//!
//! A shell gives a second process of this test a limit on the size of files (`ulimit -f`), with the
//! signal for it switched off: its writes then fail as on a full disk.

use super::*;
use std::{io::Write, process::Command};

/// The variable that tells the second process the path of the database.
const CHILD: &str = "SHOP_DB_FULL_DISK";
const NAME: &str = "sqlite::tests::full_disk::orders_are_listed_on_a_full_disk";

#[tokio::test]
async fn orders_are_listed_on_a_full_disk() {
    if let Some(path) = std::env::var_os(CHILD) {
        let path = Path::new(&path);
        assert!(Db::open(path).is_err(), "nothing can be written");
        assert_eq!(Db::contents(path).unwrap(), Contents::Shop { key_proof: None });
        assert_eq!(Db::orders_in(path).unwrap().len(), 3);
        return;
    }
    let (db, folder) = in_a_folder();
    for (_, answer) in place_together(&db, 3).await {
        answer.unwrap();
    }
    let open = file_of(&folder);
    // As a killed shop leaves it: the orders are in the log, and there is no index.
    let killed = folder.path().join("killed.db");
    fs::copy(&open, &killed).unwrap();
    fs::copy(open.with_extension("db-wal"), killed.with_extension("db-wal")).unwrap();
    look_on_a_full_disk(&open);
    look_on_a_full_disk(&killed);
    db.close().await;
    assert!(!open.with_extension("db-wal").exists(), "it was closed");
    look_on_a_full_disk(&open);
}

fn look_on_a_full_disk(path: &Path) {
    let before = fs::read(path).unwrap();
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" --exact \"$1\" --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .arg(NAME)
        .env(CHILD, path)
        .output()
        .expect("this test needs the Debian package bash");
    assert!(output.status.success(), "{}: {output:?}", path.display());
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
    assert_eq!(fs::read(path).unwrap(), before);
}

#[tokio::test]
async fn listing_orders_leaves_no_file_behind() {
    let (db, folder) = in_a_folder();
    db.close().await;
    assert_eq!(Db::orders_in(&file_of(&folder)).unwrap().len(), 0);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn orders_of_an_empty_file_are_none_and_of_another_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = file_of(&folder);
    fs::File::create(&path).unwrap();
    assert_eq!(Db::orders_in(&path).unwrap().len(), 0);
    let text = b"no database at all, but some text that is long enough to be one";
    fs::File::create(&path).unwrap().write_all(text).unwrap();
    assert!(Db::orders_in(&path).is_err());
}
