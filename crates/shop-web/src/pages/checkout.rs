//! The checkout form.

use super::{Sheet, cart, see_other};
use crate::{
    cookies::{CartSession, forget_cart},
    form::Form,
    placing::{self, Wish},
    refusal::Refusal,
    serve::{Door, Visit},
    shop::ShopWeb,
    storefront::Storefront,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{
    cart::Priced,
    order::{Draft, Fields, FormErrors},
};
use std::sync::Arc;

/// The empty form, beside what is ordered.
pub(crate) async fn show(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let Some(mut session) = shop.cart(&headers) else { return Ok(see_other("/cart", [])) };
    // What changed in the catalogue since is said in the cart.
    if !session.cart.settle_with(front.catalog()).is_empty() {
        return Ok(see_other("/cart", []));
    }
    match cart::priced(&shop, &front, &session.cart) {
        Ok((_, priced)) => {
            let blank = Fields::default();
            let errors = FormErrors::default();
            Ok(sheet(&shop, &front, &session, &priced, &blank, errors)?.into_response())
        }
        Err(_) => Ok(see_other("/cart", [])),
    }
}

/// The form, sent: checked, and placed.
pub(crate) async fn place(
    State(shop): State<Arc<ShopWeb>>,
    visit: Option<Extension<Visit>>,
    headers: HeaderMap,
    mut form: Form,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let Some(session) = shop.cart(&headers) else {
        // Back, and sent again: the cart has become an order. Or there is no cookie at all.
        return match shop.open_order(&headers) {
            Some(_) => Ok(see_other("/order", [])),
            None => Ok(cart::lost(&front)?
                .with_status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response()),
        };
    };
    let Ok((asset, priced)) = cart::priced(&shop, &front, &session.cart) else {
        return Ok(see_other("/cart", []));
    };
    let token = form.take("token");
    let fields = fields(&mut form);
    let again = |errors: FormErrors| {
        sheet(&shop, &front, &session, &priced, &fields, errors)
            .map(|sheet| sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
    };
    // Nothing is done for a form that is not this cart's. Its words are not lost, though: they
    // come back in a form that is.
    if !shop.is_fresh(&session, &token) {
        let sentence = "This page was open for too long. Please look at it and send it again.";
        return again(FormErrors { summary: vec![sentence.to_owned()], fields: Vec::new() });
    }
    let draft = match Draft::from_fields(&fields) {
        Ok(draft) => draft,
        Err(errors) => return again(errors),
    };
    let visit = visit.map_or(Visit { door: Door::Preview, circuit: 0 }, |Extension(visit)| visit);
    let wish = Wish { token: &token, priced: &priced, asset, draft, visit };
    let ticket = placing::place(&shop, &front, wish).await?;
    let order = shop.keep_order(&shop.new_order(ticket, true));
    Ok(see_other("/order?opened", [order, forget_cart()]))
}

fn fields(form: &mut Form) -> Fields {
    let mut fields = Fields::default();
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
    ] {
        *field = form.take(name);
    }
    fields
}

fn sheet(
    shop: &ShopWeb,
    front: &Storefront,
    session: &CartSession,
    priced: &Priced,
    fields: &Fields,
    errors: FormErrors,
) -> Result<Sheet, Refusal> {
    let field = |name: &'static str, value: &str| -> Value {
        let error = errors.fields.iter().find(|(n, _)| *n == name).map(|(_, text)| text.as_str());
        context! { name, value, error }
    };
    let page = context! {
        token => shop.token(session),
        summary => errors.summary.clone(),
        lines => priced.lines.iter().map(|l| cart::line(front, l)).collect::<Vec<_>>(),
        total => priced.total.to_string(),
        fields => context! {
            recipient => field("recipient", &fields.recipient),
            street => field("street", &fields.street),
            city => field("city", &fields.city),
            province => field("province", &fields.province),
            country => field("country", &fields.country),
            postcode => field("postcode", &fields.postcode),
            contact => field("contact", &fields.contact),
            email => field("email", &fields.email),
            note => field("note", &fields.note),
            sealed => field("sealed", &fields.sealed),
        },
    };
    Sheet::render(front, "checkout.html", "", page)
}
