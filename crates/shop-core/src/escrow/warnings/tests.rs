//! Tests of each warning, one change at a time.

use super::*;
use crate::escrow::{
    MatchLevel, Statement, VoidReason,
    samples::{DAY, SHIP_BY, account, parsed, sound, statement},
};

/// Everything is known and as expected.
fn strict() -> Policy {
    let statement = statement();
    let terms = statement.terms;
    Policy {
        refund_to: Some(terms.refund_to),
        buyer_key: terms.buyer_key,
        release_hash: terms.release_hash,
        shop_key: Some(statement.shop_key),
        attestors: Some(statement.attestors.accounts().iter().copied().collect()),
        arbiters: Some(terms.arbiter.into_iter().collect()),
        ..Policy::new(UnixTime(SHIP_BY.0 - 5 * DAY))
    }
}

/// Returns the warnings after a change of the terms, without the note on the tip.
fn after(change: impl FnOnce(&mut Statement)) -> Vec<Warning> {
    let mut statement = statement();
    change(&mut statement);
    let recomputed = sound(&statement);
    let all = warnings(&parsed(statement), &recomputed, &strict());
    all.into_iter().filter(|warning| *warning != Warning::KeeperTip).collect()
}

/// Returns the warnings of the usual statement, after a change of what is known of it.
fn knowing(change: impl FnOnce(&mut Recomputed, &mut Policy)) -> Vec<Warning> {
    let statement = statement();
    let mut recomputed = sound(&statement);
    let mut policy = strict();
    change(&mut recomputed, &mut policy);
    let all = warnings(&parsed(statement), &recomputed, &policy);
    all.into_iter().filter(|warning| *warning != Warning::KeeperTip).collect()
}

/// Nothing that a person compares is left in the spelling without a checksum.
#[test]
fn address_in_a_warning_is_spelt_as_the_caller_spells() {
    let known = account(77);
    let spelt = |_: Account| "0xSpelt".to_owned();
    for warning in [
        Warning::WrongVault(known),
        Warning::UnknownContract(known),
        Warning::OtherShopKey(known),
        Warning::ShopKeyUnchecked(known),
        Warning::OtherRefund(known),
        Warning::RefundUnchecked(known),
        Warning::OtherBuyerKey(known),
        Warning::BuyerKeyUnchecked(known),
        Warning::SameParty(Role::Seller, Role::Refund, known),
        Warning::UnknownAttestor(known),
        Warning::UnknownArbiter(known),
        Warning::ArbiterUnchecked(known),
        Warning::Token(known),
    ] {
        let words = warning.words(spelt);
        assert!(words.contains("0xSpelt") && !words.contains(&known.to_string()), "{words}");
    }
    assert_eq!(Warning::KeeperTip.words(spelt), Warning::KeeperTip.to_string());
}

#[test]
fn usual_statement_has_a_note_at_most() {
    let statement = statement();
    let recomputed = sound(&statement);
    let all = warnings(&parsed(statement), &recomputed, &strict());
    assert_eq!(all, [Warning::KeeperTip]);
    assert_eq!(verdict(&all), Verdict::Sound);
}

#[test]
fn hashes_and_signatures_that_do_not_fit_are_dangers() {
    let other = Hash([1; 32]);
    assert_eq!(knowing(|facts, _| facts.id = other), [Warning::WrongId]);
    let vault = statement().vault;
    assert_eq!(knowing(|facts, _| facts.vault = account(99)), [Warning::WrongVault(vault)]);
    assert_eq!(knowing(|facts, _| facts.attestors = other), [Warning::WrongAttestors]);
    assert_eq!(knowing(|facts, _| facts.order = Some(other)), [Warning::WrongOrder]);
    assert_eq!(knowing(|facts, _| facts.payout_signer = None), [Warning::PayoutNotSigned]);
    let stranger = Some(account(99));
    assert_eq!(knowing(|facts, _| facts.payout_signer = stranger), [Warning::PayoutNotSigned]);
    let contract = Warning::UnknownContract(statement().contract);
    let found = knowing(|facts, _| facts.is_known_contract = false);
    assert_eq!(found, [contract]);
    assert_eq!(verdict(&found), Verdict::DoNotPay);
}

#[test]
fn other_sentences_are_a_danger() {
    let mut parsed = parsed(statement());
    parsed.has_other_sentences = true;
    let all = warnings(&parsed, &sound(&parsed.statement), &strict());
    assert_eq!(all, [Warning::OtherSentences, Warning::KeeperTip]);
    assert_eq!(verdict(&all), Verdict::DoNotPay);
}

#[test]
fn values_of_the_buyer_are_compared() {
    let given = account(77);
    let terms = statement().terms;
    let refund = Warning::OtherRefund(terms.refund_to);
    assert_eq!(knowing(|_, policy| policy.refund_to = Some(given)), [refund]);
    let key = Warning::OtherBuyerKey(terms.buyer_key.unwrap());
    assert_eq!(knowing(|_, policy| policy.buyer_key = Some(given)), [key]);
    let hash = Some(Hash([1; 32]));
    assert_eq!(knowing(|_, policy| policy.release_hash = hash), [Warning::OtherReleaseHash]);
    let shop = Warning::OtherShopKey(statement().shop_key);
    assert_eq!(knowing(|_, policy| policy.shop_key = Some(given)), [shop]);
    assert_eq!(after(|statement| statement.terms.buyer_key = None), [Warning::NoBuyerKey]);
    assert_eq!(after(|statement| statement.terms.release_hash = None), [Warning::NoReleaseHash]);
}

#[test]
fn values_that_nobody_compared_are_cautions() {
    let terms = statement().terms;
    let arbiter = terms.arbiter.unwrap();
    let found = knowing(|_, policy| *policy = Policy::new(policy.now));
    let expected = [
        Warning::ShopKeyUnchecked(statement().shop_key),
        Warning::RefundUnchecked(terms.refund_to),
        Warning::BuyerKeyUnchecked(terms.buyer_key.unwrap()),
        Warning::ReleaseHashUnchecked(terms.release_hash.unwrap()),
        Warning::AttestorsUnchecked,
        Warning::ArbiterUnchecked(arbiter),
    ];
    assert_eq!(found, expected);
    assert_eq!(verdict(&found), Verdict::Careful);
}

#[test]
fn refund_to_nobody_or_to_another_party_is_a_danger() {
    let found = after(|statement| statement.terms.refund_to = Account::ZERO);
    assert!(found.contains(&Warning::RefundToNobody));
    for (party, role) in [
        (account(1), Role::Seller),
        (account(2), Role::Operator),
        (account(8), Role::Shop),
        (account(5), Role::Arbiter),
        (account(11), Role::Attestor),
    ] {
        let found = after(|statement| statement.terms.refund_to = party);
        assert!(found.contains(&Warning::RefundToParty(role)), "{role}");
    }
    let found = after(|statement| statement.terms.refund_to = statement.vault);
    assert!(found.contains(&Warning::PartyIsContract(Role::Refund)));
    let found = after(|statement| statement.terms.seller = statement.contract);
    assert!(found.contains(&Warning::PartyIsContract(Role::Seller)));
}

#[test]
fn one_party_in_two_roles_is_a_danger() {
    for (party, role) in
        [(account(1), Role::Seller), (account(2), Role::Operator), (account(8), Role::Shop)]
    {
        let found = after(|statement| statement.terms.arbiter = Some(party));
        assert!(found.contains(&Warning::SameParty(role, Role::Arbiter, party)), "{role}");
        assert_eq!(verdict(&found), Verdict::DoNotPay);
        let found = after(|statement| statement.terms.buyer_key = Some(party));
        assert!(found.contains(&Warning::SameParty(role, Role::Buyer, party)), "{role}");
    }
    let attestor = account(11);
    let found = after(|statement| statement.terms.arbiter = Some(attestor));
    assert!(found.contains(&Warning::SameParty(Role::Arbiter, Role::Attestor, attestor)));
    let found = after(|statement| statement.terms.operator = attestor);
    assert!(found.contains(&Warning::SameParty(Role::Operator, Role::Attestor, attestor)));
}

#[test]
fn times_are_weighed() {
    let late = UnixTime(SHIP_BY.0 + 1);
    assert_eq!(knowing(|_, policy| policy.now = late), [Warning::ShipByPassed]);
    let early = UnixTime(SHIP_BY.0 - 15 * DAY);
    assert_eq!(knowing(|_, policy| policy.now = early), [Warning::ShipByFar(15)]);
    let far = |statement: &mut Statement| statement.terms.deliver_by.0 += 31 * DAY;
    assert_eq!(after(far), [Warning::DeliverByFar(91)]);
    let short = |statement: &mut Statement| statement.terms.dispute_window = 86_400;
    assert_eq!(after(short), [Warning::DisputeWindowShort(24)]);
    let short = |statement: &mut Statement| statement.terms.arbiter_window = 3 * 86_400;
    assert_eq!(after(short), [Warning::ArbiterWindowShort(72)]);
}

#[test]
fn attestors_and_arbiter_are_held_to_the_list() {
    let only = |accounts: &[Account]| Some(accounts.iter().copied().collect());
    let one = knowing(|_, policy| policy.attestors = only(&[account(11), account(12)]));
    assert_eq!(one, [Warning::UnknownAttestor(account(13))]);
    let two = knowing(|_, policy| policy.attestors = only(&[account(11)]));
    assert_eq!(two.first(), Some(&Warning::UnknownAttestorsSuffice));
    assert_eq!(verdict(&two), Verdict::DoNotPay);
    let unknown = knowing(|_, policy| policy.arbiters = only(&[]));
    assert_eq!(unknown, [Warning::UnknownArbiter(account(5))]);
    assert_eq!(after(|statement| statement.terms.arbiter = None), [Warning::NoArbiter]);
}

#[test]
fn weak_terms_are_cautions() {
    let single = |statement: &mut Statement| {
        let all = statement.attestors.accounts().to_vec();
        statement.attestors = crate::escrow::AttestorSet::new(1, all).unwrap();
    };
    assert_eq!(after(single), [Warning::ThresholdOne]);
    let weak = after(|statement| statement.terms.min_match = MatchLevel::POSTAL_AREA);
    assert_eq!(weak, [Warning::WeakMatch]);
    for level in [5, 7, 16 + 3] {
        let found = after(|statement| statement.terms.min_match = MatchLevel(level));
        assert_eq!(found, [Warning::ImpossibleMatch]);
    }
    let dear = after(|statement| statement.terms.price *= 5);
    assert_eq!(dear, [Warning::PriceAboveLimit]);
    let token = after(|statement| statement.terms.token = Some(account(9)));
    assert_eq!(token, [Warning::Token(account(9))]);
    let nobody = after(|statement| statement.terms.operator = Account::ZERO);
    assert_eq!(nobody, [Warning::NoOperator]);
}

#[test]
fn void_terms_are_a_danger() {
    let found = after(|statement| statement.terms.arbiter_fee_bps = 1_001);
    assert_eq!(found, [Warning::Void(VoidReason::ArbiterFee)]);
    assert_eq!(verdict(&found), Verdict::DoNotPay);
}
