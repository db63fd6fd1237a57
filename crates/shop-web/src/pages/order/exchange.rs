//! Payment by an exchange, which may come in a way that no log and no transaction shows.

use super::Mode;
use crate::{
    page::view,
    pages::{FormRequest, PageRequest, escrow::Progress},
    refusal::Refusal,
};
use axum::response::Response;
use shop_core::escrow::EscrowState;
use shop_db::{BalanceClaimError, OrderRecord};
use shop_seal::OrderCodeKeys;

view! {
    /// Question if an exchange has paid.
    pub(super) struct ExchangeView {
        /// True while the network is asked.
        asked: bool,
    }
}

/// Records that an exchange has paid.
/// The network is then asked for the balance of the order's address.
pub(crate) async fn claim(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let session = request.own_order(form.text("token"))?;
    let lookup = OrderCodeKeys::derive(&session.order_code).lookup();
    let db = &request.shop.db;
    let record = db.order(&lookup).await.map_err(Refusal::from_error)?;
    let Some(record) = record.filter(|record| can_come_unseen(&request, record)) else {
        return Ok(request.go("/order", []));
    };
    match db.claim_balance(&lookup).await {
        Ok(()) => {}
        Err(BalanceClaimError::Db(error)) => return Err(Refusal::from_error(error)),
        // The page says what is so.
        Err(_) => return Ok(request.go("/order", [])),
    }
    request.shop.payments.nudge(record.invoice.due().asset());
    Ok(request.go("/order", []))
}

/// Builds the question, while the payment is not seen whole.
pub(super) fn view(
    request: &PageRequest,
    record: &OrderRecord,
    progress: Option<&Progress<'_>>,
    mode: &Mode<'_>,
) -> Option<ExchangeView> {
    let is_open = progress.is_none_or(|progress| progress.state == EscrowState::Open);
    let is_followed = record.facts.on_chain.put_away.is_none();
    let is_waited_for = is_open && is_followed && !record.invoice.state().is_covered();
    let is_waited_for = is_waited_for && can_come_unseen(request, record);
    let balance = record.balance;
    let can_ask = balance.can_ask() && !mode.is_watching();
    let shows = is_waited_for && (balance.is_asking || can_ask);
    shows.then_some(ExchangeView { asked: balance.is_asking })
}

/// Returns true if a payment of the order could come in a way that only a balance shows.
/// The balance of its address must say something of it alone.
fn can_come_unseen(request: &PageRequest, record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    let needs =
        record.escrow.is_some() || request.shop.payments.needs_balances(invoice.due().asset());
    needs && !invoice.matching().is_shared()
}
