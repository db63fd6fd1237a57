//! Text of a seller's template: what it may not hold, and where it can go round.

use crate::templates::{
    pieces::{Kind, pieces},
    steps,
};

/// Tags after which a step is counted: whatever can come round again begins with one.
const ROUND: [&str; 5] = ["for", "macro", "block", "call", "set"];

/// Elements that a page cannot have, and why.
const ELEMENTS: [&str; 11] = [
    "<script", "<style", "<svg", "<iframe", "<object", "<embed", "<base", "<video", "<audio",
    "<math", "<frame",
];

/// Checks a text: the error is the line of what it may not hold, and the reason.
pub(super) fn refuse_forbidden(text: &str) -> Result<(), (usize, String)> {
    let html = html_alone(text)?;
    let blocked = "the browser would not run or load it (Content-Security-Policy)";
    for (number, line) in (1..).zip(html.to_ascii_lowercase().lines()) {
        if let Some(element) = ELEMENTS.iter().find(|element| line.contains(**element)) {
            return Err((number, format!("{element}> is not allowed: {blocked}")));
        }
        for address in ["http:", "https:", "javascript:", "=\"//", "='//", "=//", "http-equiv"] {
            if line.contains(address) {
                let what = format!(
                    "{address:?} is not allowed: pages load nothing from outside this shop; "
                );
                return Err((number, what + blocked));
            }
        }
    }
    inside_elements(&html, blocked)
}

/// Checks for `style=` and `onclick=`, wherever the element began.
fn inside_elements(html: &str, blocked: &str) -> Result<(), (usize, String)> {
    let mut inside = false;
    let mut quoted = None;
    let mut line = 1;
    // The last word outside of quotes; a blank may stand between it and what it is set to.
    let mut name = String::new();
    let mut ended = false;
    for c in html.chars() {
        line += usize::from(c == '\n');
        match (inside, quoted, c) {
            (false, _, '<') => inside = true,
            (true, None, '>') => inside = false,
            (true, None, '"' | '\'') => quoted = Some(c),
            (true, Some(quote), _) if c == quote => quoted = None,
            (true, None, '=') => {
                let name = name.trim_start_matches('/').to_ascii_lowercase();
                if name == "style" || name == "srcdoc" || name.starts_with("on") {
                    return Err((line, format!("{name}= is not allowed: {blocked}")));
                }
            }
            _ => {}
        }
        if !inside || quoted.is_some() || c.is_whitespace() || "\"'=".contains(c) {
            ended = true;
        } else {
            if ended {
                name.clear();
            }
            name.push(c);
            ended = false;
        }
    }
    Ok(())
}

/// Counts a step at the beginning of the text and wherever it can come round again.
/// No line moves.
pub(super) fn stepped(text: &str) -> String {
    let cost = steps::cost(text.len());
    let step = |end: &str| format!("{{% do {}({cost}) {end}", steps::NAME);
    let mut out = step("%}");
    for (kind, piece) in pieces(text).flatten() {
        out.push_str(piece);
        let word = piece.trim_start_matches(['{', '%', '-', '+', ' ', '\n', '\t']);
        let word = word.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        if kind == Kind::Tag && ROUND.contains(&word) {
            out.push_str(&step(if piece.ends_with("-%}") { "-%}" } else { "%}" }));
        }
    }
    out
}

/// Returns the HTML, with blanks for everything else, line for line.
fn html_alone(text: &str) -> Result<String, (usize, String)> {
    let mut out = String::new();
    for piece in pieces(text) {
        let line = out.matches('\n').count() + 1;
        let (kind, piece) = piece.map_err(|what| (line, what.to_owned()))?;
        if kind == Kind::Html {
            out.push_str(piece);
            continue;
        }
        if kind == Kind::Tag && piece.contains("raw") && is_raw(piece) {
            return Err((line, "{% raw %} is not allowed: pages do not need it".into()));
        }
        out.push('_');
        out.extend(piece.chars().filter(|c| *c == '\n'));
    }
    Ok(out)
}

fn is_raw(tag: &str) -> bool {
    tag.trim_matches(['{', '}', '%', '-', '+', ' ', '\n', '\t', '\r']) == "raw"
}
