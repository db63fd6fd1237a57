//! The sentences of a statement.

use super::{Spell, Statement};

pub(super) fn rules(statement: &Statement, spell: Spell) -> Vec<String> {
    vec![spell(statement.vault)]
}
