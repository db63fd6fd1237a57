//! Currencies of the world: codes and decimals, as ISO 4217 has them.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Currency in which a seller names prices, by its ISO 4217 code: `CAD`.
/// Nothing is paid in it.
///
/// The code is stored, so a currency that is no longer used stays in the table.
///
/// ```
/// use shop_core::money::Currency;
///
/// let yen = Currency::parse("JPY").expect("a code of ISO 4217");
/// assert_eq!((yen.code(), yen.decimals()), ("JPY", 0));
/// assert_eq!(Currency::parse("XYZ"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency {
    code: &'static str,
    decimals: u32,
}

/// Most decimals of a currency.
pub const MOST_CURRENCY_DECIMALS: u32 = 3;

/// The codes of ISO 4217 by the decimals of their minor unit, each list by the alphabet.
/// Without metals, bonds, funds and codes for tests, which have no minor unit or no price.
const BY_DECIMALS: [(u32, &str); 3] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
         CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
         GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL \
         MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN \
         PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
         SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
];

impl Currency {
    /// Parses a code of three capital letters. Returns None for one that ISO 4217 does not have.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::all().find(|currency| currency.code == code)
    }

    /// Returns every currency, those with the fewest decimals first.
    pub fn all() -> impl Iterator<Item = Self> {
        let codes = |(decimals, codes): (u32, &'static str)| {
            codes.split(' ').map(move |code| Self { code, decimals })
        };
        BY_DECIMALS.into_iter().flat_map(codes)
    }

    /// Returns the code: three capital letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Returns the number of decimals of its minor unit, 0 to [`MOST_CURRENCY_DECIMALS`].
    #[must_use]
    pub const fn decimals(self) -> u32 {
        self.decimals
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        Self::parse(&code).ok_or_else(|| D::Error::custom("not a currency of ISO 4217"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::AssetId;
    use std::collections::BTreeSet;

    #[test]
    fn currency_has_the_decimals_of_iso_4217() {
        let decimals = |code| Currency::parse(code).map(Currency::decimals);
        let known = ["CAD", "USD", "EUR", "JPY", "KRW", "KWD", "TND", "ISK"].map(decimals);
        assert_eq!(known, [2, 2, 2, 0, 0, 3, 3, 0].map(Some));
        for code in ["", "cad", "CA", "CADX", "XYZ", "XAU", "XTS", "CAD EUR", " "] {
            assert_eq!(Currency::parse(code), None, "{code:?}");
        }
        let json = serde_json::to_string(&Currency::parse("CAD")).unwrap();
        assert_eq!(json, "\"CAD\"");
        assert!(serde_json::from_str::<Currency>("\"XYZ\"").is_err());
    }

    #[test]
    fn table_has_every_code_once_and_no_coin() {
        let codes: BTreeSet<&str> = Currency::all().map(Currency::code).collect();
        assert_eq!(codes.len(), Currency::all().count());
        let letters = |code: &&str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
        assert!(codes.iter().all(letters));
        assert!(Currency::all().all(|currency| currency.decimals() <= MOST_CURRENCY_DECIMALS));
        // Records tell a coin's price from a currency's by the code alone.
        assert!(AssetId::COINS.iter().all(|coin| !codes.contains(coin.code())));
    }
}
