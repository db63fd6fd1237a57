//! The onion door: choice of circuits that are answered and streams that are taken in.

use std::{pin::pin, sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt as _};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout},
};
use tokio_util::task::TaskTracker;
use tor_cell::relaycell::msg::{Connected, End, EndReason};
use tor_hsservice::{RendRequest, StreamRequest};
use tor_proto::stream::IncomingStreamRequest;

use crate::onion::{
    backend::Arrival,
    limits::{CircuitPass, ConnectionLimiter, LimitDecision},
};

/// The one port the shop has.
/// No TLS on an onion address: it would need a certificate, and certificates are published with the
/// address in them.
const PORT: u16 = 80;

/// Longest time that a circuit to a visitor's meeting point may take.
const MEETING: Duration = Duration::from_secs(60);

/// Takes requests as fast as they come, because the library's queue has no end.
/// Requests that the gate does not admit are dropped here, unread. Ends when the service does.
pub(super) async fn keep(
    requests: impl Stream<Item = RendRequest>,
    gate: Arc<ConnectionLimiter>,
    arrivals: mpsc::Sender<Arrival>,
) {
    let opened = Instant::now();
    let circuits = TaskTracker::new();
    let mut requests = pin!(requests);
    while let Some(request) = requests.next().await {
        if let Some(pass) = gate.admit(opened.elapsed()) {
            circuits.spawn(answer(request, pass, arrivals.clone()));
        }
    }
}

/// Answers one circuit and serves it to its end.
/// When it ends here, the pass ends its streams, and with the last of them the library closes the
/// circuit.
async fn answer(request: RendRequest, pass: CircuitPass, arrivals: mpsc::Sender<Arrival>) {
    let Ok(Ok(mut streams)) = timeout(MEETING, request.accept()).await else { return };
    loop {
        let request = tokio::select! {
            request = streams.next() => request,
            () = pass.ended() => None,
        };
        let Some(request) = request else { return };
        if !take_in(request, &pass, &arrivals).await {
            return;
        }
    }
}

/// Takes a stream in or refuses it, and returns true if the circuit may go on.
async fn take_in(
    request: StreamRequest,
    pass: &CircuitPass,
    arrivals: &mpsc::Sender<Arrival>,
) -> bool {
    let asks =
        matches!(request.request(), IncomingStreamRequest::Begin(begin) if begin.port() == PORT);
    let pass = match if asks { pass.stream() } else { LimitDecision::End } {
        LimitDecision::Take(pass) => pass,
        // The reason that tells nothing about which implementation refuses.
        LimitDecision::Refuse => {
            return request.reject(End::new_with_reason(EndReason::DONE)).await.is_ok();
        }
        LimitDecision::End => {
            let _ = request.shutdown_circuit();
            return false;
        }
    };
    let Ok(stream) = request.accept(Connected::new_empty()).await else { return true };
    let stream = Box::new(stream);
    arrivals.send(Arrival { stream, pass }).await.is_ok()
}
