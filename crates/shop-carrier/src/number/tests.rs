//! Tests of parcel numbers. Published example numbers, and numbers made here.

use super::*;
use proptest::prelude::*;

fn canadian(text: &str) -> Result<String, NumberError> {
    Number::parse(CarrierName::CanadaPost, text).map(|number| number.text)
}

fn american(text: &str) -> Result<String, NumberError> {
    Number::parse(CarrierName::Usps, text).map(|number| number.text)
}

#[test]
fn sixteen_digits_are_read_however_they_are_typed() {
    for typed in [
        "0073938000549297",
        "0073 9380 0054 9297",
        " 0073-9380-0054-9297 ",
        "0073\u{a0}938000549297",
    ] {
        assert_eq!(canadian(typed).as_deref(), Ok("0073938000549297"), "{typed}");
    }
}

#[test]
fn every_single_wrong_digit_of_sixteen_is_noticed() {
    let right = "0073938000549297";
    for place in 0..16 {
        for digit in '0'..='9' {
            let mut typed: Vec<char> = right.chars().collect();
            typed[place] = digit;
            let typed: String = typed.into_iter().collect();
            assert_eq!(canadian(&typed).is_ok(), typed == right, "{typed}");
        }
    }
}

#[test]
fn s10_numbers_need_check_digit_and_country() {
    assert_eq!(canadian("rb 123 456 785 gb").as_deref(), Ok("RB123456785GB"));
    assert_eq!(american("EE473124829US").as_deref(), Ok("EE473124829US"));
    assert_eq!(canadian("RB123456784GB"), Err(NumberError::CheckDigit));
    assert_eq!(canadian("RB123456785ZZ"), Err(NumberError::Country));
    assert_eq!(canadian("1B123456785GB"), Err(NumberError::CheckDigit));
    assert_eq!(canadian("RB12345678OGB"), Err(NumberError::CheckDigit));
}

#[test]
fn notice_card_numbers_are_refused_with_advice() {
    let error = canadian("123456789012345").expect_err("a notice card");
    assert_eq!(error, NumberError::NoticeCard);
    assert!(error.to_string().contains("16 digits"));
}

#[test]
fn other_lengths_and_signs_are_refused() {
    let length = Err(NumberError::Length("Canada Post"));
    assert_eq!(canadian("007393800054929"), Err(NumberError::NoticeCard));
    assert_eq!(canadian("00739380005492977"), length);
    assert_eq!(canadian("0073938000549"), length);
    assert_eq!(canadian("ABCDEFGHIJKL"), length);
    assert_eq!(canadian(" - "), Err(NumberError::Empty));
    assert_eq!(canadian("0073938000549297?"), Err(NumberError::Sign));
    assert_eq!(canadian("٠٠٧٣٩٣٨٠٠٠٥٤٩٢٩٧"), Err(NumberError::Sign));
    assert_eq!(canadian(&"1".repeat(100_000)), Err(NumberError::Sign));
    assert_eq!(canadian("007393800054").as_deref(), Ok("007393800054"));
}

#[test]
fn usps_numbers_lose_the_routing_of_their_bar_code() {
    let number = "9400111201080805483016";
    assert_eq!(american("9400 1112 0108 0805 4830 16").as_deref(), Ok(number));
    assert_eq!(american(&format!("42022153{number}")).as_deref(), Ok(number));
    assert_eq!(american(&format!("420221531234{number}")).as_deref(), Ok(number));
    assert_eq!(
        american("4201002334249200190132607600833457").as_deref(),
        Ok("9200190132607600833457")
    );
    assert_eq!(american("92748931507708513018050063").as_deref(), Ok("92748931507708513018050063"));
}

#[test]
fn old_usps_numbers_are_checked_too() {
    for right in ["03071790000523483741", "71123456789123456787", "71969010756003077385"] {
        assert_eq!(american(right).as_deref(), Ok(right));
    }
    assert_eq!(american("03071790000523483742"), Err(NumberError::CheckDigit));
    assert_eq!(american("61299998820821171811"), Err(NumberError::CheckDigit));
    assert_eq!(american("9200000000000000000000"), Err(NumberError::CheckDigit));
    assert_eq!(american("123"), Err(NumberError::Length("USPS")));
}

#[test]
fn short_usps_number_is_the_long_ones_parcel() {
    let number = |text: &str| Number::parse(CarrierName::Usps, text).expect("a number");
    let short = "71969010756003077385";
    let long = format!("91{short}");
    let forms = [long.clone(), format!("42022153{long}"), format!("42022153{short}")];
    assert_eq!(number(short).registry_form(), long);
    for form in forms {
        assert!(number(short).is_same_parcel(&number(&form)), "{form}");
        assert_eq!(number(&form).registry_form(), long);
    }
    // This one's check digit counts its own digits alone: no long form of it is known.
    let plain = number("03071790000523483741");
    assert_eq!(plain.registry_form(), "03071790000523483741");
    let canadian = Number::parse(CarrierName::CanadaPost, "0073938000549297").expect("a number");
    assert_eq!(canadian.registry_form(), canadian.as_str());
}

#[test]
fn a_number_prints_nothing_of_itself() {
    let number = Number::parse(CarrierName::CanadaPost, "0073938000549297").expect("a number");
    assert!(!format!("{number:?}").contains("0073"));
}

proptest! {
    #[test]
    fn any_text_is_refused_or_canonical(text in ".{0,60}") {
        for carrier in CarrierName::ALL {
            if let Ok(number) = Number::parse(carrier, &text) {
                prop_assert!(number.as_str().bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()));
                prop_assert_eq!(Number::parse(carrier, number.as_str()), Ok(number));
            }
        }
    }
}
