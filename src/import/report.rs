//! What an import did, row by row where it matters.

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

/// What an import did. `rows_read` = `created` + `updated` + `unchanged` + `rejected`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The source that the file was imported as.
    pub source: String,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// Rows of the table, header excluded.
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
    /// Why rows were rejected.
    pub rejections: Vec<Remark>,
    /// What was not understood in rows that were imported.
    pub remarks: Vec<Remark>,
    /// Companies that were not known, by the name they were given.
    pub new_companies: Vec<String>,
    /// Roles that were not known, by the name they were given.
    pub new_roles: Vec<String>,
    /// Columns that nothing takes; their cells stay in the raw rows.
    pub untaken_columns: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} as {}: {} rows read, {} created, {} updated, {} unchanged, {} rejected, {} retired",
            self.file_name,
            self.source,
            self.rows_read,
            self.created,
            self.updated,
            self.unchanged,
            self.rejected,
            self.retired
        )?;
        for (what, lines) in [("rejected", &self.rejections), ("remark", &self.remarks)] {
            for line in lines {
                write!(formatter, "\n  {what}: {line}")?;
            }
        }
        for (what, names) in [
            ("new companies", &self.new_companies),
            ("new roles", &self.new_roles),
            ("columns that nothing takes", &self.untaken_columns),
        ] {
            if !names.is_empty() {
                write!(formatter, "\n  {what}: {}", names.join(", "))?;
            }
        }
        Ok(())
    }
}
