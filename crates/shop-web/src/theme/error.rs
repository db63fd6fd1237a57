//! Mistakes in a theme.

use std::fmt;

/// Mistake in a theme, in words for the seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeError {
    /// The file, as the seller knows it: `theme/theme.toml`.
    pub file: String,
    /// The line, counted from 1; 0 where it is about the whole file.
    pub line: usize,
    /// Description of the mistake, and what stands in.
    pub what: String,
}

impl ThemeError {
    /// Reports a mistake at a line of a file.
    pub fn new(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.into(), line, what: what.into() }
    }
}

impl fmt::Display for ThemeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}
