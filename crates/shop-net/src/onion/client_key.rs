//! The key of a visitor to an onion service that answers nobody else.

use data_encoding::BASE32_NOPAD;
use shop_core::{
    entropy::Entropy,
    kind::{HasKind, Kind},
};
use tor_hscrypto::pk::HsClientDescEncKey;
use tor_llcrypto::pk::curve25519::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::OnionAddress;

/// Words before each half, in C tor's files.
const KIND: &str = "descriptor:x25519:";

/// A key of x25519 that opens the descriptor of one onion service.
///
/// It is what rend-spec-v3 calls client authorization. Without it nobody learns where the service can be met, not even by its address. The secret half is
/// wiped when dropped; there is no `Debug`.
pub struct ClientKey(StaticSecret);

/// Error for a line that is not the client's half of such a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a line of C tor's *.auth_private: 56 letters and digits of the address, then \
     \":descriptor:x25519:\" and 52 characters"
)]
pub struct NotAClientKey;

impl HasKind for NotAClientKey {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

impl ClientKey {
    /// Generates a new key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        entropy.fill(secret.as_mut());
        Self(StaticSecret::from(*secret))
    }

    /// Reads the client's line, and says which service it is for.
    ///
    /// # Errors
    /// It is something else.
    pub fn parse_client_line(line: &str) -> Result<(OnionAddress, Self), NotAClientKey> {
        let (address, key) = line.trim().split_once(':').ok_or(NotAClientKey)?;
        let address = format!("{address}.onion").parse().map_err(|_| NotAClientKey)?;
        let key = key.strip_prefix(KIND).ok_or(NotAClientKey)?;
        let key = Zeroizing::new(key.to_ascii_uppercase());
        let bytes = BASE32_NOPAD.decode(key.as_bytes()).map_err(|_| NotAClientKey)?;
        let bytes = Zeroizing::new(bytes);
        let secret: [u8; 32] = bytes.as_slice().try_into().map_err(|_| NotAClientKey)?;
        Ok((address, Self(StaticSecret::from(secret))))
    }

    /// Returns the server's half, as a line of a file in C tor's `authorized_clients`.
    #[must_use]
    pub fn server_line(&self) -> String {
        let public = HsClientDescEncKey::from(PublicKey::from(&self.0));
        format!("{public}\n")
    }

    /// Returns the client's half, which is secret, as a line of C tor's `*.auth_private`.
    #[must_use]
    pub fn client_line(&self, service: &OnionAddress) -> Zeroizing<String> {
        let address = service.as_str().trim_end_matches(".onion");
        let secret = Zeroizing::new(self.0.to_bytes());
        let secret = Zeroizing::new(BASE32_NOPAD.encode(secret.as_ref()));
        Zeroizing::new(format!("{address}:{KIND}{}\n", *secret))
    }
}

#[cfg(test)]
mod tests {
    use shop_core::entropy::Seeded;

    use super::*;
    use crate::onion::OnionKey;

    #[test]
    fn client_line_is_read_back_with_its_address() {
        let entropy = Seeded::new(3);
        let service = OnionKey::generate(&entropy).address();
        let key = ClientKey::generate(&entropy);
        let line = key.client_line(&service);
        let (address, again) = ClientKey::parse_client_line(&line).unwrap();
        assert_eq!(address, service);
        assert_eq!(again.server_line(), key.server_line());
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn server_line_is_the_public_half_that_arti_takes() {
        let key = ClientKey::generate(&Seeded::new(5));
        let line = key.server_line();
        let parsed: HsClientDescEncKey = line.trim_end().parse().unwrap();
        assert_eq!(parsed, HsClientDescEncKey::from(PublicKey::from(&key.0)));
        let service = OnionKey::generate(&Seeded::new(1)).address();
        assert!(!key.client_line(&service).contains(line.trim_end()));
    }

    #[test]
    fn foreign_lines_are_refused() {
        let service = OnionKey::generate(&Seeded::new(1)).address();
        let good = ClientKey::generate(&Seeded::new(2)).client_line(&service).to_string();
        let good = good.trim_end();
        assert!(ClientKey::parse_client_line(good).is_ok());
        let cut: Vec<String> =
            (0..good.len()).map(|length| good.chars().take(length).collect()).collect();
        let others = [
            good.replacen(char::is_alphabetic, "1", 1),
            good.replace("x25519", "x448"),
            good.replace(':', " "),
            format!("{good}A"),
            format!("{good}\nmore"),
            good.replace(":d", ".onion:d"),
        ];
        for line in cut.iter().chain(&others) {
            assert!(ClientKey::parse_client_line(line).is_err(), "{line}");
        }
    }
}
