use super::*;

const ADDRESS: &str = DONATIONS;
const VIEW_KEY: &str = DONATIONS_VIEW_KEY;
/// Subaddresses 1 to 4 of it, as monero-wallet-rpc 0.18 makes them.
const SUBADDRESSES: [&str; 4] = [
    "83z89HLfrAsKvbyxyHhNL8ebNqbKAsNT9YaKp5xVrRrq6JGkvDFsqQf6QbqWBWguze7DeS5tq9NyDcfxBxgGHbLK1762a68",
    "87hJMcw34gLTxd4q4N2ZqZjh38Q6QgDPu9RnAtBoY99YSeGoAU4C9z1e6obdkjoM5Qj6DfYZSKsvR9qwmgCLPvshUb9u3BA",
    "86ugZK51uJr5xg2Pmqhna1EXB7rQ6EkBgKNrgvFwhWyKcGbdF6JL9nmMrVafDH4pez7XMXqPTxU5dc7KcFigvAZQQmXwcFz",
    "82nVidFhq8njitUe438uT2Uxqp964UgeU83Z1V76GQHQEGxQVXi9hZuZMP7A5MAqjmBX3MjEGtTdj9T6D5aQmy5BJDWYjYp",
];
/// A private spend key and its primary address, made for this test.
const SPEND_KEY: &str = "0100000000000000000000000000000000000000000000000000000000000000";

fn made(address: &str, key: &str) -> Result<Account, AccountError> {
    Account::new(address, key, Network::Main)
}

#[test]
fn subaddresses_are_those_that_a_wallet_makes() {
    let account = made(&format!(" {ADDRESS}\n"), &format!("{VIEW_KEY}\n")).unwrap();
    let made = |numbers| {
        let made = account.subaddresses(numbers);
        made.iter().map(|to| to.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(made(3..5), SUBADDRESSES[2..]);
    assert_eq!(made(1..5), SUBADDRESSES);
    assert!(made(0..1).is_empty(), "the primary address is not given out");
}

#[test]
fn account_of_donations_is_known_on_every_network() {
    for network in Network::ALL {
        assert!(Account::of_donations(network).is_ok(), "{network:?}");
    }
}

#[test]
fn account_prints_nothing_of_itself() {
    let account = made(ADDRESS, VIEW_KEY).unwrap();
    assert_eq!(format!("{account:?}"), "Account { .. }");
}

/// Its public half is in the address, so it is told from any other key.
#[test]
fn spend_key_is_refused() {
    let generator = monero_wallet::ed25519::CompressedPoint::G.decompress().unwrap();
    let view = ViewPair::new(generator, scalar(VIEW_KEY).unwrap()).unwrap().view();
    let kind = AddressType::Legacy;
    let mainnet = monero_wallet::address::Network::Mainnet;
    let address = MoneroAddress::new(mainnet, kind, generator, view).to_string();
    assert!(made(&address, VIEW_KEY).is_ok());
    assert_eq!(made(&address, SPEND_KEY).unwrap_err(), AccountError::SpendKey);
}

#[test]
fn text_that_is_no_view_key_of_the_address_is_refused() {
    let seed = "abbey ".repeat(25);
    let above = "f".repeat(64);
    let other = SPEND_KEY.replace("01", "02");
    let refused = [
        ("", AccountError::NotAKey),
        (VIEW_KEY.trim_start_matches('f'), AccountError::NotAKey),
        (above.as_str(), AccountError::NotAKey),
        (&"0".repeat(64), AccountError::NotAKey),
        (other.as_str(), AccountError::OtherKey),
        (seed.as_str(), AccountError::Seed),
    ];
    for (key, error) in refused {
        assert_eq!(made(ADDRESS, key).unwrap_err(), error, "{key}");
    }
}

#[test]
fn address_that_is_not_a_primary_one_of_the_network_is_refused() {
    let changed = ADDRESS.replace("44A", "44B");
    let refused = [
        ("", AccountError::NotAnAddress),
        (changed.as_str(), AccountError::NotAnAddress),
        (SUBADDRESSES[0], AccountError::NotPrimary),
    ];
    for (address, error) in refused {
        assert_eq!(made(address, VIEW_KEY).unwrap_err(), error, "{address}");
    }
    let stage = Account::new(ADDRESS, VIEW_KEY, Network::Stage);
    assert_eq!(stage.unwrap_err(), AccountError::OtherNetwork);
    assert!(Account::new(ADDRESS, VIEW_KEY, Network::Regtest).is_ok());
}
