//! Findings of `check`: printed line by line, or as JSON at the end.

use crate::{error::CliError, terminal};
use serde_json::{Value, json};
use std::path::Path;

/// Indentation of the lines that say what is wrong and what to do about it.
const INDENT: &str = "                    ";

/// A finding: the thing that was checked, and the result in words.
pub(super) type Found = (&'static str, Result<String, CliError>);

/// Findings of a check.
pub(super) struct Report {
    /// The findings for programs; none where each is printed at once.
    json: Option<Value>,
    errors: usize,
}

impl Report {
    pub(super) fn new(json: bool) -> Self {
        let empty = || json!({ "version": 1, "found": [], "warnings": [], "to_do": [] });
        Self { json: json.then(empty), errors: 0 }
    }

    /// Returns the number of errors.
    pub(super) const fn errors(&self) -> usize {
        self.errors
    }

    /// Tells which shop it is about.
    pub(super) fn name(&mut self, name: &str, folder: &Path) {
        match &mut self.json {
            Some(json) => json["name"] = name.into(),
            None => terminal::line(format!("{name} in {}", folder.display())),
        }
    }

    /// Tells what was found of a thing.
    pub(super) fn tell(&mut self, (what, found): Found) {
        self.errors += usize::from(found.is_err());
        if self.json.is_some() {
            let finding = match &found {
                Ok(fact) => json!({ "subject": what, "ok": true, "text": fact, "hint": null }),
                Err(error) => json!({
                    "subject": what,
                    "ok": false,
                    "text": error.what(),
                    "hint": error.hint_text(),
                }),
            };
            return self.push("found", finding);
        }
        match found {
            Ok(fact) => terminal::line(format!("  ok     {what:<10} {fact}")),
            Err(error) => {
                let said = error.what().replace('\n', &format!("\n{INDENT}"));
                terminal::line(format!("  ERROR  {what:<10} {said}"));
                if let Some(hint) = error.hint_text() {
                    terminal::line(format!("{INDENT}{hint}"));
                }
            }
        }
    }

    /// Tells what works but is hardly intended.
    pub(super) fn warn(&mut self, text: String) {
        match &self.json {
            Some(_) => self.push("warnings", text.into()),
            None => terminal::line(format!("  warn   {text}")),
        }
    }

    /// Tells what is left to do.
    pub(super) fn add_to_do(&mut self, text: String) {
        match &self.json {
            Some(_) => self.push("to_do", text.into()),
            None => terminal::line(format!("  to do  {text}")),
        }
    }

    /// Prints the JSON, if that is wanted.
    pub(super) fn end(&self) {
        if let Some(json) = &self.json {
            terminal::json(json);
        }
    }

    fn push(&mut self, list: &str, value: Value) {
        if let Some(Value::Array(values)) = self.json.as_mut().and_then(|json| json.get_mut(list)) {
            values.push(value);
        }
    }
}
