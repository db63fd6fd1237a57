//! Lines of carriers: one that hangs holds up none of another.

use super::{HOUR, NUMBER, START, Scene};
use crate::attest::polling;
use shop_carrier::{
    Carrier, CarrierError, CarrierName, Limits, Number, Snapshot,
    fake::{FakeCarrier, FakePost, Parcel, Scan},
};
use shop_chain::ethereum::escrow::tracking_commitment;
use shop_core::{
    escrow::{Attestation, EscrowState, Hash, Parcel as Shipped, Registration},
    time::{Clock, UnixTime},
};
use shop_http::BoxFuture;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const AMERICAN: &str = "9400111201080805483016";

/// Carrier that answers until it hangs for ever.
struct Hanging {
    inner: FakeCarrier,
    hangs: Arc<AtomicBool>,
}

impl Carrier for Hanging {
    fn name(&self) -> CarrierName {
        self.inner.name()
    }

    fn limits(&self) -> Limits {
        Limits::NONE
    }

    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>> {
        if self.hangs.load(Ordering::SeqCst) {
            return Box::pin(std::future::pending());
        }
        self.inner.fetch(number)
    }
}

/// Ships order `n` with USPS, and returns the registration of its parcel.
fn american(scene: &Scene, n: u8) -> Registration {
    let (id, mut registration) = scene.registration(n, AMERICAN);
    registration.carrier = "usps".into();
    let tracking = tracking_commitment("usps", AMERICAN, Hash([77; 32]));
    let parcel = Shipped { tracking, shipped_at: scene.clock.now() };
    let until = UnixTime(START + 65 * 24 * HOUR);
    scene.chain.0.lock().unwrap().insert(id, EscrowState::Shipped { parcel, until });
    registration
}

#[tokio::test(start_paused = true)]
async fn carrier_that_hangs_holds_up_none_of_another() {
    let scene = Scene::new();
    let post = Arc::new(FakePost::new(Arc::clone(&scene.clock) as Arc<dyn Clock>));
    post.put(AMERICAN, Parcel::default());
    let hangs = Arc::new(AtomicBool::new(false));
    let inner = FakeCarrier::new(post, CarrierName::Usps);
    let hanging = Hanging { inner, hangs: Arc::clone(&hangs) };
    let desk = scene.desk_with(vec![Box::new(hanging)]);
    assert!(desk.register(american(&scene, 5)).await.unwrap().accepted);
    hangs.store(true, Ordering::SeqCst);
    let stop = CancellationToken::new();
    let tasks = TaskTracker::new();
    polling::start(&desk, &stop, &tasks);
    // As many registrations hang as may ask at once.
    for n in [7, 9, 11, 13] {
        let desk = Arc::clone(&desk);
        let registration = american(&scene, n);
        tasks.spawn(async move { drop(desk.register(registration).await) });
    }
    // The clock of the runtime moves when every task waits: all of them hang now.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    assert!(desk.register(registration).await.unwrap().accepted);
    for _ in 0..130 {
        scene.clock.advance(HOUR);
        tokio::time::sleep(Duration::from_secs(61)).await;
    }
    assert!(matches!(desk.signed.of(id).unwrap(), Some(Attestation::Delivered(_))));
    stop.cancel();
}
