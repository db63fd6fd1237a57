//! The seller's Markdown as HTML that can do nothing but be read.
//!
//! Invariant: raw HTML comes out as text; a link leads inside the shop or is text; a picture is one
//! of the shop's or its description. So no page can make a browser ask anybody else.

mod lints;
mod rename;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

pub use lints::{Lint, lints};
pub use rename::rename_pictures;

/// Syntax that is read in addition to plain CommonMark.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Lookup of the path of a picture of the shop, by the name the seller uses for it.
pub(crate) type FindPicture<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Lookup of the address for a reader, by a path of the shop.
pub(crate) type FindPath<'a> = &'a dyn Fn(&str) -> String;

/// Renders Markdown.
/// The highest heading there is becomes one of the second level, because each page has one of the
/// first of its own, and no level is left out above it.
pub(crate) fn render(markdown: &str, picture: FindPicture<'_>, to: FindPath<'_>) -> String {
    let mut out = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let down = lowering(markdown);
    for event in Parser::new_ext(markdown, OPTIONS) {
        tame(event, &mut open, (picture, to, down), &mut out);
    }
    let mut page = String::new();
    html::push_html(&mut page, out.into_iter());
    page
}

/// A link or picture we are inside of.
enum Open {
    /// Link that stays one.
    Link,
    /// Link that leads away: the text, then the target as text.
    Away(String),
    /// Link that leads away, where the text is the target.
    Bare,
    /// Picture that stays one.
    Picture,
    /// Picture that is not ours: its description.
    Description,
}

fn tame<'a>(
    event: Event<'a>,
    open: &mut Vec<Open>,
    (picture, to, down): (FindPicture<'_>, FindPath<'_>, i8),
    out: &mut Vec<Event<'a>>,
) {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => out.push(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => out.push(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => out.push(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Heading { level, .. }) => {
            let level = lowered(level, down);
            out.push(Event::Start(Tag::Heading {
                level,
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            }));
        }
        Event::End(TagEnd::Heading(level)) => {
            out.push(Event::End(TagEnd::Heading(lowered(level, down))))
        }
        // Column alignment would be a style attribute, which the policy forbids.
        Event::Start(Tag::Table(columns)) => out.push(Event::Start(Tag::Table(
            columns.iter().map(|_| pulldown_cmark::Alignment::None).collect(),
        ))),
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            if is_inside(&dest_url) {
                open.push(Open::Link);
                out.push(Event::Start(link(to(&dest_url).into())));
            } else if matches!(link_type, LinkType::Autolink | LinkType::Email) {
                open.push(Open::Bare);
            } else {
                open.push(Open::Away(dest_url.into_string()));
            }
        }
        Event::End(TagEnd::Link) => match open.pop() {
            Some(Open::Away(target)) => out.push(Event::Text(format!(" ({target})").into())),
            Some(Open::Bare) | None => {}
            Some(_) => out.push(Event::End(TagEnd::Link)),
        },
        Event::Start(Tag::Image { dest_url, .. }) => match picture(&dest_url) {
            Some(src) => {
                open.push(Open::Picture);
                out.push(Event::Start(Tag::Image {
                    link_type: LinkType::Inline,
                    dest_url: src.into(),
                    title: CowStr::Borrowed(""),
                    id: CowStr::Borrowed(""),
                }));
            }
            None => open.push(Open::Description),
        },
        Event::End(TagEnd::Image) => {
            if matches!(open.pop(), Some(Open::Picture)) {
                out.push(Event::End(TagEnd::Image));
            }
        }
        other => out.push(other),
    }
}

fn link(target: CowStr<'_>) -> Tag<'_> {
    Tag::Link {
        link_type: LinkType::Inline,
        dest_url: target,
        title: CowStr::Borrowed(""),
        id: CowStr::Borrowed(""),
    }
}

/// Returns true for a path of this shop: `/policy`.
/// Not so are `//other.example` and `/\other.example`, which browsers read as the same.
fn is_inside(target: &str) -> bool {
    target.starts_with('/')
        && !target.starts_with("//")
        && !target.contains(|c: char| c == '\\' || c.is_control())
}

const LEVELS: [HeadingLevel; 6] = [
    HeadingLevel::H1,
    HeadingLevel::H2,
    HeadingLevel::H3,
    HeadingLevel::H4,
    HeadingLevel::H5,
    HeadingLevel::H6,
];

/// Returns the number of levels by which the headings of a text go down.
/// The highest is of the second level then.
fn lowering(markdown: &str) -> i8 {
    let highest = Parser::new_ext(markdown, OPTIONS)
        .filter_map(|event| match event {
            Event::Start(Tag::Heading { level, .. }) => i8::try_from(level as usize).ok(),
            _ => None,
        })
        .min();
    2 - highest.unwrap_or(2)
}

fn lowered(level: HeadingLevel, down: i8) -> HeadingLevel {
    let at = (level as usize).saturating_add_signed(isize::from(down));
    LEVELS.get(at.clamp(2, 6) - 1).copied().unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn html(markdown: &str) -> String {
        let picture = |name: &str| (name == "tee.webp").then(|| "/i/1.webp".to_owned());
        render(markdown, &picture, &|path| path.to_owned())
    }

    #[test]
    fn ordinary_markdown_is_rendered() {
        assert_eq!(
            html("# Tea\n\n*Good* [policy](/policy)"),
            "<h2>Tea</h2>\n<p><em>Good</em> <a href=\"/policy\">policy</a></p>\n"
        );
        assert_eq!(html("![a tee](tee.webp)"), "<p><img src=\"/i/1.webp\" alt=\"a tee\" /></p>\n");
    }

    #[test]
    fn raw_html_is_text() {
        let page = html("<script>alert(1)</script>\n\nand <b onclick=x>inline</b>");
        assert!(!page.contains("<script") && !page.contains("<b "), "{page}");
        assert!(page.contains("&lt;script&gt;"));
    }

    #[test]
    fn nothing_leads_away() {
        assert_eq!(html("[x](https://a.example/)"), "<p>x (https://a.example/)</p>\n");
        assert_eq!(html("<https://a.example/>"), "<p>https://a.example/</p>\n");
        for away in ["//a.example", "/\\a.example", "javascript:alert(1)", "data:x", "mailto:a@b"] {
            assert!(!html(&format!("[x](<{away}>)")).contains("href"), "{away}");
        }
        assert_eq!(html("![gone](https://a.example/x.png)"), "<p>gone</p>\n");
    }

    #[test]
    fn tables_carry_no_style() {
        assert!(!html("|a|b|\n|:-|-:|\n|1|2|\n").contains("style"));
    }

    proptest! {
        #[test]
        fn any_text_makes_a_harmless_page(markdown in ".{0,200}") {
            let page = html(&markdown);
            for tag in page.split('<').skip(1) {
                let name: String = tag.trim_start_matches('/').chars()
                    .take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(["p","a","em","strong","code","pre","h2","h3","h4","h5","h6","ul","ol",
                    "li","blockquote","hr","br","img","table","thead","tbody","tr","th","td","del"]
                    .contains(&name.as_str()), "{page}");
                let attributes = tag.split('>').next().unwrap_or_default();
                prop_assert!(!attributes.contains(" on") || attributes.contains("href"), "{page}");
            }
        }
    }
}
