//! `RECORDS.md` and the schema say the same.

use super::*;
use std::collections::BTreeSet;

const RECORDS: &str = include_str!("../../../../../RECORDS.md");

#[tokio::test]
async fn records_md_lists_every_column_there_is_and_none_that_is_not() {
    let columns = |conn: &Connection| {
        let mut query = conn.prepare(
            "select tables.name, columns.name
             from sqlite_schema as tables, pragma_table_info(tables.name) as columns
             where tables.type = 'table'",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok::<BTreeSet<(String, String)>, DbError>(rows.collect::<Result<_, _>>()?)
    };
    let db = Db::sqlite_in_memory().unwrap();
    let schema = db.engine().write(columns).await.unwrap();
    let listed = listed();
    let missing: Vec<_> = schema.difference(&listed).collect();
    let made_up: Vec<_> = listed.difference(&schema).collect();
    assert!(missing.is_empty(), "RECORDS.md does not say why these are kept: {missing:?}");
    assert!(made_up.is_empty(), "RECORDS.md lists what is not there: {made_up:?}");
}

/// Returns the columns in the tables under `### Table` headings.
/// Each row begins with the column's name and has no empty cell.
fn listed() -> BTreeSet<(String, String)> {
    let mut table = None;
    let mut columns = BTreeSet::new();
    for line in RECORDS.lines() {
        if line.starts_with('#') {
            table = line.strip_prefix("### Table ").map(|name| name.trim().trim_matches('`'));
        }
        let (Some(table), Some(row)) = (table, line.strip_prefix("| `")) else { continue };
        let cells: Vec<_> = row.trim_end_matches('|').split('|').map(str::trim).collect();
        assert!(cells.len() == 4 && cells.iter().all(|cell| !cell.is_empty()), "{table}: {line}");
        let column = cells[0].trim_end_matches('`');
        assert!(columns.insert((table.to_owned(), column.to_owned())), "{line} is there twice");
    }
    columns
}
