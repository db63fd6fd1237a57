//! Style sheet: structure of all themes, look of the theme, colours, rules of the seller.

use super::{Base, Theme, logo};

/// Style that all themes share.
pub(super) const SHARED: &str = include_str!("../../templates/shop.css");

/// Returns the style that is the theme's own.
pub(super) const fn look(base: Base) -> &'static str {
    match base {
        Base::Paper => include_str!("../../templates/paper.css"),
        Base::Kiosk => include_str!("../../templates/kiosk.css"),
    }
}

pub(super) fn sheet(theme: &Theme) -> String {
    let colours = format!(
        ":root{{color-scheme:light dark;{}}}\n@media (prefers-color-scheme:dark){{:root{{{}}}}}",
        theme.light.css(),
        theme.dark.css()
    );
    // The colours come first: on paper, the shared rules set others.
    let extra = minified(&theme.extra);
    let look = minified(look(theme.base));
    [colours, minified(SHARED), look, logo::plate(theme), extra].join("\n").trim_end().to_owned()
}

/// Removes what is for us: indentation, comments, and the blanks around punctuation.
fn minified(css: &str) -> String {
    let mut text = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(tight).collect::<Vec<_>>().join("\n")
}

/// Removes the blanks around punctuation, but not inside of strings.
fn tight(line: &str) -> String {
    let mut out = String::new();
    for (at, piece) in line.split('"').enumerate() {
        if at > 0 {
            out.push('"');
        }
        if at % 2 == 1 {
            out.push_str(piece);
            continue;
        }
        let mut piece = piece.to_owned();
        for (loose, tight) in
            [(": ", ":"), ("; ", ";"), (", ", ","), (" { ", "{"), (" {", "{"), (" }", "}")]
        {
            piece = piece.replace(loose, tight);
        }
        out.push_str(&piece);
    }
    out
}
