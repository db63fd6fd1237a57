use super::{words::source, *};
use fluent_bundle::FluentResource;
use shop_core::{
    money::{Amount, AssetId},
    time::{CoarseTime, UnixTime},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// Returns the messages of a language, each with the values it uses.
fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
    let text = source(language);
    if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
        panic!("{}: {errors:?}", language.tag());
    }
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = None;
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if !line.starts_with(' ') {
            let key = line.split(" =").next().unwrap().to_owned();
            assert!(all.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
            current = Some(key);
        }
        let values = all.get_mut(current.as_ref().unwrap()).unwrap();
        for piece in line.split('$').skip(1) {
            let name = piece.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap();
            values.insert(name.to_owned());
        }
    }
    all
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let english = messages(Language::English);
    assert!(english.len() > 150);
    for language in Language::ALL {
        let other = messages(language);
        let keys = |all: &BTreeMap<String, _>| all.keys().cloned().collect::<BTreeSet<_>>();
        let ours = keys(&english);
        let theirs = keys(&other);
        let missing: Vec<_> = ours.difference(&theirs).collect();
        let extra: Vec<_> = theirs.difference(&ours).collect();
        assert!(missing.is_empty() && extra.is_empty(), "{language:?}: {missing:?} {extra:?}");
        assert_eq!(english, other, "{language:?}");
    }
}

/// Collects the texts of all files of a folder, and of the folders in it.
fn texts(folder: &Path, all: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => texts(&path, all),
            false if path.ends_with("language/tests.rs") => {}
            false => all.push(std::fs::read_to_string(path).unwrap()),
        }
    }
}

#[test]
fn every_message_is_used_and_every_one_that_is_used_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut used = BTreeSet::new();
    for (folder, before) in [("src", "Sentence::new(\""), ("templates", "t(\"")] {
        let mut all = Vec::new();
        texts(&root.join(folder), &mut all);
        for text in &all {
            // `rustfmt` may break the line after the bracket.
            let text = text.replace("(\n", "(").replace("( ", "(");
            let pieces: Vec<&str> = text.split(before).collect();
            for pair in pieces.windows(2) {
                // Not the end of another word, as in `at("`.
                if !pair[0].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') {
                    used.insert(pair[1].split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    let by_words =
        ["amount", "amount-whole", "hour", "percent", "percent-whole", "size-kilo", "size-mega"];
    used.extend(by_words.map(str::to_owned));
    let there: BTreeSet<String> = messages(Language::English).into_keys().collect();
    let missing: Vec<_> = used.difference(&there).collect();
    let idle: Vec<_> = there.difference(&used).collect();
    assert!(missing.is_empty(), "used, and nowhere said: {missing:?}");
    assert!(idle.is_empty(), "said, and nowhere used: {idle:?}");
}

fn say(language: Language, key: &'static str, values: &[(&'static str, Arg)]) -> String {
    let sentence =
        values.iter().fold(Sentence::new(key), |s, (name, arg)| s.with(name, arg.clone()));
    Words::in_language(language).say(&sentence)
}

#[test]
fn amounts_are_written_as_each_language_writes_numbers() {
    let amount = |text| Amount::parse(AssetId::ETH, text).unwrap();
    for (language, some, whole) in [
        (Language::English, "0.05199\u{a0}ETH", "12\u{a0}ETH"),
        (Language::CanadianFrench, "0,05199\u{a0}ETH", "12\u{a0}ETH"),
        (Language::Arabic, "\u{2066}0.05199\u{a0}ETH\u{2069}", "\u{2066}12\u{a0}ETH\u{2069}"),
    ] {
        assert_eq!(Words::in_language(language).amount(amount("0.05199")), some);
        assert_eq!(Words::in_language(language).amount(amount("12")), whole);
    }
}

#[test]
fn deductions_and_percentages_follow_each_languages_numbers() {
    let amount = Amount::parse(AssetId::ETH, "0.05").unwrap();
    let percent = |text| shop_core::bill::Percent::parse(text).unwrap();
    for (language, less, some, whole) in [
        (Language::English, "\u{2212}0.05\u{a0}ETH", "14.975%", "5%"),
        (Language::CanadianFrench, "\u{2212}0,05\u{a0}ETH", "14,975\u{a0}%", "5\u{a0}%"),
        (
            Language::Arabic,
            "\u{2066}\u{2212}0.05\u{a0}ETH\u{2069}",
            "\u{2066}14.975%\u{2069}",
            "\u{2066}5%\u{2069}",
        ),
    ] {
        let words = Words::in_language(language);
        assert_eq!(words.less(amount), less);
        assert_eq!(words.percent(percent("14.975")), some);
        assert_eq!(words.percent(percent("5")), whole);
    }
}

#[test]
fn hours_are_written_as_each_language_writes_dates() {
    let at = |seconds: u64| -> CoarseTime { UnixTime(seconds).coarse() };
    // 2026-11-23 14:00 and 2026-03-01 09:00 UTC.
    let some = at(1_795_442_400);
    let first = at(1_772_355_600);
    for (language, wanted, beginning) in [
        (Language::English, "23 November 2026, 14:00 UTC", "1 March 2026, 9:00 UTC"),
        (
            Language::CanadianFrench,
            "23 novembre 2026, 14\u{a0}h\u{a0}UTC",
            "1er mars 2026, 9\u{a0}h\u{a0}UTC",
        ),
        (
            Language::Arabic,
            "23 نوفمبر 2026، الساعة 14:00 بالتوقيت العالمي",
            "1 مارس 2026، الساعة 9:00 بالتوقيت العالمي",
        ),
    ] {
        assert_eq!(Words::in_language(language).hour(some), wanted);
        assert_eq!(Words::in_language(language).hour(first), beginning);
    }
}

#[test]
fn words_follow_their_number() {
    let found = |language, count: u32| say(language, "found", &[("count", Arg::from(count))]);
    let forms: BTreeSet<String> = [1, 2, 5, 15]
        .map(|count| found(Language::Arabic, count).replace(&count.to_string(), "n"))
        .into();
    assert_eq!(forms.len(), 4, "{forms:?}");
    assert_eq!(found(Language::English, 1), "One product");
    let confirmed = |have: u32| {
        let paid = Arg::from(Amount::zero(AssetId::ETH));
        let values = [("paid", paid), ("have", Arg::from(have)), ("needs", Arg::from(12u32))];
        say(Language::CanadianFrench, "state-confirming-what", &values)
    };
    // In French, none is one.
    assert!(
        confirmed(0).contains("0 confirmation sur") && confirmed(2).contains("2 confirmations")
    );
}

#[test]
fn a_value_that_runs_against_the_line_is_kept_to_itself() {
    let sold = |language, name: &str| say(language, "cart-sold", &[("name", Arg::from(name))]);
    assert_eq!(sold(Language::English, "Tee"), "Tee is sold out.");
    assert_eq!(sold(Language::English, "سلة"), "\u{2068}سلة\u{2069} is sold out.");
    assert_eq!(sold(Language::Arabic, "سلة"), "نفدت الكمية من سلة.");
    assert_eq!(sold(Language::Arabic, "Tee"), "نفدت الكمية من \u{2068}Tee\u{2069}.");
}

/// The state of an order is said of *la commande*.
#[test]
fn french_order_states_agree_with_commande() {
    let said = |key| say(Language::CanadianFrench, key, &[]);
    for (key, wanted) in [
        ("step-sent", "Expédiée"),
        ("step-delivered", "Livrée"),
        ("state-sent", "Commande expédiée"),
        ("state-delivered", "Commande livrée"),
        ("step-cancelled", "Annulée par vous"),
    ] {
        assert_eq!(said(key), wanted);
    }
}

#[test]
fn the_typography_is_canadian() {
    for line in source(Language::CanadianFrench).lines().filter(|line| !line.starts_with('#')) {
        let text = line.split_once(" = ").map_or(line, |(_, text)| text);
        for wrong in
            [" :", " ;", " !", " ?", "\u{a0};", "\u{a0}!", "\u{a0}?", "« ", " »", "'", "..."]
        {
            assert!(!text.contains(wrong), "{wrong:?} in {text}");
        }
        // Every colon of a sentence has its space.
        for (at, _) in text.match_indices(": ") {
            assert!(text.get(..at).unwrap().ends_with('\u{a0}'), "{text}");
        }
    }
}

#[test]
fn a_path_is_given_the_language_once_and_files_never() {
    let languages = Languages::new(Language::English, &Language::ALL);
    let french = languages.reader(Language::CanadianFrench);
    for (path, wanted) in [
        ("/", "/fr-CA/"),
        ("/cart?kept", "/fr-CA/cart?kept"),
        ("/armchairs", "/fr-CA/armchairs"),
        ("/ar/policy", "/ar/policy"),
        ("/fr-CA/policy", "/fr-CA/policy"),
        ("/i/1.webp", "/i/1.webp"),
        ("/s/1.css", "/s/1.css"),
        ("/pgp.txt", "/pgp.txt"),
        ("/mirrors.txt#onion", "/mirrors.txt#onion"),
        ("/.well-known/security.txt", "/.well-known/security.txt"),
        ("/order/receipt.txt", "/fr-CA/order/receipt.txt"),
        ("/.well-known/a/b.txt", "/fr-CA/.well-known/a/b.txt"),
        ("/order/qr.png", "/order/qr.png"),
    ] {
        assert_eq!(french.to(path), wanted);
        assert!(path.starts_with("/fr-CA") || languages.reader(Language::English).to(path) == path);
    }
}
