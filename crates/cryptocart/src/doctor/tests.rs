use super::{
    Grade, Machine, Subject, examine,
    machine::{Rights, Seen},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

const FINGERPRINT: &str = "0123456789ABCDEF0123456789ABCDEF01234567";

/// A machine that is made up: files with their rights, and what cannot be read.
#[derive(Clone, Default)]
struct Fake {
    files: BTreeMap<PathBuf, Vec<u8>>,
    rights: BTreeMap<PathBuf, Rights>,
    links: BTreeMap<PathBuf, PathBuf>,
    denied: BTreeSet<PathBuf>,
    free: u64,
    pages: BTreeMap<String, String>,
}

impl Fake {
    fn put(&mut self, path: &str, text: &str) -> &mut Self {
        self.files.insert(path.into(), text.as_bytes().to_vec());
        self
    }

    fn remove(&mut self, path: &str) -> &mut Self {
        self.files.retain(|file, _| !file.starts_with(path));
        self
    }

    fn give(&mut self, path: &str, user: u32, mode: u32) -> &mut Self {
        self.rights.insert(path.into(), Rights { user, mode });
        self
    }

    fn deny(&mut self, path: &str) -> &mut Self {
        self.denied.insert(path.into());
        self
    }

    fn link(&mut self, path: &str, to: &str) -> &mut Self {
        self.links.insert(path.into(), to.into());
        self
    }

    fn is_denied(&self, path: &Path) -> bool {
        path.ancestors().any(|above| self.denied.contains(above))
    }

    fn show(&mut self, request: &str, header: &str, body: &str) -> &mut Self {
        let answer = format!("HTTP/1.1 200 OK\r\n{header}\r\n\r\n{body}");
        self.pages.insert(request.into(), answer);
        self
    }

    fn replace(&mut self, path: &str, old: &str, new: &str) -> &mut Self {
        let text = String::from_utf8(self.files[Path::new(path)].clone()).unwrap();
        assert!(text.contains(old), "{path} has no {old}");
        self.put(path, &text.replace(old, new))
    }
}

impl Machine for Fake {
    fn bytes(&self, path: &Path) -> Seen<Vec<u8>> {
        if self.is_denied(path) {
            return Seen::Denied;
        }
        self.files.get(path).map_or(Seen::Missing, |bytes| Seen::Is(bytes.clone()))
    }

    fn names(&self, folder: &Path) -> Seen<Vec<String>> {
        if self.is_denied(folder) {
            return Seen::Denied;
        }
        let all = self.files.keys().chain(self.links.keys());
        let below = all.filter_map(|path| path.strip_prefix(folder).ok());
        let names: BTreeSet<String> = below
            .filter_map(|path| Some(path.components().next()?.as_os_str().to_str()?.to_owned()))
            .collect();
        if names.is_empty() { Seen::Missing } else { Seen::Is(names.into_iter().collect()) }
    }

    fn link(&self, path: &Path) -> Seen<PathBuf> {
        if self.is_denied(path) {
            return Seen::Denied;
        }
        self.links.get(path).map_or(Seen::Missing, |to| Seen::Is(to.clone()))
    }

    fn rights(&self, path: &Path) -> Seen<Rights> {
        let is_below = path.ancestors().skip(1).any(|above| self.denied.contains(above));
        if is_below {
            return Seen::Denied;
        }
        let is_there = self.files.keys().any(|file| file.starts_with(path));
        let usual = Rights { user: 0, mode: 0o755 };
        match self.rights.get(path) {
            Some(rights) => Seen::Is(*rights),
            None if is_there => Seen::Is(usual),
            None => Seen::Missing,
        }
    }

    fn free(&self, _: &Path) -> Option<u64> {
        Some(self.free)
    }

    fn answer(&self, request: &str) -> Option<String> {
        let not_found = || "HTTP/1.1 404 Not Found\r\n\r\nnot found".to_owned();
        let is_open = !self.pages.is_empty();
        is_open.then(|| self.pages.get(request).cloned().unwrap_or_else(not_found))
    }
}

fn subject() -> Subject {
    Subject {
        folder: "/var/lib/cryptocart/my-shop".into(),
        is_demo: false,
        seller: Some(FINGERPRINT.into()),
        throw_away_key: "/var/lib/cryptocart/my-shop-seller".into(),
    }
}

const SOCKETS: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

fn socket(address: &str, state: &str, inode: u32) -> String {
    format!("   0: {address} 00000000:0000 {state} 0:0 0:0 0 1000 0 {inode} 1 x\n")
}

fn status(parent: u32, rights: &str) -> String {
    format!("Name:\tcryptocart\nPPid:\t{parent}\nCapEff:\t{rights}\nNoNewPrivs:\t1\nSeccomp:\t2\n")
}

const NO_RIGHTS: &str = "0000000000000000";

/// A machine as docs/server.md makes it, with an open shop.
fn hardened() -> Fake {
    let mut fake = Fake { free: 20 << 30, ..Fake::default() };
    let firewall = "type filter hook input priority filter; policy drop;\n\
        type filter hook output priority filter; policy drop;\n";
    let folder = "/var/lib/cryptocart/my-shop";
    fake.put("/proc/net/tcp", &(SOCKETS.to_owned() + &socket("0100007F:1F90", "0A", 1)))
        .put("/proc/net/udp", &(SOCKETS.to_owned() + &socket("00000000:0044", "07", 2)))
        .put("/etc/nftables.conf", firewall)
        .put("/etc/systemd/system/sysinit.target.wants/nftables.service", "")
        .put("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nX11Forwarding yes\n")
        .put(
            "/etc/ssh/sshd_config.d/10-cryptocart.conf",
            "PermitRootLogin no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n\
             DisableForwarding yes\n",
        )
        .put("/proc/swaps", "Filename Type Size Used Priority\n")
        .put("/proc/sys/kernel/core_pattern", "|/bin/false\n")
        .put("/proc/meminfo", "MemTotal:        2000000 kB\nMemAvailable:    1000000 kB\n")
        .put(
            "/proc/self/mountinfo",
            "20 1 254:0 / / rw - ext4 /dev/mapper/root rw\n21 1 0:5 / /proc rw - proc proc rw\n",
        )
        .put("/sys/dev/block/254:0/dm/uuid", "LVM-abc\n")
        .put("/sys/dev/block/254:0/slaves/dm-1/dev", "254:1\n")
        .put("/sys/dev/block/254:1/dm/uuid", "CRYPT-LUKS2-abc\n")
        .put("/etc/passwd", "root:x:0:0::/root:/bin/bash\nann:x:1000:1000::/srv/ann:/bin/bash\n")
        .put(&format!("{folder}/shop.toml"), "")
        .put(&format!("{folder}/state/shop.db"), "")
        .put(&format!("{folder}/state/serve.lock"), "100")
        .give(folder, 997, 0o700)
        .give(&format!("{folder}/state"), 997, 0o700)
        .give(&format!("{folder}/state/shop.db"), 997, 0o600)
        .put("/proc/sys/user/max_user_namespaces", "7000\n")
        .put("/proc/sys/kernel/yama/ptrace_scope", "2\n")
        .put("/proc/sys/kernel/osrelease", "6.1.0-28-amd64\n")
        .put("/boot/vmlinuz-6.1.0-28-amd64", "")
        .put("/boot/vmlinuz-6.1.0-9-amd64", "")
        .put("/usr/bin/unattended-upgrade", "")
        .put("/etc/apt/apt.conf.d/20auto-upgrades", "APT::Periodic::Unattended-Upgrade \"0\";\n")
        .put("/etc/apt/apt.conf.d/52cryptocart", "APT::Periodic::Unattended-Upgrade \"1\";\n")
        .put("/etc/apt/sources.list", "deb tor+https://deb.debian.org/debian bookworm main\n")
        .put("/etc/systemd/journald.conf", "#Storage=persistent\n")
        .put("/etc/systemd/journald.conf.d/cryptocart.conf", "[Journal]\nStorage=volatile\n");
    let process = [
        (100, "cryptocart", "cryptocart\0serve\0--dir\0x\0", status(1, NO_RIGHTS)),
        (101, "cryptocart", "cryptocart\0role\0shop\0", status(100, NO_RIGHTS)),
        (102, "cryptocart", "cryptocart\0role\0tor\0", status(100, NO_RIGHTS)),
    ];
    for (id, name, words, status) in process {
        let space = if id == 101 { "net:[2]" } else { "net:[1]" };
        fake.put(&format!("/proc/{id}/comm"), &format!("{name}\n"))
            .put(&format!("/proc/{id}/cmdline"), words)
            .put(&format!("/proc/{id}/status"), &status)
            .link(&format!("/proc/{id}/ns/net"), space);
    }
    for (request, body) in [("GET /", "<a href=\"/page/sizes#m\">"), ("GET /page/sizes", "sizes")] {
        fake.show(request, "Content-Type: text/html", body);
    }
    fake
}

/// Returns the worst finding about a subject.
fn worst(fake: &Fake, subject_of: &Subject, subject: &str) -> Option<(Grade, String)> {
    let report = examine(fake, subject_of);
    let about = report.findings.iter().filter(|finding| finding.subject == subject);
    about.max_by_key(|finding| finding.grade).map(|finding| (finding.grade, finding.what.clone()))
}

#[test]
fn machine_of_the_guide_has_nothing_to_mend() {
    let report = examine(&hardened(), &subject());
    let worse: Vec<_> = report.findings.iter().filter(|f| f.grade != Grade::Good).collect();
    assert!(worse.is_empty() && report.unseen.is_empty(), "{worse:#?} {:?}", report.unseen);
    assert!(report.findings.len() >= 20, "{:#?}", report.findings);
}

/// One change of a good machine each: the subject, its grade then, and words of the finding.
#[test]
fn each_fault_of_a_machine_is_found() {
    type Change = fn(&mut Fake) -> &mut Fake;
    let faults: &[(&str, Grade, &str, Change)] =
        &[
            ("ports", Grade::Look, "port 22", |m| {
                m.put(
                    "/proc/net/tcp6",
                    &(SOCKETS.to_owned() + &socket(&("0".repeat(32) + ":0016"), "0A", 7)),
                )
                .put("/proc/300/comm", "sshd\n")
                .link("/proc/300/fd/3", "socket:[7]")
            }),
            ("ports", Grade::Look, "port 2222", |m| {
                m.put("/proc/net/tcp", &(SOCKETS.to_owned() + &socket("00000000:08AE", "0A", 7)))
                    .put("/proc/300/comm", "sshd\n")
                    .link("/proc/300/fd/3", "socket:[7]")
            }),
            ("ports", Grade::Bad, "nginx answers the network at port 80", |m| {
                m.put("/proc/net/tcp", &(SOCKETS.to_owned() + &socket("00000000:0050", "0A", 7)))
                    .put("/proc/300/comm", "nginx\n")
                    .link("/proc/300/fd/3", "socket:[7]")
            }),
            ("ports", Grade::Bad, "user ann answers the network at port 53/udp", |m| {
                m.put(
                    "/proc/net/udp6",
                    &(SOCKETS.to_owned() + &socket(&("0".repeat(32) + ":0035"), "07", 7)),
                )
            }),
            ("firewall", Grade::Look, "none", |m| m.remove("/etc/nftables.conf")),
            ("firewall", Grade::Look, "not loaded", |m| m.remove("/etc/systemd/system")),
            ("web servers", Grade::Look, "caddy", |m| m.put("/proc/300/comm", "caddy\n")),
            ("ssh", Grade::Bad, "passwords", |m| m.remove("/etc/ssh/sshd_config.d")),
            ("ssh", Grade::Bad, "passwords", |m| {
                m.put("/etc/ssh/sshd_config.d/00-host.conf", "PasswordAuthentication yes\n")
            }),
            ("ssh", Grade::Bad, "root can log in", |m| {
                m.replace(
                    "/etc/ssh/sshd_config.d/10-cryptocart.conf",
                    "PermitRootLogin no",
                    "permitrootlogin=yes",
                )
            }),
            ("ssh", Grade::Look, "root can log in with a key", |m| {
                m.replace(
                    "/etc/ssh/sshd_config.d/10-cryptocart.conf",
                    "PermitRootLogin no",
                    "# PermitRootLogin no",
                )
            }),
            ("ssh", Grade::Look, "forward", |m| {
                m.replace("/etc/ssh/sshd_config.d/10-cryptocart.conf", "DisableForwarding yes", "")
            }),
            ("swap", Grade::Bad, "/swapfile is on", |m| {
                m.put("/proc/swaps", "Filename Type\n/swapfile file 1 0 -2\n").replace(
                    "/sys/dev/block/254:1/dm/uuid",
                    "CRYPT",
                    "LVM",
                )
            }),
            ("swap", Grade::Bad, "/dev/vda2 is on", |m| {
                m.put("/proc/swaps", "Filename Type\n/dev/vda2 partition 1 0 -2\n")
                    .put("/sys/class/block/vda2/dev", "254:9\n")
                    .put("/sys/dev/block/254:9/size", "1")
            }),
            ("core dumps", Grade::Look, "written to the disk", |m| {
                m.put("/proc/sys/kernel/core_pattern", "core\n")
            }),
            ("core dumps", Grade::Look, "given to /lib/systemd/systemd-coredump", |m| {
                m.put("/proc/sys/kernel/core_pattern", "|/lib/systemd/systemd-coredump %P\n")
            }),
            ("memory", Grade::Look, "488 MiB", |m| {
                m.put("/proc/meminfo", "MemTotal: 500000 kB\nMemAvailable: 400000 kB\n")
            }),
            ("encryption", Grade::Look, "not encrypted", |m| {
                m.put("/sys/dev/block/254:1/dm/uuid", "LVM-x\n")
            }),
            ("encryption", Grade::Look, "cannot be seen", |m| m.remove("/sys")),
            ("room", Grade::Bad, "100 MiB", |m| {
                m.free = 100 << 20;
                m
            }),
            ("room", Grade::Look, "1024 MiB", |m| {
                m.free = 1 << 30;
                m
            }),
            ("seller's key", Grade::Bad, "gpg of ann", |m| {
                m.put("/srv/ann/.gnupg/private-keys-v1.d/AB.key", "x");
                let raw: Vec<u8> = super::keys::bytes_of(FINGERPRINT).unwrap();
                m.files
                    .insert("/srv/ann/.gnupg/pubring.kbx".into(), [b"x".as_slice(), &raw].concat());
                m
            }),
            ("secret keys", Grade::Look, "gpg of root", |m| {
                m.put("/root/.gnupg/private-keys-v1.d/AB.key", "x")
            }),
            ("secret keys", Grade::Bad, "my-shop-seller/secret.asc", |m| {
                m.put(
                    "/var/lib/cryptocart/my-shop-seller/secret.asc",
                    "-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
                )
            }),
            ("files", Grade::Bad, "state/shop.db", |m| {
                m.give("/var/lib/cryptocart/my-shop", 997, 0o755)
                    .give("/var/lib/cryptocart/my-shop/state", 997, 0o755)
                    .give("/var/lib/cryptocart/my-shop/state/shop.db", 997, 0o644)
            }),
            ("files", Grade::Look, "another user", |m| {
                m.give("/var/lib/cryptocart/my-shop/state/shop.db", 0, 0o600)
            }),
            ("user", Grade::Look, "root", |m| m.give("/var/lib/cryptocart/my-shop", 0, 0o700)),
            ("shop", Grade::Look, "no shop", |m| m.remove("/var/lib/cryptocart/my-shop/shop.toml")),
            ("processes", Grade::Look, "not open", |m| {
                // Another program has the number now.
                m.put("/proc/100/cmdline", "bash\0")
            }),
            ("shop process", Grade::Bad, "CapEff 1ff", |m| {
                m.put("/proc/101/status", &status(100, "00000000000001ff"))
            }),
            ("tor process", Grade::Bad, "system calls", |m| {
                m.replace("/proc/102/status", "Seccomp:\t2", "Seccomp:\t0")
            }),
            ("shop process", Grade::Bad, "shares", |m| m.link("/proc/101/ns/net", "net:[1]")),
            ("shop process", Grade::Bad, "shares", |m| {
                let lines = "Inter-|\n face |\n    lo: 0\n  eth0: 1\n";
                m.deny("/proc/101/ns").put("/proc/101/net/dev", lines)
            }),
            ("pages", Grade::Bad, "a header server", |m| m.show("GET /", "Server: x", "")),
            ("pages", Grade::Bad, "a header date", |m| m.show("GET /.git/config", "date: x", "")),
            ("pages", Grade::Bad, "192.0.2.7", |m| {
                m.put(
                    "/proc/net/fib_trie",
                    "  |-- 127.0.0.1\n  /32 host LOCAL\n  |-- 192.0.2.7\n  /32 host LOCAL\n",
                )
                .show("GET /page/sizes", "A: b", "call 192.0.2.7")
            }),
            ("pages", Grade::Bad, "2001:db8::7", |m| {
                m.put("/proc/net/if_inet6", "20010db8000000000000000000000007 02 40 00 80 eth0\n")
                    .show("GET /page/sizes", "A: b", "at [2001:db8::7]")
            }),
            ("pages", Grade::Bad, "vps7.example.net", |m| {
                m.put("/proc/sys/kernel/hostname", "vps7.example.net\n").show(
                    "GET /no-such-page",
                    "A: b",
                    "Apache at vps7.example.net",
                )
            }),
            ("pages", Grade::Bad, "a path /var/lib/", |m| {
                m.show("GET /%00", "A: b", "panicked at /var/lib/x")
            }),
            ("pages", Grade::Look, "does not answer", |m| {
                m.pages.clear();
                m
            }),
            ("namespaces", Grade::Look, "no namespaces", |m| {
                m.put("/proc/sys/kernel/unprivileged_userns_clone", "0\n")
            }),
            ("tracing", Grade::Look, "memory of others", |m| {
                m.put("/proc/sys/kernel/yama/ptrace_scope", "0\n")
            }),
            ("processes", Grade::Look, "several people", |m| {
                m.replace("/etc/passwd", "ann:", "bob:x:1001:1001::/srv/bob:/bin/sh\nann:")
            }),
            ("clock", Grade::Look, "no program", |m| {
                m.replace("/etc/nftables.conf", "hook output", "hook forward")
            }),
            ("clock", Grade::Look, "did not say", |m| m.put("/proc/50/comm", "chronyd\n")),
            ("updates", Grade::Bad, "do not come", |m| m.remove("/usr/bin/unattended-upgrade")),
            ("updates", Grade::Bad, "turned off", |m| m.remove("/etc/apt/apt.conf.d/52cryptocart")),
            ("mirrors", Grade::Look, "see what is installed", |m| {
                m.put("/etc/apt/sources.list.d/x.sources", "URIs: http://deb.debian.org/debian\n")
            }),
            ("reboot", Grade::Look, "waits for a reboot", |m| m.put("/run/reboot-required", "")),
            ("reboot", Grade::Look, "newer", |m| m.put("/boot/vmlinuz-6.1.0-30-amd64", "")),
            ("journal", Grade::Look, "on the disk", |m| {
                m.remove("/etc/systemd/journald.conf.d").put("/var/log/journal/abc/x", "")
            }),
            ("journal", Grade::Look, "on the disk", |m| {
                m.put("/etc/systemd/journald.conf.d/zz.conf", "Storage = persistent\n")
            }),
            ("syslog", Grade::Look, "second log", |m| m.put("/usr/sbin/rsyslogd", "")),
        ];
    for (about, grade, words, change) in faults {
        let mut machine = hardened();
        change(&mut machine);
        let (found, what) = worst(&machine, &subject(), about).expect(about);
        assert!(found == *grade && what.contains(words), "{about}, {words}: {found:?} {what}");
        let report = examine(&machine, &subject());
        let mended = report.findings.iter().filter(|f| f.grade != Grade::Good);
        assert!(mended.into_iter().all(|f| f.cure.is_some()), "each fault has its cure");
    }
}

#[test]
fn what_a_user_cannot_see_is_said_and_not_called_good() {
    let mut machine = hardened();
    for path in [
        "/var/lib/cryptocart",
        "/etc/nftables.conf",
        "/etc/ssh/sshd_config.d/10-cryptocart.conf",
        "/root",
    ] {
        machine.deny(path);
    }
    machine.put("/proc/net/tcp", &(SOCKETS.to_owned() + &socket("00000000:0016", "0A", 7)));
    let report = examine(&machine, &subject());
    for wanted in [
        "the files of the shop",
        "the processes of the shop",
        "the firewall's rules",
        "some settings of the ssh server",
        "gpg's secret keys of other users",
        "which program has an open port",
    ] {
        assert!(report.unseen.contains(&wanted), "{wanted}: {:?}", report.unseen);
    }
    let is_good =
        |subject| report.findings.iter().any(|f| f.subject == subject && f.grade == Grade::Good);
    assert!(!is_good("files") && !is_good("firewall"));
}

#[test]
fn nothing_that_is_read_can_stop_the_look() {
    let good = hardened();
    for path in good.files.keys() {
        for bytes in [&b""[..], b"\xff\xfe\0", b"0:0: :\n = - - -\n1 2 3 4 5 6 7 8 9 10 11\n"] {
            let mut machine = good.clone();
            machine.files.insert(path.clone(), bytes.to_vec());
            examine(&machine, &subject());
        }
        let mut machine = good.clone();
        machine.files.remove(path);
        examine(&machine, &subject());
        machine.denied.insert(path.clone());
        examine(&machine, &Subject::default());
    }
}

/// Any user may call a program as he likes.
#[test]
fn names_of_others_command_no_terminal() {
    let mut machine = hardened();
    machine
        .put("/proc/net/tcp", &(SOCKETS.to_owned() + &socket("00000000:0050", "0A", 7)))
        .put("/proc/300/comm", "\u{1b}[2Jx\u{202e}\n")
        .link("/proc/300/fd/3", "socket:[7]");
    let (_, what) = worst(&machine, &subject(), "ports").unwrap();
    assert!(what.starts_with("[2Jx answers the network"), "{what:?}");
}

#[test]
fn clock_is_set_by_nobody_or_by_a_program_that_says_so() {
    let mut machine = hardened();
    let clock = |machine: &Fake| worst(machine, &subject(), "clock").unwrap();
    assert!(clock(&machine).1.contains("nobody is asked"));
    machine.deny("/etc/nftables.conf");
    assert_eq!(clock(&machine).0, Grade::Look);
    machine.put("/proc/50/comm", "systemd-timesyn\n").put("/run/systemd/timesync/synchronized", "");
    assert_eq!(clock(&machine).0, Grade::Good);
}

#[test]
fn demo_may_have_its_throw_away_key() {
    let mut machine = hardened();
    let secret = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n";
    machine.put("/var/lib/cryptocart/my-shop-seller/secret.asc", secret);
    let demo = Subject { is_demo: true, ..subject() };
    assert_eq!(worst(&machine, &demo, "secret keys").unwrap().0, Grade::Look);
    machine.put("/var/lib/cryptocart/my-shop/secret.asc", secret);
    assert_eq!(worst(&machine, &demo, "secret keys").unwrap().0, Grade::Bad);
}
