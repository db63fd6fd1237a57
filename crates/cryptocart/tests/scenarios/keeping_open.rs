//! Shops that nothing closes but their seller.
//!
//! Not a role that dies or hangs, not an upgrade, not a terminal nobody reads.

use crate::support::{Buyer, Shop, until, until_within};
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Longest time a shop may take to close.
const CLOSING: Duration = Duration::from_secs(2);

fn signal(name: &str, pid: u32) {
    let status = Command::new("kill").args([name, &pid.to_string()]).status().unwrap();
    assert!(status.success(), "kill {name} {pid}");
}

/// Sends SIGTERM and returns how long the shop took to end.
fn time_to_close(shop: &mut Shop) -> Duration {
    let begin = Instant::now();
    shop.close();
    begin.elapsed()
}

/// Waits until another process than `before` serves pages.
fn wait_for_new_role(shop: &Shop, before: &[u32]) {
    until_within(Duration::from_secs(150), "another process serves pages", || {
        let roles = shop.roles();
        let is_new = !roles.is_empty() && roles.iter().all(|pid| !before.contains(pid));
        (is_new && shop.buyer().get("/").is_ok_and(|page| page.status == 200)).then_some(())
    });
}

/// Copies the program to a file that may be replaced.
fn own_copy(folder: &Path) -> std::path::PathBuf {
    let copy = folder.join("cryptocart");
    fs::copy(env!("CARGO_BIN_EXE_cryptocart"), &copy).unwrap();
    copy
}

#[test]
fn role_that_dies_after_an_upgrade_is_started_again() {
    let mut shop = Shop::new();
    let program = own_copy(shop.folder());
    shop.open_program(&program, &[]);
    let before = shop.roles();
    // As a package manager does: the new file takes the old one's name.
    let new = shop.folder().join("new");
    fs::write(&new, "not even a program").unwrap();
    fs::rename(&new, &program).unwrap();
    for pid in &before {
        signal("-9", *pid);
    }
    wait_for_new_role(&shop, &before);
    assert!(shop.said().contains("the program's file was replaced"), "{}", shop.said());
    assert!(time_to_close(&mut shop) < CLOSING);
}

#[test]
fn role_that_hangs_is_killed_and_started_again() {
    let mut shop = Shop::new();
    shop.open();
    let before = shop.roles();
    for pid in &before {
        signal("-STOP", *pid);
    }
    wait_for_new_role(&shop, &before);
    assert!(shop.said().contains("has not responded for a minute"), "{}", shop.said());
    for pid in before {
        assert!(!Path::new(&format!("/proc/{pid}/cmdline")).exists(), "{pid} still runs");
    }
}

#[test]
fn shop_with_a_hanging_role_closes_within_two_seconds() {
    let mut shop = Shop::new();
    shop.open();
    let roles = shop.roles();
    for pid in &roles {
        signal("-STOP", *pid);
    }
    assert!(time_to_close(&mut shop) < CLOSING);
    until("its processes are gone", || {
        let gone = |pid: &u32| !Path::new(&format!("/proc/{pid}/cmdline")).exists();
        roles.iter().all(gone).then_some(())
    });
}

#[test]
fn shop_closes_at_once_in_the_pause_before_a_restart() {
    let mut shop = Shop::new();
    shop.open();
    // After the third end the pause is four seconds.
    for _ in 1..=3 {
        let pid = until("the shop role runs", || shop.shop_role());
        signal("-9", pid);
        until("its end is noticed", || (!shop.roles().contains(&pid)).then_some(()));
    }
    until("the third end is said", || {
        shop.said().contains("has stopped 3 times in a row").then_some(())
    });
    assert!(time_to_close(&mut shop) < CLOSING);
}

/// Both pipes are full before the shop starts here.
/// A pipe holds 64 KiB, and a terminal that was stopped takes nothing.
#[test]
fn full_pipes_hold_up_neither_start_nor_pages_nor_end() {
    let shop = Shop::new();
    let (port, listen) = free_port();
    shop.set("preview", "listen", &format!("\"{listen}\""));
    let full = || {
        let (reader, writer) = std::io::pipe().unwrap();
        fill(&writer);
        (reader, writer)
    };
    let (out_reader, out) = full();
    let (error_reader, errors) = full();
    let mut serve = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(["serve", "my-shop"])
        .current_dir(shop.folder())
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(errors)
        .spawn()
        .unwrap();
    let mut buyer = Buyer::at(&format!("127.0.0.1:{port}"));
    until("the shop serves pages", || {
        buyer.get("/").ok().filter(|page| page.status == 200).map(drop)
    });
    // Each is refused with a line on the terminal.
    let catalog = shop.dir().join("catalog.json");
    fs::write(&catalog, "{").unwrap();
    for _ in 0..20 {
        signal("-HUP", serve.id());
        assert_eq!(buyer.get("/").unwrap().status, 200);
    }
    let begin = Instant::now();
    signal("-TERM", serve.id());
    assert!(serve.wait().unwrap().success());
    assert!(begin.elapsed() < CLOSING, "{:?}", begin.elapsed());
    drop((out_reader, error_reader));
}

#[test]
fn closed_pipes_hold_up_nothing() {
    let shop = Shop::new();
    let (port, listen) = free_port();
    shop.set("preview", "listen", &format!("\"{listen}\""));
    let closed = || std::io::pipe().unwrap().1;
    let mut serve = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(["serve", "my-shop"])
        .current_dir(shop.folder())
        .stdin(Stdio::null())
        .stdout(closed())
        .stderr(closed())
        .spawn()
        .unwrap();
    let mut buyer = Buyer::at(&format!("127.0.0.1:{port}"));
    until("the shop serves pages", || {
        buyer.get("/").ok().filter(|page| page.status == 200).map(drop)
    });
    signal("-TERM", serve.id());
    assert!(serve.wait().unwrap().success());
}

/// Fills a pipe without waiting.
fn fill(writer: &std::io::PipeWriter) {
    let set = |flags| fcntl(writer, FcntlArg::F_SETFL(flags)).unwrap();
    set(OFlag::O_NONBLOCK);
    for piece in [[b'x'; 4096].as_slice(), b"x"] {
        while (&*writer).write(piece).is_ok() {}
    }
    // The flag belongs to the pipe's end, which the shop is given.
    set(OFlag::empty());
}

/// Returns a port nobody listens on, and its address as the settings take it.
fn free_port() -> (u16, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    (at.port(), at.to_string())
}
