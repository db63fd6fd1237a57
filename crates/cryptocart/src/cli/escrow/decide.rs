//! The next step towards what the seller wants, from what the chain says now.
//!
//! That somebody else has done it already is success.

use super::{chain::Reading, order};
use crate::{
    error::CliError,
    escrow::{
        published::{agreed_deadline, taken},
        sending::{due_call, ether},
    },
};
use shop_chain::ethereum::escrow::{Call, Proof, attest_call, checksum, extend_call};
use shop_core::{
    escrow::{
        Action, Closing, Ending, EscrowState, Party, Signature, SignedExtension, SignedReport,
        Statement, Tracking, outlook,
    },
    kind::Kind,
    time::UnixTime,
};
use zeroize::Zeroizing;

/// The seller's wish.
pub(super) enum Wish {
    /// Commit to a parcel.
    Ship(Tracking),
    /// Send everything back.
    Refund,
    /// Report the delivery with these signatures.
    Report(Vec<SignedReport>),
    /// Move the deadline for the delivery with these signatures.
    Extend(Vec<SignedExtension>),
    /// Call the arbiter.
    Dispute,
    /// Bring about the ending that pays the seller.
    Finalize,
    /// Be paid with the buyer's secret or signature.
    Release(ReleaseProof),
    /// Have paid out what is left.
    Pull,
}

/// The buyer's word that the seller is to be paid.
pub(super) enum ReleaseProof {
    /// The release secret.
    Secret(Zeroizing<Vec<u8>>),
    /// A signature by the buyer's key.
    Signature(Signature),
}

/// Next step.
pub(super) enum Step {
    /// Nothing is left to do.
    Done(String),
    /// This call is to be sent.
    Send(Vec<u8>),
}

impl Wish {
    /// Returns its name, as records and files have it.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Ship(_) => "ship",
            Self::Refund => "refund",
            Self::Report(_) => "report",
            Self::Extend(_) => "extend",
            Self::Dispute => "dispute",
            Self::Finalize => "finalize",
            Self::Release(_) => "release",
            Self::Pull => "pull",
        }
    }

    /// Decides what to do.
    ///
    /// # Errors
    /// It is not possible: why, and what to do instead.
    pub(super) fn step(&self, statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
        match self {
            Self::Ship(tracking) => ship(*tracking, statement, reading),
            Self::Refund => refund(statement, reading),
            Self::Report(reports) => report(reports, statement, reading),
            Self::Extend(signed) => extend(signed, statement, reading),
            Self::Dispute => dispute(statement, reading),
            Self::Finalize => finalize(statement, reading),
            Self::Release(proof) => release(proof, statement, reading),
            Self::Pull => pull(statement, reading),
        }
    }
}

fn ship(tracking: Tracking, statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
    let terms = &statement.terms;
    if let Some(parcel) = reading.state.parcel() {
        if parcel.tracking == tracking {
            return Ok(Step::Done("the contract knows of this parcel".into()));
        }
        return Err(CliError::new(Kind::Denied, "the contract knows of another parcel").hint(
            "somebody who has your operator key shipped it, or a copy of this home did. If you did \
             not: refund the order, and make a new operator key",
        ));
    }
    if reading.state.is_closed() {
        return Err(ended(reading).hint("do not send the parcel"));
    }
    if reading.balance < terms.price || reading.settled < terms.price {
        let has = order::price(statement, reading.settled);
        let price = order::price(statement, terms.price);
        let what = format!("the money is not there yet: {has} of {price}");
        return Err(CliError::new(Kind::Unpaid, what).hint(
            "do not send the parcel. A payment counts after some blocks (`confirmations` in escrow.toml)",
        ));
    }
    if reading.now.time > terms.ship_by {
        let what = format!("the deadline for shipping has passed ({})", date(terms.ship_by));
        return Err(CliError::new(Kind::Expired, what).hint(
            "do not send the parcel: the money goes back. cryptocart escrow refund does it now",
        ));
    }
    Ok(Step::Send(Call::Ship(tracking, None).encode(terms)))
}

fn refund(statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
    let terms = &statement.terms;
    if !reading.state.is_closed() {
        return Ok(Step::Send(Call::Refund(None).encode(terms)));
    }
    let to = checksum(terms.refund_to);
    let hint = format!("pay the buyer back from your own wallet, to {to}");
    after_the_end(reading, |closing| closing.to_seller == 0, &hint)
}

/// Says if a closed order ended as it was wanted.
fn after_the_end(
    reading: &Reading,
    is_wanted: impl Fn(&Closing) -> bool,
    otherwise: &str,
) -> Result<Step, CliError> {
    match &reading.closing {
        Some(closing) if is_wanted(closing) => Ok(Step::Done(ended_words(reading))),
        Some(_) => Err(ended(reading).hint(otherwise)),
        None => Err(CliError::new(Kind::Unavailable, ended_words(reading))
            .hint("ask another node with --node, or look at the addresses in the statement")),
    }
}

fn report(
    reports: &[SignedReport],
    statement: &Statement,
    reading: &Reading,
) -> Result<Step, CliError> {
    let is_reported = matches!(
        reading.state,
        EscrowState::Delivered { .. } | EscrowState::DisputedDelivered { .. }
    );
    if is_reported {
        return Ok(Step::Done("the delivery has been reported".into()));
    }
    if reading.state.is_closed() {
        return Err(ended(reading));
    }
    if matches!(reading.state, EscrowState::Open) {
        return Err(CliError::input("nothing was shipped: there is no delivery to report"));
    }
    let outlook = outlook(&reading.situation(&statement.terms));
    if !outlook.allowed.iter().any(|one| one.action == Action::Attest) {
        return Err(CliError::new(Kind::Expired, "the deadline for deliveries has passed"));
    }
    let parcel = reading.state.parcel();
    let reports = parcel.map(|parcel| taken(statement, parcel, reading.now.time, reports));
    let call = attest_call(&statement.terms, &statement.attestors, &reports.unwrap_or_default());
    call.map(Step::Send).map_err(|error| {
        CliError::new(Kind::Unavailable, error.to_string()).hint(
            "a carrier's word has to stand for 48 hours before it is signed: try again tomorrow",
        )
    })
}

fn extend(
    signed: &[SignedExtension],
    statement: &Statement,
    reading: &Reading,
) -> Result<Step, CliError> {
    let terms = &statement.terms;
    match reading.state {
        EscrowState::Shipped { until, .. } if until > terms.deliver_by => {
            return Ok(Step::Done(format!("the deadline was moved to {}", date(until))));
        }
        EscrowState::Shipped { .. } => {}
        EscrowState::Closed(_) => return Err(ended(reading)),
        EscrowState::Open => {
            return Err(CliError::input("nothing was shipped: there is no deadline to move"));
        }
        _ => {
            return Err(CliError::input(
                "the delivery was reported or is disputed: its deadline counts no more",
            ));
        }
    }
    let outlook = outlook(&reading.situation(terms));
    if !outlook.allowed.iter().any(|one| one.action == Action::Extend) {
        return Err(CliError::new(Kind::Expired, "the deadline for deliveries has passed")
            .hint("the money goes back to the buyer"));
    }
    // Without one that enough have signed, the call says how many are missing.
    let until = agreed_deadline(statement, signed);
    let until = until.or_else(|| signed.iter().map(|one| one.until).max());
    let until = until.unwrap_or(terms.deliver_by);
    let call = extend_call(terms, &statement.attestors, until, signed);
    call.map(Step::Send).map_err(|error| {
        CliError::new(Kind::Unavailable, format!("{error} a later deadline")).hint(
            "enough of them must sign the same date. Ask their operators, or call the arbiter before \
             the deadline: cryptocart escrow dispute",
        )
    })
}

fn dispute(statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
    let terms = &statement.terms;
    let is_disputed = matches!(
        reading.state,
        EscrowState::Disputed { .. } | EscrowState::DisputedDelivered { .. }
    );
    if is_disputed {
        return Ok(Step::Done("the arbiter has been called".into()));
    }
    if terms.arbiter.is_none() {
        return Err(CliError::input("this order has no arbiter, so there are no disputes"));
    }
    if is_allowed(statement, reading, Action::Dispute) {
        let by = terms.operator;
        return Ok(Step::Send(Call::Dispute { by, signature: None }.encode(terms)));
    }
    Err(match reading.state {
        EscrowState::Closed(_) => ended(reading),
        EscrowState::Open => CliError::input("nothing was shipped: there is nothing to dispute"),
        EscrowState::Delivered { .. } => CliError::input(
            "the delivery was reported, so only the buyer or the arbiter can dispute",
        )
        .hint("you are paid when the time to object has passed"),
        _ => CliError::new(Kind::Expired, "the deadline for deliveries has passed")
            .hint("the money goes back to the buyer"),
    })
}

fn finalize(statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
    let terms = &statement.terms;
    if reading.state.is_closed() {
        let otherwise = "the money went back to the buyer";
        return after_the_end(reading, |closing| closing.to_seller > 0, otherwise);
    }
    let Some(next) = outlook(&reading.situation(terms)).next else {
        return Err(ended(reading));
    };
    if !next.reason.pays_seller() {
        let what = "this order does not pay you now: no delivery was reported";
        return Err(CliError::input(what).hint("see what comes next: cryptocart escrow status"));
    }
    if !next.is_due {
        let what = format!("you can be paid from {} on", date(next.from));
        return Err(
            CliError::new(Kind::Busy, what).hint("run this again then, or let an attestor do it")
        );
    }
    Ok(Step::Send(due_call(terms, next.call)))
}

fn release(
    proof: &ReleaseProof,
    statement: &Statement,
    reading: &Reading,
) -> Result<Step, CliError> {
    if reading.state.is_closed() {
        let otherwise = "the money went back to the buyer";
        return after_the_end(reading, |closing| closing.to_seller > 0, otherwise);
    }
    let proof = match proof {
        ReleaseProof::Secret(secret) => Proof::Secret(secret),
        ReleaseProof::Signature(signature) => Proof::Signature(*signature),
    };
    Ok(Step::Send(Call::Release(proof).encode(&statement.terms)))
}

fn pull(statement: &Statement, reading: &Reading) -> Result<Step, CliError> {
    let terms = &statement.terms;
    let token = terms.token;
    if !reading.state.is_closed() {
        return Err(CliError::input("the order has not ended: its money waits in the contract")
            .hint("see what comes next: cryptocart escrow status"));
    }
    if reading.owed_seller > 0 {
        let payee = terms.seller;
        return Ok(Step::Send(Call::Pull { token, payee, to: payee }.encode(terms)));
    }
    if reading.balance > reading.owed_others {
        return Ok(Step::Send(Call::Sweep { token }.encode(terms)));
    }
    Ok(Step::Done("nothing is left that you could have paid out".into()))
}

fn is_allowed(statement: &Statement, reading: &Reading, action: Action) -> bool {
    let outlook = outlook(&reading.situation(&statement.terms));
    outlook.allowed.iter().any(|one| one.party == Party::Operator && one.action == action)
}

fn ended(reading: &Reading) -> CliError {
    CliError::new(Kind::Expired, ended_words(reading))
}

/// Says how an order ended.
pub(super) fn ended_words(reading: &Reading) -> String {
    let Some(closing) = &reading.closing else {
        return "the order has ended (the nodes do not tell how)".into();
    };
    let Closing { ending, to_seller, to_buyer, .. } = closing;
    let why = match ending {
        Ending::Expired => "a deadline passed",
        Ending::Finalized => "delivered, and nobody objected",
        Ending::Ruled => "the arbiter ruled",
        Ending::ArbiterSilent => "the arbiter did not rule in time",
        Ending::Released => "the buyer released the money",
        Ending::Refunded => "refunded by the seller",
    };
    format!(
        "the order has ended: {why}; {} for you, {} for the buyer",
        ether(*to_seller),
        ether(*to_buyer)
    )
}

/// Returns a time in UTC, to the minute.
pub(super) fn date(time: UnixTime) -> String {
    let (year, month, day) = time.coarse().date();
    let minutes = time.0 / 60;
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", minutes / 60 % 24, minutes % 60)
}
