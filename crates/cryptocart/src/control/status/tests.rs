use super::*;
use std::collections::BTreeMap;

/// The JSON that `docs/running.md` shows.
const GOLDEN: &str = include_str!("golden.json");

fn sample() -> Status {
    let hour = || "2026-11-29 14:00 UTC".to_owned();
    let chain = ChainStatus {
        currency: "ETH".into(),
        state: ChainState::NotSeen,
        since: Some(hour()),
        why: Some("1 of 3 nodes agree, 2 needed; node 1 cannot be reached".into()),
        offered: false,
        newest_block: Some(24_000_000),
        newest_block_hour: Some(hour()),
        blocks_behind: 0,
        blocks_unread: 0,
        nodes: 3,
    };
    let shop = ShopStatus {
        sealed_to: "0123456789ABCDEF0123456789ABCDEF01234567".into(),
        takes_orders: false,
        chains: vec![chain],
        rates: Vec::new(),
        mailbox: PartStatus { works: true, since: None, why: None },
        backlog: Backlog { mails: 2, unsealed: 0 },
        pool: Some(PoolStatus { addresses: 500, never_given: 412, reusable: 3, stray: 0 }),
        disk: DiskStatus { free_mib: 20_480, needed_mib: 512 },
        warnings: Vec::new(),
        needs_restart: vec!["ether.nodes".into()],
    };
    Status {
        version: 1,
        healthy: true,
        problems: Vec::new(),
        name: "Nordlys".into(),
        demo: false,
        roles: Roles { shop: RoleState::Running, tor: Some(RoleState::Running) },
        onion: Some("pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion".into()),
        reachable: Some(true),
        preview: Some("http://127.0.0.1:8080/".into()),
        shop: Some(shop),
        failed_transports: BTreeMap::new(),
    }
    .judged()
}

#[test]
fn json_form_is_the_one_that_is_documented() {
    let json = serde_json::to_string_pretty(&sample()).unwrap() + "\n";
    assert_eq!(json, GOLDEN, "the form is stable: a new field needs a new version of it");
    assert_eq!(serde_json::from_str::<Status>(GOLDEN).unwrap(), sample());
    let docs = include_str!("../../../../../docs/running.md");
    assert!(docs.contains(GOLDEN), "docs/running.md shows another form");
}

/// Makes one part not work.
type Breaks = fn(&mut Status);

#[test]
fn each_part_that_does_not_work_is_a_problem() {
    let well = || {
        let mut status = sample();
        let shop = status.shop.as_mut().unwrap();
        shop.chains[0].state = ChainState::Seen;
        status
    };
    assert_eq!(well().judged().problems, Vec::<String>::new());
    assert!(well().judged().healthy);
    let broken: [(&str, Breaks); 11] = [
        ("the receipts of 2 blocks", |status| {
            status.shop.as_mut().unwrap().chains[0].blocks_unread = 2;
        }),
        ("does not answer", |status| status.shop = None),
        ("shop's process stopped", |status| status.roles.shop = RoleState::Restarting),
        ("Tor process stopped", |status| status.roles.tor = Some(RoleState::Restarting)),
        ("cannot be reached yet", |status| status.reachable = Some(false)),
        ("the transport obfs4 does not get ready", |status| {
            status.failed_transports.insert("obfs4".into(), "does not get ready".into());
        }),
        ("not yet looked for", |status| {
            status.shop.as_mut().unwrap().chains[0].state = ChainState::Starting;
        }),
        ("the mailbox has not been writable", |status| {
            status.shop.as_mut().unwrap().mailbox.works = false;
        }),
        ("cannot be encrypted", |status| status.shop.as_mut().unwrap().backlog.unsealed = 1),
        ("all addresses of the pool", |status| {
            status.shop.as_mut().unwrap().pool = Some(PoolStatus::default());
        }),
        ("511 MiB free", |status| status.shop.as_mut().unwrap().disk.free_mib = 511),
    ];
    for (wanted, breaks) in broken {
        let mut status = well();
        breaks(&mut status);
        let status = status.judged();
        assert!(!status.healthy && status.problems[0].contains(wanted), "{:?}", status.problems);
    }
}
