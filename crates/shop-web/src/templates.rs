//! Page templates, compiled into the program.

mod ahead;
pub(crate) mod pieces;
pub(crate) mod steps;

use crate::{
    language::{Arg, Reader},
    page::{Address, Html, View, view},
};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Value, context, syntax::SyntaxConfig, value::Kwargs,
};
use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Every template by name, for readers of one language.
///
/// Beside what a page gives them, templates see `language` (its `tag` and `direction`), `t("name",
/// value=..)` for a message of `locales/*.ftl`, and `to("/path")` for a path in the reader's language.
pub(crate) struct Templates {
    built_in: Environment<'static>,
    own: Option<Own>,
}

/// A seller's own template in place of the one of this name.
#[derive(Clone, Debug)]
pub(crate) struct Override {
    pub(crate) name: String,
    /// Text, with a step counted wherever it can go round ([`steps`]).
    pub(crate) text: String,
}

/// Parts above and below a page: the same for everyone who is at one address.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// `header.html`, rendered.
    pub(crate) header: Html,
    /// `footer.html`, rendered.
    pub(crate) footer: Html,
}

view! {
    /// Language of the page: the value every template sees as `language`.
    struct LanguageView {
        /// Tag of the language (BCP 47), such as `fr-CA`.
        tag: Cow<'static, str>,
        /// Direction of its writing: `ltr` or `rtl`.
        direction: Cow<'static, str>,
    }
}

/// Templates of ours and, in their places, the seller's.
struct Own {
    all: Environment<'static>,
    /// Pages that were told in the log not to render.
    told: Mutex<HashSet<String>>,
}

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

/// The templates we ship.
pub(crate) const FILES: [(&str, &str); 24] = embedded![
    "layout.html",
    "header.html",
    "footer.html",
    "parts.html",
    "bill.html",
    "items.html",
    "places.html",
    "shot.html",
    "fields.html",
    "landing.html",
    "list.html",
    "product.html",
    "content.html",
    "notice.html",
    "cart.html",
    "destination.html",
    "checkout.html",
    "queue.html",
    "enter.html",
    "fresh.html",
    "order.html",
    "escrow.html",
    "statement.html",
    "receipt.html",
];

impl Templates {
    /// Loads the templates we ship, with these in the places of those of the same names.
    pub(crate) fn with(reader: Reader, overrides: &[Override]) -> Result<Self, Error> {
        let built_in = built_in(reader)?;
        if overrides.is_empty() {
            return Ok(Self { built_in, own: None });
        }
        let mut all = self::built_in(reader)?;
        steps::install(&mut all);
        for own in overrides {
            all.add_template_owned(own.name.clone(), ahead::said(&own.text, reader))?;
        }
        Ok(Self { built_in, own: Some(Own { all, told: Mutex::default() }) })
    }

    /// Renders the parts around the pages at an address.
    /// `shop` is what all templates see by this name, and `render` is [`Templates::render`] or
    /// [`Templates::render_strictly`].
    pub(crate) fn frame(
        &self,
        shop: &Value,
        here: &Value,
        render: impl Fn(&Self, &str, Value) -> Result<String, Error>,
    ) -> Result<Frame, Error> {
        let part = |name| render(self, name, context! { shop, here }).map(Html::new);
        Ok(Frame { header: part("header.html")?, footer: part("footer.html")? })
    }

    /// Renders one page: with the seller's templates if they can show it, else with ours.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        if let Some(own) = &self.own {
            match own.render(name, context.clone()) {
                Ok(html) => return Ok(html),
                Err(error) => own.tell(name, &error),
            }
        }
        self.built_in.get_template(name)?.render(context)
    }

    /// Renders one page as the seller would have it, or not at all.
    pub(crate) fn render_strictly(&self, name: &str, context: Value) -> Result<String, Error> {
        match &self.own {
            Some(own) => own.render(name, context),
            None => self.built_in.get_template(name)?.render(context),
        }
    }
}

impl Own {
    fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        steps::begin();
        self.all.get_template(name)?.render(context)
    }

    /// Logs an error once for each page, with the place and nothing of what was shown.
    fn tell(&self, page: &str, error: &Error) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(page.to_owned()) {
            let template = error.name();
            let line = error.line();
            let kind = error.kind();
            tracing::error!(
                page,
                ?template,
                ?line,
                ?kind,
                "the theme failed to render a page; using the built-in one"
            );
        }
    }
}

fn built_in(reader: Reader) -> Result<Environment<'static>, Error> {
    let mut all = Environment::new();
    all.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    // With it, an error would carry the values it was rendering.
    all.set_debug(false);
    all.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    // Whatever the file is called: a template without escaping must not exist.
    all.set_auto_escape_callback(|_| AutoEscape::Html);
    let language = reader.language;
    let shown = LanguageView {
        tag: Cow::Borrowed(language.tag()),
        direction: Cow::Borrowed(language.direction()),
    };
    all.add_global("language", shown.into_value());
    all.add_function("t", move |key: &str, values: Kwargs| message(reader, key, &values));
    all.add_function("to", move |path: &str| Value::from(Address::from_path(reader.to(path))));
    for (name, text) in FILES {
        all.add_template_owned(name, ahead::said(text, reader))?;
    }
    Ok(all)
}

/// Says a message.
/// One that is missing, or that lacks a value, is a template that does not render.
fn message(reader: Reader, key: &str, values: &Kwargs) -> Result<String, Error> {
    let mut args = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let arg = match u64::try_from(value.clone()) {
            Ok(count) if value.is_number() => Arg::Count(count),
            _ => Arg::from(value.to_string()),
        };
        args.push((name.to_owned(), arg));
    }
    let given = args.iter().map(|(name, arg)| (name.as_str(), arg));
    reader.words().message(key, given).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, format!("the message {key:?} cannot be said"))
    })
}
