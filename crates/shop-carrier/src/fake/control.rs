//! Orders to the fake carrier over HTTP, for scenarios that run it in another process.
//!
//! `POST /fake/parcels/NUMBER` with a [`Parcel`] as JSON, `POST /fake/faults` with a list of
//! [`Fault`]s, `POST /fake/clock` with the seconds since 1970 that it is to show.

use super::{
    FakePost, Fault, Parcel,
    render::{Reply, gateway},
};
use hyper::Method;

/// Carries an order out, and says so.
pub(super) fn reply(post: &FakePost, method: &Method, path: &str, body: &[u8]) -> Option<Reply> {
    if *method != Method::POST {
        return Some(gateway(405, "Method Not Allowed"));
    }
    let done = match path {
        "faults" => serde_json::from_slice(body)
            .map(|faults: Vec<Fault>| faults.into_iter().for_each(|fault| post.fail_next(fault))),
        "clock" => serde_json::from_slice(body).map(|now: u64| post.set_clock(now)),
        _ => match path.strip_prefix("parcels/") {
            Some(number) => {
                serde_json::from_slice(body).map(|parcel: Parcel| post.put(number, parcel))
            }
            None => return Some(gateway(404, "Not Found")),
        },
    };
    Some(match done {
        Ok(()) => Reply { status: 200, media_type: "application/json", body: "{}\n".to_owned() },
        Err(error) => gateway(400, &error.to_string()),
    })
}
