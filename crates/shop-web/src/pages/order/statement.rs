//! Escrow statement of an order: shown and kept before its payment address is.

use super::{Opened, OrderPageError};
use crate::{
    headers::SandboxPermissions,
    language::Sentence,
    page::{Page, view},
    pages::{
        FormRequest, PageRequest, PrivatePage,
        escrow::words::{self, RuleView},
    },
    qr as qr_code,
    refusal::Refusal,
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop_core::{
    escrow::{Goods, NamedParty, Statement},
    kind::Kind,
    order::{OrderDetails, StatementText},
};
use zeroize::Zeroizing;

view! {
    /// Values of `statement.html`.
    struct StatementPage {
        /// Order number.
        id: String,
        token: String,
        /// True if the buyer has still to say that it is kept.
        asks: bool,
        /// Sentence that says that the box was not ticked.
        wrong: Option<String>,
        /// Every case, and what happens then.
        rules: Vec<RuleView>,
        /// Part 1 of the text.
        public: Zeroizing<String>,
        /// Part 2 of the text.
        private: Option<Zeroizing<String>>,
        /// Code by which the buyer proves to the arbiter to be the buyer.
        proof: Option<Zeroizing<String>>,
        /// Side of the QR code in pixels; none if the short form fits no code.
        side: Option<usize>,
        /// Services that check it.
        checkers: Vec<CheckerView>,
    }
}

view! {
    /// Service that checks statements.
    struct CheckerView {
        /// Words for it, with its name.
        name: String,
        /// Onion address of its page.
        onion: String,
    }
}

impl Page for StatementPage {
    const TEMPLATE: &'static str = "statement.html";
}

/// Shows the statement.
pub(crate) async fn show(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = super::open(&request).await?;
    if opened.session.fresh {
        return Ok(request.go("/order", []));
    }
    Ok(sheet(&request, &opened, false)?.into_response())
}

/// Records that the buyer has kept the statement: the payment address is shown from now on.
pub(crate) async fn keep(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    let mut session = request.own_order(form.text("token"))?;
    if form.text("kept") != "yes" {
        let opened = super::open(&request).await?;
        let sheet = sheet(&request, &opened, true)?;
        return Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    session.has_kept_statement = true;
    Ok(request.go("/order?opened", [request.keep_order(&session)]))
}

/// Answers with the statement as a text file, both parts, and the buyer's proof below it.
pub(crate) async fn text(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = super::open(&request).await?;
    let receipt = opened.receipt()?;
    let statement = of(&receipt)?;
    let proof = proof(&opened, &read(statement)?);
    let words = proof.as_ref().map(|_| request.say(&Sentence::new("statement-proof")));
    let words = words.unwrap_or_default();
    let proof = proof.as_deref().map_or("", String::as_str);
    let statement = statement.as_str();
    // Room for all of it at once: what grows leaves copies behind.
    let room = statement.len() + words.len() + proof.len() + 4;
    let mut text = Zeroizing::new(String::with_capacity(room));
    for part in [
        statement, "
", &words, "
", proof, "
",
    ] {
        text.push_str(part);
    }
    let mut response = Response::new(Body::from(Bytes::from_owner(text)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // The name is the one that the page tells `cryptocart verify` to read.
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"escrow-statement.txt\""),
    );
    response.extensions_mut().insert(SandboxPermissions::Downloads);
    Ok(response)
}

/// Answers with the QR code of part 1 in short form.
/// It has no words, and so one address in all languages.
pub(crate) async fn qr(request: PageRequest) -> Result<Response, Refusal> {
    if !request.reader.is_own() {
        return Err(Kind::NotFound.into());
    }
    let opened = super::open(&request).await.map_err(OrderPageError::or_not_found)?;
    let receipt = opened.receipt()?;
    let short = read(of(&receipt)?)?.short();
    let png = qr_code::large_png(&short).ok_or(Refusal::Kind(Kind::NotFound))?;
    let mut response = Response::new(Body::from(png));
    let png = HeaderValue::from_static("image/png");
    response.headers_mut().insert(header::CONTENT_TYPE, png);
    Ok(response)
}

/// Builds the page; `is_wrong` if the box was not ticked.
pub(super) fn sheet(
    request: &PageRequest,
    opened: &Opened,
    is_wrong: bool,
) -> Result<PrivatePage, Refusal> {
    let receipt = opened.receipt()?;
    let text = of(&receipt)?;
    let statement = read(text)?;
    let reader = request.reader;
    let asset = opened.record.invoice.due().asset();
    let (public, private) = parts(text.as_str());
    let wrong = is_wrong.then(|| request.say(&Sentence::new("statement-not-ticked")));
    let page = StatementPage {
        id: opened.record.id.to_string(),
        token: request.shop.token(&opened.session),
        asks: opened.hides_payment(),
        wrong,
        rules: words::rules(reader, &statement.terms, &statement.attestors, asset),
        public: Zeroizing::new(public.to_owned()),
        private: private.map(|private| Zeroizing::new(private.to_owned())),
        proof: proof(opened, &statement),
        side: qr_code::large_side(&statement.short()),
        checkers: checkers(request, &statement, &receipt.parties),
    };
    Ok(request.sheet("/order/statement", page)?.leaving(SandboxPermissions::Downloads))
}

/// Returns the text of the statement of an order.
fn of(receipt: &OrderDetails) -> Result<&StatementText, Refusal> {
    receipt.escrow.as_ref().ok_or(Refusal::Kind(Kind::NotFound))
}

fn read(text: &StatementText) -> Result<Statement, Refusal> {
    text.statement().map_err(|_| Refusal::Kind(Kind::Bug))
}

/// Returns the buyer's proof, if the statement has its mark.
fn proof(opened: &Opened, statement: &Statement) -> Option<Zeroizing<String>> {
    let proof = opened.keys.buyer_proof();
    let mark = statement.goods.as_ref().and_then(Goods::buyer_mark);
    (mark == Some(proof.mark().as_str())).then(|| proof.reveal())
}

/// Splits the text into its parts.
fn parts(text: &str) -> (&str, Option<&str>) {
    match text.find("\nPart 2") {
        Some(at) => {
            let (public, private) = text.split_at(at + 1);
            (public.trim_end(), Some(private))
        }
        None => (text, None),
    }
}

/// Returns the pages of attestors and arbiter, as far as the order names them.
fn checkers(
    request: &PageRequest,
    statement: &Statement,
    parties: &[NamedParty],
) -> Vec<CheckerView> {
    let checker = |who: Sentence, account| {
        let party = parties.iter().find(|party| party.account == account)?;
        let onion = party.onion.clone()?;
        Some(CheckerView { name: request.say(&who.with("name", &*party.name)), onion })
    };
    let attestors = statement.attestors.accounts().iter();
    let attestors =
        attestors.filter_map(|account| checker(Sentence::new("statement-attestor"), *account));
    let arbiter = statement.terms.arbiter;
    let arbiter = arbiter.and_then(|account| checker(Sentence::new("statement-arbiter"), account));
    attestors.chain(arbiter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<StatementPage>();
    }
}
