//! Messages of one language.

use super::{Arg, Language, Sentence};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use shop_core::{
    bill::Percent,
    money::{Decimal, Price, PriceUnit},
    time::CoarseTime,
};
use std::{borrow::Cow, sync::LazyLock};
use unic_langid::LanguageIdentifier;

/// Messages of the program in one language, and its way of writing amounts and hours.
pub(crate) struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::read(Language::English));
static CANADIAN_FRENCH: LazyLock<Words> = LazyLock::new(|| Words::read(Language::CanadianFrench));
static ARABIC: LazyLock<Words> = LazyLock::new(|| Words::read(Language::Arabic));

/// Returns the messages as they are written.
pub(super) const fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../locales/en.ftl"),
        Language::CanadianFrench => include_str!("../../locales/fr-CA.ftl"),
        Language::Arabic => include_str!("../../locales/ar.ftl"),
    }
}

/// Direction from the first letter, until the other one (UAX 9).
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

impl Words {
    /// Returns the words of a language; read once.
    pub(crate) fn in_language(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::CanadianFrench => &CANADIAN_FRENCH,
            Language::Arabic => &ARABIC,
        }
    }

    /// Reads a file of ours: the tests read each of them, so nothing of it can be wrong here.
    fn read(language: Language) -> Self {
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Fluent would put each value between two invisible characters, in every language. They
        // help where a name runs against the line, and are in the way of those who copy or search
        // text where it does not: `isolated` puts them where they help.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(source(language).to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// Says the sentence in this language.
    pub(crate) fn say(&self, sentence: &Sentence) -> String {
        let args = sentence.args.iter().map(|(name, arg)| (*name, arg));
        self.message(sentence.key, args).unwrap_or_else(|| {
            tracing::error!(key = sentence.key, "a message is missing");
            sentence.key.to_owned()
        })
    }

    /// The message of this name; none if there is no such message, or something it needs was not
    /// given.
    pub(crate) fn message<'a>(
        &self,
        key: &str,
        args: impl IntoIterator<Item = (&'a str, &'a Arg)>,
    ) -> Option<String> {
        let mut values = FluentArgs::new();
        for (name, arg) in args {
            let value = match arg {
                Arg::Text(text) => FluentValue::from(self.isolated(text)),
                Arg::Count(count) => FluentValue::from(*count),
                Arg::Amount(amount) => FluentValue::from(self.amount(*amount)),
                Arg::Hour(hour) => FluentValue::from(self.hour(*hour)),
            };
            values.set(name, value);
        }
        self.format(key, &values)
    }

    /// Returns an amount as this language writes it, to read.
    /// An amount to copy into a wallet is its own [`Display`](std::fmt::Display).
    pub(crate) fn amount(&self, amount: impl Into<Price>) -> String {
        self.signed("", amount.into())
    }

    /// Returns an amount that is taken off, with its sign.
    pub(crate) fn less(&self, amount: impl Into<Price>) -> String {
        self.signed("\u{2212}", amount.into())
    }

    /// Returns a number of whole units as this language writes it, with all its digits.
    pub(crate) fn exact(&self, number: Decimal, unit: impl Into<PriceUnit>) -> String {
        self.counted(&number.to_string(), unit.into())
    }

    fn signed(&self, sign: &str, amount: Price) -> String {
        self.counted(&format!("{sign}{}", amount.decimal()), amount.unit())
    }

    fn counted(&self, digits: &str, unit: PriceUnit) -> String {
        let mut values = FluentArgs::new();
        values.set("code", unit.code());
        let key = match digits.split_once('.') {
            Some((whole, fraction)) => {
                values.set("whole", whole);
                values.set("fraction", fraction);
                "amount"
            }
            None => {
                values.set("whole", digits);
                "amount-whole"
            }
        };
        self.format(key, &values).unwrap_or_else(|| format!("{digits} {unit}"))
    }

    /// Returns a percentage as this language writes it, with its sign.
    pub(crate) fn percent(&self, percent: Percent) -> String {
        let digits = percent.to_string();
        let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
        let mut values = FluentArgs::new();
        values.set("whole", whole);
        values.set("fraction", fraction);
        let key = if fraction.is_empty() { "percent-whole" } else { "percent" };
        self.format(key, &values).unwrap_or_else(|| format!("{percent} %"))
    }

    /// Returns the size of a file as this language writes it, rounded up.
    pub(crate) fn size(&self, bytes: u64) -> String {
        let mut values = FluentArgs::new();
        let key = if bytes < 1_000_000 {
            values.set("whole", bytes.div_ceil(1_000));
            "size-kilo"
        } else {
            let tenths = bytes.div_ceil(100_000);
            values.set("whole", tenths / 10);
            values.set("tenth", tenths % 10);
            "size-mega"
        };
        self.format(key, &values).unwrap_or_else(|| format!("{bytes} B"))
    }

    /// Returns an hour as this language writes it.
    pub(crate) fn hour(&self, hour: CoarseTime) -> String {
        let (year, month, day) = hour.date();
        let mut values = FluentArgs::new();
        values.set("year", year);
        values.set("month", month);
        values.set("day", day);
        values.set("hour", hour.hours() % 24);
        self.format("hour", &values).unwrap_or_else(|| hour.to_string())
    }

    fn format(&self, key: &str, values: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(values), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    /// A value that could run against the direction of the line is kept to itself.
    fn isolated<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let against = match self.language.direction() {
            "rtl" => text.chars().any(|c| !runs_leftwards(c) && !c.is_whitespace()),
            _ => text.chars().any(runs_leftwards),
        };
        if against { format!("{}{text}{}", ISOLATE.0, ISOLATE.1).into() } else { text.into() }
    }
}

/// Returns true for a character of a script that is written from right to left.
/// The blocks are those of Unicode, `DerivedBidiClass`.
const fn runs_leftwards(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}
