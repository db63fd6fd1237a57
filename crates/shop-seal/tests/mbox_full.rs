//! A disk that fills up in the middle of a message.
//!
//! A shell gives a second process of this test a limit on the size of files (`ulimit -f`), with
//! the signal for it switched off: its writes then stop half-way as on a full disk.

use shop_core::kind::{HasKind, Kind};
use shop_seal::{
    mail::SealedMail,
    mbox::{Delivered, Mbox, MboxError, messages},
};
use std::{ffi::OsStr, fs, path::Path, process::Command};

fn mail(name: &str) -> SealedMail {
    let lines = "sealed sealed sealed sealed sealed\n".repeat(100);
    let head = "Date: Sun, 22 Nov 2026 00:00:00 +0000";
    let text = format!("Message-ID: <{name}@localhost>\n{head}\n\n--{name}\n{lines}\n--{name}--\n");
    SealedMail { message_id: format!("<{name}@localhost>"), bytes: text.into_bytes() }
}

/// Variable that gives the second process the path of the mbox.
const CHILD: &str = "CRYPTOCART_TEST_FULL_MBOX";

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    if let Some(path) = std::env::var_os(CHILD) {
        return deliver_on_a_full_disk(&path);
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("root");
    assert_eq!(Mbox::open(&path).deliver(&mail("a")).unwrap(), Delivered::Now);
    let before = fs::read(&path).unwrap();
    // A file may have 5 KiB, which is one message and a part of the next.
    let output = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 5; exec \"$0\" --exact \"$1\" --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .arg("a_full_disk_leaves_the_file_as_it_was")
        .env(CHILD, &path)
        .output()
        .expect("this test needs the Debian package bash");
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{output:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
    // There is room again.
    assert_eq!(Mbox::open(&path).deliver(&mail("b")).unwrap(), Delivered::Now);
    let wanted = [mail("a").bytes, mail("b").bytes];
    assert_eq!(messages(&fs::read(&path).unwrap()), wanted);
}

fn deliver_on_a_full_disk(path: &OsStr) {
    let read = || fs::read(path).expect("it was there");
    let before = read();
    let error = Mbox::open(Path::new(path)).deliver(&mail("b")).expect_err("it does not fit");
    assert!(matches!(error, MboxError::Io { .. }), "{error}");
    assert_eq!(error.kind(), Kind::Unavailable);
    assert_eq!(read(), before);
}
