//! The text of a statement.

use super::{Spell, Statement};
use zeroize::Zeroizing;

pub(super) fn statement(statement: &Statement, spell: Spell) -> Zeroizing<String> {
    Zeroizing::new(super::prose::rules(statement, spell).join("\n"))
}
