//! Carriers to be tested, each with its fake server and its clock.

use shop_carrier::{
    Carrier, CarrierError, CarrierName, Number, Rules, Secret, Server, Snapshot, Status,
    canada_post::{self, CanadaPost, CanadaPostXml},
    classify,
    fake::{FakeCarrier, FakeDial, FakePost, KEY_ID, KEY_SECRET, Parcel, Scan, Scanned},
    usps::{self, Usps},
};
use shop_core::time::{SetClock, UnixTime};
use std::sync::Arc;

/// 22 November 2026, noon in Greenwich.
pub(crate) const START: u64 = 1_795_348_800;
pub(crate) const HOUR: u64 = 3_600;

/// A way to ask the fake carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    InProcess,
    CanadaPostJson,
    CanadaPostXml,
    Usps,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] =
        [Self::InProcess, Self::CanadaPostJson, Self::CanadaPostXml, Self::Usps];
    /// Those that go through HTTP.
    pub(crate) const REMOTE: [Self; 3] = [Self::CanadaPostJson, Self::CanadaPostXml, Self::Usps];
}

/// A carrier, its clock, and the parcel that it is asked about.
pub(crate) struct Stand {
    pub(crate) kind: Kind,
    pub(crate) post: Arc<FakePost>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) carrier: Box<dyn Carrier>,
    pub(crate) number: Number,
}

impl Stand {
    pub(crate) fn new(kind: Kind) -> Self {
        Self::with_key(kind, KEY_SECRET)
    }

    pub(crate) fn with_key(kind: Kind, secret: &str) -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(START)));
        let post = Arc::new(FakePost::new(clock.clone()));
        let server = Server { dial: Arc::new(FakeDial(post.clone())), host: "fake.test".into() };
        let id = Secret::new(KEY_ID.to_owned());
        let secret = Secret::new(secret.to_owned());
        let carrier: Box<dyn Carrier> = match kind {
            Kind::InProcess => Box::new(FakeCarrier::new(post.clone(), CarrierName::CanadaPost)),
            Kind::CanadaPostJson => {
                Box::new(CanadaPost::new(server, canada_post::Paths::default(), &id, &secret))
            }
            Kind::CanadaPostXml => {
                Box::new(CanadaPostXml::new(server, canada_post::XML_PATH, &id, &secret))
            }
            Kind::Usps => Box::new(Usps::new(server, usps::Paths::default(), &id, &secret)),
        };
        let typed = match kind {
            Kind::Usps => "9400 1112 0108 0805 4830 16",
            _ => "0073 9380 0054 9297",
        };
        let number = Number::parse(carrier.name(), typed).expect("a number");
        Self { kind, post, clock, carrier, number }
    }

    /// Returns country and postal code that parcels of this stand go to.
    pub(crate) const fn place(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Usps => ("US", "34442"),
            _ => ("CA", "G1K4M7"),
        }
    }

    /// Sends the parcel with these scans, each some hours after the start.
    pub(crate) fn send(&self, scans: &[(u64, Scan)]) {
        self.send_with(scans, |_| {});
    }

    pub(crate) fn send_with(&self, scans: &[(u64, Scan)], change: impl Fn(&mut Parcel)) {
        let scanned =
            |(hours, scan): &(u64, Scan)| Scanned { at: START + hours * HOUR, scan: *scan };
        let mut parcel = Parcel {
            postal: self.place().1.to_owned(),
            scans: scans.iter().map(scanned).collect(),
            ..Parcel::default()
        };
        change(&mut parcel);
        self.post.put(self.number.as_str(), parcel);
    }

    /// Sets the clock to some hours after the start.
    pub(crate) fn at(&self, hours: u64) {
        self.clock.set(UnixTime(START + hours * HOUR));
    }

    pub(crate) async fn fetch(&self) -> Result<Snapshot, CarrierError> {
        self.carrier.fetch(&self.number).await
    }

    pub(crate) async fn status(&self) -> Status {
        let snapshot = self.fetch().await;
        let snapshot = snapshot.unwrap_or_else(|error| panic!("{:?}: {error}", self.kind));
        classify(&snapshot, &Rules::default())
    }
}
