//! Limit on what a seller's template may do.
//!
//! A loop, a macro, a block and a template each count a step whenever they begin; a step costs as much
//! as its template is long, because between two steps no more than that is written out. So neither time
//! nor memory can run away, whatever goes round.

use minijinja::{Error, ErrorKind, Value};
use std::cell::Cell;

/// The function that counts, in templates.
pub(crate) const NAME: &str = "one_step";
/// Greatest cost of one page. The largest of ours cost a hundredth of it.
const MOST: u64 = 32 * 1024 * 1024;
/// Cost of a step in addition to the length.
const LEAST: u64 = 256;

thread_local! {
    /// Cost left for the page: pages are rendered in one go, on one thread.
    static LEFT: Cell<u64> = const { Cell::new(0) };
}

/// Returns the cost of one step of a template of this length.
pub(crate) const fn cost(length: usize) -> u64 {
    length as u64 + LEAST
}

/// Begins a page.
pub(crate) fn begin() {
    LEFT.set(MOST);
}

/// Gives templates the function, and takes the one that makes long lists of nothing.
pub(crate) fn install(all: &mut minijinja::Environment<'static>) {
    let refuse = |what: &'static str| Error::new(ErrorKind::InvalidOperation, what);
    all.add_function(NAME, move |cost: u64| match LEFT.get().checked_sub(cost) {
        Some(left) => {
            LEFT.set(left);
            Ok(Value::from(()))
        }
        None => Err(refuse("it loops too often")),
    });
    all.add_function("range", move |_: minijinja::value::Rest<Value>| {
        Err::<Value, _>(refuse("range() is not available in pages"))
    });
    all.set_recursion_limit(200);
}
