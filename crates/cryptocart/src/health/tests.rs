use super::*;
use shop_core::{
    entropy::{self, Seeded},
    money::AssetId,
};

const ETH: Part = Part::Chain(AssetId::ETH.chain());
const HOUR: u64 = 3_600;
/// Hours after which an asset is not offered any more, in these tests.
const STOP: u64 = 6;

fn at(hours: u64, seconds: u64) -> UnixTime {
    UnixTime((1_000 + hours) * HOUR + seconds)
}

fn hour(hours: u64) -> CoarseTime {
    at(hours, 0).coarse()
}

fn fail(health: &mut Health, now: UnixTime) {
    health.fails(ETH, "node 1 cannot be reached".into(), false, now);
}

#[test]
fn single_failure_is_not_told_and_the_second_is() {
    let mut health = Health::new(STOP);
    health.works(ETH, at(0, 0));
    fail(&mut health, at(0, 10));
    assert_eq!(health.changes(at(0, 10)), []);
    assert_eq!(health.outage(ETH), None);
    fail(&mut health, at(1, 40));
    let told = health.changes(at(1, 40));
    let why = "node 1 cannot be reached".to_owned();
    assert_eq!(told, [Change::Fails { part: ETH, since: hour(0), why: why.clone() }]);
    assert_eq!(health.outage(ETH), Some(Outage { since: hour(0), why, stopped: false }));
    assert_eq!(health.changes(at(1, 50)), [], "once");
}

#[test]
fn wrong_setting_is_told_at_once() {
    let mut health = Health::new(STOP);
    health.fails(ETH, "node 1 is on chain 5, not 1".into(), true, at(0, 0));
    assert_eq!(health.changes(at(0, 0)).len(), 1);
}

#[test]
fn long_outage_is_mailed_stops_the_asset_and_its_end_is_told() {
    let mut health = Health::new(STOP);
    health.works(ETH, at(0, 0));
    let mut all = Vec::new();
    for minutes in 0..8 * 60 {
        let now = at(0, 60 + minutes * 60);
        fail(&mut health, now);
        all.extend(health.changes(now));
    }
    let mails: Vec<_> = all
        .iter()
        .filter_map(|change| match change {
            Change::Mail { stopped, since, .. } => Some((*stopped, *since)),
            _ => None,
        })
        .collect();
    assert_eq!((all.len(), mails), (3, vec![(false, hour(0)), (true, hour(0))]));
    assert!(health.outage(ETH).unwrap().stopped);
    health.works(ETH, at(9, 0));
    let works = Change::Works { part: ETH, since: hour(0), mailed: true };
    assert_eq!(health.changes(at(9, 0)), [works]);
    assert_eq!(health.outage(ETH), None);
}

/// Closed for a week, opened before its node: nothing is stopped in the first minutes.
#[test]
fn shop_opened_after_days_waits_for_its_node_before_it_acts() {
    let mut health = Health::new(STOP);
    health.was_read(AssetId::ETH.chain(), Height(7), hour(0));
    let opened = at(200, 0);
    for seconds in [0, 12, 30, 300] {
        fail(&mut health, UnixTime(opened.0 + seconds));
    }
    let changes = health.changes(UnixTime(opened.0 + 300));
    assert!(matches!(changes[..], [Change::Fails { since, .. }] if since == hour(0)));
    fail(&mut health, UnixTime(opened.0 + SETTLING));
    let changes = health.changes(UnixTime(opened.0 + SETTLING));
    assert!(matches!(changes[..], [Change::Mail { stopped: true, .. }]), "{changes:?}");
}

/// A change that is due by time alone does not wait for another failure.
#[test]
fn time_alone_stops_an_asset() {
    let mut health = Health::new(STOP);
    health.works(ETH, at(0, 0));
    fail(&mut health, at(0, 1));
    fail(&mut health, at(0, 2));
    assert_eq!(health.changes(at(0, 2)).len(), 1);
    assert!(matches!(health.changes(at(STOP, 9))[..], [Change::Mail { stopped: true, .. }]));
}

#[test]
fn nodes_that_stand_still_are_an_outage_of_a_public_chain() {
    let read = |stuck_after, behind| {
        let mut health = Health::new(STOP);
        let progress = Progress { newest: Some((Height(9), hour(0))), behind };
        for seconds in 0..3 {
            health.chain_read(AssetId::ETH.chain(), progress, stuck_after, at(5, seconds));
        }
        health.changes(at(5, 3)).pop()
    };
    let told = read(Some(5), 0);
    assert!(
        matches!(&told, Some(Change::Fails { since, why, .. })
            if *since == hour(0) && why.contains("nodes are stuck")),
        "{told:?}"
    );
    assert_eq!(read(Some(5), 40), None, "it is being caught up with");
    assert_eq!(read(Some(6), 0), None, "blocks of this chain come more slowly");
    assert_eq!(read(None, 0), None, "a private chain mines when it likes");
}

#[test]
fn mailbox_is_never_mailed_about() {
    let mut health = Health::new(STOP);
    for minutes in 0..40 * 60 {
        health.fails(Part::Mailbox, "the disk is full".into(), false, at(0, minutes * 60));
    }
    let told = health.changes(at(40, 0));
    assert!(matches!(told[..], [Change::Fails { part: Part::Mailbox, .. }]));
}

/// A clock that is set back, or far ahead, breaks nothing and repeats nothing.
#[test]
fn whatever_happens_each_thing_is_told_once_and_in_order() {
    for seed in 0..400 {
        let random = Seeded::new(seed);
        let stop = 1 + seed % 9;
        let mut health = Health::new(stop);
        let goes_back = seed % 2 == 0;
        let mut now = at(100, 0);
        let mut last_worked = None;
        let mut told = Reported::Nothing;
        for _ in 0..120 {
            let [what, step, far] = entropy::bytes(&random);
            let step = u64::from(step) * if far < 16 { 600 } else { 20 };
            now = match goes_back && far > 250 {
                true => UnixTime(now.0.saturating_sub(step)),
                false => now.plus_seconds(step),
            };
            match what % 3 {
                0 => {
                    health.works(ETH, now);
                    last_worked = Some(now);
                }
                1 => fail(&mut health, now),
                _ => {}
            }
            for change in health.changes(now) {
                told = match change {
                    Change::Fails { .. } => {
                        assert_eq!(told, Reported::Nothing);
                        Reported::Fails
                    }
                    Change::Mail { stopped, .. } => {
                        let due = if stopped { Reported::Stopped } else { Reported::Mailed };
                        assert!(told >= Reported::Fails && due > told);
                        let unseen =
                            last_worked.map_or(0, |seen: UnixTime| now.0.saturating_sub(seen.0));
                        let hours = if stopped { stop } else { stop.min(MAIL_AFTER_HOURS) };
                        assert!(goes_back || last_worked.is_none() || unseen >= hours * HOUR);
                        due
                    }
                    Change::NoRate { .. } => panic!("no rate was reported on"),
                    Change::Works { mailed, .. } => {
                        assert!(told > Reported::Nothing);
                        assert_eq!(mailed, told >= Reported::Mailed);
                        Reported::Nothing
                    }
                };
            }
            assert_eq!(health.outage(ETH).is_some(), told > Reported::Nothing);
            assert_eq!(health.outage(ETH).is_some_and(|o| o.stopped), told == Reported::Stopped);
        }
    }
}

#[test]
fn missing_rate_is_mailed_once_and_stops_no_chain() {
    let rates = Part::Rates(AssetId::ETH.chain());
    let mut health = Health::new(STOP);
    health.works(rates, at(0, 0));
    let mut all = Vec::new();
    for minutes in 1..8 * 60 {
        let now = at(0, minutes * 60);
        health.fails(rates, "no source told a price".into(), false, now);
        all.extend(health.changes(now));
    }
    let why = "no source told a price".to_owned();
    let mail = Change::NoRate { chain: AssetId::ETH.chain(), since: hour(0), why };
    assert!(all.len() == 2 && all.contains(&mail), "{all:?}");
    let chain = AssetId::ETH.chain();
    assert_eq!(health.chain_change(chain, ChainNotice::NoRate), Some(mail));
    assert_eq!(health.chain_change(chain, ChainNotice::RateAgain), None);
    assert_eq!(health.chain_change(chain, ChainNotice::Undetected), None);
    health.works(rates, at(9, 0));
    let works = Change::Works { part: rates, since: hour(0), mailed: true };
    assert_eq!(health.changes(at(9, 0)), std::slice::from_ref(&works));
    assert_eq!(health.chain_change(chain, ChainNotice::NoRate), None);
    assert_eq!(health.chain_change(chain, ChainNotice::RateAgain), Some(works));
}
