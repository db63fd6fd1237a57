//! A private Tor network for scripts: `torbed FOLDER KEYS SOCKET [SECONDS]`.
//!
//! An onion service of C tor leads to the Unix socket SOCKET, with a PROXY line before each connection. When
//! everything has started, one line of JSON says where the buyer's tor listens, the onion address, and the
//! network as a shop's settings take it. It all ends when standard input does. SECONDS is the time between two
//! consensuses. The file `buyer/torrc` in FOLDER shows which lines a tor of this network needs.

#[path = "../tests/torbed/network.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod torbed;

use shop_core::entropy::Seeded;
use shop_net::onion::OnionKey;
use std::{io::Read as _, path::Path};
use torbed::TorNet;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, reason = "it says where it is")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, keys, socket, seconds @ ..] = words.as_slice() else {
        panic!("torbed FOLDER KEYS SOCKET [SECONDS]")
    };
    let folder = Path::new(folder);
    let keys = Path::new(keys);
    let net = match seconds.first() {
        Some(seconds) => {
            TorNet::start_voting(folder, keys, &[seconds.parse().expect("seconds")]).await
        }
        None => TorNet::start(folder, keys).await,
    };
    let mut net = net.expect("a network");
    let key = OnionKey::generate(&Seeded::new(1));
    let onion = net.service("anchor", &key, Path::new(socket)).await.expect("a service");
    let buyer = net.client("buyer").expect("a client");
    let said = serde_json::json!({
        "socks": buyer.address().to_string(),
        "onion": onion.as_str(),
        "network": net.network(),
    });
    println!("{said}");
    // Nothing of ours is left to do: the network runs by itself.
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}
