//! Placing an order: from the buyer's words to one transaction.
//!
//! Privacy: the words live in memory for the length of one request. They leave it sealed to the
//! seller and sealed to the buyer's ticket, or not at all.

use crate::{
    gate::Turn,
    language::Reader,
    limits::Ask,
    pages::relay,
    refusal::Refusal,
    sealing::SealTo,
    serve::{Door, Visit},
    shop::ShopWeb,
    storefront::{Storefront, Voice},
    till::{Terms, TillError},
};
use shop_core::{
    bill::Bill,
    invoice::Invoice,
    kind::Kind,
    money::AssetId,
    order::{Draft, OrderId, Receipt},
    pay_to::Offer,
    place::Place,
    stock::{Hold, SoldOut, StockKey},
    ticket::Ticket,
    time::CoarseTime,
};
use shop_db::{NewMail, NewOrder, PlaceError};
use shop_seal::{
    FormKeys, TicketKeys,
    mail::{self, Letter},
};
use zeroize::Zeroizing;

/// How often the till is asked when others are quicker.
const TRIES: usize = 16;

/// What a buyer asks for with one click.
pub(crate) struct Wish {
    /// The form: the same for every sending of it.
    pub(crate) form: FormKeys,
    /// What it costs.
    pub(crate) bill: Bill,
    /// The place the bill was reckoned with, if prices depend on it.
    pub(crate) billed: Option<Place>,
    /// What it takes from the shelves.
    pub(crate) hold: Hold,
    /// What it is paid with.
    pub(crate) asset: AssetId,
    /// The buyer's words.
    pub(crate) draft: Draft,
    /// In which language the buyer reads the shop.
    pub(crate) reader: Reader,
    /// The cart's turn at the checkout.
    pub(crate) turn: Turn,
    /// Where the click came from.
    pub(crate) visit: Visit,
}

/// Why an order is not placed.
pub(crate) enum Unplaced {
    /// Of these, fewer are left than the order takes.
    SoldOut(Vec<StockKey>),
    /// So many orders come that this one has to wait for some seconds.
    Waits(u64),
    /// Anything else.
    Refused(Refusal),
}

impl From<Refusal> for Unplaced {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Places the order, or finds that another sending of the same form did. When this returns a
/// ticket, the order is on the disk.
pub(crate) async fn place(
    shop: &ShopWeb,
    front: &Storefront,
    wish: Wish,
) -> Result<Ticket, Unplaced> {
    let now = shop.clock.now();
    let may_try = || shop.limits.allow(wish.visit, Ask::Order, now);
    let attempt = shop.attempts.begin(&wish.form, now, &*shop.entropy, may_try)?;
    let keys = TicketKeys::derive(&attempt.ticket);
    let _turn = attempt.turn.lock().await;
    // A form that comes again finds its order; if it has none yet, this is one more try.
    let tried = if attempt.first {
        through_the_gate(shop, front, &wish, attempt.order, &keys).await
    } else if is_placed(shop, &keys).await? {
        Ok(())
    } else if may_try() {
        through_the_gate(shop, front, &wish, attempt.order, &keys).await
    } else {
        Err(Refusal::Crowding.into())
    };
    match tried {
        Ok(()) => {}
        // A sending that was dropped half way may still have come through.
        Err(_) if is_placed(shop, &keys).await? => {}
        Err(unplaced) => {
            shop.attempts.failed(&wish.form, &attempt);
            return Err(unplaced);
        }
    }
    shop.attempts.placed(&wish.form);
    Ok(attempt.ticket)
}

/// Whoever comes through the gate is counted before the work is done, so that many at once are as
/// many as they are. The seller's own preview waits for nobody.
async fn through_the_gate(
    shop: &ShopWeb,
    front: &Storefront,
    wish: &Wish,
    id: OrderId,
    keys: &TicketKeys,
) -> Result<(), Unplaced> {
    let now = shop.clock.now();
    shop.may_order_in(wish.asset)?;
    if wish.visit.door == Door::Preview {
        try_to_place(shop, front, wish, id, keys).await?;
        shop.gate.passed(now);
        return Ok(());
    }
    let most_open = shop.till.terms(wish.asset).most_open;
    let entered = shop.gate.enter(wish.turn, most_open, now).map_err(Unplaced::Waits)?;
    let tried = try_to_place(shop, front, wish, id, keys).await;
    if tried.is_err() {
        shop.gate.turned_back(&entered);
    }
    tried
}

async fn try_to_place(
    shop: &ShopWeb,
    front: &Storefront,
    wish: &Wish,
    mut id: OrderId,
    keys: &TicketKeys,
) -> Result<(), Unplaced> {
    let now = shop.clock.now();
    if !shop.till.assets().contains(&wish.asset) {
        return Err(Refusal::from(Kind::Unavailable).into());
    }
    let (terms, today) = (shop.till.terms(wish.asset), now.coarse());
    let seal_to = shop.sealing.to().await;
    let paper = Paper { shop, front, keys, seal_to, terms, today };
    for _ in 0..TRIES {
        let offer = shop.till.offer(wish.bill.total()).await.map_err(refuse_offer)?;
        match shop.db.place(paper.order(id, wish, offer)?).await {
            Ok(()) => return Ok(()),
            Err(PlaceError::PayToTaken) => {}
            Err(PlaceError::IdTaken) if is_placed(shop, keys).await? => return Ok(()),
            Err(PlaceError::IdTaken) => id = shop.attempts.renumber(&wish.form, &*shop.entropy),
            Err(PlaceError::SoldOut(SoldOut(keys))) => return Err(Unplaced::SoldOut(keys)),
            Err(error) => return Err(Refusal::from_error(error).into()),
        }
    }
    Err(Refusal::from(Kind::Busy).into())
}

async fn is_placed(shop: &ShopWeb, keys: &TicketKeys) -> Result<bool, Refusal> {
    let order = shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    Ok(order.is_some())
}

fn refuse_offer(error: TillError) -> Refusal {
    if error == TillError::Exhausted {
        tracing::warn!("no pay-to is left to offer: add more to the pool");
    }
    if error == TillError::ChainUnread {
        return Refusal::ChainUnread;
    }
    Refusal::from_error(error)
}

/// What an order is written with.
struct Paper<'a> {
    shop: &'a ShopWeb,
    front: &'a Storefront,
    keys: &'a TicketKeys,
    seal_to: SealTo<'a>,
    terms: Terms,
    today: CoarseTime,
}

impl Paper<'_> {
    /// Everything the database stores of an order: sealed twice, with its invoice.
    fn order(&self, id: OrderId, wish: &Wish, offer: Offer) -> Result<NewOrder, Refusal> {
        let Self { shop, terms, .. } = self;
        let today = self.today;
        let expires = today.plus_hours(terms.offer_hours);
        let mut receipt = Receipt::new(
            id,
            today,
            wish.bill.clone(),
            &offer,
            terms.needs,
            expires,
            wish.draft.clone(),
        );
        receipt.billed = wish.billed;
        receipt.read_in = Some(wish.reader.language.tag().to_owned());
        let letter = self.letter(&receipt, wish.reader);
        let mail = mail::seal(&self.seal_to, &letter, today, &*shop.entropy)
            .map_err(Refusal::from_error)?;
        let plain = Zeroizing::new(receipt.to_bytes());
        Ok(NewOrder {
            id,
            lookup: self.keys.lookup(),
            buyer_box: self.keys.seal_box(&plain, &*shop.entropy),
            placed: today,
            invoice: Invoice::open(offer, terms.needs, expires).map_err(Refusal::from_error)?,
            mail: NewMail { message_id: mail.message_id, bytes: mail.bytes },
            most_open: terms.most_open,
            hold: wish.hold.clone(),
            letter_key: self.keys.letter_slot().public(),
        })
    }

    fn letter(&self, receipt: &Receipt, reader: Reader) -> Letter {
        let letters = self.front.letters();
        let from = self.front.contact().unwrap_or(&letters.shop);
        Letter {
            subject: letters.placed_subject(receipt),
            body: letters.placed(receipt),
            relay: relay::letter(Voice { front: self.front, reader }, from, receipt),
        }
    }
}
