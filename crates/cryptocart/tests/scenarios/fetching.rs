//! Orders come home over a real ssh, and go from the server when they are there.

use crate::support::{Mutt, SHIP_TO, Shop, Socks, Sshd, sealed, until};
use serde_json::{Value, json};
use shop_core::{entropy::Seeded, message_id, time::CoarseTime};
use shop_seal::{
    SealCert, keygen,
    mail::{self, Letter, SealedMail},
    mbox::{MailDigest, Mbox},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_cryptocart");

/// Returns the command that sends the mails of a shop.
fn send(dir: &Path) -> String {
    format!("{PROGRAM} mailbox send --dir {}", dir.display())
}

/// Places an order, and waits for its mail.
fn order(shop: &Shop) {
    let mailbox = shop.dir().join("mailorders/root");
    let before = digests(&mailbox).len();
    shop.buyer().buy(SHIP_TO).unwrap();
    until("the order is in the mailbox", || (digests(&mailbox).len() > before).then_some(()));
}

fn digests(mailbox: &Path) -> Vec<MailDigest> {
    let index = Mbox::open(mailbox).index().unwrap();
    index.mails.iter().map(|mail| mail.digest).collect()
}

/// Reads the numbers that fetch prints for programs.
fn numbers(json: &str) -> Value {
    let mut read: Value = serde_json::from_str(json).unwrap();
    let kept = ["new", "known", "other", "gone", "deleted", "not_here"];
    read.as_object_mut().unwrap().retain(|name, _| kept.contains(&name.as_str()));
    read
}

/// The page that says how it is done, docs/reading-at-home.md.
const PAGE: &str = include_str!("../../../../docs/reading-at-home.md");

/// Returns the commands of the page that this test types.
fn commands_of_the_page() -> Vec<&'static str> {
    let blocks = PAGE.split("<!-- run by: scenarios::fetching -->\n```console\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    blocks.flat_map(|block| block.lines().map(|line| line.strip_prefix("$ ").unwrap())).collect()
}

#[test]
fn commands_of_the_page_bring_orders_home() {
    let mut shop = Shop::new();
    shop.open();
    order(&shop);
    let home = tempfile::Builder::new().prefix("home").tempdir_in("/tmp").unwrap();
    fs::create_dir(home.path().join(".ssh")).unwrap();
    let sshd = Sshd::start();
    let secret = shop.folder().join("my-shop-seller/secret.asc");
    let import = format!("gpg --batch --quiet --import {}", secret.display());
    let mut said = Vec::new();
    for line in [import.as_str()].into_iter().chain(commands_of_the_page()) {
        let output = sshd.type_at(home.path(), line);
        let text = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{line}: {text}{errors}");
        if line.starts_with("ssh-keygen") {
            let key = home.path().join(".ssh/orders");
            sshd.allow_key("shop", &key, &send(&shop.dir()));
        }
        said.push(text);
    }
    let [_, _, fetched, read, deleted] = said.as_slice() else { panic!("{said:?}") };
    assert!(fetched.starts_with("1 new mail into orders.mbox from shop"), "{fetched}");
    assert!(read.contains("Ada Byron"), "{read}");
    assert!(deleted.contains("Deleted 1 mail on the server."), "{deleted}");
    drop(sshd.type_at(home.path(), "gpgconf --kill all"));
    shop.close();
}

#[test]
fn orders_come_home_and_then_go_from_the_server() {
    let mut shop = Shop::new();
    shop.open();
    let there = shop.dir().join("mailorders/root");
    let home = tempfile::tempdir().unwrap();
    let here = home.path().join("orders.mbox");
    let sshd = Sshd::start();
    sshd.allow("shop", &send(&shop.dir()));
    sshd.allow("reader", &format!("{} --read-only", send(&shop.dir())));
    order(&shop);
    let (code, said, errors) = sshd.run(home.path(), &["fetch", "shop"]);
    assert!(code == 0 && said.starts_with("1 new mail into orders.mbox"), "{said}{errors}");
    assert_eq!(sealed(&here), sealed(&there));
    order(&shop);
    let (_, json, _) = sshd.run(home.path(), &["fetch", "shop", "--json"]);
    let wanted = json!({
        "new": 1, "known": 1, "gone": 0, "other": 0, "deleted": null, "not_here": 0
    });
    assert_eq!(numbers(&json), wanted);
    assert_eq!(sealed(&here), sealed(&there));
    // A key that is limited to a command can do nothing else.
    assert!(sshd.ssh("reader", "echo hello").starts_with("cryptocart-mails 1\n"));
    let (code, _, errors) = sshd.run(home.path(), &["fetch", "reader", "--delete"]);
    assert!(code == 77 && errors.contains("--read-only"), "{errors}");
    assert_eq!(digests(&there).len(), 2);
    let (code, said, _) = sshd.run(home.path(), &["fetch", "shop", "--delete"]);
    assert!(code == 0 && said.contains("Deleted 2 mails on the server."), "{said}");
    assert_eq!((digests(&there).len(), digests(&here).len()), (0, 2));
    // The shop goes on, into the file that took the place of the one it knew.
    order(&shop);
    let (_, json, _) = sshd.run(home.path(), &["fetch", "shop", "--delete", "--json"]);
    let wanted = json!({
        "new": 1, "known": 0, "gone": 0, "other": 0, "deleted": 1, "not_here": 0
    });
    assert_eq!(numbers(&json), wanted);
    assert_eq!((digests(&there).len(), digests(&here).len()), (0, 3));
    let status = shop.run(&["status", "--json"]);
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["shop"]["mailbox"]["works"], true);
    shop.close();
}

/// mutt shows the mailbox on the server while its mails are fetched and deleted.
#[test]
fn mutt_at_the_server_neither_loses_nor_revives_mails() {
    let mut shop = Shop::new();
    shop.open();
    let there = shop.dir().join("mailorders/root");
    let home = tempfile::tempdir().unwrap();
    let sshd = Sshd::start();
    sshd.allow("shop", &send(&shop.dir()));
    order(&shop);
    order(&shop);
    let old = digests(&there);
    let mutt = Mutt::open(shop.folder(), &there);
    until("mutt lists two messages", || mutt.screen().contains("Msgs:2").then_some(()));
    mutt.press("Enter");
    until("mutt shows the first", || mutt.screen().contains("Ada Byron").then_some(()));
    mutt.press("i");
    let (code, said, errors) = sshd.run(home.path(), &["fetch", "shop", "--delete"]);
    assert!(code == 0 && said.contains("Deleted 2 mails"), "{said}{errors}");
    order(&shop);
    // mutt wants to write that it showed the first one.
    mutt.press("$");
    until("mutt has seen the other file", || mutt.screen().contains("Msgs:1").then_some(()));
    mutt.press("q");
    until("mutt has ended", || (!mutt.screen().contains("Msgs:")).then_some(()));
    let new = digests(&there);
    assert!(new.len() == 1 && !old.contains(&new[0]), "{new:?}");
    let here = digests(&home.path().join("orders.mbox"));
    assert_eq!(here, old);
    shop.close();
}

/// Makes many mails quickly: one is sealed, and the others differ in their names alone.
fn many_mails(number: usize) -> Vec<SealedMail> {
    let today = CoarseTime::from_hours(498_708);
    let random = Seeded::new(1);
    let key = keygen::throw_away("Demo", today, &random).unwrap();
    let cert = SealCert::parse(&key.public_armored).unwrap();
    let letter =
        Letter { subject: "New order".into(), body: "Two mugs".into(), relay: None, json: None };
    let sealed = mail::seal(message_id::random(&random), &cert, &letter, today, &random).unwrap();
    let text = String::from_utf8(sealed.bytes).unwrap();
    let word = sealed.message_id.get(1..25).unwrap().to_owned();
    let named = |number: usize| {
        let name = format!("{number:024}");
        let text = text.replace(&word, &name);
        SealedMail::parse(text.as_bytes()).expect("a sealed mail")
    };
    (0..number).map(named).collect()
}

/// A shop's folder with many mails, which is never opened.
struct Full {
    folder: tempfile::TempDir,
    mails: Vec<MailDigest>,
}

impl Full {
    fn new(number: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("shop.toml"), "[shop]\nname = \"Nordlys\"\n").unwrap();
        let full = Self { folder, mails: Vec::new() };
        let mails = many_mails(number);
        Mbox::open(full.mailbox()).deliver_all(&mails).unwrap();
        Self { mails: mails.iter().map(MailDigest::new).collect(), ..full }
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("mailorders/root")
    }
}

/// The connection stops after one of three writes of the mailbox, and fetch is killed then.
#[test]
fn killed_fetch_goes_on_where_it_was() {
    let full = Full::new(1_200);
    let home = tempfile::tempdir().unwrap();
    let here = home.path().join("orders.mbox");
    let sshd = Sshd::start();
    let send = send(full.folder.path());
    sshd.allow("slow", &format!("{send} | (stdbuf -o0 head -c 6000000; cat >/dev/null)"));
    sshd.allow("cut", &format!("{send} | stdbuf -o0 head -c 3000000"));
    sshd.allow("shop", &send);
    let mut fetch = sshd.cryptocart(home.path(), &["fetch", "slow"]).spawn().unwrap();
    until("some mails are at home", || (digests(&here).len() > 400).then_some(()));
    fetch.kill().unwrap();
    fetch.wait().unwrap();
    let some = digests(&here);
    assert!(some.len() < 1_200 && full.mails.starts_with(&some), "{}", some.len());
    // The connection ends by itself, in the middle of a mail.
    let (code, _, errors) = sshd.run(home.path(), &["fetch", "cut"]);
    assert!(code == 75 && errors.contains("Run the same command again"), "{errors}");
    let more = digests(&here);
    assert!(more.len() > some.len() && full.mails.starts_with(&more), "{}", more.len());
    let (code, json, errors) = sshd.run(home.path(), &["fetch", "shop", "--delete", "--json"]);
    let known = more.len();
    let wanted = json!({
        "new": 1_200 - known, "known": known, "gone": 0, "other": 0, "deleted": 1_200, "not_here": 0
    });
    assert!(code == 0 && numbers(&json) == wanted, "{json}{errors}");
    assert_eq!(digests(&here), full.mails);
    assert_eq!(fs::read(full.mailbox()).unwrap(), b"");
}

/// The size of files is limited, which fails as a full disk does.
#[test]
fn full_disk_at_either_end_loses_nothing() {
    let full = Full::new(1_200);
    let home = tempfile::tempdir().unwrap();
    let here = home.path().join("orders.mbox");
    let sshd = Sshd::start();
    let send = send(full.folder.path());
    sshd.allow("shop", &send);
    sshd.allow("full", &format!("trap '' XFSZ; ulimit -f 100; {send}"));
    let fetch = sshd.cryptocart(home.path(), &["fetch", "shop"]);
    let mut limited = Command::new("sh");
    // In blocks of 512 bytes.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 12000; exec \"$0\" fetch shop", PROGRAM]);
    limited.envs(fetch.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let failed = limited.current_dir(home.path()).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert!(failed.status.code() == Some(75) && errors.contains("cannot write"), "{errors}");
    assert!(full.mails.starts_with(&digests(&here)), "what came is whole");
    assert_eq!(sshd.run(home.path(), &["fetch", "shop"]).0, 0);
    assert_eq!(digests(&here), full.mails);
    // One that is not at home keeps the mailbox from being empty, so it must be written again.
    Mbox::open(&here).remove(&full.mails[..200].iter().copied().collect()).unwrap();
    let before = fs::read(full.mailbox()).unwrap();
    let (code, _, errors) = sshd.run(home.path(), &["fetch", "full", "--delete"]);
    assert!(code == 75 && errors.contains("the server says: cannot write"), "{errors}");
    assert!(fs::read(full.mailbox()).unwrap() == before, "the mailbox is as it was");
    let left = fs::read_dir(full.mailbox().parent().unwrap()).unwrap().count();
    assert_eq!(left, 2, "nothing is left of the try");
    let (_, said, _) = sshd.run(home.path(), &["fetch", "shop", "--delete"]);
    assert!(said.contains("Deleted 1000 mails") && said.contains("200 mails stay"), "{said}");
    assert_eq!(digests(&full.mailbox()), full.mails[..200]);
}

/// ssh would ask the DNS for the name, and so tell it to strangers.
#[test]
fn onion_address_is_asked_of_tor_alone() {
    const ONION: &str = "pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion";
    let full = Full::new(2);
    let home = tempfile::tempdir().unwrap();
    let sshd = Sshd::start();
    sshd.allow("shop", &send(full.folder.path()));
    sshd.name_onion("hidden", "shop", ONION);
    let socks = Socks::to(sshd.port());
    let tor = format!("--tor={}", socks.address());
    let (code, said, errors) = sshd.run(home.path(), &["fetch", "hidden", &tor]);
    assert!(code == 0 && said.starts_with("2 new mails"), "{said}{errors}");
    assert_eq!(socks.asked(), [ONION]);
}

#[test]
fn what_is_wrong_at_the_server_is_said_with_its_cure() {
    let home = tempfile::tempdir().unwrap();
    let sshd = Sshd::start();
    sshd.allow_all("all");
    sshd.allow("noisy", "printf 'Welcome \\033[2J!\\n'; printf '\\033[2Jbad\\n' >&2");
    sshd.allow("nowhere", &send(Path::new("/nowhere")));
    let failed = |arguments: &[&str]| {
        let (code, said, errors) = sshd.run(home.path(), &[&["fetch"], arguments].concat());
        assert!(said.is_empty() && !errors.contains('\u{1b}'), "{said}{errors:?}");
        (code, errors)
    };
    let (code, errors) = failed(&["all", "--command", "no-such-program"]);
    assert!(code == 75 && errors.contains("no program cryptocart on the server"), "{errors}");
    let (code, errors) = failed(&["noisy"]);
    assert!(code == 75 && errors.contains("Welcome [2J!") && errors.contains("[2Jbad"), "{errors}");
    assert!(errors.contains("must print nothing before it runs a command"), "{errors}");
    let (code, errors) = failed(&["nowhere"]);
    assert!(code == 3 && errors.contains("the server says: no shop found in /nowhere"), "{errors}");
    let (code, errors) = failed(&["127.0.0.1", "--tor=127.0.0.1:1"]);
    assert!(code == 75 && errors.contains("ssh did not connect"), "{errors}");
    for wrong in ["-oProxyCommand=x", "a b", "$(x)", ""] {
        let (code, errors) = failed(&["--", wrong]);
        assert!(code == 2 && errors.contains("is not a server's name"), "{errors}");
    }
    let left: Vec<_> = fs::read_dir(home.path()).unwrap().flatten().collect();
    assert!(left.len() <= 1, "{left:?}");
}
