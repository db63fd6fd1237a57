//! Countries and their regions: where goods go, as far as prices depend on it.
//!
//! Codes are ISO 3166-1 alpha-2, and `XK`, which ISO leaves to its users and carriers use for
//! Kosovo. Regions (ISO 3166-2) are there for the countries within which carriers or taxes differ
//! most: Australia, Canada, Spain, the United Kingdom, the United States. Names are those of Unicode
//! CLDR 48 where it has them.

mod names;
mod postcode;

pub use postcode::PostcodeDoubt;

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A country of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(u16);

/// A region of a country of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Region(u16);

/// Destination of an order: a country, perhaps a region. Written as the smaller one's code.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Place {
    country: Country,
    region: Option<Region>,
}

/// Text that is no code of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a country or region")]
pub struct UnknownPlace;

impl Country {
    /// Returns the country with this code, in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        find(&TABLES.countries, code).map(Self)
    }

    /// Returns true if an address there needs its province, state or region.
    #[must_use]
    pub fn needs_province(self) -> bool {
        matches!(self.code(), "AU" | "CA" | "ES" | "US")
    }

    /// Returns true if an address there needs a postal code.
    /// These are the countries of which the table has regions, because their carriers go by it.
    /// Many others have none.
    #[must_use]
    pub fn needs_postcode(self) -> bool {
        TABLES.regions_of.contains_key(&self)
    }

    /// Returns `CA`, say.
    #[must_use]
    pub fn code(self) -> &'static str {
        row(&TABLES.countries, self.0).code
    }

    /// Returns the name in a language (`en`, `fr-CA`, `ar`); in English for others.
    #[must_use]
    pub fn name(self, language: &str) -> &'static str {
        row(&TABLES.countries, self.0).name(language)
    }

    /// Returns every country, by name in this language.
    #[must_use]
    pub fn sorted(language: &str) -> &'static [Self] {
        let [english, french, arabic] = &TABLES.by_name;
        match column(language) {
            Column::English => english,
            Column::French => french,
            Column::Arabic => arabic,
        }
    }

    /// Returns its regions by name in this language; empty where the table has none.
    #[must_use]
    pub fn regions(self, language: &str) -> Vec<Region> {
        let mut regions = TABLES.regions_of.get(&self).cloned().unwrap_or_default();
        regions.sort_by_cached_key(|region| folded(region.name(language)));
        regions
    }
}

impl Region {
    /// Returns the region with this code (`CA-QC`), in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        find(&TABLES.regions, code).map(Self)
    }

    /// Returns `CA-QC`, say.
    #[must_use]
    pub fn code(self) -> &'static str {
        row(&TABLES.regions, self.0).code
    }

    /// Returns the name in a language (`en`, `fr-CA`, `ar`); in English for others.
    #[must_use]
    pub fn name(self, language: &str) -> &'static str {
        row(&TABLES.regions, self.0).name(language)
    }

    /// Returns the country it is in.
    #[must_use]
    pub fn country(self) -> Country {
        let code = self.code().split('-').next().unwrap_or_default();
        Country::parse(code).expect("a test holds that every region's country is in the table")
    }
}

impl Place {
    /// Creates the place of this country, no region named.
    #[must_use]
    pub const fn country_alone(country: Country) -> Self {
        Self { country, region: None }
    }

    /// Creates the place of this region of its country.
    #[must_use]
    pub fn region_of(region: Region) -> Self {
        Self { country: region.country(), region: Some(region) }
    }

    /// Parses `CA` or `CA-QC`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        if let Some(country) = Country::parse(code) {
            return Some(Self::country_alone(country));
        }
        Region::parse(code).map(Self::region_of)
    }

    /// Returns the country.
    #[must_use]
    pub const fn country(self) -> Country {
        self.country
    }

    /// Returns the region, if one is named.
    #[must_use]
    pub const fn region(self) -> Option<Region> {
        self.region
    }

    /// Returns `CA` or `CA-QC`, say.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.region.map_or_else(|| self.country.code(), Region::code)
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.code().to_owned()
    }
}

impl TryFrom<String> for Place {
    type Error = UnknownPlace;

    fn try_from(code: String) -> Result<Self, UnknownPlace> {
        Self::parse(&code).ok_or(UnknownPlace)
    }
}

/// Codes of a table belong to nobody.
impl std::fmt::Debug for Country {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Country({})", self.code())
    }
}

/// Codes of a table belong to nobody.
impl std::fmt::Debug for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Region({})", self.code())
    }
}

/// A place is a buyer's.
impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Place(..)")
    }
}

/// One line of a table: code, then the name in English, Canadian French and Arabic.
struct Named {
    code: &'static str,
    names: [&'static str; 3],
}

impl Named {
    fn name(&self, language: &str) -> &'static str {
        let [english, french, arabic] = self.names;
        match column(language) {
            Column::English => english,
            Column::French => french,
            Column::Arabic => arabic,
        }
    }
}

enum Column {
    English,
    French,
    Arabic,
}

fn column(language: &str) -> Column {
    let base = language.split(['-', '_']).next().unwrap_or_default();
    match base.to_ascii_lowercase().as_str() {
        "fr" => Column::French,
        "ar" => Column::Arabic,
        _ => Column::English,
    }
}

struct Tables {
    countries: Vec<Named>,
    regions: Vec<Named>,
    by_name: [Vec<Country>; 3],
    regions_of: BTreeMap<Country, Vec<Region>>,
    by_letters: HashMap<String, Country>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let countries = read(include_str!("place/countries.tsv"));
    let regions = read(include_str!("place/regions.tsv"));
    let by_name = ["en", "fr", "ar"].map(|language| {
        let mut all: Vec<u16> = (0..).take(countries.len()).collect();
        all.sort_by_cached_key(|at| folded(row(&countries, *at).name(language)));
        all.into_iter().map(Country).collect()
    });
    let mut regions_of: BTreeMap<Country, Vec<Region>> = BTreeMap::new();
    for (at, region) in (0..).zip(&regions) {
        let country = region.code.split('-').next().unwrap_or_default();
        if let Some(country) = find(&countries, country) {
            regions_of.entry(Country(country)).or_default().push(Region(at));
        }
    }
    let by_letters = names::by_letters(&countries);
    Tables { countries, regions, by_name, regions_of, by_letters }
});

/// Reads a table; its lines are in the order of their codes.
fn read(text: &'static str) -> Vec<Named> {
    let line = |line: &'static str| {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Named { code: next(), names: [next(), next(), next()] }
    };
    text.lines().map(line).collect()
}

fn find(table: &[Named], code: &str) -> Option<u16> {
    let code = code.trim().to_ascii_uppercase();
    let at = table.binary_search_by(|row| row.code.cmp(&code)).ok()?;
    u16::try_from(at).ok()
}

/// Indices are made from the tables alone, which do not change.
fn row(table: &[Named], at: u16) -> &Named {
    table.get(usize::from(at)).expect("an index comes from the table it points into")
}

/// Returns a name as it is recognised: its letters alone, folded.
fn letters(name: &str) -> String {
    folded(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Returns a name as it is sorted: without marks, in lower case.
fn folded(name: &str) -> String {
    name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests;
