//! Text from strangers, made safe to show in a terminal, a page or a mail.

mod invisible;
mod paragraph;

pub use paragraph::paragraph;

#[cfg(test)]
use invisible::is_invisible;
use invisible::visible;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Decodes a text file: UTF-8, or UTF-16 with a byte order mark.
/// A redirect in PowerShell writes UTF-16. The mark is left out. Returns None if it is neither.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Option<String> {
    let utf16 = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        Some([0xfe, 0xff]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    let mut text = match utf16 {
        Some(unit) => {
            let (pairs, rest) = bytes.as_chunks::<2>();
            let units = pairs.iter().map(|pair| unit(*pair));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            text.ok().filter(|_| rest.is_empty())?
        }
        None => String::from_utf8(bytes).ok()?,
    };
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Some(text)
}

/// Returns one line without control or invisible characters, trimmed, white space folded.
/// (In a terminal or a mail they can make one text look like another: CVE-2021-42574.)
///
/// The text may be a buyer's: no copy of it is left in memory, here and in [`block`]. Each buffer is
/// large enough from the start, because one that grows leaves its old content behind, and each but
/// the last is wiped.
#[must_use]
pub fn line(text: &str) -> String {
    let mut spaced = Zeroizing::new(String::with_capacity(text.len()));
    spaced.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
    let clean = Zeroizing::new(visible(&spaced));
    let mut line = String::with_capacity(clean.len());
    for word in clean.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Returns several lines, each without control or invisible characters.
/// Line ends become `\n`, blank lines at either end go.
#[must_use]
pub fn block(text: &str) -> String {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut before = None;
    for c in text.chars() {
        match c {
            '\n' if before == Some('\r') => {}
            '\r' | '\n' => plain.push('\n'),
            '\t' => plain.push(' '),
            c if c.is_control() => {}
            c => plain.push(c),
        }
        before = Some(c);
    }
    let clean = Zeroizing::new(visible(&plain));
    let mut block = String::with_capacity(clean.len());
    let lines = clean.lines().map(str::trim_end).skip_while(|line| line.is_empty());
    for (n, line) in lines.enumerate() {
        if n > 0 {
            block.push('\n');
        }
        block.push_str(line);
    }
    block.truncate(block.trim_end_matches('\n').len());
    block
}

/// Returns true if two texts are the same but for the encoding of accents (normalisation).
#[must_use]
pub fn is_same_in_nfc(a: &str, b: &str) -> bool {
    a.nfc().eq(b.nfc())
}

/// Returns true if two texts are the same but for capitals and how accents are encoded.
#[must_use]
pub fn is_spelt_alike(a: &str, b: &str) -> bool {
    a.nfc().flat_map(char::to_lowercase).eq(b.nfc().flat_map(char::to_lowercase))
}

/// Returns the known word that is meant by a misspelt one.
/// It is the same in other letters, or a slip or two away (optimal string alignment, as in the
/// search).
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |word: &str| -> String {
        word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let word = plain(word);
    let slips = match word.chars().count() {
        0 => return None,
        1..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    let far = known.into_iter().map(|known| (strsim::osa_distance(&plain(known), &word), known));
    far.filter(|(far, _)| *far <= slips).min_by_key(|(far, _)| *far).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_dangerous_survives(text in any::<String>()) {
            let joins = |c: char| matches!(c, '\u{200c}' | '\u{200d}');
            let dangerous = |c: char| c.is_control() || (is_invisible(c) && !joins(c));
            prop_assert!(!line(&text).chars().any(dangerous));
            prop_assert!(!block(&text).chars().any(|c| c != '\n' && dangerous(c)));
            prop_assert_eq!(line(&line(&text)), line(&text));
            prop_assert_eq!(block(&block(&text)), block(&text));
        }
    }

    #[test]
    fn decode_reads_utf8_and_marked_utf16_alone() {
        let utf16 = |units: &[u16]| units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big = |units: &[u16]| units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let units = [0xfeff, 0x41, 0xe9, 0xd83d, 0xde00];
        let read = |bytes: Vec<u8>| decode(bytes);
        assert_eq!(read("\u{feff}Aé😀".into()).as_deref(), Some("Aé😀"));
        assert_eq!(read(utf16(&units)).as_deref(), Some("Aé😀"));
        assert_eq!(read(big(&units)).as_deref(), Some("Aé😀"));
        assert_eq!(read(utf16(&[0xfeff, 0xd83d])), None, "half a character");
        assert_eq!(read(vec![0xff, 0xfe, 0x41]), None, "half a unit");
        assert_eq!(read(vec![0x98, 0x33]), None);
        assert_eq!(read(Vec::new()).as_deref(), Some(""));
    }

    #[test]
    fn ordinary_text_is_left_alone() {
        assert_eq!(line("  Éloïse \t O'Hara-Ng  "), "Éloïse O'Hara-Ng");
        assert_eq!(block("\r\n1 Main St\r\n\r\nUnit 4 \n"), "1 Main St\n\nUnit 4");
        assert_eq!(line("a\u{202e}b\u{1b}[2Jc"), "ab [2Jc");
    }

    #[test]
    fn a_misspelt_word_is_known_by_the_nearest() {
        let known = ["quantity", "weight", "new", "M / Forest"];
        let near = |word| nearest(word, known);
        assert_eq!(near("quantitiy"), Some("quantity"));
        assert_eq!(near("Wieght"), Some("weight"));
        assert_eq!(near("m/forest"), Some("M / Forest"));
        assert_eq!(near("news"), Some("new"));
        assert_eq!(near("colour"), None);
        assert_eq!(near("/"), None);
    }
}
