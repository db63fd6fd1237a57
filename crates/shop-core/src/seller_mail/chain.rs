//! Letters about a chain that cannot be read. They name no order.

use super::{SellerLetter, SellerMail, data, notices::MailKind};
use crate::{money::AssetId, time::CoarseTime};

/// A chain that cannot be read.
#[derive(Clone, Copy, Debug)]
pub struct ChainOutage<'a> {
    /// Currency that is paid on it.
    pub asset: AssetId,
    /// The hour of the last reading.
    pub since: CoarseTime,
    /// The reason.
    pub why: &'a str,
    /// True if orders in the currency have stopped.
    pub stopped: bool,
    /// Hours after which they stop.
    pub stop_after_hours: u64,
}

impl SellerMail {
    /// Returns the letter about a chain that cannot be read.
    #[must_use]
    pub fn chain_unread(&self, outage: &ChainOutage<'_>) -> SellerLetter {
        let ChainOutage { asset, since, why, stopped, stop_after_hours } = *outage;
        let shop = &self.shop;
        let orders = if stopped {
            format!("Until then, {shop} takes no orders in {asset}.")
        } else {
            let hours = match stop_after_hours {
                1 => "1 hour".to_owned(),
                hours => format!("{hours} hours"),
            };
            format!(
                "The shop still takes orders in {asset}. If the chain cannot be read for {hours} \
                 (ether.stop_after_hours in shop.toml), it stops doing so."
            )
        };
        let body = format!(
            "{shop} has not detected any payments in {asset} since {since}:\n  {why}\n\nPayments \
             made since then are not lost: the shop finds them when it can read the chain again. \
             Buyers see a note about this on their order pages. {orders}\n\nTo find out what is \
             wrong, run\n  cryptocart check\non the shop's machine, and later\n  cryptocart \
             status\nYou will get another mail when payments are detected again.\n"
        );
        let kind = if stopped { MailKind::Stopped } else { MailKind::Undetected };
        self.about_chain(kind, asset, since, Some(why), body)
    }

    /// Returns the letter about a chain that can be read again, which it could not be `since`.
    #[must_use]
    pub fn chain_read_again(&self, asset: AssetId, since: CoarseTime) -> SellerLetter {
        let body = format!(
            "{} detects payments in {asset} again, for the first time since {since}, and takes \
             orders in it. Payments made in the meantime are being found now.\n",
            self.shop
        );
        self.about_chain(MailKind::Detected, asset, since, None, body)
    }

    fn about_chain(
        &self,
        kind: MailKind,
        asset: AssetId,
        since: CoarseTime,
        why: Option<&str>,
        body: String,
    ) -> SellerLetter {
        let subject = kind.row().subject.replace("{}", asset.code());
        SellerLetter {
            subject: format!("{}{subject}", self.mark()),
            body,
            json: data::chain_notice(self, kind, asset, since, why),
        }
    }
}
