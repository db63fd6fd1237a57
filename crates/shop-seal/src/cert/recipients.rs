//! The recipients of a message that a buyer encrypted, as its packets say.
//! See RFC 9580, sections 4 and 5.1.
//!
//! Only the names in front of the encrypted data are read, and not by the library: it is for the
//! seller's own files, and these bytes are a stranger's.

use super::SealCert;
use crate::openpgp::{BEGIN, END};
use data_encoding::BASE64;
use pgp::types::{Fingerprint, KeyDetails, KeyId};

/// The recipient of an encrypted message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// A key of the seller's certificate is named.
    Seller,
    /// Only recipients without a name (gpg `--hidden-recipient`): nobody but them can tell.
    Hidden,
    /// Others, or whoever has a passphrase, or no encrypted message at all.
    /// The seller cannot read it.
    Other,
}

impl SealCert {
    /// Returns the recipient of an armored message.
    /// It is not decrypted: a message that names the seller's key may still be damaged.
    #[must_use]
    pub fn recipient(&self, armored: &str) -> Recipient {
        self.named(armored).unwrap_or(Recipient::Other)
    }

    fn named(&self, armored: &str) -> Option<Recipient> {
        let bytes = dearmor(armored)?;
        let mut recipient = Recipient::Other;
        let mut rest = bytes.as_slice();
        loop {
            let (tag, body) = match next_packet(&mut rest)? {
                Packet::Data => return Some(recipient),
                Packet::Before { tag, body } => (tag, body),
            };
            match tag {
                SESSION_KEY => match self.session_key_for(body) {
                    Recipient::Seller => recipient = Recipient::Seller,
                    Recipient::Hidden if recipient == Recipient::Other => {
                        recipient = Recipient::Hidden;
                    }
                    _ => {}
                },
                PASSPHRASE | MARKER | PADDING => {}
                _ => return None,
            }
        }
    }

    /// Returns the recipient by the key that a packet of an encrypted session key names.
    fn session_key_for(&self, name: &[u8]) -> Recipient {
        let (id, fingerprint) = match name {
            [3, id @ ..] => (id.first_chunk::<8>(), None),
            [6, 0, ..] => return Recipient::Hidden,
            [6, length, _, rest @ ..] => (None, rest.get(..usize::from(*length) - 1)),
            _ => return Recipient::Other,
        };
        if id == Some(&[0; 8]) {
            return Recipient::Hidden;
        }
        let is_named = |key_id: KeyId, key: Fingerprint| {
            id.is_some_and(|id| key_id.as_ref() == id) || fingerprint == Some(key.as_bytes())
        };
        let cert = self.cert();
        let primary = is_named(cert.primary_key.legacy_key_id(), cert.primary_key.fingerprint());
        let mut subkeys = cert.public_subkeys.iter().map(|subkey| &subkey.key);
        if primary || subkeys.any(|key| is_named(key.legacy_key_id(), key.fingerprint())) {
            Recipient::Seller
        } else {
            Recipient::Other
        }
    }
}

const SESSION_KEY: u8 = 1;
const PASSPHRASE: u8 = 3;
const MARKER: u8 = 10;
const PADDING: u8 = 21;
/// Encrypted data, without and with integrity, and gpg's own kind.
const DATA: [u8; 3] = [9, 18, 20];

enum Packet<'a> {
    /// The encrypted data, which is not looked at.
    Data,
    /// A packet in front of it.
    Before { tag: u8, body: &'a [u8] },
}

/// Returns the bytes of an armored message without headers, whatever its checksum.
fn dearmor(armored: &str) -> Option<Vec<u8>> {
    let text = armored.trim().strip_prefix(BEGIN.trim_end())?.strip_suffix(END.trim_end())?;
    let lines = text.lines().map(str::trim_end).filter(|line| !line.starts_with('='));
    BASE64.decode(lines.collect::<String>().as_bytes()).ok()
}

fn next_packet<'a>(rest: &mut &'a [u8]) -> Option<Packet<'a>> {
    let [first] = take(rest)?;
    let is_new = first & 0xc0 == 0xc0;
    let tag = match first {
        _ if is_new => first & 0x3f,
        0x80.. => first >> 2 & 0x0f,
        _ => return None,
    };
    if DATA.contains(&tag) {
        return Some(Packet::Data);
    }
    let length = if is_new {
        match take(rest)? {
            [short @ ..192] => usize::from(short),
            [high @ 192..224] => {
                let [low] = take(rest)?;
                (usize::from(high) - 192) * 256 + usize::from(low) + 192
            }
            [255] => u32::from_be_bytes(take(rest)?).try_into().ok()?,
            _ => return None,
        }
    } else {
        match first & 3 {
            0 => usize::from(u8::from_be_bytes(take(rest)?)),
            1 => usize::from(u16::from_be_bytes(take(rest)?)),
            2 => u32::from_be_bytes(take(rest)?).try_into().ok()?,
            _ => return None,
        }
    };
    let (body, after) = rest.split_at_checked(length)?;
    *rest = after;
    Some(Packet::Before { tag, body })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*taken)
}
