//! Search for traces of a buyer's words: in the database, in logs, on the raw disk.

use crate::support::{Seller, Shop, until};
use std::{path::Path, process::Command};

/// One canary for each field; none may be found anywhere.
const FIELDS: &[(&str, &str)] = &[
    ("recipient", "CANARYRECIPIENT7Q"),
    ("street", "CANARYSTREET7Q"),
    ("city", "CANARYCITY7Q"),
    ("province", "CANARYPROVINCE7Q"),
    ("country", "CANARYCOUNTRY7Q"),
    ("postcode", "CANARYPOSTCODE7Q"),
    ("sure", "CANARYSURE7Q"),
    ("contact", "yes"),
    ("email", "canarymail7q@example.org"),
    ("note", "CANARYNOTE7Q"),
];

#[test]
fn canary_leaves_no_trace_on_the_raw_disk() {
    let disk = Disk::new();
    let mut shop = Shop::in_folder(disk.folder());
    shop.open();
    let mut tickets = Vec::new();
    let seller = Seller::of(&shop);
    for _ in 0..5 {
        let mut buyer = shop.buyer();
        let placed = buyer.buy(FIELDS).unwrap();
        shop.run(&["demo", "pay", &placed.id]);
        shop.run(&["demo", "mine", "3"]);
        buyer.get("/order/receipt").unwrap();
        // A form that is refused has been read too.
        let mut hasty = shop.buyer();
        hasty.take_a_shirt().unwrap();
        hasty.check_out(&FIELDS[..3]).unwrap();
        let letter =
            until("the letter has arrived", || seller.about(&placed.id).into_iter().next());
        assert!(letter.contains("CANARYSTREET7Q"), "the seller must be able to read it");
        tickets.push(placed.ticket);
    }
    let said = shop.said();
    shop.close();
    let mut canaries: Vec<String> = FIELDS.iter().map(|(_, canary)| (*canary).to_owned()).collect();
    canaries.retain(|canary| canary != "yes");
    canaries.extend(tickets.iter().flat_map(|t| [t.clone(), t.replace('-', "")]));
    for canary in &canaries {
        assert!(!said.contains(canary.as_str()), "the terminal shows {canary}");
    }
    drop(shop);
    disk.search(&canaries);
}

/// A disk of its own where the system lets us mount one (as root); a folder otherwise.
/// On a disk, deleted files, the journal and free blocks are searched too.
pub(crate) struct Disk {
    image: Option<tempfile::TempDir>,
    root: tempfile::TempDir,
}

impl Disk {
    pub(crate) fn new() -> Self {
        let image = tempfile::tempdir().unwrap();
        let root = tempfile::tempdir().unwrap();
        let file = image.path().join("disk");
        // More than the shop wants to be free. What is never written takes no room.
        std::fs::File::create(&file).unwrap().set_len(1 << 30).unwrap();
        let run = |program: &str, arguments: &[&Path]| {
            let output = Command::new(program).args(arguments).output();
            output.is_ok_and(|output| output.status.success())
        };
        let mounted = run("mkfs.ext4", &[Path::new("-q"), &file])
            && run("mount", &[Path::new("-oloop"), &file, root.path()]);
        if !mounted {
            eprintln!("no disk can be mounted here (not root?): the files alone are searched");
        }
        Self { image: mounted.then_some(image), root }
    }

    pub(crate) fn folder(&self) -> tempfile::TempDir {
        tempfile::tempdir_in(self.root.path()).unwrap()
    }

    fn search(&self, canaries: &[String]) {
        assert_clean(&self.bytes(), canaries);
    }

    /// Returns all that was written to it. It is no disk any more then.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Some(image) = &self.image else { return read_all(self.root.path()) };
        self.unmount();
        let disk = std::fs::read(image.path().join("disk")).unwrap();
        let written = disk.chunks(4096).filter(|block| block.iter().any(|byte| *byte != 0));
        let bytes = written.collect::<Vec<_>>().concat();
        assert!(find(&bytes, b"SQLite format 3"), "the search must see the shop's files");
        bytes
    }

    fn unmount(&self) {
        until("the disk is unmounted", || {
            let output = Command::new("umount").arg(self.root.path()).output().unwrap();
            output.status.success().then_some(())
        });
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.image.is_some() {
            // After a search it is unmounted already.
            drop(Command::new("umount").arg(self.root.path()).output());
        }
    }
}

fn assert_clean(bytes: &[u8], canaries: &[String]) {
    for canary in canaries {
        assert!(!find(bytes, canary.as_bytes()), "found {canary}");
        let wide: Vec<u8> = canary.bytes().flat_map(|b| [b, 0]).collect();
        assert!(!find(bytes, &wide), "found {canary} in UTF-16");
    }
}

pub(crate) fn find(bytes: &[u8], needle: &[u8]) -> bool {
    let Some((first, _)) = needle.split_first() else { return false };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|b| b == first) {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(needle) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

fn read_all(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        // A socket holds no bytes.
        if path.is_dir() {
            all.extend(read_all(&path));
        } else if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}
