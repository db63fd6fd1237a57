use super::*;
use shop_core::escrow::{AttestorSet, Hash, Signature, Terms};
use shop_core::time::UnixTime;

const ARBITER: Account = Account([5; 20]);

fn attestors() -> Vec<Account> {
    [11, 12, 13].map(|n| Account([n; 20])).to_vec()
}

/// Returns a statement by the defaults of a shop.
fn statement() -> Statement {
    let terms = Terms {
        chain_id: 1,
        seller: Account([1; 20]),
        operator: Account([2; 20]),
        refund_to: Account([3; 20]),
        buyer_key: None,
        arbiter: Some(ARBITER),
        token: None,
        price: 10_u128.pow(17),
        ship_by: UnixTime(1_800_000_000),
        deliver_by: UnixTime(1_800_000_000 + 60 * DAY),
        dispute_window: 5 * 86_400,
        arbiter_window: 14 * 86_400,
        arbiter_fee_bps: 500,
        keeper_tip: 10_u128.pow(15),
        min_match: MatchLevel::POSTAL_CODE,
        attestors: Hash([4; 32]),
        release_hash: None,
        order: Hash([6; 32]),
    };
    Statement {
        terms,
        contract: Account([7; 20]),
        vault: Account([8; 20]),
        id: Hash([9; 32]),
        attestors: AttestorSet::new(2, attestors()).unwrap(),
        shop_key: Account([10; 20]),
        payout_signature: Signature([1; 65]),
        goods: None,
    }
}

fn policy(section: &str) -> Policy {
    toml::from_str::<RawPolicy>(section).unwrap().check().unwrap()
}

/// Returns the fields that a statement breaks, for a seller who chose this arbiter.
fn broken(statement: &Statement) -> Vec<Field> {
    let known = attestors().into_iter().map(|account| (account, ())).collect();
    let arbiters = format!("arbiters = [\"{}\"]", checksum(ARBITER));
    let found = policy(&arbiters).breaches(statement, &known);
    found.into_iter().map(|breach| breach.field).collect()
}

#[test]
fn terms_of_a_shop_with_the_defaults_are_accepted() {
    assert_eq!(broken(&statement()), []);
    let mut without = statement();
    without.terms.arbiter = None;
    assert_eq!(broken(&without), []);
}

#[test]
fn each_term_that_is_not_accepted_is_named() {
    let change = |change: fn(&mut Statement)| {
        let mut changed = statement();
        change(&mut changed);
        changed
    };
    let set = |threshold, accounts| AttestorSet::new(threshold, accounts).unwrap();
    let stranger = Account([66; 20]);
    let mut stranger_reports = statement();
    stranger_reports.attestors = set(1, vec![stranger]);
    let mut all_report = statement();
    all_report.attestors = set(3, attestors());
    for (changed, field) in [
        (stranger_reports, Field::Attestors),
        (all_report, Field::MostThreshold),
        (change(|it| it.terms.arbiter = Some(Account([66; 20]))), Field::Arbiters),
        (change(|it| it.terms.min_match = MatchLevel::REFERENCE), Field::MostMatch),
        (change(|it| it.terms.min_match.0 |= MatchLevel::SIGNATURE), Field::MostMatch),
        (change(|it| it.terms.min_match.0 |= 64), Field::MostMatch),
        (change(|it| it.terms.dispute_window = 7 * 86_400 + 1), Field::MostDisputeDays),
        (change(|it| it.terms.arbiter_window = 7 * 86_400 - 1), Field::LeastArbiterDays),
        (change(|it| it.terms.arbiter_window = 31 * 86_400), Field::MostArbiterDays),
        (change(|it| it.terms.arbiter_fee_bps = 501), Field::MostArbiterFee),
        (change(|it| it.terms.deliver_by = it.terms.ship_by), Field::LeastDeliverDays),
        (change(|it| it.terms.keeper_tip += 1), Field::MostTip),
        (
            change(|it| {
                it.terms.token = Some(Account([66; 20]));
                it.terms.keeper_tip = 0;
            }),
            Field::Tokens,
        ),
    ] {
        assert_eq!(broken(&changed), [field]);
    }
}

/// Whoever has the server could have orders paid in a token that they made themselves.
#[test]
fn token_is_accepted_by_its_contract_and_its_tip_never() {
    let token = Account([66; 20]);
    let mut paid_in_token = statement();
    paid_in_token.terms.token = Some(token);
    assert_eq!(broken(&paid_in_token), [Field::Tokens, Field::MostTip]);
    paid_in_token.terms.keeper_tip = 0;
    paid_in_token.terms.arbiter = None;
    let known = attestors().into_iter().map(|account| (account, ())).collect();
    let listed = policy(&format!("tokens = [\"{}\"]", checksum(token)));
    assert_eq!(listed.breaches(&paid_in_token, &known), []);
}

#[test]
fn words_name_the_field_of_the_settings() {
    let known = BTreeMap::from([(Account([11; 20]), ())]);
    let found = policy("").breaches(&statement(), &known);
    let words: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), 3, "{words:?}");
    assert!(words[0].starts_with("attestors: 0x") && words[0].ends_with("not under [attestors]"));
    assert!(words[2].starts_with("arbiters: 0x") && words[2].ends_with("not in the list"));
    // Each word is a field of the file, and what --accept takes.
    let section: toml::Table = toml::from_str(SECTION).unwrap();
    for field in <Field as clap::ValueEnum>::value_variants() {
        let name = field.to_string();
        let named = clap::ValueEnum::to_possible_value(field).unwrap();
        assert_eq!(named.get_name(), name);
        let is_there = section["accept"].as_table().unwrap().contains_key(&name);
        assert!(is_there || *field == Field::Attestors, "{name}");
    }
    let (_, written) = SECTION.split_once("[accept]").unwrap();
    let same = policy(written).breaches(&statement(), &known);
    assert_eq!(same, found, "the file of a new home has the defaults");
}

#[test]
fn wrong_settings_of_what_is_accepted_are_named() {
    for (line, named) in [
        ("arbiters = [\"0x12\"]", "accept.arbiters"),
        ("most_match = \"colour\"", "accept.most_match"),
        ("most_tip = \"1,5\"", "accept.most_tip"),
    ] {
        let why = toml::from_str::<RawPolicy>(line).unwrap().check().err().unwrap_or_default();
        assert!(why.contains(named), "{line}: {why}");
    }
    assert!(toml::from_str::<RawPolicy>("most_trust = 1").is_err());
}
