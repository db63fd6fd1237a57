use shop_core::entropy::Seeded;

use super::*;
use crate::{
    onion::{OnionKey, TestAuthority, TestNetwork, limits::Limits},
    transports::TransportAddress,
};

fn plan(dir: &std::path::Path) -> ArtiPlan {
    ArtiPlan {
        state_dir: dir.join("state"),
        cache_dir: dir.join("cache"),
        key: OnionKey::generate(&Seeded::new(1)),
        memory_bytes: crate::onion::default_memory(),
        bridges: Vec::new(),
        transports: Vec::new(),
        client_only: false,
        test_network: None,
    }
}

/// T-TOR1. The settings as the library understood them.
#[test]
fn tor_library_has_full_vanguards_and_limits_memory_and_streams() {
    let plan = plan("/nowhere".as_ref());
    let client = config::client(&plan).unwrap();
    let vanguards: &tor_guardmgr::VanguardConfig = client.as_ref();
    assert_eq!(vanguards.mode(), tor_guardmgr::VanguardMode::Full);
    // The library gives these to nobody else.
    let printed = format!("{client:?}");
    assert!(printed.contains("memory: Config(Enabled(ConfigInner { max: ByteQty(268435456)"));
    assert!(printed.contains("kind: Explicit(Ephemeral)"));
    assert!(printed.contains("allow_local_addrs: false"));
    let service = config::service(&Limits::default()).unwrap();
    assert_eq!(*service.max_concurrent_streams_per_circuit(), 16);
}

/// Bridges alone are used, the transports are ports, and landlock can hold the role to them.
#[test]
fn bridges_and_ports_of_transports_reach_the_library() {
    let dir = tempfile::tempdir().unwrap();
    let mut plan = plan(dir.path());
    assert_eq!(plan.prepare_folders().unwrap().connect, None);
    let fingerprint = "0bac39417268b96b9f514ef763fa6fba1a788956";
    plan.bridges = vec![
        format!("192.0.2.1:9001 {fingerprint}"),
        format!("obfs4 192.0.2.2:443 {fingerprint} cert=x"),
    ];
    let address = ([127, 0, 0, 1], 4711).into();
    plan.transports = vec![TransportAddress { name: "obfs4".into(), address }];
    let printed = format!("{:?}", config::client(&plan).unwrap());
    for wanted in ["enabled: Explicit(true)", "proxy_addr: Some(127.0.0.1:4711)", "path: None"] {
        assert!(printed.contains(wanted), "{wanted}: {printed}");
    }
    assert_eq!(plan.prepare_folders().unwrap().connect, Some(vec![9001, 4711]));
    plan.transports.clear();
    plan.bridges = vec!["192.0.2.1:9001 secret".into()];
    let error = config::client(&plan).err().unwrap();
    assert!(error.contains("number 1 has no fingerprint") && !error.contains("secret"), "{error}");
}

/// The library would never use a bridge again whose address has changed.
#[test]
fn changed_bridges_have_a_state_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let mut plan = plan(dir.path());
    plan.prepare_folders().unwrap();
    let alone = plan.state_folder();
    let fingerprint = "0bac39417268b96b9f514ef763fa6fba1a788956";
    let lines = ["192.0.2.1:9001", "192.0.2.2:9001"].map(|at| format!("{at} {fingerprint}"));
    plan.bridges = lines.to_vec();
    plan.prepare_folders().unwrap();
    let both = plan.state_folder();
    assert!(both.is_dir() && both != alone);
    plan.bridges.reverse();
    assert_eq!(plan.state_folder(), both, "their order is no change");
    plan.bridges.pop();
    plan.prepare_folders().unwrap();
    assert!(plan.state_folder().is_dir() && !both.exists(), "the others are forgotten");
    plan.bridges.clear();
    plan.prepare_folders().unwrap();
    assert_eq!(plan.state_folder(), alone);
    assert_eq!(std::fs::read_dir(alone.join("bridges")).unwrap().count(), 0);
}

#[test]
fn each_purpose_has_an_isolation_of_its_own() {
    let plan = plan("/nowhere".as_ref());
    let far = |purpose| Target::through_tor(purpose, "a.example", 443, true).unwrap();
    let targets = [
        far("ethereum-rpc-1"),
        far("ethereum-rpc-2"),
        Target::on_loopback("node", "127.0.0.1", 8545, false).unwrap(),
    ];
    let arti = Arti::new(plan, &targets, Limits::default()).unwrap();
    assert_eq!(arti.isolation.len(), 2);
    assert_ne!(arti.isolation["ethereum-rpc-1"], arti.isolation["ethereum-rpc-2"]);
    assert!(arti.prefs(&far("another")).is_none());
}

fn network(orport: u16) -> TestNetwork {
    let v3ident = "A".repeat(40);
    let rsa = "B".repeat(40);
    let ed = "0c".repeat(32);
    TestNetwork { authorities: vec![TestAuthority { v3ident, rsa, ed, orport }] }
}

/// A network whose one authority hangs up on everybody.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_tor_network_the_role_says_so_and_keeps_trying() {
    let dir = tempfile::tempdir().unwrap();
    let authority = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let orport = authority.local_addr().unwrap().port();
    let mut plan = plan(dir.path());
    plan.test_network = Some(network(orport));
    let mut arti = Arti::new(plan, &[], Limits::default()).unwrap();
    arti.quiet = Duration::from_secs(1);
    let (arrivals, _arrivals) = mpsc::channel(1);
    let (news_in, mut news) = mpsc::channel(64);
    let says_why = async {
        loop {
            match news.recv().await.unwrap() {
                Status::Waiting { reason } => return reason,
                Status::Bootstrap { percent, .. } => assert!(percent < 100),
                other => panic!("{other:?}"),
            }
        }
    };
    let waits_and_tries = async {
        let reason = says_why.await;
        assert!(reason.contains("Tor"), "{reason}");
        assert!(!reason.contains("127.0.0.1"), "{reason}");
        for _ in 0..2 {
            authority.accept().await.unwrap();
        }
    };
    tokio::select! {
        () = waits_and_tries => {}
        reason = arti.serve(arrivals, news_in) => panic!("gave up: {reason}"),
        () = sleep(Duration::from_secs(60)) => panic!("not in a minute"),
    }
}

#[test]
fn a_test_network_written_wrong_is_refused() {
    let mut plan = plan("/nowhere".as_ref());
    let authority =
        TestAuthority { v3ident: "no".into(), rsa: "B".repeat(40), ed: "0c".repeat(32), orport: 1 };
    plan.test_network = Some(TestNetwork { authorities: vec![authority] });
    assert!(Arti::new(plan, &[], Limits::default()).is_err());
}

/// Rubbish in Tor's folder, as after a disk error: the seller hears where, and the remedy.
#[tokio::test(flavor = "multi_thread")]
async fn rubbish_in_the_state_folder_is_said_with_what_helps() {
    for spoilt in ["state", "cache", "state/state/guards.json", "cache/dir.sqlite3"] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(spoilt);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(&path)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &[b'x'; 5_000]))
            .unwrap();
        let mut plan = plan(dir.path());
        // Nobody listens there.
        plan.test_network = Some(network(1));
        let arti = Arti::new(plan, &[], Limits::default()).unwrap();
        let (arrivals, _arrivals) = mpsc::channel(1);
        let (news_in, mut news) = mpsc::channel(64);
        let waits = async {
            loop {
                let Status::Waiting { reason } = news.recv().await.unwrap() else { continue };
                if reason.contains("state/tor") {
                    return reason;
                }
            }
        };
        let reason = tokio::select! {
            reason = waits => reason,
            reason = arti.serve(arrivals, news_in) => reason,
            () = sleep(Duration::from_secs(60)) => panic!("{spoilt}: nothing is said"),
        };
        assert!(reason.contains("move its folder state/tor"), "{spoilt}: {reason}");
    }
}
