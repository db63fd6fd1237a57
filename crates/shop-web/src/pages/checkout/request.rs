//! A checkout form on its way to an order.

use super::{
    error::CheckoutError,
    escrow::{EscrowError, EscrowForm, EscrowPart},
    fields::{Fields, summary},
    page::{CheckoutPage, FixedPlace, Needs, ShortLine},
};
use crate::{
    escrow::{EscrowChoice, EscrowOfferError, EscrowRules},
    language::Sentence,
    pages::{
        Form, PageRequest, PrivatePage, assets,
        bill::{self, QuotedCart},
        items::{self, ShortItem},
        queue,
    },
    place_order::{self, OrderRequest, PlaceOrderError, Placed},
    refusal::Refusal,
    session::{AtCheckout, CartSession},
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop_core::{
    cart::CartError,
    money::Price,
    order::{
        BuyerDetails, CheckoutForm, Destination, Field, FieldError, FormErrors, RequiredAddress,
    },
    place::Place,
    stock::{ReservedItems, StockKey},
};
use shop_seal::{FormKeys, Recipient};
use std::borrow::Cow;

/// Greatest number of lines whose quantity can be typed: a form has few fields.
const MOST_TYPED: usize = 4;

/// A checkout form as it was sent, and the cart it is for at today's prices.
/// The buyer's words are in it once; nothing of it is cloned.
pub(super) struct CheckoutRequest<'a> {
    request: &'a PageRequest,
    session: CartSession,
    quoted: QuotedCart,
    /// Token that the form came with.
    token: String,
    /// Digest of the bill that the page showed; empty if the form has none.
    seen: String,
    /// Line of the cart to take fewer units of, and their new number.
    fewer: Option<(usize, u32)>,
    /// Code of the asset that the form says it is paid in; empty if the form has none.
    currency: String,
    /// True if the buyer only asks for the amount in that asset.
    chooses: bool,
    fields: CheckoutForm,
    escrow: EscrowForm,
}

impl<'a> CheckoutRequest<'a> {
    /// Makes an empty form.
    pub(super) fn empty(
        request: &'a PageRequest,
        session: CartSession,
        quoted: QuotedCart,
    ) -> Self {
        let token = String::new();
        let seen = String::new();
        let currency = String::new();
        let fields = CheckoutForm::default();
        let escrow = EscrowForm::default();
        Self {
            request,
            session,
            quoted,
            token,
            seen,
            fewer: None,
            currency,
            chooses: false,
            fields,
            escrow,
        }
    }

    /// Takes the words out of a form that was sent.
    ///
    /// # Errors
    /// [`CartError`] if its cart has no price any more.
    pub(super) fn parse(
        request: &'a PageRequest,
        session: CartSession,
        mut form: Form,
    ) -> Result<Self, CartError> {
        let quoted = QuotedCart::new(request, &session.cart)?;
        let line = form.take("lower");
        let units = form.take(&format!("fewer-{line}")).trim().parse().unwrap_or(u32::MAX);
        Ok(Self {
            request,
            session,
            quoted,
            token: form.take("token"),
            seen: form.take("bill"),
            currency: form.take("currency"),
            chooses: !form.take("choose").is_empty(),
            escrow: EscrowForm::take(&mut form),
            fewer: line.parse().ok().map(|line| (line, units)),
            fields: CheckoutForm {
                recipient: form.take("recipient"),
                street: form.take("street"),
                city: form.take("city"),
                province: form.take("province"),
                country: form.take("country"),
                postcode: form.take("postcode"),
                contact: form.take("contact"),
                email: form.take("email"),
                note: form.take("note"),
                sealed: form.take("sealed"),
                sure: form.take("sure"),
            },
        })
    }

    /// Takes the form through all checks, and places the order.
    /// The buyer's words are moved on.
    pub(super) async fn order(&mut self) -> Result<Placed, CheckoutError> {
        self.verify_form()?;
        self.take_fewer()?;
        self.take_asset()?;
        self.verify_bill()?;
        self.verify_time()?;
        let required = self.required_address();
        let details = BuyerDetails::from_fields(&self.fields, required);
        let escrow = self.escrow_choice();
        let (details, escrow) = match (details, escrow) {
            (Ok(details), Ok(escrow)) => (details, escrow),
            (details, escrow) => {
                let fields = details.err().unwrap_or_default();
                return Err(CheckoutError::Invalid {
                    fields,
                    escrow: escrow.err().unwrap_or_default(),
                });
            }
        };
        self.verify_recipient(&details.destination)?;
        let wish = self.order_request(escrow)?;
        let PageRequest { shop, front, .. } = self.request;
        let placed = place_order::place(shop, front, wish, details).await;
        placed.map_err(|error| match error {
            PlaceOrderError::SoldOut(levels) => self.sold_out(&levels),
            PlaceOrderError::Waits(seconds) => CheckoutError::Waits { seconds },
            PlaceOrderError::Escrow(error) => self.not_into_escrow(error),
            PlaceOrderError::Refused(refusal) => CheckoutError::Refused(refusal),
        })
    }

    /// Checks that the form is this cart's.
    /// Nothing is done for one that is not. Its words are not lost, though: they come back in one
    /// that is, and a good one only comes to a cart whose turn it is.
    fn verify_form(&mut self) -> Result<(), CheckoutError> {
        if queue::is_good(self.request, &self.session, &self.token) {
            return Ok(());
        }
        match queue::left(self.request, &mut self.session) {
            0 => Err(CheckoutError::Stale),
            seconds => Err(CheckoutError::Waits { seconds }),
        }
    }

    /// Takes fewer units of a line, if the buyer says so on this page.
    fn take_fewer(&mut self) -> Result<(), CheckoutError> {
        let Some((line, units)) = self.fewer else { return Ok(()) };
        self.session.cart.lower(line, units);
        Err(CheckoutError::TookFewer)
    }

    /// Takes the asset that the buyer chose, if it is another one than the bill is paid in.
    fn take_asset(&mut self) -> Result<(), CheckoutError> {
        let asked = self.request.front.catalog().known_assets().find(&self.currency);
        let payable = bill::payable(self.request, &self.session.cart);
        let other = asked.filter(|asset| Some(*asset) != self.quoted.asset());
        if let Some(asset) = other.filter(|asset| payable.contains(asset)) {
            self.session.cart.choose(asset);
            return Err(CheckoutError::ChoseAsset);
        }
        if self.chooses {
            return Err(CheckoutError::ChoseAsset);
        }
        if self.quoted.asset().is_none() {
            return Err(CheckoutError::NotConverted);
        }
        Ok(())
    }

    /// Checks that the bill is the one that the buyer saw.
    /// Prices, rules, the exchange rate or the cart may have changed in another window.
    fn verify_bill(&mut self) -> Result<(), CheckoutError> {
        if self.quoted.lacks_discount(&self.session.cart) {
            self.session.cart.discount_by(None);
            return Err(CheckoutError::DiscountEnded);
        }
        let digest = self.quoted.digest(self.request, &self.session);
        if !self.seen.is_empty() && self.seen != digest {
            return Err(CheckoutError::BillChanged);
        }
        Ok(())
    }

    /// Checks that somebody had the time to fill in the form.
    fn verify_time(&self) -> Result<(), CheckoutError> {
        if queue::is_too_quick(self.request, &self.session, &self.token) {
            return Err(CheckoutError::TooQuick);
        }
        Ok(())
    }

    /// Returns the address that the order needs.
    fn required_address(&self) -> RequiredAddress {
        if self.quoted.priced.ships() {
            self.fixed_place().map_or(RequiredAddress::Full, RequiredAddress::InPlace)
        } else {
            RequiredAddress::None
        }
    }

    /// Checks that an address that the buyer has encrypted is for the seller, as far as it says.
    fn verify_recipient(&self, destination: &Destination) -> Result<(), CheckoutError> {
        if let Destination::Sealed(armored) = destination
            && self.request.front.seal_cert().recipient(armored) == Recipient::Other
        {
            let errors = FormErrors(vec![(Field::Sealed, FieldError::NotForSeller)]);
            return Err(CheckoutError::Invalid { fields: errors, escrow: Vec::new() });
        }
        Ok(())
    }

    /// Builds the request for the order, which has none of the buyer's words.
    fn order_request(&self, escrow: Option<EscrowChoice>) -> Result<OrderRequest, CheckoutError> {
        let request = self.request;
        let bill = self.quoted.quote.clone().ready().map_err(|_| CheckoutError::NoBill)?;
        let asset = self.quoted.asset().ok_or(CheckoutError::NotConverted)?;
        Ok(OrderRequest {
            form: FormKeys::derive(&self.token),
            cart: FormKeys::of_cart(&self.session.nonce),
            bill,
            billed: self.fixed_place(),
            hold: self.reserved_items(),
            asset,
            escrow,
            reader: request.reader,
            visit: request.visit,
            turn: queue::of_form(request, &self.session, &self.token),
        })
    }

    /// Returns the rules of escrow, if it is offered for the bill.
    fn escrow_rules(&self) -> Option<EscrowRules> {
        self.request.shop.payments.escrow()?.rules(&self.quoted.quote.bill)
    }

    /// Checks the choice of escrow.
    fn escrow_choice(&self) -> Result<Option<EscrowChoice>, Vec<EscrowError>> {
        if !self.escrow.is_chosen() {
            return Ok(None);
        }
        let shop = &self.request.shop;
        let desk = shop.payments.escrow().filter(|_| self.escrow_rules().is_some());
        let desk = desk.ok_or_else(|| vec![EscrowError::gone()])?;
        if !self.fields.sealed.trim().is_empty() {
            return Err(vec![EscrowError::no_destination()]);
        }
        let asset = self.quoted.asset().ok_or_else(|| vec![EscrowError::gone()])?;
        self.escrow.check(desk, &*shop.payments, asset).map(Some)
    }

    /// Says why the order cannot be paid into escrow.
    fn not_into_escrow(&self, error: EscrowOfferError) -> CheckoutError {
        let escrow = match error {
            EscrowOfferError::NotBuyers => self.escrow.not_buyers(),
            EscrowOfferError::NoDestination => vec![EscrowError::no_destination()],
            EscrowOfferError::Offer(_) => vec![EscrowError::gone()],
        };
        CheckoutError::Invalid { fields: FormErrors::default(), escrow }
    }

    /// Returns the goods, and the use of the discount if its uses are limited.
    fn reserved_items(&self) -> ReservedItems {
        let mut items = self.quoted.priced.reserved_items.clone();
        let discounts = &self.request.front.rules().discounts;
        let discount = self.quoted.quote.discount.and_then(|number| discounts.numbered(number));
        if let Some(discount) = discount {
            discount.take_use(&mut items);
        }
        items
    }

    /// Returns the lines that others took goods of, and takes off a discount that was used up.
    /// The buyer can take fewer of these lines without writing everything again.
    fn sold_out(&mut self, levels: &[StockKey]) -> CheckoutError {
        let cart = &mut self.session.cart;
        let short = items::short(self.request, cart, levels);
        let discounts = &self.request.front.rules().discounts;
        let discount = cart.discount().and_then(|number| discounts.numbered(number));
        let is_used_up = discount.is_some_and(|of| levels.contains(&of.stock_key()));
        if short.is_empty() || is_used_up {
            cart.discount_by(None);
        }
        if short.is_empty() {
            return CheckoutError::DiscountEnded;
        }
        CheckoutError::SoldOut { short, discount_ended: is_used_up }
    }

    /// Returns the place that the bill says it goes to.
    fn fixed_place(&self) -> Option<Place> {
        let asks = self.request.front.rules().asks_country(self.quoted.priced.ships());
        self.session.cart.to().filter(|_| asks)
    }

    /// Answers a form that placed no order: it comes back with its words and the bill of now.
    /// If there is no bill any more, the cart says why.
    pub(super) fn refuse(mut self, error: &CheckoutError) -> Result<Response, Refusal> {
        match error {
            CheckoutError::Refused(refusal) => return Err(*refusal),
            CheckoutError::NoBill => return Ok(self.request.go("/checkout", [])),
            _ => {}
        }
        if error.changes_bill() {
            match QuotedCart::new(self.request, &self.session.cart) {
                Ok(quoted) => self.quoted = quoted,
                Err(_) => return Ok(self.request.go("/cart", [self.cart_cookie()])),
            }
        }
        let sheet = self.page(Some(error))?.with_status(StatusCode::UNPROCESSABLE_ENTITY);
        let mut response = sheet.into_response();
        if error.changes_cart() {
            response.headers_mut().append(header::SET_COOKIE, self.cart_cookie());
        }
        Ok(response)
    }

    fn cart_cookie(&self) -> HeaderValue {
        self.request.keep_cart(&self.session)
    }

    /// Builds the form, with what is wrong with it.
    pub(super) fn page(&self, error: Option<&CheckoutError>) -> Result<PrivatePage, Refusal> {
        let Self { request, session, quoted, fields, .. } = self;
        let reader = request.reader;
        let right = FormErrors::default();
        let wrong = error.and_then(CheckoutError::fields).unwrap_or(&right);
        let mut summary = summary(reader, wrong);
        let not_escrow = error.map(CheckoutError::escrow).unwrap_or_default();
        if let Some(asset) = quoted.asset() {
            summary.extend(not_escrow.iter().map(|error| error.line(reader, asset)));
        }
        summary.extend(error.map(|error| error.say(reader)).unwrap_or_default());
        let escrow = self.escrow_part(not_escrow);
        let token = if error.is_some_and(CheckoutError::keeps_token) {
            Cow::Borrowed(&*self.token)
        } else {
            Cow::Owned(request.shop.token(&AtCheckout(session)))
        };
        let unseen = quoted.asset().and_then(|asset| {
            let unseen = request.shop.unseen(asset)?;
            Some(request.say(&unseen.of_checkout(asset)))
        });
        let quote = &quoted.quote;
        let place = self.fixed_place();
        let mut rows = bill::rows(request.voice(), &quote.bill, !quote.missing.is_empty());
        rows.extend(bill::converted_row(request.voice(), &quote.bill));
        let total = quote.bill.to_pay().map_or(quote.bill.total(), Price::from);
        let currencies = assets::options(request, &session.cart, quoted);
        let page = CheckoutPage {
            token,
            seen: quoted.digest(request, session),
            summary,
            short: self.short_lines(error.map_or(&[], CheckoutError::short)),
            unseen,
            lines: items::lines(request, &quoted.priced.lines),
            rows,
            total: reader.words().amount(total),
            currencies: if currencies.len() > 1 { currencies } else { Vec::new() },
            exchange: bill::exchange(request.voice(), &quote.bill),
            not_converted: assets::not_converted(request, &session.cart, quoted),
            ships: quoted.priced.ships(),
            fixed: place.map_or_else(FixedPlace::default, |at| FixedPlace::new(request, at)),
            fields: Fields::new(reader, fields, wrong),
            escrow,
            doubts: wrong.has_doubts() || !fields.sure.is_empty(),
            needs: Needs::new(place),
        };
        request.sheet("/checkout", page)
    }

    /// Builds the choice of escrow, where it is offered.
    fn escrow_part(&self, wrong: &[EscrowError]) -> Option<EscrowPart<'_>> {
        let rules = self.escrow_rules()?;
        let asset = self.quoted.asset()?;
        let request = self.request;
        let hours = request.shop.payments.terms(asset).offer_hours;
        Some(EscrowPart::new(request.reader, &rules, &self.escrow, wrong, asset, hours))
    }

    fn short_lines(&self, short: &[ShortItem]) -> Vec<ShortLine> {
        let line = |(at, ShortItem { line, name }): (usize, &ShortItem)| {
            let had = self.session.cart.lines().get(*line).map_or(0, |line| line.quantity());
            let text = Sentence::new("checkout-lower").with("name", &**name);
            ShortLine {
                line: *line,
                fewer: (at < MOST_TYPED).then(|| had.saturating_sub(1)),
                text: self.request.say(&text),
            }
        };
        short.iter().enumerate().map(line).collect()
    }
}
