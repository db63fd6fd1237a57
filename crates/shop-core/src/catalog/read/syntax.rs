//! JSON, and words for the commonest slips in it.

use crate::catalog::CatalogError;
use serde_json::{Value, error::Category};

pub(super) fn parse(json: &str) -> Result<Value, CatalogError> {
    if json.trim().is_empty() {
        return Err(CatalogError::Empty);
    }
    serde_json::from_str(json).map_err(|error| CatalogError::Json(words(&error)))
}

/// Returns the parser's message, in words of somebody who writes a price list.
fn words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    // A string ends in its line, so a line that ends inside one has lost a quote.
    let open =
        said.starts_with("control character") || said.starts_with("EOF while parsing a string");
    match (error.classify(), open) {
        // The parser has read the end of the line already.
        (Category::Syntax, true) if error.column() == 0 => {
            format!("a closing quote is missing in line {}", error.line().saturating_sub(1))
        }
        (_, true) => format!("a closing quote is missing in line {}", error.line()),
        (Category::Eof, false) => {
            format!("the file ends too early: a closing }} or ] is missing ({said})")
        }
        _ if said.starts_with("trailing comma") => {
            format!("in line {}, there is a comma with nothing after it", error.line())
        }
        _ => said,
    }
}
