//! A gpg with a home of its own, for interop tests.

use shop_core::time::CoarseTime;
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

/// The hour in which every test happens, for gpg too: 2026-11-22 12:00 UTC.
pub(crate) const TODAY: CoarseTime = CoarseTime::from_hours(498_708);
const GPG_TODAY: &str = "20261122T120000";

/// A home folder that is gone, with the programs it started, when the test ends.
pub(crate) struct Gpg {
    home: tempfile::TempDir,
}

impl Gpg {
    pub(crate) fn new() -> Self {
        let home = tempfile::Builder::new()
            .prefix("gpg")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in("/tmp") // sockets need a short path
            .expect("a folder in /tmp");
        let gpg = Self { home };
        gpg.configure(
            "gpg.conf",
            &format!("faked-system-time {GPG_TODAY}\npinentry-mode loopback\n"),
        );
        gpg
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Runs gpg and expects it to succeed.
    pub(crate) fn run(&self, args: &[&str], input: &[u8]) -> Output {
        let output = self.try_run(args, input);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {args:?}: {error}");
        output
    }

    /// Runs gpg and returns the text it prints.
    pub(crate) fn text(&self, args: &[&str], input: &[u8]) -> String {
        String::from_utf8(self.run(args, input).stdout).expect("gpg prints UTF-8")
    }

    /// Returns true if the text comes out.
    /// The exit status does not tell: where a key has several
    /// encryption subkeys, gpg tries each on a message without a key id, and a try that failed
    /// makes it exit with 2 although a later one opened the message.
    pub(crate) fn opens(&self, message: &[u8]) -> bool {
        let output = self.try_run(&["--status-fd", "2", "--decrypt"], message);
        let status = String::from_utf8_lossy(&output.stderr);
        status.contains("[GNUPG:] DECRYPTION_OKAY") && !output.stdout.is_empty()
    }

    pub(crate) fn make_key(&self, name: &str, kind: &str, expires: &str, passphrase: &str) {
        let args = ["--passphrase", passphrase, "--quick-gen-key", name, kind, "default", expires];
        self.run(&args, b"");
    }

    /// Returns the revocation that gpg writes when it makes a key, made usable.
    pub(crate) fn revocation(&self, fingerprint: &str) -> String {
        let path = self.home().join("openpgp-revocs.d").join(format!("{fingerprint}.rev"));
        fs::read_to_string(path).expect("gpg made one").replace(":-----BEGIN", "-----BEGIN")
    }

    pub(crate) fn delete_secret_of_subkey(&self, which: usize) {
        let list = self.text(&["--list-secret-keys", "--with-keygrip", "--with-colons"], b"");
        let grips: Vec<&str> =
            list.lines().filter_map(|line| line.strip_prefix("grp:::::::::")).collect();
        // The first is the primary key's.
        let delete = format!("DELETE_KEY --force {}", grips[1 + which].trim_end_matches(':'));
        let agent = Command::new("gpg-connect-agent")
            .args([delete.as_str(), "/bye"])
            .env("GNUPGHOME", self.home())
            .output()
            .expect("this test needs the Debian package gnupg");
        assert!(String::from_utf8_lossy(&agent.stdout).contains("OK"), "{agent:?}");
    }

    /// Writes a file into the home folder.
    pub(crate) fn configure(&self, file: &str, text: &str) {
        fs::File::create(self.home().join(file))
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .expect("the folder is ours");
    }

    fn try_run(&self, args: &[&str], input: &[u8]) -> Output {
        let mut gpg = Command::new("gpg")
            .args(["--batch", "--yes", "--trust-model", "always", "--passphrase", ""])
            .args(args)
            .env("GNUPGHOME", self.home())
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("this test needs the Debian package gnupg");
        let mut stdin = gpg.stdin.take().expect("it is piped");
        std::thread::scope(|scope| {
            // While its output is read, or both would wait. What gpg does not read is not tested.
            scope.spawn(move || drop(stdin.write_all(input)));
            gpg.wait_with_output().expect("gpg ends")
        })
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ =
            Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", self.home()).status();
    }
}
