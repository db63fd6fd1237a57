//! Names of chains.
//!
//! A chain has blocks and a clock; an asset is what is paid on it. Several assets can be paid on one
//! chain: its coin, and tokens.

use crate::interned::Interned;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Name of a chain, as settings and stored records write it: `ethereum`.
///
/// It says which rules hold, not which network: two networks of one kind have one name, and
/// [`crate::view::ChainIdentity`] tells them apart. The name is stored and never changes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChainId(&'static str);

static NAMES: Interned<ChainId> = Interned::new();

/// Most bytes of a name.
const LONGEST: usize = 16;

impl ChainId {
    /// Creates the name of a chain that is built in.
    pub(crate) const fn built_in(name: &'static str) -> Self {
        Self(name)
    }

    /// Parses a name: 1 to 16 lower-case letters, digits and dashes.
    /// Returns None for other text, and where more names were used than any shop has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let shaped = (1..=LONGEST).contains(&name.len()) && name.bytes().all(letter);
        if shaped { NAMES.get(name, Self) } else { None }
    }

    /// Returns the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Debug for ChainId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChainId({})", self.0)
    }
}

impl std::fmt::Display for ChainId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for ChainId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for ChainId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Self::parse(&name).ok_or_else(|| D::Error::custom("not the name of a chain"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chain_name_reads_back_and_other_text_is_refused() {
        let chain = ChainId::parse("fake-2").unwrap();
        assert_eq!((chain, chain.as_str()), (ChainId::parse("fake-2").unwrap(), "fake-2"));
        assert_eq!(ChainId::parse("ethereum"), Some(crate::money::AssetId::ETH.chain()));
        for text in ["", "Ethereum", "two words", "a-name-that-is-too-long"] {
            assert_eq!(ChainId::parse(text), None, "{text:?}");
        }
    }
}
