//! Page of a heading, some sentences and ways on.

use super::{PageRequest, PrivatePage};
use crate::{language::Sentence, refusal::Refusal};
use minijinja::context;

/// Returns the page that explains a cookie that did not come back.
pub(super) fn lost(request: &PageRequest) -> Result<PrivatePage, Refusal> {
    let say = |sentence| request.say(&sentence);
    let page = context! {
        heading => say(Sentence::new("lost-heading")),
        sentences => vec![say(Sentence::new("lost-what")), say(Sentence::new("lost-why"))],
        links => vec![
            context! { url => "/product", text => say(Sentence::new("see-all-products")) },
            context! { url => "/order/enter", text => say(Sentence::new("enter-code")) },
        ],
    };
    request.sheet("notice.html", "", page)
}
