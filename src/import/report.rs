//! What an import did, row by row where it matters.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// Something to know about a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// Number of the row, from 1, header excluded.
    pub row: usize,
    /// Header of the column.
    pub column: String,
    /// The cell, verbatim.
    pub cell: String,
    /// Which rule remarked it.
    pub rule: &'static str,
    /// What it says.
    pub message: String,
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "row {}, {} `{}`: {} ({})", self.row, self.column, self.cell, self.message, self.rule)
    }
}

/// Remarks, and rejections, that a report tells one by one; all of them stand in the file of `--report`.
pub const MOST_TOLD: usize = 1000;
/// Lines of a report on a terminal, of remarks and of rejections each.
const MOST_PRINTED: usize = 20;

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
    /// Majors that nobody knows; they stay unknown.
    pub unknown_majors: Vec<String>,
    /// Columns that nothing takes; their cells stay in the raw rows.
    pub untaken_columns: Vec<String>,
    /// How the file was read.
    pub notes: Vec<String>,
}

impl Report {
    /// Adds the reason for which a row was rejected.
    pub fn reject(&mut self, reason: Remark) {
        self.rejected += 1;
        *self.by_rule.entry(reason.rule).or_default() += 1;
        if self.rejections.len() < MOST_TOLD {
            self.rejections.push(reason);
        }
    }

    /// Adds a remark on a row that is imported.
    pub fn remark(&mut self, remark: Remark) {
        self.remarked += 1;
        *self.by_rule.entry(remark.rule).or_default() += 1;
        let is_new = remark.rule == "major" && !self.unknown_majors.contains(&remark.cell);
        if is_new && self.unknown_majors.len() < MOST_TOLD {
            self.unknown_majors.push(remark.cell.clone());
        }
        if self.remarks.len() < MOST_TOLD {
            self.remarks.push(remark);
        }
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
            for line in lines.iter().take(MOST_PRINTED) {
                write!(formatter, "\n  {what}: {line}")?;
            }
            if all > MOST_PRINTED.min(lines.len()) {
                write!(
                    formatter,
                    "\n  {what}: {} more; --report FILE has them all",
                    all - MOST_PRINTED.min(lines.len())
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
                let more = names.len().saturating_sub(MOST_PRINTED);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                let shown: Vec<&str> = names.iter().take(MOST_PRINTED).map(String::as_str).collect();
                write!(formatter, "\n  {what}: {}{more}", shown.join(", "))?;
            }
        }
        Ok(())
    }
}
