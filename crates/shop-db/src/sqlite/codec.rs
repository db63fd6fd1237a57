//! Encoding of values in rows, and decoding.

use crate::{
    claim::{ClaimRefusal, ClaimState},
    error::DbError,
    model::ChainNotice,
};
use rusqlite::ErrorCode;
use serde::{Deserialize, Serialize};
use shop_core::{
    chain::ChainId,
    invoice::{Invoice, NotCounted, SellerNotice},
    money::{Amount, AssetId},
    order::OrderId,
    order_status::{EscrowStep, EventKind},
    pay_to::PayTo,
    stock::ReservationStatus,
    time::CoarseTime,
    view::{BlockAt, BlockHash, Height},
};

/// The newest form of a stored invoice.
const VERSION: u8 = 1;

/// Invoice as stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    v: u8,
    invoice: Invoice,
}

pub(super) fn write_invoice(invoice: &Invoice) -> Result<String, DbError> {
    let stored = Stored { v: VERSION, invoice: invoice.clone() };
    serde_json::to_string(&stored).map_err(|_| DbError::Unreadable)
}

pub(super) fn read_invoice(text: &str) -> Result<Invoice, DbError> {
    match serde_json::from_str(text) {
        Ok(Stored { v: VERSION, invoice }) => Ok(invoice),
        _ => Err(DbError::Unreadable),
    }
}

/// Converts a number for SQLite, whose integers are signed.
/// Nothing real comes near the limit; a made-up height or an offer without end stays at it.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn hours(time: CoarseTime) -> i64 {
    int(time.hours())
}

pub(super) fn read_hours(number: i64) -> Result<CoarseTime, DbError> {
    u64::try_from(number).map(CoarseTime::from_hours).map_err(|_| DbError::Unreadable)
}

pub(super) fn read_height(number: i64) -> Result<Height, DbError> {
    u64::try_from(number).map(Height).map_err(|_| DbError::Unreadable)
}

pub(super) fn read_id(text: &str) -> Result<OrderId, DbError> {
    OrderId::parse(text).ok_or(DbError::Unreadable)
}

pub(super) fn read_asset(text: &str) -> Result<AssetId, DbError> {
    AssetId::from_stored(text).ok_or(DbError::Unreadable)
}

pub(super) fn read_chain(name: &str) -> Result<ChainId, DbError> {
    ChainId::parse(name).ok_or(DbError::Unreadable)
}

pub(super) fn read_pay_to(asset: AssetId, text: &str) -> Result<PayTo, DbError> {
    PayTo::new(asset, text).map_err(|_| DbError::Unreadable)
}

pub(super) fn read_amount(asset: AssetId, units: &str) -> Result<Amount, DbError> {
    let units = units.parse().map_err(|_| DbError::Unreadable)?;
    Ok(Amount::new(asset, units))
}

pub(super) fn read_block(height: i64, hash: [u8; 32], time: i64) -> Result<BlockAt, DbError> {
    Ok(BlockAt { height: read_height(height)?, hash: BlockHash(hash), time: read_hours(time)? })
}

pub(super) const fn write_claim(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Pending => "pending",
        ClaimState::Found => "found",
        ClaimState::ToReview => "to review",
        ClaimState::Accepted => "accepted",
        ClaimState::Refused(ClaimRefusal::NotFound) => "not found",
        ClaimState::Refused(ClaimRefusal::NotOurs) => "not ours",
        ClaimState::Refused(ClaimRefusal::OtherAsset) => "other asset",
        ClaimState::Refused(ClaimRefusal::Failed) => "failed",
        ClaimState::Refused(ClaimRefusal::AlreadyCounted) => "already counted",
        ClaimState::Refused(ClaimRefusal::TooOld) => "too old",
        ClaimState::Refused(ClaimRefusal::OfOthers) => "of others",
        ClaimState::Refused(ClaimRefusal::Unanswered) => "unanswered",
        ClaimState::Refused(ClaimRefusal::Rejected) => "rejected",
    }
}

pub(super) fn read_claim(word: &str) -> Result<ClaimState, DbError> {
    Ok(match word {
        "pending" => ClaimState::Pending,
        "found" => ClaimState::Found,
        "to review" => ClaimState::ToReview,
        "accepted" => ClaimState::Accepted,
        "not found" => ClaimState::Refused(ClaimRefusal::NotFound),
        "not ours" => ClaimState::Refused(ClaimRefusal::NotOurs),
        "other asset" => ClaimState::Refused(ClaimRefusal::OtherAsset),
        "failed" => ClaimState::Refused(ClaimRefusal::Failed),
        "already counted" => ClaimState::Refused(ClaimRefusal::AlreadyCounted),
        "too old" => ClaimState::Refused(ClaimRefusal::TooOld),
        "of others" => ClaimState::Refused(ClaimRefusal::OfOthers),
        "unanswered" => ClaimState::Refused(ClaimRefusal::Unanswered),
        "rejected" => ClaimState::Refused(ClaimRefusal::Rejected),
        _ => return Err(DbError::Unreadable),
    })
}

pub(super) const fn write_reservation_status(status: ReservationStatus) -> &'static str {
    match status {
        // Without a row; never written.
        ReservationStatus::Untracked | ReservationStatus::Unreserved => "unreserved",
        ReservationStatus::Reserved => "reserved",
        ReservationStatus::Allocated => "allocated",
        ReservationStatus::Backordered => "backordered",
    }
}

pub(super) fn read_reservation_status(word: &str) -> Result<ReservationStatus, DbError> {
    Ok(match word {
        "unreserved" => ReservationStatus::Unreserved,
        "reserved" => ReservationStatus::Reserved,
        "allocated" => ReservationStatus::Allocated,
        "backordered" => ReservationStatus::Backordered,
        _ => return Err(DbError::Unreadable),
    })
}

/// Begins the word of a notice about escrow; the word of its step follows.
const ESCROW: &str = "escrow ";

pub(super) fn write_notice(notice: SellerNotice) -> String {
    let word = match notice {
        SellerNotice::Escrow(step) => return format!("{ESCROW}{}", step.word()),
        SellerNotice::Paid => "paid",
        SellerNotice::OutOfStock => "out of stock",
        SellerNotice::BackInStock => "back in stock",
        SellerNotice::CodesMissing => "codes missing",
        SellerNotice::Reconfirming => "reconfirming",
        SellerNotice::Reversed => "reversed",
        SellerNotice::Short => "underpaid",
        SellerNotice::OtherMoney => "other money",
        SellerNotice::ToReview => "to review",
        SellerNotice::ToRelease => "to release",
        SellerNotice::NotCounted(NotCounted::Elsewhere) => "accepted elsewhere",
        SellerNotice::NotCounted(NotCounted::Failed) => "accepted failed",
        SellerNotice::NotCounted(NotCounted::NotOurs) => "accepted not ours",
        SellerNotice::NotCounted(NotCounted::OtherAsset) => "accepted other asset",
        SellerNotice::NotCounted(NotCounted::Unknown) => "accepted unknown",
    };
    word.to_owned()
}

pub(super) fn read_notice(word: &str) -> Result<SellerNotice, DbError> {
    if let Some(step) = word.strip_prefix(ESCROW) {
        return EscrowStep::from_word(step).map(SellerNotice::Escrow).ok_or(DbError::Unreadable);
    }
    Ok(match word {
        "paid" => SellerNotice::Paid,
        "out of stock" => SellerNotice::OutOfStock,
        "back in stock" => SellerNotice::BackInStock,
        "codes missing" => SellerNotice::CodesMissing,
        "reconfirming" => SellerNotice::Reconfirming,
        "reversed" => SellerNotice::Reversed,
        "underpaid" => SellerNotice::Short,
        "other money" => SellerNotice::OtherMoney,
        "to review" => SellerNotice::ToReview,
        "to release" => SellerNotice::ToRelease,
        "accepted elsewhere" => SellerNotice::NotCounted(NotCounted::Elsewhere),
        "accepted failed" => SellerNotice::NotCounted(NotCounted::Failed),
        "accepted not ours" => SellerNotice::NotCounted(NotCounted::NotOurs),
        "accepted other asset" => SellerNotice::NotCounted(NotCounted::OtherAsset),
        "accepted unknown" => SellerNotice::NotCounted(NotCounted::Unknown),
        _ => return Err(DbError::Unreadable),
    })
}

pub(super) const fn write_chain_notice(notice: ChainNotice) -> &'static str {
    match notice {
        ChainNotice::Undetected => "undetected",
        ChainNotice::Stopped => "stopped",
        ChainNotice::Detected => "detected",
        ChainNotice::NoRate => "no rate",
        ChainNotice::RateAgain => "rate again",
    }
}

pub(super) fn read_chain_notice(word: &str) -> Result<ChainNotice, DbError> {
    Ok(match word {
        "undetected" => ChainNotice::Undetected,
        "stopped" => ChainNotice::Stopped,
        "detected" => ChainNotice::Detected,
        "no rate" => ChainNotice::NoRate,
        "rate again" => ChainNotice::RateAgain,
        _ => return Err(DbError::Unreadable),
    })
}

pub(super) fn read_event(word: &str) -> Result<EventKind, DbError> {
    EventKind::ALL.into_iter().find(|kind| kind.word() == word).ok_or(DbError::Unreadable)
}

/// Reads a number of things.
pub(super) fn read_number(number: i64) -> Result<u32, DbError> {
    u32::try_from(number).map_err(|_| DbError::Unreadable)
}

/// Keeps the code alone: SQLite's own words may quote a row.
impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error::{
            FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType,
        };
        match error {
            FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..) => {
                Self::Unreadable
            }
            error => match error.sqlite_error() {
                Some(cause) => match cause.code {
                    ErrorCode::DiskFull => Self::NoRoom,
                    ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                    ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Locked,
                    _ => Self::Engine(cause.extended_code),
                },
                None => Self::Broken,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::invoice::State;

    /// Invoice as version 1 is written.
    const FIRST: &str = r#"{"v":1,"invoice":{"due":{"asset":"ETH","units":"50000070000000000"},"pay_to":{"asset":"ETH","text":"demo-1"},"matching":{"amount":{"naming":7}},"needs":12,"expires":498712,"state":{"is":"confirming","paid":{"asset":"ETH","units":"50000070000000000"},"have":3}}}"#;

    #[test]
    fn invoice_of_version_1_opens_and_is_written_the_same() {
        let invoice = read_invoice(FIRST).unwrap();
        assert!(matches!(invoice.state(), State::Confirming { .. }));
        assert_eq!(write_invoice(&invoice).unwrap(), FIRST);
    }

    #[test]
    fn an_invoice_of_an_unknown_version_is_an_error() {
        let later = FIRST.replace(r#""v":1"#, r#""v":2"#);
        assert_eq!(read_invoice(&later), Err(DbError::Unreadable));
    }

    #[test]
    fn notice_about_a_chain_is_read_as_it_was_written() {
        for notice in [
            ChainNotice::Undetected,
            ChainNotice::Stopped,
            ChainNotice::Detected,
            ChainNotice::NoRate,
            ChainNotice::RateAgain,
        ] {
            assert_eq!(read_chain_notice(write_chain_notice(notice)), Ok(notice));
        }
        assert_eq!(read_chain_notice("something"), Err(DbError::Unreadable));
    }
}
