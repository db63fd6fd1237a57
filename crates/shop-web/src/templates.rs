//! The page templates, compiled into the program.

use crate::language::{Arg, Reader};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Value, context, syntax::SyntaxConfig, value::Kwargs,
};

/// Every template by name, for readers of one language. What a seller may replace later is
/// replaced here.
///
/// Beside what a page gives them, templates see `language` (its `tag` and `direction`), `t("name",
/// value=..)` for a message of `locales/*.ftl`, and `to("/path")` for a path in the reader's language.
pub(crate) struct Templates(Environment<'static>);

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

const FILES: [(&str, &str); 15] = embedded![
    "layout.html",
    "parts.html",
    "bill.html",
    "fields.html",
    "landing.html",
    "list.html",
    "product.html",
    "content.html",
    "notice.html",
    "cart.html",
    "checkout.html",
    "queue.html",
    "enter.html",
    "fresh.html",
    "order.html",
    "receipt.html",
];

/// The one style sheet.
pub(crate) const STYLE: &str = include_str!("../templates/shop.css");

impl Templates {
    /// The templates we ship.
    pub(crate) fn built_in(reader: Reader) -> Result<Self, Error> {
        let mut all = Environment::new();
        all.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        // With it, an error would carry the values it was rendering.
        all.set_debug(false);
        all.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
        // Whatever the file is called: a template without escaping must not exist.
        all.set_auto_escape_callback(|_| AutoEscape::Html);
        let language = reader.language;
        let shown = context! { tag => language.tag(), direction => language.direction() };
        all.add_global("language", shown);
        all.add_function("t", move |key: &str, values: Kwargs| message(reader, key, &values));
        all.add_function("to", move |path: &str| address(reader.to(path)));
        for (name, text) in FILES {
            all.add_template(name, text)?;
        }
        Ok(Self(all))
    }

    /// Renders one page.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, Error> {
        self.0.get_template(name)?.render(context)
    }
}

/// A message that is missing, or that lacks a value, is a template that does not render.
fn message(reader: Reader, key: &str, values: &Kwargs) -> Result<String, Error> {
    let mut args = Vec::new();
    for name in values.args() {
        let value: Value = values.get(name)?;
        let arg = match u64::try_from(value.clone()) {
            Ok(count) if value.is_number() => Arg::Count(count),
            _ => Arg::Text(value.to_string()),
        };
        args.push((name.to_owned(), arg));
    }
    reader.words().message(key, args).ok_or_else(|| {
        Error::new(ErrorKind::InvalidOperation, format!("the message {key:?} cannot be said"))
    })
}

/// An address as a template writes it. Ours are made of characters that need no escaping but for
/// the ampersand, and the usual escaping would spend five bytes on each slash.
pub(crate) fn address(path: String) -> Value {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/.-_?=&%+*".contains(&b);
    if path.bytes().all(plain) {
        Value::from_safe_string(path.replace('&', "&amp;"))
    } else {
        Value::from(path)
    }
}
