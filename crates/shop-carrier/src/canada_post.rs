//! Canada Post: the JSON API, and the older XML API for accounts that still have it.

mod codes;
mod json;
mod json_client;
mod xml;
mod xml_client;
mod xml_tree;

pub use json::parse as parse_json;
pub use json_client::{CanadaPost, Paths};
pub use xml::parse as parse_xml;
pub use xml_client::{CanadaPostXml, XML_PATH};

use crate::{
    event_time::{WallTime, moments},
    snapshot::{Event, bounded_text, canonical_code},
};

/// One event as either API tells it.
#[derive(Default)]
struct RawEvent {
    code: String,
    date: String,
    time: String,
    zone: String,
    text: String,
}

/// Returns events with their classes and times, in the same order.
fn events(raw: &[RawEvent]) -> Vec<Event> {
    let wall_time = |event: &RawEvent| WallTime::parse(&event.date, &event.time, &event.zone);
    let times: Vec<Option<WallTime>> = raw.iter().map(wall_time).collect();
    let told = raw.iter().zip(moments(&times));
    told.map(|(event, (at, zone_known))| {
        let code = canonical_code(&event.code);
        let class = codes::class(&code, &event.text);
        Event { code, text: bounded_text(&event.text), class, at, zone_known }
    })
    .collect()
}

/// Returns the country of a destination whose postal code begins as Canadian ones do.
fn country(postal: Option<&str>) -> Option<String> {
    let postal: Vec<u8> = postal?.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let is_letter = |place: usize| postal.get(place).is_some_and(u8::is_ascii_alphabetic);
    let is_digit = |place: usize| postal.get(place).is_some_and(u8::is_ascii_digit);
    let is_area = is_letter(0) && is_digit(1) && is_letter(2);
    let is_whole = postal.len() == 6 && is_digit(3) && is_letter(4) && is_digit(5);
    (is_area && (postal.len() == 3 || is_whole)).then(|| "CA".to_owned())
}
