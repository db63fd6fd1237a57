//! Answers of the XML API.

use super::{
    RawEvent, country, events,
    json::THROTTLE_WORDS,
    xml_tree::{Element, read},
};
use crate::{
    carrier::CarrierError,
    name::CarrierName,
    number::Number,
    snapshot::{Found, MOST_EVENTS, Snapshot},
};

/// Reads the details of a parcel, or the messages that come instead.
///
/// # Errors
/// [`CarrierError`], as the messages say.
pub fn parse(body: &[u8], number: &Number) -> Result<Snapshot, CarrierError> {
    let root = read(body)?;
    match root.name.as_str() {
        "tracking-detail" => details(&root, body, number),
        "messages" => messages(&root, body),
        _ => Err(CarrierError::Malformed),
    }
}

fn details(root: &Element, body: &[u8], number: &Number) -> Result<Snapshot, CarrierError> {
    let pin = root.text_of("pin").ok_or(CarrierError::Malformed)?;
    if Number::parse(CarrierName::CanadaPost, &pin).as_ref() != Ok(number) {
        return Err(CarrierError::WrongParcel);
    }
    let found = match (flag(root, "active-exists")?, flag(root, "archive-exists")?) {
        (true, _) => Found::Active,
        (false, true) => Found::Archived,
        (false, false) => return Ok(Snapshot::not_found(body.to_vec())),
    };
    let occurrences = root.all("significant-events").flat_map(|list| list.all("occurrence"));
    let raw: Vec<RawEvent> = occurrences.map(raw_event).take(MOST_EVENTS + 1).collect();
    if raw.len() > MOST_EVENTS {
        return Err(CarrierError::Malformed);
    }
    let dest_postal = root.text_of("destination-postal-id");
    let refs = [root.text_of("customer-ref-1"), root.text_of("customer-ref-2")];
    let is_signed = flag(root, "signature-image-exists").unwrap_or(false)
        && !flag(root, "suppress-signature").unwrap_or(true);
    Ok(Snapshot {
        found,
        dest_country: country(dest_postal.as_deref()),
        dest_postal,
        refs: refs.into_iter().flatten().collect(),
        signed: is_signed,
        events: events(&raw),
        ..Snapshot::not_found(body.to_vec())
    })
}

fn flag(root: &Element, name: &str) -> Result<bool, CarrierError> {
    match root.text_of(name).as_deref() {
        Some("1" | "true") => Ok(true),
        Some("0" | "false") => Ok(false),
        _ => Err(CarrierError::Malformed),
    }
}

fn raw_event(occurrence: &Element) -> RawEvent {
    let text = |name: &str| occurrence.text_of(name).unwrap_or_default();
    RawEvent {
        code: text("event-identifier"),
        date: text("event-date"),
        time: text("event-time"),
        zone: text("event-time-zone"),
        text: text("event-description"),
    }
}

/// Says what messages mean: no such parcel, or an error.
fn messages(root: &Element, body: &[u8]) -> Result<Snapshot, CarrierError> {
    let mut is_unknown_pin = false;
    for message in root.all("message") {
        let code = message.text_of("code").unwrap_or_default();
        let words = message.text_of("description").unwrap_or_default().to_lowercase();
        if THROTTLE_WORDS.iter().any(|word| words.contains(word)) {
            return Err(CarrierError::Throttled { retry_after: None });
        }
        match code.as_str() {
            "004" | "4" | "007" | "7" => is_unknown_pin = true,
            "E002" => return Err(CarrierError::AccountRefused),
            _ if code.starts_with("AA") => return Err(CarrierError::AccountRefused),
            "Server" => return Err(CarrierError::Unavailable(200)),
            _ => {}
        }
    }
    if is_unknown_pin {
        Ok(Snapshot::not_found(body.to_vec()))
    } else {
        Err(CarrierError::Refused(200))
    }
}
