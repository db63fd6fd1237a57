//! Isolation of the roles of a running shop, which have given up what they never use.
//!
//! All that each is refused is tried in shop-net's `isolate` test.

use crate::support::Shop;
use shop_net::isolate;
use std::fs;

#[test]
fn roles_of_a_running_shop_are_confined() {
    let mut shop = Shop::new();
    let missing = isolate::report();
    let checked = shop.run(&["check"]);
    for missing in &missing {
        assert!(checked.contains(missing.words()), "{checked}");
    }
    shop.open();
    if !missing.is_empty() {
        eprintln!("SKIPPED: this kernel lacks {missing:?}");
        return;
    }
    assert!(!checked.contains("this kernel"), "{checked}");
    assert!(!shop.roles().is_empty());
    for pid in shop.roles() {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            assert!(status.contains(&format!("{set}:\t0000000000000000\n")), "{status}");
        }
        assert!(
            status.contains("NoNewPrivs:\t1\n") && status.contains("Seccomp:\t2\n"),
            "{status}"
        );
        if nix::unistd::geteuid().is_root() {
            assert!(status.contains("CapBnd:\t0000000000000000\n"), "{status}");
        }
    }
}
