//! The fake carrier, asked in this process.

use super::{FakePost, Parcel, post::Fate};
use crate::{
    carrier::{Carrier, CarrierError, Limits},
    name::CarrierName,
    number::Number,
    snapshot::{Event, Found, Snapshot, canonical_code},
};
use shop_core::time::UnixTime;
use shop_http::BoxFuture;
use std::sync::Arc;

/// The fake carrier in the place of a real one.
pub struct FakeCarrier {
    post: Arc<FakePost>,
    name: CarrierName,
}

impl FakeCarrier {
    /// Creates a carrier that is asked as `name` would be.
    #[must_use]
    pub const fn new(post: Arc<FakePost>, name: CarrierName) -> Self {
        Self { post, name }
    }

    fn look_up(&self, number: &Number) -> Result<Snapshot, CarrierError> {
        if number.carrier() != self.name {
            return Err(CarrierError::OtherCarrier);
        }
        self.post.count_request();
        if !self.post.is_open() {
            return Err(CarrierError::AccountRefused);
        }
        match self.post.fate_without_limit(number.as_str()) {
            Fate::Fault(fault) => match fault.error() {
                Some(error) => Err(error),
                None => self.look_up(number),
            },
            Fate::Parcel(None) => Ok(Snapshot::not_found(Vec::new())),
            Fate::Parcel(Some(parcel)) => Ok(self.snapshot(number, &parcel)),
        }
    }

    fn snapshot(&self, number: &Number, parcel: &Parcel) -> Snapshot {
        let seen = parcel.seen(self.post.now());
        let country = match self.name {
            CarrierName::CanadaPost => "CA",
            CarrierName::Usps => "US",
        };
        let events = seen.iter().map(|scanned| {
            let words = scanned.scan.canada_post();
            Event {
                code: canonical_code(words.code),
                text: words.text.to_owned(),
                class: scanned.scan.class(),
                at: Some(UnixTime(scanned.at)),
                zone_known: !parcel.zoneless,
            }
        });
        let body = format!("{} {:?}", number.as_str(), seen).into_bytes();
        Snapshot {
            found: if parcel.archived { Found::Archived } else { Found::Active },
            dest_country: Some(country.to_owned()),
            dest_postal: Some(parcel.postal.clone()),
            refs: parcel.refs.clone(),
            signed: parcel.signed,
            events: events.collect(),
            ..Snapshot::not_found(body)
        }
    }
}

impl Carrier for FakeCarrier {
    fn name(&self) -> CarrierName {
        self.name
    }

    fn limits(&self) -> Limits {
        Limits::NONE
    }

    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>> {
        Box::pin(async move { self.look_up(number) })
    }
}
