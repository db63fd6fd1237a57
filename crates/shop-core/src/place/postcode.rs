//! Postal codes: their shape by country, and which region their first character names.
//!
//! Shapes follow the postal services' own rules as the Universal Postal Union collects them. What
//! does not fit may still be right (new codes, military mail), so nothing here refuses: callers ask
//! the buyer again.

use super::{Place, Region};
use unicode_normalization::UnicodeNormalization;

/// Doubt about a postal code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostcodeDoubt {
    /// The country's codes look otherwise, such as this one.
    Shape(&'static str),
    /// The code belongs to another region than this.
    Elsewhere(Region),
}

/// One country's postal codes.
struct Shape {
    country: &'static str,
    /// One is enough.
    /// `9` is a digit, `A` a letter, `X` either; anything else is itself. Spaces and dashes are
    /// left out.
    patterns: &'static [&'static str],
    /// A code as people write it.
    example: &'static str,
    /// Least and greatest number that is given out, for codes of digits alone.
    range: Option<(u32, u32)>,
}

const fn shape(
    country: &'static str,
    patterns: &'static [&'static str],
    example: &'static str,
) -> Shape {
    Shape { country, patterns, example, range: None }
}

impl Shape {
    const fn between(self, least: u32, greatest: u32) -> Self {
        Self { range: Some((least, greatest)), ..self }
    }
}

/// Shapes by country code.
const SHAPES: [Shape; 55] = [
    shape("AD", &["AD999", "999"], "AD500"),
    shape("AT", &["9999"], "1010").between(1_000, 9_992),
    shape("AU", &["9999"], "2000").between(200, 9_944),
    shape("BA", &["99999"], "71000"),
    shape("BE", &["9999"], "1000").between(1_000, 9_992),
    shape("BG", &["9999"], "1000"),
    shape("BR", &["99999999"], "01310-100"),
    shape("CA", &["A9A9A9"], "K1A 0B1"),
    shape("CH", &["9999"], "8001").between(1_000, 9_658),
    shape("CN", &["999999"], "100000"),
    shape("CY", &["9999"], "1010"),
    shape("CZ", &["99999"], "110 00").between(10_000, 79_999),
    shape("DE", &["99999"], "10115").between(1_067, 99_998),
    shape("DK", &["9999"], "1050").between(555, 9_990),
    shape("EE", &["99999"], "10111"),
    shape("ES", &["99999"], "28013").between(1_001, 52_999),
    shape("FI", &["99999"], "00100").between(2, 99_990),
    shape("FO", &["999"], "100"),
    shape("FR", &["99999"], "75001").between(1_000, 98_999),
    shape("GB", &["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"], "SW1A 1AA"),
    shape("GR", &["99999"], "105 57"),
    shape("HR", &["99999"], "10000"),
    shape("HU", &["9999"], "1051"),
    shape("ID", &["99999"], "10110"),
    shape("IE", &["A99XXXX", "D6WXXXX"], "D02 AF30"),
    shape("IL", &["9999999", "99999"], "9414101"),
    shape("IN", &["999999"], "110001").between(110_000, 999_998),
    shape("IS", &["999"], "101"),
    shape("IT", &["99999"], "00184").between(10, 98_168),
    shape("JP", &["9999999"], "100-0001"),
    shape("KR", &["99999"], "04524").between(1_000, 63_999),
    shape("LI", &["9999"], "9490").between(9_485, 9_498),
    shape("LT", &["99999"], "01100"),
    shape("LU", &["9999"], "1111"),
    shape("LV", &["9999"], "LV-1010"),
    shape("MC", &["99999"], "98000").between(98_000, 98_099),
    shape("MT", &["AAA9999"], "VLT 1117"),
    shape("MX", &["99999"], "06000"),
    shape("MY", &["99999"], "50000"),
    shape("NL", &["9999AA"], "1012 AB"),
    shape("NO", &["9999"], "0150").between(1, 9_991),
    shape("NZ", &["9999"], "6011"),
    shape("PL", &["99999"], "00-001"),
    shape("PT", &["9999999", "9999"], "1000-001"),
    shape("RO", &["999999"], "010011"),
    shape("RS", &["99999"], "11000"),
    shape("RU", &["999999"], "101000"),
    shape("SE", &["99999"], "111 20").between(10_000, 98_499),
    shape("SG", &["999999"], "018956"),
    shape("SI", &["9999"], "1000"),
    shape("SK", &["99999"], "811 01"),
    shape("TR", &["99999"], "34122"),
    shape("UA", &["99999"], "01001"),
    shape("US", &["99999", "999999999"], "20500"),
    shape("ZA", &["9999"], "8001"),
];

/// Countries of the table where many addresses are written without one.
const OFTEN_BLANK: [&str; 4] = ["AD", "IE", "IL", "ZA"];

/// First letters in Canada (Canada Post, addressing guidelines).
const CANADA: [(&str, &str); 13] = [
    ("CA-AB", "T"),
    ("CA-BC", "V"),
    ("CA-MB", "R"),
    ("CA-NB", "E"),
    ("CA-NL", "A"),
    ("CA-NS", "B"),
    ("CA-NT", "X"),
    ("CA-NU", "X"),
    ("CA-ON", "KLMNP"),
    ("CA-PE", "C"),
    ("CA-QC", "GHJ"),
    ("CA-SK", "S"),
    ("CA-YT", "Y"),
];

/// First digits in the United States, by postal abbreviation.
/// New York and Texas have a few codes that begin as their neighbours' do, Fort Campbell is in two
/// states.
const UNITED_STATES: [(char, &str); 10] = [
    ('0', "CT MA ME NH NJ NY RI VT"),
    ('1', "DE NY PA"),
    ('2', "DC MD NC SC VA WV"),
    ('3', "AL FL GA MS TN"),
    ('4', "IN KY MI OH TN"),
    ('5', "IA MN MT ND SD WI"),
    ('6', "IL KS MO NE"),
    ('7', "AR LA OK TX"),
    ('8', "AZ CO ID NM NV TX UT WY"),
    ('9', "AK CA HI OR WA"),
];

impl Place {
    /// Returns what looks wrong with a postal code there.
    /// Returns None for countries whose codes are not in the table, and for a blank one where many
    /// addresses have none.
    #[must_use]
    pub fn doubt_postcode(self, postcode: &str) -> Option<PostcodeDoubt> {
        let code = self.country().code();
        let shape = SHAPES.iter().find(|shape| shape.country == code)?;
        let plain = plain(postcode, code);
        if plain.is_empty() {
            let blank = OFTEN_BLANK.contains(&code);
            return (!blank).then_some(PostcodeDoubt::Shape(shape.example));
        }
        if !shape.fits(&plain) {
            return Some(PostcodeDoubt::Shape(shape.example));
        }
        let region = self.region()?;
        let first = plain.chars().next()?;
        is_elsewhere(region, first).then_some(PostcodeDoubt::Elsewhere(region))
    }
}

impl Shape {
    fn fits(&self, plain: &str) -> bool {
        if !self.patterns.iter().any(|pattern| matches(pattern, plain)) {
            return false;
        }
        match self.country {
            // Letters that would be taken for others are not used; W and Z do not come first.
            "CA" => {
                !plain.contains(['D', 'F', 'I', 'O', 'Q', 'U']) && !plain.starts_with(['W', 'Z'])
            }
            // The first five digits; the rest names a house.
            "US" => number(plain.get(..5).unwrap_or_default())
                .is_some_and(|number| (501..=99_950).contains(&number)),
            _ => match (number(plain), self.range) {
                (Some(number), Some((least, greatest))) => (least..=greatest).contains(&number),
                // What somebody types who has none.
                (Some(_), None) => ['0', '9'].iter().all(|same| plain.contains(|c| c != *same)),
                (None, _) => true,
            },
        }
    }
}

/// Checks the region a first character stands for.
/// Regions of other countries cannot be told by it.
fn is_elsewhere(region: Region, first: char) -> bool {
    let code = region.code();
    if let Some((_, letters)) = CANADA.iter().find(|(region, _)| *region == code) {
        return !letters.contains(first);
    }
    let Some(state) = code.strip_prefix("US-") else { return false };
    let states = UNITED_STATES.iter().find(|(digit, _)| *digit == first);
    states.is_some_and(|(_, states)| !states.split(' ').any(|known| known == state))
}

fn matches(pattern: &str, plain: &str) -> bool {
    let fits = |(wanted, found): (char, char)| match wanted {
        '9' => found.is_ascii_digit(),
        'A' if pattern.starts_with("AD") => found == 'A',
        'A' => found.is_ascii_uppercase(),
        'X' => found.is_ascii_alphanumeric(),
        other => found == other,
    };
    pattern.chars().count() == plain.chars().count() && pattern.chars().zip(plain.chars()).all(fits)
}

fn number(plain: &str) -> Option<u32> {
    plain.parse().ok()
}

/// Returns a code in capitals and ASCII digits, without spaces, dashes or a country's sign.
/// The sign stands in front (`D-10115`, `LV-1010`).
fn plain(postcode: &str, country: &str) -> String {
    let folded: String = postcode.nfkc().flat_map(char::to_uppercase).map(ascii_digit).collect();
    let folded = folded.trim();
    let signed = folded.split_once('-').filter(|(sign, rest)| {
        let sign = sign.trim();
        let of_country = country.starts_with(sign) || SIGNS.contains(&(country, sign));
        of_country && !sign.is_empty() && rest.contains(|c: char| c.is_ascii_digit())
    });
    let rest = signed.map_or(folded, |(_, rest)| rest);
    rest.chars().filter(|c| !c.is_whitespace() && !"-‐‑–.".contains(*c)).collect()
}

/// Signs that are not how the country's code begins.
const SIGNS: [(&str, &str); 5] =
    [("AT", "AUT"), ("DE", "GER"), ("DK", "DAN"), ("FI", "FIN"), ("SK", "SVK")];

/// Returns Arabic and Persian digits as ASCII ones.
fn ascii_digit(c: char) -> char {
    let from = |zero: u32| char::from_digit(u32::from(c).wrapping_sub(zero), 10);
    from(0x0660).or_else(|| from(0x06f0)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Country;

    fn doubt(place: &str, postcode: &str) -> Option<PostcodeDoubt> {
        Place::parse(place).unwrap().doubt_postcode(postcode)
    }

    #[test]
    fn postcode_shape_table_is_sorted_and_its_examples_fit() {
        assert!(SHAPES.is_sorted_by(|a, b| a.country < b.country));
        for shape in &SHAPES {
            assert_eq!(doubt(shape.country, shape.example), None, "{}", shape.country);
        }
        for (code, _) in CANADA {
            assert!(Region::parse(code).is_some(), "{code}");
        }
        let states = || UNITED_STATES.iter().flat_map(|(_, states)| states.split(' '));
        for region in Country::parse("US").unwrap().regions("en") {
            assert!(states().any(|state| region.code() == format!("US-{state}")), "{region:?}");
        }
        assert!(states().all(|state| Region::parse(&format!("US-{state}")).is_some()));
    }

    #[test]
    fn postcode_as_people_write_it_is_not_doubted() {
        for (place, postcode) in [
            ("CA-QC", "h2x 1y4"),
            ("CA", "K1A0B1"),
            ("US-NY", "10001-1234"),
            ("US-NY", "06390"),
            ("US-TX", "88510"),
            ("GB", "sw1y 4jh"),
            ("GB", "M1 1AE"),
            ("GB", "EC1A 1BB"),
            ("GB-SCT", "EH8-8DX"),
            ("DE", "D-10115"),
            ("DE", "٠١٠٦٧"),
            ("FI", "FIN-00100"),
            ("LU", "L-1234"),
            ("CH", "CH-8001"),
            ("NL", "1012ab"),
            ("IE", "D6W XY00"),
            ("IE", ""),
            ("FR", "２００００"),
            ("HK", "none"),
            ("AE", ""),
        ] {
            assert_eq!(doubt(place, postcode), None, "{place} {postcode:?}");
        }
    }

    #[test]
    fn postcode_of_another_shape_is_doubted_with_an_example() {
        for (place, postcode) in [
            ("DE", "99999"),
            ("DE", "1011"),
            ("DE", ""),
            ("US", "99999"),
            ("US", "00000"),
            ("US", "1234"),
            ("CA", "D1A 0B1"),
            ("CA", "W1A 0B1"),
            ("CA", "12345"),
            ("GB", "99999"),
            ("GB", "SW1A"),
            ("FR", "99999"),
            ("PL", "99-999"),
            ("ES", "53000"),
            ("NL", "1012"),
            ("CH", "10115"),
        ] {
            let found = doubt(place, postcode);
            assert!(matches!(found, Some(PostcodeDoubt::Shape(_))), "{place} {postcode:?}");
        }
        assert_eq!(doubt("CA", "1"), Some(PostcodeDoubt::Shape("K1A 0B1")));
    }

    #[test]
    fn postcode_of_another_region_names_the_region() {
        let region = |code| Some(PostcodeDoubt::Elsewhere(Region::parse(code).unwrap()));
        assert_eq!(doubt("CA-QC", "K1A 0B1"), region("CA-QC"));
        assert_eq!(doubt("CA-NU", "X0A 0H0"), None);
        assert_eq!(doubt("US-CA", "10001"), region("US-CA"));
        assert_eq!(doubt("US-AK", "99950"), None);
        assert_eq!(doubt("ES-MD", "08001"), None, "not told by the first digit");
    }
}
