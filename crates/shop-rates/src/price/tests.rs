use super::*;
use proptest::prelude::*;

fn number(text: &str) -> QuotedPrice {
    QuotedPrice::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn numbers_of_json_are_read_exactly() {
    for (text, written) in [
        ("0", "0"),
        ("0.0", "0"),
        ("-0", "0"),
        ("3809.60000", "3809.6"),
        ("3.8096e3", "3809.6"),
        ("38096E-1", "3809.6"),
        ("1.2e-05", "0.000012"),
        ("999999999999999.999999999999999999", "999999999999999.999999999999999999"),
        ("0.0000000000000000014", "0.000000000000000001"),
        ("0.0000000000000000015", "0.000000000000000002"),
        ("5e-19", "0.000000000000000001"),
        ("5e-20", "0"),
        ("0e40", "0"),
        ("007.50", "7.5"),
        ("56612.24", "56612.24"),
    ] {
        assert_eq!(number(text).to_string(), written, "{text}");
    }
}

#[test]
fn what_is_no_price_is_refused() {
    for (text, error) in [
        ("", PriceError::NotANumber),
        (".5", PriceError::NotANumber),
        ("5.", PriceError::NotANumber),
        ("1,5", PriceError::NotANumber),
        ("NaN", PriceError::NotANumber),
        ("Infinity", PriceError::NotANumber),
        ("0x10", PriceError::NotANumber),
        (" 1", PriceError::NotANumber),
        ("1e", PriceError::NotANumber),
        ("1e+-2", PriceError::NotANumber),
        ("+1", PriceError::NotANumber),
        ("--1", PriceError::NotANumber),
        ("1e5.0", PriceError::NotANumber),
        ("-1", PriceError::Negative),
        ("-0.01", PriceError::Negative),
        ("1e15", PriceError::TooLarge),
        ("1000000000000000", PriceError::TooLarge),
        ("1e41", PriceError::TooLarge),
        ("1e-41", PriceError::TooLarge),
        ("1e99999999999", PriceError::TooLarge),
        ("9e40", PriceError::TooLarge),
    ] {
        assert_eq!(QuotedPrice::parse(text), Err(error), "{text}");
    }
    assert_eq!(QuotedPrice::parse(&"9".repeat(65)), Err(PriceError::NotANumber));
}

#[test]
fn crosses_are_rounded_half_up_at_the_last_place() {
    let ether_in_dollars = number("3012.5");
    let canadian_in_dollars = number("0.72");
    let cross = ether_in_dollars.over(canadian_in_dollars).unwrap();
    assert_eq!(cross.to_string(), "4184.027777777777777778");
    assert_eq!(number("1").over(number("3")).unwrap().to_string(), "0.333333333333333333");
    assert_eq!(number("2").over(number("3")).unwrap().to_string(), "0.666666666666666667");
    assert_eq!(number("0.0052").times(number("61000.5")).unwrap().to_string(), "317.2026");
    let least = number("1e-18");
    assert_eq!(least.times(number("0.5")).unwrap(), least, "half up");
    assert_eq!(least.times(number("0.4")).unwrap(), QuotedPrice::ZERO);
    assert_eq!(number("1").over(QuotedPrice::ZERO), None);
    assert_eq!(number("1e14").times(number("10")), None);
    assert_eq!(number("1").over(number("1e-15")), None);
}

#[test]
fn integers_with_places_are_the_same_number() {
    assert_eq!(QuotedPrice::from_units(301_250_000_000, 8), Some(number("3012.5")));
    assert_eq!(number("3012.5").to_units(), (30_125, 1));
    assert_eq!(number("3000").to_units(), (3_000, 0));
    assert_eq!(QuotedPrice::ZERO.to_units(), (0, 0));
    assert_eq!(QuotedPrice::from_units(1_000, 21), Some(number("1e-18")));
    assert_eq!(QuotedPrice::from_units(1_001, 21), None, "a digit would be lost");
    assert_eq!(QuotedPrice::from_units(u128::MAX, 18), None);
    assert_eq!(QuotedPrice::from_units(1, 200), None);
}

#[test]
fn bound_is_a_part_of_the_lesser_number() {
    let hundred = number("100");
    assert!(hundred.is_within(number("102"), 20_000) && number("102").is_within(hundred, 20_000));
    assert!(!hundred.is_within(number("102.000001"), 20_000));
    assert!(hundred.is_within(hundred, 0));
    assert!(!QuotedPrice::ZERO.is_within(number("1e-18"), 1_000_000));
}

proptest! {
    #[test]
    fn written_number_is_read_as_it_was(units in 0..LIMIT) {
        let number = QuotedPrice(units);
        prop_assert_eq!(QuotedPrice::parse(&number.to_string()), Ok(number));
        let (units, places) = number.to_units();
        prop_assert_eq!(QuotedPrice::from_units(units, places), Some(number));
    }

    #[test]
    fn middle_is_between(one in 0..LIMIT, two in 0..LIMIT) {
        let middle = QuotedPrice(one).middle(QuotedPrice(two));
        prop_assert!(middle >= QuotedPrice(one.min(two)) && middle <= QuotedPrice(one.max(two)));
    }

    #[test]
    fn quotient_times_divisor_is_the_dividend(one in 1..10u128.pow(27), two in ONE..10u128.pow(24)) {
        let quotient = QuotedPrice(one).over(QuotedPrice(two)).unwrap();
        let back = quotient.times(QuotedPrice(two)).unwrap();
        // Half of the last place of the quotient, and of the product.
        let most = two / ONE + 2;
        prop_assert!(back.0.abs_diff(one) <= most, "{} {}", back, QuotedPrice(one));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-+0-9.eE]{0,70}") {
        if let Ok(number) = QuotedPrice::parse(&text) {
            prop_assert!(number.0 < LIMIT);
        }
    }
}
