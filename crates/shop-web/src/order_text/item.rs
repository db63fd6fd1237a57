//! Name of an item, as orders have it: the product and the option.

use crate::{language::Sentence, storefront::Localizer};
use shop_core::cart::PricedLine;

/// Returns the name of a line: the product, and the option.
pub(crate) fn full(voice: Localizer<'_>, line: &PricedLine) -> String {
    named(voice, &line.name, line.option.as_deref())
}

/// Returns the same for a product of this name, with this option.
pub(crate) fn named(voice: Localizer<'_>, name: &str, option: Option<&str>) -> String {
    match option {
        Some(option) => {
            let said = Sentence::new("item-option").with("name", name);
            voice.say(&said.with("option", voice.word(option)))
        }
        None => name.to_owned(),
    }
}
