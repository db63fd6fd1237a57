//! Records that a seller's escrow home keeps, sealed by the home for itself.

use crate::aead::{self, Secret};
use shop_core::entropy::Entropy;
use zeroize::Zeroizing;

/// Key that seals the records of an escrow home: parcels, statements, transactions.
/// Its 32 bytes are kept sealed with the seller's passphrase ([`crate::passphrase`]).
pub struct HomeKey(Secret);

/// Name of this derivation; changing it makes every record of a home unreadable.
const SALT: &str = "cryptocart escrow home 1";
/// First byte of what is sealed.
const VERSION: u8 = 1;

impl HomeKey {
    /// Derives the key from the home's 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(aead::derive(bytes, SALT, &[b"records"]))
    }

    /// Seals a record under its name; it does not open under another.
    #[must_use]
    pub fn seal(&self, name: &str, plain: &[u8], entropy: &dyn Entropy) -> Vec<u8> {
        let sealed = aead::seal(&self.0, name.as_bytes(), plain, entropy);
        [&[VERSION], sealed.as_slice()].concat()
    }

    /// Opens what [`HomeKey::seal`] sealed under this name; None for anything else.
    #[must_use]
    pub fn open(&self, name: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        aead::open(&self.0, name.as_bytes(), sealed.strip_prefix(&[VERSION])?)
    }

    /// Returns the name of the file of a record: it tells nothing of the record's own name.
    #[must_use]
    pub fn file_name(&self, name: &str) -> String {
        let key = aead::derive(&*self.0, SALT, &[b"file name", name.as_bytes()]);
        key.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Text without the key.
impl std::fmt::Debug for HomeKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HomeKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;

    #[test]
    fn a_record_opens_under_its_name_and_key_alone() {
        let key = HomeKey::from_bytes(&[7; 32]);
        let sealed = key.seal("K7Q2-9FXD", b"parcel", &Seeded::new(1));
        assert_eq!(**key.open("K7Q2-9FXD", &sealed).unwrap(), *b"parcel");
        assert!(key.open("K7Q2-9FXE", &sealed).is_none());
        assert!(HomeKey::from_bytes(&[8; 32]).open("K7Q2-9FXD", &sealed).is_none());
        assert_eq!(format!("{key:?}"), "HomeKey(..)");
    }

    #[test]
    fn damage_anywhere_is_noticed() {
        let key = HomeKey::from_bytes(&[7; 32]);
        let sealed = key.seal("a", b"parcel", &Seeded::new(1));
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[at] ^= 1;
            assert!(key.open("a", &damaged).is_none(), "{at}");
            assert!(key.open("a", &sealed[..at]).is_none(), "{at}");
        }
    }

    /// These bytes are stored: if this fails, homes that exist cannot be opened.
    #[test]
    fn the_derivation_and_the_layout_do_not_change() {
        let key = HomeKey::from_bytes(&[7; 32]);
        let sealed = key.seal("K7Q2-9FXD", b"golden", &Seeded::new(2));
        let hex = data_encoding::HEXLOWER.encode(&sealed);
        assert_eq!(hex, SEALED);
        assert_eq!(key.file_name("K7Q2-9FXD"), FILE_NAME);
        assert_ne!(key.file_name("K7Q2-9FXD"), key.file_name("K7Q2-9FXE"));
    }

    const SEALED: &str = "018f5776940ea27c24bc8d3200bbbbcba734d9c86c977ca82eac8de349502ca2475183be\
        b49869048135aa04e75026";
    const FILE_NAME: &str = "f9dff168818cfee1d0d47512ec460ef1";
}
