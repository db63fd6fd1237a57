//! Offers, and what a shop takes.

use super::*;
use shop_core::naming;

fn wallet() -> PayTo {
    shop_chain::pay_to(AssetId::ETH, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266").unwrap()
}

#[test]
fn what_cannot_be_paid_in_the_shops_currency_is_named() {
    let goods = r#"{"products":{"tee":{"name":"Tee","price":1},
        "mug":{"name":"Mug","prices":[{"price":5000,"currency":"BTC"}]}}}"#;
    let catalog = Catalog::from_json(goods).unwrap();
    assert_eq!(without(&[AssetId::ETH], &catalog), ["mug"]);
    assert_eq!(without(&[AssetId::BTC], &catalog), ["tee"]);
    assert!(without(&[AssetId::ETH, AssetId::BTC], &catalog).is_empty());
}

/// At most 0.0001 ETH is added, whatever the total ends in.
#[tokio::test]
async fn wallet_offer_is_the_total_and_a_name() {
    let asset_payments =
        AssetPayments::new(AssetId::ETH, Source::Wallet(wallet()), Confirmations(12));
    let db = Db::in_memory().unwrap();
    let chance = entropy::Seeded::new(1);
    for units in [51_990_000_000_000_000, 59_775_502_500_000_001, 1, 10_000_000_000] {
        let total = Amount::new(AssetId::ETH, units);
        for _ in 0..50 {
            let offer = asset_payments.pick(&db, total, UnixTime(0), &chance).await.unwrap();
            let Matching::Amount { naming } = offer.matching else { panic!("no name") };
            let more = offer.due.units() - total.units();
            assert!((1..=100_000_000_000_000).contains(&more), "{more}");
            assert!((1..=9_999).contains(&naming));
            assert_eq!(offer.due, offer.due.rounded_up().unwrap(), "eight decimals");
        }
    }
}

/// Two orders of one price have two amounts, and two endings.
#[tokio::test]
async fn wallet_offer_shares_its_digits_with_no_placed_order() {
    let asset_payments =
        AssetPayments::new(AssetId::ETH, Source::Wallet(wallet()), Confirmations(12));
    let db = Db::in_memory().unwrap();
    let chance = entropy::Seeded::new(1);
    let total = Amount::from_price_list(AssetId::ETH, 51_990_000).unwrap();
    let mut endings = std::collections::BTreeSet::new();
    for n in 0..60 {
        let offer = asset_payments.pick(&db, total, UnixTime(0), &chance).await.unwrap();
        assert!(endings.insert(naming::digits(offer.due)));
        pool::tests::place_offer(&db, n, offer).await;
    }
}

/// One without a checksum is taken, and noted as unchecked.
#[test]
fn refund_address_is_checked_by_its_chain() {
    let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let eth = |text: &str| refund_to(AssetId::ETH, text, None);
    let lower = good.to_lowercase();
    for (typed, checked) in [(good, true), (&lower, false)] {
        let refund = eth(typed).unwrap();
        assert_eq!((refund.pay_to.as_str(), refund.checked), (good, checked));
    }
    assert_eq!(eth(&good.replace("5aA", "5aa")).err(), Some(RefundToError::Checksum));
    assert_eq!(eth(&format!("0x{}1", "0".repeat(39))).err(), Some(RefundToError::Nobody));
    assert_eq!(eth("demo-eth-1").err(), Some(RefundToError::NotAnAddress));
    let xmr = refund_to(AssetId::XMR, "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkb", None);
    assert_eq!(xmr.err(), Some(RefundToError::NotAnAddress));
    let segwit = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";
    let btc = |network| refund_to(AssetId::BTC, segwit, Some(network));
    assert!(btc(1).is_ok_and(|refund| refund.checked));
    assert_eq!(btc(3).err(), Some(RefundToError::NotAnAddress), "of another network");
}
