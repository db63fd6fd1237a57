//! Text from strangers, made safe to show in a terminal, a page or a mail.

/// Characters that reorder or hide text (Unicode bidirectional controls and zero-width marks);
/// in a terminal or a mail they can make one text look like another (CVE-2021-42574).
fn hides(c: char) -> bool {
    matches!(c,
        '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// One line without control or hiding characters, trimmed, white space folded.
#[must_use]
pub fn line(text: &str) -> String {
    let clean: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !hides(*c)).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines, each without control or hiding characters; line ends become `\n`, blank lines at
/// either end go.
#[must_use]
pub fn block(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = text
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| *c == '\n' || !(c.is_control() || hides(*c)))
        .collect();
    clean.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim_matches('\n').to_owned()
}

/// The known word that is meant by one that is misspelt: the same in other letters, or a slip or two
/// away (optimal string alignment, as in the search).
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
            let dangerous = |c: char| c.is_control() || hides(c);
            prop_assert!(!line(&text).chars().any(dangerous));
            prop_assert!(!block(&text).chars().any(|c| c != '\n' && dangerous(c)));
            prop_assert_eq!(line(&line(&text)), line(&text));
            prop_assert_eq!(block(&block(&text)), block(&text));
        }
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
