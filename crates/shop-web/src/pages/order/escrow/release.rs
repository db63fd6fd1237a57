//! Paying the seller before time, with the release secret or the wallet key's signature.
//!
//! What is typed is checked against the statement and goes to the seller in a sealed mail. It can do
//! nothing but pay the seller.

use crate::{
    language::Sentence,
    limits::Ask,
    page::view,
    pages::{
        FormRequest, PageRequest,
        escrow::Progress,
        order::{self, Mode, OrderPageError, Wrong, mail},
    },
    refusal::Refusal,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_core::{escrow::Terms, invoice::State, text};
use shop_db::{OrderRecord, ReleaseError};
use std::borrow::Cow;
use zeroize::Zeroizing;

view! {
    /// Way to pay the seller before time.
    pub(super) struct ReleaseView<'a> {
        /// True if it was passed on to the seller.
        sent: bool,
        /// Text that the wallet signs; none if a secret is asked for.
        sign: Option<String>,
        /// Description of what is wrong with what was typed.
        error: Option<String>,
        /// Text as it was typed, if it is wrong.
        typed: Cow<'a, str>,
    }
}

/// Most bytes of a release.
const LONGEST: usize = 256;

/// Passes a release on to the seller.
pub(crate) async fn release(
    FormRequest(request, mut form): FormRequest,
) -> Result<Response, OrderPageError> {
    request.own_order(form.text("token"))?;
    let typed = Zeroizing::new(form.take("release"));
    let typed = typed.trim();
    let opened = order::open(&request).await?;
    let receipt = opened.receipt()?;
    let Some(progress) = Progress::of(&opened.record, Some(&receipt)) else {
        return Ok(request.go("/order", []));
    };
    let can_release = progress.can_release(request.shop.clock.now());
    if progress.record.release_told || !can_release || !has_money(&opened.record) {
        return Ok(request.go("/order", []));
    }
    let statement = &progress.statement;
    // It goes into a letter: one line, so that it writes nothing else there.
    let is_line = typed.len() <= LONGEST && text::line(typed) == typed;
    if !is_line || !request.shop.payments.releases(statement, typed) {
        let mode = Mode::NoRelease(Wrong { why: wrong(&statement.terms), typed });
        let sheet = order::sheet(&request, &opened, &mode).await?;
        return Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    if !request.shop.limits.allow(request.visit, Ask::Order, request.shop.clock.uptime()) {
        return Err(Refusal::RateLimited.into());
    }
    let now = request.shop.clock.now().coarse();
    let record = &opened.record;
    let letter = request.front.letters().released(record.id, typed, &record.invoice, now);
    let (mail, _held) = mail::seal(&request, letter).await?;
    match request.shop.db.release_escrow(&opened.keys.lookup(), mail).await {
        Err(ReleaseError::Db(error)) => Err(Refusal::from_error(error).into()),
        // What else there is, the page says.
        _ => Ok(request.go("/order", [])),
    }
}

/// Builds the form, while the seller can be paid before time.
pub(super) fn view<'a>(
    request: &PageRequest,
    record: &OrderRecord,
    progress: &Progress<'_>,
    mode: &Mode<'a>,
) -> Option<ReleaseView<'a>> {
    let terms = &progress.statement.terms;
    let sent = progress.record.release_told;
    let can_release = has_money(record) && progress.can_release(request.shop.clock.now());
    // The field is not on the page that reloads, which would take what is half typed away.
    if !can_release || mode.is_watching() && !sent {
        return None;
    }
    let wrong = if let Mode::NoRelease(wrong) = mode { Some(wrong) } else { None };
    let sign = terms.release_hash.is_none().then(|| {
        // The text that the contract hashes (ERC-191): the vault in lower case.
        format!("cryptocart release {}", progress.statement.vault)
    });
    Some(ReleaseView {
        sent,
        sign,
        error: wrong.map(|wrong| request.say(&wrong.why)),
        typed: Cow::Borrowed(wrong.map_or("", |wrong| wrong.typed)),
    })
}

fn has_money(record: &OrderRecord) -> bool {
    let state = record.invoice.state();
    state.is_covered() || matches!(state, State::Late { .. })
}

const fn wrong(terms: &Terms) -> Sentence {
    match terms.release_hash {
        Some(_) => Sentence::new("release-wrong-secret"),
        None => Sentence::new("release-wrong-signature"),
    }
}
