//! Pictures and links of a text that come to nothing when it is rendered.

use pulldown_cmark::{Event, LinkType, Parser, Tag};

/// A place in a seller's text that does not do what it was written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Number of the line, from 1.
    pub line: usize,
    /// Description of the mistake, and what to write where that is plain.
    pub what: String,
}

/// Looks for pictures that are not shown and links that lead nowhere.
/// `picture` knows the names of the shop's pictures, `leads` its paths. Addresses of other places
/// are not links by intent: they are shown as text.
pub fn lints(
    markdown: &str,
    picture: &dyn Fn(&str) -> bool,
    leads: &dyn Fn(&str) -> bool,
) -> Vec<Lint> {
    let mut lints = Vec::new();
    for (event, place) in Parser::new_ext(markdown, super::OPTIONS).into_offset_iter() {
        let what = match &event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                let written = markdown.get(place.clone()).unwrap_or_default();
                of_picture(dest_url, written, picture)
            }
            // A mail address between angle brackets.
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => None,
            Event::Start(Tag::Link { dest_url, .. }) => of_link(dest_url, leads),
            _ => None,
        };
        if let Some(what) = what {
            let before = markdown.get(..place.start).unwrap_or_default();
            lints.push(Lint { line: before.matches('\n').count() + 1, what });
        }
    }
    lints
}

fn of_picture(target: &str, written: &str, known: &dyn Fn(&str) -> bool) -> Option<String> {
    if known(target) {
        return None;
    }
    if is_elsewhere(target) {
        return Some(format!(
            "the picture {target} is not shown: pages only show the shop's own pictures"
        ));
    }
    let name = target.rsplit('/').next().unwrap_or_default();
    if name != target && known(name) {
        let meant = written.replace(target, name);
        return Some(format!("a picture is missing its path: write {meant}"));
    }
    Some(format!("the picture {target} is not shown: no product in catalog.json uses it"))
}

fn of_link(target: &str, leads: &dyn Fn(&str) -> bool) -> Option<String> {
    if super::is_inside(target) {
        let nowhere = || format!("the link to {target} is broken: no page has this address");
        return (!leads(target)).then(nowhere);
    }
    if is_elsewhere(target) || target.starts_with('#') {
        return None;
    }
    let name = target.strip_suffix(".md").unwrap_or(target);
    let name = name.rsplit('/').next().unwrap_or_default();
    let meant = [format!("/{name}"), format!("/page/{name}"), format!("/product/{name}")];
    Some(match meant.into_iter().find(|path| leads(path)) {
        Some(meant) => format!("the link to {target} is shown as text: write {meant}"),
        None => format!("the link to {target} is shown as text: links start with /"),
    })
}

/// Returns true for an address with a scheme, or of another host.
fn is_elsewhere(target: &str) -> bool {
    target.starts_with("//") || target.split('/').next().is_some_and(|first| first.contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(markdown: &str) -> Vec<String> {
        let leads = |path: &str| ["/policy", "/page/sizes", "/product/mug"].contains(&path);
        let lints = lints(markdown, &|name| name == "own.jpg", &leads);
        lints.into_iter().map(|slip| format!("{}: {}", slip.line, slip.what)).collect()
    }

    #[test]
    fn what_is_shown_and_what_leads_somewhere_is_no_slip() {
        let good = "# A\n\n![own](own.jpg) [p](/policy) [away](https://a.example/x) <mail@a.example> [s](#a)\n";
        assert_eq!(said(good), Vec::<String>::new());
    }

    #[test]
    fn dead_pictures_and_links_are_named_with_line_and_remedy() {
        for (text, wanted) in [
            (
                "a\n\n![own](images/own.jpg)",
                "3: a picture is missing its path: write ![own](own.jpg)",
            ),
            (
                "![x](gone.jpg)",
                "1: the picture gone.jpg is not shown: no product in catalog.json uses it",
            ),
            (
                "![x](https://a.example/x.png)",
                "1: the picture https://a.example/x.png is not shown: pages only show the shop's own pictures",
            ),
            ("[x](/gone)", "1: the link to /gone is broken: no page has this address"),
            ("[x](sizes.md)", "1: the link to sizes.md is shown as text: write /page/sizes"),
            ("[x](policy)", "1: the link to policy is shown as text: write /policy"),
            ("[x](other)", "1: the link to other is shown as text: links start with /"),
        ] {
            assert_eq!(said(text), [wanted]);
        }
    }
}
