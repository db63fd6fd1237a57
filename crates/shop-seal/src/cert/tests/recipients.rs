//! The names in front of an encrypted message, in each form a program may write them.

use super::*;
use pgp::types::KeyDetails;

/// Encrypted data; what is inside does not matter.
const DATA: &[u8] = &[0xd2, 1, 2, 3];

fn cert() -> SealCert {
    let made = keygen::throw_away("Seller", TODAY, &Seeded::new(1)).unwrap();
    SealCert::parse(&made.public_armored).unwrap()
}

/// An encrypted session key of version 3, for the key with this number.
fn session_key(id: &[u8]) -> Vec<u8> {
    let body = [&[3], id, &[18, 0, 8, 0xff]].concat();
    [&[0xc1, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
}

/// An encrypted session key of version 6 for the key with this version and fingerprint.
fn session_key_6(name: &[u8]) -> Vec<u8> {
    let length = u8::try_from(name.len()).unwrap();
    let body = [&[6, length], name, &[25, 1, 2]].concat();
    [&[0xc1, u8::try_from(body.len()).unwrap()], body.as_slice()].concat()
}

fn recipient(packets: &[&[u8]]) -> Recipient {
    cert().recipient(&crate::openpgp::armor(&[&packets.concat(), DATA].concat()))
}

fn subkey_id() -> Vec<u8> {
    cert().cert().public_subkeys[0].key.legacy_key_id().as_ref().to_vec()
}

#[test]
fn length_of_a_packet_is_read_in_every_form() {
    let short = |n: usize| vec![0xca, u8::try_from(n).unwrap()];
    let two = |n: usize| vec![0xca, u8::try_from((n - 192) / 256 + 192).unwrap(), (n - 192) as u8];
    let five = |n: usize| [&[0xca, 255], (n as u32).to_be_bytes().as_slice()].concat();
    let old_one = |n: usize| vec![0xa8, u8::try_from(n).unwrap()];
    let old_two = |n: usize| [&[0xa9], (n as u16).to_be_bytes().as_slice()].concat();
    let old_four = |n: usize| [&[0xaa], (n as u32).to_be_bytes().as_slice()].concat();
    let headers = [
        (short(0), 0),
        (short(191), 191),
        (two(192), 192),
        (two(1_000), 1_000),
        (two(8_383), 8_383),
        (five(3), 3),
        (five(70_000), 70_000),
        (old_one(255), 255),
        (old_two(300), 300),
        (old_four(70_000), 70_000),
    ];
    for (header, length) in headers {
        let marker = [header.clone(), vec![0; length]].concat();
        let found = recipient(&[&marker, &session_key(&subkey_id())]);
        assert_eq!(found, Recipient::Seller, "{header:?}");
    }
    let unended = [0xca, 224];
    assert_eq!(recipient(&[&unended, &session_key(&subkey_id())]), Recipient::Other);
}

#[test]
fn recipient_without_a_name_hides_no_named_one() {
    let hidden = session_key(&[0; 8]);
    let seller = session_key(&subkey_id());
    let other = session_key(&[7; 8]);
    assert_eq!(recipient(&[&hidden]), Recipient::Hidden);
    assert_eq!(recipient(&[&other, &hidden]), Recipient::Hidden);
    assert_eq!(recipient(&[&hidden, &other]), Recipient::Hidden);
    assert_eq!(recipient(&[&seller, &hidden]), Recipient::Seller);
    assert_eq!(recipient(&[&hidden, &seller]), Recipient::Seller);
    assert_eq!(recipient(&[&seller, &other]), Recipient::Seller);
}

#[test]
fn key_is_known_by_its_fingerprint_too() {
    let fingerprint = cert().cert().public_subkeys[0].key.fingerprint();
    let name = |fingerprint: &[u8]| [&[4], fingerprint].concat();
    let named = |name: &[u8]| recipient(&[&session_key_6(name)]);
    assert_eq!(named(&name(fingerprint.as_bytes())), Recipient::Seller);
    assert_eq!(named(&name(&[7; 20])), Recipient::Other);
    assert_eq!(named(&[]), Recipient::Hidden);
}
