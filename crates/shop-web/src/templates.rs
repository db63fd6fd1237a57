//! The page templates, compiled into the program.

use minijinja::{AutoEscape, Environment, Value, syntax::SyntaxConfig};

/// Every template by name. What a seller may replace later is replaced here.
pub(crate) struct Templates(Environment<'static>);

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../templates/", $name)))),*]
    };
}

const FILES: [(&str, &str); 14] = embedded![
    "layout.html",
    "parts.html",
    "fields.html",
    "landing.html",
    "list.html",
    "product.html",
    "content.html",
    "notice.html",
    "cart.html",
    "checkout.html",
    "enter.html",
    "fresh.html",
    "order.html",
    "receipt.html",
];

/// The one style sheet.
pub(crate) const STYLE: &str = include_str!("../templates/shop.css");

impl Templates {
    /// The templates we ship.
    pub(crate) fn built_in() -> Result<Self, minijinja::Error> {
        let mut all = Environment::new();
        all.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        // With it, an error would carry the values it was rendering.
        all.set_debug(false);
        all.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
        // Whatever the file is called: a template without escaping must not exist.
        all.set_auto_escape_callback(|_| AutoEscape::Html);
        for (name, text) in FILES {
            all.add_template(name, text)?;
        }
        Ok(Self(all))
    }

    /// Renders one page.
    pub(crate) fn render(&self, name: &str, context: Value) -> Result<String, minijinja::Error> {
        self.0.get_template(name)?.render(context)
    }
}
