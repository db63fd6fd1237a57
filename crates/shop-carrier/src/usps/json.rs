//! Answers of the tracking API.

use super::codes;
use crate::{
    carrier::CarrierError,
    event_time::{WallTime, moments},
    name::CarrierName,
    number::Number,
    snapshot::{Event, Found, MOST_EVENTS, Snapshot, bounded_text, canonical_code, filled},
};
use serde::Deserialize;

/// A parcel. Fields that are not used are not read.
#[derive(Deserialize)]
struct Tracking {
    #[serde(rename = "trackingNumber")]
    number: String,
    #[serde(rename = "destinationZIP", default)]
    zip: Option<String>,
    #[serde(rename = "destinationCountryCode", default)]
    country: Option<String>,
    #[serde(rename = "trackingEvents", default)]
    events: Option<Vec<JsonEvent>>,
}

#[derive(Deserialize)]
struct JsonEvent {
    #[serde(rename = "eventCode", default)]
    code: Option<String>,
    #[serde(rename = "eventType", default)]
    text: Option<String>,
    #[serde(rename = "eventTimestamp", default)]
    wall_time: Option<String>,
    #[serde(rename = "GMTTimestamp", default)]
    utc_time: Option<String>,
    #[serde(rename = "GMTOffset", default)]
    offset: Option<String>,
    #[serde(rename = "authorizedAgent", default)]
    agent: Option<Flag>,
}

/// Truth, which the API writes as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Text(String),
}

impl Flag {
    fn is_true(&self) -> bool {
        match self {
            Self::Bool(is_true) => *is_true,
            Self::Text(text) => text.eq_ignore_ascii_case("true"),
        }
    }
}

/// Reads a parcel. The API says nothing of a signature that a contract could count on.
///
/// # Errors
/// [`CarrierError::Malformed`], or [`CarrierError::WrongParcel`].
pub fn parse(body: &[u8], number: &Number) -> Result<Snapshot, CarrierError> {
    let tracking: Tracking = serde_json::from_slice(body).map_err(|_| CarrierError::Malformed)?;
    let told = Number::parse(CarrierName::Usps, &tracking.number);
    if !told.is_ok_and(|told| told.is_same_parcel(number)) {
        return Err(CarrierError::WrongParcel);
    }
    let told = tracking.events.unwrap_or_default();
    if told.len() > MOST_EVENTS {
        return Err(CarrierError::Malformed);
    }
    let times: Vec<Option<WallTime>> = told.iter().map(JsonEvent::time).collect();
    let events = told.iter().zip(moments(&times)).map(|(event, (at, zone_known))| {
        let code = canonical_code(event.code.as_deref().unwrap_or_default());
        let text = event.text.as_deref().unwrap_or_default();
        let class = codes::class(&code, text, event.agent.as_ref().is_some_and(Flag::is_true));
        Event { code, text: bounded_text(text), class, at, zone_known }
    });
    let dest_postal = filled(tracking.zip);
    let has_zip = dest_postal.is_some();
    let dest_country = filled(tracking.country).or_else(|| has_zip.then(|| "US".to_owned()));
    Ok(Snapshot {
        found: Found::Active,
        dest_country,
        dest_postal,
        events: events.collect(),
        ..Snapshot::not_found(body.to_vec())
    })
}

impl JsonEvent {
    fn time(&self) -> Option<WallTime> {
        let utc = self.utc_time.as_deref().and_then(WallTime::parse_iso);
        utc.or_else(|| {
            let wall = WallTime::parse_iso(self.wall_time.as_deref()?)?;
            Some(wall.with_zone(self.offset.as_deref().unwrap_or_default()))
        })
    }
}
