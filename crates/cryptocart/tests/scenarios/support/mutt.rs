//! The real mutt, as the seller uses it.

use super::Terminal;
use std::{path::Path, process::Command};

/// mutt in a terminal that can be read.
pub(crate) struct Mutt {
    terminal: Terminal,
    home: tempfile::TempDir,
}

impl Mutt {
    /// Opens a mailbox with the throw-away key of the shop in `folder`.
    pub(crate) fn open(folder: &Path, mailbox: &Path) -> Self {
        let home = tempfile::tempdir().unwrap();
        let keys = home.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        let secret = folder.join("my-shop-seller/secret.asc");
        let import = Command::new("gpg")
            .args(["--batch", "--quiet", "--homedir"])
            .args([&keys, Path::new("--import"), &secret])
            .output()
            .expect("gpg starts (Debian: apt install gnupg)");
        assert!(import.status.success(), "{}", String::from_utf8_lossy(&import.stderr));
        let settings = "set crypt_use_gpgme=yes\nset wait_key=no\nset pager_stop=yes\n\
            set crypt_protected_headers_read=yes\nset move=no\n";
        let settings = format!("{settings}set folder={}\n", home.path().display());
        std::fs::write(home.path().join("muttrc"), settings).unwrap();
        let command = format!(
            "exec env HOME={home} GNUPGHOME={keys} TERM=xterm LANG=C.UTF-8 mutt -F {home}/muttrc -f {mailbox}",
            home = home.path().display(),
            keys = keys.display(),
            mailbox = mailbox.display()
        );
        Self { terminal: Terminal::run(folder, &[&command]), home }
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: &str) {
        self.terminal.press(key);
    }

    /// Returns what is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.terminal.screen()
    }
}

impl Drop for Mutt {
    fn drop(&mut self) {
        let keys = self.home.path().join("keys");
        let kill =
            Command::new("gpgconf").arg("--homedir").arg(keys).args(["--kill", "all"]).output();
        drop(kill);
    }
}
