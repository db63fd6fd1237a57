//! Numbers that stand for addresses of visitors.

use std::{fmt, net::IpAddr};

use sha2::{Digest as _, Sha256};
use shop_core::entropy::{self, Entropy};
use zeroize::Zeroizing;

use crate::proxy_line::ProxySource;

/// Secret that turns addresses into numbers for as long as the process runs.
///
/// There are so few addresses that a plain hash could be undone by trying all of them. Who has no
/// key cannot try, and the key is in no file and no other process.
pub struct AddressKey(Zeroizing<[u8; 32]>);

impl AddressKey {
    /// Makes a key.
    #[must_use]
    pub fn random(source: &dyn Entropy) -> Self {
        Self(Zeroizing::new(entropy::bytes(source)))
    }

    /// Returns the number of a source: the same for all streams of one visitor.
    ///
    /// Of an IPv6 address the first 64 bits count. A line is given a network of that size at least,
    /// and a machine in it takes as many of the addresses as it likes (RFC 8981). Whoever the proxy
    /// cannot name shares one number with all others of that kind.
    pub(super) fn number(&self, source: ProxySource) -> u64 {
        // With the key in front, and most of its output left out, this is a MAC: nobody who sees
        // numbers can extend them.
        let mut hash = Sha256::new_with_prefix(self.0.as_slice());
        match source {
            ProxySource::Unknown => hash.update([0]),
            ProxySource::Address(address) => match address.to_canonical() {
                IpAddr::V4(address) => hash.update([&[4], &address.octets()[..]].concat()),
                IpAddr::V6(address) => hash.update([&[6], &address.octets()[..8]].concat()),
            },
        }
        let digest = hash.finalize();
        digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl fmt::Debug for AddressKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AddressKey")
    }
}

#[cfg(test)]
mod tests {
    use shop_core::entropy::Seeded;

    use super::*;

    fn number(key: &AddressKey, address: &str) -> u64 {
        key.number(ProxySource::Address(address.parse().unwrap()))
    }

    #[test]
    fn each_address_has_its_number_and_ipv6_networks_share_one() {
        let key = AddressKey::random(&Seeded::new(1));
        let numbers = [
            number(&key, "192.0.2.7"),
            number(&key, "192.0.2.8"),
            number(&key, "2001:db8:0:1::7"),
            number(&key, "2001:db8:0:2::7"),
            key.number(ProxySource::Unknown),
        ];
        let different: std::collections::HashSet<u64> = numbers.into_iter().collect();
        assert_eq!(different.len(), numbers.len());
        assert_eq!(numbers[2], number(&key, "2001:db8:0:1:ffff::"));
        assert_eq!(numbers[0], number(&key, "::ffff:192.0.2.7"), "the form of a two-stack socket");
    }

    #[test]
    fn key_of_another_start_gives_other_numbers() {
        let first = AddressKey::random(&Seeded::new(1));
        let second = AddressKey::random(&Seeded::new(2));
        assert_ne!(number(&first, "192.0.2.7"), number(&second, "192.0.2.7"));
        assert_ne!(first.number(ProxySource::Unknown), second.number(ProxySource::Unknown));
    }
}
