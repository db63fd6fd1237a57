//! Letters about a chain that cannot be read, and about exchange rates. They name no order.

use super::{SellerLetter, SellerMail, data, notices::MailKind};
use crate::time::CoarseTime;

/// A chain that cannot be read.
#[derive(Clone, Copy, Debug)]
pub struct ChainOutage<'a> {
    /// Tickers of what is paid on it, as a sentence lists them.
    pub assets: &'a str,
    /// The hour of the last reading.
    pub since: CoarseTime,
    /// The reason.
    pub why: &'a str,
    /// True if orders in the currency have stopped.
    pub stopped: bool,
    /// Hours after which they stop.
    pub stop_after_hours: u64,
    /// Section of `shop.toml` that sets them; none for a chain without settings.
    pub section: Option<&'a str>,
}

impl SellerMail {
    /// Returns the letter about a chain that cannot be read.
    #[must_use]
    pub fn chain_unread(&self, outage: &ChainOutage<'_>) -> SellerLetter {
        let ChainOutage { assets, since, why, stopped, stop_after_hours, section } = *outage;
        let shop = &self.shop;
        let orders = if stopped {
            format!("Until then, {shop} takes no orders in {assets}.")
        } else {
            let hours = match stop_after_hours {
                1 => "1 hour".to_owned(),
                hours => format!("{hours} hours"),
            };
            let setting = section
                .map(|section| format!(" ({section}.stop_after_hours in shop.toml)"))
                .unwrap_or_default();
            format!(
                "The shop still takes orders in {assets}. If the chain cannot be read for \
                 {hours}{setting}, it stops doing so."
            )
        };
        let body = format!(
            "{shop} has not detected any payments in {assets} since {since}:\n  {why}\n\nPayments \
             made since then are not lost: the shop finds them when it can read the chain again. \
             Buyers see a note about this on their order pages. {orders}\n\nTo find out what is \
             wrong, run\n  cryptocart check\non the shop's machine, and later\n  cryptocart \
             status\nYou will get another mail when payments are detected again.\n"
        );
        let kind = if stopped { MailKind::Stopped } else { MailKind::Undetected };
        self.about_chain(kind, assets, since, Some(why), body)
    }

    /// Returns the letter about a chain that can be read again, which it could not be `since`.
    #[must_use]
    pub fn chain_read_again(&self, assets: &str, since: CoarseTime) -> SellerLetter {
        let body = format!(
            "{} detects payments in {assets} again, for the first time since {since}, and takes \
             orders in it. Payments made in the meantime are being found now.\n",
            self.shop
        );
        self.about_chain(MailKind::Detected, assets, since, None, body)
    }

    /// Returns the letter about exchange rates that are missing.
    #[must_use]
    pub fn rate_missing(&self, assets: &str, since: CoarseTime, why: &str) -> SellerLetter {
        let body = format!(
            "{} has lacked an exchange rate since {since}:\n  {why}\n\nUntil there is one, \
             nothing whose price needs it is sold. Open orders keep the amount that they were \
             placed with, and prices in a coin are not concerned.\n\nTo find out what is wrong, \
             run\n  cryptocart check\non the shop's machine. You can set a rate yourself, with a \
             last day: rates.by_hand in shop.toml. You will get another mail when the rate is \
             there again.\n",
            self.shop
        );
        self.about_chain(MailKind::NoRate, assets, since, Some(why), body)
    }

    /// Returns the letter about exchange rates that are there again, and were missing `since`.
    #[must_use]
    pub fn rate_again(&self, assets: &str, since: CoarseTime) -> SellerLetter {
        let body = format!(
            "{} has the exchange rate again that it has lacked since {since}, and sells at it.\n",
            self.shop
        );
        self.about_chain(MailKind::RateAgain, assets, since, None, body)
    }

    fn about_chain(
        &self,
        kind: MailKind,
        assets: &str,
        since: CoarseTime,
        why: Option<&str>,
        body: String,
    ) -> SellerLetter {
        let subject = kind.row().subject.replace("{}", assets);
        SellerLetter {
            subject: format!("{}{subject}", self.mark()),
            body,
            json: data::chain_notice(self, kind, assets, since, why),
        }
    }
}
