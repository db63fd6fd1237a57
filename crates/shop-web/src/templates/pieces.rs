//! Text of a template, in pieces: HTML, values, tags and comments.

/// Kind of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Html,
    /// `{{ .. }}`
    Value,
    /// `{% .. %}`
    Tag,
    /// `{# .. #}`
    Comment,
}

/// Splits a text into its pieces, in order; an error where one has no end.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = Result<(Kind, &str), &'static str>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (kind, length) = match rest.get(..2) {
            Some("{#") => (Kind::Comment, rest.find("#}").map(|at| at + 2)),
            Some("{{") => (Kind::Value, end_of(rest, "}}")),
            Some("{%") => (Kind::Tag, end_of(rest, "%}")),
            _ => (Kind::Html, Some(html_length(rest))),
        };
        let Some((piece, after)) = length.and_then(|length| rest.split_at_checked(length)) else {
            rest = "";
            return Some(Err("the brace that opens here is never closed"));
        };
        rest = after;
        Some(Ok((kind, piece)))
    })
}

fn html_length(text: &str) -> usize {
    let begins = ["{#", "{{", "{%"].iter().filter_map(|begin| text.find(begin));
    begins.min().unwrap_or(text.len())
}

/// Returns the end of a tag: the first `end` outside of strings.
fn end_of(text: &str, end: &str) -> Option<usize> {
    let mut quoted = None;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(2) {
        match quoted {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(quote) if c == quote => quoted = None,
            Some(_) => {}
            None if c == '"' || c == '\'' => quoted = Some(c),
            None if text.get(at..).is_some_and(|rest| rest.starts_with(end)) => {
                return Some(at + end.len());
            }
            None => {}
        }
    }
    None
}
