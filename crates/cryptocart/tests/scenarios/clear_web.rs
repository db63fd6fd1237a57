//! The clear web, at the socket that a reverse proxy connects to.
//! `maint/test-front` has the proxies.

use crate::{
    memory,
    support::{Buyer, SHIP_TO, Shop, until_within},
    traces::{Disk, find},
};
use std::{
    io::{Write, copy},
    net::{IpAddr, Shutdown, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

const HOST: &str = "shop.example";

/// Addresses that nobody has. They are searched for, so none may come up by chance.
const ADA: &str = "2001:db8:a1b2:c3d4:e5f6:a7b8:c9da:ebfc";
const BOB: &str = "203.0.113.213";

/// Time after a visit when its address has left the supervisor's heap.
const SOON: Duration = Duration::from_secs(60);

/// A proxy for one visitor: it writes the line, and passes on what the browser says.
struct Front(String);

impl Front {
    fn new(socket: &Path, address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap().to_string();
        let socket = socket.to_owned();
        let address = address.parse().unwrap();
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                let socket = socket.clone();
                thread::spawn(move || pass_on(browser, &socket, address));
            }
        });
        Self(at)
    }

    fn buyer(&self) -> Buyer {
        let at = self.0.clone();
        Buyer::behind_tls(HOST, Box::new(move || TcpStream::connect(&at)))
    }
}

fn pass_on(mut browser: TcpStream, socket: &Path, address: IpAddr) {
    let Ok(mut shop) = UnixStream::connect(socket) else { return };
    let family = if address.is_ipv4() { "TCP4" } else { "TCP6" };
    let own = if address.is_ipv4() { "192.0.2.1" } else { "2001:db8::1" };
    shop.write_all(format!("PROXY {family} {address} {own} 50000 443\r\n").as_bytes()).unwrap();
    let mut answer = shop.try_clone().unwrap();
    let mut back = browser.try_clone().unwrap();
    let answering = thread::spawn(move || {
        drop(copy(&mut answer, &mut back));
        drop(back.shutdown(Shutdown::Both));
    });
    drop(copy(&mut browser, &mut shop));
    drop(answering.join());
}

/// Opens a shop on the clear web; returns it and its socket.
fn open(mut shop: Shop) -> (Shop, PathBuf) {
    shop.set("clear_web", "enabled", "true");
    shop.set("clear_web", "host", &format!("{HOST:?}"));
    shop.open();
    let socket = shop.dir().join("state/clear-web.sock");
    (shop, socket)
}

/// Every form in which an address could be left somewhere. Four bytes alone are everywhere.
fn forms(address: &str) -> Vec<Vec<u8>> {
    match address.parse().unwrap() {
        IpAddr::V4(_) => vec![address.into()],
        IpAddr::V6(ip) => {
            let network = ip.octets()[..8].to_vec();
            let turned = network.iter().rev().copied().collect();
            vec![address.into(), b"a1b2:c3d4".to_vec(), network, turned]
        }
    }
}

/// T-PRIV: a visitor's address is in no file and no output, nor in the process of the pages.
/// Soon after the visit, it is not in the process that reads it either.
#[test]
fn addresses_of_clear_web_visitors_leave_no_trace() {
    let disk = Disk::new();
    let (mut shop, socket) = open(Shop::in_folder(disk.folder()));
    for address in [ADA, BOB] {
        let front = Front::new(&socket, address);
        let placed = front.buyer().buy(SHIP_TO).unwrap();
        let mut greedy = front.buyer();
        let refused = (0..200).filter(|_| greedy.get("/").is_ok_and(|a| a.status == 429)).count();
        assert!(refused > 0, "limits must have been at work");
        assert!(shop.run(&["orders"]).contains(&placed.id));
    }
    let needles: Vec<_> = [ADA, BOB].into_iter().flat_map(forms).collect();
    if nix::unistd::geteuid().is_root() {
        let pages = shop.shop_role().unwrap();
        for needle in &needles {
            memory::search(pages, needle, |_, _| panic!("the process of the pages has {needle:?}"));
        }
        let supervisor = shop.pid();
        until_within(SOON, "no address is left on the supervisor's heap", || {
            let mut left = 0;
            needles.iter().for_each(|n| memory::search_heap(supervisor, n, |_| left += 1));
            (left == 0).then_some(())
        });
    }
    let outputs = [shop.run(&["status"]), shop.run(&["orders"]), shop.said()].concat();
    shop.close();
    assert!(!socket.exists(), "the socket goes with the shop");
    drop(shop);
    let written = [disk.bytes(), outputs.into_bytes()].concat();
    for needle in &needles {
        assert!(!find(&written, needle), "found {:?}", String::from_utf8_lossy(needle));
    }
}

#[test]
fn strikes_of_one_address_leave_others_and_the_preview_alone() {
    let (shop, socket) = open(Shop::new());
    let bob = Front::new(&socket, BOB);
    let mut greedy = bob.buyer();
    // Answers end when strikes are as many as no accident brings.
    let mut answers = (0..400).map(|_| greedy.get("/").map(|answer| answer.status));
    assert!(answers.any(|answer| answer.is_err()), "never refused for good");
    assert!(bob.buyer().get("/").is_err(), "another browser at the same address");
    assert_eq!(Front::new(&socket, ADA).buyer().get("/").unwrap().status, 200);
    let other = "203.0.113.214";
    Front::new(&socket, other).buyer().buy(SHIP_TO).unwrap();
    assert_eq!(shop.buyer().get("/").unwrap().status, 200);
}

/// The socket of a shop that was killed is replaced, and nobody's address is needed to go on.
#[test]
fn clear_web_is_back_after_kill_9() {
    let (mut shop, socket) = open(Shop::new());
    let front = Front::new(&socket, BOB);
    let mut buyer = front.buyer();
    buyer.take_a_shirt().unwrap();
    shop.cut_power();
    assert!(buyer.get("/cart").is_err());
    shop.open();
    let cart = buyer.get("/cart").unwrap();
    assert!(cart.text().contains("Hash Range") || cart.text().contains("hash-range"));
}
