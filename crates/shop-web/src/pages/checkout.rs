//! The checkout form.

use super::{Asked, Sheet, cart, errors, queue};
use crate::{
    cookies::{CartSession, forget_cart},
    form::Form,
    language::Sentence,
    placing::{self, Wish},
    refusal::Refusal,
    serve::{Door, Visit},
};
use axum::{
    Extension,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use minijinja::context;
use shop_core::{
    cart::Priced,
    order::{Draft, Fields, FormErrors},
};

/// The empty form, beside what is ordered.
pub(crate) async fn show(
    asked: Asked,
    visit: Option<Extension<Visit>>,
) -> Result<Response, Refusal> {
    let Some(mut session) = asked.cart() else { return Ok(asked.go("/cart", [])) };
    // What changed in the catalogue since is said in the cart.
    if !session.cart.settle_with(asked.front.catalog()).is_empty() {
        return Ok(asked.go("/cart", []));
    }
    if let Some(waits) = queue::turn(&asked, came(visit), &mut session)? {
        return Ok(waits);
    }
    match cart::priced(&asked, &session.cart) {
        Ok((_, priced)) => {
            let (blank, fine) = (Fields::default(), Wrong::default());
            Ok(sheet(&asked, &session, &priced, &blank, &fine)?.into_response())
        }
        Err(_) => Ok(asked.go("/cart", [])),
    }
}

/// The form, sent: checked, and placed.
pub(crate) async fn place(
    asked: Asked,
    visit: Option<Extension<Visit>>,
    mut form: Form,
) -> Result<Response, Refusal> {
    let Some(session) = asked.cart() else {
        // Back, and sent again: the cart has become an order. Or there is no cookie at all.
        return match asked.order() {
            Some(_) => Ok(asked.go("/order", [])),
            None => Ok(cart::lost(&asked)?
                .with_status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response()),
        };
    };
    let Ok((asset, priced)) = cart::priced(&asked, &session.cart) else {
        return Ok(asked.go("/cart", []));
    };
    let token = form.take("token");
    let fields = fields(&mut form);
    let again = |wrong: Wrong| {
        sheet(&asked, &session, &priced, &fields, &wrong)
            .map(|sheet| sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
    };
    // Nothing is done for a form that is not this cart's. Its words are not lost, though: they
    // come back in a form that is.
    if !asked.shop.is_fresh(&session, &token) {
        return again(Wrong { stale: true, ..Wrong::default() });
    }
    let visit = came(visit);
    if queue::is_too_quick(&asked, visit, &session, &token) {
        return again(Wrong { quick: true, ..Wrong::default() });
    }
    let draft = match Draft::from_fields(&fields) {
        Ok(draft) => draft,
        Err(errors) => return again(Wrong { errors, ..Wrong::default() }),
    };
    let wish = Wish { token: &token, priced: &priced, asset, draft, visit };
    let ticket = placing::place(&asked.shop, &asked.front, wish).await?;
    asked.shop.gate.passed(asked.shop.clock.now());
    let order = asked.shop.keep_order(&asked.shop.new_order(ticket, true));
    Ok(asked.go("/order?opened", [order, forget_cart()]))
}

/// Who calls without a visit is a test or a benchmark on this machine.
fn came(visit: Option<Extension<Visit>>) -> Visit {
    visit.map_or(Visit { door: Door::Preview, circuit: 0 }, |Extension(visit)| visit)
}

/// What is wrong with a form that comes back.
#[derive(Default)]
struct Wrong {
    /// The page it was on is too old.
    stale: bool,
    /// It came back faster than anybody writes.
    quick: bool,
    errors: FormErrors,
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
    asked: &Asked,
    session: &CartSession,
    priced: &Priced,
    fields: &Fields,
    wrong: &Wrong,
) -> Result<Sheet, Refusal> {
    let mut summary = errors::summary(asked.reader, &wrong.errors);
    if wrong.stale {
        summary.push(asked.say(&Sentence::of("checkout-stale")));
    }
    if wrong.quick {
        summary.push(asked.say(&Sentence::of("checkout-quick")));
    }
    let page = context! {
        token => asked.shop.token(session),
        summary,
        lines => priced.lines.iter().map(|l| cart::line(asked, l)).collect::<Vec<_>>(),
        total => asked.reader.words().amount(priced.total),
        fields => errors::fields(asked.reader, fields, &wrong.errors),
    };
    asked.sheet("checkout.html", "/checkout", page)
}
