//! Requests to sources, and the codes that they are made of.

use crate::pair::{Code, Pair};

/// One request to a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Path and query.
    pub path: String,
    /// Pairs that it asks for.
    pub pairs: Vec<Pair>,
}

/// Returns the codes of the pairs, and the dollar through which they are joined.
#[must_use]
pub fn codes(wanted: &[Pair]) -> Vec<Code> {
    let mut codes: Vec<Code> = wanted.iter().flat_map(|pair| [pair.base, pair.quote]).collect();
    codes.push(Code::USD);
    codes.sort_unstable();
    codes.dedup();
    codes
}
