//! The seller reads in the real mutt; and a mailbox that cannot be written is said, and that it can be
//! again.

use crate::support::{Mutt, Placed, SHIP_TO, Shop, cryptocart, until};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

#[test]
fn mutt_shows_the_order_and_its_subject() {
    let mut shop = Shop::new();
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    let mailbox = shop.dir().join("mailorders/root");
    until("the order is in the mailbox", || {
        let text = std::fs::read_to_string(&mailbox).unwrap_or_default();
        text.contains("-----END PGP MESSAGE-----").then_some(())
    });
    let mutt = Mutt::open(shop.folder(), &mailbox);
    until("mutt lists one message", || mutt.screen().contains("Msgs:1").then_some(()));
    mutt.press("Enter");
    until("mutt shows the order", || {
        let screen = mutt.screen();
        (screen.contains("Ada Byron") && screen.contains(&placed.id)).then_some(())
    });
}

fn run(shop: &Shop, arguments: &[&str]) -> (i32, String) {
    let output = cryptocart(shop.folder(), arguments);
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Orders, and waits until it is said everywhere, with this reason, that no mail can be written.
fn order_is_said_to_wait(shop: &Shop, why: &str) -> Placed {
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    until("the terminal says it", || {
        shop.said().contains("mailbox  NOT WRITABLE since").then_some(())
    });
    let said = shop.said();
    assert!(said.contains(why) && !said.contains(&placed.id), "{said}");
    let (code, status) = run(shop, &["status"]);
    assert!(code == 75 && status.contains("NOT WRITABLE, 1 mail waiting"), "{status}");
    assert!(status.contains(why), "{status}");
    let orders = run(shop, &["orders"]).1;
    assert!(
        orders.starts_with("NOTE: the mailbox has not been writable since") && orders.contains(why),
        "{orders}"
    );
    let (code, check) = run(shop, &["check"]);
    assert!(code == 78 && check.contains(why), "{check}");
    let sentence = "ERROR  mailbox    the mailbox has not been writable since";
    assert!(check.contains(sentence), "{check}");
    placed
}

/// Waits until it is said that mails are written again, and the one that waited is there.
fn order_arrives(shop: &Shop) {
    until("recovery is said", || shop.said().contains("mailbox  is writable again").then_some(()));
    let mailbox = shop.dir().join("mailorders/root");
    until("the order arrives", || {
        let text = fs::read_to_string(&mailbox).unwrap_or_default();
        text.contains("-----END PGP MESSAGE-----").then_some(())
    });
    assert_eq!(run(shop, &["status"]).0, 0);
    let check = run(shop, &["check"]).1;
    let orders = run(shop, &["orders"]).1;
    assert!(check.contains("ok     mailbox") && !orders.contains("NOTE"), "{check}{orders}");
}

/// mutt was killed while it had the mailbox.
#[test]
fn stale_mailbox_lock_is_said_and_so_is_its_end() {
    let mut shop = Shop::new();
    shop.open();
    until("all of it works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    let lock = shop.dir().join("mailorders/root.lock");
    fs::write(&lock, "4242\n").unwrap();
    order_is_said_to_wait(&shop, "is locked by the file my-shop/mailorders/root.lock");
    shop.close();
    let (code, check) = run(&shop, &["check"]);
    assert!(code == 78 && check.contains("ERROR  mailbox"), "the closed shop's: {check}");
    shop.open();
    until("the terminal says it again", || {
        shop.said().contains("mailbox  NOT WRITABLE since").then_some(())
    });
    fs::remove_file(lock).unwrap();
    order_arrives(&shop);
}

/// A disk of its own for a folder.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Returns none where this user may mount nothing.
    fn mount(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs"]).arg(folder);
        let is_mounted = mount.output().is_ok_and(|mounted| mounted.status.success());
        is_mounted.then(|| Self(folder.to_owned()))
    }

    /// A file that takes all there is.
    fn fill(&self) -> PathBuf {
        let path = self.0.join("other");
        let mut file = fs::File::create(&path).unwrap();
        while file.write(&[b'x'; 4096]).is_ok_and(|written| written > 0) {}
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(&self.0).output());
    }
}

#[test]
fn full_mailbox_disk_is_said_and_so_is_that_there_is_room() {
    let mut shop = Shop::new();
    let Some(disk) = SmallDisk::mount(&shop.dir().join("mailorders")) else {
        eprintln!("SKIPPED: this user may mount no disk");
        return;
    };
    shop.open();
    until("all of it works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    let other = disk.fill();
    order_is_said_to_wait(&shop, "No space left on device");
    fs::remove_file(other).unwrap();
    order_arrives(&shop);
    shop.close();
}
