//! Languages of the storefront.
//!
//! *Architecture Invariant:* the path alone says in which language a page is read. No header is
//! looked at and nothing is remembered, so the same address is the same page for everyone, and a
//! browser's language is never an answer to a question nobody asked.

mod glossary;
mod path;
mod sentence;
mod words;

pub use glossary::Glossary;
pub(crate) use path::{find, read};
pub(crate) use sentence::{Arg, Sentence};
pub(crate) use words::Words;

/// A language the program speaks: every sentence of it is in `locales/TAG.ftl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// French as it is written in Canada.
    CanadianFrench,
    /// Modern Standard Arabic, from right to left, with Latin digits.
    Arabic,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 3] = [Self::English, Self::CanadianFrench, Self::Arabic];

    /// Returns its name in settings, paths and `lang` attributes (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::CanadianFrench => "fr-CA",
            Self::Arabic => "ar",
        }
    }

    /// Returns the language with exactly this tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// Returns the text that stands for an address which the settings do not have.
    #[must_use]
    pub fn contact_elsewhere(self) -> String {
        Words::in_language(self).say(&Sentence::new("contact-elsewhere"))
    }

    /// Returns its name in the language itself.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::CanadianFrench => "Français",
            Self::Arabic => "العربية",
        }
    }

    /// Returns the value of a `dir` attribute.
    pub(crate) const fn direction(self) -> &'static str {
        match self {
            Self::English | Self::CanadianFrench => "ltr",
            Self::Arabic => "rtl",
        }
    }

    /// Returns the prefix of its paths, where it is not the shop's own language.
    const fn prefix(self) -> &'static str {
        match self {
            Self::English => "/en",
            Self::CanadianFrench => "/fr-CA",
            Self::Arabic => "/ar",
        }
    }
}

/// The languages of one shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Languages {
    own: Language,
    all: Vec<Language>,
}

impl Languages {
    /// Builds the languages from the shop's own one and all it can be read in, in menu order.
    /// Its names and texts are in the own one, which is always among them.
    #[must_use]
    pub fn new(own: Language, all: &[Language]) -> Self {
        let mut unique: Vec<Language> = Vec::new();
        if !all.contains(&own) {
            unique.push(own);
        }
        for language in all {
            if !unique.contains(language) {
                unique.push(*language);
            }
        }
        Self { own, all: unique }
    }

    /// Returns the language of the seller's names and texts; its paths have no prefix.
    #[must_use]
    pub const fn own(&self) -> Language {
        self.own
    }

    /// Returns all of them, in menu order.
    #[must_use]
    pub fn all(&self) -> &[Language] {
        &self.all
    }

    /// Returns a reader of this language.
    pub(crate) fn reader(&self, language: Language) -> Reader {
        let prefix = if language == self.own { "" } else { language.prefix() };
        Reader { language, prefix }
    }
}

/// Language somebody reads in, on which the links of a page depend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reader {
    /// The language.
    pub(crate) language: Language,
    /// Prefix of its paths: nothing, or a slash and a tag.
    pub(crate) prefix: &'static str,
}

impl Reader {
    /// Returns the address, for this reader, of what the shop's own language has at `path`.
    /// Files have one address for all, and so have the seller's plain texts, which lie at the top
    /// or where the world looks for them; a path that names a language is left as it is.
    pub(crate) fn to(self, path: &str) -> String {
        let text = path.split(['?', '#']).next().and_then(|bare| bare.strip_suffix(".txt"));
        let text = text.and_then(|bare| bare.strip_prefix("/.well-known/").or(bare.get(1..)));
        let file = ["/i/", "/s/"].iter().any(|folder| path.starts_with(folder))
            || ["/favicon.ico", "/order/qr.png", "/order/statement.png"].contains(&path)
            || text.is_some_and(|name| !name.contains('/'));
        let named = Language::ALL.iter().any(|other| {
            path.strip_prefix(other.prefix())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if file || named { path.to_owned() } else { format!("{}{path}", self.prefix) }
    }

    /// Returns true if this is the language of the seller's own words.
    pub(crate) const fn is_own(self) -> bool {
        self.prefix.is_empty()
    }

    /// Returns the words of the language.
    pub(crate) fn words(self) -> &'static Words {
        Words::in_language(self.language)
    }

    /// Says a sentence in the language.
    pub(crate) fn say(self, sentence: &Sentence) -> String {
        self.words().say(sentence)
    }
}

#[cfg(test)]
mod tests;
