//! Levels at which a delivered parcel matches an order.

use crate::snapshot::Snapshot;

/// Destination and reference that an order asks for.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// ISO code of the country.
    pub country: &'a str,
    /// Postal code, as the buyer wrote it.
    pub postal: &'a str,
    /// Reference of the order that the sender may have given to the parcel.
    pub order_tag: &'a str,
}

/// Flag of a level: the carrier has a signature.
pub const SIGNATURE: u8 = 8;

/// Signs of a postal area: the beginning of a postal code.
const AREA: usize = 3;
/// A reference that is shorter names no order.
const SHORTEST_TAG: usize = 16;

/// Returns the level at which a parcel matches, as the contract knows it.
///
/// 0 nothing, 1 the country, 2 the postal area, 3 the postal code, 4 the postal area at least and
/// the order's reference; and [`SIGNATURE`]. A reference alone is no match: the sender writes it,
/// and a parcel can be sent anywhere with it.
#[must_use]
pub fn match_level(snapshot: &Snapshot, wanted: &Wanted<'_>) -> u8 {
    let level = place_level(snapshot, wanted);
    let tag = canonical(wanted.order_tag);
    let is_tag = |reference: &String| canonical(reference).contains(&tag);
    let has_tag = tag.len() >= SHORTEST_TAG && snapshot.refs.iter().any(is_tag);
    let level = if level >= 2 && has_tag { 4 } else { level };
    if snapshot.signed { level | SIGNATURE } else { level }
}

fn place_level(snapshot: &Snapshot, wanted: &Wanted<'_>) -> u8 {
    let country = snapshot.dest_country.as_deref().map(canonical);
    let is_country = country.as_ref().is_some_and(|country| *country == canonical(wanted.country));
    if country.is_some() && !is_country {
        return 0;
    }
    let told = canonical(snapshot.dest_postal.as_deref().unwrap_or_default());
    let asked = canonical(wanted.postal);
    match common(&told, &asked) {
        Match::Whole => 3,
        // An area alone names a place only where the country is known.
        Match::Area if is_country => 2,
        Match::Area | Match::Nothing => u8::from(is_country),
    }
}

enum Match {
    Whole,
    Area,
    Nothing,
}

/// Compares postal codes. A ZIP code of nine digits is as good as its first five.
fn common(told: &str, asked: &str) -> Match {
    let told = short_zip(told);
    let asked = short_zip(asked);
    let area = told.get(..AREA);
    if told.len() > AREA && told == asked {
        Match::Whole
    } else if area.is_some() && area == asked.get(..AREA) {
        Match::Area
    } else {
        Match::Nothing
    }
}

fn short_zip(code: &str) -> &str {
    let is_long_zip = code.len() == 9 && code.bytes().all(|byte| byte.is_ascii_digit());
    if is_long_zip { code.get(..5).unwrap_or(code) } else { code }
}

/// Returns letters and digits alone, in capitals.
fn canonical(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "ABCDEFGHJKMNPQRSTVWXYZ2345";

    fn parcel(
        country: Option<&str>,
        postal: Option<&str>,
        reference: &str,
        signed: bool,
    ) -> Snapshot {
        Snapshot {
            dest_country: country.map(str::to_owned),
            dest_postal: postal.map(str::to_owned),
            refs: vec![reference.to_owned()],
            signed,
            ..Snapshot::not_found(Vec::new())
        }
    }

    fn level(snapshot: &Snapshot) -> u8 {
        match_level(snapshot, &Wanted { country: "CA", postal: "g1k 4m7", order_tag: TAG })
    }

    #[test]
    fn level_follows_what_the_carrier_says_of_the_place() {
        assert_eq!(level(&parcel(Some("CA"), Some("G1K4M7"), "", false)), 3);
        assert_eq!(level(&parcel(Some("CA"), Some("G1K"), "", false)), 2);
        assert_eq!(level(&parcel(Some("CA"), Some("G1K9Z9"), "", false)), 2);
        assert_eq!(level(&parcel(Some("CA"), Some("H2X1Y4"), "", false)), 1);
        assert_eq!(level(&parcel(Some("CA"), None, "", false)), 1);
        assert_eq!(level(&parcel(Some("US"), Some("G1K4M7"), "", false)), 0);
        assert_eq!(level(&parcel(None, None, "", false)), 0);
        assert_eq!(level(&parcel(None, Some("G1K"), "", false)), 0);
    }

    #[test]
    fn reference_counts_only_beside_the_right_place() {
        let tag = TAG.to_ascii_lowercase();
        assert_eq!(level(&parcel(Some("CA"), Some("G1K4M7"), &tag, false)), 4);
        assert_eq!(level(&parcel(Some("CA"), Some("G1K"), &tag, false)), 4);
        assert_eq!(level(&parcel(Some("CA"), Some("H2X1Y4"), &tag, false)), 1);
        assert_eq!(level(&parcel(None, None, &tag, false)), 0);
    }

    #[test]
    fn short_reference_names_no_order() {
        let wanted = Wanted { country: "CA", postal: "G1K4M7", order_tag: "AB" };
        assert_eq!(match_level(&parcel(Some("CA"), Some("G1K4M7"), "AB", false), &wanted), 3);
    }

    #[test]
    fn signature_is_a_flag_of_its_own() {
        assert_eq!(level(&parcel(Some("CA"), Some("G1K4M7"), "", true)), 3 | SIGNATURE);
        assert_eq!(level(&parcel(Some("US"), None, "", true)), SIGNATURE);
    }

    #[test]
    fn long_zip_codes_match_short_ones() {
        let wanted = Wanted { country: "US", postal: "34442-1234", order_tag: TAG };
        assert_eq!(match_level(&parcel(Some("US"), Some("34442"), "", false), &wanted), 3);
        assert_eq!(match_level(&parcel(Some("US"), Some("34499"), "", false), &wanted), 2);
    }
}
