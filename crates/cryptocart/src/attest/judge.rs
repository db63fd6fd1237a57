//! Judgement of a registration, before anything is asked of chain or carrier, and after.

use shop_carrier::{CarrierName, Number, NumberError};
use shop_chain::ethereum::escrow::{
    checksum, destination_hash, order_commitment_of, recompute, tracking_commitment,
};
use shop_core::escrow::{Account, EscrowState, Registration, Statement, StatementError, Tracking};
use zeroize::Zeroizing;

/// A registration that is sound in itself.
pub(super) struct Sound {
    /// Part 1 of the statement.
    pub(super) statement: Statement,
    /// The parcel.
    pub(super) number: Number,
    /// Commitment to the parcel, which the chain must have.
    pub(super) tracking: Tracking,
}

/// Reason why a registration is refused, in words for the seller.
#[derive(Debug, thiserror::Error)]
pub(super) enum Denial {
    /// The form is of another version.
    #[error(
        "this attestor reads registrations of version {}: use a newer or older cryptocart",
        Registration::VERSION
    )]
    Version,
    /// The statement cannot be read.
    #[error("the escrow statement cannot be read: {0}")]
    Statement(#[from] StatementError),
    /// The statement is not what it says.
    #[error(
        "the escrow statement is not sound: its id, vault or attestors do not follow from its terms"
    )]
    Unsound,
    /// Another contract.
    #[error("the contract {} is not the escrow contract that this attestor knows", checksum(*.0))]
    Contract(Account),
    /// Another chain.
    #[error("this attestor looks at chain {here}; the order is on chain {there}")]
    Chain { here: u64, there: u64 },
    /// Not our order.
    #[error("this attestor, {}, is not among the order's attestors", checksum(*.0))]
    NotMine(Account),
    /// The salts, the destination or the goods are another order's.
    #[error("the destination and the goods' hash are not those that the terms commit to")]
    Order,
    /// An unknown carrier.
    #[error("this attestor does not know the carrier; it asks {0}")]
    Carrier(String),
    /// No such number.
    #[error("{0}")]
    Number(#[from] NumberError),
    /// Another parcel was registered for this order.
    #[error("another parcel is registered for this order already")]
    OtherParcel,
    /// The parcel was reported for another order, or others have better rights to it.
    #[error("this parcel number is another order's")]
    OtherOrder,
    /// The chain knows of no shipment yet.
    #[error(
        "the chain does not show the shipment yet: send it, wait for some blocks, and register again"
    )]
    NotShipped,
    /// The chain has another parcel.
    #[error(
        "the chain has another parcel for this order: the number, the carrier or the salt is wrong"
    )]
    OtherTracking,
    /// The order is over.
    #[error("this order is delivered or has ended: there is nothing to report any more")]
    Over,
    /// The carrier's events speak against it.
    #[error("{0}")]
    Carried(#[from] shop_carrier::Refusal),
    /// Too many at once.
    #[error("this attestor is busy with others: register again in a minute")]
    Busy,
    /// Too many parcels.
    #[error("this attestor watches as many parcels as it can: register with another, or tomorrow")]
    Full,
}

impl Denial {
    /// Returns true if the same registration may be accepted later.
    pub(super) const fn may_pass_later(&self) -> bool {
        matches!(self, Self::NotShipped | Self::Full | Self::Busy)
    }
}

/// Judges a registration by itself.
pub(super) fn judge(
    registration: &Registration,
    me: Account,
    chain_id: u64,
) -> Result<Sound, Denial> {
    if registration.version != Registration::VERSION {
        return Err(Denial::Version);
    }
    let statement = Statement::parse_any(&registration.statement)?.statement;
    judge_statement(&statement, me, chain_id)?;
    let Registration { order_salt, postal_salt, country, postal_code, goods, .. } = registration;
    let destination = destination_hash(*postal_salt, country, postal_code);
    if order_commitment_of(*order_salt, destination, *goods) != statement.terms.order {
        return Err(Denial::Order);
    }
    let carrier: CarrierName =
        registration.carrier.parse().map_err(|error| Denial::Carrier(format!("{error}")))?;
    let number = Number::parse(carrier, &registration.number)?;
    let tracking = tracking_commitment(carrier.code(), number.as_str(), registration.salt);
    Ok(Sound { statement, number, tracking })
}

/// Judges a statement by itself: it must follow from its terms, and name this attestor.
pub(super) fn judge_statement(
    statement: &Statement,
    me: Account,
    chain_id: u64,
) -> Result<(), Denial> {
    let computed = recompute(statement);
    let terms = &statement.terms;
    if !computed.is_known_contract {
        return Err(Denial::Contract(statement.contract));
    }
    if terms.chain_id != chain_id {
        return Err(Denial::Chain { here: chain_id, there: terms.chain_id });
    }
    let is_sound = computed.id == statement.id
        && computed.vault == statement.vault
        && computed.attestors == terms.attestors
        && !terms.is_void();
    if !is_sound {
        return Err(Denial::Unsound);
    }
    if statement.attestors.index_of(me).is_none() {
        return Err(Denial::NotMine(me));
    }
    Ok(())
}

/// Judges what the chain says of a parcel that is to be watched.
pub(super) fn judge_state(state: &EscrowState, tracking: Tracking) -> Result<(), Denial> {
    match state {
        EscrowState::Open => Err(Denial::NotShipped),
        EscrowState::Delivered { .. }
        | EscrowState::DisputedDelivered { .. }
        | EscrowState::Closed(_) => Err(Denial::Over),
        EscrowState::Shipped { parcel, .. } | EscrowState::Disputed { parcel, .. } => {
            if parcel.tracking == tracking { Ok(()) } else { Err(Denial::OtherTracking) }
        }
    }
}

/// Returns the reference of an order that a seller may give to the carrier: base32 of 16
/// bytes.
pub(super) fn order_tag(statement: &Statement) -> Zeroizing<String> {
    let first = statement.id.0.first_chunk::<16>().copied().unwrap_or_default();
    Zeroizing::new(data_encoding::BASE32_NOPAD.encode(&first))
}
