//! `cryptocart escrow report`: brings the attestors' signatures to the contract.

use super::{
    act::ActArgs,
    chain::NodeArgs,
    decide::Wish,
    order::Order,
    register::{LONGEST_ANSWER, PATIENCE, dial},
    settings::Settings,
};
use crate::{error::CliError, runtime::block_on, system::System, terminal};
use clap::Args;
use shop_chain::ethereum::escrow::{
    Domain, checksum, delivered_digest, is_signed_by, refused_digest,
};
use shop_core::escrow::{Account, Attestation, SignedReport, Statement};
use shop_http::Patience;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    args: ActArgs,
}

impl Report {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let nodes = &self.args.send().nodes;
        self.args.run(system, |order, settings| {
            block_on(fetch(order, settings, nodes, system)).map(Wish::Report)
        })
    }
}

/// Fetches what the order's attestors signed. What one of them says is told; none can hold up
/// the others.
async fn fetch(
    order: &Order,
    settings: &Settings,
    nodes: &NodeArgs,
    system: &System,
) -> Result<Vec<SignedReport>, CliError> {
    let statement = &order.statement;
    let mut reports = Vec::new();
    for account in statement.attestors.accounts() {
        let name = checksum(*account);
        let Some(url) = order.place(*account, settings) else {
            terminal::warn(format!("attestor {name}: escrow.toml does not say where it is"));
            continue;
        };
        let dial = dial(settings, *account, &url, nodes, system)?;
        let path = format!("/v1/att/{}", statement.id);
        let patience = Patience { idle_time: PATIENCE, ..Patience::default() };
        let reply = shop_http::get(&dial, &url.authority(), &path, &patience, LONGEST_ANSWER).await;
        match reply {
            Err(error) => terminal::warn(format!("attestor {name}: {error}")),
            Ok(reply) if reply.status == 404 => {
                terminal::warn(format!("attestor {name}: has not signed yet"));
            }
            Ok(reply) => match serde_json::from_slice::<Attestation>(&reply.body) {
                Err(_) => {
                    terminal::warn(format!("attestor {name}: its answer cannot be read"));
                }
                Ok(attestation) => match judge(&attestation, *account, statement) {
                    Ok(report) => {
                        terminal::warn(format!("attestor {name}: reports the delivery"));
                        reports.push(report);
                    }
                    Err(words) => terminal::warn(format!("attestor {name}: {words}")),
                },
            },
        }
    }
    Ok(reports)
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

#[cfg(test)]
mod tests {
    use super::*;
    use shop_chain::ethereum::escrow::{
        Key, PINNED, attestors_hash, id_of, order_commitment, sign_payout, tracking_commitment,
        vault_of,
    };
    use shop_core::{
        escrow::{AttestorSet, DeliveredFile, Goods, Hash, MatchLevel, RefusedFile, Terms},
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
}
