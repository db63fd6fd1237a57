//! Check that `theme/samples.json` has the fields of the pages it stands for.

use super::Page;
use serde_json::Value as Json;

/// Check of one field.
type Check = fn(&Json) -> Result<(), String>;

/// Checks that a sample has these fields, no more and no fewer.
pub(crate) fn check_fields(sample: &Json, fields: &[(&str, Check)]) -> Result<(), String> {
    let all = sample.as_object().ok_or_else(|| format!("no object: {sample}"))?;
    if let Some(other) = all.keys().find(|name| !fields.iter().any(|(field, _)| field == name)) {
        return Err(format!("{other}: the page has no such field"));
    }
    for (field, check) in fields {
        let value = all.get(*field).ok_or_else(|| format!("{field}: missing"))?;
        check(value).map_err(|error| format!("{field}, {error}"))?;
    }
    Ok(())
}

/// Checks the samples of a page.
pub(crate) fn assert_samples<P: Page>() {
    let samples = samples(&["pages", P::TEMPLATE]);
    assert!(!samples.is_empty());
    for mut sample in samples {
        // Every page has it, from the storefront.
        assert!(sample.as_object_mut().unwrap().remove("here").is_some());
        assert_eq!(P::check(&sample), Ok(()), "{}", P::TEMPLATE);
    }
}

/// Returns the samples at this place of the file.
pub(crate) fn samples(place: &[&str]) -> Vec<Json> {
    let all: Json = serde_json::from_str(include_str!("../theme/samples.json")).unwrap();
    let found = place.iter().fold(&all, |all, name| &all[*name]);
    found.as_array().cloned().unwrap()
}
