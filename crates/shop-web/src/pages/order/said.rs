//! Letters of the seller about the order, opened with the order code.

use super::Opened;
use crate::{language::Sentence, page::view, pages::PageRequest};
use shop_core::{order_status::EventKind, text};

view! {
    /// Letter of the seller.
    pub(super) struct LetterView {
        /// Subject, in a few words.
        about: String,
        /// Its text, on one or several lines; none if it does not open with this order code.
        words: Option<String>,
    }
}

/// Returns every letter, oldest first, for a template: plain text, whatever is in it.
/// Marks without words are in the timeline.
pub(super) fn view(request: &PageRequest, opened: &Opened) -> Vec<LetterView> {
    let letters = opened.record.events.iter().filter_map(|event| {
        let sealed = event.letter.as_ref()?;
        let words = opened.keys.open_letter(opened.record.id, sealed);
        let words = words.as_ref().and_then(|words| std::str::from_utf8(words).ok());
        Some(LetterView { about: request.say(&about(event.kind)), words: words.map(text::block) })
    });
    letters.collect()
}

const fn about(kind: EventKind) -> Sentence {
    match kind {
        EventKind::Sent => Sentence::new("step-sent"),
        EventKind::Delivered => Sentence::new("step-delivered"),
        EventKind::Refunded => Sentence::new("step-refunded"),
        EventKind::Difference => Sentence::new("step-difference"),
        EventKind::Note => Sentence::new("said-note"),
    }
}
