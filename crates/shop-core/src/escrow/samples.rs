//! Terms and statements for tests: usual ones, and any.

use super::{
    Account, AttestorSet, Goods, Hash, MatchLevel, ParsedStatement, Recomputed, Signature,
    Statement, Terms,
};
use crate::time::UnixTime;
use proptest::{collection::vec, option, prelude::*};

pub(super) const DAY: u64 = 86_400;
/// 2027-01-20 08:00:00 UTC.
pub(super) const SHIP_BY: UnixTime = UnixTime(1_800_432_000);
pub(super) const DELIVER_BY: UnixTime = UnixTime(SHIP_BY.0 + 60 * DAY);

pub(super) const fn account(byte: u8) -> Account {
    Account([byte; 20])
}

pub(super) fn terms() -> Terms {
    Terms {
        chain_id: 1,
        seller: account(1),
        operator: account(2),
        refund_to: account(3),
        buyer_key: Some(account(4)),
        arbiter: Some(account(5)),
        token: None,
        price: 250_000_000_000_000_000,
        ship_by: SHIP_BY,
        deliver_by: DELIVER_BY,
        dispute_window: 5 * 86_400,
        arbiter_window: 14 * 86_400,
        arbiter_fee_bps: 500,
        keeper_tip: 1_000_000_000_000_000,
        min_match: MatchLevel::POSTAL_CODE,
        attestors: Hash([0xa0; 32]),
        release_hash: Some(Hash([0xb0; 32])),
        order: Hash([0xc0; 32]),
    }
}

pub(super) fn goods() -> Goods {
    let text = "2 x Green tea, 100 g\n1 x Teapot, blue";
    Goods::new(Hash([0xd0; 32]), Hash([0xd1; 32]), "ca", "k1a 0b1", text).unwrap()
}

pub(super) fn statement() -> Statement {
    let attestors = AttestorSet::new(2, vec![account(13), account(11), account(12)]).unwrap();
    Statement {
        terms: terms(),
        contract: account(6),
        vault: account(7),
        id: Hash([0xe0; 32]),
        attestors,
        shop_key: account(8),
        payout_signature: Signature([0x1b; 65]),
        goods: Some(goods()),
    }
}

/// Facts with which nothing is wrong.
pub(super) fn sound(statement: &Statement) -> Recomputed {
    Recomputed {
        id: statement.id,
        vault: statement.vault,
        attestors: statement.terms.attestors,
        order: statement.goods.as_ref().map(|_| statement.terms.order),
        payout_signer: Some(statement.shop_key),
        is_known_contract: true,
    }
}

pub(super) fn parsed(statement: Statement) -> ParsedStatement {
    ParsedStatement { statement, has_other_sentences: false }
}

pub(super) fn any_account() -> impl Strategy<Value = Account> {
    any::<[u8; 20]>().prop_map(Account)
}

pub(super) fn any_hash() -> impl Strategy<Value = Hash> {
    any::<[u8; 32]>().prop_map(Hash)
}

pub(super) fn any_terms() -> impl Strategy<Value = Terms> {
    let accounts = (any_account(), any_account(), any_account());
    let optional = (
        option::of(any_account()),
        option::of(any_account()),
        option::of(any_account()),
        option::of(any_hash()),
    );
    let numbers = (any::<u64>(), any::<u128>(), any::<u64>(), any::<u64>());
    let small = (any::<u32>(), any::<u32>(), any::<u16>(), 0..=Terms::MOST_TIP, any::<u8>());
    let hashes = (any_hash(), any_hash());
    (accounts, optional, numbers, small, hashes).prop_map(|parts| {
        let (accounts, optional, numbers, small, hashes) = parts;
        Terms {
            chain_id: numbers.0,
            seller: accounts.0,
            operator: accounts.1,
            refund_to: accounts.2,
            buyer_key: optional.0,
            arbiter: optional.1,
            token: optional.2,
            price: numbers.1,
            ship_by: UnixTime(numbers.2),
            deliver_by: UnixTime(numbers.3),
            dispute_window: small.0,
            arbiter_window: small.1,
            arbiter_fee_bps: small.2,
            keeper_tip: small.3,
            min_match: MatchLevel(small.4),
            attestors: hashes.0,
            release_hash: optional.3,
            order: hashes.1,
        }
    })
}

prop_compose! {
    pub(super) fn any_goods()(
        salt in any_hash(),
        postal_salt in any_hash(),
        country in "([A-Z]{2})?",
        postal_code in "[A-Z0-9-]{0,16}",
        text in "[^\\s]\\PC{0,400}(\n\\PC{0,80}){0,5}",
    ) -> Option<Goods> {
        Goods::new(salt, postal_salt, &country, &postal_code, &text).ok()
    }
}

prop_compose! {
    pub(super) fn any_statement()(
        terms in any_terms(),
        accounts in vec(any_account(), 3),
        id in any_hash(),
        attestors in vec(any_account(), 1..16),
        signature in vec(any::<u8>(), 65),
        goods in option::of(any_goods()),
    ) -> Statement {
        let threshold = u8::try_from(attestors.len().div_ceil(2)).unwrap();
        Statement {
            terms,
            contract: accounts[0],
            vault: accounts[1],
            id,
            attestors: AttestorSet::new(threshold, attestors).unwrap(),
            shop_key: accounts[2],
            payout_signature: Signature(signature.try_into().unwrap()),
            goods: goods.flatten(),
        }
    }
}
