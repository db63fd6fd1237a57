//! A shop that runs: the real program in a folder of its own.

use super::{Buyer, SHIP_TO, seller::own_key, wait::until};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex},
};

/// Runs the program with these arguments in this folder.
pub(crate) fn cryptocart(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Runs a command that must be refused with one of these exit statuses, and returns what it
/// says.
pub(crate) fn refused(folder: &Path, arguments: &[&str], statuses: &[i32]) -> String {
    let output = cryptocart(folder, arguments);
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    let is_refused = output.status.code().is_some_and(|code| statuses.contains(&code));
    assert!(is_refused, "{arguments:?}: {said}");
    said
}

/// Returns a shop, closed again, with an order which took something from the stock.
pub(crate) fn with_an_order() -> Shop {
    let mut shop = Shop::new();
    shop.open();
    shop.buyer().buy(SHIP_TO).unwrap();
    shop.close();
    shop
}

/// A shop in `my-shop` of a folder that is removed at the end.
pub(crate) struct Shop {
    folder: tempfile::TempDir,
    running: Option<Running>,
}

struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
}

impl Shop {
    /// Makes the sample shop, not open yet: no Tor, and a preview on any free port.
    pub(crate) fn new() -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"))
    }

    /// Makes the same in this folder.
    pub(crate) fn in_folder(folder: tempfile::TempDir) -> Self {
        let made = cryptocart(folder.path(), &["new", "my-shop"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let shop = Self { folder, running: None };
        shop.set("tor", "enabled", "false");
        shop.set("preview", "listen", "\"127.0.0.1:0\"");
        shop
    }

    /// Takes the shop that is in `my-shop` of this folder, not open yet.
    pub(crate) fn found_in(folder: tempfile::TempDir) -> Self {
        Self { folder, running: None }
    }

    /// Returns the folder that everything is in.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the shop's own folder.
    pub(crate) fn dir(&self) -> PathBuf {
        self.folder.path().join("my-shop")
    }

    /// Changes one key of `shop.toml`.
    pub(crate) fn set(&self, section: &str, key: &str, value: &str) {
        let path = self.dir().join("shop.toml");
        let mut here = false;
        let mut found = false;
        let text: Vec<String> = std::fs::read_to_string(&path)
            .expect("settings")
            .lines()
            .map(|line| {
                if line.starts_with('[') {
                    here = line == format!("[{section}]");
                }
                if here && line.starts_with(&format!("{key} =")) {
                    found = true;
                    return format!("{key} = {value}");
                }
                line.to_owned()
            })
            .collect();
        assert!(found, "shop.toml has no {section}.{key}");
        std::fs::write(&path, text.join("\n") + "\n").expect("settings");
        // A shop for real money has a key of its own.
        if matches!((section, key), ("ether" | "bitcoin" | "monero", "nodes")) {
            own_key(&self.folder.path().join("my-shop-seller/secret.asc"), &self.seller_key());
        }
    }

    /// Returns the path of the seller's public key in the shop.
    pub(crate) fn seller_key(&self) -> PathBuf {
        self.dir().join("seller.asc")
    }

    /// Opens it and waits until the preview answers.
    pub(crate) fn open(&mut self) {
        self.open_with(&[]);
    }

    /// Opens it with more arguments.
    pub(crate) fn open_with(&mut self, arguments: &[&str]) {
        self.open_program(Path::new(env!("CARGO_BIN_EXE_cryptocart")), arguments);
    }

    /// Opens it with another file of the program.
    pub(crate) fn open_program(&mut self, program: &Path, arguments: &[&str]) {
        let mut command = Command::new(program);
        command.args(["serve", "my-shop"]).args(arguments).current_dir(self.folder.path());
        self.open_by(command);
    }

    /// Opens it with more variables in the program's environment.
    pub(crate) fn open_with_variables(&mut self, variables: &[(&str, &str)]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cryptocart"));
        command.args(["serve", "my-shop"]).current_dir(self.folder.path());
        command.envs(variables.iter().copied());
        self.open_by(command);
    }

    fn open_by(&mut self, mut command: Command) {
        assert!(self.running.is_none(), "it is open");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        collect(child.stdout.take().expect("piped"), &said);
        collect(child.stderr.take().expect("piped"), &said);
        self.running = Some(Running { child, said });
        until("the shop is open", || {
            let running = self.running.as_mut()?;
            if let Ok(Some(status)) = running.child.try_wait() {
                panic!("the shop ended with {status}:\n{}", self.said());
            }
            self.said().contains("  orders ").then_some(())
        });
    }

    /// Returns everything it has said on the terminal.
    pub(crate) fn said(&self) -> String {
        let running = self.running.as_ref().expect("it is open");
        running.said.lock().expect("no reader panics").clone()
    }

    /// Returns a line that begins with this word, without the word.
    pub(crate) fn line(&self, word: &str) -> Option<String> {
        let said = self.said();
        said.lines().find_map(|l| Some(l.trim().strip_prefix(word)?.trim().to_owned()))
    }

    /// Returns the preview's address, such as `127.0.0.1:12345`.
    pub(crate) fn preview(&self) -> String {
        let line = self.line("preview").expect("a preview");
        let url = line.split_whitespace().next().expect("its address");
        url.trim_start_matches("http://").trim_end_matches('/').to_owned()
    }

    /// Returns somebody at the preview.
    pub(crate) fn buyer(&self) -> Buyer {
        Buyer::at(&self.preview())
    }

    /// Returns the supervisor's process id.
    pub(crate) fn pid(&self) -> u32 {
        self.running.as_ref().expect("it is open").child.id()
    }

    /// Returns the process ids of the roles that live as long as it is open.
    /// (Beside them, processes that make pictures come and go.)
    pub(crate) fn roles(&self) -> Vec<u32> {
        children(self.pid())
            .into_iter()
            .filter(|pid| is_role(*pid, "shop") || is_role(*pid, "tor"))
            .collect()
    }

    /// Returns the process id of its shop role, while that runs.
    pub(crate) fn shop_role(&self) -> Option<u32> {
        self.roles().into_iter().find(|pid| is_role(*pid, "shop"))
    }

    /// Kills supervisor and roles at once (kill -9), as a power cut would.
    pub(crate) fn cut_power(&mut self) {
        let mut all = vec![self.pid()];
        all.extend(self.roles());
        for pid in all {
            // One that is gone already is what we want.
            drop(Command::new("kill").args(["-9", &pid.to_string()]).output());
        }
        if let Some(mut running) = self.running.take() {
            running.child.wait().expect("it ends");
        }
    }

    /// Sends Ctrl-C, and waits for the end.
    pub(crate) fn close(&mut self) {
        if let Some(mut running) = self.running.take() {
            drop(Command::new("kill").arg(running.child.id().to_string()).output());
            let status = running.child.wait().expect("it ends");
            assert!(status.success(), "closing the shop: {status}");
        }
    }

    /// Runs a command on this shop, and returns its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = cryptocart(self.folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {text}{wrong}");
        text
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.cut_power();
        }
    }
}

fn collect(from: impl std::io::Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    });
}

/// Returns the process id of a role of this supervisor, while it runs.
pub(super) fn role_of(supervisor: u32, word: &str) -> Option<u32> {
    children(supervisor).into_iter().find(|pid| is_role(*pid, word))
}

fn is_role(pid: u32, word: &str) -> bool {
    let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    words.ends_with(format!("role\0{word}\0").as_bytes())
}

pub(crate) fn children(pid: u32) -> Vec<u32> {
    let path = format!("/proc/{pid}/task/{pid}/children");
    let direct = std::fs::read_to_string(path).unwrap_or_default();
    let mut all: Vec<u32> = direct.split_whitespace().filter_map(|pid| pid.parse().ok()).collect();
    // A multi-threaded parent lists a child under the thread that made it.
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten() {
        let list = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        all.extend(list.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
    }
    all.sort_unstable();
    all.dedup();
    all
}
