//! Orders, blocks and transfers to try a database with.

use crate::{
    Assessed, Db, MailContent, NewForm, NewMail, NewOrder, OrderRecord, OrderSealer, OrderSummary,
    PaymentPolicy, RedeemCode,
    claim::{ClaimRefusal, ClaimState},
};
use shop_core::{
    digital::IssuedCodes,
    entropy::{Entropy, Seeded, bytes},
    invoice::{Invoice, SellerNotice, State},
    money::{Amount, AssetId},
    order::OrderId,
    order_status::Debt,
    pay_to::{Matching, Offer, PayTo},
    stock::{ReservationStatus, ReservedItems, StockKey, StockLevel},
    time::CoarseTime,
    view::{BlockAt, BlockHash, ChainUpdate, Confirmations, Height, Transfer, TransferId},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

pub const ETH: AssetId = AssetId::ETH;
/// The hour orders are placed in and blocks are mined in, unless a test says otherwise.
pub const HOUR: u64 = 1_000;
pub const NOW: CoarseTime = CoarseTime::from_hours(HOUR);
/// The hour in which offers end.
pub const EXPIRES: u64 = HOUR + 24;
/// Depth that a payment must have.
pub const NEEDS: u32 = 3;
/// Differences below this are nobody's debt, and no reason to retire an address.
pub const FLOOR: Amount = Amount::new(ETH, 20_000_000_000_000);
/// The price of everything, without the steps that name an order.
pub const PRICE: u128 = 50_000_000_000_000_000;

#[must_use]
pub const fn at(hours: u64) -> CoarseTime {
    CoarseTime::from_hours(hours)
}

#[must_use]
pub fn pay_to(text: &str) -> PayTo {
    PayTo::new(ETH, text).unwrap()
}

#[must_use]
pub fn wallet() -> PayTo {
    pay_to("demo-wallet")
}

/// Returns order `n`, to be paid at an address of the pool.
#[must_use]
pub fn pooled(n: u64) -> NewOrder {
    new_order(n, pay_to(&format!("demo-pool-{n}")), Matching::PayTo)
}

/// Returns order `n`, to be paid until `expires` at the address order `before` had.
/// It is named by so many steps of the eighth decimal.
#[must_use]
pub fn pooled_again(n: u64, before: u64, naming: u16, expires: CoarseTime) -> NewOrder {
    let order = new_order(n, pay_to(&format!("demo-pool-{before}")), Matching::Amount { naming });
    let pay_to = order.invoice.pay_to().clone();
    let due = order.invoice.due();
    let offer = Offer { pay_to, due, matching: order.invoice.matching() };
    let invoice = Invoice::open(offer, Confirmations(NEEDS), expires).unwrap();
    NewOrder { invoice, ..order }
}

fn new_order(n: u64, pay_to: PayTo, matching: Matching) -> NewOrder {
    let seed = Seeded::new(n + 1);
    let naming = if let Matching::Amount { naming } = matching { u128::from(naming) } else { 0 };
    let offer = Offer { pay_to, due: Amount::new(ETH, PRICE + naming * ETH.step()), matching };
    NewOrder {
        id: OrderId::random(&seed),
        lookup: bytes(&seed),
        buyer_copy: bytes::<4096>(&seed).to_vec(),
        placed: NOW,
        invoice: Invoice::open(offer, Confirmations(NEEDS), at(EXPIRES)).unwrap(),
        mail: NewMail {
            message_id: format!("order-{n}@test"),
            bytes: bytes::<4096>(&seed).to_vec(),
        },
        most_open: 50,
        reserved_items: ReservedItems::default(),
        inbox_key: bytes(&seed),
        digital: false,
        forms: vec![NewForm {
            name: bytes(&seed),
            code: bytes::<67>(&seed).to_vec(),
            lapses: at(HOUR + 3),
        }],
        escrow: None,
    }
}

/// Returns order `n`, to be paid at the wallet with an amount that names it.
/// The amount is the price and so many steps of the eighth decimal.
#[must_use]
pub fn named(n: u64, naming: u16) -> NewOrder {
    named_at(n, PRICE, naming)
}

/// Returns the same order, of this price in wei.
#[must_use]
pub fn named_at(n: u64, price: u128, naming: u16) -> NewOrder {
    let order = new_order(n, wallet(), Matching::PayTo);
    let due = Amount::new(ETH, price + u128::from(naming) * ETH.step());
    let offer = Offer { pay_to: wallet(), due, matching: Matching::Amount { naming } };
    let invoice = Invoice::open(offer, Confirmations(NEEDS), at(EXPIRES)).unwrap();
    NewOrder { invoice: invoice.ignoring(FLOOR), ..order }
}

#[must_use]
pub fn tee() -> StockKey {
    StockKey::product("tee")
}

/// Returns the key of the uses of a discount code.
#[must_use]
pub fn code() -> StockKey {
    StockKey::discount("7")
}

/// Returns the key of a thing sold from a list of codes.
#[must_use]
pub fn gift() -> StockKey {
    StockKey::product("gift")
}

/// Returns the key of another thing sold from a list of codes.
#[must_use]
pub fn pass() -> StockKey {
    StockKey::product("pass")
}

/// Returns order `n`, for so many gift codes.
#[must_use]
pub fn gifts(n: u64, units: u32) -> NewOrder {
    let mut order = pooled(n);
    order.reserved_items.add_codes(gift(), units);
    order
}

/// Returns order `n`, for so many tees.
#[must_use]
pub fn tees(n: u64, units: u32) -> NewOrder {
    let mut order = NewOrder { most_open: 999, ..pooled(n) };
    order.reserved_items.add(tee(), units, false);
    order
}

/// Returns the block of this height on the branch `branch`.
#[must_use]
pub fn block_on(branch: u8, height: u64) -> BlockAt {
    block_at(branch, height, HOUR)
}

#[must_use]
pub fn block_at(branch: u8, height: u64, hours: u64) -> BlockAt {
    let mut hash = [branch; 32];
    hash[..8].copy_from_slice(&height.to_be_bytes());
    BlockAt { height: Height(height), hash: BlockHash(hash), time: at(hours) }
}

/// Returns the block of this height on the branch most tests are on.
#[must_use]
pub fn block(height: u64) -> BlockAt {
    block_on(0, height)
}

/// Returns the transfer that order `order` asks for, paid exactly.
#[must_use]
pub fn payment(id: &str, order: &NewOrder, block: Option<BlockAt>) -> Transfer {
    transfer(id, order.invoice.pay_to(), order.invoice.due().units(), block)
}

#[must_use]
pub fn transfer(id: &str, pay_to: &PayTo, units: u128, block: Option<BlockAt>) -> Transfer {
    let id = TransferId(id.to_owned());
    Transfer { id, pay_to: pay_to.clone(), amount: Amount::new(ETH, units), block }
}

/// Returns true if the pay-to of this order was given, to it or another.
pub async fn is_given(db: &Db, order: &NewOrder) -> bool {
    let given = db.given(vec![order.invoice.pay_to().clone()]).await.unwrap();
    given == [true]
}

/// Returns an advance of blocks, and the transfers in them.
#[must_use]
pub fn blocks(heights: std::ops::RangeInclusive<u64>, mined: Vec<Transfer>) -> ChainUpdate {
    let blocks = heights.map(block).collect();
    ChainUpdate { blocks, mined, ..ChainUpdate::default() }
}

#[must_use]
pub fn blocks_of_none() -> ChainUpdate {
    ChainUpdate::default()
}

/// Returns an advance in which the chain has left the stored branch for branch 1.
#[must_use]
pub fn reorg(heights: std::ops::RangeInclusive<u64>, mined: Vec<Transfer>) -> ChainUpdate {
    let dropped_from = Some(Height(*heights.start()));
    let blocks = heights.map(|height| block_on(1, height)).collect();
    ChainUpdate { reorg_from: dropped_from, blocks, mined, ..ChainUpdate::default() }
}

/// Returns a fingerprint that hides nothing.
fn fingerprint(code: &str) -> [u8; 16] {
    let mut fingerprint = [0; 16];
    fingerprint[..code.len()].copy_from_slice(code.as_bytes());
    fingerprint
}

/// Lists of codes, and what the seller was told.
#[derive(Clone, Default)]
pub struct RecordingMail {
    written: Arc<Mutex<Vec<(OrderId, SellerNotice)>>>,
    /// Place in the outbox of the last notice that was heard.
    heard: Arc<tokio::sync::Mutex<i64>>,
    broken: Arc<AtomicBool>,
    lists: Arc<Mutex<BTreeMap<StockKey, Arc<[RedeemCode]>>>>,
}

impl RecordingMail {
    #[must_use]
    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::SeqCst)
    }

    /// Makes sealing fail from now on, or work.
    pub fn fail(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    /// Returns an order sealer with these lists.
    /// The goods of orders are sealed by turning bits: enough to see who writes them down as they
    /// are.
    #[must_use]
    pub fn sealer(&self) -> OrderSealer {
        let turned = |bytes: &[u8]| bytes.iter().map(|byte| !byte).collect::<Vec<u8>>();
        let lists = Arc::clone(&self.lists);
        OrderSealer {
            codes: Arc::new(move |key| lists.lock().unwrap().get(key).cloned()),
            seal_codes: Arc::new(move |order, inbox_key, given| {
                let plain = serde_json::to_vec(&(order, inbox_key, given)).unwrap();
                turned(&plain)
            }),
            seal_items: Arc::new(move |order, items| {
                let plain = serde_json::to_vec(&(order, items)).unwrap();
                turned(&plain)
            }),
            open_items: Arc::new(move |order, sealed| {
                let (whose, items): (OrderId, ReservedItems) =
                    serde_json::from_slice(&turned(sealed)).ok()?;
                (whose == order).then_some(items)
            }),
        }
    }

    /// Sets the lists of codes there are now, and their lines.
    pub fn list(&self, lists: &[(StockKey, &[&str])]) {
        let code =
            |code: &&str| RedeemCode { code: Arc::from(*code), fingerprint: fingerprint(code) };
        let list =
            |(key, codes): &(StockKey, &[&str])| (key.clone(), codes.iter().map(code).collect());
        *self.lists.lock().unwrap() = lists.iter().map(list).collect();
    }
}

/// Returns randomness that no other call returns, as two handles of one database must have.
#[must_use]
pub fn message_ids() -> Arc<dyn Entropy> {
    static NEXT: AtomicU64 = AtomicU64::new(1_000_000);
    Arc::new(Seeded::new(NEXT.fetch_add(1, Ordering::SeqCst)))
}

/// A database with the letters written from it.
#[derive(Clone)]
pub struct TestDb {
    pub db: Db,
    pub letters: RecordingMail,
}

impl TestDb {
    #[must_use]
    pub fn new(db: Db) -> Self {
        let letters = RecordingMail::default();
        Self { db: db.with_sealer(letters.sealer()).with_notices(message_ids()), letters }
    }

    /// Writes the notices queued since this was last done, as the deliver task would.
    pub async fn hear(&self) {
        let Self { db, letters } = self;
        if letters.is_broken() {
            return;
        }
        // One at a time, as there is one deliver task.
        let mut heard = letters.heard.lock().await;
        for mail in db.outbox_after(*heard, usize::MAX).await.unwrap() {
            *heard = mail.id;
            if let MailContent::OrderNotice(notice) = mail.content {
                letters.written.lock().unwrap().push((notice.order, notice.kind));
            }
        }
    }

    /// Returns the notices written since the last call.
    pub async fn taken(&self) -> Vec<(OrderId, SellerNotice)> {
        self.hear().await;
        std::mem::take(&mut self.letters.written.lock().unwrap())
    }

    /// Returns the same shop with these settings of payments in Ether.
    #[must_use]
    pub fn with_policy(&self, policy: PaymentPolicy) -> Self {
        Self { db: self.db.with_policies(Arc::from([policy])), letters: self.letters.clone() }
    }

    /// Opens a shop with so many tees in the catalogue.
    pub async fn with_tees(db: Db, many: u32) -> Self {
        let desk = Self::new(db);
        desk.db.recount(vec![(tee(), many)]).await.unwrap();
        desk
    }

    /// Reads the list of gift codes again, with these lines.
    pub async fn list_gifts(&self, codes: &[&str]) {
        self.list(&[(gift(), codes)]).await;
    }

    /// Reads the lists of codes again: these are all there are, as is what is sold from them.
    pub async fn list(&self, lists: &[(StockKey, &[&str])]) {
        self.letters.list(lists);
        let count =
            |(key, codes): &(StockKey, &[&str])| (key.clone(), u32::try_from(codes.len()).unwrap());
        self.db.recount(lists.iter().map(count).collect()).await.unwrap();
    }

    /// Returns the codes this order was given, in their order; each must be sealed to its slot.
    pub async fn codes(&self, order: &NewOrder) -> Vec<String> {
        let open = |sealed: Vec<u8>| -> Vec<String> {
            let plain: Vec<u8> = sealed.iter().map(|byte| !byte).collect();
            let (whose, slot, given): (OrderId, [u8; 32], IssuedCodes) =
                serde_json::from_slice(&plain).unwrap();
            assert!(whose == order.id && slot == order.inbox_key);
            given.codes.clone()
        };
        self.record(order).await.given.into_iter().flat_map(open).collect()
    }

    pub async fn level(&self, key: &StockKey) -> StockLevel {
        let stock = self.db.stock().await.unwrap();
        stock.into_iter().find(|line| line.key == *key).expect("it is counted").level
    }

    pub async fn reservation_status(&self, order: &NewOrder) -> ReservationStatus {
        self.record(order).await.facts.reservation_status
    }

    /// Pays these orders in one block, and lets it lie deep enough.
    pub async fn settle(&self, height: u64, orders: &[&NewOrder]) {
        let paid = |order: &&NewOrder| payment(&order.id.to_string(), order, Some(block(height)));
        let mined = orders.iter().map(paid).collect();
        self.advance(blocks(height..=height + u64::from(NEEDS) - 1, mined)).await;
    }

    pub async fn place(&self, order: &NewOrder) {
        self.db.place(order.clone()).await.unwrap();
    }

    pub async fn advance(&self, advance: ChainUpdate) -> Assessed {
        self.advance_at(HOUR, advance).await
    }

    /// Reads one empty block, of this hour.
    pub async fn mine_at(&self, height: u64, hours: u64) -> Assessed {
        let blocks = vec![block_at(0, height, hours)];
        let advance = ChainUpdate { blocks, ..blocks_of_none() };
        self.advance_at(hours, advance).await
    }

    /// Returns the orders whose money is owed.
    pub async fn owed(&self) -> Vec<OrderId> {
        let orders = self.db.orders().await.unwrap();
        orders.into_iter().filter(owes_payment).map(|order| order.id).collect()
    }

    pub async fn advance_at(&self, hours: u64, advance: ChainUpdate) -> Assessed {
        let assessed = self.db.apply_update(ETH.chain(), advance, at(hours)).await.unwrap();
        self.hear().await;
        assessed
    }

    /// Claims, and has it looked up.
    pub async fn claim(
        &self,
        order: &NewOrder,
        txid: &str,
        found: Result<Vec<Transfer>, ClaimRefusal>,
    ) -> ClaimState {
        self.db.claim(&order.lookup, txid).await.unwrap();
        self.judge_claim(order, txid, found).await;
        let claims = self.record(order).await.claims;
        claims.iter().find(|claim| claim.txid == txid).unwrap().state
    }

    pub async fn judge_claim(
        &self,
        order: &NewOrder,
        txid: &str,
        found: Result<Vec<Transfer>, ClaimRefusal>,
    ) {
        self.db.judge_claim(order.id, txid, found, NOW).await.unwrap();
        self.hear().await;
    }

    pub async fn record(&self, order: &NewOrder) -> OrderRecord {
        self.db.order(&order.lookup).await.unwrap().expect("the order is there")
    }

    pub async fn state(&self, order: &NewOrder) -> State {
        self.record(order).await.invoice.state()
    }

    pub async fn word(&self, order: &NewOrder) -> &'static str {
        self.state(order).await.word()
    }

    /// Delivers what waits, but no notice where sealing fails.
    pub async fn deliver_all(&self) {
        self.hear().await;
        let mut mails = self.db.outbox(usize::MAX).await.unwrap();
        if self.letters.is_broken() {
            mails.retain(|mail| !matches!(mail.content, MailContent::OrderNotice(_)));
        }
        self.db.delivered(mails.into_iter().map(|mail| mail.id).collect()).await.unwrap();
    }
}

/// Returns what the seller owes the buyer of an order on the list.
pub fn debt(order: &OrderSummary) -> Debt {
    order.status(NOW).debt
}

/// Returns true if the seller owes all that was paid.
pub fn owes_payment(order: &OrderSummary) -> bool {
    matches!(debt(order), Debt::Payment(_))
}
