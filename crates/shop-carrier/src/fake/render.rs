//! Parcels in the words of real carriers.

use super::{Fault, Parcel, parcel::Scanned};
use serde_json::{Value, json};
use shop_core::time::UnixTime;
use std::fmt::Write;

/// Form in which a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    CanadaPostJson,
    CanadaPostXml,
    Usps,
}

/// Status, media type and body of an answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) media_type: &'static str,
    pub(super) body: String,
}

const XML: &str = "application/vnd.cpc.track-v2+xml;charset=UTF-8";
const JSON: &str = "application/json";

/// Eastern time, which Canada Post's events are told in.
const EASTERN: u64 = 5 * 3_600;

/// Returns the answer about a parcel, or that there is none.
pub(super) fn parcel(dialect: Dialect, number: &str, parcel: Option<&Parcel>, now: u64) -> Reply {
    let Some(parcel) = parcel else { return not_found(dialect) };
    let seen = parcel.seen(now);
    match dialect {
        Dialect::CanadaPostJson => reply(JSON, canada_post_json(number, parcel, &seen).to_string()),
        Dialect::CanadaPostXml => reply(XML, canada_post_xml(number, parcel, &seen)),
        Dialect::Usps => reply(JSON, usps(number, parcel, &seen).to_string()),
    }
}

fn reply(media_type: &'static str, body: String) -> Reply {
    Reply { status: 200, media_type, body }
}

fn not_found(dialect: Dialect) -> Reply {
    match dialect {
        Dialect::CanadaPostJson => refusal(404, "Not Found", "004", "No Pin History"),
        Dialect::CanadaPostXml => messages(404, "004", "No Pin History"),
        Dialect::Usps => usps_refusal(404, "-2147219283", "A status update is not yet available."),
    }
}

/// Returns the answer to a request that fails; none for silence.
pub(super) fn fault(dialect: Dialect, fault: Fault) -> Option<Reply> {
    let throttled = "Rejected by SLM Monitor";
    Some(match (fault, dialect) {
        (Fault::Silent, _) => return None,
        (Fault::Throttled, Dialect::CanadaPostJson) => gateway(429, "Too Many Requests"),
        (Fault::Throttled, Dialect::CanadaPostXml) => messages(500, "Server", throttled),
        (Fault::Throttled, Dialect::Usps) => usps_refusal(429, "429", "Too Many Requests"),
        (Fault::TokenEnded | Fault::AccountRefused, Dialect::CanadaPostXml) => {
            messages(401, "E002", "AAA Authentication Failure")
        }
        (Fault::TokenEnded | Fault::AccountRefused, Dialect::CanadaPostJson) => {
            gateway(401, "Unauthorized")
        }
        (Fault::TokenEnded | Fault::AccountRefused, Dialect::Usps) => {
            usps_refusal(401, "401", "Unauthorized")
        }
        (Fault::Unavailable, Dialect::CanadaPostXml) => messages(503, "Server", "Unavailable"),
        (Fault::Unavailable, Dialect::CanadaPostJson) => {
            refusal(503, "Service Unavailable", "9999", "Try again")
        }
        (Fault::Unavailable, Dialect::Usps) => usps_refusal(503, "503", "Service Unavailable"),
        (Fault::GatewayPage, _) => reply("text/html", "<html><p>Scheduled work<br></html>".into()),
        (Fault::Huge, Dialect::CanadaPostXml) => {
            reply(XML, format!("<tracking-detail><pin>{}", "1".repeat(2 << 20)))
        }
        (Fault::Huge, _) => reply(JSON, format!("{{\"pin\":\"{}\"}}", "1".repeat(2 << 20))),
        (Fault::Deep, Dialect::CanadaPostXml) => reply(XML, "<a>".repeat(10_000)),
        (Fault::Deep, _) => reply(JSON, format!("{{\"x\":{}", "[".repeat(10_000))),
        (Fault::EntityBomb, _) => reply(XML, entity_bomb()),
        (Fault::CutOff, Dialect::CanadaPostXml) => reply(XML, "<tracking-detail><pin>00".into()),
        (Fault::CutOff, _) => reply(JSON, "{\"pin\":\"00".into()),
        (Fault::OtherParcel, _) => {
            let other = match dialect {
                Dialect::Usps => "9405803699300124287899",
                _ => "1234567890123452",
            };
            parcel(dialect, other, Some(&Parcel::default()), 0)
        }
    })
}

fn entity_bomb() -> String {
    let mut bomb = String::from("<!DOCTYPE a [<!ENTITY e0 \"ha\">");
    for level in 1..30 {
        let _ = write!(bomb, "<!ENTITY e{level} \"&e{0};&e{0};\">", level - 1);
    }
    bomb.push_str("]><tracking-detail><pin>&e29;</pin></tracking-detail>");
    bomb
}

/// Returns an error of Canada Post's JSON API.
pub(super) fn refusal(status: u16, title: &str, code: &str, message: &str) -> Reply {
    let errors = json!([{ "errorCode": code, "message": message }]);
    let body = json!({ "title": title, "detail": message, "errors": errors });
    Reply { status, media_type: JSON, body: body.to_string() }
}

/// Returns an error of the gateway before Canada Post's JSON API.
pub(super) fn gateway(status: u16, message: &str) -> Reply {
    let code = status.to_string();
    let body = json!({ "httpCode": code, "httpMessage": message, "moreInformation": "" });
    Reply { status, media_type: JSON, body: body.to_string() }
}

/// Returns messages of Canada Post's XML API.
pub(super) fn messages(status: u16, code: &str, words: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <messages xmlns=\"http://www.canadapost.ca/ws/messages\"><message>\
         <code>{code}</code><description>{words}</description></message></messages>"
    );
    Reply { status, media_type: XML, body }
}

/// Returns an error of USPS.
pub(super) fn usps_refusal(status: u16, code: &str, message: &str) -> Reply {
    let error = json!({ "status": status.to_string(), "code": code, "title": message });
    let error = json!({ "code": code, "message": message, "errors": [error] });
    let body = json!({ "apiVersion": "/tracking/v3", "error": error });
    Reply { status, media_type: JSON, body: body.to_string() }
}

fn canada_post_json(number: &str, parcel: &Parcel, seen: &[Scanned]) -> Value {
    let event = |scanned: &Scanned| {
        let words = scanned.scan.canada_post();
        let (date, time) = wall_time(scanned.at.saturating_sub(EASTERN));
        json!({
            "eventIdentifier": words.code, "eventDate": date, "eventTime": time,
            "eventTimeZone": if parcel.zoneless { "" } else { "EST" },
            "eventDescription": words.text, "eventSite": "OTTAWA", "eventProvince": "ON",
        })
    };
    json!({
        "pin": number,
        "activeExists": !parcel.archived,
        "archiveExists": parcel.archived,
        "signatureImageExists": parcel.signed,
        "suppressSignature": false,
        "destinationPostalId": parcel.postal,
        "serviceName": "Expedited Parcel",
        "customerRef1": parcel.refs.first(),
        "customerRef2": parcel.refs.get(1),
        "deliveryOptions": [],
        "significantEvents": seen.iter().map(event).collect::<Vec<_>>(),
    })
}

fn canada_post_xml(number: &str, parcel: &Parcel, seen: &[Scanned]) -> String {
    let mut events = String::new();
    for scanned in seen {
        let words = scanned.scan.canada_post();
        let (date, time) = wall_time(scanned.at.saturating_sub(EASTERN));
        let zone = if parcel.zoneless { "" } else { "EST" };
        let text = words.text.replace('\'', "&apos;");
        let _ = write!(
            events,
            "<occurrence><event-identifier>{}</event-identifier><event-date>{date}</event-date>\
             <event-time>{time}</event-time><event-time-zone>{zone}</event-time-zone>\
             <event-description>{text}</event-description><event-site>OTTAWA</event-site>\
             </occurrence>",
            words.code
        );
    }
    let reference = |place: usize| parcel.refs.get(place).map_or("", String::as_str);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <tracking-detail xmlns=\"http://www.canadapost.ca/ws/track\"><pin>{number}</pin>\
         <active-exists>{}</active-exists><archive-exists>{}</archive-exists>\
         <destination-postal-id>{}</destination-postal-id><expected-delivery-date/>\
         <customer-ref-1>{}</customer-ref-1><customer-ref-2>{}</customer-ref-2><return-pin/>\
         <signature-image-exists>{}</signature-image-exists>\
         <suppress-signature>false</suppress-signature>\
         <significant-events>{events}</significant-events></tracking-detail>",
        u8::from(!parcel.archived),
        u8::from(parcel.archived),
        parcel.postal,
        reference(0),
        reference(1),
        parcel.signed
    )
}

fn usps(number: &str, parcel: &Parcel, seen: &[Scanned]) -> Value {
    let event = |scanned: &Scanned| {
        let words = scanned.scan.usps()?;
        let (date, time) = wall_time(scanned.at);
        let utc = (!parcel.zoneless).then(|| format!("{date}T{time}Z"));
        Some(json!({
            "eventType": words.text, "eventCode": words.code, "authorizedAgent": "false",
            "eventTimestamp": format!("{date}T{time}"), "eventCountry": null,
            "GMTTimestamp": utc, "GMTOffset": utc.as_ref().map(|_| "+00:00"),
        }))
    };
    json!({
        "trackingNumber": number,
        "destinationZIP": parcel.postal,
        "statusCategory": "In Transit",
        "trackingEvents": seen.iter().filter_map(event).collect::<Vec<_>>(),
    })
}

/// Returns date and time of day, as a clock shows them where it is as late as in Greenwich.
fn wall_time(at: u64) -> (String, String) {
    let (year, month, day) = UnixTime(at).coarse().date();
    let second = at % 86_400;
    (
        format!("{year:04}-{month:02}-{day:02}"),
        format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60),
    )
}
