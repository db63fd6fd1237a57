use std::path::PathBuf;

use shop_core::entropy::Seeded;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::shop_side::{ClientConnection, Event, ShopSide};

const ADA: &str = "PROXY TCP4 192.0.2.7 192.0.2.1 50000 443\r\n";
const BOB: &str = "PROXY TCP4 192.0.2.8 192.0.2.1 50000 443\r\n";

/// A door that serves, and the shop behind it.
struct Rig {
    _folder: tempfile::TempDir,
    path: PathBuf,
    ender: VisitorEnder,
    shop: ShopSide,
    _links: watch::Sender<Option<Arc<Link>>>,
}

impl Rig {
    #[expect(clippy::disallowed_methods, reason = "the door serves until the test's runtime ends")]
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("web.sock");
        let door = ClearWeb::bind(&path, AddressKey::random(&Seeded::new(1))).unwrap();
        let ender = door.ender();
        let (to_shop, theirs) = Link::pair().unwrap();
        let shop = ShopSide::start(Link::from_fd(theirs).unwrap(), Vec::new());
        let (links, shops) = watch::channel(Some(Arc::new(to_shop)));
        tokio::spawn(door.serve(shops));
        Self { _folder: folder, path, ender, shop, _links: links }
    }

    /// Connects as the proxy does, for the visitor of this line.
    async fn connect(&self, line: &str) -> UnixStream {
        let mut stream = UnixStream::connect(&self.path).await.unwrap();
        stream.write_all(line.as_bytes()).await.unwrap();
        stream
    }

    async fn visit(&mut self) -> ClientConnection {
        let Event::Visit(visit) = self.shop.next().await else { panic!("a visit comes") };
        visit
    }
}

async fn is_closed(stream: &mut UnixStream) -> bool {
    stream.read(&mut [0]).await.unwrap_or_default() == 0
}

#[tokio::test]
async fn visitor_reaches_the_shop_with_a_number_for_the_address() {
    let mut rig = Rig::open();
    let mut numbers = Vec::new();
    for line in [ADA, BOB, ADA] {
        let mut stream = rig.connect(line).await;
        stream.write_all(b"GET / HTTP/1.1\r\n").await.unwrap();
        let mut visit = rig.visit().await;
        assert_eq!(visit.door, Ingress::Clear);
        let mut request = [0; 16];
        visit.stream.read_exact(&mut request).await.unwrap();
        assert_eq!(&request, b"GET / HTTP/1.1\r\n", "the line ends at the door");
        visit.stream.write_all(b"welcome").await.unwrap();
        drop(visit.stream);
        let mut page = String::new();
        stream.read_to_string(&mut page).await.unwrap();
        assert_eq!(page, "welcome");
        numbers.push(visit.circuit);
    }
    assert_eq!(numbers[0], numbers[2]);
    assert_ne!(numbers[0], numbers[1]);
}

#[tokio::test]
async fn streams_without_a_good_line_reach_nobody() {
    let mut rig = Rig::open();
    for line in ["GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n", "PROXY TCP4 x y\r\n", "\r\n"] {
        let mut stream = rig.connect(line).await;
        assert!(is_closed(&mut stream).await, "{line:?}");
    }
    let mut long = rig.connect(&format!("PROXY UNKNOWN {}", "x".repeat(200))).await;
    assert!(is_closed(&mut long).await);
    let _ada = rig.connect(ADA).await;
    assert_eq!(rig.visit().await.door, Ingress::Clear, "the first visit is a good one's");
}

#[tokio::test]
async fn end_of_one_visitor_leaves_another_alone() {
    let mut rig = Rig::open();
    let mut ada = rig.connect(ADA).await;
    let ada_visit = rig.visit().await;
    let mut bob = rig.connect(BOB).await;
    let mut bob_visit = rig.visit().await;
    rig.ender.end(ada_visit.circuit);
    assert!(is_closed(&mut ada).await);
    bob.write_all(b"hello").await.unwrap();
    let mut heard = [0; 5];
    bob_visit.stream.read_exact(&mut heard).await.unwrap();
    let _again = rig.connect(ADA).await;
    assert_eq!(rig.visit().await.circuit, ada_visit.circuit, "what was refused is remembered");
}

#[tokio::test]
async fn one_address_leaves_places_for_others() {
    let mut rig = Rig::open();
    let mut held = Vec::new();
    for _ in 0..64 {
        held.push((rig.connect(ADA).await, rig.visit().await));
    }
    let mut more = rig.connect(ADA).await;
    assert!(is_closed(&mut more).await);
    let _bob = rig.connect(BOB).await;
    let bob = rig.visit().await.circuit;
    assert_ne!(bob, held[0].1.circuit);
    let (first, visit) = &mut held[0];
    first.write_all(b"x").await.unwrap();
    visit.stream.read_exact(&mut [0]).await.unwrap();
}
