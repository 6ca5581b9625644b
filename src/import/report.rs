//! What an import did, row by row where it matters.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use serde::Serialize;

/// Something to know about a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Number of the row, from 1, header excluded.
    pub row: usize,
    /// Header of the column.
    pub column: String,
    /// The cell, verbatim; of a very long one a report tells the beginning.
    pub cell: String,
    /// Which rule remarked it.
    pub rule: &'static str,
    /// What it says.
    pub message: String,
}

impl Remark {
    /// The same with no more of the cell than a report tells.
    fn shortened(mut self) -> Self {
        if self.cell.len() > MAX_REPORTED_CHARS {
            let end = (0..=MAX_REPORTED_CHARS).rev().find(|end| self.cell.is_char_boundary(*end)).unwrap_or_default();
            self.cell.truncate(end);
            self.cell.push('…');
        }
        self
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, column, cell, rule, message } = self;
        write!(formatter, "row {row}, {} `{}`: {} ({rule})", one_line(column), one_line(cell), one_line(message))
    }
}

/// A text as it is printed: on one line, not too long, and without characters that would steer a terminal.
pub fn one_line(text: &str) -> String {
    const MAX_CHARS: usize = 200;
    let shown = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.into() }
    };
    let mut line: String = text.chars().take(MAX_CHARS).map(shown).collect();
    if text.chars().nth(MAX_CHARS).is_some() {
        line.push('…');
    }
    line
}

/// Remarks, and rejections, that a report tells one by one; all of them stand in the file of `--report`.
pub const MAX_REPORTED: usize = 1000;
/// Lines of a report on a terminal, of remarks and of rejections each.
const MAX_PRINTED: usize = 20;
/// Most bytes of a cell that a report tells; it stands in memory and in the database.
const MAX_REPORTED_CHARS: usize = 2000;
/// Most new names of a kind that a report tells.
const MAX_NAMES: usize = 100_000;

/// What an import did. `rows_read` = `created` + `updated` + `unchanged` + `rejected`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Report {
    /// The source that the file was imported as.
    pub source: String,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// Whether this only says what an import would do.
    pub dry_run: bool,
    /// Rows of the table, the header and blank rows excluded.
    pub rows_read: usize,
    /// Rows that made a new case.
    pub created: usize,
    /// Rows that changed a case.
    pub updated: usize,
    /// Rows that were there already as they are.
    pub unchanged: usize,
    /// Rows that were not imported.
    pub rejected: usize,
    /// Cases that the file no longer has, and that were taken out.
    pub retired: usize,
    /// Number of remarks on rows that were imported.
    pub remarked: usize,
    /// Remarks and rejections by rule.
    pub by_rule: BTreeMap<&'static str, usize>,
    /// Why rows were rejected, the first thousand.
    pub rejections: Vec<Remark>,
    /// What was not understood in rows that were imported, the first thousand.
    pub remarks: Vec<Remark>,
    /// Of how many imported rows each field is known.
    pub coverage: BTreeMap<&'static str, usize>,
    /// Companies that were not known, by the name they were given.
    pub new_companies: Vec<String>,
    /// Roles that were not known, by the name they were given.
    pub new_roles: Vec<String>,
    /// Majors that nobody knows, the first thousand; they stay unknown.
    pub unknown_majors: Vec<String>,
    /// The same, to be looked up: there may be a remark for each of millions of rows.
    #[serde(skip)]
    told_majors: HashSet<String>,
    /// Columns that nothing takes; their cells stay in the raw rows.
    pub untaken_columns: Vec<String>,
    /// How the file was read.
    pub notes: Vec<String>,
}

impl Report {
    /// An empty report on a file that is imported as a source.
    pub fn on(source: &str, file_name: &str) -> Self {
        Self { source: source.to_owned(), file_name: file_name.to_owned(), ..Self::default() }
    }

    /// Adds the reason for which a row was rejected.
    pub fn reject(&mut self, reason: Remark) {
        self.rejected += 1;
        *self.by_rule.entry(reason.rule).or_default() += 1;
        if self.rejections.len() < MAX_REPORTED {
            self.rejections.push(reason.shortened());
        }
    }

    /// Adds a remark on a row that is imported.
    pub fn remark(&mut self, remark: Remark) {
        self.remarked += 1;
        *self.by_rule.entry(remark.rule).or_default() += 1;
        let has_room = remark.rule == "major" && self.unknown_majors.len() < MAX_REPORTED;
        if has_room && self.told_majors.insert(one_line(&remark.cell)) {
            self.unknown_majors.push(one_line(&remark.cell));
        }
        if self.remarks.len() < MAX_REPORTED {
            self.remarks.push(remark.shortened());
        }
    }

    /// Takes in the names of companies and roles that were made; of very many the first.
    pub fn name_new(&mut self, mut companies: Vec<String>, mut roles: Vec<String>) {
        for (names, what) in [(&mut companies, "companies"), (&mut roles, "roles")] {
            if names.len() > MAX_NAMES {
                self.notes.push(format!("of {} new {what} the first {MAX_NAMES} are named", names.len()));
                names.truncate(MAX_NAMES);
            }
        }
        (self.new_companies, self.new_roles) = (companies, roles);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}{} as {}: {} rows read, {} created, {} updated, {} unchanged, {} rejected, {} retired",
            if self.dry_run { "would be: " } else { "" },
            self.file_name,
            self.source,
            self.rows_read,
            self.created,
            self.updated,
            self.unchanged,
            self.rejected,
            self.retired
        )?;
        for (what, lines, all) in
            [("rejected", &self.rejections, self.rejected), ("remark", &self.remarks, self.remarked)]
        {
            for line in lines.iter().take(MAX_PRINTED) {
                write!(formatter, "\n  {what}: {line}")?;
            }
            if all > MAX_PRINTED.min(lines.len()) {
                write!(
                    formatter,
                    "\n  {what}: {} more; --report FILE has them all",
                    all - MAX_PRINTED.min(lines.len())
                )?;
            }
        }
        if self.rows_read > self.rejected {
            let imported = self.rows_read - self.rejected;
            let share = |(field, rows): (&&str, &usize)| format!("{field} {} %", 100 * rows / imported);
            let coverage: Vec<String> = self.coverage.iter().map(share).collect();
            write!(formatter, "\n  known of the imported rows: {}", coverage.join(", "))?;
        }
        for (what, names) in [
            ("new companies", &self.new_companies),
            ("new roles", &self.new_roles),
            ("majors that nobody knows", &self.unknown_majors),
            ("columns that nothing takes", &self.untaken_columns),
            ("how it was read", &self.notes),
        ] {
            if !names.is_empty() {
                let more = names.len().saturating_sub(MAX_PRINTED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let shown: Vec<&str> = names.iter().take(MAX_PRINTED).map(String::as_str).collect();
                write!(formatter, "\n  {what}: {}{more}", shown.join(", "))?;
            }
        }
        Ok(())
    }
}
