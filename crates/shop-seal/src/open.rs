//! Opening sealed mail with the seller's secret key.
//! The seller does it, and tests do, but never the server.

use crate::{
    letter::Letter,
    mime,
    openpgp::{BEGIN, END},
};
use pgp::{
    composed::{Deserializable, Message, SignedSecretKey},
    types::Password,
};
use shop_core::kind::{HasKind, Kind};
use std::io::Read;
use zeroize::Zeroizing;

/// Longest letter that is read; ours end at 256 KiB.
const LONGEST: u64 = 1 << 20;

/// The seller's secret key, with what unlocks it.
pub struct SealKey {
    key: SignedSecretKey,
    passphrase: Password,
}

/// Errors of opening a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Not an armored secret key block.
    #[error(
        "this is not one armored OpenPGP secret key block (gpg --armor --export-secret-keys NAME)"
    )]
    NotAKey,
    /// The passphrase does not unlock the key.
    #[error("the passphrase does not unlock the key")]
    WrongPassphrase,
    /// Not a mail this program sealed.
    #[error("this is not a sealed order")]
    NotSealed,
    /// It is sealed to another key, or damaged; the cipher cannot tell.
    #[error("this key does not open it, or it is damaged")]
    WrongKey,
}

impl HasKind for OpenError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotAKey | Self::NotSealed => Kind::BadInput,
            Self::WrongPassphrase | Self::WrongKey => Kind::Denied,
        }
    }
}

impl SealKey {
    /// Reads an armored secret key block; the passphrase is empty for a key without one.
    ///
    /// # Errors
    /// [`OpenError::NotAKey`], [`OpenError::WrongPassphrase`].
    pub fn parse(armored: &str, passphrase: &str) -> Result<Self, OpenError> {
        let (key, _) = SignedSecretKey::from_string(armored).map_err(|_| OpenError::NotAKey)?;
        let passphrase = Password::from(passphrase);
        for subkey in &key.secret_subkeys {
            if subkey.key.secret_params().is_encrypted() {
                subkey
                    .key
                    .unlock(&passphrase, |_, _| Ok(()))
                    .and_then(|unlocked| unlocked)
                    .map_err(|_| OpenError::WrongPassphrase)?;
            }
        }
        Ok(Self { key, passphrase })
    }

    /// Opens a sealed mail.
    ///
    /// # Errors
    /// [`OpenError::NotSealed`], [`OpenError::WrongKey`].
    pub fn open(&self, mail: &[u8]) -> Result<Letter, OpenError> {
        let armored = armored_block(mail).ok_or(OpenError::NotSealed)?;
        let inside = self.decrypt(armored)?;
        mime::read_letter(&inside).ok_or(OpenError::NotSealed)
    }

    /// Decrypts a message.
    /// Returns nothing before the whole message has passed its integrity check, and takes no
    /// compressed message, which could unpack to any size.
    fn decrypt(&self, armored: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        let (message, _) = Message::from_armor(armored).map_err(|_| OpenError::NotSealed)?;
        if !message.is_encrypted() {
            return Err(OpenError::NotSealed);
        }
        let message =
            message.decrypt(&self.passphrase, &self.key).map_err(|_| OpenError::WrongKey)?;
        if !message.is_literal() {
            return Err(OpenError::NotSealed);
        }
        let mut inside = Zeroizing::new(Vec::with_capacity(64 << 10));
        let mut reader = message.take(LONGEST + 1);
        reader.read_to_end(&mut inside).map_err(|_| OpenError::WrongKey)?;
        if inside.len() as u64 > LONGEST {
            return Err(OpenError::NotSealed);
        }
        Ok(inside)
    }
}

/// Text without the key.
impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(..)")
    }
}

fn armored_block(mail: &[u8]) -> Option<&[u8]> {
    let find = |bytes: &[u8], text: &str| {
        bytes.windows(text.len()).position(|window| window == text.as_bytes())
    };
    let block = mail.get(find(mail, BEGIN)?..)?;
    block.get(..find(block, END)? + END.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SealCert, keygen, mail};
    use proptest::prelude::*;
    use shop_core::{entropy::Seeded, message_id, time::CoarseTime};

    const TODAY: CoarseTime = CoarseTime::from_hours(498_708);

    fn sealed() -> (SealKey, Vec<u8>) {
        let key = keygen::throw_away("D", TODAY, &Seeded::new(1)).unwrap();
        let letter =
            Letter { subject: "s".into(), body: "two mugs".into(), relay: None, json: None };
        let cert = SealCert::parse(&key.public_armored).unwrap();
        let random = Seeded::new(2);
        let id = message_id::random(&random);
        let mail = mail::seal(id, &cert, &letter, TODAY, &random).unwrap();
        (SealKey::parse(&key.secret_armored, "").unwrap(), mail.bytes)
    }

    #[test]
    fn another_key_does_not_open_it() {
        let other = keygen::throw_away("E", TODAY, &Seeded::new(9)).unwrap();
        let other = SealKey::parse(&other.secret_armored, "").unwrap();
        assert_eq!(other.open(&sealed().1).err(), Some(OpenError::WrongKey));
        assert!(SealKey::parse("nothing", "").is_err());
    }

    #[test]
    fn a_change_anywhere_in_the_ciphertext_is_noticed() {
        let (key, mail) = sealed();
        let text = String::from_utf8(mail).unwrap();
        let start = text.find(BEGIN).unwrap() + BEGIN.len() + 1;
        let end = text.find(END).unwrap() - 6;
        for at in (start..end).step_by(37) {
            let mut changed = text.clone().into_bytes();
            if changed[at] != b'\n' {
                changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
                assert!(key.open(&changed).is_err(), "{at}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let (key, _) = sealed();
            let framed = [BEGIN.as_bytes(), b"\n", &bytes, b"\n", END.as_bytes()].concat();
            prop_assert!(key.open(&bytes).is_err());
            prop_assert!(key.open(&framed).is_err());
            let packets = crate::openpgp::armor(&bytes);
            prop_assert!(key.open(packets.as_bytes()).is_err());
            prop_assert!(SealKey::parse(&packets.replace("MESSAGE", "PRIVATE KEY BLOCK"), "").is_err());
        }
    }
}
