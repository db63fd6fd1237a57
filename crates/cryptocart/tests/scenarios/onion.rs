//! A whole order over a private Tor network, with C tor on the buyer's side.

use crate::support::{Buyer, SHIP_TO, Seller, Shop, until};
use shop_net::torbed::TorNet;
use std::{path::Path, process::Command};

#[test]
fn an_order_is_placed_over_the_onion_address_and_survives_the_tor_process() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tor-keys");
    let mut tor = runtime.block_on(TorNet::start(folder.path(), &cache)).unwrap();
    let client = tor.client("buyer").unwrap();

    let mut shop = Shop::new();
    let network = serde_json::to_string(&tor.network()).unwrap();
    std::fs::write(shop.dir().join("network.json"), network).unwrap();
    shop.set("tor", "enabled", "true");
    shop.set("tor", "test_network", "\"network.json\"");
    shop.open();
    let onion = shop.line("onion").expect("an onion address");
    let host = onion.trim_start_matches("http://").split('/').next().unwrap().to_owned();
    let handle = runtime.handle().clone();
    let target = host.clone();
    let mut buyer = Buyer::through(
        &host,
        Box::new(move || {
            let stream = handle.block_on(client.connect(&target, 80, "buyer"))?.into_std()?;
            stream.set_nonblocking(false)?;
            Ok(stream)
        }),
    );
    until("the onion address answers", || {
        buyer.get("/").ok().filter(|answer| answer.status == 200)
    });
    let placed = buyer.buy(SHIP_TO).unwrap();
    let seller = Seller::of(&shop);
    until("the order is in the mailbox", || seller.about(&placed.id).into_iter().next());

    // The role without a network has none; nobody listens but the preview.
    let [one, two] = shop.roles()[..] else { panic!("two roles: {:?}", shop.roles()) };
    let (shop_role, tor_role) = if role(one).contains("shop") { (one, two) } else { (two, one) };
    let interfaces = std::fs::read_to_string(format!("/proc/{shop_role}/net/dev")).unwrap();
    let names: Vec<_> = interfaces.lines().skip(2).filter_map(|l| l.split(':').next()).collect();
    assert_eq!(names.len(), 1, "only lo: {names:?}");
    assert_eq!(names[0].trim(), "lo");

    // The Tor library may end its process at any time.
    assert!(Command::new("kill").args(["-9", &tor_role.to_string()]).status().unwrap().success());
    until("the Tor process is back", || {
        let roles = shop.roles();
        (roles.len() == 2 && !roles.contains(&tor_role)).then_some(())
    });
    until("the same address answers again", || {
        let page = buyer.get("/order").ok()?.text();
        page.contains(&placed.id).then_some(())
    });
    let cookies = buyer.return_with(&placed.ticket).unwrap();
    assert!(cookies.text().contains(&placed.id));
    shop.close();
}

fn role(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}
