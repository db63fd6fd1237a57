//! Page as blocks of words.

use minijinja::{AutoEscape, Environment, Value, context};
use std::sync::LazyLock;

/// Page of a service.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Heading and title.
    pub title: String,
    /// Blocks, from top to bottom.
    pub blocks: Vec<Block>,
}

/// Block of a page. No text of it is HTML: the template escapes all.
#[derive(Clone, Debug)]
pub enum Block {
    /// Heading of what follows.
    Heading(String),
    /// Paragraph.
    Text(String),
    /// List with bullets.
    List(Vec<String>),
    /// Names and values.
    Facts(Vec<(String, String)>),
    /// Text as it is, to be copied: line breaks stay.
    Verbatim(String),
    /// Good news.
    Good(String),
    /// Something to look at before going on.
    Warning(String),
    /// Link to another page of the service: its path, its text.
    Link(String, String),
    /// Form.
    Form(Form),
}

/// Form that is sent by POST.
#[derive(Clone, Debug)]
pub struct Form {
    /// Path it is sent to.
    pub action: String,
    /// Words on its button.
    pub button: String,
    /// Fields, from top to bottom.
    pub fields: Vec<Field>,
}

/// Field of a form.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name in what is sent.
    pub name: &'static str,
    /// Words above it.
    pub label: String,
    /// Words that help, below the label; none if empty.
    pub hint: String,
    /// Kind of its content.
    pub kind: FieldKind,
    /// Text that stands in it already.
    pub value: String,
}

/// Kind of a field's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// One line.
    Line,
    /// One line that is not shown while it is typed.
    Secret,
    /// Several lines.
    Long,
    /// Tick.
    Tick,
    /// Nothing: the value is sent as it is.
    Hidden,
}

/// Templates of the service: one.
static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut templates = Environment::new();
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    let added = templates.add_template("service", include_str!("service.html"));
    debug_assert!(added.is_ok(), "{added:?}");
    templates
});

impl Page {
    /// Creates a page with a title and nothing else.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), blocks: Vec::new() }
    }

    /// Returns the page with one more block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Returns the page with a paragraph.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Block::Text(text.into()))
    }

    /// Returns the page with a heading.
    #[must_use]
    pub fn heading(self, text: impl Into<String>) -> Self {
        self.with(Block::Heading(text.into()))
    }

    /// Returns the page with a warning.
    #[must_use]
    pub fn warning(self, text: impl Into<String>) -> Self {
        self.with(Block::Warning(text.into()))
    }

    /// Returns the page with a link to a path.
    #[must_use]
    pub fn link(self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.with(Block::Link(path.into(), text.into()))
    }

    /// Renders the page; `name` is the service's.
    pub(crate) fn render(&self, name: &str) -> Option<String> {
        let template = TEMPLATES.get_template("service").ok()?;
        let blocks: Vec<Value> = self.blocks.iter().map(Block::to_value).collect();
        template.render(context! { name, title => self.title.as_str(), blocks }).ok()
    }
}

impl Block {
    /// Returns the block for the template.
    fn to_value(&self) -> Value {
        let pair = |(name, value): &(String, String)| {
            context! { name => name.as_str(), value => value.as_str() }
        };
        match self {
            Self::Heading(text) => context! { kind => "heading", text => text.as_str() },
            Self::Text(text) => context! { kind => "text", text => text.as_str() },
            Self::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| item.as_str().into()).collect();
                context! { kind => "list", items }
            }
            Self::Facts(facts) => {
                let facts: Vec<Value> = facts.iter().map(pair).collect();
                context! { kind => "facts", facts }
            }
            Self::Verbatim(text) => context! { kind => "verbatim", text => text.as_str() },
            Self::Good(text) => context! { kind => "good", text => text.as_str() },
            Self::Warning(text) => context! { kind => "warning", text => text.as_str() },
            Self::Link(path, text) => {
                context! { kind => "link", path => path.as_str(), text => text.as_str() }
            }
            Self::Form(form) => {
                let fields: Vec<Value> = form.fields.iter().map(Field::to_value).collect();
                let action = form.action.as_str();
                context! { kind => "form", action, button => form.button.as_str(), fields }
            }
        }
    }
}

impl FieldKind {
    /// Returns its word in the template.
    const fn word(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Secret => "secret",
            Self::Long => "long",
            Self::Tick => "tick",
            Self::Hidden => "hidden",
        }
    }
}

impl Field {
    /// Returns the field for the template.
    fn to_value(&self) -> Value {
        let Self { name, label, hint, kind, value } = self;
        let kind = kind.word();
        context! { name => *name, label => label.as_str(), hint => hint.as_str(), kind, value => value.as_str() }
    }

    /// Creates an empty field.
    #[must_use]
    pub fn new(kind: FieldKind, name: &'static str, label: impl Into<String>) -> Self {
        Self { name, label: label.into(), hint: String::new(), kind, value: String::new() }
    }

    /// Returns the field with words that help.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Returns the field with a text in it.
    #[must_use]
    pub fn value(self, value: impl Into<String>) -> Self {
        Self { value: value.into(), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</textarea><script>alert(1)</script>\" onx='&";

    #[test]
    fn every_word_of_every_block_is_escaped() {
        let word = || HOSTILE.to_owned();
        let kinds = [FieldKind::Line, FieldKind::Secret, FieldKind::Long, FieldKind::Tick];
        let field = |kind| Field::new(kind, "a", word()).hint(word()).value(word());
        let fields = kinds.into_iter().chain([FieldKind::Hidden]).map(field).collect();
        let blocks = vec![
            Block::Heading(word()),
            Block::Text(word()),
            Block::List(vec![word()]),
            Block::Facts(vec![(word(), word())]),
            Block::Verbatim(word()),
            Block::Good(word()),
            Block::Warning(word()),
            Block::Link(word(), word()),
            Block::Form(Form { action: word(), button: word(), fields }),
        ];
        let html = Page { title: word(), blocks }.render(&word()).unwrap();
        assert!(!html.contains("<script") && !html.contains("onx='"), "{html}");
        assert_eq!(html.matches("&lt;script&gt;").count(), 26, "{html}");
    }
}
