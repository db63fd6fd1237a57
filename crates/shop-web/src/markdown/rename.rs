//! Pictures in a text, called by other names.

use pulldown_cmark::{Event, Parser, Tag};
use std::ops::Range;

/// Returns the Markdown with the names of pictures changed.
/// `renamed` is given the target of each, and returns the new one. Every other byte stays.
pub fn rename_pictures(markdown: &str, renamed: &dyn Fn(&str) -> Option<String>) -> String {
    let parser = Parser::new_ext(markdown, super::OPTIONS);
    let mut changes = Vec::new();
    for (_, definition) in parser.reference_definitions().iter() {
        changes.extend(change(markdown, definition.span.clone(), "]:", &definition.dest, renamed));
    }
    for (event, place) in parser.into_offset_iter() {
        if let Event::Start(Tag::Image { dest_url, .. }) = event {
            changes.extend(change(markdown, place, "](", &dest_url, renamed));
        }
    }
    changes.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
    let mut text = markdown.to_owned();
    for (place, name) in changes {
        text.replace_range(place, &name);
    }
    text
}

/// Finds the target behind the last `before` of a part of the text.
/// There is none if it is not written out there, or keeps its name.
fn change(
    markdown: &str,
    part: Range<usize>,
    before: &str,
    target: &str,
    renamed: &dyn Fn(&str) -> Option<String>,
) -> Option<(Range<usize>, String)> {
    let name = renamed(target)?;
    let written = markdown.get(part.clone())?;
    let behind = written.rfind(before)? + before.len();
    let rest = written.get(behind..)?;
    let start = part.start + behind + rest.find(target)?;
    let is_bracketed = markdown.get(..start).is_some_and(|text| text.ends_with('<'));
    let name =
        if is_bracketed || !name.contains([' ', '(', ')']) { name } else { format!("<{name}>") };
    Some((start..start + target.len(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_get_new_names_and_nothing_else_changes() {
        let renamed = |name: &str| match name {
            "mug.png" => Some("mug-2.jpg".to_owned()),
            "mug.jpg" => Some("mug.jpg".to_owned()),
            "a b.PNG" | "a%20b.PNG" => Some("a b.jpg".to_owned()),
            _ => None,
        };
        for (text, wanted) in [
            ("![mug.png](mug.png) and mug.png", "![mug.png](mug-2.jpg) and mug.png"),
            ("![](mug.jpg)![](mug.png)", "![](mug.jpg)![](mug-2.jpg)"),
            ("![x](<a b.PNG> \"t\")", "![x](<a b.jpg> \"t\")"),
            ("![x](a%20b.PNG)", "![x](<a b.jpg>)"),
            ("![x][m]\n\n[m]: mug.png\n", "![x][m]\n\n[m]: mug-2.jpg\n"),
            ("![x ![y](mug.png)](mug.png)", "![x ![y](mug-2.jpg)](mug-2.jpg)"),
            (
                "`![x](mug.png)` [x](mug.png) ![x](other.png)",
                "`![x](mug.png)` [x](mug.png) ![x](other.png)",
            ),
        ] {
            assert_eq!(rename_pictures(text, &renamed), wanted);
        }
    }
}
