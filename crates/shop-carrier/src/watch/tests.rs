//! Tests of the watch over a parcel: what is signed, when, and what never is.

use super::*;
use crate::snapshot::{Event, EventClass};

const DAY: u64 = 24 * HOUR;
const START: u64 = 1_795_348_800;

fn watch() -> Watch {
    Watch::new(UnixTime(START), UnixTime(START), UnixTime(START + 60 * DAY))
}

fn event(class: EventClass, at: u64) -> Event {
    let at = Some(UnixTime(at));
    Event { code: "1".to_owned(), text: String::new(), class, at, zone_known: true }
}

fn parcel(events: &[(EventClass, u64)]) -> Snapshot {
    Snapshot {
        found: Found::Active,
        events: events.iter().map(|(class, at)| event(*class, *at)).collect(),
        ..Snapshot::not_found(Vec::new())
    }
}

fn delivered_at(at: u64) -> Snapshot {
    parcel(&[(EventClass::InTransit, START + HOUR), (EventClass::Delivered, at)])
}

fn see(watch: &mut Watch, now: u64, snapshot: &Snapshot) -> Next {
    // Kept and read again between two answers, as an attestor does.
    let stored = serde_json::to_string(watch).expect("JSON");
    *watch = serde_json::from_str(&stored).expect("what was written");
    watch.answer(UnixTime(now), Ok(snapshot), &Rules::default(), 0).next
}

/// Asks whenever the watch wants to, and returns the time and the end of it.
fn run(watch: &mut Watch, from: u64, mut shown: impl FnMut(u64) -> Snapshot) -> (u64, Next) {
    let mut now = from;
    for _ in 0..2_000 {
        match see(watch, now, &shown(now)) {
            Next::PollAt(at) => {
                assert!(at.0 > now, "time goes on");
                now = at.0;
            }
            end => return (now, end),
        }
    }
    panic!("the watch has no end");
}

#[test]
fn delivery_is_signed_once_it_was_stable_for_48_hours() {
    let at = START + 5 * DAY;
    let (now, end) = run(&mut watch(), at + HOUR, |_| delivered_at(at));
    assert_eq!(now, at + HOUR + STABLE, "not before, and at once then");
    let accepted_at = UnixTime(START + HOUR);
    assert_eq!(end, Next::Sign(Delivery { accepted_at, delivered_at: UnixTime(at) }));
}

#[test]
fn signature_is_given_once() {
    let at = START + 5 * DAY;
    let mut watch = watch();
    let (now, _) = run(&mut watch, at, |_| delivered_at(at));
    assert_eq!(see(&mut watch, now + HOUR, &delivered_at(at)), Next::Over);
}

/// The carrier corrects a wrong scan within two days, and delivers later.
#[test]
fn wrong_scan_that_is_corrected_starts_the_clock_again() {
    let first = START + 5 * DAY;
    let second = first + 2 * DAY - HOUR;
    let shown = |now: u64| match now {
        now if now < first + DAY => delivered_at(first),
        now if now < second => {
            parcel(&[(EventClass::Delivered, first), (EventClass::InTransit, first + DAY)])
        }
        _ => parcel(&[
            (EventClass::Delivered, first),
            (EventClass::InTransit, first + DAY),
            (EventClass::Delivered, second),
        ]),
    };
    let (now, end) = run(&mut watch(), first, shown);
    assert!(now >= second + STABLE);
    assert!(matches!(end, Next::Sign(delivery) if delivery.delivered_at.0 == second));
}

#[test]
fn correction_in_the_last_hour_is_seen() {
    let at = START + 5 * DAY;
    let mut watch = watch();
    let shown = |now: u64| {
        if now < at + STABLE - 1 {
            return delivered_at(at);
        }
        parcel(&[(EventClass::Delivered, at), (EventClass::Returned, at + STABLE - 1)])
    };
    assert_eq!(run(&mut watch, at, shown).1, Next::Refuse(Refusal::Returned));
}

#[test]
fn returned_parcel_is_refused_for_ever() {
    let mut watch = watch();
    let returned = parcel(&[(EventClass::Returned, START + DAY)]);
    assert_eq!(see(&mut watch, START + DAY, &returned), Next::Refuse(Refusal::Returned));
    let (_, end) = run(&mut watch, START + 9 * DAY, |_| delivered_at(START + 2 * DAY));
    assert_eq!(end, Next::Refuse(Refusal::Returned), "though the answer has changed");
}

/// Downtime, or a clock that jumped, makes 48 hours of two answers.
#[test]
fn two_answers_far_apart_are_not_enough() {
    let at = START + 5 * DAY;
    let mut watch = watch();
    assert!(matches!(see(&mut watch, at, &delivered_at(at)), Next::PollAt(_)));
    let late = at + 5 * DAY;
    assert_eq!(see(&mut watch, late, &delivered_at(at)), poll(late, HOUR));
    assert!(matches!(see(&mut watch, late + HOUR, &delivered_at(at)), Next::Sign(_)));
}

#[test]
fn clock_set_back_starts_the_48_hours_again() {
    let at = START + 5 * DAY;
    let mut watch = watch();
    let _ = see(&mut watch, at + 3 * DAY, &delivered_at(at));
    let (now, _) = run(&mut watch, at + DAY, |_| delivered_at(at));
    assert_eq!(now, at + DAY + STABLE);
}

#[test]
fn delivery_in_the_future_is_not_signed() {
    let at = START + 9 * DAY;
    let (now, _) = run(&mut watch(), START + DAY, |_| delivered_at(at));
    assert!(now >= at + STABLE);
}

#[test]
fn delivery_without_time_zone_waits_six_hours_more() {
    let at = START + 5 * DAY;
    let mut snapshot = delivered_at(at);
    snapshot.events[1].zone_known = false;
    let (now, _) = run(&mut watch(), at, |_| snapshot.clone());
    assert_eq!(now, at + STABLE + ZONES);
}

#[test]
fn polls_are_six_hours_apart_and_hourly_with_the_driver() {
    let way = parcel(&[(EventClass::InTransit, START + HOUR)]);
    let driver = parcel(&[(EventClass::OutForDelivery, START + HOUR)]);
    for jitter in [0, 1, 3_599, 3_600, 7_200, u64::MAX] {
        let mut watch = watch();
        let mut next = |snapshot: &Snapshot| {
            let step = watch.answer(UnixTime(START), Ok(snapshot), &Rules::default(), jitter);
            match step.next {
                Next::PollAt(at) => at.0 - START,
                other => panic!("{other:?}"),
            }
        };
        assert!((5 * HOUR..=7 * HOUR).contains(&next(&way)));
        assert!((50 * MINUTE..=70 * MINUTE).contains(&next(&driver)));
    }
}

#[test]
fn unknown_number_is_not_yet_for_72_hours() {
    let nothing = Snapshot::not_found(Vec::new());
    let mut watch = watch();
    let early = watch.answer(UnixTime(START + NOT_YET), Ok(&nothing), &Rules::default(), 0);
    assert_eq!((early.status, early.is_overdue), (Some(Status::Pending), false));
    let late = watch.answer(UnixTime(START + NOT_YET + 1), Ok(&nothing), &Rules::default(), 0);
    assert!(late.is_overdue);
    assert_eq!(late.next, poll(START + NOT_YET + 1, 23 * HOUR), "and is still asked for");
}

#[test]
fn errors_never_undo_or_make_a_delivery() {
    let at = START + 5 * DAY;
    let mut watch = watch();
    let _ = see(&mut watch, at, &delivered_at(at));
    for (step, error) in [
        CarrierError::NoAnswer,
        CarrierError::Malformed,
        CarrierError::WrongParcel,
        CarrierError::AccountRefused,
        CarrierError::Throttled { retry_after: None },
    ]
    .into_iter()
    .enumerate()
    {
        let now = UnixTime(at + (step as u64 + 1) * DAY);
        let step = watch.answer(now, Err(&error), &Rules::default(), 0);
        assert!(matches!(step.next, Next::PollAt(_)), "{error}: {step:?}");
    }
    let _ = see(&mut watch, at + 6 * DAY, &delivered_at(at));
    assert!(matches!(see(&mut watch, at + 7 * DAY, &delivered_at(at)), Next::Sign(_)));
}

#[test]
fn throttling_waits_a_minute_and_failures_ever_longer() {
    let mut watch = watch();
    let mut pause = |error: CarrierError| {
        let step = watch.answer(UnixTime(START), Err(&error), &Rules::default(), 0);
        match step.next {
            Next::PollAt(at) => at.0 - START,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(pause(CarrierError::Throttled { retry_after: None }), 60);
    let told = Some(std::time::Duration::from_secs(300));
    assert_eq!(pause(CarrierError::Throttled { retry_after: told }), 300);
    let mut last = 0;
    for _ in 0..40 {
        let next = pause(CarrierError::Unreachable);
        assert!(next >= last && next <= 6 * HOUR);
        last = next;
    }
}

#[test]
fn parcel_older_than_the_payment_is_refused() {
    let funded = UnixTime(START);
    let old = parcel(&[(EventClass::InTransit, START - DAY - 1)]);
    let fresh = parcel(&[(EventClass::InTransit, START - DAY)]);
    let label = parcel(&[(EventClass::Info, START - 9 * DAY)]);
    assert_eq!(admit(&old, funded), Err(Refusal::TooOld));
    assert_eq!(admit(&fresh, funded), Ok(()));
    assert_eq!(admit(&label, funded), Ok(()), "a label may be printed long before");
    assert_eq!(see(&mut watch(), START, &old), Next::Refuse(Refusal::TooOld));
}

#[test]
fn delivered_or_returned_parcel_is_not_admitted() {
    for (class, refusal) in [
        (EventClass::Delivered, Refusal::AlreadyDelivered),
        (EventClass::ThirdParty, Refusal::AlreadyDelivered),
        (EventClass::Locker, Refusal::AlreadyDelivered),
        (EventClass::Returned, Refusal::Returned),
    ] {
        let seen = parcel(&[(class, START), (EventClass::InTransit, START + HOUR)]);
        assert_eq!(admit(&seen, UnixTime(START)), Err(refusal), "{class:?}");
    }
    assert_eq!(admit(&Snapshot::not_found(Vec::new()), UnixTime(START)), Ok(()));
}

#[test]
fn watch_ends_when_nobody_needs_the_answer() {
    let way = parcel(&[(EventClass::InTransit, START + HOUR)]);
    let (now, end) = run(&mut watch(), START, |_| way.clone());
    assert_eq!(end, Next::Over);
    assert!(now > START + 60 * DAY && now < START + 61 * DAY);
}
