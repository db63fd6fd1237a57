//! Errors and warnings about a catalogue.

use crate::kind::{HasKind, Kind};

/// Errors of a catalogue: product, field and reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    /// There is nothing in the file.
    #[error("it is empty: it needs at least {{ \"products\": {{ .. }} }}")]
    Empty,
    /// The text is not JSON.
    #[error("it is not valid JSON: {0}")]
    Json(String),
    /// The top level is not as it should be.
    #[error("{field}: {why}")]
    Top {
        /// The section.
        field: String,
        /// Fault, and what the value should be.
        why: String,
    },
    /// A product is not as it should be.
    #[error("{}product {product:?}, {field}: {why}", at(*line))]
    Product {
        /// Its name in the file.
        product: String,
        /// The field.
        field: String,
        /// Fault, and what the value should be.
        why: String,
        /// Line in the file, if it is known.
        line: Option<usize>,
    },
    /// More than one thing is not as it should be.
    #[error("{} errors\n{}", .0.len(), listed(.0))]
    Several(Vec<CatalogError>),
}

/// A warning about something readable that the seller has probably not meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogWarning {
    /// Line in the file, if it is known.
    pub line: Option<usize>,
    /// Warning in one sentence.
    pub what: String,
}

/// A warning about what is at a path of the file.
pub(super) struct Warning {
    pub(super) path: String,
    pub(super) what: String,
}

impl CatalogError {
    /// Names the part of the product that the error is about.
    pub(super) fn within(mut self, part: &str) -> Self {
        if let Self::Product { field, .. } = &mut self
            && !field.starts_with(part)
        {
            *field = format!("{part}.{field}");
        }
        self
    }

    /// Combines errors into one; None if there are none.
    pub(super) fn all(mut errors: Vec<Self>) -> Option<Self> {
        if errors.len() < 2 { errors.pop() } else { Some(Self::Several(errors)) }
    }
}

impl HasKind for CatalogError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

impl std::fmt::Display for CatalogWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", at(self.line), self.what)
    }
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!("line {line}, "))
}

fn listed(errors: &[CatalogError]) -> String {
    errors
        .iter()
        .map(ToString::to_string)
        .map(|error| format!("  {error}"))
        .collect::<Vec<_>>()
        .join("\n")
}
