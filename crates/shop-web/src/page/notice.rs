//! Page of a heading, some sentences and ways on: errors, and what is said or asked once.

use super::{Page, view};
use crate::language::{Reader, Sentence};

view! {
    /// Values of `notice.html`.
    pub(crate) struct NoticePage {
        pub(crate) heading: String,
        pub(crate) sentences: Vec<String>,
        pub(crate) links: Vec<Link>,
        /// Question that is answered with one button.
        pub(crate) act: Option<Act>,
    }
}

view! {
    /// Way on from a page.
    pub(crate) struct Link {
        url: String,
        text: String,
    }
}

view! {
    /// Form of one button.
    pub(crate) struct Act {
        /// Path the form is sent to.
        pub(crate) to: String,
        pub(crate) token: String,
        pub(crate) text: String,
    }
}

impl Page for NoticePage {
    const TEMPLATE: &'static str = "notice.html";
}

impl NoticePage {
    /// Builds a page that asks nothing.
    pub(crate) fn new(
        reader: Reader,
        heading: &Sentence,
        sentences: &[Sentence],
        links: &[(&str, Sentence)],
    ) -> Self {
        let link = |(url, text): &(&str, Sentence)| Link {
            url: (*url).to_owned(),
            text: reader.say(text),
        };
        Self {
            heading: reader.say(heading),
            sentences: sentences.iter().map(|sentence| reader.say(sentence)).collect(),
            links: links.iter().map(link).collect(),
            act: None,
        }
    }

    /// Returns the same page with a question.
    pub(crate) fn asking(self, act: Option<Act>) -> Self {
        Self { act, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<NoticePage>();
    }
}
