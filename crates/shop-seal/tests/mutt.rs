//! The seller's way to read orders: `mutt -f mailorders/root`, in a real terminal.

#[path = "tools/gpg_home.rs"]
#[expect(dead_code, reason = "the other half serves tests/gpg.rs")]
mod gpg_home;

use gpg_home::{Gpg, TODAY};
use shop_core::{entropy::Seeded, message_id};
use shop_seal::{
    SealCert, keygen,
    mail::{Letter, Relay, SealedMail, seal},
    mbox::{Delivered, Mbox, messages},
};
use std::{fs, path::Path, process::Command, thread, time::Duration};

fn order(number: &str, cert: &SealCert, seed: u64) -> SealedMail {
    let letter = Letter {
        subject: format!("New order {number}"),
        body: format!("Two mugs for Zoë, order {number}"),
        relay: Some(Relay {
            to: "ada@example.org".into(),
            from: "shop@example.org".into(),
            subject: "Your order".into(),
            body: "Thank you for your order.".into(),
        }),
        json: Some(format!("{{\n\"order\": \"{number}\"\n}}")),
    };
    let random = Seeded::new(seed);
    let id = message_id::random(&random);
    seal(id, cert, &letter, TODAY, &random).expect("the certificate is good")
}

#[test]
fn mutt_shows_orders_and_what_it_writes_back_is_still_delivered() {
    let gpg = Gpg::new();
    let key = keygen::throw_away("Demo <demo@localhost>", TODAY, &Seeded::new(1)).unwrap();
    gpg.run(&["--import"], key.secret_armored.as_bytes());
    // Subkeys come and go: gpg must try the first in vain.
    let fingerprint = SealCert::parse(&key.public_armored).unwrap().fingerprint();
    let later = "--faked-system-time=20261122T130000";
    gpg.run(&[later, "--quick-add-key", &fingerprint, "cv25519", "encr", "1m"], b"");
    let cert = SealCert::parse(&gpg.text(&["--armor", "--export"], b"")).unwrap();
    let first = order("K7Q2-9FXD", &cert, 2);
    let second = order("AAAA-BBBB", &cert, 3);
    let path = gpg.home().join("mailorders").join("root");
    let mbox = Mbox::open(&path);
    assert_eq!(mbox.deliver(&first).unwrap(), Delivered::Now);

    let screen = Screen::open(&gpg, &path);
    screen.wait_for("Msgs:1");
    screen.press("Enter");
    screen.wait_for("Two mugs for Zoë, order K7Q2-9FXD");
    screen.wait_for("Subject: New order K7Q2-9FXD");
    screen.wait_for("Thank you for your order.");

    // A second order comes while the first is being read.
    assert_eq!(mbox.deliver(&second).unwrap(), Delivered::Now);
    screen.press("i");
    screen.wait_for("Msgs:2");
    screen.press("q");
    screen.wait_for("mutt has ended");

    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\nStatus: "), "mutt has written the file anew");
    assert_eq!(messages(text.as_bytes()).len(), 2);
    for order in [&first, &second] {
        assert_eq!(mbox.deliver(order).unwrap(), Delivered::Already);
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

/// mutt in a terminal of its own.
struct Screen {
    socket: String,
}

/// Half a minute, in steps of a tenth of a second.
const PATIENCE: u32 = 300;

impl Screen {
    fn open(gpg: &Gpg, mbox: &Path) -> Self {
        let check = Command::new("mutt").arg("-v").output();
        assert!(check.is_ok(), "this test needs the Debian package mutt");
        gpg.configure(
            "muttrc",
            "set crypt_use_gpgme=yes quit=yes delete=no mail_check=1 timeout=1\n\
             set mbox_type=mbox folder=\"\" record=\"\" charset=utf-8\n",
        );
        let home = gpg.home();
        let muttrc = gpg.home().join("muttrc");
        let name = home.file_name().and_then(|name| name.to_str()).expect("it is in /tmp");
        let screen = Self { socket: format!("cryptocart-{name}") };
        let shown = |path: &Path| path.to_str().expect("it is in /tmp").to_owned();
        let home = shown(home);
        let muttrc = shown(&muttrc);
        let mbox = shown(mbox);
        let command = format!(
            "env HOME={home} GNUPGHOME={home} LC_ALL=C.UTF-8 mutt -n -F {muttrc} -f {mbox}; \
             echo mutt has ended; cat"
        );
        screen.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "60", &command]);
        screen
    }

    fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    fn wait_for(&self, wanted: &str) {
        let mut shown = String::new();
        for _ in 0..PATIENCE {
            shown = self.tmux(&["capture-pane", "-p"]);
            if shown.contains(wanted) {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
        panic!("{wanted:?} did not come; there is\n{shown}");
    }

    fn tmux(&self, args: &[&str]) -> String {
        let output = Command::new("tmux")
            .args(["-u", "-L", &self.socket])
            .args(args)
            .output()
            .expect("this test needs the Debian package tmux");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "tmux {args:?}: {error}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = Command::new("tmux").args(["-L", &self.socket, "kill-server"]).status();
    }
}
