use super::*;
use crate::{config::plan::tests::shop, system::System};
use shop_core::money::{AssetId, Currency};
use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

const TICKER: &str = r#"{"error":[],"result":{"XETHZCAD":{"a":["4185.2"],"b":["4184.8"]}}}"#;

/// Starts a server on this machine that answers one request with `body`. Returns its port.
#[expect(clippy::disallowed_methods, reason = "a test's server, on this machine")]
fn server(body: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        let length = body.len();
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
    });
    port
}

fn real(rates: &str) -> Plan {
    let toml = format!(
        "[ether]\nwallet = \"0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266\"\n\
         nodes = [\"https://node.example\"]\n[rates]\n{rates}"
    );
    shop(&toml, &[]).unwrap()
}

fn wanted() -> Vec<Wanted> {
    vec![(AssetId::ETH, Currency::parse("CAD").unwrap())]
}

fn asked(plan: &Plan, wanted: &[Wanted]) -> (Vec<String>, usize, usize) {
    let rates = ask(plan, wanted, &*System::fake().clock);
    let said = |(_, found): &Found| match found {
        Ok(said) => format!("ok {said}"),
        Err(error) => format!("ERROR {error}"),
    };
    (rates.found.iter().map(said).collect(), rates.not_asked, rates.to_do.len())
}

#[test]
fn closed_shop_asks_sources_on_this_machine_alone() {
    let port = server(TICKER);
    let plan = real(&format!(
        "sources = [{{ kind = \"kraken\", url = \"http://127.0.0.1:{port}\" }}, \
         {{ kind = \"bisq\" }}, {{ kind = \"chainlink\" }}]"
    ));
    let (said, not_asked, _) = asked(&plan, &wanted());
    assert_eq!((said.len(), not_asked), (1, 2), "{said:?}");
    let begin = format!("ok Kraken, http://127.0.0.1:{port}: ETH/CAD 4185, ");
    assert!(said[0].starts_with(&begin) && said[0].ends_with(" ms"), "{said:?}");
}

#[test]
fn source_that_tells_nothing_is_an_error_with_its_reason() {
    let port = server("<html>");
    let plan =
        real(&format!("sources = [{{ kind = \"kraken\", url = \"http://127.0.0.1:{port}\" }}]"));
    let (said, ..) = asked(&plan, &wanted());
    assert!(said[0].starts_with("ERROR") && said[0].contains("a page for people"), "{said:?}");
}

#[test]
fn nobody_is_asked_where_no_price_needs_it() {
    let plan = real("");
    assert_eq!(asked(&plan, &[]), (Vec::new(), 0, 0));
    assert_eq!(asked(&plan, &wanted()).1, 4, "the usual ones are elsewhere");
}

/// The clock stands at 2027-01-15.
#[test]
fn ended_rate_by_hand_is_wrong_and_one_that_ends_soon_is_told() {
    let hand = |until| {
        real(&format!(
            "sources = []\nby_hand = [{{ asset = \"ETH\", currency = \"CAD\", rate = \"4000\", \
             until = \"{until}\" }}]"
        ))
    };
    let (said, _, to_do) = asked(&hand("2027-01-14"), &wanted());
    assert!(said[0].starts_with("ERROR") && to_do == 0, "{said:?}");
    let (said, _, to_do) = asked(&hand("2027-01-20"), &wanted());
    assert!(said[0].starts_with("ok 1 ETH = 4000 CAD by hand") && to_do == 1, "{said:?}");
    let (said, _, to_do) = asked(&hand("2027-06-01"), &[]);
    assert!(said[0].ends_with("no price needs it") && to_do == 0, "{said:?}");
}
