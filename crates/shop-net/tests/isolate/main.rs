//! Isolation of the network and confinement, each time in a process of its own.
//! The process is this program again, as `child` or `confined`.
//!
//! As root it is tried twice: as root, and as a user without rights. Where the *system* allows
//! neither `unshare` (a container, say), what is tested is that the refusal is harmless.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout)]

mod confined;

use std::{
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    os::unix::{fs::PermissionsExt, net::UnixStream, process::CommandExt as _},
    path::Path,
    process::{Command, Stdio},
};

use shop_net::isolate::{empty_network, harden};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["child", port] => return child(port),
        ["confined", role, own, outside] => {
            return confined::attempt_all(role, Path::new(own), Path::new(outside));
        }
        _ => {}
    }
    if listed("isolate") {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let program = dir.path().join("child");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let users: &[_] =
        if nix::unistd::geteuid().is_root() { &[None, Some(65_534)] } else { &[None] };
    for user in users {
        a_role_without_network_reaches_nothing_and_keeps_its_link(&program, *user);
        confined::each_role_is_refused_what_it_never_uses(&program, *user);
    }
}

/// Answers a test runner that only asks what is here.
fn listed(name: &str) -> bool {
    let asked = |flag| std::env::args().any(|arg| arg == flag);
    if asked("--list") && !asked("--ignored") {
        println!("{name}: test");
    }
    asked("--list")
}

fn a_role_without_network_reaches_nothing_and_keeps_its_link(program: &Path, user: Option<u32>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut command = Command::new(program);
    command.args(["child", &port]).stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs)));
    command.current_dir(program.parent().unwrap());
    as_user(&mut command, user);
    let output = command.output().unwrap();
    // It still holds the child's end of the pair.
    drop(command);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));

    let who = user.unwrap_or_else(|| nix::unistd::geteuid().as_raw());
    let outcome = if said.starts_with("isolated") {
        assert!(said.contains("connect NetworkUnreachable"), "{said}");
        assert!(said.contains("devices [\"lo\"]"), "{said}");
        "reaches nothing"
    } else {
        assert!(!system_allows(user), "the system allows it, but: {said}");
        assert!(said.starts_with("refused harmless"), "{said}");
        assert!(said.contains("connect ok"), "{said}");
        "is not isolated on this system, and is as it was"
    };
    for fact in ["core 0", "dumpable false", "no-new-privs true", "file ok"] {
        assert!(said.contains(fact), "{fact}: {said}");
    }
    let mut heard = String::new();
    ours.read_to_string(&mut heard).unwrap();
    assert_eq!(heard, "still here", "what the role was given works on");
    println!("test a role without network, as user {who}: {outcome} ... ok");
}

/// Returns true if util-linux may do what we may not.
fn system_allows(user: Option<u32>) -> bool {
    let mut command = Command::new("unshare");
    let root = user.is_none() && nix::unistd::geteuid().is_root();
    command.args(if root { ["--net", "true"].as_slice() } else { &["-U", "-r", "-n", "true"] });
    as_user(&mut command, user);
    command.status().is_ok_and(|status| status.success())
}

fn as_user(command: &mut Command, user: Option<u32>) {
    if let Some(user) = user {
        // The standard library also drops the other groups.
        command.uid(user).gid(user);
    }
}

/// Prints what is true in the role's process.
/// It has one thread, as the program has at this point.
fn child(port: &str) {
    let before = (nix::unistd::geteuid(), nix::unistd::getegid());
    match empty_network() {
        Ok(()) => println!("isolated"),
        Err(error) if error.harmless() => println!("refused harmless: {error}"),
        Err(error) => panic!("{error}"),
    }
    harden().unwrap();
    assert_eq!((nix::unistd::geteuid(), nix::unistd::getegid()), before);

    match TcpStream::connect(format!("127.0.0.1:{port}")) {
        Ok(_) => println!("connect ok"),
        Err(error) => println!("connect {:?}", error.kind()),
    }
    let devices = std::fs::read_to_string("/proc/self/net/dev").unwrap();
    let names: Vec<_> = devices
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0.trim()))
        .filter(|name| *name == "lo" || devices_up(name))
        .collect();
    println!("devices {names:?}");
    let (soft, hard) =
        nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_CORE).unwrap();
    println!("core {}", soft.max(hard));
    println!("dumpable {}", nix::sys::prctl::get_dumpable().unwrap());
    println!("no-new-privs {}", nix::sys::prctl::get_no_new_privs().unwrap());
    let name = format!("made-by-{}", before.0);
    std::fs::write(&name, "x").unwrap();
    let owner = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(&name).unwrap());
    println!("file {}", if owner == before.0.as_raw() { "ok" } else { "of somebody else" });
    let link = std::os::fd::AsFd::as_fd(&std::io::stdin()).try_clone_to_owned().unwrap();
    UnixStream::from(link).write_all(b"still here").unwrap();
}

/// Returns true for a device that is none of those the kernel puts into every namespace.
fn devices_up(name: &str) -> bool {
    !["tunl", "sit", "gre", "erspan", "ip_vti", "ip6"].iter().any(|known| name.starts_with(known))
}
