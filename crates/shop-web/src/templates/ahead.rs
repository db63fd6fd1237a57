//! Text that is the same on every page of a language, rendered when a template is read.
//!
//! `{{ t("cart") }}` and `{{ to("/cart") }}` become the words and the path themselves, so that a page
//! made for one buyer costs what is that buyer's. Whatever is more than such a call, or would read
//! otherwise as plain text, stays as it is and is said when the page is.

use super::pieces::{Kind, pieces};
use crate::{language::Reader, page::Address};
use minijinja::{HtmlEscape, Value};

/// Renders the template for readers of one language; no line moves.
pub(super) fn said(text: &str, reader: Reader) -> String {
    let said = |piece: &str| plain(piece, reader).filter(|words| reads_as_is(words));
    let pieces = pieces(text).map(|piece| match piece? {
        (Kind::Value, piece) => Ok(said(piece).unwrap_or_else(|| piece.to_owned())),
        (_, piece) => Ok(piece.to_owned()),
    });
    // A tag without an end: reading the template says so, and where.
    pieces.collect::<Result<_, &str>>().unwrap_or_else(|_| text.to_owned())
}

/// Returns the text of `{{ t("..") }}` or `{{ to("..") }}`.
fn plain(piece: &str, reader: Reader) -> Option<String> {
    let call = piece.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    let argument = |name: &str| {
        let inside = call.strip_prefix(name)?.strip_prefix("(\"")?.strip_suffix("\")")?;
        (!inside.contains(['"', '\\'])).then_some(inside)
    };
    match (argument("t"), argument("to")) {
        (Some(key), _) => {
            let words = reader.words().message(key, [])?;
            Some(HtmlEscape(&words).to_string())
        }
        (_, Some(path)) => {
            let path = Value::from(Address::from_path(reader.to(path)));
            path.is_safe().then(|| path.to_string())
        }
        _ => None,
    }
}

/// Returns true if this is plain text in a template.
/// No tag begins in it, and no blanks are taken away.
fn reads_as_is(words: &str) -> bool {
    !words.trim().is_empty() && !words.contains(['{', '}', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, Languages};

    fn french() -> Reader {
        Languages::new(Language::English, &Language::ALL).reader(Language::CanadianFrench)
    }

    #[test]
    fn words_and_paths_that_never_change_are_there_before_the_page() {
        let said = |text| said(text, french());
        assert_eq!(said("<a href=\"{{ to(\"/cart\") }}\">"), "<a href=\"/fr-CA/cart\">");
        assert_eq!(said("{{ t(\"cart\") }}"), french().words().message("cart", []).unwrap());
    }

    /// Text for one page alone, more than a call, and what could be read as something else.
    #[test]
    fn everything_else_stays_as_it_is() {
        for text in [
            "{{ t(\"price-each\", price=line.each) }}",
            "{{ t(\"item-option\") }}",
            "{{ t(\"no-such-words\") }}",
            "{{ to(product.url) }}",
            "{{ product.choose or t(\"option\") }}",
            "{{- t(\"cart\") }}",
            "{# {{ t(\"cart\") }} #}",
            "{% if t(\"cart\") %}x{% endif %}",
            "{{ t(\"cart\") ",
        ] {
            assert_eq!(said(text, french()), text);
        }
        for words in ["", " ", "a {name}", "two\nlines"] {
            assert!(!reads_as_is(words), "{words}");
        }
    }
}
