//! Sealed cookies and form tokens.

use shop_core::{entropy::Entropy, time::UnixTime};
use zeroize::Zeroizing;

/// Seals what buyers carry for us.
pub struct CookieKey([u8; 32]);

impl CookieKey {
    /// From 32 secret bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Seals bytes into a cookie value that opens under this label until `expires`.
    #[must_use]
    pub fn seal(
        &self,
        _label: &str,
        _plain: &[u8],
        _expires: UnixTime,
        _entropy: &dyn Entropy,
    ) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }

    /// Opens what [`CookieKey::seal`] sealed; None for anything else.
    #[must_use]
    pub fn open(&self, _label: &str, _text: &str, _now: UnixTime) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    /// A form token, bound to a label and a session.
    #[must_use]
    pub fn token(&self, _label: &str, _session: &[u8], _issued: UnixTime) -> String {
        String::new()
    }

    /// Whether a form token is ours, for this label and session, and not too old.
    #[must_use]
    pub fn check_token(
        &self,
        _label: &str,
        _session: &[u8],
        _token: &str,
        _now: UnixTime,
        _max_age_seconds: u64,
    ) -> bool {
        false
    }
}
