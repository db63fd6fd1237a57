//! Addresses in the values of a page.

use minijinja::Value;

/// Address that an element of a page leads to or loads.
#[derive(Clone, Debug)]
pub(crate) struct Address(Value);

impl Address {
    /// Writes the path of a page or a file.
    /// Ours are made of characters that need no escaping but for the ampersand, and the usual
    /// escaping would spend five bytes on each slash.
    pub(crate) fn from_path(path: String) -> Self {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.-_?=&%+*".contains(&b);
        if path.bytes().all(plain) {
            Self(Value::from_safe_string(path.replace('&', "&amp;")))
        } else {
            Self(Value::from(path))
        }
    }

    /// Writes a file into its own address (RFC 2397); `base64` is the content.
    pub(crate) fn from_data(media_type: &str, base64: &str) -> Self {
        Self(Value::from_safe_string(format!("data:{media_type};base64,{base64}")))
    }
}

impl From<Address> for Value {
    fn from(address: Address) -> Self {
        address.0
    }
}
