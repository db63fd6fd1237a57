//! The seller at home: `cryptocart read`, with real gpg.

use crate::support::{SHIP_TO, Shop, until};
use serde_json::Value;
use shop_core::{entropy::Seeded, message_id, seller_mail::SellerMail, time::CoarseTime};
use shop_seal::{
    SealCert, keygen,
    mail::{self, Letter},
    mbox::Mbox,
};
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

/// A gpg of the seller's own, and a mailbox in its folder.
struct Home {
    folder: tempfile::TempDir,
}

impl Home {
    fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("gpg")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in("/tmp") // sockets need a short path
            .unwrap();
        Self { folder }
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("root")
    }

    fn gpg(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let mut gpg = Command::new("gpg");
        gpg.args(["--batch", "--quiet", "--homedir"]).arg(self.folder.path()).args(arguments);
        let output = fed(gpg, input);
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "gpg {arguments:?}: {wrong}");
        output.stdout
    }

    /// Makes a key, takes its secret half in, and returns what to seal to.
    fn with_key(&self, seed: u64) -> SealCert {
        let key = keygen::throw_away("Seller", TODAY, &Seeded::new(seed)).unwrap();
        self.gpg(&["--import"], key.secret_armored.as_bytes());
        SealCert::parse(&key.public_armored).unwrap()
    }

    fn read(&self, mailbox: &str, arguments: &[&str]) -> (i32, String, String) {
        self.read_with(mailbox, arguments, b"", &[])
    }

    fn read_with(
        &self,
        mailbox: &str,
        arguments: &[&str],
        input: &[u8],
        env: &[(&str, &str)],
    ) -> (i32, String, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_cryptocart"));
        program.arg("read").arg(mailbox).args(arguments).env("GNUPGHOME", self.folder.path());
        program.envs(env.iter().copied()).current_dir(self.folder.path());
        let output = fed(program, input);
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let kill = ["--kill", "all"];
        drop(Command::new("gpgconf").args(kill).env("GNUPGHOME", self.folder.path()).output());
    }
}

/// Runs a program, writes to it and waits for it.
fn fed(mut program: Command, input: &[u8]) -> Output {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = program.spawn().expect("this test needs the Debian package gnupg");
    // A program that does not read to the end is not what is tested.
    drop(child.stdin.take().unwrap().write_all(input));
    child.wait_with_output().unwrap()
}

/// Delivers a letter of an earlier build, which had no data.
fn deliver(mailbox: &Path, cert: &SealCert, subject: &str, body: &str, seed: u64) {
    let letter = Letter { subject: subject.into(), body: body.into(), relay: None, json: None };
    seal(mailbox, cert, &letter, seed);
}

fn seal(mailbox: &Path, cert: &SealCert, letter: &Letter, seed: u64) {
    let random = Seeded::new(seed);
    let mail = mail::seal(message_id::random(&random), cert, letter, TODAY, &random).unwrap();
    Mbox::open(mailbox).deliver(&mail).unwrap();
}

/// Buys, pays and reads: what the seller of a shop sees.
#[test]
fn orders_of_a_shop_are_listed_found_shown_and_exported() {
    let mut shop = Shop::new();
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "2"]);
    let mailbox = shop.dir().join("mailorders/root");
    until("both mails are there", || {
        let text = fs::read_to_string(&mailbox).unwrap_or_default();
        (text.matches("-----END PGP MESSAGE-----").count() == 2).then_some(())
    });
    let home = Home::new();
    let secret = shop.folder().join("my-shop-seller/secret.asc");
    home.gpg(&["--import", secret.to_str().unwrap()], b"");
    let mailbox = mailbox.to_str().unwrap();
    let (code, list, _) = home.read(mailbox, &[]);
    let line = list.lines().find(|line| line.starts_with(&placed.id)).unwrap();
    assert!(code == 0 && line.contains("paid") && line.contains("Ada Byron"), "{list}");
    assert!(line.contains(&placed.amount) && line.contains("1 x "), "{list}");
    assert_eq!(home.read(mailbox, &["find", "ADA", &placed.id]).1, list);
    let (code, _, said) = home.read(mailbox, &["find", "Ada", "nobody"]);
    assert!(code == 3 && said.contains("no order's mails"), "{said}");
    let (code, shown, _) = home.read(mailbox, &["show", &placed.id.to_lowercase()]);
    let wanted = ["New order", "is paid", "Ada Byron", "Paid in full", &placed.pay_to];
    assert!(code == 0 && wanted.iter().all(|text| shown.contains(text)), "{shown}");
    let (_, json, _) = home.read(mailbox, &["--json"]);
    let read: Value = serde_json::from_str(&json).unwrap();
    let order = &read["orders"][0];
    assert_eq!(order["order"], *placed.id);
    assert_eq!(order["mails"][0]["data"]["details"]["ship_to"]["recipient"], "Ada Byron");
    assert_eq!(order["mails"][0]["data"]["details"]["pay_to"], *placed.pay_to);
    assert_eq!(order["mails"][1]["data"]["kind"], "paid");
    assert_eq!(order["mails"][1]["data"]["payment"]["state"], "settled");
    assert_eq!(home.read(mailbox, &["show", &placed.id, "--json"]).1, json);
    assert_encrypted_address_is_shown(&shop, &home);
    let (code, csv, _) = home.read(mailbox, &["export", "--csv"]);
    assert!(code == 0 && csv.starts_with("order,shop,demo,placed,status,items,"), "{csv}");
    assert!(csv.contains(&format!("{},", placed.id)) && csv.contains(",Ada Byron,"), "{csv}");
    let text = fs::read(mailbox).unwrap();
    let (_, piped, _) = home.read_with("-", &[], &text, &[]);
    assert!(piped.starts_with(&list), "from standard input: {piped}");
    shop.close();
}

fn assert_encrypted_address_is_shown(shop: &Shop, home: &Home) {
    let key = fs::read(shop.seller_key()).unwrap();
    home.gpg(&["--import"], &key);
    let known = String::from_utf8(home.gpg(&["--list-keys", "--with-colons"], b"")).unwrap();
    let fingerprint = known.lines().find_map(|line| line.strip_prefix("fpr:::::::::")).unwrap();
    let to = ["--trust-model", "always", "--armor", "--recipient"];
    let to = [&to[..], &[fingerprint.trim_end_matches(':'), "--encrypt"]].concat();
    let armored = String::from_utf8(home.gpg(&to, b"Charles Babbage\n1 Dorset St\n")).unwrap();
    let placed = shop.buyer().buy(&[("sealed", &armored)]).unwrap();
    let mailbox = shop.dir().join("mailorders/root");
    let shown = until("its mail is there", || {
        let (code, shown, _) = home.read(mailbox.to_str().unwrap(), &["show", &placed.id]);
        (code == 0).then_some(shown)
    });
    assert!(shown.contains("1 Dorset St") && shown.contains("BEGIN PGP MESSAGE"), "{shown}");
}

#[test]
fn other_mail_other_keys_and_half_a_mail_are_told_apart() {
    let home = Home::new();
    let cert = home.with_key(1);
    let stranger = Home::new().with_key(2);
    let mailbox = home.mailbox();
    deliver(&mailbox, &cert, "New order K7Q2-9FXD", "Two mugs \u{1b}[2J for Zoë", 3);
    deliver(&mailbox, &stranger, "New order AAAA-BBBB", "not for you", 4);
    let letters = SellerMail { shop: "Nordlys".into(), demo: false };
    let back = letters.chain_read_again("ETH", TODAY);
    seal(&mailbox, &cert, &Letter::from(back), 5);
    let other = "From a@b Sun Nov 22 00:00:00 2026\nFrom: a@b\nSubject: hello\n\n>From me\n\n";
    let mut text = fs::read_to_string(&mailbox).unwrap() + other;
    let last = text.split_inclusive("\n\n").next().unwrap().len();
    let half = text.get(..last + 900).unwrap().replace("Message-ID: <", "Message-ID: <half");
    text.push_str(&half);
    for text in [text.clone(), text.replace('\n', "\r\n")] {
        fs::write(&mailbox, text.replace("\nTo: root", "\nStatus: RO\nTo: root")).unwrap();
        let (code, list, said) = home.read("root", &[]);
        assert!(code == 0 && list.contains("K7Q2-9FXD  2026-11-22"), "{list}{said}");
        assert!(list.contains("2026-11-22  Payments in ETH are detected again"), "{list}");
        assert!(!list.contains("AAAA-BBBB") && !list.contains("hello"), "{list}");
        assert!(said.contains("1 mail is sealed to a key that gpg does not have here"), "{said}");
        assert!(said.contains("1 mail is incomplete"), "{said}");
        let shown = home.read("root", &["show", "K7Q2-9FXD"]).1;
        assert!(shown.contains("Two mugs [2J for Zoë") && !shown.contains('\u{1b}'), "{shown}");
        let (_, json, _) = home.read("root", &["--json"]);
        let read: Value = serde_json::from_str(&json).unwrap();
        let wanted = serde_json::json!({ "other": 1, "other_key": 1, "incomplete": 1 });
        assert_eq!(read["not_read"], wanted);
        assert_eq!(read["orders"][0]["mails"][0]["data"], Value::Null);
    }
    let left: Vec<_> = fs::read_dir(home.folder.path()).unwrap().flatten().collect();
    let plain =
        |path: PathBuf| fs::read(path).is_ok_and(|b| b.windows(8).any(|w| w == b"Two mugs"));
    assert!(!left.into_iter().any(|entry| plain(entry.path())), "nothing decrypted is on the disk");
}

#[test]
fn what_keeps_a_mailbox_closed_is_said_with_what_to_do() {
    let home = Home::new();
    let empty = Home::new();
    let other = Home::new();
    other.with_key(7);
    let cert = home.with_key(1);
    for seed in 3..6 {
        deliver(&home.mailbox(), &cert, "New order K7Q2-9FXD", "Two mugs", seed);
    }
    let mailbox = home.mailbox();
    let mailbox = mailbox.to_str().unwrap();
    let says = |(code, out, said): (i32, String, String), wanted: i32, words: &str| {
        assert!(code == wanted && said.contains(words) && out.is_empty(), "{code}: {said}{out}");
    };
    says(empty.read(mailbox, &[]), 77, "gpg has no secret key here");
    says(other.read(mailbox, &[]), 77, "none of your secret keys opens");
    says(home.read_with(mailbox, &[], b"", &[("PATH", "/nowhere")]), 3, "gpg is not installed");
    says(home.read("nowhere", &[]), 3, "nowhere");
    says(home.read("pubring.kbx", &[]), 2, "is not a mailbox");
    says(home.read(".", &[]), 2, "is a folder, not a mailbox");
    says(home.read(mailbox, &["show", "mugs"]), 2, "is not an order number");
    says(home.read(mailbox, &["show", "AAAA-BBBB"]), 3, "no mail in this mailbox");
    fs::write(home.folder.path().join("empty"), "").unwrap();
    assert_eq!(home.read("empty", &[]).1, "No orders in this mailbox.\n");
    // A seller who types a wrong passphrase, in a pinentry of the test's own.
    let locked = Home::new();
    let made = [
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "right",
        "--quick-gen-key",
        "Own",
        "future-default",
        "default",
        "never",
    ];
    locked.gpg(&made, b"");
    let public = String::from_utf8(locked.gpg(&["--armor", "--export"], b"")).unwrap();
    let cert = SealCert::parse(&public).unwrap();
    deliver(&locked.mailbox(), &cert, "New order K7Q2-9FXD", "Two mugs", 3);
    drop(
        Command::new("gpgconf")
            .args(["--kill", "all"])
            .env("GNUPGHOME", locked.folder.path())
            .output(),
    );
    let pinentry = |answer: &str| {
        let path = locked.folder.path().join("pinentry");
        let script = format!(
            "#!/bin/sh\necho OK\nwhile read -r line; do\n  case $line in\n    GETPIN*) echo 'D \
             {answer}' ;;\n    BYE) exit ;;\n  esac\n  echo OK\ndone\n"
        );
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        let conf = format!("pinentry-program {}\n", path.display());
        fs::write(locked.folder.path().join("gpg-agent.conf"), conf).unwrap();
    };
    pinentry("wrong");
    says(locked.read("root", &[]), 77, "gpg could not unlock your secret key");
    pinentry("right");
    let (code, list, said) = locked.read("root", &[]);
    assert!(code == 0 && list.contains("K7Q2-9FXD"), "{list}{said}");
}
