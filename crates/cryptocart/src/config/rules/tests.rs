use super::{discounts::Book, *};
use crate::config::rules::discounts::{Label, NewDiscount};
use shop_core::{
    bill::{DiscountCode, DiscountEffect, DiscountNumber, Percent, Prices},
    entropy::{Entropy, Seeded, bytes},
    place::Place,
};

fn refusal<T>(result: Result<T, CliError>) -> String {
    let error = result.err().expect("it is refused");
    assert!(error.hint_text().is_some_and(|hint| !hint.is_empty()), "what to do: {error}");
    error.what().to_owned()
}

#[test]
fn the_examples_are_read_and_say_what_they_say() {
    let Shipping::Zones(zones) = shipping::parse(SHIPPING_EXAMPLE, &Assets::default()).unwrap()
    else {
        panic!("no zones")
    };
    let rates = |code| {
        let place = Place::parse(code).unwrap();
        zones.at(place).unwrap().rates().iter().map(|rate| rate.id.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(rates("CA-QC"), ["letter-post-5-to-9-days", "parcel"]);
    assert_eq!(rates("US-AK"), ["air-mail"]);
    assert_eq!(rates("JP"), ["international-post"]);
    let tax = tax::parse(TAX_EXAMPLE).unwrap();
    let percent = |code| {
        let rate = tax.at(Place::parse(code).unwrap())?;
        Some((rate.percent.to_string(), rate.included, rate.on_shipping))
    };
    assert_eq!(percent("CA-QC"), Some(("14.975".into(), false, true)));
    assert_eq!(percent("CA-AB"), Some(("5".into(), false, true)));
    assert_eq!(percent("FR"), Some(("20".into(), true, true)));
    assert_eq!(percent("JP"), None);
}

#[test]
fn a_refused_zone_is_named_with_its_place() {
    let rate =
        |body: &str| format!("[[zone]]\nto = [\"CA\"]\n[[zone.rate]]\nname = \"Post\"\n{body}");
    let zone = |to: &str| {
        format!("[[zone]]\nto = {to}\n[[zone.rate]]\nname = \"P\"\nprice = {{ ETH = 1 }}\n")
    };
    for (text, wanted) in [
        ("".to_owned(), "shipping.toml: the file has no zone"),
        ("[[zone]]\nto = [\"CA\"]\n".into(), "shipping.toml, zone 1: it has no rate"),
        ("[[zone]]\nto = [\"CA\"]\nrates = 1\n".into(), "shipping.toml, line 3"),
        (zone("[\"Canada\"]"), "zone 1, to: \"Canada\" is not a country"),
        (zone("[]"), "zone 1, to: it is empty"),
        (zone("[\"CA\"]") + &zone("[\"US\", \"ca\"]"), "shipping.toml: CA is listed twice"),
        (rate(""), "zone 1, rate 1: it needs exactly one of"),
        (rate("price = { ETH = 1 }\nper_kilogram = { ETH = 1 }"), "exactly one of"),
        (rate("price = {}"), "zone 1, rate 1, price: it has no currency"),
        (rate("price = { DOGE = 1 }"), "\"DOGE\" is not a currency"),
        (rate("price = { BTC = 1 }"), "BTC has only 8 decimal places"),
        (rate("price = { ETH = 1, eth = 2 }"), "a currency is listed twice"),
        (rate("price = { ETH = -1 }"), "shipping.toml, line 5"),
        (
            rate("price = { ETH = 0.002 }"),
            "shipping.toml, line 5: 0.002 is not a whole number of 1e-9 coins: for 0.002 of a coin write 2000000",
        ),
        (rate("by_weight = []"), "zone 1, rate 1: it has no band"),
        (
            rate(
                "by_weight = [{ up_to = 2, price = { ETH = 1 } }, { up_to = 1, price = { ETH = 1 } }]",
            ),
            "zone 1, rate 1: band 2 does not go higher",
        ),
        (
            rate("by_amount = [{ up_to = { ETH = 1 }, price = { ETH = 1, XMR = 1 } }]"),
            "zone 1, rate 1, by_amount 1, up_to: it has nothing in XMR",
        ),
        (rate("id = \"\"\nprice = { ETH = 1 }"), "zone 1, rate 1: the id \"\""),
    ] {
        let said = refusal(shipping::parse(&text, &Assets::default()));
        assert!(said.contains(wanted), "{text}\n{said}");
    }
}

#[test]
fn what_people_write_for_a_country_is_answered_with_its_code() {
    let hint = |code: &str| {
        let spot = Spot::file("shipping.toml");
        let refused = spot.areas(&[code.to_owned()]).unwrap_err();
        refused.hint_text().unwrap_or_default().to_owned()
    };
    assert_eq!(hint("UK"), "United Kingdom is \"GB\"");
    assert_eq!(hint("USA"), "United States is \"US\"");
    assert_eq!(hint("Canada"), "Canada is \"CA\"");
    assert_eq!(hint("EN"), "United Kingdom is \"GB\"");
    assert!(hint("EU").contains("its countries one by one"));
    assert!(hint("Atlantis").contains("list countries"));
}

#[test]
fn a_refused_tax_is_named_with_its_place() {
    let tax = |to: &str, percent: &str| {
        format!("[[tax]]\nto = [\"{to}\"]\nname = \"VAT\"\npercent = {percent}\nincluded = true\n")
    };
    for (text, wanted) in [
        (tax("CA", "5"), "tax.toml, line 4: put quotes around it: percent = \"5\""),
        (tax("CA", "14.5"), "percent = \"14.5\""),
        (tax("CA", "\"5%\""), "tax.toml, tax 1, percent: not a plain decimal"),
        (tax("CA", "\"100.1\""), "tax 1, percent: it is more than 100"),
        (tax("ZZ", "\"5\""), "tax 1, to: \"ZZ\""),
        (tax("CA", "\"5\"") + &tax("CA", "\"6\""), "tax.toml: CA is listed twice"),
        ("[[tax]]\nto = [\"CA\"]\nname = \"VAT\"\npercent = \"5\"\n".into(), "included"),
    ] {
        let said = refusal(tax::parse(&text));
        assert!(said.contains(wanted), "{text}\n{said}");
    }
    assert_eq!(tax::parse("").unwrap(), Tax::default());
}

fn terms(percent: &str) -> NewDiscount {
    NewDiscount {
        gives: DiscountEffect::Percent(Percent::parse(percent).unwrap()),
        from: None,
        until: discounts::day("2026-12-25"),
        uses: Some(50),
        minimum: Prices::default(),
        label: Some(Label::parse(" spring\tnewsletter ").unwrap()),
    }
}

#[test]
fn discounts_read_back_and_never_hold_the_code() {
    let mut book = Book::new(&Seeded::new(1), Assets::default());
    let code = DiscountCode::parse("SUMMER-26").unwrap();
    assert_eq!(book.add(&code, &terms("12.5")).unwrap(), Some(DiscountNumber(1)));
    assert_eq!(book.add(&code, &terms("20")).unwrap(), None, "one code, one discount");
    let text = book.to_text();
    assert!(!text.to_uppercase().contains("SUMMER"), "{text}");
    let read = Book::parse(&text, Assets::default()).unwrap();
    assert_eq!(read.label(DiscountNumber(1)), Some("spring newsletter"));
    let all = read.discounts().unwrap();
    let found = all.by_hash(&read.salt().unwrap().hash(&code)).unwrap();
    assert_eq!((found.number, found.uses), (DiscountNumber(1), Some(50)));
    assert_eq!(found.until, discounts::day("2026-12-25"));
    assert_eq!(found.gives, terms("12.5").gives);
}

#[test]
fn a_number_is_not_used_again() {
    let mut book = Book::new(&Seeded::new(1), Assets::default());
    let add = |book: &mut Book, code| book.add(&DiscountCode::parse(code).unwrap(), &terms("5"));
    assert_eq!(add(&mut book, "A").unwrap(), Some(DiscountNumber(1)));
    assert!(book.remove(DiscountNumber(1)) && !book.remove(DiscountNumber(1)));
    assert_eq!(add(&mut book, "A").unwrap(), Some(DiscountNumber(2)));
    let lowered = book.to_text().replace("next = 3", "next = 2");
    assert!(refusal(Book::parse(&lowered, Assets::default())).contains("discounts.toml, next"));
}

#[test]
fn label_is_one_line_and_does_not_hold_the_code() {
    let code = DiscountCode::parse("QUIET-SPARROW-7291").unwrap();
    for (label, reveals) in [
        ("for Ada", false),
        ("Quiet Sparrow 7291", true),
        ("for Ada: quietsparrow7291!", true),
        ("quiet sparrow", false),
    ] {
        assert_eq!(Label::parse(label).unwrap().reveals(&code), reveals, "{label}");
    }
    assert!(Label::parse(" \u{200b}").is_err());
    assert!(Label::parse(&"x".repeat(61)).is_err());
}

#[test]
fn a_damaged_discount_is_named_with_its_place() {
    let mut book = Book::new(&Seeded::new(1), Assets::default());
    book.add(&DiscountCode::parse("A").unwrap(), &terms("5")).unwrap();
    let text = book.to_text();
    for (what, with, wanted) in [
        ("percent = \"5\"", "percent = \"0\"", "entry 1, percent: it is 0"),
        ("percent = \"5\"", "", "entry 1: it needs exactly one of"),
        ("2026-12-25 00:00 UTC", "2026-12-32 00:00 UTC", "entry 1, until"),
        ("2026-12-25 00:00 UTC", "2026-12-25 24:00 UTC", "entry 1, until"),
        ("uses = 50", "uses = 0", "entry 1, uses"),
        ("hash = \"", "hash = \"00", "entry 1, hash"),
        ("salt = \"", "salt = \"00", "discounts.toml, salt"),
    ] {
        assert!(text.contains(what), "{text}");
        let said = refusal(Book::parse(&text.replace(what, with), Assets::default()));
        assert!(said.contains(wanted), "{said}");
    }
}

#[test]
fn days_are_days() {
    assert_eq!(discounts::day("2026-12-24").unwrap().to_string(), "2026-12-24 00:00 UTC");
    for bad in ["", "2026", "2026-12", "2026-12-24-1", "+2026-12-24", "2026-13-01", "2026--1-01"] {
        assert_eq!(discounts::day(bad), None, "{bad}");
    }
}

/// Returns a text with bytes replaced, dropped or doubled, or cut out of another place.
fn spoilt(text: &str, dice: &dyn Entropy) -> String {
    let mut bytes_of: Vec<u8> = text.as_bytes().to_vec();
    let [changes, ..] = bytes::<8>(dice);
    for _ in 0..=changes % 6 {
        let [kind, a, b, c, d, byte] = bytes::<6>(dice);
        let at = usize::from(u16::from_le_bytes([a, b])) % bytes_of.len().max(1);
        let other = usize::from(u16::from_le_bytes([c, d])) % bytes_of.len().max(1);
        let from = at.min(other);
        let to = at.max(other);
        match kind % 5 {
            0 if !bytes_of.is_empty() => {
                bytes_of[at] = b" \n\"'[]{}=,.#-+*0129azAZ\xc3"[usize::from(byte) % 24]
            }
            1 => drop(bytes_of.drain(from..to.min(from + 20))),
            2 => bytes_of.insert(at, byte),
            3 => bytes_of.truncate(at.max(bytes_of.len() / 2)),
            _ => {
                let part = bytes_of[from..to.min(from + 60)].to_vec();
                bytes_of.splice(at..at, part);
            }
        }
    }
    String::from_utf8_lossy(&bytes_of).into_owned()
}

#[test]
fn any_text_is_answered_and_a_refusal_names_its_file() {
    let mut book = Book::new(&Seeded::new(1), Assets::default());
    book.add(&DiscountCode::parse("A").unwrap(), &terms("5")).unwrap();
    let book = book.to_text();
    let dice = Seeded::new(7);
    let mut good = 0;
    let mut bad = 0;
    let mut judge = |file: &str, result: Result<(), CliError>| match result {
        Ok(()) => good += 1,
        Err(error) => {
            assert!(error.what().starts_with(file), "{error}");
            bad += 1;
        }
    };
    for _ in 0..3_000 {
        judge(
            "shipping.toml",
            shipping::parse(&spoilt(SHIPPING_EXAMPLE, &dice), &Assets::default()).map(drop),
        );
        judge("tax.toml", tax::parse(&spoilt(TAX_EXAMPLE, &dice)).map(drop));
        judge("discounts.toml", Book::parse(&spoilt(&book, &dice), Assets::default()).map(drop));
    }
    assert!(good > 500 && bad > 500, "both happen: {good} and {bad}");
}
