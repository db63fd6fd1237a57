//! Check of a seller's templates.

use super::{ThemeError, samples, source};
use crate::{
    language::{Language, Languages},
    templates::{FILES, Override, Templates},
};
use minijinja::Error;
use std::slice;

/// Most bytes of one template; the largest of ours has 4,000.
const MOST: usize = 64 * 1024;

/// Takes what renders every page with the sample values in every language.
pub(super) fn admit(
    templates: Vec<(String, String)>,
    folder: &str,
) -> (Vec<Override>, Vec<ThemeError>) {
    let place = |name: &str| format!("{folder}/{name}");
    let mut flaws = Vec::new();
    let mut taken: Vec<Override> = Vec::new();
    for (name, text) in templates {
        match fit(&name, &text) {
            Ok(()) => taken.push(Override { name, text: source::stepped(&text) }),
            Err((line, what)) => flaws.push(ThemeError::new(place(&name), line, what)),
        }
    }
    while let Some(error) = first_failure(&taken) {
        let named = taken.iter().position(|own| Some(own.name.as_str()) == error.name());
        let alone = || taken.iter().position(|own| first_failure(slice::from_ref(own)).is_some());
        let Some(guilty) = named.or_else(alone).or(taken.len().checked_sub(1)) else { break };
        let own = taken.remove(guilty);
        flaws.push(flaw(&own.name, &place(&own.name), &error));
    }
    (taken, flaws)
}

/// Returns the error of the first built-in template that fails with the sample values.
#[cfg(test)]
pub(super) fn built_in_failure() -> Option<Error> {
    first_failure(&[])
}

fn fit(name: &str, text: &str) -> Result<(), (usize, String)> {
    if !FILES.iter().any(|(known, _)| *known == name) {
        let known: Vec<&str> = FILES.iter().map(|(known, _)| *known).collect();
        let what = format!("no page uses it; the templates are {}", known.join(", "));
        return Err((0, what));
    }
    if text.len() > MOST {
        return Err((0, format!("it has {} bytes; the limit is {MOST}", text.len())));
    }
    source::refuse_forbidden(text)
}

/// Returns the reason why the shop does not render with these.
fn first_failure(overrides: &[Override]) -> Option<Error> {
    let languages = Languages::new(Language::English, &Language::ALL);
    for language in Language::ALL {
        let templates = match Templates::with(languages.reader(language), overrides) {
            Ok(templates) => templates,
            Err(error) => return Some(error),
        };
        for (name, page) in samples::pages() {
            if let Err(error) = samples::render(&templates, name, &page) {
                return Some(error);
            }
        }
    }
    None
}

fn flaw(name: &str, place: &str, error: &Error) -> ThemeError {
    let why = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    match (error.name(), error.line()) {
        (Some(at), line) if at == name => {
            ThemeError::new(place, line.unwrap_or(0), format!("{why}; using the built-in template"))
        }
        (Some(at), Some(line)) => {
            let what = format!("with it, line {line} of the built-in {at} does not render ({why})");
            ThemeError::new(place, 0, what + "; using the built-in template")
        }
        _ => ThemeError::new(place, 0, format!("{why}; using the built-in template")),
    }
}
