//! `cryptocart attest extend`: the operator signs later deadlines.

use super::{
    AttestDir,
    extensions::{Extensions, deadline},
    records::Record,
    role::open_records,
};
use crate::{error::CliError, system::System};
use shop_carrier::CarrierName;
use shop_core::{
    escrow::{Hash, Statement},
    kind::Kind,
    time::UnixTime,
};
use std::sync::Arc;

/// Orders whose deadline is to be moved.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// This one.
    Order(Hash),
    /// All whose parcels are with this carrier, and not reported.
    Carrier(CarrierName),
}

/// Count of orders, by what came of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extended {
    /// The deadline is signed.
    pub(crate) signed: usize,
    /// It was signed before.
    pub(crate) before: usize,
    /// There is nothing to move: it was reported, its deadline has passed, or is later.
    pub(crate) left_out: usize,
}

/// Signs later deadlines for orders whose parcels are registered with an attestor.
///
/// # Errors
/// An order that was named has none to be moved: why.
pub(crate) fn extend(
    dir: &AttestDir,
    which: Which,
    wanted: UnixTime,
    system: &System,
) -> Result<Extended, CliError> {
    let key = dir.read_key()?;
    let records = open_records(dir, Arc::clone(&system.entropy))?;
    let extensions = Extensions::open(dir.extended())?;
    let now = system.clock.now();
    let mut count = Extended::default();
    let ids = match which {
        Which::Order(id) => vec![id],
        Which::Carrier(carrier) => records.line(carrier).into_iter().map(|(id, _)| id).collect(),
    };
    for id in ids {
        let is_named = matches!(which, Which::Order(_));
        let Some(record) = records.of(id)? else {
            if is_named {
                let what = "no parcel of this order is registered with this attestor";
                return Err(CliError::new(Kind::NotFound, what)
                    .hint("its seller registers it: cryptocart escrow ship"));
            }
            continue;
        };
        match moved(&record, wanted, now) {
            Ok((statement, until)) => {
                let is_new = extensions.sign(&key, &statement, until)?;
                count.signed += usize::from(is_new);
                count.before += usize::from(!is_new);
            }
            Err(why) if is_named => return Err(CliError::input(why)),
            Err(_) => count.left_out += 1,
        }
    }
    Ok(count)
}

fn moved(
    record: &Record,
    wanted: UnixTime,
    now: UnixTime,
) -> Result<(Statement, UnixTime), String> {
    if record.poll_at.is_none() {
        return Err("the parcel of the order is reported, or refused".into());
    }
    let parsed = Statement::parse_any(&record.registration.statement);
    let statement = parsed.map_err(|error| error.to_string())?.statement;
    let until = deadline(&statement.terms, wanted, now).map_err(|why| why.to_string())?;
    Ok((statement, until))
}
