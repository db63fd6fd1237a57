//! The old cart's `.env`.

use super::Report;
use crate::config::overrides::without_quotes;
use std::collections::BTreeMap;

/// Reads `KEY=VALUE` lines: comments, blank lines, `export`, and quotes as in dotenv.
pub(super) fn parse(text: &str) -> BTreeMap<String, String> {
    text.lines()
        .filter_map(|line| {
            let line = line.trim();
            let line = line.strip_prefix("export ").unwrap_or(line);
            if line.starts_with('#') {
                return None;
            }
            let (key, value) = line.split_once('=')?;
            Some((key.trim().to_owned(), unquoted(value.trim())))
        })
        .filter(|(key, _)| !key.is_empty())
        .collect()
}

fn unquoted(value: &str) -> String {
    let uncommented = || value.split(" #").next().unwrap_or_default().trim_end();
    without_quotes(value).unwrap_or_else(uncommented).to_owned()
}

/// Says what became of one setting. Never repeats a value.
pub(super) fn judge(key: &str, value: &str, report: &mut Report) {
    let name = format!(".env, {key}");
    match key {
        _ if value.is_empty() => report.left(&name, "empty"),
        "SECRET" | "PASSWORD" => {
            report.left(&name, "secrets are never copied, and this shop does not need it");
        }
        "SITE_NAME" => report.taken(&name, "the shop's name"),
        "CONTACT" => report.taken(&name, "how buyers reach you; use an anonymous mail service"),
        "CURRENCY" | "PREFERRED_CURRENCY" => report.taken(&name, "the currency a cart starts with"),
        "WALLET" => {}
        "FROM" => report.left(&name, "the shop sends no mail; orders arrive in mailorders/root"),
        "SITE_URL" => report.left(&name, "the shop does not need its own address"),
        "TOR" => report.left(&name, "the shop is always on Tor"),
        _ => report.left(&name, "not a setting of this shop"),
    }
}
