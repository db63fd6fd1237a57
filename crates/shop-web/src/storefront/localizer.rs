//! Words for one reader: the program's, and the seller's.

use super::Storefront;
use crate::{
    language::{Reader, Sentence},
    page::Html,
};

/// Words of one storefront in the language of one reader.
#[derive(Clone, Copy)]
pub(crate) struct Localizer<'a> {
    pub(crate) front: &'a Storefront,
    pub(crate) reader: Reader,
}

impl Localizer<'_> {
    /// Says a sentence of the program's.
    pub(crate) fn say(self, sentence: &Sentence) -> String {
        self.reader.say(sentence)
    }

    /// Returns words of the seller's as this reader gets them.
    pub(crate) fn word(self, words: &str) -> String {
        self.front.views(self.reader).said(words).unwrap_or_else(|| words.to_owned())
    }

    /// Returns the same, and their mark where they stay the seller's own.
    pub(crate) fn marked_word(self, words: &str) -> (String, Html) {
        self.front.views(self.reader).word(words)
    }
}
