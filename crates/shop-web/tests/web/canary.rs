//! Buyers' words are found nowhere but where they are sealed.

use crate::{
    shop::{TestShop, Wanted},
    visitor::Visitor,
};
use shop_core::order_status::EventKind;
use shop_core::{entropy::Seeded, order_code::OrderCode};
use shop_db::Db;
use shop_seal::OrderCodeKeys;
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

const CANARIES: [(&str, &str); 10] = [
    ("recipient", "canary-recipient-7c1f"),
    ("street", "canary-street-7c1f"),
    ("city", "canary-city-7c1f"),
    ("province", "canary-province-7c1f"),
    ("country", "canary-country-7c1f"),
    ("postcode", "canary-postcode-7c1f"),
    ("email", "canary-email-7c1f@example.org"),
    ("note", "canary-note-7c1f"),
    ("contact", "canary-contact-7c1f"),
    ("sure", "canary-sure-7c1f"),
];

/// Note of the seller, and refund address of the buyer.
const NOTE: &str = "canary-parcel-7c1f";
const REFUND: &str = "canary-refund-7c1f";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_buyers_words_are_in_no_log_and_not_in_the_database() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let dir = tempfile::tempdir().unwrap();
    let db = Db::open(&dir.path().join("shop.sqlite")).unwrap();
    let shop = TestShop::with(Wanted { db, ..Wanted::default() });
    let mut visitor = Visitor::of(&shop);
    visitor.takes_a_tee().await;
    let token = visitor.get("/checkout").await.token();
    let mut fields = vec![("token", token.as_str())];
    fields.extend(CANARIES);
    let fresh = visitor.follow("/checkout", &fields).await;
    fresh.shows("Keep this code");
    let ticket = crate::visitor::ticket(&fresh);
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    visitor.get("/order/receipt").await.shows("canary-street-7c1f");
    // What is said after the order was placed.
    let order = shop.db.orders().await.unwrap().remove(0);
    let slot = OrderCodeKeys::derive(&OrderCode::parse(&ticket).unwrap()).letter_slot();
    let note = slot.seal(order.id, NOTE.as_bytes(), &Seeded::new(8));
    shop.db.add_event(order.id, EventKind::Note, Some(note)).await.unwrap();
    shop.chain(130, &[("0xaa", 101, order.facts.due, order.pay_to)]).await;
    let page = visitor.get("/order").await;
    page.shows(NOTE);
    let refund = [("token", page.token()), ("refund", REFUND.to_owned())];
    let refund: Vec<(&str, &str)> = refund.iter().map(|(n, v)| (*n, v.as_str())).collect();
    visitor.follow("/order/refund", &refund).await.shows(REFUND);
    let bad = [refund[0], ("refund", "canary-REFUND-7c1f")];
    assert_eq!(visitor.post("/order/refund", &bad).await.status, 422);
    // Errors are where words slip out.
    shop.payments.exhausted.store(true, std::sync::atomic::Ordering::SeqCst);
    visitor.takes_a_tee().await;
    let token = visitor.get("/checkout").await.token();
    fields[0].1 = &token;
    assert_eq!(visitor.post("/checkout", &fields).await.status, 429);
    tracing::info!("the log is being written");
    let mut kept = vec![log.0.lock().unwrap().clone()];
    assert!(String::from_utf8_lossy(&kept[0]).contains("the log is being written"));
    let mut files = 0;
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        kept.push(std::fs::read(entry.unwrap().path()).unwrap());
        files += 1;
    }
    assert!(files >= 1);
    let plain = ticket.replace('-', "");
    let secrets = CANARIES.iter().map(|(_, word)| *word).chain([ticket.as_str(), plain.as_str()]);
    for secret in secrets.chain(["Plain Tee", NOTE, REFUND, "canary-REFUND-7c1f"]) {
        for bytes in &kept {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret}");
        }
    }
}
