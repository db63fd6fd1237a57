//! Tests of the goods' one spelling.

use super::*;
use proptest::prelude::*;

const SALT: Hash = Hash([1; 32]);

fn goods(country: &str, postal_code: &str, text: &str) -> Result<Goods, GoodsError> {
    Goods::new(SALT, SALT, country, postal_code, text)
}

#[test]
fn destination_is_capitals_without_blanks() {
    let made = goods(" ca", "k1a 0b1 ", "tea").unwrap();
    assert_eq!((made.country(), made.postal_code()), ("CA", "K1A0B1"));
    let made = goods("", "", "tea").unwrap();
    assert_eq!((made.country(), made.postal_code()), ("", ""));
}

#[test]
fn text_has_short_lines_and_single_blanks() {
    let long = format!("  a  b\r\n\r\n{}\n", "x".repeat(70));
    let made = goods("CA", "", &long).unwrap();
    assert_eq!(made.text(), format!("a b\n{}\n{}", "x".repeat(60), "x".repeat(10)));
}

#[test]
fn wrong_goods_are_refused() {
    assert_eq!(goods("CAN", "", "tea").err(), Some(GoodsError::Country));
    assert_eq!(goods("C1", "", "tea").err(), Some(GoodsError::Country));
    assert_eq!(goods("CA", "12345678901234567", "tea").err(), Some(GoodsError::PostalCode));
    assert_eq!(goods("CA", "K1A\u{2013}0B1", "tea").err(), Some(GoodsError::PostalCode));
    assert_eq!(goods("CA", "", " \n\u{200b}\n").err(), Some(GoodsError::Empty));
    let long = "x".repeat(Goods::LONGEST + 1);
    assert_eq!(goods("CA", "", &long).err(), Some(GoodsError::TooLong));
}

/// A product whose name looks like a mark is none: the mark is the last line.
#[test]
fn buyer_mark_is_the_last_line_alone() {
    let mark = "K7Q2-9FXD-K7Q2-9FXD-K7Q2-9FXD-K7Q2";
    let line = format!("{}{mark}", Goods::BUYER_MARK);
    let marked = goods("CA", "", &format!("1 x {line}\n{line}\nTotal: 1 ETH\n{line}\n")).unwrap();
    assert_eq!(marked.buyer_mark(), Some(mark));
    let unmarked = goods("CA", "", &format!("1 tea\n{line}\nTotal: 1 ETH")).unwrap();
    assert_eq!(unmarked.buyer_mark(), None);
}

#[test]
fn goods_print_nothing() {
    assert_eq!(format!("{:?}", goods("CA", "", "tea").unwrap()), "Goods(..)");
}

proptest! {
    #[test]
    fn spelling_is_made_once(text in "(\\PC|[\n\r\t ]){0,300}") {
        if let Ok(first) = goods("CA", "", &text) {
            let again = goods("CA", "", first.text()).unwrap();
            prop_assert!(again == first);
            prop_assert!(first.text().lines().all(|line| line.chars().count() <= 60));
        }
    }
}
