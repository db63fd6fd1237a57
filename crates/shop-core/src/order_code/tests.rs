use super::*;
use crate::entropy::Seeded;
use proptest::prelude::*;

/// The 28 values of a shown code.
fn shown(seed: u64) -> Vec<u8> {
    let text = OrderCode::random(&Seeded::new(seed)).reveal();
    text.chars().filter(|c| *c != '-').map(|c| base32::value(c).unwrap()).collect()
}

fn parsed(values: &[u8]) -> Result<OrderCode, OrderCodeError> {
    OrderCode::parse(&values.iter().map(|value| base32::digit(*value)).collect::<String>())
}

/// As earlier builds showed it.
fn shown_formerly(order_code: &OrderCode) -> String {
    let digits = order_code.0.iter().map(|value| base32::digit(*value));
    digits.chain([check::former(&order_code.0)]).collect()
}

#[test]
fn code_has_characters_of_one_alphabet_only() {
    for seed in 0..2_000 {
        let text = OrderCode::random(&Seeded::new(seed)).reveal();
        assert_eq!(text.len(), 28 + 6);
        assert!(text.chars().all(|c| c == '-' || base32::value(c).is_some()), "{text}");
    }
}

#[test]
fn every_wrong_character_is_noticed() {
    for seed in 0..40 {
        let good = shown(seed);
        assert!(parsed(&good).is_ok());
        for at in 0..good.len() {
            for value in (0..32).filter(|value| *value != good[at]) {
                let mut wrong = good.clone();
                wrong[at] = value;
                assert_eq!(parsed(&wrong), Err(OrderCodeError::Check), "{at}: {value}");
            }
        }
    }
}

/// Neighbours, and any two others.
#[test]
fn every_exchange_of_two_characters_is_noticed() {
    for seed in 0..200 {
        let good = shown(seed);
        for one in 0..good.len() {
            for other in (one + 1..good.len()).filter(|other| good[*other] != good[one]) {
                let mut wrong = good.clone();
                wrong.swap(one, other);
                assert_eq!(parsed(&wrong), Err(OrderCodeError::Check), "{one} and {other}");
            }
        }
    }
}

/// The code is linear, so errors in the zero word stand for errors in every word.
#[test]
fn every_two_wrong_characters_are_noticed() {
    let zero = vec![0; 28];
    assert!(parsed(&zero).is_ok());
    for one in 0..28 {
        for other in one + 1..28 {
            for first in 1..32 {
                for second in 1..32 {
                    let mut wrong = zero.clone();
                    (wrong[one], wrong[other]) = (first, second);
                    assert_eq!(parsed(&wrong), Err(OrderCodeError::Check));
                }
            }
        }
    }
}

#[test]
fn code_of_an_earlier_build_stays_good() {
    let mut signs = 0;
    for seed in 0..500 {
        let order_code = OrderCode::random(&Seeded::new(seed));
        let former = shown_formerly(&order_code);
        signs += usize::from(former.ends_with(['*', '~', '$', '=']));
        assert_eq!(OrderCode::parse(&former), Ok(order_code.clone()));
        assert_eq!(OrderCode::parse(&former.to_lowercase()), Ok(order_code));
    }
    assert!(signs > 20, "{signs}");
    // One that an earlier build showed.
    let known = OrderCode::random(&Seeded::new(1));
    assert_eq!(shown_formerly(&known), FORMERLY);
    assert_eq!(known.reveal(), NOW);
}

const FORMERLY: &str = "7BSDE8GCPZZD7WZ1FP03SEASKR4";
const NOW: &str = "7BSD-E8GC-PZZD-7WZ1-FP03-SEAS-KR2B";

#[test]
fn slip_in_a_code_of_an_earlier_build_is_noticed() {
    let former = shown_formerly(&OrderCode::random(&Seeded::new(3)));
    for at in 0..26 {
        for value in 0..32 {
            let mut wrong: Vec<char> = former.chars().collect();
            if wrong[at] == base32::digit(value) {
                continue;
            }
            wrong[at] = base32::digit(value);
            let wrong: String = wrong.into_iter().collect();
            assert_eq!(OrderCode::parse(&wrong), Err(OrderCodeError::Check));
        }
    }
}

#[test]
fn sign_in_a_code_of_today_is_named() {
    let mut text = OrderCode::random(&Seeded::new(1)).reveal();
    text.pop();
    text.push('*');
    assert_eq!(OrderCode::parse(&text), Err(OrderCodeError::Character('*')));
    for (length, text) in [(0, ""), (26, &"0".repeat(26)), (29, &"0".repeat(29))] {
        assert_eq!(OrderCode::parse(text), Err(OrderCodeError::Length(length)));
    }
}

proptest! {
    #[test]
    fn shown_code_can_be_typed_back(seed in any::<u64>()) {
        let order_code = OrderCode::random(&Seeded::new(seed));
        let shown = order_code.reveal();
        prop_assert_eq!(OrderCode::parse(&shown), Ok(order_code.clone()));
        let sloppy = format!("  {} ", shown.to_lowercase().replace('-', " ").replace('0', "o"));
        prop_assert_eq!(OrderCode::parse(&sloppy.replace('1', "l")), Ok(order_code));
    }

    #[test]
    fn any_text_is_answered(text in ".{0,80}") {
        if let Err(error) = OrderCode::parse(&text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

#[test]
fn debug_output_hides_the_secret() {
    let order_code = OrderCode::random(&Seeded::new(7));
    assert_eq!(format!("{order_code:?}"), "OrderCode(..)");
}
