//! Archives that are packed and unpacked again.

use super::{super::unpack, *};
use crate::{
    config::plan::Plan, data_loss, files, runtime::block_on, shop_dir::ShopDir, system::System,
};
use shop_db::Db;
use std::{fs, os::unix::fs::symlink};

/// A shop that was open, with files outside of its folder and links to such.
fn shop() -> (tempfile::TempDir, Plan) {
    let folder = tempfile::tempdir().unwrap();
    let system = System::fake();
    let dir = ShopDir::new(&folder.path().join("shop"));
    crate::sample::create(dir.path(), &system).unwrap();
    let write = |path: PathBuf, text: &str| files::write(&path, text.as_bytes(), true).unwrap();
    for made in [dir.state(), dir.digital(), dir.resolve("mailorders"), dir.tor_state()] {
        files::private_folder(&made).unwrap();
    }
    let address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\n";
    write(folder.path().join("pool.txt"), address);
    write(folder.path().join("tee.jpg"), "a picture");
    symlink(folder.path().join("tee.jpg"), dir.images().join("linked.jpg")).unwrap();
    write(dir.images().join(format!("{}.jpg", "é".repeat(100))), "a long name");
    write(dir.digital().join("gifts.txt"), "ONE\n");
    write(dir.resolve("notes.txt"), "mine");
    write(dir.resolve("mailorders/root"), "sealed");
    write(dir.tor_state().join("guards"), "mine");
    let text = fs::read_to_string(dir.config()).unwrap();
    let text = text.replacen("pool = \"\"", "pool = \"../pool.txt\"", 1);
    write(dir.config(), &text);
    let plan = Plan::load(&dir).unwrap();
    block_on(data_loss::begin(&plan, false, &*system.entropy)).unwrap();
    (folder, plan)
}

fn packed(plan: &Plan, contents: &Contents) -> Result<Vec<u8>, CliError> {
    let snapshot = Db::snapshot(&plan.dir.database(), &[], &[]).unwrap().expect("a shop's");
    let hour = System::fake().hour();
    let shop_id = data_loss::shop_id_of_backup(snapshot.identity(), hour, plan.account_ends());
    let mut archive = Vec::new();
    let pack = Pack { contents, snapshot: &snapshot, shop_id: &shop_id, hour };
    pack.write(&mut archive, &mut |_| {})?;
    Ok(archive)
}

#[test]
fn packed_shop_is_unpacked_with_what_lies_elsewhere() {
    let (_folder, plan) = shop();
    let contents = Contents::gather(&plan).unwrap();
    assert_eq!(contents.left_out, ["notes.txt"]);
    let archive = packed(&plan, &contents).unwrap();
    let to = tempfile::tempdir().unwrap();
    let unpacked = unpack::unpack(archive.as_slice(), to.path(), &mut |_| {}).unwrap();
    assert_eq!(unpacked.names.len(), contents.count());
    for (name, path) in &contents.files {
        assert_eq!(fs::read(to.path().join(name)).unwrap(), fs::read(path).unwrap());
    }
    let read = |name: &str| fs::read_to_string(to.path().join(name)).unwrap();
    assert_eq!(read("images/linked.jpg"), "a picture");
    assert!(read("outside/pool.txt").starts_with("0xf39"));
    assert!(read("state/held-codes.toml").contains("gifts.txt"));
    assert!(read("shop-id.toml").contains("backup = \"2027-01-15 08:00 UTC\""));
    for no in ["notes.txt", "mailorders", "state/tor", "state/serve.lock"] {
        assert!(!to.path().join(no).exists(), "{no}");
    }
}

#[test]
fn file_that_becomes_shorter_meanwhile_is_an_error() {
    let (_folder, plan) = shop();
    let file = plan.dir.digital().join("zine.txt");
    files::write(&file, &[7; 100], true).unwrap();
    let mut exactly = Exactly { file: File::open(&file).unwrap(), left: 200, failed: None };
    let mut read = Vec::new();
    assert!(exactly.read_to_end(&mut read).is_err());
    assert!(read.len() == 100 && exactly.failed.is_some());
}

#[test]
fn file_that_no_shop_could_use_is_refused_with_its_name() {
    let (_folder, plan) = shop();
    let file = File::create(plan.dir.digital().join("huge.bin")).unwrap();
    file.set_len((256 << 20) + 1).unwrap();
    let said = Contents::gather(&plan).map(|_| ()).unwrap_err().to_string();
    assert!(said.contains("huge.bin is larger than 256 MiB"), "{said}");
}
