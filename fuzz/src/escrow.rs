//! Escrow statements, as buyers paste them and shops write them.

use shop_chain::ethereum::escrow::{checksum, recompute};
use shop_core::{
    escrow::{Policy, Statement, verdict, warnings},
    time::UnixTime,
};

/// Takes any bytes for a statement, as text or in short form.
/// One that can be read is written again and reads as the same, and whatever its values are, it can be
/// checked.
pub fn statement(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(parsed) = Statement::parse_any(&text) else { return };
    let statement = &parsed.statement;
    let written = statement.to_text(checksum);
    let again = Statement::parse(&written).expect("a text of ours");
    assert!(again.statement == *statement, "the text reads as another statement");
    assert!(!again.has_other_sentences, "our own sentences are others");
    let short = Statement::parse_short(&statement.short()).expect("a short form of ours");
    assert!(short.statement == statement.part_1(), "the short form reads as another statement");
    let found = warnings(&parsed, &recompute(statement), &Policy::new(UnixTime(1_800_000_000)));
    let _ = verdict(&found);
}
