//! What is wrong with a catalogue, and what is odd about it.

use crate::kind::{HasKind, Kind};

/// What is wrong with a catalogue: which product, which field, and why.
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
        /// What is wrong and what it should be.
        why: String,
    },
    /// A product is not as it should be.
    #[error("{}product {product:?}, {field}: {why}", at(*line))]
    Product {
        /// Its name in the file.
        product: String,
        /// The field.
        field: String,
        /// What is wrong and what it should be.
        why: String,
        /// Where it is in the file, if it is known.
        line: Option<usize>,
    },
    /// More than one thing is not as it should be.
    #[error("{} things are wrong\n{}", .0.len(), listed(.0))]
    Several(Vec<CatalogError>),
}

/// Something in a catalogue that can be read, and that the seller has hardly meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogWarning {
    /// Where it is in the file, if it is known.
    pub line: Option<usize>,
    /// In one sentence.
    pub what: String,
}

/// A warning about what is at a path of the file.
pub(super) struct Warning {
    pub(super) path: String,
    pub(super) what: String,
}

impl CatalogError {
    /// The same, said of a part of the product.
    pub(super) fn within(mut self, part: &str) -> Self {
        if let Self::Product { field, .. } = &mut self
            && !field.starts_with(part)
        {
            *field = format!("{part}.{field}");
        }
        self
    }

    /// One or several in one; None for none.
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
