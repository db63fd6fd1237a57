//! Codes of coins and currencies, and pairs of them.

/// Code of a coin, a token or a currency: `ETH`, `USDC`, `CAD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; LONGEST]);

/// Most characters of a code: those of an asset's ticker.
const LONGEST: usize = 8;

impl Code {
    /// The US dollar.
    pub const USD: Self = Self::built_in("USD");
    /// The euro.
    pub const EUR: Self = Self::built_in("EUR");
    /// Bitcoin.
    pub const BTC: Self = Self::built_in("BTC");
    /// Ether.
    pub const ETH: Self = Self::built_in("ETH");
    /// Monero.
    pub const XMR: Self = Self::built_in("XMR");

    /// Parses a code: 1 to 8 capital letters and digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_code = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        let fits = (1..=LONGEST).contains(&text.len()) && text.bytes().all(is_code);
        fits.then(|| Self::built_in(text))
    }

    /// Creates a code of the program's own tables.
    pub(crate) const fn built_in(text: &str) -> Self {
        let mut code = [0; LONGEST];
        let mut rest = text.as_bytes();
        let mut free = code.as_mut_slice();
        while let ([byte, tail @ ..], [place, room @ ..]) = (rest, free) {
            *place = *byte;
            rest = tail;
            free = room;
        }
        Self(code)
    }

    /// Returns the code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(LONGEST);
        let code = self.0.get(..end).unwrap_or_default();
        // A code is ASCII.
        std::str::from_utf8(code).unwrap_or_default()
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A pair: what is priced, and what it is priced in. `ETH/CAD` is the price of 1 ETH in CAD.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// Code of what is priced.
    pub base: Code,
    /// Code of what it is priced in.
    pub quote: Code,
}

impl Pair {
    /// Creates a pair.
    #[must_use]
    pub const fn new(base: Code, quote: Code) -> Self {
        Self { base, quote }
    }

    /// Returns the pair the other way round.
    #[must_use]
    pub const fn inverse(self) -> Self {
        Self { base: self.quote, quote: self.base }
    }
}

/// `ETH/CAD`
impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.base, self.quote)
    }
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_capital_letters_and_digits() {
        for text in ["ETH", "USDC", "1INCH", "ABCDEFGH", "A"] {
            assert_eq!(Code::parse(text).unwrap().as_str(), text);
        }
        for text in ["", "eth", "ABCDEFGHI", "A-B", "É"] {
            assert_eq!(Code::parse(text), None, "{text}");
        }
        assert_eq!(Pair::new(Code::ETH, Code::USD).inverse().to_string(), "USD/ETH");
    }
}
