//! Files that attestors publish: fetched from their services, and checked.

use shop_chain::ethereum::escrow::{
    Domain, delivered_digest, extend_digest, is_signed_by, refused_digest,
};
use shop_core::{
    escrow::{
        Account, Attestation, ExtensionFile, Parcel, SignedExtension, SignedReport, Statement,
    },
    time::UnixTime,
};
use shop_http::{Dial, Patience, Reply};
use std::{collections::BTreeSet, time::Duration};

/// Longest answer of an attestor that is read, in bytes.
pub(crate) const LONGEST_ANSWER: u64 = 64 << 10;
/// Time that an attestor may take: it may ask its nodes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Seconds by which a delivery can be before its shipment, as the contract has it.
const SHIP_LATENESS: u64 = 24 * 3_600;

/// Asks an attestor for its report of an order's delivery.
///
/// # Errors
/// It has none that counts: the reason, in words.
pub(crate) async fn fetch_report(
    dial: &dyn Dial,
    host: &str,
    attestor: Account,
    statement: &Statement,
) -> Result<SignedReport, String> {
    let reply = fetch(dial, host, &format!("/v1/att/{}", statement.id)).await?;
    if reply.status == 404 {
        return Err("has not signed yet".into());
    }
    let told = serde_json::from_slice::<Attestation>(&reply.body);
    judge(&told.map_err(|_| UNREADABLE.to_owned())?, attestor, statement)
}

/// Asks an attestor for the later deadlines that it has signed for an order.
///
/// # Errors
/// It has none that counts: the reason, in words.
pub(crate) async fn fetch_extensions(
    dial: &dyn Dial,
    host: &str,
    attestor: Account,
    statement: &Statement,
) -> Result<Vec<SignedExtension>, String> {
    let reply = fetch(dial, host, &format!("/v1/ext/{}", statement.id)).await?;
    if reply.status == 404 {
        return Err("has signed no later deadline".into());
    }
    let told = serde_json::from_slice::<ExtensionFile>(&reply.body);
    judge_extensions(&told.map_err(|_| UNREADABLE.to_owned())?, attestor, statement)
}

/// Returns those reports that the contract takes, as it judges them.
///
/// It refuses a call with a single report that it does not take. So one attestor that signs for
/// another parcel, or a delivery in the future, must not hold up the reports of the others.
pub(crate) fn taken(
    statement: &Statement,
    parcel: &Parcel,
    now: UnixTime,
    reports: &[SignedReport],
) -> Vec<SignedReport> {
    let domain = Domain { chain_id: statement.terms.chain_id, contract: statement.contract };
    let is_taken = |signed: &&SignedReport| {
        let report = &signed.report;
        let digest = delivered_digest(domain, statement.id, parcel.tracking, report);
        report.delivered_at <= now
            && report.delivered_at.plus_seconds(SHIP_LATENESS) >= parcel.shipped_at
            && report.match_level.reaches(statement.terms.min_match)
            && is_signed_by(signed.attestor, digest, &signed.signature)
    };
    reports.iter().filter(is_taken).copied().collect()
}

/// Returns the latest deadline that enough attestors of an order have signed.
pub(crate) fn agreed_deadline(
    statement: &Statement,
    signed: &[SignedExtension],
) -> Option<UnixTime> {
    let need = usize::from(statement.attestors.threshold());
    let signers = |until: UnixTime| -> BTreeSet<Account> {
        let same = signed.iter().filter(|one| one.until == until);
        let listed = same.filter(|one| statement.attestors.index_of(one.attestor).is_some());
        listed.map(|one| one.attestor).collect()
    };
    let deadlines = signed.iter().map(|one| one.until);
    deadlines.filter(|until| signers(*until).len() >= need).max()
}

const UNREADABLE: &str = "its answer cannot be read";

async fn fetch(dial: &dyn Dial, host: &str, path: &str) -> Result<Reply, String> {
    let patience = Patience { idle_time: PATIENCE, ..Patience::default() };
    let reply = shop_http::get(dial, host, path, &patience, LONGEST_ANSWER).await;
    reply.map_err(|error| error.to_string())
}

/// Checks what an attestor published, by its signature and against the statement.
fn judge(
    attestation: &Attestation,
    attestor: Account,
    statement: &Statement,
) -> Result<SignedReport, String> {
    match attestation {
        Attestation::Delivered(file) => {
            let domain =
                Domain { chain_id: statement.terms.chain_id, contract: statement.contract };
            let signed = SignedReport { attestor, ..file.signed_report() };
            let digest = delivered_digest(domain, statement.id, file.tracking, &signed.report);
            if !is_signed_by(attestor, digest, &signed.signature) {
                return Err("its signature is not right".into());
            }
            if !signed.report.match_level.reaches(statement.terms.min_match) {
                return Err("says that the parcel went to another place than the order's".into());
            }
            Ok(signed)
        }
        Attestation::Refused(file) => {
            // The reason is one word of ours or it is not repeated.
            let is_word = file.reason.len() <= 40
                && file.reason.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            let digest = refused_digest(statement.contract, statement.id, &file.reason);
            if !is_word || !is_signed_by(attestor, digest, &file.signature) {
                return Err("its signature is not right".into());
            }
            Err(format!("will not report a delivery: {}", file.reason))
        }
    }
}

/// Checks the deadlines that an attestor published, by their signatures and the terms' bound.
fn judge_extensions(
    file: &ExtensionFile,
    attestor: Account,
    statement: &Statement,
) -> Result<Vec<SignedExtension>, String> {
    let terms = &statement.terms;
    let domain = Domain { chain_id: terms.chain_id, contract: statement.contract };
    let is_good = |one: &SignedExtension| {
        let digest = extend_digest(domain, statement.id, one.until);
        one.until > terms.deliver_by
            && one.until <= terms.latest_delivery()
            && is_signed_by(attestor, digest, &one.signature)
    };
    let of_attestor = file.signed().map(|one| SignedExtension { attestor, ..one });
    let good: Vec<SignedExtension> = of_attestor.filter(is_good).collect();
    if good.is_empty() { Err("its signature is not right".into()) } else { Ok(good) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::ethereum::escrow::{
        Key, PINNED, attestors_hash, id_of, order_commitment, sign_payout, tracking_commitment,
        vault_of,
    };
    use shop_core::{
        escrow::{
            AttestorSet, DeliveredFile, ExtensionEntry, Goods, Hash, MatchLevel, RefusedFile,
            Report, Terms,
        },
        time::UnixTime,
    };

    fn key() -> Key {
        Key::from_bytes(&[41; 32]).unwrap()
    }

    fn statement() -> Statement {
        let goods = Goods::new(Hash([1; 32]), Hash([2; 32]), "CA", "K1A0B1", "1 shirt").unwrap();
        let attestors = AttestorSet::new(1, vec![key().account()]).unwrap();
        let terms = Terms {
            chain_id: 1,
            seller: Account([1; 20]),
            operator: Account([2; 20]),
            refund_to: Account([3; 20]),
            buyer_key: None,
            arbiter: None,
            token: None,
            price: 1_000,
            ship_by: UnixTime(10),
            deliver_by: UnixTime(20),
            dispute_window: 86_400,
            arbiter_window: 259_200,
            arbiter_fee_bps: 0,
            keeper_tip: 0,
            min_match: MatchLevel(3),
            attestors: attestors_hash(&attestors),
            release_hash: None,
            order: order_commitment(&goods),
        };
        let id = id_of(&terms);
        let contract = PINNED.contract;
        let payout_signature = sign_payout(&key(), terms.seller).signature;
        let shop_key = key().account();
        let vault = vault_of(contract, id);
        Statement { terms, contract, vault, id, attestors, shop_key, payout_signature, goods: None }
    }

    fn delivered(statement: &Statement, level: u8) -> DeliveredFile {
        let tracking = tracking_commitment("cpc", "1371134583769923", Hash([7; 32]));
        let mut file = DeliveredFile {
            id: statement.id,
            contract: statement.contract,
            chain_id: 1,
            tracking,
            accepted_at: 11,
            delivered_at: 12,
            match_level: MatchLevel(level),
            evidence: Hash([8; 32]),
            attestor: key().account(),
            signature: shop_core::escrow::Signature([0; 65]),
        };
        let domain = Domain { chain_id: 1, contract: statement.contract };
        let report = file.signed_report().report;
        file.signature = key().sign(delivered_digest(domain, statement.id, tracking, &report));
        file
    }

    #[test]
    fn signature_of_another_or_of_other_words_does_not_count() {
        let statement = statement();
        let me = key().account();
        let good = delivered(&statement, 3);
        let judged =
            |file: &DeliveredFile, by| judge(&Attestation::Delivered(file.clone()), by, &statement);
        assert!(judged(&good, me).is_ok());
        assert!(judged(&good, Account([9; 20])).is_err());
        let mut later = good.clone();
        later.delivered_at += 1;
        assert!(judged(&later, me).is_err());
        assert!(judged(&delivered(&statement, 2), me).unwrap_err().contains("another place"));
    }

    /// One attestor of three cannot hold up the two that are honest.
    #[test]
    fn report_that_the_contract_refuses_is_left_out() {
        let statement = statement();
        let domain = Domain { chain_id: 1, contract: statement.contract };
        let tracking = tracking_commitment("cpc", "1371134583769923", Hash([7; 32]));
        let parcel = Parcel { tracking, shipped_at: UnixTime(100_000) };
        let signed = |tracking, delivered_at, level| {
            let accepted_at = UnixTime(1);
            let delivered_at = UnixTime(delivered_at);
            let match_level = MatchLevel(level);
            let report = Report { accepted_at, delivered_at, match_level, evidence: Hash([8; 32]) };
            let digest = delivered_digest(domain, statement.id, tracking, &report);
            SignedReport { attestor: key().account(), report, signature: key().sign(digest) }
        };
        let count =
            |report: SignedReport| taken(&statement, &parcel, UnixTime(200_000), &[report]).len();
        assert_eq!(count(signed(tracking, 200_000, 3)), 1);
        assert_eq!(count(signed(tracking, 13_600, 3)), 1);
        assert_eq!(count(signed(tracking, 13_599, 3)), 0, "it was delivered before");
        assert_eq!(count(signed(tracking, 200_001, 3)), 0, "in the future");
        assert_eq!(count(signed(tracking, u64::MAX, 3)), 0);
        assert_eq!(count(signed(tracking, 200_000, 2)), 0, "to another place");
        let other = tracking_commitment("cpc", "1371134583769923", Hash([9; 32]));
        assert_eq!(count(signed(other, 200_000, 3)), 0, "another parcel");
    }

    #[test]
    fn refusal_is_told_if_it_is_signed() {
        let statement = statement();
        let me = key().account();
        let refused = |reason: &str| {
            let digest = refused_digest(statement.contract, statement.id, reason);
            Attestation::Refused(RefusedFile {
                id: statement.id,
                contract: statement.contract,
                reason: reason.into(),
                attestor: me,
                signature: key().sign(digest),
            })
        };
        let words = judge(&refused("returned"), me, &statement).unwrap_err();
        assert!(words.contains("returned"), "{words}");
        let hostile = judge(&refused("x\u{1b}[2J"), me, &statement).unwrap_err();
        assert_eq!(hostile, "its signature is not right");
    }

    fn extension(n: u8, until: u64, statement: &Statement) -> (Account, ExtensionFile) {
        let key = Key::from_bytes(&[n; 32]).unwrap();
        let domain = Domain { chain_id: 1, contract: statement.contract };
        let signature = key.sign(extend_digest(domain, statement.id, UnixTime(until)));
        let file = ExtensionFile {
            id: statement.id,
            contract: statement.contract,
            chain_id: 1,
            attestor: key.account(),
            extensions: vec![ExtensionEntry { until, signature }],
        };
        (key.account(), file)
    }

    #[test]
    fn deadline_counts_if_it_is_signed_and_within_the_bound() {
        let statement = statement();
        let latest = statement.terms.latest_delivery().0;
        for (until, is_good) in [(20, false), (21, true), (latest, true), (latest + 1, false)] {
            let (account, file) = extension(41, until, &statement);
            assert_eq!(judge_extensions(&file, account, &statement).is_ok(), is_good, "{until}");
        }
        let (account, mut file) = extension(41, 30, &statement);
        assert!(judge_extensions(&file, Account([9; 20]), &statement).is_err());
        file.extensions[0].until = 31;
        assert!(judge_extensions(&file, account, &statement).is_err());
    }

    #[test]
    fn latest_deadline_that_enough_have_signed_is_taken() {
        let keys = [41, 42, 43].map(|n| Key::from_bytes(&[n; 32]).unwrap().account());
        let attestors = AttestorSet::new(2, keys.to_vec()).unwrap();
        let statement = Statement { attestors, ..statement() };
        let signed = |n: u8, until| {
            let (account, file) = extension(n, until, &statement);
            file.signed()
                .map(move |one| SignedExtension { attestor: account, ..one })
                .next()
                .unwrap()
        };
        let mut all = vec![signed(41, 50), signed(42, 60), signed(41, 40), signed(43, 40)];
        assert_eq!(agreed_deadline(&statement, &all), Some(UnixTime(40)));
        all.push(signed(44, 60));
        assert_eq!(agreed_deadline(&statement, &all), Some(UnixTime(40)), "44 is nobody's");
        all.push(signed(41, 60));
        assert_eq!(agreed_deadline(&statement, &all), Some(UnixTime(60)));
        assert_eq!(agreed_deadline(&statement, &[signed(41, 50), signed(41, 50)]), None);
    }
}
