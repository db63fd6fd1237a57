//! Clear web: the shop under a name of its own, with TLS, as well as its onion address.
//!
//! A reverse proxy on the seller's machine ends the TLS. Answers over this door say two things more
//! than others: that the name is to be visited with TLS alone, and where Tor Browser finds the same
//! page as an onion service. Visitors of the other doors see neither header.

use crate::{
    client::{ClientInfo, Ingress},
    guard::LONGEST_ADDRESS,
    hosts::Hosts,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri, header};

/// A year. Other names below this one are not the shop's, and so are left out.
const STRICT_TRANSPORT: HeaderValue = HeaderValue::from_static("max-age=31536000");

const ONION_LOCATION: HeaderName = HeaderName::from_static("onion-location");

/// Headers that an answer over this door has in addition to the frozen set.
#[derive(Debug)]
pub(crate) struct ClearWebHeaders {
    /// Address of the same page at the onion service, if there is one.
    onion_location: Option<HeaderValue>,
}

impl ClearWebHeaders {
    /// Returns the headers for the answer to a request; none for other doors, and for requests
    /// under a name that is not ours. `uri` has the language that the visitor asked for.
    pub(crate) fn for_request(
        hosts: &Hosts,
        visit: ClientInfo,
        uri: &Uri,
        headers: &HeaderMap,
    ) -> Option<Self> {
        if visit.door != Ingress::Clear {
            return None;
        }
        hosts.called(visit.door, uri, headers)?;
        let page = uri.path_and_query().map_or("/", |page| page.as_str());
        let onion = hosts.onion.as_deref().filter(|_| page.len() <= LONGEST_ADDRESS);
        let address = |onion| HeaderValue::try_from(format!("http://{onion}{page}")).ok();
        Some(Self { onion_location: onion.and_then(address) })
    }

    /// Puts them on an answer. Tor Browser looks at pages alone for the onion address.
    pub(crate) fn put_on(self, answer: &mut HeaderMap) {
        answer.insert(header::STRICT_TRANSPORT_SECURITY, STRICT_TRANSPORT);
        let media_type = answer.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
        let is_page = media_type.is_some_and(|media_type| media_type.starts_with(b"text/html"));
        if let Some(address) = self.onion_location.filter(|_| is_page) {
            answer.insert(ONION_LOCATION, address);
        }
    }
}
