//! Archives as somebody would make them who has the seller's public key.

use super::*;
use tar::{Builder, Header};

const SHOP_TOML: &[u8] = b"[shop]\nname = \"Nordlys\"\n[ether]\npool = \"money/pool.txt\"\n";

/// An archive that is being made.
struct Made(Builder<Vec<u8>>);

impl Made {
    fn new() -> Self {
        Self(Builder::new(Vec::new()))
    }

    /// Begins as a backup does.
    fn begun() -> Self {
        Self::new()
            .file("my-shop/shop-id.toml", b"shop = \"\"\n")
            .file("my-shop/shop.toml", SHOP_TOML)
    }

    fn file(self, name: &str, bytes: &[u8]) -> Self {
        self.entry(EntryType::Regular, name, "", bytes)
    }

    /// Adds an entry whose name nobody has checked.
    fn entry(mut self, kind: EntryType, name: &str, link: &str, bytes: &[u8]) -> Self {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(0o777);
        header.set_size(bytes.len() as u64);
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
        header.set_cksum();
        self.0.append(&header, bytes).unwrap();
        self
    }

    /// Ends as a backup does.
    fn ended(self) -> Vec<u8> {
        self.file("my-shop/state/shop.db", b"the database").0.into_inner().unwrap()
    }
}

fn unpacked(archive: &[u8]) -> (tempfile::TempDir, Result<Unpacked, CliError>) {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("to");
    files::private_folder(&to).unwrap();
    let unpacked = unpack(archive, &to, &mut |_| {});
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().flatten().collect();
    assert_eq!(names.len(), 1, "nothing is written outside of it");
    (folder, unpacked)
}

fn refusal(archive: &[u8]) -> String {
    unpacked(archive).1.map_err(|error| error.to_string()).expect_err("it must be refused")
}

#[test]
fn archive_of_a_backup_is_unpacked_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Made::begun()
        .entry(EntryType::Directory, "my-shop/", "", b"")
        .file("my-shop/money/pool.txt", b"0x1\n")
        .file("my-shop/theme/templates/footer.html", b"<p>")
        .ended();
    let (folder, unpacked) = unpacked(&archive);
    assert_eq!(unpacked.unwrap().names.len(), 5);
    let path = |name: &str| folder.path().join("to").join(name);
    assert_eq!(std::fs::read(path("state/shop.db")).unwrap(), b"the database");
    let mode = |name| path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode("money/pool.txt"), mode("theme/templates"), mode("state")),
        (0o600, 0o700, 0o700)
    );
}

#[test]
fn long_name_is_taken_as_the_library_writes_it() {
    let name = format!("my-shop/images/{}.jpg", "é".repeat(120));
    let mut made = Made::begun();
    let mut header = Header::new_ustar();
    header.set_entry_type(EntryType::Regular);
    header.set_size(3);
    made.0.append_data(&mut header, &name, &b"jpg"[..]).unwrap();
    let (folder, unpacked) = unpacked(&made.ended());
    unpacked.unwrap();
    let inner = name.strip_prefix("my-shop/").unwrap();
    assert_eq!(std::fs::read(folder.path().join("to").join(inner)).unwrap(), b"jpg");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    for name in [
        "my-shop/../evil",
        "my-shop/images/../../evil.jpg",
        "../my-shop/images/a.jpg",
        "/my-shop/images/a.jpg",
        "my-shop//images/a.jpg",
        "./my-shop/images/a.jpg",
        "my-shop/./images/a.jpg",
        "my-shop/images/\u{1b}[2J.jpg",
        "evil",
        "my-shop",
        "",
    ] {
        let said = refusal(&Made::begun().file(name, b"x").ended());
        assert!(said.contains("not the archive of a backup"), "{name}: {said}");
        assert!(!said.contains('\u{1b}'), "{said:?}");
    }
}

#[test]
fn names_that_no_backup_has_are_refused() {
    for name in [
        "my-shop/state/tor/keys",
        "my-shop/state/serve.lock",
        "my-shop/mailorders/root",
        "my-shop/.bashrc",
        "my-shop/money/other.txt",
        "my-shop/state/shop.db-wal",
    ] {
        let said = refusal(&Made::begun().file(name, b"x").ended());
        assert!(said.contains("is not a file that a backup has"), "{name}: {said}");
    }
}

#[test]
fn links_devices_and_other_kinds_are_refused() {
    let kinds = [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Block,
        EntryType::Fifo,
        EntryType::Continuous,
        EntryType::GNUSparse,
        EntryType::GNULongLink,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
    ];
    for kind in kinds {
        let name = "my-shop/images/a.jpg";
        let said = refusal(&Made::begun().entry(kind, name, "/etc/passwd", b"").ended());
        assert!(said.contains("no file and no folder"), "{kind:?}: {said}");
    }
}

#[test]
fn file_that_is_there_twice_is_refused() {
    let twice = Made::begun().file("my-shop/images/a", b"1").file("my-shop/images/a", b"2").ended();
    assert!(refusal(&twice).contains("File exists"), "{}", refusal(&twice));
    let below = Made::begun().file("my-shop/theme/a", b"1").file("my-shop/theme/a/b", b"2").ended();
    assert!(refusal(&below).contains("creating the folder"), "{}", refusal(&below));
}

#[test]
fn identity_is_first_and_the_database_last() {
    let late = Made::new().file("my-shop/shop.toml", SHOP_TOML).ended();
    assert!(refusal(&late).contains("comes before shop-id.toml"));
    let more = Made::begun().file("my-shop/state/shop.db", b"1").file("my-shop/tax.toml", b"2");
    assert!(refusal(&more.ended()).contains("more behind its database"));
    let unnamed = Made::new().file("my-shop/shop-id.toml", b"").file("my-shop/money/pool.txt", b"");
    assert!(refusal(&unnamed.ended()).contains("is not a file that a backup has"));
}

/// A length that the header claims is not made room for.
#[test]
fn file_that_claims_to_be_huge_is_refused_before_it_is_written() {
    for (name, claimed) in [
        ("my-shop/state/shop.db", (256 << 20) + 1),
        ("my-shop/state/cookie.key", 5_000),
        ("my-shop/catalog.json", u64::MAX),
        ("my-shop/images/a.jpg", 1 << 40),
    ] {
        let mut made = Made::begun();
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_path(name).unwrap();
        header.set_size(claimed);
        header.set_cksum();
        made.0.append(&header, &b"x"[..]).unwrap();
        let said = refusal(&made.ended());
        assert!(said.contains("too large") || said.contains("not the archive"), "{name}: {said}");
    }
}

#[test]
fn archive_that_is_cut_off_anywhere_is_refused() {
    let whole = Made::begun().file("my-shop/images/a.jpg", &[7; 2_000]).ended();
    let zeros = whole.iter().rev().take_while(|byte| **byte == 0).count();
    for length in (0..whole.len() - zeros).step_by(97) {
        let said = refusal(&whole[..length]);
        assert!(
            said.contains("incomplete") || said.contains("not the archive"),
            "{length}: {said}"
        );
    }
    assert!(unpacked(&whole[..whole.len() - zeros + 500]).1.is_ok(), "its end does not matter");
}

#[test]
fn what_is_no_archive_is_refused() {
    for bytes in [&b""[..], b"hello", &[0; 4096], &[0xff; 4096], &[b'a'; 4096]] {
        let said = refusal(bytes);
        assert!(said.contains("incomplete") || said.contains("not the archive"), "{said}");
    }
}

/// Every byte of the headers, one at a time, and with checksums that are right again.
#[test]
fn changed_headers_write_nothing_elsewhere() {
    let whole = Made::begun()
        .entry(EntryType::GNULongName, "././@LongLink", "", b"my-shop/images/long.jpg\0")
        .file("my-shop/images/l", b"jpg")
        .ended();
    let headers = [0, 1_024, 2_048, 3_072, 4_096];
    for header in headers {
        for at in (0..160).chain(257..264).chain(345..350) {
            for byte in [0, b'/', b'.', b'7', 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[header + at] = byte;
                let block = &mut changed[header..header + 512];
                block[148..156].fill(b' ');
                let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
                // What is looked at is in `unpacked`: the folder next to it stays empty.
                drop(unpacked(&changed));
            }
        }
    }
}
