use super::*;
use abi::latestRoundDataReturn;
use alloy_primitives::aliases::U80;
use shop_core::money::AssetId;

const NOW: u64 = 1_795_348_800;

fn round(answer: i128, updated: u64) -> latestRoundDataReturn {
    latestRoundDataReturn {
        round: U80::from(7u64),
        answer: I256::try_from(answer).unwrap(),
        started: U256::from(updated),
        updated: U256::from(updated),
        answeredIn: U80::from(7u64),
    }
}

fn told(round: &latestRoundDataReturn) -> Told {
    Told {
        description: descriptionCall::abi_encode_returns(&"ETH / USD".to_owned()),
        decimals: decimalsCall::abi_encode_returns(&8),
        round: latestRoundDataCall::abi_encode_returns(round),
    }
}

fn answer(told: &Told) -> Result<FeedAnswer, String> {
    let [feed, ..] = MAIN_FEEDS;
    feed.answer(told, UnixTime(NOW)).map_err(|error| error.to_string())
}

fn refused(round: &latestRoundDataReturn) -> String {
    answer(&told(round)).unwrap_err()
}

#[test]
fn answer_is_read_with_its_decimals_and_times() {
    let read = answer(&told(&round(301_250_000_000, NOW - 60)));
    let wanted = FeedAnswer {
        answer: 301_250_000_000,
        decimals: 8,
        updated_at: UnixTime(NOW - 60),
        read_at: UnixTime(NOW),
    };
    assert_eq!(read, Ok(wanted));
}

#[test]
fn price_of_zero_or_less_is_refused() {
    for answer in [0, -1, i128::MIN] {
        assert!(refused(&round(answer, NOW)).contains("cannot be true"), "{answer}");
    }
    let largest = latestRoundDataReturn { answer: I256::MAX, ..round(1, NOW) };
    assert!(refused(&largest).contains("cannot be true"));
}

#[test]
fn price_older_than_its_heartbeat_is_refused() {
    assert!(answer(&told(&round(1, NOW - 7_200))).is_ok());
    assert!(refused(&round(1, NOW - 7_201)).contains("no price for 2 hours"));
    assert!(refused(&round(1, 0)).contains("has not ended"), "it was never written");
    assert!(answer(&told(&round(1, NOW + 60))).is_ok());
    assert!(refused(&round(1, NOW + 61)).contains("has not ended"));
    let endless = latestRoundDataReturn { updated: U256::MAX, ..round(1, NOW) };
    assert!(refused(&endless).contains("has not ended"));
}

#[test]
fn price_of_an_earlier_round_is_refused() {
    let carried = latestRoundDataReturn { answeredIn: U80::from(6u64), ..round(1, NOW) };
    assert!(refused(&carried).contains("has not ended"));
}

#[test]
fn contract_that_is_not_this_feed_is_refused() {
    let honest = || told(&round(1, NOW));
    let other = descriptionCall::abi_encode_returns(&"BTC / USD".to_owned());
    let other = answer(&Told { description: other, ..honest() });
    assert!(other.unwrap_err().contains("another pair"));
    let empty = Told { description: Vec::new(), decimals: Vec::new(), round: Vec::new() };
    assert!(answer(&empty).unwrap_err().contains("no price feed"), "no code is there");
    let short = vec![0; 31];
    for told in [
        Told { description: short.clone(), ..honest() },
        Told { decimals: short.clone(), ..honest() },
        Told { round: short, ..honest() },
        Told { decimals: decimalsCall::abi_encode_returns(&37), ..honest() },
    ] {
        assert!(answer(&told).unwrap_err().contains("no price feed"));
    }
}

#[test]
fn built_in_addresses_have_their_checksums() {
    for feed in MAIN_FEEDS {
        let account = feed.account().unwrap();
        assert_eq!(escrow::checksum(account), feed.contract, "{}", feed.base);
        assert!(crate::registry::pay_to(AssetId::ETH, &feed.contract).is_ok());
    }
}
