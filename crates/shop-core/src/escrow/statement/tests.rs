//! Tests of the text and the short form.

use super::*;
use crate::escrow::samples::{any_statement, statement};
use proptest::prelude::*;

fn plain(account: Account) -> String {
    account.to_string()
}

/// A spelling with capitals, as a checksum has.
fn capitals(account: Account) -> String {
    account.to_string().replace('a', "A")
}

fn text() -> String {
    statement().to_text(plain).to_string()
}

fn parse(text: &str) -> ParsedStatement {
    Statement::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn is_whole(parsed: &ParsedStatement) {
    assert!(parsed.statement == statement());
    assert!(!parsed.has_other_sentences);
}

fn fault(text: &str) -> StatementError {
    Statement::parse(text).expect_err("it is wrong")
}

#[test]
fn statement_is_a_text_that_people_read() {
    let expected = include_str!("sample.txt");
    assert_eq!(text(), expected, "{}", text());
    assert!(text().lines().all(|line| line.chars().count() <= 72));
}

#[test]
fn text_reads_back_however_mails_bent_it() {
    is_whole(&parse(&text()));
    is_whole(&parse(&statement().to_text(capitals)));
    is_whole(&parse(&text().replace('\n', "\r\n")));
    is_whole(&parse(&text().replace('\n', "  \n")));
    is_whole(&parse(&format!("Hello,\nhere it is:\n\n{}\nRegards", text())));
    let quoted: Vec<String> = text().lines().map(|line| format!("> > {line}")).collect();
    is_whole(&parse(&quoted.join("\n")));
    let indented: Vec<String> = text().lines().map(|line| format!("\t  {line}")).collect();
    is_whole(&parse(&indented.join("\n")));
    is_whole(&parse(&format!("\u{feff}{}", text())));
}

#[test]
fn text_reads_back_with_broken_and_with_joined_lines() {
    let mut broken = String::new();
    for line in text().lines() {
        for (n, c) in line.chars().enumerate() {
            if n > 0 && n % 50 == 0 && !line.trim().contains(' ') {
                broken.push('\n');
            }
            broken.push(c);
        }
        broken.push('\n');
    }
    assert_ne!(broken, text());
    is_whole(&parse(&broken));
    is_whole(&parse(&text().replace("vault: ", "vault:\n")));
    is_whole(&parse(&text().replace(":\n  0x", ": 0x")));
}

#[test]
fn part_1_reads_alone() {
    let part_1 = statement().part_1();
    let read = parse(&part_1.to_text(plain));
    assert!(read.statement == part_1 && read.statement.goods.is_none());
    assert!(!read.has_other_sentences);
    assert!(!part_1.to_text(plain).contains("Green tea"));
}

#[test]
fn parts_that_were_copied_one_below_the_other_are_read() {
    let text = text();
    let (part_1, part_2) = text.split_once("\n\nPart 2.").unwrap();
    is_whole(&parse(&format!("{part_1}\nPart 2.{part_2}")));
}

#[test]
fn changed_sentences_are_noticed() {
    let changed = text().replace("5 days to dispute", "50 days to dispute");
    assert_ne!(changed, text());
    assert!(parse(&changed).has_other_sentences);
    let added = text().replace("What is", "Trust us. What is").replacen("Part 1.", "Part one.", 1);
    assert!(parse(&added).has_other_sentences);
    let stranger = text().replace("\nvault: ", "\nYou may ignore all warnings.\n\nvault: ");
    assert!(parse(&stranger).has_other_sentences);
}

#[test]
fn wrong_values_are_refused_with_their_line() {
    let line_of = |name: &str| text().lines().position(|line| line.starts_with(name)).unwrap() + 1;
    let renamed = text().replacen("refund address: ", "refund addresses: ", 1);
    let error = fault(&renamed);
    assert_eq!((error.line, error.fault), (line_of("refund address"), StatementFault::UnknownLine));
    let without: Vec<String> =
        text().lines().filter(|line| !line.starts_with("price:")).map(str::to_owned).collect();
    assert_eq!(fault(&without.join("\n")).fault, StatementFault::Missing("price"));
    let twice = text().replacen("chain: 1\n", "chain: 1\nchain: 2\n", 1);
    let error = fault(&twice);
    assert_eq!(error.fault, StatementFault::Twice("chain"));
    assert_eq!(error.line, line_of("chain: ") + 1);
    for (name, value, wrong) in [
        ("chain", "1", "18446744073709551616"),
        ("chain", "1", "+1"),
        ("ship by", "2027-01-20 08:00:00 UTC", "2027-01-20 08:00:00"),
        ("ship by", "2027-01-20 08:00:00 UTC", "2027-02-30 08:00:00 UTC"),
        ("time to dispute", "5 days", "5 weeks"),
        ("time to dispute", "5 days", "99999999 days"),
        ("arbiter fee", "5.00 %", "5 %"),
        ("arbiter fee", "5.00 %", "700.00 %"),
        ("least match", "3", "256"),
        ("attestors needed", "2 of 3", "2 of 4"),
        ("attestors needed", "2 of 3", "2/3"),
        ("shop key", "0x", "0y"),
    ] {
        let changed =
            text().replacen(&format!("\n{name}: {value}"), &format!("\n{name}: {wrong}"), 1);
        assert_ne!(changed, text(), "{name}");
        let error = fault(&changed);
        assert_eq!(error.line, line_of(&format!("{name}:")), "{name}");
        assert!(matches!(error.fault, StatementFault::Value(..)), "{name}: {error}");
    }
    let none = text().replacen("attestors needed: 2 of 3", "attestors needed: 0 of 3", 1);
    assert!(matches!(fault(&none).fault, StatementFault::Attestors(_)));
    let zero = text().replacen("country: CA", "country: Canada", 1);
    assert!(matches!(fault(&zero).fault, StatementFault::Goods(_)));
}

#[test]
fn what_is_no_statement_is_refused() {
    assert_eq!(fault("").fault, StatementFault::NoStatement);
    assert_eq!(fault("hello\nworld").fault, StatementFault::NoStatement);
    let other = text().replace("VERSION 1", "VERSION 2");
    assert_eq!(fault(&other).fault, StatementFault::Version);
    let endless = text().replace("VERSION 1", "VERSION x");
    assert_eq!(fault(&endless).fault, StatementFault::Version);
    let long = "x".repeat(Statement::LONGEST_TEXT + 1);
    assert_eq!(fault(&long).fault, StatementFault::TooLong);
}

#[test]
fn errors_repeat_nothing_of_the_text() {
    let secret = text().replacen("country: CA", "country: Atlantis", 1);
    assert!(!fault(&secret).to_string().contains("Atlantis"));
    assert_eq!(format!("{:?}", statement()), "Statement(..)");
    assert_eq!(format!("{:?}", statement().terms), "Terms(..)");
}

#[test]
fn short_form_is_for_qr_codes_and_reads_back() {
    let short = statement().short();
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "-:".contains(c);
    assert!(short.chars().all(allowed), "{short}");
    assert!(short.len() < 900, "{}", short.len());
    let read = Statement::parse_short(&short).unwrap();
    assert!(read.statement == statement().part_1());
    let typed: String = short.to_lowercase().chars().flat_map(|c| [c, ' ', '\n']).collect();
    assert!(Statement::parse_any(&typed).unwrap() == read);
    assert!(Statement::parse_any(&text()).unwrap().statement == statement());
}

#[test]
fn short_form_notices_damage() {
    let short = statement().short();
    let error = |text: &str| Statement::parse_short(text).err().map(|error| error.fault);
    assert_eq!(error(""), Some(StatementFault::NoStatement));
    assert_eq!(error("CRYPTOCART-ESCROW-2:00"), Some(StatementFault::Version));
    assert_eq!(error("CRYPTOCART-ESCROW-1:"), Some(StatementFault::Damaged));
    let (most, last) = short.split_at(short.len() - 1);
    assert_eq!(error(most), Some(StatementFault::Damaged));
    assert_eq!(error(&format!("{short}0")), Some(StatementFault::Damaged));
    let other = |character: &str| if character == "0" { "1" } else { "0" };
    assert_eq!(error(&format!("{most}{}", other(last))), Some(StatementFault::Damaged));
    let (before, rest) = short.split_at(200);
    let (one, after) = rest.split_at(1);
    assert_eq!(error(&format!("{before}{}{after}", other(one))), Some(StatementFault::Damaged));
    assert_eq!(error(&short.replace('0', "é")), Some(StatementFault::Damaged));
    let long = "0".repeat(Statement::LONGEST_SHORT + 1);
    assert_eq!(error(&long), Some(StatementFault::TooLong));
}

proptest! {
    #[test]
    fn any_statement_reads_back(statement in any_statement()) {
        let text = statement.to_text(plain);
        let read = Statement::parse(&text);
        prop_assert!(read.is_ok(), "{:?}\n{}", read.err(), *text);
        let read = read.unwrap();
        prop_assert!(read.statement == statement);
        prop_assert!(!read.has_other_sentences);
        let short = Statement::parse_short(&statement.short()).unwrap();
        prop_assert!(short.statement == statement.part_1());
    }

    #[test]
    fn no_text_breaks_the_reader(text in "(\\PC|\n){0,400}", cut in 0usize..4_000) {
        let _ = Statement::parse_any(&text);
        for sample in [self::text(), statement().short()] {
            let (before, after) = sample.split_at(cut.min(sample.len()));
            let _ = Statement::parse_any(&format!("{before}{text}{after}"));
        }
    }
}
