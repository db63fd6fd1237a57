//! The short form of a statement, for a QR code.

use super::{ParsedStatement, Statement, StatementError};

pub(super) fn write(statement: &Statement) -> String {
    statement.id.to_string()
}

pub(super) fn is_short(text: &str) -> bool {
    text.len() < Statement::LONGEST_SHORT && text.starts_with("CRYPTOCART-ESCROW-1:")
}

pub(super) fn parse(text: &str) -> Result<ParsedStatement, StatementError> {
    super::parse::statement(text)
}
