//! Lines of the things in a JSON text, and names that are given twice.
//! A parser keeps the last of these and says neither.
//!
//! The text has been read as JSON before; of one that is not, nothing is promised but an end.

use crate::catalog::CatalogError;
use std::collections::{HashMap, HashSet};

/// The lines of a text, and its names that are given twice in one object.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Lines by path, as `products.mug.variants[0].price`; the first line of a name given twice.
    lines: Option<HashMap<String, usize>>,
    twice: Vec<Twice>,
}

/// A name that one object has twice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Twice {
    pub(super) path: String,
    pub(super) line: usize,
    /// True if it is one of the products.
    pub(super) product: bool,
}

/// Object or list that the scan is inside of, and the length of the path outside.
enum Inside {
    Object { names: HashSet<String>, path: usize },
    List { at: usize, path: usize },
}

impl Outline {
    /// Scans for lines and for names given twice.
    /// A long catalogue's lines take as much room as its products: they are for when there is
    /// something to say.
    pub(super) fn of(json: &str) -> Self {
        Self::scan(json, Self { lines: Some(HashMap::new()), twice: Vec::new() })
    }

    /// Returns the names given twice, and keeps no lines.
    pub(super) fn twice(json: &str) -> Vec<Twice> {
        Self::scan(json, Self::default()).twice
    }

    fn scan(json: &str, mut outline: Self) -> Self {
        let mut path = String::new();
        let mut stack = Vec::new();
        let mut line = 1;
        let mut named = false;
        let mut rest = json.chars();
        while let Some(c) = rest.next() {
            match c {
                '\n' => line += 1,
                '{' | '[' => {
                    outline.entry(&mut path, &stack, line);
                    let names = HashSet::new();
                    let path = path.len();
                    stack.push(match c {
                        '{' => Inside::Object { names, path },
                        _ => Inside::List { at: 0, path },
                    });
                    named = c == '{';
                }
                '}' | ']' => {
                    stack.pop();
                }
                ',' => {
                    if let Some(Inside::List { at, .. }) = stack.last_mut() {
                        *at += 1;
                    }
                    named = matches!(stack.last(), Some(Inside::Object { .. }));
                }
                '"' => {
                    let text = string(&mut rest);
                    if named {
                        outline.name(&mut path, &mut stack, text, line);
                        named = false;
                    }
                }
                _ => {}
            }
        }
        outline
    }

    /// Enters an entry of a list. It has no name and is found by its place.
    fn entry(&mut self, path: &mut String, stack: &[Inside], line: usize) {
        if let Some(Inside::List { at, path: outside }) = stack.last() {
            path.truncate(*outside);
            path.push_str(&format!("[{at}]"));
            self.keep(path, line);
        }
    }

    fn name(&mut self, path: &mut String, stack: &mut [Inside], name: String, line: usize) {
        let depth = stack.len();
        let Some(Inside::Object { names, path: outside }) = stack.last_mut() else { return };
        path.truncate(*outside);
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&name);
        if names.insert(name) {
            self.keep(path, line);
        } else {
            let product = depth == 2 && path.starts_with("products.");
            self.twice.push(Twice { path: path.clone(), line, product });
        }
    }

    fn keep(&mut self, path: &str, line: usize) {
        if let Some(lines) = &mut self.lines {
            lines.entry(path.to_owned()).or_insert(line);
        }
    }

    /// Adds the line of its field, or else of what it is about, to an error.
    pub(super) fn place(&self, mut error: CatalogError, path: &str) -> CatalogError {
        if let CatalogError::Product { field, line, .. } = &mut error {
            *line = self.line(&format!("{path}.{field}"));
        }
        error
    }

    /// Returns the line of the innermost thing on this path that is there.
    /// A whole section is no answer.
    pub(super) fn line(&self, path: &str) -> Option<usize> {
        let lines = self.lines.as_ref()?;
        let mut part = path;
        loop {
            if let Some(line) = lines.get(part) {
                return (part == path || part.contains(['.', '['])).then_some(*line);
            }
            part = part.get(..part.rfind(['.', '['])?)?;
        }
    }
}

/// Returns the rest of a string, as it is written, up to its closing quote.
fn string(rest: &mut std::str::Chars<'_>) -> String {
    let mut text = String::new();
    while let Some(c) = rest.next() {
        match c {
            '"' => break,
            '\\' => text.extend([Some(c), rest.next()].into_iter().flatten()),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "{\n \"products\": {\n  \"a\": { \"name\": \"A, \\\"b\\\": {\",\n   \"prices\": [\n    { \"price\": 1 },\n    \
        { \"price\": 2 }\n   ] },\n  \"b\": {},\n  \"a\": { \"price\": 1 }\n },\n \"list\": [[1, 2],\n  [3]] }";

    #[test]
    fn everything_has_its_line() {
        let outline = Outline::of(TEXT);
        for (path, line) in [
            ("products.a", 3),
            ("products.a.name", 3),
            ("products.a.prices", 4),
            ("products.a.prices[1].price", 6),
            ("products.a.prices[1].wallet", 6),
            ("products.b.nothing", 8),
            ("list[1]", 12),
        ] {
            assert_eq!(outline.line(path), Some(line), "{path}");
        }
        assert_eq!(outline.line("products"), Some(2));
        assert_eq!(outline.line("products.gone.name"), None);
        assert_eq!(outline.line("nothing"), None);
    }

    #[test]
    fn a_name_given_twice_is_found() {
        let path = "products.a".to_owned();
        assert_eq!(Outline::twice(TEXT), [Twice { path, line: 9, product: true }]);
        assert_eq!(Outline::twice("{\"a\":{\"x\":1},\"b\":{\"x\":1}}"), []);
        for broken in ["", "{", "\"", "{\"a", "]]", "{\"a\":\\"] {
            Outline::of(broken);
        }
    }
}
