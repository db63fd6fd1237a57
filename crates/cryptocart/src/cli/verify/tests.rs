//! Tests of `cryptocart verify`, on a statement that real keys made.

use super::*;
use shop_chain::ethereum::escrow::{
    Key, PINNED, attestors_hash, checksum, id_of, order_commitment, release_hash, sign_payout,
    vault_of,
};
use shop_core::{
    escrow::{AttestorSet, Goods, MatchLevel, Terms},
    time::UnixTime,
};

/// Statement of the documents. The test below writes what must be in it.
const SAMPLE: &str = include_str!("statement.txt");
const DAY: u64 = 86_400;
/// 2027-01-20 08:00:00 UTC.
const SHIP_BY: u64 = 1_800_432_000;

fn key(number: u8) -> Key {
    Key::from_bytes(&[number; 32]).unwrap()
}

fn party(number: u8) -> Account {
    key(number).account()
}

fn statement(change: impl FnOnce(&mut Terms)) -> Statement {
    let attestors = AttestorSet::new(2, vec![party(11), party(12), party(13)]).unwrap();
    let text = "2 x Green tea, 100 g\n1 x Teapot, blue";
    let goods = Goods::new(Hash([21; 32]), Hash([22; 32]), "CA", "K1A 0B1", text).unwrap();
    let mut terms = Terms {
        chain_id: 1,
        seller: party(1),
        operator: party(2),
        refund_to: party(3),
        buyer_key: None,
        arbiter: Some(party(5)),
        token: None,
        price: 250_000_000_000_000_000,
        ship_by: UnixTime(SHIP_BY),
        deliver_by: UnixTime(SHIP_BY + 60 * DAY),
        dispute_window: 5 * 86_400,
        arbiter_window: 14 * 86_400,
        arbiter_fee_bps: 500,
        keeper_tip: 1_000_000_000_000_000,
        min_match: MatchLevel::POSTAL_CODE,
        attestors: attestors_hash(&attestors),
        release_hash: Some(release_hash(b"correct horse battery staple")),
        order: order_commitment(&goods),
    };
    change(&mut terms);
    let id = id_of(&terms);
    Statement {
        terms,
        contract: PINNED.contract,
        vault: vault_of(PINNED.contract, id),
        id,
        attestors,
        shop_key: party(8),
        payout_signature: sign_payout(&key(8), terms.seller).signature,
        goods: Some(goods),
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn with(statement: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        folder.write("statement.txt", statement);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        crate::files::write(&self.0.path().join(name), text.as_bytes(), true).unwrap();
    }

    fn command(&self) -> Verify {
        Verify {
            statement: self.0.path().join("statement.txt"),
            refund: None,
            buyer_key: None,
            secret_hash: None,
            shop_key: None,
            known: None,
            on: None,
            json: false,
        }
    }

    fn check(&self) -> Report {
        self.command().check(&System::fake()).unwrap()
    }
}

fn codes(report: &Report) -> Vec<&'static str> {
    report.warnings.iter().map(shop_core::escrow::Warning::code).collect()
}

#[test]
fn statement_of_the_documents_is_what_the_keys_make() {
    let made = statement(|_| ()).to_text(checksum);
    assert_eq!(*made, SAMPLE, "{}", *made);
}

#[test]
fn whole_statement_with_all_that_the_buyer_knows_is_sound() {
    let folder = Folder::with(SAMPLE);
    let list: Vec<String> = [("attestor", 11), ("attestor", 12), ("attestor", 13), ("arbiter", 5)]
        .map(|(role, number)| format!("{role} {} {role} {number}\n", checksum(party(number))))
        .into();
    folder.write("known.txt", &list.concat());
    let command = Verify {
        refund: Some(party(3)),
        shop_key: Some(party(8)),
        secret_hash: Some(release_hash(b"correct horse battery staple")),
        known: Some(folder.0.path().join("known.txt")),
        ..folder.command()
    };
    let report = command.check(&System::fake()).unwrap();
    assert_eq!(codes(&report), ["keeper-tip"]);
    let text = report.text();
    assert!(text.starts_with("NOTHING IS WRONG. The address of this order is\n0x"), "{text}");
    assert!(text.contains("known:   the arbiter 0x"), "{text}");
    assert!(text.contains("note:    Whoever sends"), "{text}");
    assert!(!text.contains("Green tea"));
    assert_eq!(report.json()["verdict"], "sound");
    command.run(&System::fake()).unwrap();
}

#[test]
fn statement_that_nobody_compared_is_to_be_weighed() {
    let report = Folder::with(SAMPLE).check();
    assert_eq!(report.verdict(), Verdict::Careful);
    let text = report.text();
    assert!(text.starts_with("PAY WITH CARE: nothing is wrong, but weigh 5 risks that"), "{text}");
    assert_eq!(report.json()["vault"], checksum(report.recomputed.vault));
    let refund_to = checksum(report.statement.terms.refund_to);
    for told in [report.text(), report.json()["warnings"].to_string()] {
        assert!(told.contains(&format!("Refunds go to {refund_to}")), "{told}");
    }
    assert!(!report.json().to_string().contains("Green tea"));
}

#[test]
fn short_form_is_checked_as_the_text_is() {
    let report = Folder::with(&statement(|_| ()).short()).check();
    assert_eq!(report.verdict(), Verdict::Careful);
    assert_eq!(report.json()["has_part_2"], false);
}

/// Each change is one that a shop in strange hands could make.
#[test]
fn forged_statements_are_not_to_be_paid() {
    let stranger = party(66);
    let shown = |account: Account| checksum(account);
    let real = statement(|_| ());
    let own_vault = SAMPLE.replace(&shown(real.vault), &shown(stranger));
    assert!(codes(&Folder::with(&own_vault).check()).contains(&"wrong-vault"));
    let own_refund = SAMPLE.replace(&shown(real.terms.refund_to), &shown(stranger));
    assert!(codes(&Folder::with(&own_refund).check()).contains(&"wrong-id"));
    let own_payout = statement(|terms| terms.seller = stranger);
    let own_payout = Statement { payout_signature: real.payout_signature, ..own_payout };
    let found = Folder::with(&own_payout.to_text(checksum)).check();
    assert_eq!(codes(&found)[0], "payout-not-signed");
    let own_goods = SAMPLE.replace("2 x Green tea", "1 x Green tea");
    assert!(codes(&Folder::with(&own_goods).check()).contains(&"wrong-order"));
    let own_words = SAMPLE.replace("there are 5 days", "there are 50 days");
    assert!(codes(&Folder::with(&own_words).check()).contains(&"other-sentences"));
    let void = statement(|terms| terms.arbiter_fee_bps = 5_000).to_text(checksum);
    let report = Folder::with(&void).check();
    assert!(codes(&report).contains(&"void"));
    assert!(report.text().starts_with("DO NOT PAY: 1 thing is wrong"), "{}", report.text());
    let refused = Folder::with(&void).command().run(&System::fake()).unwrap_err();
    assert_eq!(refused.kind().exit_code(), 78);
}

#[test]
fn other_contract_is_not_to_be_paid() {
    let stranger = party(66);
    let made = statement(|_| ());
    let other = Statement { contract: stranger, vault: vault_of(stranger, made.id), ..made };
    let report = Folder::with(&other.to_text(checksum)).check();
    assert_eq!(codes(&report)[0], "unknown-contract");
    assert_eq!(report.verdict(), Verdict::DoNotPay);
}

#[test]
fn day_of_the_check_can_be_said() {
    let folder = Folder::with(SAMPLE);
    let command = Verify { on: CoarseTime::from_date(2027, 1, 21), ..folder.command() };
    let report = command.check(&System::fake()).unwrap();
    assert_eq!(codes(&report)[0], "ship-by-passed");
}

#[test]
fn unreadable_statement_is_refused_with_file_and_line() {
    let error = |text: &str| {
        let folder = Folder::with(text);
        let error = folder.command().run(&System::fake()).unwrap_err();
        assert_eq!(error.kind(), Kind::BadInput);
        error.to_string()
    };
    assert!(error("hello").contains("statement.txt, line 1: there is no escrow statement here"));
    let bad = SAMPLE.replace("arbiter fee: 5.00 %", "arbiter fee: five");
    assert!(error(&bad).contains("\"arbiter fee\": this must be a percentage"), "{}", error(&bad));
    assert!(error(&"x".repeat(Statement::LONGEST_TEXT + 1)).contains("too long"));
    let folder = Folder(tempfile::tempdir().unwrap());
    let missing = folder.command().run(&System::fake()).unwrap_err();
    assert_eq!(missing.kind(), Kind::NotFound);
}

#[test]
fn hash_of_a_secret_is_read_as_sha256sum_prints_it() {
    let hash = release_hash(b"secret");
    let digits = hash.to_string().trim_start_matches("0x").to_owned();
    assert_eq!(secret_hash(&hash.to_string()), Ok(hash));
    assert_eq!(secret_hash(&format!("{}  -\n", digits.to_uppercase())), Ok(hash));
    assert!(secret_hash("secret").is_err());
}
