//! Characters that cannot be seen: they hide in a text, or make it look like another.
//!
//! Emoji lose their variation selectors and joiners and stay what they are made of: a heart may be
//! shown in black, an astronaut as a person and a rocket.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, Script},
};

/// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];
/// BRAILLE PATTERN BLANK, the space of Braille.
const BRAILLE_BLANK: char = '\u{2800}';

/// Scripts whose spelling uses the joiners (Unicode, chapters 9, 12, 13 and 16).
const JOINED: [Script; 19] = [
    Script::Arabic,
    Script::Balinese,
    Script::Bengali,
    Script::Devanagari,
    Script::Gujarati,
    Script::Gurmukhi,
    Script::Javanese,
    Script::Kannada,
    Script::Khmer,
    Script::Malayalam,
    Script::Mongolian,
    Script::Myanmar,
    Script::Nko,
    Script::Oriya,
    Script::Sinhala,
    Script::Syriac,
    Script::Tamil,
    Script::Telugu,
    Script::Tibetan,
];

/// Returns true for characters that are never seen.
/// They are those that Unicode lets be ignored, bidirectional controls, line separators, private
/// use and noncharacters.
pub(super) fn is_invisible(c: char) -> bool {
    if c.is_ascii() {
        return false;
    }
    let code = u32::from(c);
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || code & 0xfffe == 0xfffe
}

/// Returns the text without what cannot be seen.
/// Joiners stay between two letters of a script that uses them.
pub(super) fn visible(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut before = Script::Common;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if JOINERS.contains(&c) {
            if JOINED.contains(&before) && script_of_next(rest.as_str()) == before {
                kept.push(c);
                before = Script::Common;
            }
        } else if c == BRAILLE_BLANK {
            kept.push(' ');
            before = Script::Common;
        } else if !is_invisible(c) {
            kept.push(c);
            before = Some(script(c)).filter(|s| *s != Script::Inherited).unwrap_or(before);
        }
    }
    kept
}

/// Returns the script of the next letter; marks take that of the letter before them.
fn script_of_next(text: &str) -> Script {
    let mut scripts = text.chars().filter(|c| !is_invisible(*c)).map(script);
    scripts.find(|script| *script != Script::Inherited).unwrap_or(Script::Common)
}

fn script(c: char) -> Script {
    if c.is_ascii() { Script::Common } else { CodePointMapData::<Script>::new().get(c) }
}

#[cfg(test)]
mod tests {
    use crate::text::{block, line};

    /// SOFT HYPHEN to VARIATION SELECTOR-17: what other shops were fooled with.
    #[test]
    fn invisible_characters_are_taken_out() {
        let hidden = [
            0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e, 0x202e,
            0x2060, 0x2065, 0x3164, 0xe000, 0xf8ff, 0xfdd0, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffe,
            0x1_fffe, 0xe_0001, 0xe_0100, 0xe_0fff, 0xf_0000, 0x10_fffd, 0x10_ffff,
        ];
        for code in hidden {
            let c = char::from_u32(code).unwrap();
            assert_eq!(line(&format!("a{c}b{c}")), "ab", "U+{code:04X}");
            assert_eq!(block(&format!("{c}a\n{c}\nb")), "a\n\nb", "U+{code:04X}");
        }
        assert_eq!(line("a\u{2800}\u{2800}b\u{2800}"), "a b");
        assert_eq!(block("\u{2800}\na\u{2800}"), "a");
    }

    /// Persian, Kurdish with marks, Hindi, Bengali, Sinhala, Malayalam.
    #[test]
    fn joiners_stay_between_letters_of_scripts_that_use_them() {
        for text in [
            "می\u{200c}خواهم",
            "مِ\u{200c}یِ",
            "क्\u{200d}ष",
            "র\u{200d}্য",
            "ක්\u{200d}ර",
            "ന്\u{200d}റെ",
        ] {
            assert_eq!(line(text), text);
            assert_eq!(block(text), text);
        }
        assert_eq!(line("می\u{200c}\u{200c}\u{200d}خ"), "می\u{200c}خ", "one is enough");
        assert_eq!(line("می\u{200c}"), "می");
        assert_eq!(line("\u{200d}می a\u{200c}b"), "می ab");
        assert_eq!(line("می\u{200c} خ"), "می خ");
        assert_eq!(line("र\u{200d}্য"), "र্য", "of two scripts");
        assert_eq!(line("می\u{200c}\u{202e}خ"), "می\u{200c}خ");
    }

    #[test]
    fn emoji_stay_without_selectors_and_joiners() {
        assert_eq!(line("❤\u{fe0f} 👩\u{200d}🚀 👍🏽 🇨🇦"), "❤ 👩🚀 👍🏽 🇨🇦");
    }

    #[test]
    fn visible_text_of_the_world_is_left_alone() {
        for text in
            ["Zoë & Łukasz №7", "Ελληνικά", "日本語", "한국어", "שלום", "ไทย", "𝒜", "ﷺ", "⠓⠑⠇⠇⠕"]
        {
            assert_eq!(line(text), text);
            assert_eq!(block(text), text);
        }
    }
}
