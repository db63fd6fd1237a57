//! Transports that are none, or end: what the seller hears, and that nothing goes round the
//! bridge. One that works, on a private Tor network, is in `maint/test-front bridges`.

use crate::support::{Shop, children, cryptocart, until};
use std::{fs, os::unix::fs::PermissionsExt};

/// A bridge's line; its secrets must be nowhere.
const BRIDGE: &str = "obfs4 192.0.2.77:443 0bac39417268b96b9f514ef763fa6fba1a788956 cert=SECRET";

/// A shop on Tor by a bridge, whose transport is this command.
fn shop(command: &str) -> Shop {
    let shop = Shop::new();
    shop.set("tor", "enabled", "true");
    shop.set("tor", "bridges", &format!("['{BRIDGE}']"));
    shop.set("tor", "transports", &format!("['obfs4 {command}']"));
    shop
}

fn check(shop: &Shop) -> String {
    let output = cryptocart(shop.folder(), &["check"]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn status(shop: &Shop) -> String {
    let output = cryptocart(shop.folder(), &["status"]);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn shows_no_bridge(text: &str) {
    for secret in ["192.0.2.77", "0bac3941", "SECRET"] {
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn check_tries_each_transport_and_names_its_fault() {
    // A transport that gets ready, and then ends.
    let ready = r"/usr/bin/printf VERSION\0401\nCMETHOD\040obfs4\040socks5\040127.0.0.1:9\nCMETHODS\040DONE\n";
    let shop = shop(ready);
    let said = check(&shop);
    assert!(said.contains("Tor is entered by 1 bridge"), "{said}");
    assert!(said.contains("ok     transport  the transport obfs4 gets ready"), "{said}");
    let script = shop.folder().join("script");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    for (command, wanted) in [
        ("/nowhere/obfs4proxy", "/nowhere/obfs4proxy cannot be found"),
        ("/etc/passwd", "/etc/passwd is not executable"),
        ("/usr", "/usr is not a file"),
        (script.to_str().unwrap(), "is a script, which may start nothing"),
        ("/usr/bin/false", "has ended (exit status: 1)"),
        ("/usr/bin/yes", "says too much before it is ready"),
        ("/usr/bin/printf VERSION", "has ended (exit status: 0)"),
    ] {
        shop.set("tor", "transports", &format!("['obfs4 {command}']"));
        let said = check(&shop);
        assert!(said.contains("ERROR  transport") && said.contains(wanted), "{command}: {said}");
        shows_no_bridge(&said);
    }
}

#[test]
fn shop_without_its_transport_is_open_and_not_on_tor() {
    let mut shop = shop("/usr/bin/yes");
    shop.open();
    until("the seller hears of it", || {
        shop.said().contains("waiting: the transport obfs4 says too much").then_some(())
    });
    let status = status(&shop);
    assert!(status.contains("ERROR     the transport obfs4 says too much"), "{status}");
    let tor = shop.roles().into_iter().filter(|role| Some(*role) != shop.shop_role());
    assert_eq!(tor.count(), 0, "nothing goes round the bridge");
    shows_no_bridge(&(shop.said() + &status));
    let folder = shop.dir().join("state/transports/obfs4");
    assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
    shop.close();
}

/// It does not look at its input, which closes: it is ended all the same.
#[test]
fn transport_ends_with_a_shop_that_is_killed() {
    let mut shop = shop("/usr/bin/sleep 600");
    shop.open();
    let is_it = |pid: &u32| {
        let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        words.starts_with(b"/usr/bin/sleep\0")
    };
    let find = || children(shop.pid()).into_iter().find(is_it);
    let transport = until("the transport runs", find);
    let status = fs::read_to_string(format!("/proc/{transport}/status")).unwrap();
    for wanted in ["NoNewPrivs:\t1", "Seccomp:\t2", "CapEff:\t0000000000000000"] {
        assert!(status.contains(wanted), "{wanted}: {status}");
    }
    shop.cut_power();
    until("the transport has ended", || (!is_it(&transport)).then_some(()));
}
