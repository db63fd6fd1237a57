//! Payment by an exchange, which may come in a way that no log and no transaction shows.

use crate::{
    page::view,
    pages::{FormRequest, escrow::Progress, order::Mode},
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
/// The network is then asked for the balance of the vault.
pub(crate) async fn claim(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let session = request.own_order(form.text("token"))?;
    let lookup = OrderCodeKeys::derive(&session.order_code).lookup();
    let db = &request.shop.db;
    match db.claim_balance(&lookup).await {
        Ok(()) => {}
        Err(BalanceClaimError::Db(error)) => return Err(Refusal::from_error(error)),
        // The page says what is so.
        Err(_) => return Ok(request.go("/order", [])),
    }
    if let Some(record) = db.order(&lookup).await.map_err(Refusal::from_error)? {
        request.shop.payments.nudge(record.invoice.due().asset());
    }
    Ok(request.go("/order", []))
}

/// Builds the question, while the payment is not seen whole.
pub(super) fn view(
    record: &OrderRecord,
    progress: &Progress<'_>,
    mode: &Mode<'_>,
) -> Option<ExchangeView> {
    let is_waited_for = progress.state == EscrowState::Open && !record.invoice.state().is_covered();
    let balance = progress.record.balance;
    let can_ask = balance.can_ask() && !mode.is_watching();
    let shows = is_waited_for && (balance.is_asking || can_ask);
    shows.then_some(ExchangeView { asked: balance.is_asking })
}
