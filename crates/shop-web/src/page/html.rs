//! HTML in the values of a page.

use minijinja::Value;

/// HTML of the program's own, which templates write as it is.
#[derive(Clone, Debug)]
pub(crate) struct Html(Value);

impl Html {
    /// Wraps HTML in which everything is escaped that needs it.
    pub(crate) fn new(html: String) -> Self {
        Self(Value::from_safe_string(html))
    }

    /// Returns no HTML.
    pub(crate) fn empty() -> Self {
        Self::new(String::new())
    }
}

impl From<Html> for Value {
    fn from(html: Html) -> Self {
        html.0
    }
}
