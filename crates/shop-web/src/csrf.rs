//! Check that a POST is the buyer's own.

use crate::client::Ingress;
use axum::http::{HeaderMap, HeaderValue, header};

/// Returns true if a POST comes from a page of this shop.
///
/// The browser says so in `Sec-Fetch-Site`, or, if it does not send that, in `Origin`. An `Origin`
/// that is not ours (`null` above all) is refused whatever the other header says.
pub(crate) fn is_own(headers: &HeaderMap, door: Ingress, host: &str) -> bool {
    let ours = format!("{}://{host}", door.scheme());
    let origin = match single(headers, header::ORIGIN) {
        Single::None => None,
        Single::One(origin) => Some(origin.as_bytes() == ours.as_bytes()),
        Single::Many => return false,
    };
    match (single(headers, "sec-fetch-site"), origin) {
        (Single::Many, _) | (_, Some(false)) => false,
        (Single::One(site), _) => site.as_bytes() == b"same-origin",
        (Single::None, origin) => origin == Some(true),
    }
}

enum Single<'a> {
    None,
    One(&'a HeaderValue),
    Many,
}

fn single(headers: &HeaderMap, name: impl header::AsHeaderName) -> Single<'_> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Single::None,
        (Some(one), None) => Single::One(one),
        (Some(_), Some(_)) => Single::Many,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(pairs: &[(&'static str, &'static str)]) -> bool {
        own_at(Ingress::Onion, "shop.onion", pairs)
    }

    fn own_at(door: Ingress, host: &str, pairs: &[(&'static str, &'static str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        is_own(&headers, door, host)
    }

    #[test]
    fn origin_on_the_clear_web_is_https() {
        let own = |origin| own_at(Ingress::Clear, "shop.example", &[("origin", origin)]);
        assert!(own("https://shop.example"));
        for refused in ["http://shop.example", "https://shop.example:8443", "http://shop.onion"] {
            assert!(!own(refused), "{refused}");
        }
    }

    #[test]
    fn only_our_own_pages_may_post() {
        let site = "sec-fetch-site";
        let origin = "origin";
        let ours = "http://shop.onion";
        assert!(own(&[(site, "same-origin")]));
        assert!(own(&[(site, "same-origin"), (origin, ours)]));
        assert!(own(&[(origin, ours)]));
        for refused in [
            &[][..],
            &[(origin, "null")],
            &[(origin, "https://shop.onion")],
            &[(origin, "http://shop.onion.example")],
            &[(origin, ours), (origin, ours)],
            &[(site, "same-origin"), (origin, "null")],
            &[(site, "same-origin"), (site, "same-origin")],
            &[(site, "cross-site"), (origin, ours)],
            &[(site, "same-site"), (origin, ours)],
            &[(site, "none"), (origin, ours)],
        ] {
            assert!(!own(refused), "{refused:?}");
        }
    }
}
