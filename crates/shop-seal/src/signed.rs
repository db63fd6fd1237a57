//! Texts the seller has signed in the clear (RFC 9580, section 7): `gpg --clearsign`.

use crate::SealCert;
use pgp::{composed::CleartextSignedMessage, packet::Signature};
use shop_core::{
    kind::{HasKind, Kind},
    time::UnixTime,
};

/// A text whose signature is the seller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedText {
    /// Text that was signed, with `\n` at the ends of lines.
    pub text: String,
    /// Time of signing, as the signature says.
    pub signed: Option<UnixTime>,
}

/// Errors of a text that is not the seller's. The words are for the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedError {
    /// Not one clear-signed text.
    #[error("this is not a clear-signed text (gpg --clearsign FILE)")]
    NotSigned,
    /// There is text before or after the signed block, which nobody has signed.
    #[error("there is text outside the signed block, which readers would think is signed")]
    Around,
    /// The armor tells which program wrote it, or carries a comment.
    #[error("it contains Version or Comment lines; sign with --no-emit-version --no-comments")]
    Chatty,
    /// The signature is wrong or somebody else's.
    #[error("the signature is not from the seller's key, or the text was changed after signing")]
    Wrong,
}

impl HasKind for SignedError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const END: &str = "-----END PGP SIGNATURE-----";

impl SealCert {
    /// Checks a clear-signed text against this certificate.
    /// The signer is its primary key, or one of its subkeys that may sign. The caller has to judge
    /// if the text is still true.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn verify(&self, file: &str) -> Result<SignedText, SignedError> {
        // Blanks at line ends are not signed (RFC 9580, section 7.2), and armor has none.
        let lines: Vec<&str> = file.trim().lines().map(str::trim_end).collect();
        let file = lines.join("\n");
        if !(file.contains(BEGIN) && file.contains(END)) {
            return Err(SignedError::NotSigned);
        }
        if !(file.starts_with(BEGIN) && file.ends_with(END)) || file.matches(BEGIN).count() > 1 {
            return Err(SignedError::Around);
        }
        let (message, headers) =
            CleartextSignedMessage::from_string(&file).map_err(|_| SignedError::NotSigned)?;
        let armor = file.rsplit("-----BEGIN PGP SIGNATURE-----").next().unwrap_or_default();
        let chatty = |line: &str| line.starts_with("Version:") || line.starts_with("Comment:");
        if headers.keys().any(|name| name != "Hash") || armor.lines().any(chatty) {
            return Err(SignedError::Chatty);
        }
        let signature = self.signature_of(&message).ok_or(SignedError::Wrong)?;
        let signed = signature.created().map(|at| UnixTime(u64::from(at.as_secs())));
        Ok(SignedText { text: message.signed_text().replace("\r\n", "\n"), signed })
    }

    fn signature_of<'m>(&self, message: &'m CleartextSignedMessage) -> Option<&'m Signature> {
        let cert = self.cert();
        if let Ok(signature) = message.verify(&cert.primary_key) {
            return Some(signature);
        }
        cert.public_subkeys
            .iter()
            .filter(|subkey| {
                subkey.signatures.iter().any(|binding| {
                    binding.key_flags().sign()
                        && binding.verify_subkey_binding(&cert.primary_key, &subkey.key).is_ok()
                })
            })
            .find_map(|subkey| message.verify(&subkey.key).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keygen, openpgp::Dice};
    use pgp::{
        composed::{
            EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedSecretKey, SubkeyParamsBuilder,
        },
        crypto::ecc_curve::ECCCurve,
        types::{Password, SigningKey},
    };
    use shop_core::{entropy::Seeded, time::CoarseTime};

    fn key(seed: u64) -> SignedSecretKey {
        keygen::generate("Seller", CoarseTime::from_hours(498_708), &Seeded::new(seed)).unwrap()
    }

    fn cert(key: &SignedSecretKey) -> SealCert {
        SealCert::parse(&keygen::armored(key).unwrap().public_armored).unwrap()
    }

    fn signed(key: &SignedSecretKey, text: &str) -> String {
        signed_by(&key.primary_key, text)
    }

    fn signed_by(key: &impl SigningKey, text: &str) -> String {
        let dice = Dice(&Seeded::new(9));
        let message = CleartextSignedMessage::sign(dice, text, key, &Password::empty()).unwrap();
        message.to_armored_string(None.into()).unwrap()
    }

    /// Returns a key with three subkeys.
    /// One encrypts, one signs, and one could sign but is for authentication alone.
    fn key_with_subkeys() -> SignedSecretKey {
        let mut encrypts = SubkeyParamsBuilder::default();
        encrypts.key_type(KeyType::ECDH(ECCCurve::Curve25519Legacy));
        encrypts.can_encrypt(EncryptionCaps::All);
        let mut signs = SubkeyParamsBuilder::default();
        signs.key_type(KeyType::Ed25519Legacy).can_sign(true);
        let mut authenticates = SubkeyParamsBuilder::default();
        authenticates.key_type(KeyType::Ed25519Legacy).can_authenticate(true);
        let subkeys = [encrypts, signs, authenticates].map(|subkey| subkey.build().unwrap());
        SecretKeyParamsBuilder::default()
            .key_type(KeyType::Ed25519Legacy)
            .can_certify(true)
            .primary_user_id("Seller".to_owned())
            .subkeys(subkeys.to_vec())
            .build()
            .unwrap()
            .generate(Dice(&Seeded::new(5)))
            .unwrap()
    }

    #[test]
    fn the_sellers_text_is_read_and_anothers_is_not() {
        let ours = key(1);
        let theirs = key(2);
        let text = "our mirrors:\n- http://abc.onion\n";
        let read = cert(&ours).verify(&signed(&ours, text)).unwrap();
        assert!(read.text.starts_with("our mirrors:\n- http://abc.onion"), "{}", read.text);
        assert!(read.signed.is_some());
        assert_eq!(cert(&theirs).verify(&signed(&ours, text)), Err(SignedError::Wrong));
    }

    #[test]
    fn only_a_subkey_that_may_sign_signs() {
        let ours = key_with_subkeys();
        let text = "our mirrors:\n- http://abc.onion\n";
        let cert = cert(&ours);
        let [_, signs, authenticates] = ours.secret_subkeys.as_slice() else {
            panic!("three subkeys")
        };
        assert!(cert.verify(&signed_by(&signs.key, text)).is_ok());
        assert_eq!(cert.verify(&signed_by(&authenticates.key, text)), Err(SignedError::Wrong));
    }

    #[test]
    fn blanks_at_line_ends_change_nothing() {
        let ours = key(1);
        let good = signed(&ours, "our mirrors:\n- http://abc.onion\n");
        for end in [" \n", "\r\n", "\t \r\n"] {
            let read = cert(&ours).verify(&good.replace('\n', end)).unwrap();
            assert!(read.text.starts_with("our mirrors:\n- http://abc.onion"), "{}", read.text);
        }
    }

    #[test]
    fn what_is_not_quite_signed_is_refused() {
        let ours = key(1);
        let good = signed(&ours, "valid until 2026-12-01\n");
        let cert = cert(&ours);
        let refused = |text: &str| cert.verify(text).unwrap_err();
        assert_eq!(refused("valid until 2026-12-01"), SignedError::NotSigned);
        assert_eq!(refused(""), SignedError::NotSigned);
        assert_eq!(refused(&format!("{BEGIN}\n\nvalid")), SignedError::NotSigned);
        assert_eq!(refused(&good.replace("2026", "2036")), SignedError::Wrong);
        assert_eq!(refused(&format!("Send coins to X\n{good}")), SignedError::Around);
        assert_eq!(refused(&format!("{good}\nSend coins to X")), SignedError::Around);
        assert_eq!(refused(&format!("{good}{good}")), SignedError::Around);
        let chatty = good.replace("SIGNATURE-----\n\n", "SIGNATURE-----\nComment: hi\n\n");
        assert_ne!(chatty, good);
        assert_eq!(refused(&chatty), SignedError::Chatty);
        let head = good.replace("SIGNED MESSAGE-----\n", "SIGNED MESSAGE-----\nComment: hi\n");
        assert_ne!(head, good);
        assert_eq!(refused(&head), SignedError::NotSigned, "the reader takes no such header");
        assert!(cert.verify(good.get(..good.len() / 2).unwrap()).is_err());
    }
}
