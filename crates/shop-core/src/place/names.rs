//! Countries and regions by what people write.

use super::{Country, Named, Region, TABLES, find, letters, row};
use std::collections::HashMap;

/// Names that people write for countries, beside those in the table.
/// They are short forms, and what countries call themselves.
const ALSO: [(&str, &str); 45] = [
    ("usa", "US"),
    ("unitedstatesofamerica", "US"),
    ("america", "US"),
    ("etatsunisdamerique", "US"),
    ("uk", "GB"),
    ("greatbritain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("northernireland", "GB"),
    ("belgie", "BE"),
    ("brasil", "BR"),
    ("ceskarepublika", "CZ"),
    ("cesko", "CZ"),
    ("czechrepublic", "CZ"),
    ("danmark", "DK"),
    ("deutschland", "DE"),
    ("eesti", "EE"),
    ("eire", "IE"),
    ("espana", "ES"),
    ("hellas", "GR"),
    ("holland", "NL"),
    ("hrvatska", "HR"),
    ("island", "IS"),
    ("italia", "IT"),
    ("latvija", "LV"),
    ("lietuva", "LT"),
    ("magyarorszag", "HU"),
    ("nederland", "NL"),
    ("norge", "NO"),
    ("osterreich", "AT"),
    ("polska", "PL"),
    ("republicofireland", "IE"),
    ("schweiz", "CH"),
    ("shqiperia", "AL"),
    ("slovenija", "SI"),
    ("slovensko", "SK"),
    ("srbija", "RS"),
    ("suomi", "FI"),
    ("sverige", "SE"),
    ("svizzera", "CH"),
    ("turkey", "TR"),
    ("россия", "RU"),
    ("україна", "UA"),
    ("日本", "JP"),
];

impl Country {
    /// Returns the country somebody means who writes its code or its name.
    /// The name is one in a language of the table, its own, or as people shorten it; accents,
    /// capitals and dots do not matter.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        TABLES.by_letters.get(&letters(text)).copied()
    }

    /// Returns the country whose name is nearest to a mistyped one.
    /// Returns None where that would be a guess, or where two are as near.
    #[must_use]
    pub fn meant(text: &str) -> Option<Self> {
        let typed = letters(text);
        let length = typed.chars().count();
        if !(MIN_TYPED..=MAX_TYPED).contains(&length) {
            return None;
        }
        let most = if length < 6 { 1 } else { 2 };
        let mut nearest = most + 1;
        let mut meant = None;
        for (name, country) in &TABLES.by_letters {
            // Codes are too short to be near anything.
            let other = name.chars().count();
            if other < MIN_TYPED || other.abs_diff(length) > most {
                continue;
            }
            let far = strsim::osa_distance(&typed, name);
            if far < nearest {
                nearest = far;
                meant = Some(*country);
            } else if far == nearest && meant != Some(*country) {
                meant = None;
            }
        }
        meant
    }
}

/// Fewest and most letters of a name that is compared with others.
const MIN_TYPED: usize = 4;
const MAX_TYPED: usize = 48;

impl Region {
    /// Returns the region of a country somebody means who writes its name or code.
    /// The name is one in a language of the table, the code its part behind the dash (`QC`).
    #[must_use]
    pub fn named(country: Country, text: &str) -> Option<Self> {
        let wanted = letters(text);
        let regions = TABLES.regions_of.get(&country)?;
        let is_named = |region: &&Self| {
            let named = row(&TABLES.regions, region.0);
            let short = named.code.split_once('-').map_or("", |(_, short)| short);
            letters(short) == wanted || named.names.iter().any(|name| letters(name) == wanted)
        };
        regions.iter().find(is_named).copied()
    }
}

/// Countries by the letters of their codes and names.
pub(super) fn by_letters(countries: &[Named]) -> HashMap<String, Country> {
    let mut by_letters = HashMap::new();
    for (at, country) in (0..).zip(countries) {
        for name in std::iter::once(country.code).chain(country.names) {
            by_letters.insert(letters(name), Country(at));
        }
    }
    for (name, code) in ALSO {
        by_letters.extend(find(countries, code).map(|at| (letters(name), Country(at))));
    }
    by_letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn country_name_with_a_slip_finds_the_country_meant() {
        let meant = |text| Country::meant(text).map(Country::code);
        for (typed, wanted) in [
            ("Germny", "DE"),
            ("Gremany", "DE"),
            ("Untied States", "US"),
            ("Deutchland", "DE"),
            ("Frnace", "FR"),
            ("Allemange", "DE"),
            ("Swizterland", "CH"),
            ("ألمانا", "DE"),
        ] {
            assert_eq!(Country::named(typed), None, "{typed}");
            assert_eq!(meant(typed), Some(wanted), "{typed}");
        }
        let long = "x".repeat(512);
        for nobody in ["", "Atlantis", "abc", "Middle-earth", long.as_str()] {
            assert_eq!(meant(nobody), None, "{nobody}");
        }
        // Austria or Australia, Niger or Nigeria, Iran or Iraq: nobody guesses.
        assert_eq!(meant("Irap"), None);
    }

    #[test]
    fn country_own_names_are_known() {
        for (name, code) in ALSO {
            assert_eq!(Country::named(name).map(Country::code), Some(code), "{name}");
        }
        for (name, code) in [("Österreich", "AT"), ("España", "ES"), ("Éire", "IE")] {
            assert_eq!(Country::named(name).map(Country::code), Some(code), "{name}");
        }
    }

    #[test]
    fn region_is_known_by_name_or_abbreviation() {
        let canada = Country::parse("CA").unwrap();
        for text in ["QC", "qc", "Québec", "quebec", "كيبك"] {
            assert_eq!(Region::named(canada, text).map(Region::code), Some("CA-QC"), "{text}");
        }
        assert_eq!(Region::named(canada, "England"), None);
        assert_eq!(Region::named(Country::parse("DE").unwrap(), "Bayern"), None);
        assert_eq!(Region::named(canada, ""), None);
    }
}
