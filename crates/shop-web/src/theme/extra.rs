//! Seller's own rules of style, and what they may not do.

use super::ThemeError;

/// Greatest number of bytes.
const MOST: usize = 8 * 1024;

/// Text that is not taken, and the reason.
const REFUSED: [(&str, &str); 6] = [
    ("@import", "pages have a single style sheet: put the rules here"),
    ("@font-face", "pages load no fonts: use fonts that buyers already have"),
    ("image-set(", "use url(/i/..), a picture of this shop"),
    ("javascript:", "scripts do not run in these pages"),
    ("expression(", "scripts do not run in these pages"),
    ("<", "this is CSS, not HTML"),
];

pub(super) fn check(css: &str, file: &str) -> Result<(), ThemeError> {
    if css.len() > MOST {
        let what = format!("it has {} bytes; the limit is {MOST}", css.len());
        return Err(ThemeError::new(file, 0, what));
    }
    let refuse = |line: usize, what: String| ThemeError::new(file, line, what + " (left out)");
    let bare = bare(css).map_err(|line| refuse(line, "what starts here is never closed".into()))?;
    let mut open: Vec<usize> = Vec::new();
    for (number, line) in (1..).zip(bare.to_ascii_lowercase().lines()) {
        if let Some((word, why)) = REFUSED.iter().find(|(word, _)| line.contains(word)) {
            return Err(refuse(number, format!("{word} is not allowed: {why}")));
        }
        if line.contains('\\') {
            return Err(refuse(number, "\\ is not allowed: write the character itself".into()));
        }
        for target in line.split("url(").skip(1) {
            if !target.trim_start_matches([' ', '"', '\'']).starts_with("/i/") {
                let what = "url() is only allowed for pictures of this shop, url(/i/..): the \
                     browser would not load others (Content-Security-Policy)";
                return Err(refuse(number, what.into()));
            }
        }
        for c in line.chars() {
            match c {
                '{' => open.push(number),
                '}' if open.pop().is_none() => {
                    return Err(refuse(number, "there is one } too many".into()));
                }
                _ => {}
            }
        }
    }
    match open.last() {
        None => Ok(()),
        Some(line) => Err(refuse(*line, "this { has no matching }".into())),
    }
}

/// Returns the text with blanks for comments, line for line.
/// The error is the line of a comment or string that has no end.
fn bare(css: &str) -> Result<String, usize> {
    let mut out = String::new();
    let mut rest = css;
    let mut line = 1;
    while let Some((before, after)) = rest.split_once("/*") {
        line += before.matches('\n').count();
        out.push_str(before);
        let (comment, after) = after.split_once("*/").ok_or(line)?;
        let lines = comment.matches('\n').count();
        out.push(' ');
        out.extend(std::iter::repeat_n('\n', lines));
        line += lines;
        rest = after;
    }
    out.push_str(rest);
    let odd = |line: &str| line.matches('"').count() % 2 == 1;
    match out.lines().position(odd) {
        Some(at) => Err(at + 1),
        None => Ok(out),
    }
}
