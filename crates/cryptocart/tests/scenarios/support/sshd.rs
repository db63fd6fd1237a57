//! A real sshd of a test's own on the loopback, with keys that may do one thing each.

use super::until;
use crate::tools::free_port;
use std::{
    fs,
    io::Write,
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// An ssh server, and the ssh of somebody who knows it.
pub(crate) struct Sshd {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Sshd {
    /// Starts a server that nobody may enter yet.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("sshd").tempdir().unwrap();
        let path = folder.path().display();
        keygen(&folder.path().join("host"));
        fs::write(folder.path().join("authorized_keys"), "").unwrap();
        // The system gives a port that is free.
        let port = free_port();
        let settings = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {path}/host\nPidFile none\nUsePAM no\n\
             AuthorizedKeysFile {path}/authorized_keys\nStrictModes no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        );
        fs::write(folder.path().join("sshd_config"), settings).unwrap();
        // Root's sshd wants it; another user's cannot make it, and does not need it.
        drop(fs::create_dir_all("/run/sshd"));
        let child = Command::new("/usr/sbin/sshd")
            .args(["-D", "-e", "-f"])
            .arg(folder.path().join("sshd_config"))
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("sshd starts (Debian: apt install openssh-server)");
        let host = fs::read_to_string(folder.path().join("host.pub")).unwrap();
        let known = format!("[127.0.0.1]:{port} {host}");
        fs::write(folder.path().join("known_hosts"), known).unwrap();
        let sshd = Self { child, folder, port };
        sshd.write_wrapper();
        until("sshd answers", || TcpStream::connect(("127.0.0.1", port)).ok());
        sshd
    }

    /// Makes a key that runs this command on the server, whatever it asks for, and a name for it.
    pub(crate) fn allow(&self, name: &str, command: &str) {
        let key = self.folder.path().join(name);
        keygen(&key);
        self.allow_key(name, &key, command);
    }

    /// Limits a key that is there already to this command, and gives it a name.
    pub(crate) fn allow_key(&self, name: &str, key: &Path, command: &str) {
        let public = fs::read_to_string(key.with_extension("pub")).unwrap();
        let quoted = command.replace('"', "\\\"");
        let line = format!("restrict,command=\"{quoted}\" {public}");
        append(&self.folder.path().join("authorized_keys"), &line);
        self.add_host(name, key);
    }

    /// Makes another name for a key's server: an onion address, which no DNS knows.
    pub(crate) fn name_onion(&self, name: &str, key: &str, onion: &str) {
        let host =
            format!("Host {name}\n HostName {onion}\n HostKeyAlias [127.0.0.1]:{}\n", self.port);
        append(&self.folder.path().join("ssh_config"), &host);
        self.add_login(&self.folder.path().join(key));
    }

    /// Returns the port that it answers at.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Makes a key that may run anything.
    pub(crate) fn allow_all(&self, name: &str) {
        let key = self.folder.path().join(name);
        keygen(&key);
        let public = fs::read_to_string(key.with_extension("pub")).unwrap();
        append(&self.folder.path().join("authorized_keys"), &public);
        self.add_host(name, &key);
    }

    fn add_host(&self, name: &str, key: &Path) {
        let host = format!("Host {name}\n HostName 127.0.0.1\n Port {}\n", self.port);
        append(&self.folder.path().join("ssh_config"), &host);
        self.add_login(key);
    }

    fn add_login(&self, key: &Path) {
        let path = self.folder.path().display();
        let login = format!(
            " IdentityFile {}\n IdentitiesOnly yes\n UserKnownHostsFile {path}/known_hosts\n \
             StrictHostKeyChecking yes\n BatchMode yes\n",
            key.display()
        );
        append(&self.folder.path().join("ssh_config"), &login);
    }

    /// Returns the program with this ssh in its path, in a folder.
    pub(crate) fn cryptocart(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cryptocart"));
        command.args(arguments).current_dir(folder).stdin(Stdio::null());
        command.env("PATH", self.path());
        command
    }

    /// Types a command at home: the program and this ssh are in its path.
    pub(crate) fn type_at(&self, home: &Path, line: &str) -> Output {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).current_dir(home).stdin(Stdio::null());
        shell.env("PATH", self.path()).env("HOME", home).env("GNUPGHOME", home);
        shell.output().unwrap()
    }

    fn path(&self) -> String {
        let program = Path::new(env!("CARGO_BIN_EXE_cryptocart")).parent().unwrap();
        let bin = self.folder.path().join("bin");
        format!("{}:{}:{}", bin.display(), program.display(), path_variable())
    }

    /// Runs it to its end: exit status, output, and what it said.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> (i32, String, String) {
        let Output { status, stdout, stderr } =
            self.cryptocart(folder, arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (status.code().unwrap_or(-1), text(stdout), text(stderr))
    }

    /// Runs a command on the server, and returns its output.
    pub(crate) fn ssh(&self, name: &str, command: &str) -> String {
        let ssh = self.folder.path().join("bin/ssh");
        let output = Command::new(ssh).args([name, command]).stdin(Stdio::null()).output();
        String::from_utf8_lossy(&output.unwrap().stdout).into_owned()
    }

    /// ssh takes its settings from the user's own folder, whatever HOME says.
    fn write_wrapper(&self) {
        let bin = self.folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        let config = self.folder.path().join("ssh_config");
        append(&config, "");
        let script = format!("#!/bin/sh\nexec /usr/bin/ssh -F {} \"$@\"\n", config.display());
        fs::write(bin.join("ssh"), script).unwrap();
        fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            eprintln!("sshd said:\n{log}");
        }
    }
}

fn path_variable() -> String {
    std::env::var("PATH").unwrap_or_default()
}

fn append(path: &Path, text: &str) {
    let mut file = fs::OpenOptions::new().append(true).create(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn keygen(path: &Path) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"])
        .arg(path)
        .output()
        .expect("ssh-keygen starts (Debian: apt install openssh-client)");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
