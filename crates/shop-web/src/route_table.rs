//! Table of paths that handlers answer, and what may be kept of their answers.
//!
//! Every other path is the storefront's: its pages are the same for everyone, and are rendered
//! once. The router has a handler for each row, and no other.

/// Answer of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Page that is the same for everyone: rendered once, and kept by the storefront.
    Shared,
    /// Page that is the same for everyone, but made for each request.
    /// Its address can be anything.
    Fresh,
    /// Page for one visitor, made for each request and kept nowhere.
    Private,
    /// File for one visitor, kept nowhere.
    PrivateFile,
    /// No page: a form is sent there, and the browser is sent on.
    Form,
}

/// Defines the table.
macro_rules! routes {
    ($($route:ident $path:literal $answer:ident;)*) => {
        /// A path that a handler answers. A language can stand before it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Route {
            $(#[doc = $path] $route),*
        }

        impl Route {
            /// Every route.
            pub(crate) const ALL: &[Self] = &[$(Self::$route),*];

            /// Returns its path. The last part can be a name in braces.
            pub(crate) const fn path(self) -> &'static str {
                match self { $(Self::$route => $path),* }
            }

            /// Returns what it answers to those who only look.
            pub(crate) const fn answer(self) -> Answer {
                match self { $(Self::$route => Answer::$answer),* }
            }
        }
    };
}

routes! {
    Search          "/search"            Fresh;
    Cart            "/cart"              Private;
    CartChange      "/cart/change"       Form;
    Checkout        "/checkout"          Private;
    Order           "/order"             Private;
    OrderWatch      "/order/watch"       Private;
    OrderQr         "/order/qr.png"      PrivateFile;
    OrderEnter      "/order/enter"       Shared;
    OrderKept       "/order/kept"        Form;
    OrderStatement  "/order/statement"   Private;
    OrderStatementTxt "/order/statement.txt" PrivateFile;
    OrderStatementQr "/order/statement.png" PrivateFile;
    OrderExchange   "/order/exchange"    Form;
    OrderRelease    "/order/release"     Form;
    OrderCheck      "/order/check"       Form;
    OrderClaim      "/order/claim"       Form;
    OrderLeave      "/order/leave"       Form;
    OrderCancel     "/order/cancel"      Private;
    OrderRefund     "/order/refund"      Form;
    OrderForget     "/order/forget"      Private;
    OrderDownload   "/order/download"    Form;
    OrderFile       "/order/file/{line}" PrivateFile;
    OrderReceipt    "/order/receipt"     Private;
    OrderReceiptTxt "/order/receipt.txt" PrivateFile;
}

impl Route {
    /// Returns the route of a path without its language; none for the storefront's paths.
    pub(crate) fn find(path: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|route| route.has(path))
    }

    fn has(self, path: &str) -> bool {
        match self.path().split_once('{') {
            Some((before, _)) => path
                .strip_prefix(before)
                .is_some_and(|name| !name.is_empty() && !name.contains('/')),
            None => path == self.path(),
        }
    }
}

/// Returns true if the answer to a path is the same for everyone, and rendered once.
/// The storefront has it ready, or there is no such page.
pub(crate) fn is_shared(path: &str) -> bool {
    Route::find(path).is_none_or(|route| route.answer() == Answer::Shared)
}

/// Returns the paths of pages that are made for one visitor.
pub(crate) fn private_pages() -> impl Iterator<Item = &'static str> {
    let pages = Route::ALL.iter().filter(|route| route.answer() == Answer::Private);
    pages.map(|route| route.path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_finds_its_own_route() {
        for route in Route::ALL {
            assert_eq!(Route::find(&route.path().replace("{line}", "7")), Some(*route));
        }
        for other in ["/", "/product", "/order/", "/order/file/", "/order/file/7/8", "/orders"] {
            assert_eq!(Route::find(other), None, "{other}");
        }
    }

    #[test]
    fn forms_of_our_templates_lead_to_routes() {
        let texts = crate::templates::FILES.iter().map(|(_, text)| *text);
        let forms = texts.flat_map(|text| text.split("action=\"{{ to(\"").skip(1));
        let paths: Vec<&str> = forms.map(|form| form.split('"').next().unwrap()).collect();
        assert!(paths.contains(&"/cart/change"), "{paths:?}");
        for path in paths {
            assert!(Route::find(path).is_some(), "a form leads to {path}");
        }
    }

    #[test]
    fn paths_in_the_document_for_sellers_are_routes() {
        let document = include_str!("../../../docs/theming.md");
        let spans = document.split('`').skip(1).step_by(2);
        let paths: Vec<&str> = spans.filter(|span| span.starts_with('/')).collect();
        assert!(paths.contains(&"/cart/change"), "{paths:?}");
        for path in paths {
            assert!(Route::find(path).is_some(), "docs/theming.md names {path}");
        }
    }

    #[test]
    fn answers_for_one_visitor_are_not_shared() {
        for private in ["/cart", "/checkout", "/order", "/order/receipt.txt", "/order/file/0"] {
            assert!(!is_shared(private), "{private}");
        }
        for shared in ["/", "/product/tee", "/pgp.txt", "/order/enter", "/order/forgotten"] {
            assert!(is_shared(shared), "{shared}");
        }
    }
}
