//! Placing an order: from the buyer's words to one transaction.
//!
//! Privacy: the words live in memory for the length of one request. They leave it sealed to the
//! seller and sealed to the buyer's order code, or not at all.

use crate::{
    client::{ClientInfo, Ingress},
    cookies,
    language::Reader,
    limits::Ask,
    order_queue::{Moment, QueueSlot},
    order_text::relay,
    payments::{OfferError, PaymentTerms},
    refusal::Refusal,
    sealing::SealTo,
    shop::ShopWeb,
    storefront::{Localizer, Storefront},
};
use shop_core::{
    bill::Bill,
    invoice::Invoice,
    kind::Kind,
    money::AssetId,
    order::{BuyerDetails, Destination, OrderDetails, OrderId},
    order_code::OrderCode,
    pay_to::Offer,
    place::Place,
    seller_mail::{NAMES_NO_KEY, SellerLetter},
    stock::{InsufficientStock, ReservedItems, StockKey},
    time::{CoarseTime, UnixTime},
};
use shop_db::{NewForm, NewMail, NewOrder, PlaceError};
use shop_seal::{
    FormKeys, OrderCodeKeys, Recipient,
    mail::{self, Letter},
};

/// Number of times the till is asked when others are quicker.
const TRIES: usize = 16;

/// Order a buyer asks for with one click.
pub(crate) struct OrderRequest {
    /// Keys of the form: the same for every sending of it.
    pub(crate) form: FormKeys,
    /// Keys of the cart: the same for every form of it.
    pub(crate) cart: FormKeys,
    /// Bill of the order.
    pub(crate) bill: Bill,
    /// Place the bill was calculated with, if prices depend on it.
    pub(crate) billed: Option<Place>,
    /// Goods it takes from the stock levels.
    pub(crate) hold: ReservedItems,
    /// Asset it is paid with.
    pub(crate) asset: AssetId,
    /// Language in which the buyer reads the shop.
    pub(crate) reader: Reader,
    /// The cart's turn at the checkout.
    pub(crate) turn: QueueSlot,
    /// Visit the click came from.
    pub(crate) visit: ClientInfo,
}

/// Reason why an order is not placed.
pub(crate) enum PlaceOrderError {
    /// Fewer are left of these than the order takes.
    SoldOut(Vec<StockKey>),
    /// Number of seconds this order has to wait, because so many orders come.
    Waits(u64),
    /// Refusal of any other kind.
    Refused(Refusal),
}

impl From<Refusal> for PlaceOrderError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// An order that is on the disk.
pub(crate) struct Placed {
    /// Its code.
    pub(crate) code: OrderCode,
    /// True if an earlier sending of the form has placed it, perhaps with other words.
    pub(crate) before: bool,
}

/// Places the order, or finds that another sending of the same form did. When this returns a
/// code, the order is on the disk. The draft, the buyer's words, is moved and never cloned: each clone
/// would be one more copy in memory.
pub(crate) async fn place(
    shop: &ShopWeb,
    front: &Storefront,
    wish: OrderRequest,
    draft: BuyerDetails,
) -> Result<Placed, PlaceOrderError> {
    let _alone = shop.form_locks.lock(wish.cart.id()).await;
    if let Some(code) = code_of(shop, [&wish.form, &wish.cart]).await? {
        return Ok(Placed { code, before: true });
    }
    if !shop.limits.allow(wish.visit, Ask::Order, shop.clock.uptime()) {
        return Err(Refusal::RateLimited.into());
    }
    let tried = through_the_gate(shop, front, &wish, draft).await;
    let Err(unplaced) = tried else { return tried };
    // A sending that was dropped half way may still have come through.
    match code_of(shop, [&wish.form, &wish.cart]).await? {
        Some(code) => Ok(Placed { code, before: true }),
        None => Err(unplaced),
    }
}

/// Returns the code of the order that one of these, a form or a cart, has placed.
/// It alone opens the code.
pub(crate) async fn code_of(
    shop: &ShopWeb,
    forms: impl IntoIterator<Item = &FormKeys>,
) -> Result<Option<OrderCode>, Refusal> {
    for form in forms {
        let sealed = shop.db.form_code(&form.id()).await.map_err(Refusal::from_error)?;
        if let Some(sealed) = sealed {
            return Ok(Some(form.open_code(&sealed).ok_or(Kind::Bug)?));
        }
    }
    Ok(None)
}

/// Counts an order at the gate before the work is done, and places it.
/// Many at once are then as many as they are. The seller's own preview waits for nobody.
async fn through_the_gate(
    shop: &ShopWeb,
    front: &Storefront,
    wish: &OrderRequest,
    draft: BuyerDetails,
) -> Result<Placed, PlaceOrderError> {
    let now = Moment::new(&*shop.clock);
    shop.may_order_in(wish.asset)?;
    if wish.visit.door == Ingress::Preview {
        let placed = try_to_place(shop, front, wish, draft).await?;
        shop.gate.passed(now);
        return Ok(placed);
    }
    let most_open = shop.payments.terms(wish.asset).most_open;
    let entered = shop.gate.admit(wish.turn, most_open, now).map_err(PlaceOrderError::Waits)?;
    let tried = try_to_place(shop, front, wish, draft).await;
    if tried.is_err() {
        shop.gate.withdraw(&entered);
    }
    tried
}

async fn try_to_place(
    shop: &ShopWeb,
    front: &Storefront,
    wish: &OrderRequest,
    mut draft: BuyerDetails,
) -> Result<Placed, PlaceOrderError> {
    let now = shop.clock.now();
    if !shop.payments.assets().contains(&wish.asset) {
        return Err(Refusal::from(Kind::Unavailable).into());
    }
    let terms = shop.payments.terms(wish.asset);
    let today = now.coarse();
    let code = OrderCode::random(&*shop.entropy);
    let mut id = OrderId::random(&*shop.entropy);
    let keys = OrderCodeKeys::derive(&code);
    let seal_to = shop.sealing.to().await;
    let paper = OrderBuilder { shop, front, code: &code, keys, seal_to, terms, today };
    for _ in 0..TRIES {
        let offer = shop.payments.offer(wish.bill.total()).await.map_err(refuse_offer)?;
        let receipt = paper.receipt(id, wish, &offer, draft);
        let order = paper.order(&receipt, wish, offer)?;
        draft = receipt.details;
        match shop.db.place(order).await {
            Ok(()) => {
                drop(paper);
                return Ok(Placed { code, before: false });
            }
            Err(PlaceError::PayToTaken) => {}
            Err(PlaceError::IdTaken) => id = OrderId::random(&*shop.entropy),
            Err(PlaceError::SoldOut(InsufficientStock(keys))) => {
                return Err(PlaceOrderError::SoldOut(keys));
            }
            Err(error) => return Err(Refusal::from_error(error).into()),
        }
    }
    Err(Refusal::from(Kind::Busy).into())
}

fn refuse_offer(error: OfferError) -> Refusal {
    if error == OfferError::Exhausted {
        tracing::warn!("no payment address is left to offer: add addresses to the pool");
    }
    if error == OfferError::ChainUnread {
        return Refusal::ChainUnread;
    }
    Refusal::from_error(error)
}

/// Materials an order is written with.
struct OrderBuilder<'a> {
    shop: &'a ShopWeb,
    front: &'a Storefront,
    code: &'a OrderCode,
    keys: OrderCodeKeys,
    seal_to: SealTo<'a>,
    terms: PaymentTerms,
    today: CoarseTime,
}

impl OrderBuilder<'_> {
    /// Builds the order in full, with the buyer's words.
    fn receipt(
        &self,
        id: OrderId,
        wish: &OrderRequest,
        offer: &Offer,
        draft: BuyerDetails,
    ) -> OrderDetails {
        let needs = self.terms.needs;
        let bill = wish.bill.clone();
        let mut receipt =
            OrderDetails::new(id, self.today, bill, offer, needs, self.expires(), draft);
        receipt.billed = wish.billed;
        receipt.read_in = Some(wish.reader.language.tag().to_owned());
        receipt
    }

    fn expires(&self) -> CoarseTime {
        self.today.plus_hours(self.terms.offer_hours)
    }

    /// Builds everything the database stores of an order: sealed twice, with its invoice.
    fn order(
        &self,
        receipt: &OrderDetails,
        wish: &OrderRequest,
        offer: Offer,
    ) -> Result<NewOrder, Refusal> {
        let Self { shop, terms, .. } = self;
        let today = self.today;
        let letter = self.letter(receipt, wish.reader);
        let mail = mail::seal(&self.seal_to, &letter, today, &*shop.entropy)
            .map_err(Refusal::from_error)?;
        Ok(NewOrder {
            id: receipt.order,
            lookup: self.keys.lookup(),
            buyer_copy: self.keys.seal_box(&receipt.to_bytes(), &*shop.entropy),
            placed: today,
            invoice: Invoice::open(offer, terms.needs, self.expires())
                .map_err(Refusal::from_error)?
                .ignoring(terms.ignore_below),
            mail: NewMail { message_id: mail.message_id, bytes: mail.bytes },
            most_open: terms.most_open,
            reserved_items: wish.hold.clone(),
            inbox_key: self.keys.letter_slot().public(),
            digital: wish.bill.lines().iter().any(|line| line.digital.is_some()),
            forms: [&wish.form, &wish.cart]
                .map(|form| self.placed_by(form, wish.turn.given))
                .into(),
        })
    }

    fn placed_by(&self, form: &FormKeys, given: UnixTime) -> NewForm {
        NewForm {
            name: form.id(),
            code: form.seal_code(self.code, &*self.shop.entropy),
            lapses: cookies::form_lapses(given),
        }
    }

    fn letter(&self, receipt: &OrderDetails, reader: Reader) -> Letter {
        let letters = self.front.letters();
        let from = self.front.contact().unwrap_or(&letters.shop);
        let SellerLetter { subject, mut body, json } = letters.placed(receipt);
        if let Destination::Sealed(armored) = &receipt.details.destination
            && self.seal_to.recipient(armored) == Recipient::Hidden
        {
            body.push_str(NAMES_NO_KEY);
        }
        Letter {
            subject,
            body,
            relay: relay::letter(Localizer { front: self.front, reader }, from, receipt),
            json: Some(json),
        }
    }
}
