//! Checkout form.

mod fields;
mod page;

use super::{
    FormRequest, PageRequest, PrivatePage,
    bill::{self, Count},
    cart, destination, items, lost,
    order::SENT_BEFORE,
    queue,
};
use crate::{
    cookies::forget_cart,
    form::Form,
    language::Sentence,
    place_order::{self, OrderRequest, PlaceOrderError, Placed},
    refusal::Refusal,
    session::{AtCheckout, CartSession},
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use fields::{Fields, SummaryLine};
use page::{CheckoutPage, FixedPlace, Needs, ShortLine};
use shop_core::{
    order::{BuyerDetails, CheckoutForm, Destination, Field, FieldError, FormErrors},
    order_code::OrderCode,
    place::Place,
    stock::StockKey,
};
use shop_seal::{FormKeys, Recipient};
use std::borrow::Cow;

/// Shows the empty form, beside what is ordered.
pub(crate) async fn show(request: PageRequest) -> Result<Response, Refusal> {
    let Some(mut session) = request.cart() else { return Ok(request.go("/cart", [])) };
    if let Some(order) = placed_before(&request, None).await? {
        return Ok(order);
    }
    request.shop.may_order()?;
    // What does not hold any more is said in the cart.
    if !cart::settle(&request, &mut session).is_empty() {
        return Ok(request.go("/cart", []));
    }
    let count = bill::count(&request, &session.cart);
    let Some(count) = count.ok().filter(|count| count.quote.impossible.is_empty()) else {
        return Ok(request.go("/cart", []));
    };
    request.shop.may_order_in(count.asset)?;
    if !count.quote.missing.is_empty() {
        return Ok(destination::sheet(&request, &session, &count, false)?.into_response());
    }
    if let Some(waits) = queue::turn(&request, &mut session)? {
        return Ok(waits);
    }
    let fields = CheckoutForm::default();
    let fine = Wrong::default();
    let form = Sent { request: &request, session, count, fields };
    Ok(form.sheet(&fine)?.into_response())
}

/// Checks a form that was sent, and places the order.
pub(crate) async fn place(
    FormRequest(request, mut form): FormRequest,
) -> Result<Response, Refusal> {
    let token = form.take("token");
    if let Some(order) = placed_before(&request, Some(&token)).await? {
        return Ok(order);
    }
    let Some(session) = request.cart() else {
        // Back, and sent again: the cart has become an order. Or there is no cookie at all.
        return match request.order() {
            Some(_) => Ok(request.go("/order", [])),
            None => Ok(lost::page(&request)?
                .with_status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response()),
        };
    };
    let Ok(count) = bill::count(&request, &session.cart) else {
        return Ok(request.go("/cart", []));
    };
    let seen = form.take("bill");
    let lower = form.take("lower");
    let to = form.take(&format!("fewer-{lower}")).trim().parse().unwrap_or(u32::MAX);
    let form = Sent { request: &request, session, count, fields: read(&mut form) };
    // Nothing is done for a form that is not this cart's. Its words are not lost, though: they
    // come back in a form that is.
    if !queue::is_good(&request, &form.session, &token) {
        return form.at_the_gate(token);
    }
    if let Ok(line) = lower.parse() {
        return form.lowered(line, to, token);
    }
    if form.count.lacks(&form.session.cart) {
        return form.without_discount();
    }
    // Prices, rules or the cart in another window: nothing is ordered that was not seen.
    if !seen.is_empty() && seen != form.count.mark(&request, &form.session) {
        return form.again(&Wrong { changed: true, ..Wrong::default() });
    }
    if queue::is_too_quick(&request, &form.session, &token) {
        return form.again(&Wrong { quick: true, ..Wrong::default() });
    }
    let draft = match form.draft() {
        Ok(draft) => draft,
        Err(errors) => return form.again(&Wrong { errors, ..Wrong::default() }),
    };
    let Ok(bill) = form.count.quote.clone().ready() else {
        return Ok(request.go("/checkout", []));
    };
    let mut hold = form.count.priced.reserved_items.clone();
    let discounts = &request.front.rules().discounts;
    if let Some(discount) = form.count.quote.discount.and_then(|n| discounts.numbered(n)) {
        discount.take_use(&mut hold);
    }
    let asset = form.count.asset;
    let billed = form.fixed();
    let visit = request.visit;
    let turn = queue::of_form(&request, &form.session, &token);
    let reader = request.reader;
    let keys = FormKeys::derive(&token);
    let cart = FormKeys::of_cart(&form.session.nonce);
    let wish = OrderRequest { form: keys, cart, bill, billed, hold, asset, reader, visit, turn };
    match place_order::place(&request.shop, &request.front, wish, draft).await {
        Ok(Placed { code, before: true }) => Ok(opened_again(&request, code, true)),
        Ok(Placed { code, before: false }) => {
            let order = request.shop.keep_order(&request.shop.new_order(code, true));
            Ok(request.go("/order?opened", [order, forget_cart()]))
        }
        Err(PlaceOrderError::SoldOut(levels)) => form.sold_out(&levels, token),
        Err(PlaceOrderError::Waits(seconds)) => form.waits(seconds, token),
        Err(PlaceOrderError::Refused(refusal)) => Err(refusal),
    }
}

/// Finds the order that this form, sent before, or another form of this cart has placed.
/// The answer to that did not arrive. The order is looked for before anything else is: goods,
/// prices and the queue may have changed since, and so may the words in the form.
///
/// The form is looked for if it is this cart's, or if some order is open in the browser: where the buyer
/// has closed the order, a form that was left in the browser's history does not open it again.
async fn placed_before(
    request: &PageRequest,
    token: Option<&str>,
) -> Result<Option<Response>, Refusal> {
    let cart = request.cart();
    let is_of = |token: &&str| {
        let issued = |cart| request.shop.issued(&AtCheckout(cart), token);
        cart.as_ref().and_then(issued).is_some()
    };
    let own = token.filter(is_of).is_some();
    let token = token.filter(|_| own || request.order().is_some());
    if let Some(code) = place_order::code_of(&request.shop, &token.map(FormKeys::derive)).await? {
        return Ok(Some(opened_again(request, code, own)));
    }
    let keys = cart.map(|cart| FormKeys::of_cart(&cart.nonce));
    let code = place_order::code_of(&request.shop, &keys).await?;
    Ok(code.map(|code| opened_again(request, code, true)))
}

/// Sends the browser on to an order whose form has come again.
/// The cart goes, if it is the one that was ordered.
fn opened_again(request: &PageRequest, code: OrderCode, own: bool) -> Response {
    let cart = own.then(forget_cart);
    if request.order().is_some_and(|order| order.order_code == code) {
        return request.go("/order", cart);
    }
    let order = request.shop.keep_order(&request.shop.new_order(code, true));
    request.go(&format!("/order?{SENT_BEFORE}"), [Some(order), cart].into_iter().flatten())
}

/// A form as it was sent, and the cart it is for.
struct Sent<'a> {
    request: &'a PageRequest,
    session: CartSession,
    count: Count,
    fields: CheckoutForm,
}

impl Sent<'_> {
    /// Checks the buyer's words.
    fn draft(&self) -> Result<BuyerDetails, FormErrors> {
        let draft = self.typed()?;
        if let Destination::Sealed(armored) = &draft.destination
            && self.request.front.seal_cert().recipient(armored) == Recipient::Other
        {
            return Err(FormErrors(vec![(Field::Sealed, FieldError::NotForSeller)]));
        }
        Ok(draft)
    }

    fn typed(&self) -> Result<BuyerDetails, FormErrors> {
        if !self.count.priced.ships() {
            return BuyerDetails::nothing_sent(&self.fields);
        }
        let Some(place) = self.fixed() else { return BuyerDetails::from_fields(&self.fields) };
        // In English, like the letter to the seller.
        let mut fields = self.fields.clone();
        place.country().name("en").clone_into(&mut fields.country);
        if let Some(region) = place.region() {
            region.name("en").clone_into(&mut fields.province);
        }
        BuyerDetails::from_fields(&fields)
    }

    /// Returns the place the bill says that it goes to.
    fn fixed(&self) -> Option<Place> {
        let asks = self.request.front.rules().asks_country(self.count.priced.ships());
        self.session.cart.to().filter(|_| asks)
    }

    /// Answers a form not given out at the checkout, or long ago, or that has become an order.
    /// It comes back with its words; a good one only to a cart whose turn it is.
    fn at_the_gate(mut self, token: String) -> Result<Response, Refusal> {
        match queue::left(self.request, &mut self.session) {
            0 => self.again(&Wrong { stale: true, ..Wrong::default() }),
            seconds => self.waits(seconds, token),
        }
    }

    fn waits(&self, seconds: u64, token: String) -> Result<Response, Refusal> {
        let waits = Some(seconds);
        let token = Some(token);
        self.again(&Wrong { waits, token, ..Wrong::default() })
    }

    fn again(&self, wrong: &Wrong) -> Result<Response, Refusal> {
        let sheet = self.sheet(wrong)?.with_status(StatusCode::UNPROCESSABLE_ENTITY);
        let mut response = sheet.into_response();
        if wrong.over || wrong.lowered || wrong.waits.is_some() {
            let cookie = self.request.shop.keep_cart(&self.session);
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Shows the form again, with the bill as it is without the discount.
    fn without_discount(mut self) -> Result<Response, Refusal> {
        self.session.cart.discount_by(None);
        self.recounted(&Wrong { over: true, ..Wrong::default() })
    }

    /// Shows the form again because others were quicker, and offers fewer of the goods.
    /// Others took the last use of the code, or goods; the buyer can take fewer of these without
    /// writing everything again.
    fn sold_out(mut self, levels: &[StockKey], token: String) -> Result<Response, Refusal> {
        let short = cart::short(self.request, &self.session.cart, levels);
        if short.is_empty() {
            return self.without_discount();
        }
        let discount = self.session.cart.discount();
        let discount = discount.and_then(|n| self.request.front.rules().discounts.numbered(n));
        let over = discount.is_some_and(|discount| levels.contains(&discount.stock_key()));
        if over {
            self.session.cart.discount_by(None);
        }
        self.recounted(&Wrong { short, over, token: Some(token), ..Wrong::default() })
    }

    /// Takes fewer of a line of the cart, because the buyer says so on this page.
    fn lowered(mut self, line: usize, to: u32, token: String) -> Result<Response, Refusal> {
        self.session.cart.lower(line, to);
        self.recounted(&Wrong { lowered: true, token: Some(token), ..Wrong::default() })
    }

    /// Shows the form again with the bill as it is by now; if there is none, the cart says why.
    fn recounted(mut self, wrong: &Wrong) -> Result<Response, Refusal> {
        match bill::count(self.request, &self.session.cart) {
            Ok(count) => {
                self.count = count;
                self.again(wrong)
            }
            Err(_) => {
                let cookie = self.request.shop.keep_cart(&self.session);
                Ok(self.request.go("/cart", [cookie]))
            }
        }
    }
}

/// Greatest number of lines whose quantity can be typed: a form has few fields.
const MOST_TYPED: usize = 4;

/// Errors in a form that comes back.
#[derive(Default)]
struct Wrong {
    /// The page it was on is too old.
    stale: bool,
    /// True if it came back faster than anybody writes.
    quick: bool,
    /// Number of seconds this order has to wait, because so many orders come.
    waits: Option<u64>,
    /// Token it came with, if it keeps that.
    /// Nothing was ordered with it, and a wait gets no better one by waiting in vain.
    token: Option<String>,
    /// Lines of the cart of which fewer are left, and what they are called.
    short: Vec<(usize, String)>,
    /// The buyer takes one less of a line.
    lowered: bool,
    /// The discount does not hold any more, and was taken off.
    over: bool,
    /// The bill is another one than the page showed.
    changed: bool,
    errors: FormErrors,
}

fn read(form: &mut Form) -> CheckoutForm {
    let mut fields = CheckoutForm::default();
    for (name, field) in [
        ("recipient", &mut fields.recipient),
        ("street", &mut fields.street),
        ("city", &mut fields.city),
        ("province", &mut fields.province),
        ("country", &mut fields.country),
        ("postcode", &mut fields.postcode),
        ("contact", &mut fields.contact),
        ("email", &mut fields.email),
        ("note", &mut fields.note),
        ("sealed", &mut fields.sealed),
        ("sure", &mut fields.sure),
    ] {
        *field = form.take(name);
    }
    fields
}

impl Sent<'_> {
    fn sheet(&self, wrong: &Wrong) -> Result<PrivatePage, Refusal> {
        let Self { request, session, count, fields } = self;
        let mut summary = fields::summary(request.reader, &wrong.errors);
        let mut said = Vec::new();
        if wrong.stale {
            said.push(Sentence::new("checkout-stale"));
        }
        if wrong.quick {
            said.push(Sentence::new("checkout-quick"));
        }
        if wrong.changed {
            said.push(Sentence::new("checkout-changed"));
        }
        if let Some(seconds) = wrong.waits {
            let minutes = u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX);
            said.push(Sentence::new("checkout-waits").with("minutes", minutes));
        }
        if wrong.over {
            said.push(bill::over());
        }
        if wrong.lowered {
            said.push(Sentence::new("checkout-lowered"));
        }
        let few = |(_, name): &(usize, String)| Sentence::new("bill-too-few").with("name", &**name);
        said.extend(wrong.short.iter().map(few));
        summary.extend(said.iter().map(|said| SummaryLine { text: request.say(said), to: None }));
        let short = wrong.short.iter().enumerate().map(|(at, (line, name))| {
            let had = session.cart.lines().get(*line).map_or(0, |line| line.quantity());
            ShortLine {
                line: *line,
                fewer: (at < MOST_TYPED).then(|| had.saturating_sub(1)),
                text: request.say(&Sentence::new("checkout-lower").with("name", &**name)),
            }
        });
        let token = match &wrong.token {
            Some(token) => Cow::Borrowed(token.as_str()),
            None => Cow::Owned(request.shop.token(&AtCheckout(session))),
        };
        let unseen = request.shop.unseen(count.asset);
        let fixed = self.fixed();
        let quote = &count.quote;
        let page = CheckoutPage {
            token,
            seen: count.mark(request, session),
            summary,
            short: short.collect(),
            unseen: unseen.map(|unseen| request.say(&unseen.of_checkout())),
            lines: items::lines(request, &count.priced.lines),
            rows: bill::rows(request.voice(), &quote.bill, !quote.missing.is_empty()),
            total: request.reader.words().amount(quote.bill.total()),
            ships: count.priced.ships(),
            fixed: fixed.map_or_else(FixedPlace::default, |at| FixedPlace::new(request, at)),
            fields: Fields::new(request.reader, fields, &wrong.errors),
            doubts: wrong.errors.has_doubts() || !fields.sure.is_empty(),
            needs: Needs::new(fixed),
        };
        request.sheet("/checkout", page)
    }
}
