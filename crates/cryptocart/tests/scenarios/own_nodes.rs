//! Nodes of the seller's own, nodes of others, and operators that are only tried.

use crate::{
    onion::{PATIENCE, keys},
    support::{
        Anvil, CHAIN, Proxy, SHIP_TO, Shop, Socks, WALLET, asks_nodes, cryptocart, until_listed,
        until_within,
    },
    torbed::TorNet,
};
use serde_json::Value;
use shop_core::entropy::Seeded;
use shop_net::onion::OnionKey;
use std::{
    fs,
    io::{self, Read as _},
    net::TcpStream,
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    thread,
    time::Duration,
};

/// Two comparisons, or two looks at the chain.
const SOON: Duration = Duration::from_secs(150);

/// Onion addresses that are well formed. Nobody is asked: all lead to this machine.
const ONIONS: [&str; 4] = [
    "loveanvthlsepingenr7opdqy6nlhn5jidwvzzxfmwsw2rry5mn2gfqd.onion",
    "plowsof3t5hogddwabaeiyrno25efmzfxyro2vligremt7sxpsclfaid.onion",
    "ravfxmrqgd4j2o2gdc2yaij2wcmkcflu2rdnzhng5htk5hgnh6gmyeid.onion",
    "rucknium757bokwv3ss35ftgc3gzb7hgbvvglbg3hisp7tsj2fkd2nyd.onion",
];

fn status(shop: &Shop) -> Value {
    let output = cryptocart(shop.folder(), &["status", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// The other node is on a chain of its own, and another one cannot be reached.
#[test]
fn own_node_decides_and_others_that_differ_are_warned_of() {
    let own = Anvil::start();
    let other = Anvil::start();
    own.mine(4);
    other.pay(WALLET, 1);
    other.mine(8);
    let proxy = Proxy::to(&own.url());
    let mut shop = Shop::new();
    asks_nodes(&shop, &[], CHAIN);
    let nodes = format!(
        "[\"{}\", {{ url = \"{}\", own = true }}, \"http://127.0.0.1:9\"]",
        other.url(),
        proxy.url()
    );
    shop.set("ether", "nodes", &nodes);
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    own.pay(WALLET, placed.wei());
    own.mine(3);
    until_listed(&shop, &placed, "settled", |line| line.contains("settled"));
    until_within(SOON, "the difference is a warning", || {
        let status = status(&shop);
        let warnings = status["shop"]["warnings"].as_array()?;
        let told = |it: &Value| it.as_str().is_some_and(|it| it.contains("tells another block"));
        warnings.iter().any(told).then_some(())
    });
    assert_eq!(status(&shop)["healthy"], true, "a difference stops nothing");
    let check = cryptocart(shop.folder(), &["check"]);
    let said = String::from_utf8_lossy(&check.stdout).into_owned();
    assert!(said.contains("ok     node       node 2, your own, http://127.0.0.1:"), "{said}");
    assert!(said.contains("warn   node 1, http://127.0.0.1:"), "{said}");
    assert!(said.contains("tells another block"), "{said}");
    assert!(said.contains("warn   node 3, http://127.0.0.1:9: cannot be reached"), "{said}");
    assert!(!said.contains("ERROR  node"), "{said}");
    proxy.cut();
    until_within(SOON, "the shop does not go over to the other node", || {
        shop.said().contains("PAYMENTS NOT DETECTED since").then_some(())
    });
    assert!(shop.said().contains("node 2: "), "the own node is named: {}", shop.said());
}

/// Writes a list of operators; each is an operator, a node and `forwards`.
fn list(shop: &Shop, entries: &[(&str, String, bool)]) -> String {
    let mut text = format!("seen = \"2026-11-30\"\nnetworks = {{ ethereum = {CHAIN} }}\n");
    for (operator, node, forwards) in entries {
        text.push_str(&format!(
            "[[entry]]\nchain = \"ethereum\"\noperator = \"{operator}\"\nnode = \"{node}\"\n\
             source = \"a test\"\nknown = \"nothing\"\nforwards = {forwards}\n"
        ));
    }
    let path = shop.folder().join("operators.toml");
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn trying_names_each_operator_on_a_circuit_of_its_own() {
    let anvil = Anvil::start();
    anvil.mine(5);
    let port: u16 = anvil.url().rsplit(':').next().unwrap().parse().unwrap();
    let socks = Socks::to(port);
    let shop = Shop::new();
    let names = ["baz", "plowsof", "RavFX", "Rucknium"];
    let entries: Vec<_> = names
        .into_iter()
        .zip(ONIONS)
        .map(|(name, onion)| (name, format!("http://{onion}:18089"), name == "baz"))
        .collect();
    let list = list(&shop, &entries);
    let tor = socks.address();
    let before = fs::read_to_string(shop.dir().join("shop.toml")).unwrap();
    let output =
        cryptocart(shop.folder(), &["nodes", "try", "ether", "--list", &list, "--tor", &tor]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
    for onion in &ONIONS[1..] {
        assert!(said.contains(&format!("\"http://{onion}:18089\", # ")), "{said}");
    }
    assert!(!said.contains(&format!("\"http://{}", ONIONS[0])), "it passes questions on: {said}");
    assert_eq!(fs::read_to_string(shop.dir().join("shop.toml")).unwrap(), before);
    let isolations = socks.isolations();
    assert_eq!(isolations.len(), ONIONS.len(), "one name, one host: {isolations:?}");
    assert!(isolations.iter().all(|(user, _)| user.starts_with("try-node-")), "{isolations:?}");
}

/// Leads connections of C tor's onion service at this socket to a port of the machine.
fn lead(socket: &Path, port: u16) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || drop(join(stream, port)));
        }
    });
}

/// Passes over the line that C tor writes first, and copies both ways.
fn join(mut near: UnixStream, port: u16) -> io::Result<()> {
    let mut byte = [0];
    while byte != *b"\n" {
        near.read_exact(&mut byte)?;
    }
    let mut far = TcpStream::connect(("127.0.0.1", port))?;
    let mut there = (near.try_clone()?, far.try_clone()?);
    thread::spawn(move || io::copy(&mut there.0, &mut there.1));
    io::copy(&mut far, &mut near).map(drop)
}

/// The network is a private one; no tor of the machine is used.
#[test]
fn trying_enters_tor_by_itself() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut net = runtime.block_on(TorNet::start(folder.path(), &keys())).unwrap();
    let anvil = Anvil::start();
    anvil.mine(5);
    let port: u16 = anvil.url().rsplit(':').next().unwrap().parse().unwrap();
    let mut entries = Vec::new();
    for (seed, name) in (11..).zip(["one", "two", "three"]) {
        let socket = folder.path().join(format!("{name}.sock"));
        lead(&socket, port);
        let key = OnionKey::generate(&Seeded::new(seed));
        let onion = runtime.block_on(net.service(name, &key, &socket)).unwrap();
        entries.push((name, format!("http://{onion}"), false));
    }
    let shop = Shop::new();
    let list = list(&shop, &entries);
    let network = shop.folder().join("network.json");
    fs::write(&network, serde_json::to_string(&net.network()).unwrap()).unwrap();
    let network = network.display().to_string();
    let arguments = ["nodes", "try", "ether", "--list", &list, "--test-network", &network];
    let said = until_within(PATIENCE, "all three are reached", || {
        let output = cryptocart(shop.folder(), &arguments);
        println!("{}", String::from_utf8_lossy(&output.stderr));
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    });
    for (name, node, _) in &entries {
        assert!(said.contains(&format!("{node:?}, # {name}")), "{said}");
    }
}

#[test]
fn operators_that_differ_or_are_too_few_give_no_lines() {
    let most = Anvil::start();
    let other = Anvil::start();
    other.pay(WALLET, 1);
    for anvil in [&most, &other] {
        anvil.mine(5);
    }
    let proxies = [&most, &most, &most, &other].map(|anvil| Proxy::to(&anvil.url()));
    let shop = Shop::new();
    let entries = |operators: [&'static str; 4]| -> Vec<_> {
        let urls = proxies.iter().map(Proxy::url);
        operators.into_iter().zip(urls).map(|(operator, url)| (operator, url, false)).collect()
    };
    let run = |entries: &[(&str, String, bool)]| {
        let list = list(&shop, entries);
        let arguments = ["nodes", "try", "ether", "--list", &list, "--json"];
        let output = cryptocart(shop.folder(), &arguments);
        let told: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), told)
    };
    let (code, told) = run(&entries(["a", "b", "c", "d"]));
    assert_eq!((code, told["nodes"].as_array().map(Vec::len)), (Some(0), Some(3)), "{told}");
    assert_eq!(told["tried"][3]["agrees"], false, "{told}");
    assert_eq!(told["tried"][0]["tried_by_us"], false);
    // Two nodes of one operator are one.
    let (code, told) = run(&entries(["a", "b", "a", "d"]));
    assert_eq!((code, told["nodes"].is_null()), (Some(75), true), "{told}");
    proxies[0].cut();
    let (code, told) = run(&entries(["a", "b", "c", "d"]));
    assert_eq!((code, told["nodes"].is_null()), (Some(75), true), "{told}");
    assert_eq!(told["tried"][0]["works"], false, "{told}");
}

#[test]
fn trying_without_a_tor_says_how_to_have_one() {
    let shop = Shop::new();
    let output = cryptocart(shop.folder(), &["nodes", "try", "monero", "--tor", "127.0.0.1:9"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(75), "{said}");
    assert!(said.contains("no tor listens at 127.0.0.1:9"), "{said}");
    let listed = cryptocart(shop.folder(), &["nodes", "list", "monero", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let entries = listed["entries"].as_array().unwrap();
    assert!(entries.len() >= 6 && entries.iter().all(|it| it["chain"] == "monero"), "{listed}");
}
