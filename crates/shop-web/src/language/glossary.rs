//! Translations of the seller's own short words.

use super::Language;
use shop_core::catalog::BETWEEN_VALUES;
use std::collections::HashMap;

/// Translations of words of the seller's that are in no product's texts.
/// Such are names of categories, axes and their values, the tagline, ways to send, taxes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glossary(HashMap<Language, HashMap<String, String>>);

impl Glossary {
    /// Adds translations of words in a language.
    pub fn add(&mut self, language: Language, words: impl IntoIterator<Item = (String, String)>) {
        self.0.entry(language).or_default().extend(words);
    }

    /// Returns the translation of these words, if known; for a variant's name, value by value.
    pub(crate) fn said(&self, language: Language, words: &str) -> Option<String> {
        let known = self.0.get(&language)?;
        if let Some(said) = known.get(words) {
            return Some(said.clone());
        }
        let values: Vec<&str> = words.split(BETWEEN_VALUES).collect();
        let any = values.len() > 1 && values.iter().any(|value| known.contains_key(*value));
        let said = |value: &&str| known.get(*value).map_or(*value, String::as_str).to_owned();
        any.then(|| values.iter().map(said).collect::<Vec<_>>().join(BETWEEN_VALUES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_said_whole_or_value_by_value() {
        let mut glossary = Glossary::default();
        let words = [("Sand", "Sable"), ("M / Black", "Noir, taille M")];
        let words = words.map(|(own, said)| (own.to_owned(), said.to_owned()));
        glossary.add(Language::CanadianFrench, words);
        let said = |words| glossary.said(Language::CanadianFrench, words);
        assert_eq!(said("Sand").as_deref(), Some("Sable"));
        assert_eq!(said("M / Sand").as_deref(), Some("M / Sable"));
        assert_eq!(said("M / Black").as_deref(), Some("Noir, taille M"));
        assert_eq!((said("Forest"), said("M / Forest")), (None, None));
        assert_eq!(glossary.said(Language::Arabic, "Sand"), None);
    }
}
