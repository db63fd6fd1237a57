//! The role over a backend that is not Tor.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};

use super::*;
use crate::{
    BoxStream,
    onion::{
        backend::BoxFuture,
        limits::{CircuitPass, ConnectionLimiter, Limits},
    },
    roles::introduce,
    shop_side::{Event, ShopSide},
};

/// Hands over what the test gives it, and connects dials to itself.
struct Fake {
    visitors: Mutex<Option<mpsc::Receiver<Arrival>>>,
    ended: AtomicU64,
}

impl OnionBackend for Fake {
    fn serve(
        &self,
        arrivals: mpsc::Sender<Arrival>,
        news: mpsc::Sender<Status>,
    ) -> BoxFuture<'_, String> {
        let mut visitors = self.visitors.lock().unwrap().take().unwrap();
        Box::pin(async move {
            news.send(Status::Reachable).await.unwrap();
            while let Some(arrival) = visitors.recv().await {
                arrivals.send(arrival).await.unwrap();
            }
            "out of visitors".into()
        })
    }

    fn dial<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, io::Result<BoxStream>> {
        let (near, mut far) = duplex(1024);
        Box::pin(async move {
            far.write_all(target.host().as_bytes()).await?;
            Ok(Box::new(near) as BoxStream)
        })
    }

    fn end_circuit(&self, circuit: u64) {
        self.ended.store(circuit, Ordering::SeqCst);
    }
}

struct Rig {
    _to_shop: Link,
    circuits: Vec<CircuitPass>,
    supervisor: Link,
    side: ShopSide,
    gate: Arc<ConnectionLimiter>,
    fake: Arc<Fake>,
    visitors: mpsc::Sender<Arrival>,
    role: tokio::task::JoinHandle<Result<(), TorRoleError>>,
}

/// A tor role, a shop role and their supervisor, all in this process.
async fn rig() -> Rig {
    let (visitors, queue) = mpsc::channel(4);
    let fake = Arc::new(Fake { visitors: Mutex::new(Some(queue)), ended: AtomicU64::new(0) });
    let targets = vec![
        Target::through_tor("far", "far.example", 80, false).unwrap(),
        Target::on_loopback("near", "127.0.0.1", 80, false).unwrap(),
    ];
    let (supervisor, tor) = Link::pair().unwrap();
    let (to_shop, shop) = Link::pair().unwrap();
    let side = ShopSide::start(Link::from_fd(shop).unwrap(), targets.clone());
    let backend = Arc::clone(&fake);
    let tor = Link::from_fd(tor).unwrap();
    let role = tokio::spawn(async move { run_role(&tor, backend, targets).await });
    introduce(&supervisor, &to_shop).await.unwrap();
    assert!(supervisor.recv().await.unwrap().0 == Message::Status(Status::Reachable));
    let gate = ConnectionLimiter::new(Limits::default(), 40);
    Rig { _to_shop: to_shop, circuits: Vec::new(), supervisor, side, gate, fake, visitors, role }
}

impl Rig {
    /// Somebody comes through the onion door; their end, and what the shop gets.
    async fn visitor(&mut self) -> (DuplexStream, crate::shop_side::ClientConnection) {
        let circuit = self.gate.admit(Duration::ZERO).unwrap();
        loop {
            // The shop's link reaches the role on its own way, and until then visitors are sent off.
            let (near, mut theirs) = duplex(1024);
            let pass = circuit.stream().taken().unwrap();
            self.visitors.send(Arrival { stream: Box::new(near), pass }).await.unwrap();
            tokio::select! {
                event = self.side.next() => {
                    let Event::Visit(visit) = event else { panic!("a visit") };
                    self.circuits.push(circuit);
                    return (theirs, visit);
                }
                sent_off = theirs.read_u8() => assert!(sent_off.is_err()),
            }
        }
    }
}

#[tokio::test]
async fn a_visitor_is_shown_in_and_answered() {
    let mut rig = rig().await;
    let (mut visitor, mut visit) = rig.visitor().await;
    assert_eq!((visit.door, visit.circuit), (Ingress::Onion, 40));
    visitor.write_all(b"GET").await.unwrap();
    let mut asked = [0; 3];
    visit.stream.read_exact(&mut asked).await.unwrap();
    visit.stream.write_all(b"page").await.unwrap();
    drop(visit);
    let mut page = String::new();
    visitor.read_to_string(&mut page).await.unwrap();
    assert_eq!(page, "page");
}

#[tokio::test]
async fn bytes_of_both_directions_count_for_the_circuit() {
    let gate = ConnectionLimiter::new(Limits::default(), 40);
    let circuit = gate.admit(Duration::ZERO).unwrap();
    let pass = circuit.stream().taken().unwrap();
    let (near, mut visitor) = duplex(64);
    let mut stream = pass.counting(near);
    visitor.write_all(b"GET").await.unwrap();
    stream.read_exact(&mut [0; 3]).await.unwrap();
    stream.write_all(b"page").await.unwrap();
    assert_eq!(pass.moved().load(Ordering::SeqCst), 7);
}

#[tokio::test]
async fn a_dial_reaches_its_target_and_no_other() {
    let mut rig = rig().await;
    let _visitor = rig.visitor().await;
    let mut stream = rig.side.dialer().dial("far").await.unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).await.unwrap();
    assert_eq!(heard, "far.example");

    // A shop that was broken into asks the tor role for what is not there for it.
    let (mut ours, theirs) = pair::new().unwrap();
    let (to_tor, end) = Link::pair().unwrap();
    rig.supervisor.send(&Message::Door, Some(end)).await.unwrap();
    to_tor.send(&Message::Dial { purpose: "near".into() }, Some(theirs)).await.unwrap();
    assert_eq!(ours.read(&mut [0]).await.unwrap(), 0);
    let other = std::fs::File::open("/dev/null").unwrap();
    to_tor.send(&Message::Dial { purpose: "far".into() }, Some(other.into())).await.unwrap();
    to_tor.send(&Message::Stop, None).await.unwrap();
    assert!(!rig.role.is_finished(), "and cannot end it");
}

#[tokio::test]
async fn the_shop_can_end_a_circuit() {
    let mut rig = rig().await;
    let (mut visitor, visit) = rig.visitor().await;
    rig.side.reporter().end_circuit(visit.door, visit.circuit).await;
    rig.gate.end(visit.circuit); // what a backend does when asked
    assert_eq!(visitor.read(&mut [0]).await.unwrap(), 0);
    // The request went before this dial on the same link, so it has arrived when the dial is done.
    let mut stream = rig.side.dialer().dial("far").await.unwrap();
    stream.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(rig.fake.ended.load(Ordering::SeqCst), visit.circuit);
}

#[tokio::test]
async fn the_role_ends_when_told_and_when_the_supervisor_is_gone() {
    let told = rig().await;
    told.supervisor.send(&Message::Stop, None).await.unwrap();
    assert!(told.role.await.unwrap().is_ok());

    let Rig { supervisor, role, visitors: _visitors, .. } = rig().await;
    drop(supervisor);
    assert!(role.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_backend_that_gives_up_ends_the_role_with_its_reason() {
    let Rig { supervisor, role, visitors, .. } = rig().await;
    drop(visitors);
    let (message, _) = supervisor.recv().await.unwrap();
    assert!(message == Message::Status(Status::Waiting { reason: "out of visitors".into() }));
    assert!(matches!(role.await.unwrap(), Err(TorRoleError::Backend(_))));
}
