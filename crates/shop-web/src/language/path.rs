//! The language in the path.

use super::{Languages, Reader};
use axum::http::{Request, Uri, uri::PathAndQuery};

/// Takes the language off the path before anything else looks at the request, so that checks,
/// limits and routes know one path for each page. What they find instead is the [`Reader`].
pub(crate) fn find<B>(languages: &Languages, request: &mut Request<B>) {
    let (reader, rest) = read(languages, request.uri().path());
    if !rest.is_empty()
        && let Some(uri) = with_path(request.uri(), rest)
    {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(reader);
}

/// Splits a path into its reader and the path without the language.
/// That rest is empty where the language is the whole.
///
/// The shop's own language has no prefix, so `/en/cart` is no page of a shop in English. `/fr-CA`
/// without a slash stays what it is: whoever typed it is sent on from there.
pub(crate) fn read<'p>(languages: &Languages, path: &'p str) -> (Reader, &'p str) {
    for language in languages.all() {
        let reader = languages.reader(*language);
        if reader.is_own() {
            continue;
        }
        match path.strip_prefix(reader.prefix) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => return (reader, rest),
            _ => {}
        }
    }
    (languages.reader(languages.own()), "")
}

fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let mut parts = uri.clone().into_parts();
    let whole = match uri.query() {
        Some(query) => PathAndQuery::try_from(format!("{path}?{query}")),
        None => PathAndQuery::try_from(path),
    };
    parts.path_and_query = Some(whole.ok()?);
    Uri::from_parts(parts).ok()
}
