//! The desk: takes registrations, and signs.

use super::{
    carriers::Carriers,
    claims::{Added, Claim},
    judge::{self, Denial, Sound},
    records::{Record, Records},
    rights::{Ground, place_level},
    signed::Signed,
};
use crate::{error::CliError, escrow::sending::state_of};
use shop_carrier::{CarrierError, CarrierName, Number, Rules, Watch, admit};
use shop_chain::{
    WatchError,
    ethereum::{
        Client,
        escrow::{Key, checksum},
    },
};
use shop_core::{
    entropy,
    escrow::{Account, EscrowState, Hash, Registration, RegistrationAnswer},
    kind::Kind,
    time::UnixTime,
    view::Height,
};
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::{Mutex, Semaphore, watch};

/// Source of what the chain says of an order.
pub(crate) trait Chain: Send + Sync {
    /// Returns the state of an order in the contract.
    fn state(
        &self,
        contract: Account,
        id: Hash,
    ) -> shop_http::BoxFuture<'_, Result<EscrowState, WatchError>>;
}

/// Number of registrations that may ask the chain and one carrier at once.
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
            let at = Height(newest.height.0.saturating_sub(DEPTH));
            state_of(self, contract, id, at).await
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
    /// One claim or report at a time, so that two orders cannot have one parcel number.
    pub(super) claiming: Mutex<()>,
    /// Registrations that may ask the chain and a carrier at once, by carrier.
    asking: BTreeMap<CarrierName, Semaphore>,
    /// Counts what is new: a registration, a signature.
    pub(super) news: watch::Sender<u64>,
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

/// Words for the seller whose parcel is watched.
const WATCHED: &str = "The parcel is watched. The report is published here once the carrier has said \
                       \"delivered\" for 48 hours.";
/// Words added where several orders name the parcel's number.
const CONTESTED: &str = " Another order names this parcel number too. One alone can be reported: the \
                         one whose destination and reference fit better, or else the one that was \
                         shipped first.";

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
            claiming: Mutex::default(),
            asking: CarrierName::ALL.map(|name| (name, Semaphore::new(ASKING))).into(),
            news: watch::Sender::default(),
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
            Ok(is_contested) => {
                let more = if is_contested { CONTESTED } else { "" };
                words(true, format!("{WATCHED}{more}"), false)
            }
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

    /// Registers a parcel. Returns true if other orders name its number too.
    async fn try_register(&self, registration: Registration) -> Result<bool, Failure> {
        let Sound { statement, number, tracking } =
            judge::judge(&registration, self.account(), self.chain_id)?;
        let id = statement.id;
        if self.is_known(id, &number, &registration)? {
            return Ok(self.is_contested(id, &number)?);
        }
        let carrier = self.carriers.get(number.carrier());
        let carrier = carrier.ok_or_else(|| Denial::Carrier(self.carriers.names()))?;
        // Whoever makes up orders must not hold up those that are real: few ask at once.
        // Those for a carrier that hangs hold up none for another one.
        let asking = self.asking.get(&number.carrier()).ok_or(Denial::Busy)?;
        let _turn = asking.try_acquire().map_err(|_| Denial::Busy)?;
        let state = self.chain.state(statement.contract, id).await.map_err(|_| Failure::Chain)?;
        judge::judge_state(&state, tracking)?;
        let now = self.system.clock.now();
        let shipped_at = state.parcel().map_or(now, |parcel| parcel.shipped_at);
        let snapshot = carrier.fetch(&number).await.map_err(Failure::Carrier)?;
        // The order was paid before it was shipped, so a parcel that the carrier had long before the
        // shipment is another one's.
        admit(&snapshot, shipped_at).map_err(Denial::from)?;
        // Others may have come in between. Nothing waits from here on.
        let _alone = self.claiming.lock().await;
        if self.is_known(id, &number, &registration)? {
            return Ok(self.is_contested(id, &number)?);
        }
        let level = place_level(&registration, &statement, &snapshot);
        let claim = Claim { id, shipped_at: shipped_at.0, level, is_signed: false };
        let until = statement.terms.latest_delivery();
        let mut registration = registration;
        registration.number = number.as_str().to_owned();
        // Part 2 is for the arbiter alone, and not kept if somebody sends it.
        registration.statement = statement.part_1().to_text(checksum).to_string();
        let record = Record {
            id,
            registration,
            watch: Watch::new(now, shipped_at, until),
            poll_at: Some(now.0),
            blind: Hash(entropy::bytes(&*self.system.entropy)),
            evidence: None,
        };
        // The number first: if the machine stops between the two, the claim counts from when the
        // order is registered again.
        match self.records.claim(&number, claim, now)? {
            Added::Full => return Err(Denial::OtherOrder.into()),
            Added::Kept(None) => {}
            Added::Kept(Some(displaced)) => {
                self.sign_refused(displaced, statement.contract, Ground::OtherOrder)?;
            }
        }
        self.records.keep(&record)?;
        self.ring();
        Ok(self.is_contested(id, &number)?)
    }

    /// Wakes whoever waits for something new.
    pub(super) fn ring(&self) {
        self.news.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Returns true if another order claims the number, too.
    fn is_contested(&self, id: Hash, number: &Number) -> Result<bool, CliError> {
        let claims = self.records.claims(number, self.now())?;
        Ok(claims.iter().any(|claim| claim.id != id))
    }

    /// Returns true if this very parcel is registered for this order.
    ///
    /// # Errors
    /// Another parcel is, or the parcel was reported for another order, or there is no room.
    fn is_known(
        &self,
        id: Hash,
        number: &Number,
        registration: &Registration,
    ) -> Result<bool, Failure> {
        if let Some(known) = self.records.of(id)? {
            let is_same = known.registration.number == number.as_str()
                && known.registration.salt == registration.salt;
            return if is_same { Ok(true) } else { Err(Denial::OtherParcel.into()) };
        }
        let claims = self.records.claims(number, self.now())?;
        if claims.iter().any(|claim| claim.id != id && claim.is_signed) {
            return Err(Denial::OtherOrder.into());
        }
        if self.signed.of(id)?.is_some() {
            return Err(Denial::Over.into());
        }
        if self.records.count() >= self.most_parcels {
            return Err(Denial::Full.into());
        }
        Ok(false)
    }

    /// Returns the carrier of a record and its number.
    pub(super) fn parcel(&self, record: &Record) -> Option<Number> {
        let carrier: CarrierName = record.registration.carrier.parse().ok()?;
        Number::parse(carrier, &record.registration.number).ok()
    }

    pub(super) fn now(&self) -> UnixTime {
        self.system.clock.now()
    }
}
