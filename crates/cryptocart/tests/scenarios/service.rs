//! The shop as a service: what it tells the service manager, and what it takes from it.

use crate::support::{Shop, until};
use shop_core::kind::Kind;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::net::UnixDatagram,
    path::Path,
    process::{Command, Output},
    time::Duration,
};

/// The unit of the Debian package.
const UNIT: &str = include_str!("../../../../deploy/debian/cryptocart.service");

/// Socket on which a service manager waits for notices.
struct Manager {
    folder: tempfile::TempDir,
    socket: UnixDatagram,
}

impl Manager {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(folder.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Self { folder, socket }
    }

    fn address(&self) -> String {
        self.folder.path().join("notify").display().to_string()
    }

    fn next(&self) -> String {
        let mut bytes = [0; 64];
        let length = self.socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    fn has_nothing(&self) -> bool {
        self.socket.set_nonblocking(true).unwrap();
        let is_empty = self.socket.recv(&mut [0; 64]).is_err();
        self.socket.set_nonblocking(false).unwrap();
        is_empty
    }
}

fn environment(process: u32) -> String {
    let bytes = fs::read(format!("/proc/{process}/environ")).unwrap();
    String::from_utf8_lossy(&bytes).replace('\0', "\n")
}

#[test]
fn manager_hears_when_the_shop_is_open_and_closing() {
    let manager = Manager::new();
    let mut shop = Shop::new();
    shop.open_with_variables(&[("NOTIFY_SOCKET", &manager.address())]);
    assert_eq!(manager.next(), "READY=1");
    assert_eq!(shop.buyer().get("/").unwrap().status, 200);
    let role = shop.shop_role().unwrap();
    // Root may read it; the role's own user may not, as it may not read the memory.
    if nix::unistd::geteuid().is_root() {
        assert!(!environment(role).contains("NOTIFY_SOCKET"), "it is the supervisor's alone");
    }
    // A role that is started again is not the shop that opens.
    assert!(Command::new("kill").args(["-9", &role.to_string()]).status().unwrap().success());
    until("the shop role is back", || shop.shop_role().filter(|now| *now != role));
    until("it answers", || shop.buyer().get("/").ok().filter(|page| page.status == 200));
    assert!(manager.has_nothing());
    let said = shop.said();
    shop.close();
    assert_eq!(manager.next(), "STOPPING=1");
    assert!(manager.has_nothing());
    assert!(!said.contains("READY") && !said.contains("notify"), "{said}");
}

#[test]
fn manager_that_waits_for_signs_of_life_gets_them() {
    let manager = Manager::new();
    let mut shop = Shop::new();
    let variables = [("NOTIFY_SOCKET", &*manager.address()), ("WATCHDOG_USEC", "200000")];
    shop.open_with_variables(&variables);
    until("a sign of life", || (manager.next() == "WATCHDOG=1").then_some(()));
    until("another", || (manager.next() == "WATCHDOG=1").then_some(()));
    shop.close();
}

/// A shop that cannot open tells nobody that it is ready.
#[test]
fn refused_settings_end_with_a_status_that_is_not_retried() {
    let manager = Manager::new();
    let shop = Shop::new();
    shop.set("shop", "currency", "\"XYZ\"");
    let output = serve(&shop, &[("NOTIFY_SOCKET", &manager.address())]);
    assert_eq!(output.status.code(), Some(78));
    assert!(manager.has_nothing());
    assert!(not_retried().contains(&78));
}

/// Statuses after which the unit leaves a shop closed.
fn not_retried() -> BTreeSet<u8> {
    let line = UNIT.lines().find_map(|line| line.strip_prefix("RestartPreventExitStatus="));
    line.unwrap().split(' ').map(|status| status.parse().unwrap()).collect()
}

#[test]
fn unit_retries_what_may_work_later_and_nothing_else() {
    let later = [Kind::Busy, Kind::Unavailable, Kind::Bug];
    let kinds = Kind::ALL.into_iter().filter(|kind| !later.contains(kind));
    assert_eq!(not_retried(), kinds.map(Kind::exit_code).collect());
    for kind in later {
        assert!(!not_retried().contains(&kind.exit_code()), "{kind:?}");
    }
}

/// Runs `serve`, which must end by itself, with these in its environment.
fn serve(shop: &Shop, variables: &[(&str, &str)]) -> Output {
    run(shop, &["serve"], variables)
}

fn run(shop: &Shop, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(shop.folder())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
}

fn give(folder: &Path, passphrase: &str) {
    fs::write(folder.join("onion-passphrase"), passphrase).unwrap();
}

#[test]
fn locked_onion_key_opens_with_the_credential_alone() {
    let shop = Shop::new();
    shop.set("tor", "enabled", "true");
    let phrase = shop.folder().join("phrase");
    fs::write(&phrase, "six words that nobody would guess\n").unwrap();
    shop.set("tor", "passphrase_file", &format!("{:?}", phrase.display().to_string()));
    let onion = shop.run(&["onion", "address"]);
    shop.run(&["onion", "lock"]);
    shop.set("tor", "passphrase_file", "\"\"");
    let credentials = tempfile::tempdir().unwrap();
    let folder = credentials.path().display().to_string();
    let variables = [("CREDENTIALS_DIRECTORY", &*folder)];

    let without = serve(&shop, &variables);
    let said = String::from_utf8_lossy(&without.stderr).into_owned();
    assert_eq!(without.status.code(), Some(78), "{said}");
    assert!(said.contains("the systemd credential onion-passphrase"), "{said}");

    give(credentials.path(), "another passphrase");
    let wrong = serve(&shop, &variables);
    assert_eq!(wrong.status.code(), Some(77), "{}", String::from_utf8_lossy(&wrong.stderr));

    give(credentials.path(), "six words that nobody would guess\n");
    let right = run(&shop, &["onion", "address"], &variables);
    assert_eq!(String::from_utf8_lossy(&right.stdout), onion);
}

/// A shop of another user, whom the system does not know by name.
#[test]
fn root_acts_as_the_user_of_the_shop() {
    if !nix::unistd::geteuid().is_root() {
        eprintln!("SKIPPED: only root can give a shop away");
        return;
    }
    let shop = Shop::new();
    let owner = 63_123;
    // The parents are private, and the owner has to pass them.
    let folder = shop.folder();
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    let given = Command::new("chown").args(["-R", "63123:63124"]).arg(shop.dir()).status();
    assert!(given.unwrap().success());
    shop.run(&["onion", "address"]);
    let made = fs::metadata(shop.dir().join("state/onion.address")).unwrap();
    let uid = std::os::unix::fs::MetadataExt::uid(&made);
    assert_eq!(uid, owner, "what a command of root writes is the shop's user's");
    let outside = shop.folder().join("onion-key");
    let refused = run(&shop, &["onion", "export", &outside.display().to_string()], &[]);
    assert_eq!(refused.status.code(), Some(77), "nor does it write what that user may not");
}
