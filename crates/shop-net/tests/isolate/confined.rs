//! Each role tries what it must not be able to do.

use std::{
    fmt::Display,
    fs::{self, File},
    io::Write as _,
    net::{TcpListener, TcpStream, UdpSocket},
    os::unix::{
        fs::PermissionsExt,
        net::{UnixDatagram, UnixListener, UnixStream},
    },
    path::Path,
    process::Command,
};

use nix::{
    mount::{MsFlags, mount},
    sched::{CloneFlags, unshare},
    sys::{
        ptrace,
        signal::kill,
        socket::{AddressFamily, SockFlag, SockType, socket},
    },
    unistd::{close, getppid},
};
use shop_net::isolate::{Confinement, Paths, confine, empty_network, harden, report};

const ROLES: [(&str, Confinement); 5] = [
    ("shop", Confinement::Shop),
    ("tor", Confinement::Tor),
    ("tor-socket", Confinement::TorSocket),
    ("pictures", Confinement::Pictures),
    ("transport", Confinement::Transport),
];

/// Attempts that only some roles may make; everything else that is tried is refused to all.
const ALLOWED: [(&str, &[&str]); 5] = [
    ("shop", &["own file", "own folder", "thread", "unix pair", "unix listener"]),
    ("tor", &["own file", "own folder", "thread", "unix pair", "tcp connect"]),
    (
        "tor-socket",
        &[
            "own file",
            "own folder",
            "thread",
            "unix pair",
            "unix listener",
            "unix connect",
            "connect after close",
        ],
    ),
    ("pictures", &[]),
    (
        "transport",
        &[
            "own file",
            "own folder",
            "thread",
            "unix pair",
            "unix listener",
            "tcp connect",
            "unix connect",
            "unix datagram",
            "tcp listen",
            "udp",
            "netlink",
            "connect after close",
        ],
    ),
];

pub(crate) fn each_role_is_refused_what_it_never_uses(program: &Path, user: Option<u32>) {
    if !report().is_empty() {
        println!("test confined roles: this kernel does not give all it takes, nothing is tried");
        return;
    }
    for (role, allowed) in ALLOWED {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        fs::create_dir(&own).unwrap();
        for open_to_all in [folder.path(), &own] {
            fs::set_permissions(open_to_all, PermissionsExt::from_mode(0o777)).unwrap();
        }
        let outside = folder.path().join("outside");
        fs::write(&outside, "secret").unwrap();
        fs::set_permissions(&outside, PermissionsExt::from_mode(0o666)).unwrap();
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).unwrap();
        fs::set_permissions(&socket, PermissionsExt::from_mode(0o666)).unwrap();
        let mut command = Command::new(program);
        command.args(["confined", role]).args([&own, &outside]);
        super::as_user(&mut command, user);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{role}: {said}{errors}");
        let done: Vec<&str> = said.lines().filter_map(|line| line.strip_suffix(": done")).collect();
        assert_eq!(done, allowed, "{role}: {said}");
        assert!(said.contains("all tried"), "{role}: {said}");
        assert_eq!(fs::read_to_string(&outside).unwrap(), "secret");
        assert!(said.contains("no capabilities"), "{role}: {said}");
        println!("test a confined {role} role, as user {user:?} ... ok");
    }
}

/// The role's process. The parent of it has what is tried here.
pub(crate) fn attempt_all(role: &str, own: &Path, outside: &Path) {
    let (_, role) = ROLES.into_iter().find(|(name, _)| *name == role).unwrap();
    let myself = std::env::current_exe().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    // A tor role that works with C tor keeps the network, and may make no socket of one.
    if !matches!(role, Confinement::Tor | Confinement::TorSocket | Confinement::Transport) {
        // Where the system refuses, the calls are refused all the same.
        drop(empty_network());
    }
    harden().unwrap();
    let watched = File::open("/proc/self/status").unwrap();
    let paths = Paths { write: vec![own.to_owned()], ..Paths::default() };
    let paths = if role == Confinement::Pictures { Paths::default() } else { paths };
    assert_eq!(confine(role, &paths), []);
    say_capabilities(watched);

    attempt("own file", fs::write(own.join("file"), "mine"));
    attempt("own folder", fs::create_dir(own.join("folder")));
    attempt("thread", std::thread::Builder::new().spawn(|| ()).map(|thread| thread.join()));
    attempt("unix pair", UnixStream::pair());
    attempt("unix listener", UnixListener::bind(own.join("socket")));
    attempt("tcp connect", TcpStream::connect(at));

    attempt("read outside", File::open(outside));
    attempt("write outside", File::options().append(true).open(outside));
    attempt("make outside", File::create(outside.with_extension("new")));
    attempt("unlink outside", fs::remove_file(outside));
    attempt("list outside", fs::read_dir("/etc"));
    attempt("unix connect", UnixStream::connect(outside.with_file_name("socket")));
    attempt("unix datagram", UnixDatagram::unbound());
    attempt("tcp listen", TcpListener::bind("127.0.0.1:0"));
    attempt("udp", UdpSocket::bind("127.0.0.1:0"));
    let flags = SockFlag::empty();
    attempt("netlink", socket(AddressFamily::Netlink, SockType::Raw, flags, None));
    attempt("packet", socket(AddressFamily::Packet, SockType::Raw, flags, None));
    attempt("exec", Command::new("/bin/true").status());
    attempt("exec of itself", Command::new(myself).arg("--list").status());
    attempt("mount", mount(None::<&str>, "/", None::<&str>, MsFlags::MS_PRIVATE, None::<&str>));
    attempt("namespace", unshare(CloneFlags::CLONE_NEWUSER));
    attempt("ptrace", ptrace::traceme());
    attempt("signal", kill(getppid(), None));
    // With a descriptor free, no limit of descriptors stands in the way.
    let _ = close(0);
    attempt("open after close", File::open(outside));
    attempt("unlink after close", fs::remove_file(outside));
    attempt("connect after close", UnixStream::connect(outside.with_file_name("socket")));
    attempt("exec after close", Command::new("/bin/true").status());
    println!("all tried");
}

fn attempt<T, E: Display>(what: &str, result: Result<T, E>) {
    match result {
        Ok(_) => println!("{what}: done"),
        Err(error) => println!("{what}: {error}"),
    }
    std::io::stdout().flush().unwrap();
}

/// Reads from a descriptor that was open before: the kernel writes it when it is read.
fn say_capabilities(mut status: File) {
    use std::io::Read as _;
    let mut text = String::new();
    status.read_to_string(&mut text).unwrap();
    let none = ["CapInh", "CapPrm", "CapEff", "CapAmb"];
    let is_none = |set: &&str| text.contains(&format!("{set}:\t0000000000000000\n"));
    assert!(none.iter().all(is_none), "{text}");
    assert!(text.contains("NoNewPrivs:\t1\n") && text.contains("Seccomp:\t2\n"), "{text}");
    println!("no capabilities");
}
