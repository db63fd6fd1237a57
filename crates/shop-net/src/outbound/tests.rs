use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use super::*;

#[test]
fn through_tor_only_names_are_dialled() {
    for host in ["eth.example.org", "ETH.Example.org", "a.b-c.io", "xn--bcher-kva.example"] {
        assert!(Target::through_tor("rpc", host, 443, true).is_ok(), "{host}");
    }
    let cases = [
        ("192.168.0.7", TargetError::Numeric),
        ("8.8.8.8", TargetError::Numeric),
        ("127.1", TargetError::Numeric),
        ("2130706433", TargetError::Numeric),
        ("0x7f.0.0.0x1", TargetError::Numeric),
        ("::1", TargetError::Numeric),
        ("[2001:db8::1]", TargetError::Numeric),
        ("localhost", TargetError::ThisMachine),
        ("LocalHost", TargetError::ThisMachine),
        ("db.localhost", TargetError::ThisMachine),
        ("printer.local", TargetError::ThisMachine),
        ("intranet", TargetError::NotAName),
        ("", TargetError::NotAName),
        ("a..b", TargetError::NotAName),
        ("-a.example", TargetError::NotAName),
        ("a_b.example", TargetError::NotAName),
        ("user@host.example", TargetError::NotAName),
        ("host.example:80", TargetError::NotAName),
        ("host.example/", TargetError::NotAName),
        ("host.example.", TargetError::NotAName),
        ("bücher.example", TargetError::NotAName),
        ("abc.onion", TargetError::NotAnOnion),
    ];
    for (host, why) in cases {
        assert_eq!(Target::through_tor("rpc", host, 443, true).unwrap_err(), why, "{host}");
    }
}

#[test]
fn on_loopback_only_this_machine_is_dialled() {
    for host in ["127.0.0.1", "127.8.8.8", "::1", "localhost"] {
        assert!(Target::on_loopback("rpc", host, 8545, false).is_ok(), "{host}");
    }
    for host in ["0.0.0.0", "10.0.0.1", "example.org", "::", "::ffff:127.0.0.1", ""] {
        let refused = Target::on_loopback("rpc", host, 8545, false).unwrap_err();
        assert_eq!(refused, TargetError::NotLoopback, "{host}");
    }
}

#[test]
fn a_target_from_a_plan_is_checked_like_any_other() {
    let target = Target::through_tor("rpc", "eth.example.org", 443, true).unwrap();
    let text = serde_json::to_string(&target).unwrap();
    assert!(serde_json::from_str::<Target>(&text).unwrap() == target);
    let forged = text.replace("eth.example.org", "127.0.0.1");
    assert!(serde_json::from_str::<Target>(&forged).is_err());
    assert_eq!(format!("{target:?}"), "Target(rpc)");
}

#[test]
fn purposes_have_plain_names() {
    for purpose in ["", "Rpc", "a b", "rpc/1", &"x".repeat(41)] {
        let refused = Target::through_tor(purpose, "a.example", 1, false).unwrap_err();
        assert_eq!(refused, TargetError::Purpose);
    }
    let refused = Target::through_tor("rpc", "a.example", 0, false).unwrap_err();
    assert_eq!(refused, TargetError::Port);
}

#[tokio::test]
async fn the_supervisor_connects_what_is_on_the_list_and_nothing_else() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let door = LoopbackDialer::new(vec![
        Target::on_loopback("node", "127.0.0.1", port, false).unwrap(),
        Target::through_tor("far", "far.example", 80, false).unwrap(),
    ]);
    let (mut ours, theirs) = pair::new().unwrap();
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"node here").await.unwrap();
    };
    let hear = async {
        let mut heard = String::new();
        ours.read_to_string(&mut heard).await.unwrap();
        drop(ours);
        heard
    };
    let ((), heard, ()) = tokio::join!(serve, hear, door.answer("node", theirs));
    assert_eq!(heard, "node here");

    for purpose in ["other", "far", ""] {
        let (mut ours, theirs) = pair::new().unwrap();
        door.answer(purpose, theirs).await;
        assert_eq!(ours.read(&mut [0]).await.unwrap(), 0, "{purpose}: closed, and no more said");
    }
}

#[test]
fn carrier_is_dialled_by_name_and_over_tls() {
    let carrier = Target::at_carrier("canada-post", "api.carrier.example", 443).unwrap();
    assert!(carrier.tls() && carrier.via() == Via::Carrier);
    for host in ["127.0.0.1", "localhost", "192.0.2.7", "carrier"] {
        assert!(Target::at_carrier("canada-post", host, 443).is_err(), "{host}");
    }
    let bare = r#"{"purpose":"x","host":"a.example","port":80,"tls":false,"via":"carrier"}"#;
    assert!(serde_json::from_str::<Target>(bare).is_err());
}

/// A shop role that was taken over can name any purpose. Its supervisor knows no carrier.
#[tokio::test]
async fn shops_supervisor_dials_no_carrier() {
    let carrier = Target::at_carrier("canada-post", "api.carrier.example", 443).unwrap();
    let door = LoopbackDialer::new(vec![carrier]);
    let (mut ours, theirs) = pair::new().unwrap();
    door.answer("canada-post", theirs).await;
    let mut rest = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut ours, &mut rest).await.unwrap();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn carriers_dialler_knows_carriers_alone() {
    let tor = Target::through_tor("node", "node.example", 443, true).unwrap();
    let here = Target::on_loopback("own", "127.0.0.1", 9, false).unwrap();
    let carrier = Target::at_carrier("canada-post", "api.carrier.example", 443).unwrap();
    let dialler = CarrierDialer::new(vec![tor, here, carrier]);
    assert!(dialler.has("canada-post") && !dialler.has("node") && !dialler.has("own"));
}
