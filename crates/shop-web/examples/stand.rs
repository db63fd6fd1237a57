//! Servers that `bench/` compares, each in a process of its own on a free loopback port.
//!
//! The port is printed. All run on the runtime that the shop role has:
//!
//! - `stand shop FOLDER onion`: the shop's router, with limits, for what is the same for everyone;
//! - `stand shop FOLDER preview`: the same as the seller's own machine sees it, for carts and orders;
//! - `stand hyper FILE`, `stand axum FILE`: one answer, again and again, as FILE has it: a line for each
//!   header, an empty line, the body.

#[path = "support/sample.rs"]
mod sample;
#[path = "../tests/web/shop.rs"]
#[expect(dead_code, reason = "a test's helper, of which this needs a part")]
mod shop;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Request, Response},
    routing::get,
};
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use shop::{ONION, TestShop, Wanted};
use shop_db::Db;
use shop_web::{ClientInfo, Hosts, Ingress, serve_connection};
use std::{convert::Infallible, path::Path, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::io::InspectReader;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        match words.as_slice() {
            ["shop", folder, "onion"] => shop(Path::new(folder), Ingress::Onion).await,
            ["shop", folder, "preview"] => shop(Path::new(folder), Ingress::Preview).await,
            ["hyper", file] => hyper(Answer::read(Path::new(file))).await,
            ["axum", file] => axum(Answer::read(Path::new(file))).await,
            _ => panic!("shop FOLDER onion|preview, hyper FILE, axum FILE"),
        }
    });
}

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a port of its own, and where")]
async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address").to_string();
    println!("{at}");
    (listener, at)
}

/// Serves the shop; every connection is a circuit of its own, as different buyers are.
#[expect(clippy::disallowed_methods, reason = "connections live as long as this does")]
async fn shop(folder: &Path, door: Ingress) {
    let (listener, at) = listen().await;
    let hosts = Hosts { onion: Some(ONION.to_owned()), preview: vec![at], clear: None };
    // Orders are read from a file, as in a real shop.
    let home = tempfile::tempdir().expect("a folder");
    let db = Db::open(&home.path().join("bench.db")).expect("a database");
    let shop = TestShop::with(Wanted { hosts, db, ..sample::sample(folder) });
    for circuit in 0.. {
        // A second passes with everything a visitor sends, so that nobody asks too often: the limits
        // count, and refuse nothing. A clock of its own would come late on a machine that is all at
        // work, and one request in a million would be answered with 429.
        let clock = Arc::clone(&shop.clock);
        let tick = move |sent: &[u8]| {
            if !sent.is_empty() {
                clock.advance(1);
            }
        };
        let stream = InspectReader::new(accept(&listener).await, tick);
        let visit = ClientInfo { door, circuit };
        drop(tokio::spawn(serve_connection(stream, visit, shop.router.clone())));
    }
}

/// Serves with nothing but the HTTP library, set up as the shop sets it up.
async fn hyper(answer: Answer) {
    let answer = Arc::new(answer);
    bare(move || {
        let answer = Arc::clone(&answer);
        service_fn(move |_: Request<Incoming>| {
            let answer = answer.response(Full::new(answer.body.clone()));
            async { Ok::<_, Infallible>(answer) }
        })
    })
    .await;
}

/// Serves the web framework with one answer at every path.
async fn axum(answer: Answer) {
    let answer = Arc::new(answer);
    let show = move || async move { answer.response(Body::from(answer.body.clone())) };
    let router = Router::new().route("/", get(show.clone())).route("/{*path}", get(show));
    bare(move || TowerToHyperService::new(router.clone())).await;
}

#[expect(clippy::disallowed_methods, reason = "connections live as long as this does")]
async fn bare<S, B>(service: impl Fn() -> S)
where
    S: hyper::service::Service<Request<Incoming>, Response = Response<B>, Error = Infallible>
        + Send
        + 'static,
    S::Future: Send,
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    let (listener, _) = listen().await;
    loop {
        let stream = TokioIo::new(accept(&listener).await);
        let mut http = http1::Builder::new();
        http.auto_date_header(false).timer(TokioTimer::new()).max_buf_size(16 * 1024);
        drop(tokio::spawn(http.serve_connection(stream, service())));
    }
}

async fn accept(listener: &TcpListener) -> TcpStream {
    listener.accept().await.expect("a visitor").0
}

/// One answer.
struct Answer {
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn read(file: &Path) -> Self {
        let whole = std::fs::read(file).expect("an answer");
        let end = whole.windows(2).position(|two| two == b"\n\n").expect("an empty line");
        let (head, body) = whole.split_at(end);
        let head = std::str::from_utf8(head).expect("headers");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").expect("a header");
            let name: HeaderName = name.parse().expect("a name");
            (name, HeaderValue::from_str(value).expect("a value"))
        };
        Self {
            headers: head.lines().map(header).collect(),
            body: Bytes::copy_from_slice(body.get(2..).unwrap_or_default()),
        }
    }

    fn response<B>(&self, body: B) -> Response<B> {
        let mut response = Response::new(body);
        *response.headers_mut() = self.headers.clone();
        response
    }
}
