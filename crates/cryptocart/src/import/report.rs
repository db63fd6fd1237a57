//! Report of an import, line by line.

use std::fmt::Write;

/// Lines under four headings. Never a value of a setting, only its name.
#[derive(Debug, Default)]
pub(crate) struct Report {
    taken: Vec<(String, String)>,
    converted: Vec<(String, String)>,
    left: Vec<(String, String)>,
    made: Vec<(String, String)>,
}

impl Report {
    /// Records something that was copied as it was.
    pub(crate) fn taken(&mut self, what: &str, why: &str) {
        self.taken.push((what.into(), why.into()));
    }

    /// Records something that was changed on the way.
    pub(crate) fn converted(&mut self, what: &str, why: &str) {
        self.converted.push((what.into(), why.into()));
    }

    /// Records something that was left behind.
    pub(crate) fn left(&mut self, what: &str, why: &str) {
        self.left.push((what.into(), why.into()));
    }

    /// Records something new.
    pub(crate) fn made(&mut self, what: &str, why: &str) {
        self.made.push((what.into(), why.into()));
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sections = [
            ("Imported", &self.taken),
            ("Converted", &self.converted),
            ("Skipped", &self.left),
            ("Created", &self.made),
        ];
        let all = sections.iter().flat_map(|(_, lines)| lines.iter());
        let width = all.map(|(what, _)| what.len()).max().unwrap_or(0);
        let mut text = String::new();
        for (heading, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
            writeln!(text, "{heading}")?;
            for (what, why) in *lines {
                writeln!(text, "  {what:width$}  {why}")?;
            }
        }
        f.write_str(text.trim_end())
    }
}
