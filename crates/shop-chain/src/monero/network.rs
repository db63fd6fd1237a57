//! Networks of Monero.

use monero_wallet::address;

/// A network, by the first byte of its addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The main network.
    Main,
    /// The network to try things on: as the main one, with money that is worth nothing.
    Stage,
    /// The network of Monero's developers.
    Test,
    /// A chain of one node for tests, with the addresses of the main network.
    Regtest,
}

impl Network {
    /// Every network.
    pub const ALL: [Self; 4] = [Self::Main, Self::Stage, Self::Test, Self::Regtest];

    /// Returns its number: the first byte of its addresses, and 1 for tests on one node.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Main => 18,
            Self::Stage => 24,
            Self::Test => 53,
            Self::Regtest => 1,
        }
    }

    /// Returns the network with this number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.number() == number)
    }

    /// Returns its name in settings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Stage => "stage",
            Self::Test => "test",
            Self::Regtest => "regtest",
        }
    }

    /// Returns the network of this name in settings.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|network| network.name() == name)
    }

    /// Returns the number of the network that monerod names so.
    pub(super) fn number_told(name: &str) -> Option<u64> {
        let network = match name {
            "mainnet" => Self::Main,
            "stagenet" => Self::Stage,
            "testnet" => Self::Test,
            "fakechain" => Self::Regtest,
            _ => return None,
        };
        Some(network.number())
    }

    pub(super) const fn of_addresses(self) -> address::Network {
        match self {
            Self::Main | Self::Regtest => address::Network::Mainnet,
            Self::Stage => address::Network::Stagenet,
            Self::Test => address::Network::Testnet,
        }
    }
}
