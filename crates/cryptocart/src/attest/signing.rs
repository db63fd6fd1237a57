//! Signing: a report, or the refusal of one.

use super::{
    claims::{Standing, standing},
    desk::Desk,
    judge,
    records::Record,
    rights::{Ground, level_of, place_level},
};
use crate::error::CliError;
use shop_carrier::{Delivery, Number, Snapshot};
use shop_chain::ethereum::escrow::{Domain, delivered_digest, evidence_commitment, refused_digest};
use shop_core::escrow::{
    Account, Attestation, DeliveredFile, Hash, MatchLevel, RefusedFile, Report, Statement,
};

impl Desk {
    /// Signs a delivery, if no other order has as good a right to the parcel's number.
    /// The rights are those that the answer at hand shows, the same for all orders that claim it.
    pub(super) async fn sign_by_right(
        &self,
        record: &Record,
        statement: &Statement,
        number: &Number,
        delivery: Delivery,
        snapshot: &Snapshot,
    ) -> Result<(), CliError> {
        let _alone = self.claiming.lock().await;
        let mut claims = self.records.claims(number, self.now())?;
        for claim in &mut claims {
            let other = if claim.id == record.id { None } else { self.records.of(claim.id)? };
            let registration = other.as_ref().map_or(&record.registration, |it| &it.registration);
            if claim.id != record.id && other.is_none() {
                continue;
            }
            if let Ok(parsed) = Statement::parse_any(&registration.statement) {
                claim.level = place_level(registration, &parsed.statement, snapshot);
            }
        }
        match standing(&claims, record.id) {
            Standing::First => {
                // The claim first: if the machine stops between the two, no other order is reported.
                let mine = claims.iter_mut().filter(|claim| claim.id == record.id);
                mine.for_each(|claim| claim.is_signed = true);
                self.records.note_claims(number, claims, self.now())?;
                self.sign_delivered(record, statement, delivery, snapshot)?;
            }
            Standing::Tied => {
                let tied = claims.iter().filter(|one| standing(&claims, one.id) == Standing::Tied);
                for claim in tied {
                    self.sign_refused(claim.id, statement.contract, Ground::Conflict)?;
                }
            }
            Standing::Behind => {
                self.sign_refused(record.id, statement.contract, Ground::OtherOrder)?;
            }
        }
        self.ring();
        Ok(())
    }

    /// Signs and publishes that a parcel was delivered.
    fn sign_delivered(
        &self,
        record: &Record,
        statement: &Statement,
        delivery: Delivery,
        snapshot: &Snapshot,
    ) -> Result<Attestation, CliError> {
        let sound = judge::judge(&record.registration, self.account(), self.chain_id);
        let sound = sound.map_err(|denial| CliError::input(denial.to_string()))?;
        let report = Report {
            accepted_at: delivery.accepted_at,
            delivered_at: delivery.delivered_at,
            match_level: MatchLevel(level_of(&record.registration, statement, snapshot)),
            evidence: evidence_commitment(record.blind, snapshot.body_sha256),
        };
        let contract = statement.contract;
        let domain = Domain { chain_id: self.chain_id, contract };
        let digest = delivered_digest(domain, record.id, sound.tracking, &report);
        let file = DeliveredFile {
            id: record.id,
            contract,
            chain_id: self.chain_id,
            tracking: sound.tracking,
            accepted_at: report.accepted_at.0,
            delivered_at: report.delivered_at.0,
            match_level: report.match_level,
            evidence: report.evidence,
            attestor: self.account(),
            signature: self.key.sign(digest),
        };
        self.signed.publish(record.id, Attestation::Delivered(file))
    }

    /// Signs and publishes that a parcel never counts as delivered.
    pub(super) fn sign_refused(
        &self,
        id: Hash,
        contract: Account,
        ground: Ground,
    ) -> Result<Attestation, CliError> {
        let reason = ground.word();
        let file = RefusedFile {
            id,
            contract,
            reason: reason.into(),
            attestor: self.account(),
            signature: self.key.sign(refused_digest(contract, id, reason)),
        };
        self.signed.publish(id, Attestation::Refused(file))
    }
}
