//! Placing an order: from the buyer's words to one transaction.
//!
//! Privacy: the words live in memory for the length of one request. They leave it sealed to the
//! seller and sealed to the buyer's order code, or not at all.

mod escrow;

use crate::{
    client::{ClientInfo, Ingress},
    cookies,
    escrow::{EscrowChoice, EscrowOffer, EscrowOfferError},
    language::Reader,
    limits::Ask,
    order_queue::{Admission, Moment, QueueSlot},
    order_text::relay,
    payments::{OfferError, PaymentTerms},
    refusal::Refusal,
    sealing::SealTo,
    shop::ShopWeb,
    storefront::{Localizer, Storefront},
};
use shop_core::{
    bill::Bill,
    escrow::NamedParty,
    invoice::Invoice,
    kind::Kind,
    message_id,
    money::AssetId,
    order::{BuyerDetails, Destination, OrderDetails, OrderId, StatementText},
    order_code::OrderCode,
    pay_to::Offer,
    place::Place,
    seller_mail::NAMES_NO_KEY,
    stock::{InsufficientStock, ReservedItems, StockKey},
    time::CoarseTime,
};
use shop_db::{NewEscrow, NewForm, NewMail, NewOrder, PlaceError};
use shop_seal::{
    FormKeys, OrderCodeKeys, Recipient,
    mail::{self, Letter},
};

/// Number of offers that are tried when other orders are quicker.
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
    /// Wish to pay into escrow, if the buyer has it.
    pub(crate) escrow: Option<EscrowChoice>,
}

/// Reason why an order is not placed.
pub(crate) enum PlaceOrderError {
    /// Fewer are left of these than the order takes.
    SoldOut(Vec<StockKey>),
    /// Number of seconds this order has to wait, because so many orders come.
    Waits(u64),
    /// It cannot be paid into escrow.
    Escrow(EscrowOfferError),
    /// Refusal of any other kind.
    Refused(Refusal),
}

impl From<EscrowOfferError> for PlaceOrderError {
    fn from(error: EscrowOfferError) -> Self {
        match error {
            EscrowOfferError::Offer(error) => Self::Refused(refuse_offer(error)),
            error => Self::Escrow(error),
        }
    }
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
/// code, the order is on the disk. The buyer's words are moved and never cloned: each clone would be
/// one more copy in memory.
pub(crate) async fn place(
    shop: &ShopWeb,
    front: &Storefront,
    wish: OrderRequest,
    words: BuyerDetails,
) -> Result<Placed, PlaceOrderError> {
    let _alone = shop.form_locks.lock(wish.cart.id()).await;
    if let Some(code) = code_of(shop, [&wish.form, &wish.cart]).await? {
        return Ok(Placed { code, before: true });
    }
    if !shop.limits.allow(wish.visit, Ask::Order, shop.clock.uptime()) {
        return Err(Refusal::RateLimited.into());
    }
    let now = Moment::new(&*shop.clock);
    let stored = match admit(shop, &wish, now) {
        Ok(admission) => {
            let stored = store(shop, front, &wish, words).await;
            match &admission {
                None if stored.is_ok() => shop.gate.passed(now),
                Some(admission) if stored.is_err() => shop.gate.withdraw(admission),
                _ => {}
            }
            stored
        }
        Err(error) => Err(error),
    };
    let error = match stored {
        Ok(code) => return Ok(Placed { code, before: false }),
        Err(error) => error,
    };
    // A sending that was dropped half way may still have come through.
    let code = code_of(shop, [&wish.form, &wish.cart]).await?;
    code.map(|code| Placed { code, before: true }).ok_or(error)
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

/// Counts an order at the gate before the work is done.
/// Many at once are then as many as they are. Returns None for the seller's own preview, which waits for nobody and counts when it is placed.
fn admit(
    shop: &ShopWeb,
    wish: &OrderRequest,
    now: Moment,
) -> Result<Option<Admission>, PlaceOrderError> {
    shop.may_order_in(wish.asset)?;
    if wish.visit.door == Ingress::Preview {
        return Ok(None);
    }
    let most_open = shop.payments.terms(wish.asset).most_open;
    shop.gate.admit(wish.turn, most_open, now).map(Some).map_err(PlaceOrderError::Waits)
}

/// Builds the order and stores it: again with another offer, if another order was quicker.
/// Returns its code.
async fn store(
    shop: &ShopWeb,
    front: &Storefront,
    wish: &OrderRequest,
    mut words: BuyerDetails,
) -> Result<OrderCode, PlaceOrderError> {
    let placed = shop.clock.now().coarse();
    if !shop.payments.assets().contains(&wish.asset) {
        return Err(Refusal::from(Kind::Unavailable).into());
    }
    let terms = shop.payments.terms(wish.asset);
    let code = OrderCode::random(&*shop.entropy);
    let mut id = OrderId::random(&*shop.entropy);
    let keys = OrderCodeKeys::derive(&code);
    let seal_to = shop.sealing.to().await;
    let builder = OrderBuilder { shop, front, wish, terms, code, keys, seal_to };
    for _ in 0..TRIES {
        let way = builder.way_to_pay(&words.destination, placed).await?;
        let WayToPay { offer, statement, parties, stored } = way;
        let details = OrderDetails {
            v: OrderDetails::VERSION,
            order: id,
            placed,
            bill: wish.bill.clone(),
            due: offer.due,
            pay_to: offer.pay_to.clone(),
            needs: terms.needs,
            expires: placed.plus_hours(terms.offer_hours),
            billed: wish.billed,
            read_in: Some(wish.reader.language.tag().to_owned()),
            details: words,
            refund_to: None,
            refund_said: 0,
            escrow: statement,
            parties,
        };
        let order = builder.order(&details, offer, stored)?;
        words = details.details;
        match shop.db.place(order).await {
            Ok(()) => return Ok(builder.code),
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

/// Way to pay an order.
struct WayToPay {
    offer: Offer,
    /// Text of the escrow statement.
    statement: Option<StatementText>,
    /// Attestors and arbiter of it.
    parties: Vec<NamedParty>,
    /// Part of it that the database keeps.
    stored: Option<NewEscrow>,
}

/// Builds what is stored of an order.
struct OrderBuilder<'a> {
    shop: &'a ShopWeb,
    front: &'a Storefront,
    wish: &'a OrderRequest,
    terms: PaymentTerms,
    code: OrderCode,
    keys: OrderCodeKeys,
    /// Held until the order is stored.
    seal_to: SealTo<'a>,
}

impl OrderBuilder<'_> {
    /// Returns where the order can be paid: at an address of the seller, or into escrow.
    async fn way_to_pay(
        &self,
        destination: &Destination,
        placed: CoarseTime,
    ) -> Result<WayToPay, PlaceOrderError> {
        let Self { shop, wish, terms, .. } = self;
        let Some(choice) = wish.escrow.clone() else {
            let total = wish.bill.to_pay().ok_or(Refusal::from(Kind::Unavailable))?;
            let offer = shop.payments.offer(total).await.map_err(refuse_offer)?;
            return Ok(WayToPay { offer, statement: None, parties: Vec::new(), stored: None });
        };
        let expires = placed.plus_hours(terms.offer_hours);
        let destination = (destination, wish.billed);
        let desk = shop.payments.escrow();
        let mark = self.keys.buyer_proof().mark();
        let entropy = &*shop.entropy;
        let made =
            escrow::offer(desk, choice, &wish.bill, expires, destination, &mark, entropy).await?;
        let EscrowOffer { offer, statement, parties, stored } = made;
        Ok(WayToPay { offer, statement: Some(statement), parties, stored: Some(stored) })
    }

    /// Builds everything the database stores of an order: sealed to the seller, in a mail, and to
    /// the order code, with its invoice.
    fn order(
        &self,
        details: &OrderDetails,
        offer: Offer,
        escrow: Option<NewEscrow>,
    ) -> Result<NewOrder, Refusal> {
        let Self { shop, front, wish, terms, .. } = self;
        let mut letter = Letter::from(front.letters().placed(details));
        if let Destination::Sealed(armored) = &details.details.destination
            && self.seal_to.recipient(armored) == Recipient::Hidden
        {
            letter.body.push_str(NAMES_NO_KEY);
        }
        letter.relay = relay::letter(Localizer { front, reader: wish.reader }, details);
        let random = &*shop.entropy;
        let message_id = message_id::random(random);
        let mail = mail::seal(message_id, &self.seal_to, &letter, details.placed, random)
            .map_err(Refusal::from_error)?;
        let invoice =
            Invoice::open(offer, details.needs, details.expires).map_err(Refusal::from_error)?;
        Ok(NewOrder {
            id: details.order,
            lookup: self.keys.lookup(),
            buyer_copy: self.keys.seal_box(&details.to_bytes(), random),
            placed: details.placed,
            // The contract counts to the last unit.
            invoice: if escrow.is_some() { invoice } else { invoice.ignoring(terms.ignore_below) },
            mail: NewMail { message_id: mail.message_id, bytes: mail.bytes },
            most_open: terms.most_open,
            reserved_items: wish.hold.clone(),
            inbox_key: self.keys.letter_slot().public(),
            digital: wish.bill.lines().iter().any(|line| line.digital.is_some()),
            forms: [&wish.form, &wish.cart].map(|form| self.placed_by(form)).into(),
            escrow,
        })
    }

    /// Names the order as placed by a form or cart, so that it is found when that comes again.
    fn placed_by(&self, form: &FormKeys) -> NewForm {
        NewForm {
            name: form.id(),
            code: form.seal_code(&self.code, &*self.shop.entropy),
            lapses: cookies::form_lapses(self.wish.turn.given),
        }
    }
}
