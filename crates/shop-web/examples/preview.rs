//! Test shop on loopback, to look at: `cargo run --release -p shop-web --example preview`.
//! With the path of a shop folder it shows that folder's catalogue, pictures and pages; with a theme's
//! name behind it, in that theme.

#[path = "support/sample.rs"]
mod sample;
#[path = "../tests/web/shop.rs"]
#[expect(dead_code, reason = "a test's helper, of which this needs a part")]
mod shop;

use shop::{PREVIEW, TestShop, Wanted};
use shop_web::{Base, ClientInfo, Ingress, Theme, serve_connection};
use std::path::Path;

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::disallowed_methods, reason = "it serves for the eye, not for buyers")]
async fn main() {
    let wanted = match std::env::args().nth(1) {
        Some(folder) => Wanted { theme: theme(), ..sample::sample(Path::new(&folder)) },
        None => Wanted { demo: true, ..Wanted::default() },
    };
    let shop = TestShop::with(wanted);
    let listener = tokio::net::TcpListener::bind(PREVIEW).await.expect("the port is free");
    loop {
        let (stream, _) = listener.accept().await.expect("a visitor");
        let visit = ClientInfo { door: Ingress::Preview, circuit: 0 };
        drop(tokio::spawn(serve_connection(stream, visit, shop.router.clone())));
    }
}

fn theme() -> Theme {
    let base = std::env::args().nth(2).and_then(|name| Base::from_name(&name)).unwrap_or_default();
    Theme::of(base)
}
