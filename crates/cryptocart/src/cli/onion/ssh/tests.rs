//! A machine in a folder, with programs that write down how they were called.

use super::{host::Host, port, prepare};
use crate::error::CliError;
use shop_core::entropy::Seeded;
use std::{
    cell::RefCell,
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

const CLOSING: &str = "var/lib/cryptocart-server/closing";
const DROP_IN: &str = "etc/ssh/sshd_config.d/05-cryptocart-onion-only.conf";
const RULE: &str = "etc/cryptocart-server/open-ssh.nft";
/// Calls that systemd answers at once, whatever it has begun.
const RELOAD_SSH: &str = "systemctl --job-mode=ignore-dependencies reload ssh";
const RELOAD_FIREWALL: &str = "systemctl --job-mode=ignore-dependencies reload nftables";
const SERVICE: &str = "var/lib/tor/cryptocart-ssh";

/// ann, logged in over the onion address since 50 seconds after the start, types with sudo.
pub(super) struct Fake {
    root: tempfile::TempDir,
    /// Commands that were run, each as a line.
    calls: Rc<RefCell<Vec<String>>>,
    /// Beginning of the commands that fail.
    failing: Rc<RefCell<Option<String>>>,
}

impl Fake {
    pub(super) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let fake = Self { root, calls: Rc::default(), failing: Rc::default() };
        let processes = [
            (1, "systemd", 0, 1, "/sbin/init", ""),
            (9, "sshd", 1, 900, "sshd: /usr/sbin/sshd -D [listener] 0 of 10-30 startups", ""),
            (10, "sshd", 9, 5_000, "sshd: ann [priv]", ""),
            (11, "sshd", 10, 5_010, "sshd: ann@notty", ""),
            (12, "ba) sh", 11, 5_020, "bash", "SSH_CONNECTION=127.0.0.1 40000 127.0.0.1 22"),
            (13, "sudo", 12, 5_030, "sudo", "SSH_CONNECTION=127.0.0.1 40000 127.0.0.1 22"),
            (14, "cryptocart", 13, 5_040, "cryptocart", "SUDO_USER=ann"),
        ];
        for (process, name, parent, started, line, variables) in processes {
            let zeros = "0 ".repeat(17);
            let stat = format!("{process} ({name}) S {parent} {zeros}{started} 0 0\n");
            fake.write(&format!("proc/{process}/stat"), &stat);
            fake.write(&format!("proc/{process}/cmdline"), line);
            fake.write(&format!("proc/{process}/environ"), &format!("HOME=/\0{variables}\0"));
        }
        fake.write("proc/sys/kernel/random/boot_id", "first\n");
        fake.write("proc/uptime", "100.25 3.00\n");
        fake.write(
            "proc/net/tcp",
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n   \
             0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0  0 1\n   \
             1: 0100007F:9C40 0100007F:0016 01 00000000:00000000 00:00000000 00000000   105  0 2\n   \
             2: 0100007F:9C41 0100007F:0016 01 00000000:00000000 00:00000000 00000000  1000  0 3\n",
        );
        let uid = nix::unistd::geteuid();
        let gid = nix::unistd::getegid();
        // The real numbers, so that a test without root may give files to tor.
        fake.write(
            "etc/passwd",
            &format!("root:x:0:0::/root:/bin/sh\ndebian-tor:x:{uid}:{gid}::/:/bin/false\n"),
        );
        fake.change("proc/net/tcp", "  105  0 2", &format!("  {uid}  0 2"));
        fake.write("etc/tor/torrc", "# Comments\nSocksPort 9050");
        fake.write(RULE, "tcp dport 22 accept\n");
        for folder in ["etc/ssh/sshd_config.d", "var/lib/tor"] {
            fs::create_dir_all(fake.path(folder)).unwrap();
        }
        fake
    }

    pub(super) fn host(&self) -> Host {
        self.host_at(self.root.path())
    }

    fn host_at(&self, root: &Path) -> Host {
        let calls = Rc::clone(&self.calls);
        let failing = Rc::clone(&self.failing);
        let root_of_settings = root.to_owned();
        let run = move |program: &str, words: &[&str]| {
            let call = format!("{program} {}", words.join(" "));
            calls.borrow_mut().push(call.clone());
            if failing.borrow().as_ref().is_some_and(|start| call.starts_with(start)) {
                return Err("it failed".to_owned());
            }
            if call != "sshd -T" {
                return Ok(String::new());
            }
            let shut = root_of_settings.join(DROP_IN).exists();
            let at = if shut { "127.0.0.1:22" } else { "0.0.0.0:22\nlistenaddress [::]:22" };
            Ok(format!("port 22\nlistenaddress {at}\n"))
        };
        Host::for_test(root, 14, Box::new(run))
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        crate::files::write(&path, text.as_bytes(), true).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(super) fn change(&self, path: &str, from: &str, to: &str) {
        let before = self.read(path);
        assert!(before.contains(from), "{from} is not in {before}");
        self.write(path, &before.replace(from, to));
    }

    fn fail(&self, start: &str) {
        *self.failing.borrow_mut() = Some(start.to_owned());
    }

    /// A login that began later than the one before.
    fn log_in_again(&self) {
        self.change("proc/10/stat", "5000", "20000");
    }

    fn is_shut(&self) -> bool {
        let shut = self.path(DROP_IN).exists();
        assert_eq!(shut, !self.path(RULE).exists(), "sshd and the firewall differ");
        shut
    }

    fn called(&self, call: &str) -> usize {
        self.calls.borrow().iter().filter(|line| *line == call).count()
    }
}

fn said(result: Result<(), CliError>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn port_stays_shut_once_a_new_login_confirms_it() {
    let fake = Fake::new();
    port::close(&fake.host()).unwrap();
    assert!(fake.is_shut() && fake.path(CLOSING).exists());
    let error = said(port::confirm(&fake.host()));
    assert!(error.contains("older than the shut port"), "{error}");
    fake.log_in_again();
    port::confirm(&fake.host()).unwrap();
    port::confirm(&fake.host()).unwrap();
    port::open(&fake.host(), true).unwrap();
    assert!(fake.is_shut() && !fake.path(CLOSING).exists());
    assert!(said(port::close(&fake.host())).contains("shut already"));
    port::open(&fake.host(), false).unwrap();
    assert!(!fake.is_shut());
}

#[test]
fn unconfirmed_port_opens_and_can_be_shut_again() {
    let fake = Fake::new();
    port::close(&fake.host()).unwrap();
    port::open(&fake.host(), true).unwrap();
    // Once for each of the two.
    assert_eq!((fake.called(RELOAD_SSH), fake.called(RELOAD_FIREWALL)), (2, 2));
    assert!(!fake.is_shut() && !fake.path(CLOSING).exists());
    assert!(said(port::confirm(&fake.host())).contains("the ten minutes are over"));
    port::close(&fake.host()).unwrap();
    // The clock starts again.
    port::close(&fake.host()).unwrap();
    assert_eq!(fake.called("systemctl restart cryptocart-ssh-undo.timer"), 3);
    assert!(fake.is_shut());
}

#[test]
fn port_that_cannot_be_opened_later_is_not_shut() {
    let fake = Fake::new();
    fake.fail("systemctl restart cryptocart-ssh-undo.timer");
    assert!(said(port::close(&fake.host())).contains("nothing was changed"));
    assert!(!fake.is_shut() && !fake.path(CLOSING).exists());
    assert_eq!(fake.called(RELOAD_SSH), 0);
}

#[test]
fn port_is_open_after_any_step_of_shutting_it_fails() {
    for step in ["sshd -t", "sshd -T", RELOAD_SSH] {
        let fake = Fake::new();
        fake.fail(step);
        let error = said(port::close(&fake.host()));
        assert!(error.contains("it failed"), "{error}");
        // Where sshd does not reload, neither does it for opening: the timer tries again.
        assert_eq!(fake.path(CLOSING).exists(), step == RELOAD_SSH);
        assert!(!fake.is_shut(), "{step}");
    }
}

#[test]
fn other_addresses_of_sshd_keep_the_port_open() {
    let fake = Fake::new();
    fake.write("proc/net/tcp6", "  0: 00000000000000000000000000000000:0016 0:0000 0A 0 0 0 0\n");
    let error = said(port::close(&fake.host()));
    assert!(error.contains("still listens on port 22"), "{error}");
    assert!(!fake.is_shut());
}

#[test]
fn login_from_before_a_reboot_confirms_nothing() {
    let fake = Fake::new();
    port::close(&fake.host()).unwrap();
    fake.write("proc/sys/kernel/random/boot_id", "second\n");
    fake.log_in_again();
    assert!(said(port::confirm(&fake.host())).contains("older"));
}

#[test]
fn onion_address_is_served_to_the_key_alone() {
    let fake = Fake::new();
    prepare::run(&fake.host(), false, &Seeded::new(4)).unwrap();
    let server = fake.read(&format!("{SERVICE}/authorized_clients/owner.auth"));
    assert!(server.starts_with("descriptor:x25519:") && server.lines().count() == 1, "{server}");
    let torrc = fake.read("etc/tor/torrc");
    let lines =
        "\nHiddenServiceDir /var/lib/tor/cryptocart-ssh\nHiddenServicePort 22 127.0.0.1:22\n";
    assert!(torrc.starts_with("# Comments\nSocksPort 9050\n") && torrc.contains(lines), "{torrc}");
    let left: Vec<_> = fs::read_dir(fake.path("var/lib/tor")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(fake.called("systemctl reload-or-restart tor@default.service"), 1);
}

#[test]
fn second_key_replaces_the_first_at_the_same_address() {
    let fake = Fake::new();
    let identity = format!("{SERVICE}/hs_ed25519_secret_key");
    let clients = format!("{SERVICE}/authorized_clients/owner.auth");
    prepare::run(&fake.host(), false, &Seeded::new(4)).unwrap();
    let before = (fs::read(fake.path(&identity)).unwrap(), fake.read(&clients));
    let error = said(prepare::run(&fake.host(), false, &Seeded::new(5)));
    assert!(error.contains("--new-key"), "{error}");
    prepare::run(&fake.host(), true, &Seeded::new(6)).unwrap();
    assert_eq!(fs::read(fake.path(&identity)).unwrap(), before.0);
    assert_ne!(fake.read(&clients), before.1);
    assert_eq!(fake.read("etc/tor/torrc").matches("HiddenServiceDir").count(), 1);
}

#[test]
fn folder_left_by_a_crash_is_made_again() {
    let fake = Fake::new();
    fake.write("var/lib/tor/.cryptocart-ssh.new/authorized_clients/half", "");
    prepare::run(&fake.host(), false, &Seeded::new(4)).unwrap();
    assert!(!fake.path(&format!("{SERVICE}/authorized_clients/half")).exists());
}
