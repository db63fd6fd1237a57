//! Sealed cookies and form tokens: state that buyers carry, which the shop need not keep.

use crate::aead::{self, Secret};
use data_encoding::BASE64URL_NOPAD;
use shop_core::{entropy::Entropy, time::UnixTime};
use zeroize::Zeroizing;

/// Key that seals what buyers carry for the shop.
/// A shop that has lost the bytes finds an empty cart in every cookie.
///
/// ```
/// use shop_core::{entropy::Seeded, time::UnixTime};
/// use shop_seal::CookieKey;
///
/// let key = CookieKey::from_bytes([7; 32]); // a real shop takes secret bytes
/// let now = UnixTime(1_792_800_000);
/// let expires = now.plus_seconds(3_600);
/// let cookie = key.seal("cart", b"two mugs", expires, &Seeded::new(1));
///
/// let opened = key.open("cart", &cookie, now).expect("ours, and in time");
/// assert_eq!(opened.as_slice(), b"two mugs");
/// assert!(key.open("order", &cookie, now).is_none(), "another label");
/// assert!(key.open("cart", &cookie, expires).is_none(), "too late");
/// ```
pub struct CookieKey {
    cookies: Secret,
    tokens: Secret,
    marks: Secret,
}

/// Name of this derivation.
const SALT: &str = "cryptocart cookie 1";
/// First byte of a cookie and of a token.
const VERSION: u8 = 1;

impl CookieKey {
    /// Derives the key from 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        Self {
            cookies: aead::derive(&*bytes, SALT, &[b"cookie"]),
            tokens: aead::derive(&*bytes, SALT, &[b"token"]),
            marks: aead::derive(&*bytes, SALT, &[b"mark"]),
        }
    }

    /// Seals bytes into a cookie value (base64url), for this label alone and until `expires`.
    /// The time is inside the seal, because browsers do not have to keep to theirs.
    #[must_use]
    pub fn seal(
        &self,
        label: &str,
        plain: &[u8],
        expires: UnixTime,
        entropy: &dyn Entropy,
    ) -> String {
        let inside = Zeroizing::new([&expires.0.to_be_bytes(), plain].concat());
        let sealed = aead::seal(&self.cookies, label.as_bytes(), &inside, entropy);
        BASE64URL_NOPAD.encode(&[&[VERSION], sealed.as_slice()].concat())
    }

    /// Opens what [`CookieKey::seal`] sealed; None for anything else, and from `expires` on.
    #[must_use]
    pub fn open(&self, label: &str, text: &str, now: UnixTime) -> Option<Zeroizing<Vec<u8>>> {
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
        let sealed = bytes.strip_prefix(&[VERSION])?;
        let inside = aead::open(&self.cookies, label.as_bytes(), sealed)?;
        let (expires, plain) = inside.split_first_chunk::<8>()?;
        let expires = UnixTime(u64::from_be_bytes(*expires));
        (now < expires).then(|| Zeroizing::new(plain.to_vec()))
    }

    /// Makes a form token (base64url), bound to a label and a session.
    /// The time in it is sealed: it would tell how the machine's clock drifts, and that tells
    /// machines apart.
    #[must_use]
    pub fn token(
        &self,
        label: &str,
        session: &[u8],
        issued: UnixTime,
        entropy: &dyn Entropy,
    ) -> String {
        let context = context(label, session);
        let sealed = aead::seal(&self.tokens, &context, &issued.0.to_be_bytes(), entropy);
        BASE64URL_NOPAD.encode(&[&[VERSION], sealed.as_slice()].concat())
    }

    /// Returns a stand-in for something in a form of a session (base64url).
    /// It is the same for the same thing, and nobody else can make it.
    #[must_use]
    pub fn mark(&self, label: &str, something: &[u8]) -> String {
        let context = context(label, something);
        BASE64URL_NOPAD.encode(&*aead::derive(&*self.marks, SALT, &[&context]))
    }

    /// Returns true for a form token of this key, label and session that is not too old.
    /// It was made at most `max_age_seconds` ago. One from a little in the future passes too: a
    /// clock that was set back must not break every open form.
    #[must_use]
    pub fn check_token(
        &self,
        label: &str,
        session: &[u8],
        token: &str,
        now: UnixTime,
        max_age_seconds: u64,
    ) -> bool {
        let issued = self.issued(label, session, token);
        issued.is_some_and(|issued| now.0.abs_diff(issued.0) <= max_age_seconds)
    }

    /// Returns the time at which this key made a form token for this label and session.
    /// Returns None for any other text.
    #[must_use]
    pub fn issued(&self, label: &str, session: &[u8], token: &str) -> Option<UnixTime> {
        let bytes = BASE64URL_NOPAD.decode(token.as_bytes()).ok()?;
        let sealed = bytes.strip_prefix(&[VERSION])?;
        let issued = aead::open(&self.tokens, &context(label, session), sealed)?;
        Some(UnixTime(u64::from_be_bytes(issued.as_slice().try_into().ok()?)))
    }
}

/// Joins label and session; the length keeps them apart.
fn context(label: &str, session: &[u8]) -> Vec<u8> {
    [&(label.len() as u64).to_be_bytes(), label.as_bytes(), session].concat()
}

/// Text without the key.
impl std::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shop_core::entropy::Seeded;

    const NOON: UnixTime = UnixTime(1_795_348_800);

    fn key() -> CookieKey {
        CookieKey::from_bytes([7; 32])
    }

    #[test]
    fn a_cookie_opens_under_its_label_and_in_its_time_alone() {
        let text = key().seal("cart", b"two mugs", NOON.plus_seconds(60), &Seeded::new(1));
        assert_eq!(**key().open("cart", &text, NOON).unwrap(), *b"two mugs");
        assert!(key().open("ticket", &text, NOON).is_none());
        assert!(key().open("cart", &text, NOON.plus_seconds(59)).is_some());
        assert!(key().open("cart", &text, NOON.plus_seconds(60)).is_none());
        assert!(CookieKey::from_bytes([8; 32]).open("cart", &text, NOON).is_none());
        assert!(!text.contains(['=', '+', '/', ';', ' ']), "fit for a cookie value");
    }

    #[test]
    fn a_token_is_bound_to_label_session_and_time() {
        let token = key().token("checkout", b"session", NOON, &Seeded::new(1));
        let check = |label, session: &[u8], later| {
            key().check_token(label, session, &token, NOON.plus_seconds(later), 3_600)
        };
        assert!(check("checkout", b"session", 0) && check("checkout", b"session", 3_600));
        assert!(!check("checkout", b"session", 3_601));
        assert!(!check("contacts", b"session", 0), "a label of the same length");
        assert!(!check("cart", b"session", 0) && !check("checkout", b"other", 0));
        assert!(!check("checkoutsession", b"", 0), "the border between the two is bound too");
        assert!(
            !CookieKey::from_bytes([8; 32])
                .check_token("checkout", b"session", &token, NOON, 3_600)
        );
        assert!(key().check_token("checkout", b"session", &token, UnixTime(NOON.0 - 60), 3_600));
        assert_eq!(key().issued("checkout", b"session", &token), Some(NOON));
        assert_eq!(key().issued("checkout", b"other", &token), None);
    }

    /// A token hides its time and its second: a clock's ticks tell machines apart.
    #[test]
    fn a_token_does_not_tell_the_time() {
        let entropy = Seeded::new(3);
        let [one, other] = [(); 2].map(|()| key().token("cart", b"s", NOON, &entropy));
        assert_ne!(one, other);
        let bytes = BASE64URL_NOPAD.decode(one.as_bytes()).unwrap();
        assert!(bytes.windows(4).all(|part| part != &NOON.0.to_be_bytes()[4..]));
    }

    #[test]
    fn a_mark_stands_for_one_thing() {
        assert_eq!(key().mark("bill", b"1 ETH"), key().mark("bill", b"1 ETH"));
        assert_ne!(key().mark("bill", b"1 ETH"), key().mark("bill", b"2 ETH"));
        assert_ne!(key().mark("bill", b"s"), key().mark("bil", b"ls"));
        assert_ne!(key().mark("bill", b""), CookieKey::from_bytes([8; 32]).mark("bill", b""));
    }

    #[test]
    fn debug_output_hides_the_key() {
        assert_eq!(format!("{:?}", key()), "CookieKey(..)");
    }

    proptest! {
        #[test]
        fn cookies_read_back(plain in prop::collection::vec(any::<u8>(), 0..3_000), label in ".{0,9}") {
            let text = key().seal(&label, &plain, NOON, &Seeded::new(9));
            prop_assert_eq!(&**key().open(&label, &text, UnixTime(0)).unwrap(), &plain);
        }

        #[test]
        fn a_changed_cookie_or_token_is_refused(at in any::<prop::sample::Index>(), by in 1u8..=255) {
            let change = |text: String| {
                let mut bytes = BASE64URL_NOPAD.decode(text.as_bytes()).unwrap();
                let at = at.index(bytes.len());
                bytes[at] ^= by;
                BASE64URL_NOPAD.encode(&bytes)
            };
            let cookie = change(key().seal("cart", b"two mugs", NOON, &Seeded::new(1)));
            prop_assert!(key().open("cart", &cookie, UnixTime(0)).is_none());
            let token = change(key().token("cart", b"s", NOON, &Seeded::new(1)));
            prop_assert!(!key().check_token("cart", b"s", &token, NOON, u64::MAX));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,90}") {
            prop_assert!(key().open("cart", &text, UnixTime(0)).is_none());
            prop_assert!(!key().check_token("cart", b"", &text, UnixTime(0), u64::MAX));
        }
    }
}
