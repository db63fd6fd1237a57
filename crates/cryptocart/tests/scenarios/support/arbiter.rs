//! An arbiter: a service that runs, and the person at home with the two keys.

use super::{Anvil, Buyer, Seller, cryptocart, escrow::write, until};
use crate::tools::free_port;
use serde_json::Value;
use shop_core::escrow::Account;
use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

/// An arbiter of its own folder, which is removed at the end.
pub(crate) struct Arbiter {
    folder: tempfile::TempDir,
    gpg: Seller,
    port: u16,
    /// Address of the key that rules.
    pub(crate) account: Account,
    child: Option<Child>,
}

impl Arbiter {
    /// Makes the keys at home, as docs/arbiter.md says. There is no service yet.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path();
        write(&home.join("phrase"), "some words of a passphrase\n");
        let made = run(home, &["key", "arbiter.key", "--passphrase-file", "phrase", "--json"]);
        let made: Value = serde_json::from_slice(&made).unwrap();
        let address = made["address"].as_str().unwrap().to_lowercase();
        let account = Account::parse(&address).unwrap();
        let gpg = Seller::with_new_key("An Arbiter <arbiter@arbiter.example>");
        write(&home.join("arbiter.asc"), &String::from_utf8(gpg.certificate()).unwrap());
        Self { folder, gpg, port: free_port(), account, child: None }
    }

    /// Makes the service and starts it. It asks this node.
    pub(crate) fn serve(&mut self, anvil: &Anvil) {
        let address = self.account.to_string();
        let certificate = ["--certificate", "arbiter.asc"];
        let make = [&["new", "service", "--account", &address], &certificate[..]].concat();
        run(self.folder.path(), &make);
        let settings = self.service().join("arbitrate.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let text = text
            .replace("chain_id = 1", &format!("chain_id = {}", super::CHAIN))
            .replace("\nnodes = []", &format!("\nnodes = [\"{}\"]", anvil.url()))
            .replace("127.0.0.1:8091", &format!("127.0.0.1:{}", self.port))
            .replace("enabled = true", "enabled = false");
        std::fs::write(&settings, text).unwrap();
        let log = std::fs::File::create(self.folder.path().join("said")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
            .args(["arbitrate", "serve"])
            .arg(self.service())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        until("the arbiter is open", || self.said().contains("is open").then_some(()));
    }

    fn service(&self) -> PathBuf {
        self.folder.path().join("service")
    }

    /// Returns everything that the service has said on its terminal.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("said")).unwrap_or_default()
    }

    /// Returns somebody at its pages.
    pub(crate) fn visitor(&self) -> Buyer {
        Buyer::at(&format!("127.0.0.1:{}", self.port))
    }

    /// Returns the address of its pages.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns everything that the server has on its disk.
    pub(crate) fn disk(&self) -> Vec<Vec<u8>> {
        let mut folders = vec![self.service()];
        let mut files = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    files.push(std::fs::read(entry.path()).unwrap());
                }
            }
        }
        files
    }

    /// Takes the letters home, and returns them opened by gpg.
    pub(crate) fn letters(&self) -> Vec<String> {
        let letters = std::fs::read_dir(self.service().join("state/letters")).unwrap();
        let open = |entry: std::fs::DirEntry| {
            let sealed = std::fs::read(entry.path()).unwrap();
            std::fs::remove_file(entry.path()).unwrap();
            String::from_utf8(self.gpg.decrypt(&sealed)).unwrap()
        };
        letters.flatten().map(open).collect()
    }

    /// Keeps the statement of a letter at home, as the file that decisions are about.
    pub(crate) fn keep_statement(&self, letter: &str) {
        let (_, statement) = letter.split_once("----- statement -----\n").unwrap();
        write(&self.folder.path().join("statement.txt"), statement);
    }

    /// Signs a decision at home with these reasons, and copies it to the service.
    pub(crate) fn decides(&self, decision: &[&str], reasons: &str) {
        let home = self.folder.path();
        write(&home.join("why.txt"), reasons);
        let [word, more @ ..] = decision else { panic!("a decision has a name") };
        let about = [*word, "statement.txt", "--key", "arbiter.key"];
        let phrase = ["--passphrase-file", "phrase", "--reasons", "why.txt", "--json"];
        let signed = run(home, &[&about[..], more, &phrase[..]].concat());
        let signed: Value = serde_json::from_slice(&signed).unwrap();
        let file = Path::new(signed["file"].as_str().unwrap());
        let rulings = self.service().join("rulings");
        std::fs::copy(home.join(file), rulings.join(file.file_name().unwrap())).unwrap();
    }
}

/// Runs `cryptocart arbitrate`, which has to work, and returns its output.
fn run(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = cryptocart(folder, &[&["arbitrate"], arguments].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

impl Drop for Arbiter {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}
