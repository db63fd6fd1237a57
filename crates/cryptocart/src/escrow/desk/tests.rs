use super::*;
use crate::config::plan::sample_escrow;
use shop_chain::ethereum::escrow::{Key, recompute};
use shop_core::{
    entropy::Seeded,
    escrow::{Hash, ParsedStatement, Policy, Severity, warnings},
    money::AssetId,
    time::{CoarseTime, SetClock, UnixTime},
};
use shop_web::{EscrowChoice, RefundTo};
use std::sync::Arc;

const NOW: CoarseTime = CoarseTime::from_hours(500_000);

fn key(n: u8) -> Key {
    Key::from_bytes(&[n; 32]).unwrap()
}

/// Returns the desk of a shop with these payout addresses, on a chain that was read.
fn desk(payees: &[u8]) -> ShopEscrow {
    let system =
        System { clock: Arc::new(SetClock::new(NOW.start())), entropy: Arc::new(Seeded::new(1)) };
    let ready = Readiness::default();
    ready.set();
    let db = Db::in_memory().unwrap();
    ShopEscrow::new(&sample_escrow(payees), db, system, ready.clone(), ready)
}

fn order(refund_to: Account) -> EscrowOrder {
    let refund_to = pay_to_of(AssetId::ETH, refund_to).unwrap();
    let refund_to = RefundTo { pay_to: refund_to, checked: true };
    let release_hash = Some(release_hash(b"JBSWY3DPEHPK3PXP"));
    let buyer_key = Some(key(41).account());
    let goods = Goods::new(Hash([1; 32]), Hash([2; 32]), "ca", "k1a 0b1", "2 x Tee").unwrap();
    EscrowOrder {
        choice: EscrowChoice { refund_to, release_hash, buyer_key },
        total: Amount::parse(AssetId::ETH, "0.1").unwrap(),
        expires: NOW.plus_hours(24),
        goods,
    }
}

#[tokio::test]
async fn statement_of_an_order_holds_what_its_checker_wants() {
    let desk = desk(&[3, 4]);
    let made = desk.offer(order(key(40).account())).await.unwrap();
    let ParsedStatement { statement, has_other_sentences } =
        Statement::parse(made.statement.as_str()).unwrap();
    assert!(!has_other_sentences && statement.goods.is_some());
    assert_eq!(statement.terms.seller, key(3).account());
    assert_eq!(made.offer.pay_to.as_str(), checksum(statement.vault));
    assert_eq!(made.offer.matching, Matching::PayTo);
    assert_eq!(made.stored.key, EscrowKey { contract: statement.contract, id: statement.id });
    // The hour in which the offer ends, and five days.
    assert_eq!(made.stored.ship_by, NOW.plus_hours(24 + 1 + 5 * 24));
    assert_eq!(statement.terms.ship_by, made.stored.ship_by.start());
    let recomputed = recompute(&statement);
    let policy = Policy {
        refund_to: Some(key(40).account()),
        buyer_key: Some(key(41).account()),
        shop_key: Some(key(1).account()),
        ..Policy::new(UnixTime(NOW.start().0))
    };
    let parsed = ParsedStatement { statement, has_other_sentences };
    let found = warnings(&parsed, &recomputed, &policy);
    assert!(found.iter().all(|it| it.severity() != Severity::Danger), "{found:?}");
    assert!(releases(&parsed.statement, " JBSWY3DPEHPK3PXP\n"));
    let signed = key(41).sign(release_digest(parsed.statement.vault)).to_string();
    assert!(releases(&parsed.statement, &signed));
    let by_another = key(42).sign(release_digest(parsed.statement.vault)).to_string();
    for wrong in ["", "jbswy3dpehpk3pxp", by_another.as_str()] {
        assert!(!releases(&parsed.statement, wrong), "{wrong}");
    }
}

#[tokio::test]
async fn each_order_gets_a_payout_address_until_none_is_left() {
    let desk = desk(&[3, 4]);
    let first = desk.offer(order(key(40).account())).await.unwrap();
    let second = desk.offer(order(key(40).account())).await.unwrap();
    assert_ne!(first.stored.payout, second.stored.payout);
    let none = desk.offer(order(key(40).account())).await.err();
    assert_eq!(none, Some(EscrowOfferError::Offer(OfferError::Exhausted)));
}

#[tokio::test]
async fn address_of_another_party_is_not_the_buyers() {
    let desk = desk(&[3, 4]);
    // Shop key, operator, payout address, attestor and contract.
    let others = [1, 2, 4, 11].map(|n| key(n).account());
    for account in others.into_iter().chain([desk.plan.contract]) {
        let refused = desk.offer(order(account)).await.err();
        assert_eq!(refused, Some(EscrowOfferError::NotBuyers));
        let mut as_key = order(key(40).account());
        as_key.choice.buyer_key = Some(account);
        assert_eq!(desk.offer(as_key).await.err(), Some(EscrowOfferError::NotBuyers));
    }
    assert!(desk.buyer_key(&checksum(key(41).account())).is_ok());
    assert_eq!(desk.buyer_key("0x12"), Err(RefundToError::NotAnAddress));
}

#[tokio::test]
async fn totals_outside_the_limits_are_not_taken() {
    let desk = desk(&[3]);
    for total in ["0.04", "0.6"] {
        let total = Amount::parse(AssetId::ETH, total).unwrap();
        let refused = desk.offer(EscrowOrder { total, ..order(key(40).account()) }).await.err();
        assert_eq!(refused, Some(EscrowOfferError::Offer(OfferError::Unavailable)));
    }
    desk.contract.unset();
    let refused = desk.offer(order(key(40).account())).await.err();
    assert_eq!(refused, Some(EscrowOfferError::Offer(OfferError::Unavailable)), "no code seen");
}

#[test]
fn parcel_is_compared_with_what_the_destination_has() {
    let goods = |country: &str, code: &str| {
        Goods::new(Hash([1; 32]), Hash([2; 32]), country, code, "2 x Tee").unwrap()
    };
    let signed = MatchLevel(MatchLevel::POSTAL_CODE.0 | MatchLevel::SIGNATURE);
    assert_eq!(min_match(signed, &goods("CA", "K1A0B1")), Ok(signed));
    let country = MatchLevel(MatchLevel::COUNTRY.0 | MatchLevel::SIGNATURE);
    assert_eq!(min_match(signed, &goods("HK", "")), Ok(country));
    assert_eq!(min_match(signed, &goods("", "123")), Err(EscrowOfferError::NoDestination));
    assert_eq!(min_match(MatchLevel::NOTHING, &goods("", "")), Ok(MatchLevel::NOTHING));
    assert_eq!(min_match(MatchLevel::REFERENCE, &goods("HK", "")), Ok(MatchLevel::REFERENCE));
}
