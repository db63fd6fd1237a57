//! Pay-tos watched for the orders there are, until each order is gone.

use super::{
    chains,
    codec::{read_asset, read_hours, read_pay_to, state_list},
    read::all,
};
use crate::{error::DbError, model::Watched};
use rusqlite::Connection;
use shop_core::{chain::ChainId, invoice::State, time::CoarseTime};
use std::sync::LazyLock;

/// Query of the watched pay-tos, answered from an index alone.
/// It is made with each block, and a row has the order's box before what is asked for.
pub(super) static WATCHED: LazyLock<String> = LazyLock::new(|| {
    let paid = state_list(State::is_paid);
    format!(
        "select asset, case when state not in {paid} then placed end, pay_to
         from orders where chain = ?1"
    )
});

pub(crate) fn watched(conn: &Connection, chain: ChainId) -> Result<Watched, DbError> {
    let mut watched = Watched::default();
    let Some(chain) = chains::followed(conn, chain)? else { return Ok(watched) };
    let rows = all(conn, &WATCHED, [chain.0], |row| {
        let asset: String = row.get(0)?;
        let placed: Option<i64> = row.get(1)?;
        let text: String = row.get(2)?;
        Ok((read_pay_to(read_asset(&asset)?, &text)?, placed))
    })?;
    for (pay_to, placed) in rows {
        watched.pay_tos.insert(pay_to);
        if let Some(placed) = placed.map(read_hours).transpose()? {
            let hour_before = CoarseTime::from_hours(placed.hours().saturating_sub(1));
            watched.since = Some(watched.since.map_or(hour_before, |since| since.min(hour_before)));
        }
    }
    Ok(watched)
}
