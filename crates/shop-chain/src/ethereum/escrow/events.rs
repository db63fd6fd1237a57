//! Events of the contract, out of logs.

use super::abi;
use alloy_primitives::{Address, B256};
use alloy_sol_types::SolEvent;
use shop_core::{
    escrow::{Account, Closing, Ending, Event, Hash},
    time::UnixTime,
};

/// First topics of all events of the contract, for whoever looks through logs.
pub const TOPICS: [Hash; 8] = [
    Hash(abi::Shipped::SIGNATURE_HASH.0),
    Hash(abi::Extended::SIGNATURE_HASH.0),
    Hash(abi::Delivered::SIGNATURE_HASH.0),
    Hash(abi::Disputed::SIGNATURE_HASH.0),
    Hash(abi::Closed::SIGNATURE_HASH.0),
    Hash(abi::Owed::SIGNATURE_HASH.0),
    Hash(abi::Pulled::SIGNATURE_HASH.0),
    Hash(abi::Swept::SIGNATURE_HASH.0),
];

/// Error for a log that has the name of an event and not its data: another contract made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a log of the escrow contract has other data than its event")]
pub struct EventError;

/// Reads a log of the contract: the order's id, and the event.
///
/// The caller has made sure that the log is the contract's. `block_time` is the time of its block.
/// None: the log is no event of the contract.
///
/// # Errors
/// [`EventError`].
pub fn decode_event(
    topics: &[[u8; 32]],
    data: &[u8],
    block_time: UnixTime,
) -> Result<Option<(Hash, Event)>, EventError> {
    let Some(name) = topics.first() else { return Ok(None) };
    let log = Log { topics, data };
    let (id, event) = match B256::from(*name) {
        abi::Shipped::SIGNATURE_HASH => {
            let read = log.read::<abi::Shipped>()?;
            let tracking = abi::tracking(read.tracking);
            (read.id, Event::Shipped { tracking, at: block_time })
        }
        abi::Extended::SIGNATURE_HASH => {
            let read = log.read::<abi::Extended>()?;
            (read.id, Event::Extended { until: abi::seconds(read.until) })
        }
        abi::Delivered::SIGNATURE_HASH => {
            let read = log.read::<abi::Delivered>()?;
            (read.id, Event::Delivered { until: abi::seconds(read.until) })
        }
        abi::Disputed::SIGNATURE_HASH => {
            let read = log.read::<abi::Disputed>()?;
            let by = abi::account(read.by);
            (read.id, Event::Disputed { by, until: abi::seconds(read.until) })
        }
        abi::Closed::SIGNATURE_HASH => {
            let read = log.read::<abi::Closed>()?;
            (read.id, Event::Closed(closing(&read)?))
        }
        abi::Owed::SIGNATURE_HASH => {
            let read = log.read::<abi::Owed>()?;
            let payee = abi::account(read.payee);
            (
                read.id,
                Event::Owed { token: token(read.token), payee, amount: abi::amount(read.amount) },
            )
        }
        abi::Pulled::SIGNATURE_HASH => {
            let read = log.read::<abi::Pulled>()?;
            let event = Event::Pulled {
                token: token(read.token),
                payee: abi::account(read.payee),
                to: abi::account(read.to),
                amount: abi::amount(read.amount),
            };
            (read.id, event)
        }
        abi::Swept::SIGNATURE_HASH => {
            let read = log.read::<abi::Swept>()?;
            (read.id, Event::Swept { token: token(read.token), amount: abi::amount(read.amount) })
        }
        _ => return Ok(None),
    };
    Ok(Some((abi::hash(id), event)))
}

struct Log<'a> {
    topics: &'a [[u8; 32]],
    data: &'a [u8],
}

impl Log<'_> {
    fn read<E: SolEvent>(&self) -> Result<E, EventError> {
        let topics = self.topics.iter().map(B256::from);
        E::decode_raw_log_validate(topics, self.data).map_err(|_| EventError)
    }
}

fn closing(read: &abi::Closed) -> Result<Closing, EventError> {
    Ok(Closing {
        ending: Ending::from_number(read.ending).ok_or(EventError)?,
        to_seller: abi::amount(read.toSeller),
        to_buyer: abi::amount(read.toBuyer),
        fee: abi::amount(read.fee),
        tip: abi::amount(read.tip),
    })
}

fn token(address: Address) -> Option<Account> {
    abi::account(address).non_zero()
}
