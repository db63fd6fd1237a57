use super::*;
use proptest::prelude::*;

#[test]
fn the_tables_are_whole_and_in_order() {
    assert_eq!(TABLES.countries.len(), 250, "249 of ISO 3166-1, and Kosovo");
    for table in [&TABLES.countries, &TABLES.regions] {
        assert!(table.is_sorted_by(|a, b| a.code < b.code), "a search would miss some");
        for row in table {
            assert!(row.names.iter().all(|name| !name.trim().is_empty()), "{}", row.code);
        }
    }
    for region in &TABLES.regions {
        let region = Region::parse(region.code).unwrap();
        assert!(region.country().regions("en").contains(&region), "{region:?}");
    }
}

#[test]
fn names_are_those_of_the_language() {
    let germany = Country::parse("de").unwrap();
    assert_eq!(germany.name("en"), "Germany");
    assert_eq!(germany.name("fr-CA"), "Allemagne");
    assert_eq!(germany.name("ar"), "ألمانيا");
    assert_eq!(germany.name("tlh"), "Germany");
    let quebec = Region::parse("ca-qc").unwrap();
    assert_eq!((quebec.name("fr-CA"), quebec.country().code()), ("Québec", "CA"));
}

#[test]
fn a_country_is_known_by_what_people_call_it() {
    let code = |text| Country::named(text).map(Country::code);
    for (text, wanted) in [
        ("Canada", "CA"),
        (" canada ", "CA"),
        ("ca", "CA"),
        ("U.S.A.", "US"),
        ("united states", "US"),
        ("etats unis", "US"),
        ("UK", "GB"),
        ("أستراليا", "AU"),
        ("Ireland", "IE"),
        ("Hong Kong", "HK"),
    ] {
        assert_eq!(code(text), Some(wanted), "{text}");
    }
    for nobody in ["", " ", "Atlantis", "12"] {
        assert_eq!(code(nobody), None, "{nobody}");
    }
    for country in Country::sorted("en") {
        for language in ["en", "fr-CA", "ar"] {
            assert_eq!(Country::named(country.name(language)), Some(*country));
        }
    }
}

#[test]
fn lists_are_sorted_as_people_look_for_names() {
    let place_of = |language, code| {
        let sorted = Country::sorted(language);
        sorted.iter().position(|c| c.code() == code).unwrap()
    };
    assert!(place_of("en", "AX") < place_of("en", "AL"), "Åland is among A");
    assert!(place_of("fr-CA", "US") < place_of("fr-CA", "FI"), "États-Unis is among E");
    assert!(place_of("ar", "DE") < place_of("ar", "YE"));
    for language in ["en", "fr-CA", "ar"] {
        assert_eq!(Country::sorted(language).len(), TABLES.countries.len());
    }
    let canada = Country::parse("CA").unwrap();
    let names: Vec<_> = canada.regions("fr-CA").iter().map(|r| r.name("fr-CA")).collect();
    assert_eq!(names.len(), 13);
    assert_eq!(names[2], "Île-du-Prince-Édouard");
}

#[test]
fn a_place_reads_back_and_does_not_show() {
    for code in ["FR", "CA", "CA-QC", "US-NY"] {
        let place = Place::parse(code).unwrap();
        let json = serde_json::to_string(&place).unwrap();
        assert_eq!(json, format!("\"{code}\""));
        assert!(serde_json::from_str::<Place>(&json).unwrap() == place);
        assert_eq!(format!("{place:?}"), "Place(..)");
    }
    assert!(serde_json::from_str::<Place>("\"ZZ\"").is_err());
}

proptest! {
    #[test]
    fn any_code_is_answered(code in ".{0,8}") {
        if let Some(place) = Place::parse(&code) {
            prop_assert!(place.code().eq_ignore_ascii_case(code.trim()));
        }
    }
}
