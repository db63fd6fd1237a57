use super::*;
use shop_core::entropy::Seeded;
use shop_seal::keygen;
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// A seller with a real gpg and a shop's folder.
struct Seller {
    folder: tempfile::TempDir,
    cert: SealCert,
}

const ONION: &str = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion";

impl Seller {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key =
            keygen::throw_away("Seller", CoarseTime::from_hours(400_000), &Seeded::new(5)).unwrap();
        let seller = Self { cert: SealCert::parse(&key.public_armored).unwrap(), folder };
        std::fs::create_dir(seller.folder.path().join("identity")).unwrap();
        seller.gpg(&["--import"], &key.secret_armored);
        seller
    }

    fn gpg(&self, arguments: &[&str], input: &str) -> String {
        let mut gpg = Command::new("gpg")
            .args(["--batch", "--quiet"])
            .args(arguments)
            .env("GNUPGHOME", self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        gpg.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let done = gpg.wait_with_output().unwrap();
        assert!(done.status.success(), "gpg {arguments:?}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Signs a text as a seller does.
    fn sign(&self, text: &str) -> String {
        self.gpg(&["--clearsign"], text)
    }

    fn has(&self, name: &str, text: &str) -> &Self {
        let file = self.folder.path().join("identity").join(name);
        files::write(&file, text.as_bytes(), false).unwrap();
        self
    }

    fn load(&self) -> Identity {
        let dir = ShopDir::new(self.folder.path());
        // 2026-11-23.
        load(&dir, &self.cert, Some(ONION), CoarseTime::from_hours(20_780 * 24))
    }
}

/// gpg leaves an agent behind, which would outlive the folder.
impl Drop for Seller {
    fn drop(&mut self) {
        let home = self.folder.path();
        drop(Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", home).status());
    }
}

fn warning(identity: &Identity) -> &str {
    &identity.warnings.first().expect("a warning").1
}

#[test]
fn without_files_there_is_nothing_to_say() {
    let identity = Seller::new().load();
    assert!(identity.files.is_empty() && identity.warnings.is_empty());
}

#[test]
fn security_txt_must_have_what_the_rfc_asks_for() {
    let seller = Seller::new();
    let good = "Contact: http://abc.onion/page/contact\nExpires: 2027-06-30T00:00:00Z\n";
    let identity = seller.has("security.txt", good).load();
    assert!(identity.warnings.is_empty());
    assert_eq!(identity.files[0].path, "/.well-known/security.txt");
    assert_eq!(identity.files[0].text, good);
    for (text, wanted, shown) in [
        ("Expires: 2027-06-30T00:00:00Z\n", "Contact", false),
        ("Contact: x\n", "Expires", false),
        ("Contact: x\nExpires: 2027-01-01\nExpires: 2028-01-01\n", "one line", false),
        ("Contact: x\nExpires: 2026-11-01T00:00:00Z\n", "EXPIRED on 2026-11-01", true),
        ("contact: x\nexpires: 2026-11-25T00:00:00Z\n", "expires on 2026-11-25", true),
    ] {
        let identity = seller.has("security.txt", text).load();
        assert!(warning(&identity).contains(wanted), "{}", warning(&identity));
        assert_eq!(identity.files.len(), usize::from(shown), "{text}");
    }
}

#[test]
fn an_unsigned_canary_or_mirror_list_is_not_shown() {
    let seller = Seller::new();
    seller.has("canary.txt", "All is well.\nValid until: 2027-01-01\n");
    seller.has("mirrors.txt", ONION);
    let identity = seller.load();
    assert!(identity.files.is_empty());
    assert_eq!(identity.warnings.len(), 2);
    assert!(warning(&identity).contains("gpg --clearsign"));
}

/// gpg's own signature, because that is what sellers make.
#[test]
fn what_gpg_signed_is_shown_and_a_lapse_is_told() {
    let seller = Seller::new();
    let good = seller.sign(&format!("Mirrors:\n\n- http://{ONION}\n"));
    seller.has("mirrors.txt", &good);
    seller.has("canary.txt", &seller.sign("All is well.\nValid until: 2026-12-24\n"));
    let identity = seller.load();
    assert!(identity.warnings.is_empty(), "{:?}", identity.warnings);
    assert_eq!(
        identity.files.iter().map(|f| f.path).collect::<Vec<_>>(),
        ["/mirrors.txt", "/canary.txt"]
    );
    seller.has("canary.txt", &seller.sign("All is well.\nValid until: 2026-11-22\n"));
    let identity = seller.load();
    assert!(warning(&identity).contains("EXPIRED"), "{}", warning(&identity));
    assert_eq!(identity.files.len(), 2, "a lapsed canary is shown: that it lapses is its point");
    seller.has("mirrors.txt", &seller.sign("Mirrors:\n\n- http://elsewhere.onion\n"));
    assert!(warning(&seller.load()).contains("this shop's onion address"));
    seller.has("mirrors.txt", &good.replace("Mirrors", "Mirror"));
    assert!(warning(&seller.load()).contains("NOT SHOWN"));
}

/// Nothing in the folder keeps the shop closed.
#[test]
fn what_cannot_be_read_is_not_shown() {
    let seller = Seller::new();
    let file = seller.folder.path().join("identity/canary.txt");
    for bytes in [b"\xff\xfe".to_vec(), vec![b'x'; 65 * 1024]] {
        files::write(&file, &bytes, false).unwrap();
        let identity = seller.load();
        assert!(warning(&identity).contains("NOT SHOWN"), "{}", warning(&identity));
        assert!(identity.files.is_empty());
    }
}

#[test]
fn two_weeks_before_the_certificate_lapses_the_seller_is_told() {
    let seller = Seller::new();
    let fingerprint = seller.cert.fingerprint();
    let until = ["--faked-system-time", "20261101T000000", "--quick-set-expire"];
    seller.gpg(&[&until[..], &[&fingerprint, "2026-12-05"]].concat(), "");
    let exported = seller.gpg(&["--armor", "--export", &fingerprint], "");
    let cert = SealCert::parse(&exported).unwrap();
    let told = |cert: &SealCert, month, day| {
        cert_lapses(cert, CoarseTime::from_date(2026, month, day).unwrap()).unwrap_or_default()
    };
    assert_eq!(told(&cert, 11, 20), "", "three weeks before");
    assert!(told(&cert, 11, 21).starts_with("it expires on 2026-12-05: extend it"));
    assert!(told(&cert, 12, 6).starts_with("it EXPIRED on 2026-12-05"));
    assert_eq!(told(&seller.cert, 12, 6), "", "one that never lapses");
}
