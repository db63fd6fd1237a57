//! Page that explains a cookie that did not come back.

use super::{PageRequest, PrivatePage};
use crate::{language::Sentence, page::notice::NoticePage, refusal::Refusal};

/// Returns the page.
pub(super) fn page(request: &PageRequest) -> Result<PrivatePage, Refusal> {
    let page = NoticePage::new(
        request.reader,
        &Sentence::new("lost-heading"),
        &[Sentence::new("lost-what"), Sentence::new("lost-why")],
        &[
            ("/product", Sentence::new("see-all-products")),
            ("/order/enter", Sentence::new("enter-code")),
        ],
    );
    request.sheet("", page)
}
