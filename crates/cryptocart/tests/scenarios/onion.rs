//! A whole order over a private Tor network, with C tor on the buyer's side.

use crate::{
    memory,
    support::{Buyer, Connect, Seller, Shop, until, until_within},
    torbed::{SocksClient, TorNet},
};
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// Longest time a service may take to be found again.
pub(crate) const PATIENCE: Duration = Duration::from_secs(150);
/// Longest time one attempt may take: C tor's own retry of 10 s, and a circuit.
const ATTEMPT: Duration = Duration::from_secs(20);

/// The onion address answers again once a new Tor process runs.
#[test]
fn onion_order_survives_the_end_of_the_tor_process() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut tor = runtime.block_on(TorNet::start(folder.path(), &keys())).unwrap();
    let client = tor.client("buyer").unwrap();

    let mut shop = Shop::new();
    on_network(&shop, &tor);
    let opened = Instant::now();
    shop.open();
    let host = onion_of(&shop);
    let mut buyer = Buyer::through(&host, over_tor(client, runtime.handle().clone(), host.clone()));
    until_within(PATIENCE, "the onion address answers", || {
        buyer.get("/").ok().filter(|answer| answer.status == 200)
    });
    println!("reachable {:.1} s after serve was started", opened.elapsed().as_secs_f32());
    let words = memory::long_words();
    let fields: Vec<(&str, &str)> = words.iter().map(|(name, words)| (*name, &**words)).collect();
    let placed = buyer.buy(&fields).unwrap();
    let seller = Seller::of(&shop);
    until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());

    // The role without a network has none; nobody listens but the preview.
    let [one, two] = shop.roles()[..] else { panic!("two roles: {:?}", shop.roles()) };
    let (shop_role, tor_role) = if role(one).contains("shop") { (one, two) } else { (two, one) };
    let interfaces = std::fs::read_to_string(format!("/proc/{shop_role}/net/dev")).unwrap();
    let names: Vec<_> = interfaces.lines().skip(2).filter_map(|l| l.split(':').next()).collect();
    assert_eq!(names.len(), 1, "only lo: {names:?}");
    assert_eq!(names[0].trim(), "lo");

    // The buyer's words went through both, and stay in neither.
    memory::words_leave([shop_role, tor_role]);

    // The Tor library may end its process at any time.
    assert!(Command::new("kill").args(["-9", &tor_role.to_string()]).status().unwrap().success());
    until("the Tor process is back", || {
        let roles = shop.roles();
        (roles.len() == 2 && !roles.contains(&tor_role)).then_some(())
    });
    until_within(PATIENCE, "the same address answers again", || {
        let page = buyer.get("/order").ok()?.text();
        page.contains(&placed.id).then_some(())
    });
    let cookies = buyer.return_with(&placed.ticket).unwrap();
    assert!(cookies.text().contains(&placed.id));
    shop.close();
}

/// Returns the folder of the relays' keys.
/// They take a while to make, and are kept from run to run.
pub(crate) fn keys() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("tor-keys")
}

/// Sets the shop to open on this private network.
pub(crate) fn on_network(shop: &Shop, tor: &TorNet) {
    let network = serde_json::to_string(&tor.network()).unwrap();
    std::fs::write(shop.dir().join("network.json"), network).unwrap();
    shop.set("tor", "enabled", "true");
    shop.set("tor", "test_network", "\"network.json\"");
}

/// Returns the shop's onion name.
pub(crate) fn onion_of(shop: &Shop) -> String {
    let onion = shop.line("onion").expect("an onion address");
    onion.trim_start_matches("http://").to_owned()
}

/// Connects to the shop through the buyer's tor.
/// After a connection that failed the next comes as somebody new: a C tor that has met a service in
/// the moment of its end waits for it for minutes.
pub(crate) fn over_tor(client: SocksClient, handle: Handle, host: String) -> Connect {
    let identity = AtomicU32::new(0);
    Box::new(move || {
        let name = format!("buyer {}", identity.load(Ordering::SeqCst));
        let connect =
            async { tokio::time::timeout(ATTEMPT, client.connect(&host, 80, &name)).await };
        let connected =
            handle.block_on(connect).unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()));
        if connected.is_err() {
            identity.fetch_add(1, Ordering::SeqCst);
        }
        let stream = connected?.into_std()?;
        stream.set_nonblocking(false)?;
        Ok(stream)
    })
}

fn role(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}
