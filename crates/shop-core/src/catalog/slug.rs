//! Names made fit for URLs.

/// Lower case, spaces to dashes, everything but letters, digits, dashes and underscores dropped.
/// Empty names become `item`.
pub(super) fn from_name(name: &str) -> String {
    let slug: String = name
        .trim()
        .chars()
        .filter_map(|c| match c {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            c if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect();
    let slug = slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    if slug.is_empty() { "item".to_owned() } else { slug }
}

/// `wanted`, or `wanted-2`, `wanted-3`.. until it is not among `taken`.
pub(super) fn unique(wanted: &str, taken: &[&str]) -> String {
    let free = |slug: &str| !taken.contains(&slug);
    if free(wanted) {
        return wanted.to_owned();
    }
    (2u32..)
        .map(|n| format!("{wanted}-{n}"))
        .find(|slug| free(slug))
        .unwrap_or_else(|| wanted.to_owned())
}
