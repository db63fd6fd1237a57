//! Bytes on a connection.

use crate::{headers::FROZEN, shop::TestShop};
use shop_web::{ClientInfo, Ingress, serve_connection};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

const VISIT: ClientInfo = ClientInfo { door: Ingress::Preview, circuit: 0 };

/// Sends bytes, and reads until the shop closes the connection.
async fn talk(shop: &TestShop, sent: &[u8]) -> String {
    let (mut near, far): (DuplexStream, DuplexStream) = tokio::io::duplex(1 << 20);
    let serving = serve_connection(far, VISIT, shop.router.clone());
    let talking = async {
        near.write_all(sent).await.unwrap();
        let mut got = Vec::new();
        near.read_to_end(&mut got).await.unwrap();
        String::from_utf8_lossy(&got).into_owned()
    };
    tokio::join!(serving, talking).1
}

#[tokio::test]
async fn a_page_comes_without_date_or_server() {
    let shop = TestShop::new();
    let got =
        talk(&shop, b"GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n").await;
    assert!(got.starts_with("HTTP/1.1 200 OK\r\n"), "{got}");
    let (head, body) = got.split_once("\r\n\r\n").unwrap();
    crate::lint::page(body, head);
    let head = head.to_lowercase();
    for name in ["date:", "server:", "etag:", "transfer-encoding:"] {
        assert!(!head.contains(name), "{head}");
    }
}

#[tokio::test]
async fn what_is_no_http_gets_the_frozen_headers_too() {
    let shop = TestShop::new();
    let wide = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(30_000));
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(300));
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(70_000));
    for (sent, statuses) in [
        ("GARBAGE\r\n\r\n", &["400"][..]),
        ("GET / HTTP/9.9\r\n\r\n", &["400"]),
        ("GET / HTTP/1.1\r\nbad header\r\n\r\n", &["400"]),
        (&wide, &["431"]),
        (&many, &["431"]),
        (&long, &["414", "431"]),
    ] {
        let got = talk(&shop, sent.as_bytes()).await;
        let start: String = sent.chars().take(20).collect();
        assert!(
            statuses.iter().any(|s| got.starts_with(&format!("HTTP/1.1 {s} "))),
            "{start} {got}"
        );
        let (head, body) = got.split_once("\r\n\r\n").unwrap();
        for (name, value) in FROZEN {
            assert!(head.contains(&format!("{name}: {value}\r\n")), "{name} in {head}");
        }
        assert!(head.contains(&format!("content-length: {}", body.len())));
        assert!(!head.to_lowercase().contains("date:"));
        assert!(!got.contains("Fox"), "{got}");
    }
}

/// Whoever sends more than a form holds reads so, in their language, before the connection ends.
#[tokio::test]
async fn form_that_is_too_large_is_answered_in_words() {
    let shop = TestShop::new();
    let body = format!("x={}", "y".repeat(300_000));
    for (language, words) in [
        ("", "The form is too long"),
        ("/fr-CA", "Le formulaire est trop long"),
        ("/ar", "النموذج طويل جدًا"),
    ] {
        for path in ["/cart", "/cart/change", "/checkout", "/order/enter", "/order/refund"] {
            let head = format!(
                "POST {language}{path} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\
                 Sec-Fetch-Site: same-origin\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\n\
                 Content-Length: {}\r\n\r\n",
                body.len()
            );
            let got = talk(&shop, format!("{head}{body}").as_bytes()).await;
            assert!(got.starts_with("HTTP/1.1 413 "), "{path}: {got}");
            assert!(got.contains(words) && got.contains("</html>"), "{path}: {got}");
        }
    }
}

#[tokio::test]
async fn one_connection_serves_many_requests() {
    let shop = TestShop::new();
    let one = "GET /policy HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
    let last = "GET /policy HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nConnection: close\r\n\r\n";
    let got = talk(&shop, format!("{one}{one}{last}").as_bytes()).await;
    assert_eq!(got.matches("HTTP/1.1 200 OK").count(), 3);
}

#[tokio::test(start_paused = true)]
async fn who_dawdles_is_not_waited_for() {
    let shop = TestShop::new();
    let (mut near, far) = tokio::io::duplex(1 << 16);
    let serving = serve_connection(far, VISIT, shop.router.clone());
    let started = tokio::time::Instant::now();
    near.write_all(b"GET / HTTP/1.1\r\nHost: 127").await.unwrap();
    assert!(serving.await.is_err());
    assert!(started.elapsed() <= Duration::from_secs(16));

    let (mut near, far) = tokio::io::duplex(1 << 16);
    let serving = serve_connection(far, VISIT, shop.router.clone());
    let started = tokio::time::Instant::now();
    let head = "POST /cart HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nSec-Fetch-Site: same-origin\r\n\
                Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\
                Connection: close\r\n\r\nid=";
    near.write_all(head.as_bytes()).await.unwrap();
    let mut got = Vec::new();
    let reading = near.read_to_end(&mut got);
    let (_, read) = tokio::join!(serving, reading);
    read.unwrap();
    assert!(String::from_utf8_lossy(&got).starts_with("HTTP/1.1 400 "));
    assert!(started.elapsed() <= Duration::from_secs(31));
}

/// A connection that has lived its time may have a request on its way: that one is answered.
#[tokio::test(start_paused = true)]
async fn old_connection_answers_one_more_request_and_closes() {
    let shop = TestShop::new();
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let serving = serve_connection(far, VISIT, shop.router.clone());
    let started = tokio::time::Instant::now();
    let talking = async {
        let mut got = vec![0; 1 << 20];
        for _ in 0..35 {
            near.write_all(b"GET /policy HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n").await.unwrap();
            let read = near.read(&mut got).await.unwrap();
            let text = String::from_utf8_lossy(&got[..read]).into_owned();
            assert!(text.starts_with("HTTP/1.1 200 OK\r\n"), "{text}");
            let is_last = text.to_lowercase().contains("\r\nconnection: close\r\n");
            assert_eq!(is_last, started.elapsed() >= Duration::from_secs(300));
            tokio::time::sleep(Duration::from_secs(9)).await;
        }
        assert_eq!(near.read(&mut got).await.unwrap(), 0, "it is closed");
    };
    assert!(tokio::join!(serving, talking).0.is_ok());
}

/// And if none comes, it ends soon.
#[tokio::test(start_paused = true)]
async fn old_connection_that_waits_is_closed_soon() {
    let shop = TestShop::new();
    let (mut near, far) = tokio::io::duplex(1 << 20);
    let serving = serve_connection(far, VISIT, shop.router.clone());
    let started = tokio::time::Instant::now();
    let talking = async {
        let mut got = vec![0; 1 << 20];
        for _ in 0..30 {
            near.write_all(b"GET /policy HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n").await.unwrap();
            assert!(near.read(&mut got).await.unwrap() > 0);
            tokio::time::sleep(Duration::from_secs(10)).await;
        }
        assert_eq!(near.read(&mut got).await.unwrap(), 0);
    };
    drop(tokio::join!(serving, talking));
    assert!(started.elapsed() <= Duration::from_secs(316), "{:?}", started.elapsed());
}
