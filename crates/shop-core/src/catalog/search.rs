//! Finding products by words that may be misspelt and may lack their accents.
//!
//! The index is a sorted list of folded words with the products that have them. A word of a query
//! matches the same word best, then words that begin with it, and if there is neither, words a slip
//! or two away (optimal string alignment). Nothing of a query is kept.

use super::Product;
use std::collections::HashMap;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Words of a query that are looked at, and characters of each.
const MOST_WORDS: usize = 8;
const LONGEST_WORD: usize = 32;

/// Weights of a word by where it stands.
const IN_NAME: u32 = 8;
const IN_SKU: u32 = 8;
const IN_CATEGORY: u32 = 4;
const IN_CHOICE: u32 = 2;
const IN_DESCRIPTION: u32 = 1;

/// Weights of a match.
const SAME: u32 = 8;
const BEGINS: u32 = 3;
const CLOSE: u32 = 1;

/// The words of a catalogue.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Sorted by the word.
    words: Vec<Word>,
    products: usize,
}

#[derive(Debug)]
struct Word {
    text: Box<str>,
    letters: u32,
    length: usize,
    /// Product and worth, products rising.
    found: Vec<(u32, u32)>,
}

impl Index {
    pub(super) fn of(products: &[Product]) -> Self {
        let mut words: HashMap<Box<str>, Vec<(u32, u32)>> = HashMap::new();
        for (at, product) in products.iter().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            let mut add = |text: &str, worth: u32| {
                each_word(text, |word| match words.get_mut(word) {
                    None => drop(words.insert(word.into(), vec![(at, worth)])),
                    Some(found) => match found.last_mut() {
                        Some((last, most)) if *last == at => *most = (*most).max(worth),
                        _ => found.push((at, worth)),
                    },
                });
            };
            add(&product.name, IN_NAME);
            add(&product.description, IN_DESCRIPTION);
            for translation in &product.translations {
                add(translation.name.as_deref().unwrap_or_default(), IN_NAME);
                add(translation.description.as_deref().unwrap_or_default(), IN_DESCRIPTION);
            }
            for category in &product.categories {
                add(category, IN_CATEGORY);
            }
            for axis in &product.axes {
                for value in &axis.values {
                    add(value, IN_CHOICE);
                }
            }
            for variant in &product.variants {
                add(variant.sku.as_deref().unwrap_or_default(), IN_SKU);
            }
        }
        let mut words: Vec<Word> = words
            .into_iter()
            .map(|(text, found)| Word {
                letters: letters(&text),
                length: text.chars().count(),
                text,
                found,
            })
            .collect();
        words.sort_unstable_by(|a, b| a.text.cmp(&b.text));
        Self { words, products: products.len() }
    }

    /// Returns the products that have every word of the query, the best first.
    /// If none has all of them, they are those that have most. Equally good ones stay in the
    /// catalogue's order.
    pub(super) fn search(&self, query: &str) -> Vec<usize> {
        let mut asked = Vec::new();
        each_word(query, |word| {
            if asked.len() < MOST_WORDS {
                asked.push(word.to_owned());
            }
        });
        // For each product, how many of the words it has and what they are worth together.
        let mut scores = vec![(0u32, 0u32); self.products];
        let mut best = vec![0u32; self.products];
        let mut found: Vec<usize> = Vec::new();
        for word in &asked {
            let mut having = Vec::new();
            for (known, worth) in self.matches(word) {
                for (product, weight) in &known.found {
                    let at = usize::try_from(*product).unwrap_or(usize::MAX);
                    let Some(score) = best.get_mut(at) else { continue };
                    if *score == 0 {
                        having.push(at);
                    }
                    *score = (*score).max(weight * worth);
                }
            }
            for at in having {
                let (Some(score), Some((words, total))) = (best.get_mut(at), scores.get_mut(at))
                else {
                    continue;
                };
                if *words == 0 {
                    found.push(at);
                }
                *words += 1;
                *total += std::mem::take(score);
            }
        }
        let score = |at: &usize| scores.get(*at).copied().unwrap_or_default();
        let most = found.iter().map(|at| score(at).0).max().unwrap_or_default();
        found.retain(|at| score(at).0 == most);
        found.sort_unstable_by_key(|at| (std::cmp::Reverse(score(at).1), *at));
        found
    }

    fn matches(&self, word: &str) -> Vec<(&Word, u32)> {
        let from = self.words.partition_point(|known| &*known.text < word);
        let begins: Vec<(&Word, u32)> = self
            .words
            .iter()
            .skip(from)
            .take_while(|known| known.text.starts_with(word))
            .map(|known| (known, if &*known.text == word { SAME } else { BEGINS }))
            .collect();
        if begins.is_empty() { self.close_to(word) } else { begins }
    }

    /// Returns the words a slip or two away from this one.
    /// Two words that are `slips` apart differ by at most so many letters each way, and in length:
    /// most words are passed over without a comparison.
    fn close_to(&self, word: &str) -> Vec<(&Word, u32)> {
        let length = word.chars().count();
        let slips = match length {
            0..=3 => return Vec::new(),
            4..=7 => 1,
            _ => 2,
        };
        let wanted = letters(word);
        self.words
            .iter()
            .filter(|known| known.length.abs_diff(length) <= slips)
            .filter(|known| {
                let missing = wanted & !known.letters;
                let extra = known.letters & !wanted;
                missing.count_ones() as usize <= slips && extra.count_ones() as usize <= slips
            })
            .filter(|known| strsim::osa_distance(&known.text, word) <= slips)
            .map(|known| (known, CLOSE))
            .collect()
    }
}

/// Folds a text to lower case without accents, ligatures taken apart.
/// This is Unicode NFKD without combining marks, and the letters that have no decomposition there.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = text.to_ascii_lowercase();
        folded.retain(|c| c != '\'');
        return folded;
    }
    let mut folded = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' | 'ð' => folded.push('d'),
            'þ' => folded.push_str("th"),
            'ı' => folded.push('i'),
            '\'' | '\u{2019}' => {}
            c => folded.push(c),
        }
    }
    folded
}

/// Goes through the folded words of a text.
/// Scripts that do not part words are taken character by character.
fn each_word(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut length = 0;
    let mut end = |word: &mut String, length: &mut usize| {
        if !word.is_empty() {
            take(word);
            word.clear();
        }
        *length = 0;
    };
    for c in fold(text).chars() {
        if !c.is_alphanumeric() {
            end(&mut word, &mut length);
        } else if stands_alone(c) {
            end(&mut word, &mut length);
            word.push(c);
            end(&mut word, &mut length);
        } else if length < LONGEST_WORD {
            word.push(c);
            length += 1;
        }
    }
    end(&mut word, &mut length);
}

/// Returns true for Han, Hiragana, Katakana, Thai, Lao, Khmer and Myanmar (Unicode blocks).
const fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Returns the letters of a word: a bit for each of a to z and six more for everything else.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |all, c| {
        let bit = match c {
            'a'..='z' => u32::from(c) - u32::from('a'),
            c => 26 + u32::from(c) % 6,
        };
        all | 1 << bit
    })
}
