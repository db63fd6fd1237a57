//! Explanations of the commonest slips in a TOML file, for a first-time reader.

/// Digits of a key of 32 bytes.
const KEY_DIGITS: usize = 64;

/// Returns the parser's words about a line, or better ones where the slip is plain.
pub(super) fn words(said: &str, line: &str) -> String {
    let line = &without_keys(line);
    if said.starts_with("invalid basic string") || said.starts_with("invalid literal string") {
        return format!("there is a missing or extra quote: {}", line.trim());
    }
    quoted(line).unwrap_or_else(|| said.to_owned())
}

/// Returns a line without digits that may be those of a secret key.
/// A key that was pasted into the settings by mistake must not get into a log.
fn without_keys(line: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for c in line.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_hexdigit() {
            digits.push(c);
            continue;
        }
        let is_key = digits.len() >= KEY_DIGITS;
        shown.push_str(if is_key { "[not shown]" } else { &digits });
        digits.clear();
        shown.push(c);
    }
    shown.pop();
    shown
}

/// Returns advice about a value that is a word without quotes.
/// The parser takes it for whatever else begins with its letter (`Nordlys` for the number `nan`), so
/// its message is no help.
fn quoted(line: &str) -> Option<String> {
    let (key, value) = line.split_once('=')?;
    let key = key.trim();
    let value = value.split('#').next().unwrap_or_default().trim();
    let word = value.chars().next().is_some_and(char::is_alphanumeric);
    if !word || toml::from_str::<toml::Table>(&format!("value = {value}")).is_ok() {
        return None;
    }
    let lower = value.to_lowercase();
    if ["true", "false"].contains(&lower.as_str()) {
        return Some(format!("write it in lower case: {key} = {lower}"));
    }
    Some(format!("put quotes around it: {key} = {value:?}"))
}
