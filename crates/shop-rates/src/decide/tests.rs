use super::*;
use proptest::prelude::*;

const NOW: UnixTime = UnixTime(1_795_348_800);
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn price(text: &str) -> QuotedPrice {
    QuotedPrice::parse(text).unwrap()
}

fn voices(prices: &[&str]) -> BTreeMap<&'static str, Voice> {
    let voice = |text: &&str| Voice { price: price(text), at: NOW };
    NAMES.into_iter().zip(prices.iter().map(voice)).collect()
}

fn decided(prices: &[&str]) -> Result<String, NoRate> {
    decide(&voices(prices), None, NOW, &Rules::default()).map(|rate| rate.price.to_string())
}

fn accepted(text: &str, age: u64) -> Option<Accepted> {
    Some(Accepted { price: price(text), at: UnixTime(NOW.0 - age) })
}

#[test]
fn two_sources_must_agree_within_the_bound() {
    assert_eq!(decided(&["100", "102"]), Ok("101".into()));
    let differ = decided(&["102.01", "100"]).unwrap_err();
    let told = NoRate::Disagree { lowest: (price("100"), "b"), highest: (price("102.01"), "a") };
    assert_eq!(differ, told);
    assert_eq!(differ.to_string(), "the sources differ too much: from 100 (b) to 102.01 (a)");
    assert_eq!(decided(&["100"]), Err(NoRate::Alone("a")));
    assert_eq!(decided(&[]), Err(NoRate::Nobody));
    assert_eq!(decided(&["0", "0"]), Err(NoRate::Nobody));
}

#[test]
fn third_source_that_differs_is_left_out() {
    assert_eq!(decided(&["100", "101", "150"]), Ok("101".into()));
    assert_eq!(decided(&["100", "101", "1"]), Ok("100".into()));
    assert_eq!(decided(&["100", "101", "100.5"]), Ok("100.5".into()));
    let rate = decide(&voices(&["100", "101", "150"]), None, NOW, &Rules::default()).unwrap();
    assert_eq!(rate.sources, ["a", "b"]);
}

#[test]
fn two_camps_of_one_size_stop_the_rate() {
    assert!(matches!(decided(&["100", "100", "150", "150"]), Err(NoRate::Disagree { .. })));
    assert!(matches!(decided(&["100", "120", "140"]), Err(NoRate::Disagree { .. })));
    assert_eq!(decided(&["100", "100", "101", "150"]), Ok("100.5".into()));
}

#[test]
fn old_price_and_price_from_the_future_do_not_count() {
    let rules = Rules::default();
    let at = |seconds: u64| {
        let mut voices = voices(&["100", "100"]);
        voices.insert("b", Voice { price: price("100"), at: UnixTime(seconds) });
        decide(&voices, None, NOW, &rules)
    };
    assert_eq!(at(NOW.0 - 3_600).unwrap().at, UnixTime(NOW.0 - 3_600));
    assert_eq!(at(NOW.0 - 3_601), Err(NoRate::Alone("a")));
    assert!(at(NOW.0 + 300).is_ok());
    assert_eq!(at(NOW.0 + 301), Err(NoRate::Alone("a")));
    let later = UnixTime(NOW.0 + 3_601);
    assert_eq!(decide(&voices(&["1", "1"]), None, later, &rules), Err(NoRate::Old));
}

#[test]
fn jump_stops_the_rate_until_the_last_one_is_old() {
    let rules = Rules::default();
    let halved = voices(&["50", "50.2"]);
    let jump = decide(&halved, accepted("100", 0), NOW, &rules).unwrap_err();
    assert_eq!(jump, NoRate::Jump { last: price("100"), told: (price("50"), "a") });
    assert!(decide(&halved, accepted("100", 3_601), NOW, &rules).is_ok());
    let risen = voices(&["120", "120"]);
    assert!(decide(&risen, accepted("100", 0), NOW, &rules).is_ok());
    let one_mad = voices(&["100", "100.5", "1000"]);
    let rate = decide(&one_mad, accepted("100", 0), NOW, &rules).unwrap();
    assert_eq!(rate.price.to_string(), "100.25", "the mad one does not count");
}

fn near(base: u128) -> impl Strategy<Value = u128> {
    // Within 1 % of it, so that two of them are within 2 %.
    (0..=base / 100).prop_map(move |more| base + more)
}

fn voice(units: u128) -> Voice {
    Voice { price: QuotedPrice::from_units(units, 6).unwrap(), at: NOW }
}

fn rate_of(units: &[u128]) -> Result<Decided, NoRate> {
    let voices = NAMES.into_iter().zip(units.iter().map(|units| voice(*units))).collect();
    decide(&voices, None, NOW, &Rules::default())
}

proptest! {
    #[test]
    fn rate_is_within_the_range_of_those_that_agree(
        units in prop::collection::vec(1u128..1_000, 0..=5)
    ) {
        if let Ok(rate) = rate_of(&units) {
            let told = |name: &str| NAMES.iter().position(|known| *known == name).unwrap();
            let agreeing: Vec<QuotedPrice> =
                rate.sources.iter().map(|name| voice(units[told(name)]).price).collect();
            prop_assert!(agreeing.len() >= 2 && agreeing.len() * 2 > units.len());
            let lowest = *agreeing.iter().min().unwrap();
            let highest = *agreeing.iter().max().unwrap();
            prop_assert!(lowest <= rate.price && rate.price <= highest);
            prop_assert!(lowest.is_within(highest, Rules::default().agree_within));
        }
    }

    #[test]
    fn one_liar_of_two_stops_the_rate_or_agrees(
        honest in 1_000_000u128..10_000_000, lie in 1u128..100_000_000
    ) {
        match rate_of(&[honest, lie]) {
            Ok(rate) => {
                prop_assert!(voice(honest).price.is_within(voice(lie).price, 20_000));
                prop_assert!(rate.price.is_within(voice(honest).price, 10_001));
            }
            Err(error) => {
                let is_disagreement = matches!(error, NoRate::Disagree { .. });
                prop_assert!(is_disagreement);
            }
        }
    }

    #[test]
    fn one_liar_of_three_moves_nothing_beyond_the_honest(
        (one, two) in (1_000_000u128..10_000_000).prop_flat_map(|base| (near(base), near(base))),
        lie in 0u128..100_000_000
    ) {
        let rate = rate_of(&[one, two, lie]).unwrap();
        prop_assert!(rate.price >= voice(one.min(two)).price);
        prop_assert!(rate.price <= voice(one.max(two)).price);
    }

    #[test]
    fn order_of_the_quotes_decides_nothing(
        units in prop::collection::vec(900u128..1_000, 2..=5),
        turns in 0usize..5
    ) {
        let mut turned = units.clone();
        turned.rotate_left(turns % units.len());
        let rate = |units: &[u128]| rate_of(units).map(|rate| (rate.price, rate.at, rate.sources.len()));
        match (rate(&units), rate(&turned)) {
            (Ok(one), Ok(two)) => prop_assert_eq!(one, two),
            (one, two) => prop_assert_eq!(one.is_ok(), two.is_ok()),
        }
    }
}
