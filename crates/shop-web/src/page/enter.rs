//! Page that asks for an order code.

use super::{Page, view};
use std::borrow::Cow;

view! {
    /// Values of `enter.html`.
    #[derive(Default)]
    pub(crate) struct EnterPage<'a> {
        /// True if the code opens no order.
        pub(crate) unknown: bool,
        /// Description of what was mistyped.
        pub(crate) wrong: Option<String>,
        /// Code as it was typed.
        pub(crate) typed: Cow<'a, str>,
    }
}

impl Page for EnterPage<'_> {
    const TEMPLATE: &'static str = "enter.html";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<EnterPage<'_>>();
    }
}
