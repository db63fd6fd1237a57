//! Answers of the JSON API.

use super::{RawEvent, country, events};
use crate::{
    carrier::CarrierError,
    name::CarrierName,
    number::Number,
    snapshot::{Found, MOST_EVENTS, Snapshot, filled},
};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Details of a parcel. Fields that are not used are not read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    pin: String,
    active_exists: bool,
    archive_exists: bool,
    signature_image_exists: bool,
    suppress_signature: bool,
    #[serde(default, deserialize_with = "text")]
    destination_postal_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    customer_ref1: Option<String>,
    #[serde(default, deserialize_with = "text")]
    customer_ref2: Option<String>,
    #[serde(default)]
    significant_events: Option<Vec<JsonEvent>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonEvent {
    #[serde(default, deserialize_with = "text")]
    event_identifier: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_date: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_time: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_time_zone: Option<String>,
    #[serde(default, deserialize_with = "text")]
    event_description: Option<String>,
}

/// Reads a text, a number or nothing; a code is written as either.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// Reads the details of a parcel.
///
/// # Errors
/// [`CarrierError::Malformed`], or [`CarrierError::WrongParcel`].
pub fn parse(body: &[u8], number: &Number) -> Result<Snapshot, CarrierError> {
    let details: Details = serde_json::from_slice(body).map_err(|_| CarrierError::Malformed)?;
    let told = Number::parse(CarrierName::CanadaPost, &details.pin);
    if told.as_ref() != Ok(number) {
        return Err(CarrierError::WrongParcel);
    }
    let found = match (details.active_exists, details.archive_exists) {
        (true, _) => Found::Active,
        (false, true) => Found::Archived,
        (false, false) => return Ok(Snapshot::not_found(body.to_vec())),
    };
    let told = details.significant_events.unwrap_or_default();
    if told.len() > MOST_EVENTS {
        return Err(CarrierError::Malformed);
    }
    let raw: Vec<RawEvent> = told.into_iter().map(RawEvent::from).collect();
    let dest_postal = filled(details.destination_postal_id);
    let refs = [filled(details.customer_ref1), filled(details.customer_ref2)];
    Ok(Snapshot {
        found,
        dest_country: country(dest_postal.as_deref()),
        dest_postal,
        refs: refs.into_iter().flatten().collect(),
        signed: details.signature_image_exists && !details.suppress_signature,
        events: events(&raw),
        ..Snapshot::not_found(body.to_vec())
    })
}

impl From<JsonEvent> for RawEvent {
    fn from(event: JsonEvent) -> Self {
        Self {
            code: event.event_identifier.unwrap_or_default(),
            date: event.event_date.unwrap_or_default(),
            time: event.event_time.unwrap_or_default(),
            zone: event.event_time_zone.unwrap_or_default(),
            text: event.event_description.unwrap_or_default(),
        }
    }
}

/// Words by which the gateway says that there were too many requests.
pub(super) const THROTTLE_WORDS: [&str; 3] = ["slm monitor", "throttl", "rate limit"];

/// Words of a refusal, in either of its two forms.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Refusal {
    title: Option<String>,
    detail: Option<String>,
    http_message: Option<String>,
    more_information: Option<String>,
    errors: Vec<RefusalCode>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RefusalCode {
    #[serde(deserialize_with = "text")]
    error_code: Option<String>,
    message: Option<String>,
}

/// Meaning of the words of a refusal, beyond that of its status.
pub(super) enum Told {
    NotFound,
    Throttled,
    Nothing,
}

/// Reads the body of an answer with another status than 200.
pub(super) fn told(body: &[u8]) -> Told {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let texts = [refusal.title, refusal.detail, refusal.http_message, refusal.more_information];
    let messages = refusal.errors.iter().filter_map(|error| error.message.clone());
    let mut words = texts.into_iter().flatten().chain(messages).map(|text| text.to_lowercase());
    if words.any(|text| THROTTLE_WORDS.iter().any(|word| text.contains(word))) {
        return Told::Throttled;
    }
    let is_unknown_pin = |error: &RefusalCode| {
        let code = error.error_code.as_deref().unwrap_or_default();
        matches!(code.trim_start_matches('0'), "4" | "7")
    };
    if refusal.errors.iter().any(is_unknown_pin) { Told::NotFound } else { Told::Nothing }
}
