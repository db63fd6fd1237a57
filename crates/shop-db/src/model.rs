//! Values that go into the database and come out of it.

use crate::{
    balance::BalanceClaim,
    claim::{Claim, ClaimState},
    download::Download,
    escrow::{EscrowRecord, NewEscrow},
    event::OrderEvent,
};
use shop_core::{
    chain::ChainId,
    digital::Fetched,
    invoice::Invoice,
    money::Amount,
    order::OrderId,
    order_status::{EventKind, OrderFacts, OrderStatus, derive},
    pay_to::PayTo,
    seller_mail::OrderNotice,
    stock::{Availability, ReservedItems, StockKey, StockLevel},
    time::CoarseTime,
    view::{EscrowKey, Height, Transfer},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

/// Contents of a file that may be a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// There is no file, or an empty one.
    Nothing,
    /// Database of a shop.
    Shop {
        /// The proof of the key it is sealed and marked with, if one was recorded.
        key_proof: Option<[u8; 32]>,
    },
}

/// Identity of the shop that a database belongs to, and its age among copies of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopIdentity {
    /// Random, and the same as long as the shop is.
    pub shop: [u8; 16],
    /// Number of times the shop was opened. An older copy has a lower count.
    pub starts: u64,
}

/// A sealed mail that waits to be written for the seller.
#[derive(Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Its `Message-ID`, by which a second delivery is recognised.
    pub message_id: String,
    /// The whole sealed message.
    pub bytes: Vec<u8>,
}

/// A newer copy for the buyer, sealed to the same order code.
#[derive(Clone, PartialEq, Eq)]
pub struct BuyerCopyUpdate {
    /// The copy it was made from, as it is stored.
    pub old: Vec<u8>,
    /// The newer one.
    pub new: Vec<u8>,
    /// Mail that tells the seller what is new in it.
    pub mail: NewMail,
}

/// An order to be placed: sealed, priced, with one way to pay.
#[derive(Clone, PartialEq, Eq)]
pub struct NewOrder {
    /// Its number.
    pub id: OrderId,
    /// Lookup key of the buyer's order code.
    pub lookup: [u8; 32],
    /// The buyer's copy, sealed to the order code.
    pub buyer_copy: Vec<u8>,
    /// The hour it is placed in.
    pub placed: CoarseTime,
    /// Invoice: what is to be paid, where, until when.
    pub invoice: Invoice,
    /// The order itself, sealed to the seller.
    pub mail: NewMail,
    /// Greatest number of orders that may wait for money at once.
    pub most_open: u32,
    /// Goods it takes from the stock levels; what is not counted there is left out when it is
    /// stored.
    pub reserved_items: ReservedItems,
    /// The public part of the buyer inbox that the buyer's order code opens.
    pub inbox_key: [u8; 32],
    /// True if something of it is handed out online.
    pub digital: bool,
    /// The form that asks for it, and its cart: each places one order.
    pub forms: Vec<NewForm>,
    /// Its escrow, if its money is to wait in the escrow contract.
    pub escrow: Option<NewEscrow>,
}

/// A checkout form, or a cart, which places one order however often it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct NewForm {
    /// Its one-way name: the same whenever it comes.
    pub name: [u8; 32],
    /// The order code, sealed to it.
    pub code: Vec<u8>,
    /// The first hour in which the form is refused for its age.
    pub lapses: CoarseTime,
}

/// Order as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderRecord {
    /// Its number.
    pub id: OrderId,
    /// The buyer's copy, sealed to the order code.
    pub buyer_copy: Vec<u8>,
    /// Invoice: what is to be paid, and what was.
    pub invoice: Invoice,
    /// Facts from which its status follows.
    pub facts: OrderFacts,
    /// The transfers that count for it.
    pub transfers: Vec<Transfer>,
    /// Money of other assets than it asks for that stands in blocks, one sum for each.
    /// It pays nothing.
    pub other_money: Vec<Amount>,
    /// Standing of the buyer's questions for a proof of the balance.
    pub balance: BalanceClaim,
    /// Claims of the buyer, oldest first.
    pub claims: Vec<Claim>,
    /// The newest block read of its chain.
    pub tip: Option<Height>,
    /// Hour in which the goods are free again, while they are set aside.
    pub until: Option<CoarseTime>,
    /// True if the goods are its own, or could be if its money were seen now.
    /// If not, and nothing is paid, the buyer must not pay.
    pub goods_left: bool,
    /// Events the seller added to it, oldest first.
    pub events: Vec<OrderEvent>,
    /// The codes it was given, sealed to its buyer inbox.
    pub given: Vec<Vec<u8>>,
    /// Lines whose files were fetched, with the number of times.
    pub downloads: Vec<Download>,
    /// Its escrow, if its money waits in the escrow contract.
    pub escrow: Option<EscrowRecord>,
}

impl OrderRecord {
    /// Returns its status in this hour.
    #[must_use]
    pub fn status(&self, now: CoarseTime) -> OrderStatus {
        derive(&self.facts, now)
    }

    /// Returns true if the seller has to look at a payment its buyer named.
    #[must_use]
    pub fn is_to_review(&self) -> bool {
        let waits = |claim: &Claim| claim.state == ClaimState::ToReview;
        let may_count =
            !self.invoice.state().is_covered() && self.facts.on_chain.put_away.is_none();
        may_count && self.claims.iter().any(waits)
    }

    /// Returns the number of times the file of this line was fetched.
    #[must_use]
    pub fn fetched(&self, line: u32) -> Fetched {
        let download = self.downloads.iter().find(|download| download.line == line);
        download.map(|download| download.fetched).unwrap_or_default()
    }
}

/// Line of the seller's list of orders.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// Its number.
    pub id: OrderId,
    /// Address or account where it is to be paid.
    pub pay_to: PayTo,
    /// Facts from which its status follows.
    pub facts: OrderFacts,
    /// Money of other assets than it asks for that stands in blocks, one sum for each.
    pub other_money: Vec<Amount>,
    /// Kinds of the events the seller added to it, oldest first.
    pub events: Vec<EventKind>,
    /// The public part of its buyer inbox.
    pub inbox_key: [u8; 32],
    /// The payments its buyer named that the seller has to decide about, or has accepted and that
    /// were not looked up yet.
    pub reviews: Vec<Claim>,
}

impl OrderSummary {
    /// Returns its status in this hour.
    #[must_use]
    pub fn status(&self, now: CoarseTime) -> OrderStatus {
        derive(&self.facts, now)
    }
}

/// Count of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockLine {
    /// Thing that is counted.
    pub key: StockKey,
    /// The number last seen in the catalogue; none if it is not there any more.
    pub listed: Option<u32>,
    /// Counts of it.
    pub level: StockLevel,
}

/// Levels buyers may know of what is counted. What is not here is not counted.
pub type Availabilities = Arc<BTreeMap<StockKey, Availability>>;

/// Orders that this process placed since somebody asked for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlacedOrders {
    /// Number of all of them.
    pub count: u64,
    /// Numbers of the latest of them, [`PlacedOrders::MOST`] at most; the newest is the last.
    pub latest: Vec<OrderId>,
}

impl PlacedOrders {
    /// Number of orders that are remembered.
    pub const MOST: usize = 8;

    pub(crate) fn add(&mut self, id: OrderId) {
        if self.latest.len() >= Self::MOST {
            self.latest.remove(0);
        }
        self.latest.push(id);
        self.count = self.count.saturating_add(1);
    }
}

/// A mail that is to be delivered.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxMail {
    /// Its place in the outbox; never used again.
    pub id: i64,
    /// Its `Message-ID`.
    pub message_id: String,
    /// Its content.
    pub content: MailContent,
}

impl OutboxMail {
    /// Returns the whole message, if it was sealed when it was queued.
    #[must_use]
    pub fn sealed(&self) -> Option<&[u8]> {
        if let MailContent::Sealed(bytes) = &self.content { Some(bytes) } else { None }
    }
}

/// Content of a mail that is to be delivered.
#[derive(Clone, PartialEq, Eq)]
pub enum MailContent {
    /// The whole message, sealed within a buyer's request.
    Sealed(Vec<u8>),
    /// A notice about an order, to be written and sealed now.
    OrderNotice(Box<OrderNotice>),
    /// A notice about a chain, to be written and sealed if it is so now.
    ChainNotice {
        /// The chain.
        chain: ChainId,
        /// Kind of the notice.
        notice: ChainNotice,
    },
    /// A notice that is not true any more: there is nothing to deliver.
    Dropped,
}

/// Notice to the seller about a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainNotice {
    /// Payments have not been seen for hours.
    Undetected,
    /// No orders are taken, because payments are not seen.
    Stopped,
    /// Payments are seen again.
    Detected,
    /// There has been no exchange rate for what is paid on it for hours.
    NoRate,
    /// There is a rate again.
    RateAgain,
}

/// Mails that have not reached the seller's mailbox yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Mails that are sealed.
    pub mails: u64,
    /// Notices, which are sealed when they are delivered.
    pub notices: u64,
}

/// Result of applying an advance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assessed {
    /// Orders that were looked at.
    pub judged: usize,
    /// Orders whose state changed.
    pub changed: usize,
    /// Mails put into the outbox.
    pub mails: usize,
    /// Orders that could not be judged and stay as they were: their transfers do not add up.
    pub unjudged: usize,
    /// Addresses of a pool to which money came that is no order's, for the first time at each.
    pub unmatched: usize,
    /// The branch told is shorter than the one read, so nothing of it was taken.
    pub refused: bool,
}

/// Pay-tos watched for the orders of one chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Pay-tos of every kept order, whatever the settings say now.
    pub pay_tos: BTreeSet<PayTo>,
    /// Orders whose events in the escrow contract are to be told.
    pub escrows: BTreeSet<EscrowKey>,
    /// The hour before the oldest order that may still be paid, late or in time.
    pub since: Option<CoarseTime>,
}

/// Standing of a pool of addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolStanding {
    /// Number of addresses never given to an order.
    pub never_given: usize,
    /// Number of addresses given, never paid, that may be given again now.
    pub reusable: usize,
    /// Addresses to which money came that was no order's.
    /// It came after its order was gone, with digits that name none, or before any order had the
    /// address.
    pub unmatched: Vec<PayTo>,
    /// Addresses to which less came than counts, before any order had them. They may be given.
    pub dust: Vec<PayTo>,
}

/// The last places of a list of addresses that are used up, counted from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastUsed {
    /// Place of the last address that an order had, or may have had.
    pub given: Option<usize>,
    /// Place of the last one that no order had, and to which enough money came that it counts.
    pub paid: Option<usize>,
}

impl LastUsed {
    /// Returns true if money came further along the list than this database ever gave.
    /// It is older than the chain, or the wallet is used elsewhere too.
    #[must_use]
    pub fn is_behind(self) -> bool {
        self.paid > self.given
    }

    /// Returns the last place that is used up in any way.
    #[must_use]
    pub fn last(self) -> Option<usize> {
        self.given.max(self.paid)
    }
}

/// Settings of payments in one asset.
#[derive(Clone, Debug)]
pub struct PaymentPolicy {
    /// Amount below which money at an unused pool address does not retire the address.
    /// The address is one that no order ever had. The asset is the policy's.
    pub ignore_below: Amount,
    /// The addresses of the pool; none where orders share a wallet.
    pub pool: Arc<HashSet<PayTo>>,
    /// True if a payment that is deep enough releases digital goods by itself.
    pub releases: bool,
}

/// The policies of all assets, each asset at most once.
pub type PaymentPolicies = Arc<[PaymentPolicy]>;

/// Payment or release the seller has accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Transaction id of the payment that counts as soon as it is looked up.
    /// There is none where digital goods alone were released.
    pub payment: Option<String>,
}

/// Result of comparing the newest block of a chain with the machine's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClockCheck {
    /// The blocks fit the clock, or there are none.
    #[default]
    Agrees,
    /// The clock is so many hours ahead of the newest block.
    /// Or that many hours of blocks are missing.
    Ahead(u64),
    /// The clock is so many hours behind the newest block.
    Behind(u64),
}

/// A chain, and what its blocks say of the machine's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainClock {
    /// The chain.
    pub chain: ChainId,
    /// Result of the comparison.
    pub check: ClockCheck,
}

/// Result of a purge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Orders that are gone.
    pub orders: usize,
    /// Blocks whose receipts no node gave, and in which no kept order could have been paid any
    /// more: they are not asked for again.
    pub given_up: usize,
    /// For each chain that is read, whether the hour it was called with can be right.
    pub clocks: Vec<ChainClock>,
    /// True if the write-ahead log was emptied too.
    /// If a reader was in the way it was not, and the next purge does it.
    pub log_emptied: bool,
}

impl Purged {
    /// Returns what the blocks of a chain say of the clock. Nothing is wrong if there are none.
    #[must_use]
    pub fn clock(&self, chain: ChainId) -> ClockCheck {
        let found = self.clocks.iter().find(|clock| clock.chain == chain);
        found.map_or(ClockCheck::Agrees, |clock| clock.check)
    }
}

shop_core::closed_debug!(
    Accepted,
    BuyerCopyUpdate,
    MailContent,
    NewForm,
    NewMail,
    NewOrder,
    OrderRecord,
    OrderSummary,
    OutboxMail
);
