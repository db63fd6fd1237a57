//! Digital goods on the order page: files to fetch, and codes.
//!
//! A download is counted by a form, when it is begun; the file itself is a plain GET, which may break
//! off, go on and be repeated until the hour the form opened it for.

use super::{Opened, OrderPageError};
use crate::{
    headers::SandboxPermissions,
    language::Sentence,
    order_text::item,
    page::view,
    pages::{FormRequest, PageRequest},
    refusal::Refusal,
};
use axum::{extract::Path, http::HeaderMap, response::Response};
use shop_core::{
    cart::PricedLine,
    digital::{Access, Digital, DownloadLimits, IssuedCodes, OPEN_HOURS},
    invoice::State,
    kind::Kind,
    order::OrderDetails,
    order_status::HandOut,
    stock::{ReservationStatus, StockKey},
    time::CoarseTime,
};
use shop_db::{DownloadError, OrderRecord};

view! {
    /// Digital goods of an order: files and codes, or why there are none now.
    #[derive(Default)]
    pub(super) struct DigitalView {
        /// Reason why nothing is handed out.
        why: Option<String>,
        /// Files, in the order of the lines.
        files: Vec<FileView>,
        /// Codes that were given.
        codes: Vec<CodesView>,
        /// Sentence about codes that are yet to come.
        owed: Option<String>,
    }
}

view! {
    /// File that was bought.
    struct FileView {
        /// Name of the item.
        name: String,
        /// Line of the order, counted from 0: a field of the form that begins a download.
        line: u32,
        /// Size, such as `2.4 MB`; none if the file is missing.
        size: Option<String>,
        /// Sentence about how often, or until which hour, it can be fetched.
        how: String,
        /// True if a download can be begun.
        begin: bool,
        /// Path of the file, while a download that was begun is open.
        again: Option<String>,
    }
}

view! {
    /// Redeem codes of one item.
    pub(crate) struct CodesView {
        /// Name of the item.
        pub(crate) name: String,
        /// Codes, in the order in which they were given.
        pub(crate) codes: Vec<String>,
    }
}

/// Begins a download, and goes on to the file.
pub(crate) async fn begin(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    request.own_order(form.text("token"))?;
    let opened = super::open(&request).await?;
    let receipt = opened.receipt()?;
    let wanted = form.text("line").parse().ok();
    let Some(wanted) = wanted.and_then(|line| Wanted::of(&request, &opened, &receipt, line)) else {
        return Ok(request.go("/order", []));
    };
    // What cannot be handed out is not counted.
    if request.shop.files.length(wanted.file).await.is_none() {
        return Ok(request.go("/order", []));
    }
    match wanted.access {
        Access::Open { .. } => return Ok(request.go(&wanted.path(), [])),
        Access::UsedUp | Access::Closed { .. } => return Ok(request.go("/order", [])),
        Access::Ready { .. } => {}
    }
    let Wanted { line, now, file, units, .. } = wanted;
    let lookup = opened.keys.lookup();
    let until = now.plus_hours(OPEN_HOURS);
    let begun = request.shop.db.begin_download(&lookup, line, file.most(units), now, until).await;
    match begun {
        Ok(()) => Ok(request.go(&wanted.path(), [])),
        Err(DownloadError::Db(error)) => Err(Refusal::from_error(error).into()),
        // The page says how it stands now.
        Err(_) => Ok(request.go("/order", [])),
    }
}

/// Answers with a file for which a download was begun.
pub(crate) async fn file(
    Path(line): Path<String>,
    headers: HeaderMap,
    request: PageRequest,
) -> Result<Response, OrderPageError> {
    let opened = super::open(&request).await?;
    let receipt = opened.receipt()?;
    let line = line.parse().map_err(|_| Refusal::Kind(Kind::NotFound))?;
    let wanted = Wanted::of(&request, &opened, &receipt, line);
    let Some(Wanted { file, access: Access::Open { .. }, .. }) = wanted else {
        return Ok(request.go("/order", []));
    };
    let answer = request.shop.files.answer(file, &headers).await;
    let mut response = answer.ok_or(Refusal::Kind(Kind::Unavailable))?;
    response.extensions_mut().insert(SandboxPermissions::Downloads);
    Ok(response)
}

/// A line of an open order that is a file.
struct Wanted<'a> {
    line: u32,
    file: &'a DownloadLimits,
    units: u32,
    access: Access,
    now: CoarseTime,
}

impl<'a> Wanted<'a> {
    /// Finds a file of this order; none for another line, or while its payment does not open it.
    fn of(
        request: &PageRequest,
        opened: &Opened,
        receipt: &'a OrderDetails,
        line: u32,
    ) -> Option<Self> {
        let record = &opened.record;
        let at = receipt.bill.lines().get(usize::try_from(line).ok()?)?;
        let Some(Digital::File(file)) = &at.digital else { return None };
        let now = request.hour();
        let paid = opened_by(record, now)?;
        let access = file.access(at.quantity, paid, record.fetched(line), now);
        Some(Self { line, file, units: at.quantity, access, now })
    }

    fn path(&self) -> String {
        path(self.line)
    }
}

fn path(line: u32) -> String {
    format!("/order/file/{line}")
}

/// Returns the hour of the block that paid, if what was bought is open.
fn opened_by(record: &OrderRecord, now: CoarseTime) -> Option<CoarseTime> {
    let paid = super::paid_in(&record.invoice, &record.transfers)?;
    record.status(now).downloads_open().then_some(paid.time)
}

/// Builds the card, for a template: files, codes, or why there are none now.
/// There is none for an order of which all is sent.
pub(super) async fn view(
    request: &PageRequest,
    opened: &Opened,
    receipt: &OrderDetails,
) -> Option<DigitalView> {
    let lines = receipt.bill.lines();
    if lines.iter().all(|line| line.digital.is_none()) {
        return None;
    }
    if opened_by(&opened.record, request.hour()).is_none() {
        let why = closed(&opened.record, request.hour())?;
        return Some(DigitalView { why: Some(request.say(&why)), ..DigitalView::default() });
    }
    let mut files = Vec::new();
    for (number, line) in (0..).zip(lines) {
        if let Some(wanted) = Wanted::of(request, opened, receipt, number) {
            let length = request.shop.files.length(wanted.file).await;
            files.push(shown(request, line, &wanted, length));
        }
    }
    let given = given(opened);
    let owed = lines.iter().any(|line| {
        matches!(line.digital, Some(Digital::Codes { .. }))
            && !given.iter().any(|given| is_of(given, line))
    });
    Some(DigitalView {
        why: None,
        files,
        codes: codes(request, lines, &given),
        owed: owed.then(|| request.say(&Sentence::new("digital-owed"))),
    })
}

/// Returns the reason why nothing is handed out; none where the rest of the page says it.
fn closed(record: &OrderRecord, now: CoarseTime) -> Option<Sentence> {
    let facts = &record.facts;
    if facts.on_chain.put_away.is_some() {
        return None;
    }
    if facts.on_chain.is_checked {
        return Some(Sentence::new("digital-checked"));
    }
    if facts.events.refunded {
        return Some(Sentence::new("digital-refunded"));
    }
    match record.invoice.state() {
        _ if facts.reservation_status == ReservationStatus::Backordered => None,
        _ if record.status(now).hand_out == HandOut::AwaitsSeller => {
            Some(Sentence::new("digital-waits"))
        }
        State::Awaiting
        | State::Seen { .. }
        | State::Confirming { .. }
        | State::Underpaid { .. } => Some(Sentence::new("digital-soon")),
        State::Late { .. } => Some(Sentence::new("digital-late")),
        State::Reversed { .. } => Some(Sentence::new("digital-reversed")),
        _ => None,
    }
}

fn shown(
    request: &PageRequest,
    line: &PricedLine,
    wanted: &Wanted<'_>,
    length: Option<u64>,
) -> FileView {
    let access = length.map(|_| wanted.access);
    let how = match access {
        None => Sentence::new("digital-gone"),
        Some(Access::Ready { left, closes }) => {
            Sentence::new("digital-left").with("left", left).with("closes", closes)
        }
        Some(Access::Open { until, .. }) => Sentence::new("digital-open").with("until", until),
        Some(Access::UsedUp) => Sentence::new("digital-used-up"),
        Some(Access::Closed { since }) => Sentence::new("digital-closed").with("since", since),
    };
    FileView {
        name: item::full(request.voice(), line),
        line: wanted.line,
        size: length.map(|length| request.reader.words().size(length)),
        how: request.say(&how),
        begin: matches!(access, Some(Access::Ready { .. })),
        again: matches!(access, Some(Access::Open { .. })).then(|| wanted.path()),
    }
}

/// Opens the codes the order was given. Letters of another order code are left out.
fn given(opened: &Opened) -> Vec<IssuedCodes> {
    let open = |sealed: &Vec<u8>| {
        let plain = opened.keys.open_letter(opened.record.id, sealed)?;
        IssuedCodes::from_bytes(&plain)
    };
    opened.record.given.iter().filter_map(open).collect()
}

fn is_of(given: &IssuedCodes, line: &PricedLine) -> bool {
    let of_variant = line.option.as_deref().map(|name| StockKey::variant(&line.product, name));
    given.key == StockKey::product(&line.product) || Some(&given.key) == of_variant.as_ref()
}

/// Builds the codes for a template, each with the name of its item.
fn codes(request: &PageRequest, lines: &[PricedLine], given: &[IssuedCodes]) -> Vec<CodesView> {
    let view = |given: &IssuedCodes| CodesView {
        name: of_what(request, lines, given),
        codes: given.codes.clone(),
    };
    given.iter().map(view).collect()
}

/// Returns the name of what these codes are for, as the order names it.
fn of_what(request: &PageRequest, lines: &[PricedLine], given: &IssuedCodes) -> String {
    match lines.iter().find(|line| line.digital.is_some() && is_of(given, line)) {
        // One list for every choice: which code is of which choice is not said.
        Some(line) if given.key == StockKey::product(&line.product) => line.name.clone(),
        Some(line) => item::full(request.voice(), line),
        None => String::new(),
    }
}

/// Returns true if there is something to be handed out now, which ends with the order.
pub(super) fn is_open(request: &PageRequest, opened: &Opened) -> bool {
    let receipt = opened.receipt();
    let any =
        |receipt: &OrderDetails| receipt.bill.lines().iter().any(|line| line.digital.is_some());
    let is_open = opened_by(&opened.record, request.hour()).is_some();
    is_open && receipt.is_ok_and(|receipt| any(&receipt))
}

/// Returns the codes to be kept with a receipt; none while nothing is handed out.
pub(crate) fn for_receipt(
    request: &PageRequest,
    opened: &Opened,
    receipt: &OrderDetails,
) -> Vec<CodesView> {
    if opened_by(&opened.record, request.hour()).is_none() {
        return Vec::new();
    }
    codes(request, receipt.bill.lines(), &given(opened))
}
