//! The desk: takes registrations, and signs.

use super::{
    carriers::Carriers,
    judge::{self, Denial, Sound},
    records::{Record, Records},
    signed::Signed,
};
use crate::error::CliError;
use shop_carrier::{
    CarrierError, CarrierName, Delivery, Refusal, Rules, Snapshot, Wanted, Watch, admit,
    match_level,
};
use shop_chain::{
    WatchError,
    ethereum::{
        Client,
        escrow::{
            Call, Domain, Key, decode_state, delivered_digest, evidence_commitment, refused_digest,
        },
    },
};
use shop_core::{
    entropy,
    escrow::{
        Account, Attestation, DeliveredFile, EscrowState, Hash, MatchLevel, RefusedFile,
        Registration, RegistrationAnswer, Report, Statement,
    },
    kind::Kind,
    time::UnixTime,
};
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, Semaphore};

/// Source of what the chain says of an order.
pub(crate) trait Chain: Send + Sync {
    /// Returns the state of an order in the contract.
    fn state(
        &self,
        contract: Account,
        id: Hash,
    ) -> shop_http::BoxFuture<'_, Result<EscrowState, WatchError>>;
}

/// Number of registrations that may ask chain and carrier at once.
const ASKING: usize = 4;

/// Blocks that must lie above a shipment before it counts.
const DEPTH: u64 = 2;

impl Chain for Client {
    fn state(
        &self,
        contract: Account,
        id: Hash,
    ) -> shop_http::BoxFuture<'_, Result<EscrowState, WatchError>> {
        Box::pin(async move {
            let newest = self.newest().await?;
            let at = shop_core::view::Height(newest.height.0.saturating_sub(DEPTH));
            let told = self.call(contract, &Call::state_of(id), at).await?;
            decode_state(&told).map_err(|_| WatchError::Moved)
        })
    }
}

/// Everything that the attestor works with.
pub(super) struct Desk {
    pub(super) key: Key,
    pub(super) chain_id: u64,
    pub(super) rules: Rules,
    pub(super) most_parcels: usize,
    pub(super) records: Records,
    pub(super) signed: Signed,
    pub(super) carriers: Carriers,
    pub(super) chain: Box<dyn Chain>,
    pub(super) system: crate::system::System,
    /// One registration at a time, so that two cannot take one parcel number.
    registering: Mutex<()>,
    /// Registrations that may ask chain and carrier at once.
    asking: Semaphore,
    /// Rung when there is something new to poll.
    pub(super) news: Notify,
}

/// Parts of a desk.
pub(super) struct DeskParts {
    pub(super) key: Key,
    pub(super) chain_id: u64,
    pub(super) rules: Rules,
    pub(super) most_parcels: usize,
    pub(super) records: Records,
    pub(super) signed: Signed,
    pub(super) carriers: Carriers,
    pub(super) chain: Box<dyn Chain>,
    pub(super) system: crate::system::System,
}

/// Failure of a registration that is neither the seller's fault nor a denial.
enum Failure {
    Denied(Denial),
    Chain,
    Carrier(CarrierError),
    Ours(CliError),
}

impl From<Denial> for Failure {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<CliError> for Failure {
    fn from(error: CliError) -> Self {
        Self::Ours(error)
    }
}

impl Desk {
    pub(super) fn new(parts: DeskParts) -> Arc<Self> {
        let DeskParts {
            key,
            chain_id,
            rules,
            most_parcels,
            records,
            signed,
            carriers,
            chain,
            system,
        } = parts;
        Arc::new(Self {
            key,
            chain_id,
            rules,
            most_parcels,
            records,
            signed,
            carriers,
            chain,
            system,
            registering: Mutex::default(),
            asking: Semaphore::new(ASKING),
            news: Notify::new(),
        })
    }

    /// Returns the attestor's address.
    pub(super) fn account(&self) -> Account {
        self.key.account()
    }

    /// Registers a parcel. The same registration twice is accepted twice.
    pub(super) async fn register(
        &self,
        registration: Registration,
    ) -> Result<RegistrationAnswer, Kind> {
        let words = |accepted, words: String, try_again| {
            Ok(RegistrationAnswer { accepted, attestor: self.account(), words, try_again })
        };
        match self.try_register(registration).await {
            Ok(()) => words(
                true,
                "The parcel is watched. The report is published here once the carrier has said \
                 \"delivered\" for 48 hours."
                    .into(),
                false,
            ),
            Err(Failure::Denied(denial)) => {
                words(false, denial.to_string(), denial.may_pass_later())
            }
            Err(Failure::Chain) => {
                words(false, "this attestor cannot read the chain now".into(), true)
            }
            Err(Failure::Carrier(error)) => words(false, error.to_string(), true),
            Err(Failure::Ours(error)) => {
                // The words name folders of this machine and nothing of a parcel.
                tracing::error!("a registration could not be kept: {error}");
                Err(Kind::Bug)
            }
        }
    }

    async fn try_register(&self, registration: Registration) -> Result<(), Failure> {
        let Sound { statement, number, tracking } =
            judge::judge(&registration, self.account(), self.chain_id)?;
        let id = statement.id;
        if self.is_known(id, &number, &registration)? {
            return Ok(());
        }
        let carrier = self.carriers.get(number.carrier());
        let carrier = carrier.ok_or_else(|| Denial::Carrier(self.carriers.names()))?;
        // Whoever makes up orders must not hold up those that are real: few ask at once.
        let _turn = self.asking.try_acquire().map_err(|_| Denial::Busy)?;
        let state = self.chain.state(statement.contract, id).await.map_err(|_| Failure::Chain)?;
        judge::judge_state(&state, tracking)?;
        let now = self.system.clock.now();
        let shipped_at = state.parcel().map_or(now, |parcel| parcel.shipped_at);
        let snapshot = carrier.fetch(&number).await.map_err(Failure::Carrier)?;
        // The order was paid before it was shipped, so a parcel that the carrier had long before the
        // shipment is another one's.
        admit(&snapshot, shipped_at).map_err(Denial::from)?;
        // Others may have come in between. Nothing waits from here on.
        let _alone = self.registering.lock().await;
        if self.is_known(id, &number, &registration)? {
            return Ok(());
        }
        let until = statement.terms.latest_delivery();
        let mut registration = registration;
        registration.number = number.as_str().to_owned();
        let record = Record {
            id,
            registration,
            watch: Watch::new(now, shipped_at, until),
            poll_at: Some(now.0),
            blind: Hash(entropy::bytes(&*self.system.entropy)),
            evidence: None,
        };
        // The number first: if the machine stops between the two, it is this order's all the same.
        self.records.use_number(&number, id, now)?;
        self.records.keep(&record)?;
        self.news.notify_one();
        Ok(())
    }

    /// Returns true if this very parcel is registered for this order.
    ///
    /// # Errors
    /// Another parcel is, or the parcel is another order's, or there is no room.
    fn is_known(
        &self,
        id: Hash,
        number: &shop_carrier::Number,
        registration: &Registration,
    ) -> Result<bool, Failure> {
        if let Some(known) = self.records.of(id)? {
            let is_same = known.registration.number == number.as_str()
                && known.registration.salt == registration.salt;
            return if is_same { Ok(true) } else { Err(Denial::OtherParcel.into()) };
        }
        let order = self.records.order_of(number, self.system.clock.now())?;
        if order.is_some_and(|order| order != id) {
            return Err(Denial::OtherOrder.into());
        }
        if self.signed.of(id)?.is_some() {
            return Err(Denial::Over.into());
        }
        if self.records.count()? >= self.most_parcels {
            return Err(Denial::Full.into());
        }
        Ok(false)
    }

    /// Signs and publishes that a parcel was delivered.
    pub(super) fn sign_delivered(
        &self,
        record: &Record,
        statement: &Statement,
        delivery: Delivery,
        snapshot: &Snapshot,
    ) -> Result<Attestation, CliError> {
        let tag = judge::order_tag(statement);
        let wanted = Wanted {
            country: &record.registration.country,
            postal: &record.registration.postal_code,
            order_tag: &tag,
        };
        let sound = judge::judge(&record.registration, self.account(), self.chain_id);
        let sound = sound.map_err(|denial| CliError::input(denial.to_string()))?;
        let report = Report {
            accepted_at: delivery.accepted_at,
            delivered_at: delivery.delivered_at,
            match_level: MatchLevel(match_level(snapshot, &wanted)),
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
        refusal: Refusal,
    ) -> Result<Attestation, CliError> {
        let reason = match refusal {
            Refusal::Returned => "returned",
            Refusal::TooOld => "too-old",
            Refusal::AlreadyDelivered => "already-delivered",
        };
        let file = RefusedFile {
            id,
            contract,
            reason: reason.into(),
            attestor: self.account(),
            signature: self.key.sign(refused_digest(contract, id, reason)),
        };
        self.signed.publish(id, Attestation::Refused(file))
    }

    /// Returns the carrier of a record and its number.
    pub(super) fn parcel(&self, record: &Record) -> Option<shop_carrier::Number> {
        let carrier: CarrierName = record.registration.carrier.parse().ok()?;
        shop_carrier::Number::parse(carrier, &record.registration.number).ok()
    }

    pub(super) fn now(&self) -> UnixTime {
        self.system.clock.now()
    }
}
