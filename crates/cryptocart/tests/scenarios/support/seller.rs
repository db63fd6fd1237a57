//! The seller at home: real gpg with the shop's throw-away secret key, and the mailbox.

use super::Shop;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// A seller who can open orders.
pub(crate) struct Seller {
    home: tempfile::TempDir,
    mailbox: std::path::PathBuf,
}

impl Seller {
    /// Returns the seller of this shop.
    pub(crate) fn of(shop: &Shop) -> Self {
        Self::with(shop, "my-shop-seller/secret.asc")
    }

    /// Returns the seller of this shop with another secret key, of this path beside it.
    pub(crate) fn with(shop: &Shop, secret: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let seller = Self { home, mailbox: shop.dir().join("mailorders/root") };
        let secret = shop.folder().join(secret);
        seller.gpg(&["--import", secret.to_str().expect("UTF-8")], b"");
        seller
    }

    /// Returns somebody with a new key of their own, and no shop.
    pub(crate) fn with_new_key(name: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let one = Self { home, mailbox: std::path::PathBuf::new() };
        let made = ["--passphrase", "", "--quick-gen-key", name, "future-default", "default"];
        one.gpg(&[&made[..], &["never"]].concat(), b"");
        one
    }

    /// Returns the public halves of the keys that this gpg has.
    pub(crate) fn certificate(&self) -> Vec<u8> {
        self.gpg(&["--armor", "--export"], b"")
    }

    /// Returns the folder of this seller's gpg.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Opens any message with gpg.
    pub(crate) fn decrypt(&self, message: &[u8]) -> Vec<u8> {
        self.gpg(&["--decrypt"], message)
    }

    /// Returns the mails that have arrived, sealed.
    pub(crate) fn sealed(&self) -> Vec<String> {
        sealed(&self.mailbox)
    }

    /// Returns the mails that have arrived, opened; every one must open.
    pub(crate) fn letters(&self) -> Vec<String> {
        self.sealed().iter().map(|mail| self.open(mail)).collect()
    }

    /// Returns the letters about one order.
    pub(crate) fn about(&self, order: &str) -> Vec<String> {
        self.letters().into_iter().filter(|letter| letter.contains(order)).collect()
    }

    /// Returns the letters among these mails that this seller's key opens.
    pub(crate) fn readable(&self, mails: &[String]) -> Vec<String> {
        let open = |mail: &String| {
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.open(mail))).ok()
        };
        mails.iter().filter_map(open).collect()
    }

    fn open(&self, mail: &str) -> String {
        let begin = mail.find("-----BEGIN PGP MESSAGE-----").expect("a PGP message");
        let end = mail.find("-----END PGP MESSAGE-----").expect("a whole PGP message");
        let armored =
            mail.get(begin..end).expect("in order").to_owned() + "-----END PGP MESSAGE-----\n";
        String::from_utf8_lossy(&self.gpg(&["--decrypt"], armored.as_bytes())).into_owned()
    }

    fn gpg(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut child = Command::new("gpg")
            .args(["--batch", "--quiet", "--no-tty", "--homedir"])
            .arg(self.home.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg starts (Debian: apt install gnupg)");
        let mut stdin = child.stdin.take().expect("piped");
        let output = std::thread::scope(|scope| {
            // While its output is read, or both would wait.
            scope.spawn(move || stdin.write_all(input).expect("gpg reads"));
            child.wait_with_output().expect("gpg ends")
        });
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}: {wrong}");
        output.stdout
    }
}

impl Drop for Seller {
    fn drop(&mut self) {
        let home = self.home.path().to_str().unwrap_or_default();
        drop(Command::new("gpgconf").args(["--homedir", home, "--kill", "all"]).output());
    }
}

/// Returns the messages of an mbox.
pub(crate) fn sealed(mailbox: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(mailbox).unwrap_or_default();
    let mut mails: Vec<String> = Vec::new();
    for line in text.lines() {
        if line.starts_with("From ") {
            mails.push(String::new());
        }
        if let Some(mail) = mails.last_mut() {
            mail.push_str(line);
            mail.push('\n');
        }
    }
    mails
}

/// Has gpg make a key, once, and writes its halves in place of the throw-away key's.
pub(crate) fn own_key(secret: &Path, public: &Path) {
    const UID: &str = "Own Seller <seller@shop.example>";
    let home = tempfile::tempdir().expect("a folder");
    let seller = Seller { home, mailbox: std::path::PathBuf::new() };
    seller.gpg(&["--import", secret.to_str().expect("UTF-8")], b"");
    let known = seller.gpg(&["--list-keys"], b"");
    if String::from_utf8_lossy(&known).contains(UID) {
        return;
    }
    let made = ["--passphrase", "", "--quick-gen-key", UID, "future-default", "default", "never"];
    seller.gpg(&made, b"");
    for (file, export) in [(secret, "--export-secret-keys"), (public, "--export")] {
        let key = seller.gpg(&["--passphrase", "", "--armor", export, UID], b"");
        std::fs::write(file, key).expect("the shop's folder");
    }
}
