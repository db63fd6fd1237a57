//! Copies of `state/`: another shop's, an older one, and none at all.

use crate::support::{SHIP_TO, refused, with_an_order};
use std::{fs, path::Path, process::Command};

fn copy(from: &Path, to: &Path) {
    drop(fs::remove_dir_all(to));
    let status = Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(status.success());
}

/// Every file in it fits every other, so that nothing in there can tell.
#[test]
fn whole_state_of_another_shop_is_refused() {
    let mut shop = with_an_order();
    let other = with_an_order();
    let state = shop.dir().join("state");
    let kept = shop.folder().join("kept");
    copy(&state, &kept);
    copy(&other.dir().join("state"), &state);
    for command in [&["serve"][..], &["check"]] {
        let said = refused(shop.folder(), command, &[78]);
        assert!(said.contains("belongs to another shop"), "{said}");
    }
    copy(&kept, &state);
    shop.open();
}

#[test]
fn older_copy_of_the_state_opens_only_when_told_to() {
    let mut shop = with_an_order();
    let state = shop.dir().join("state");
    let kept = shop.folder().join("kept");
    copy(&state, &kept);
    shop.open();
    let later = shop.buyer().buy(SHIP_TO).unwrap();
    shop.close();
    copy(&kept, &state);
    for command in [&["serve"][..], &["check"]] {
        let said = refused(shop.folder(), command, &[78]);
        assert!(
            said.contains("is an older copy: this shop was opened or backed up 1 time since"),
            "{said}"
        );
        assert!(said.contains("--after-loss"), "{said}");
    }
    shop.open_with(&["--after-loss"]);
    assert!(!shop.run(&["orders"]).contains(&later.id));
    shop.close();
    shop.open();
}

#[test]
fn state_that_is_gone_is_missed() {
    let mut shop = with_an_order();
    fs::remove_dir_all(shop.dir().join("state")).unwrap();
    for command in [&["serve"][..], &["check"], &["orders"]] {
        let said = refused(shop.folder(), command, &[78]);
        assert!(said.contains("is missing or empty") && said.contains("shop-id.toml"), "{said}");
    }
    assert!(!shop.dir().join("state/onion").exists(), "no key was made");
    fs::remove_file(shop.dir().join("shop-id.toml")).unwrap();
    shop.open();
}
