//! Bytes written as `0x` and hexadecimal digits.

/// Error for text that is not the expected number of hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this must be 0x and {digits} digits of 0-9, a-f")]
pub struct HexError {
    /// Digits that are expected, after `0x`.
    pub digits: usize,
}

/// Reads exactly `N` bytes; digits may be capital letters.
pub(super) fn parse<const N: usize>(text: &str) -> Result<[u8; N], HexError> {
    let wrong = HexError { digits: N * 2 };
    let digits = text.strip_prefix("0x").ok_or(wrong)?;
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return Err(wrong);
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte =
            value(pair[0]).zip(value(pair[1])).map(|(high, low)| high << 4 | low).ok_or(wrong)?;
    }
    Ok(bytes)
}

/// Writes bytes with digits in lower case.
pub(super) fn write(bytes: &[u8], to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    to.write_str("0x")?;
    bytes.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Gives a type of some bytes its text: parsing, `Display`, `Debug` and serde.
macro_rules! hex_text {
    ($name:ident) => {
        impl $name {
            /// Reads `0x` and hexadecimal digits in any case.
            ///
            /// # Errors
            /// [`HexError`](crate::escrow::HexError), which says how many digits there must be.
            pub fn parse(text: &str) -> Result<Self, $crate::escrow::HexError> {
                $crate::escrow::hex::parse(text).map(Self)
            }
        }

        /// `0x` and digits in lower case.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::escrow::hex::write(&self.0, f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use hex_text;
