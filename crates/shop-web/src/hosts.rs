//! Names under which the shop answers.

use crate::client::Ingress;
use axum::http::{HeaderMap, HeaderName, Uri, header};

const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Headers in which reverse proxies write a visitor's address.
/// It must not come to the shop by these: the PROXY line alone has it, and ends outside.
const ADDRESSES: [HeaderName; 4] = [
    header::FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("x-client-ip"),
];

/// The values of the `Host` header that are ours, by door.
/// Anything else is misdirected: a request that reached us under another name comes through a
/// proxy, or probes for who we are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// `<56 characters>.onion`.
    pub onion: Option<String>,
    /// `127.0.0.1:8080`, `localhost:8080`.
    pub preview: Vec<String>,
    /// `shop.example`, or `shop.example:8443` where visitors type a port.
    pub clear: Option<String>,
}

impl Hosts {
    /// Returns our name, as this request calls us; none if it calls somebody else.
    /// The door alone decides which names count: nothing about the other end of the connection
    /// does.
    pub(crate) fn called<'a>(
        &self,
        door: Ingress,
        uri: &Uri,
        headers: &'a HeaderMap,
    ) -> Option<&'a str> {
        // `GET http://other.example/ HTTP/1.1` is how one talks to a proxy.
        if uri.authority().is_some() || headers.contains_key(FORWARDED) {
            return None;
        }
        let mut named = headers.get_all(header::HOST).iter();
        let (host, None) = (named.next()?.to_str().ok()?, named.next()) else { return None };
        let ours = match door {
            Ingress::Onion => self.onion.as_deref() == Some(host),
            Ingress::Preview => self.preview.iter().any(|name| name == host),
            Ingress::Clear => {
                self.clear.as_deref() == Some(host)
                    && !ADDRESSES.iter().any(|name| headers.contains_key(name))
            }
        };
        ours.then_some(host)
    }
}
