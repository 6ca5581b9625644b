//! What loading the seed has changed, file by file.

use std::collections::BTreeMap;
use std::fmt;

use diesel::QueryableByName;
use diesel::sql_types::Text;

/// Most changes of a kind that are logged by name; more of them are a first load.
const MAX_NAMED: usize = 20;

/// One change.
#[derive(Debug, QueryableByName)]
pub(super) struct Change {
    /// What was done.
    #[diesel(sql_type = Text)]
    pub what: String,
    /// With what.
    #[diesel(sql_type = Text)]
    pub name: String,
}

/// All changes that a file has brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChanges {
    /// Path of the file below the folder of the seed.
    pub file: String,
    /// Names by what was done with them: added, changed, removed, and so on.
    pub names: BTreeMap<String, Vec<String>>,
}

impl FileChanges {
    pub(super) fn of(file: &str) -> Self {
        Self { file: file.to_owned(), names: BTreeMap::new() }
    }

    pub(super) fn extend(&mut self, changes: Vec<Change>) {
        for Change { what, name } in changes {
            self.names.entry(what).or_default().push(name);
        }
    }

    /// Takes in other changes of the file.
    pub(super) fn extend_with(&mut self, other: Self) {
        for (what, names) in other.names {
            self.names.entry(what).or_default().extend(names);
        }
    }

    /// Number of rows that were written or removed.
    pub fn count(&self) -> usize {
        self.names.iter().filter(|(what, _)| *what != KEPT).map(|(_, names)| names.len()).sum()
    }
}

/// What is no longer in a file, and stays.
pub(super) const KEPT: &str = "no longer in the file, kept because cases or other rows point at it";

impl fmt::Display for FileChanges {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:", self.file)?;
        for (place, (what, names)) in self.names.iter().enumerate() {
            let end = if place == 0 { "" } else { ";" };
            write!(formatter, "{end} {} {what}", names.len())?;
            if names.len() <= MAX_NAMED {
                write!(formatter, " ({})", names.join(", "))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_told_by_name_unless_they_are_many() {
        let change = |what: &str, name: &str| Change { what: what.to_owned(), name: name.to_owned() };
        let mut changes = FileChanges::of("companies.csv");
        assert!(changes.names.is_empty());
        changes.extend(vec![change("added", "a"), change("changed", "b")]);
        changes.extend(vec![change(KEPT, "c")]);
        assert_eq!(changes.count(), 2, "what is kept is no change");
        changes.names.remove(KEPT);
        assert_eq!(changes.to_string(), "companies.csv: 1 added (a); 1 changed (b)");
        let mut many = FileChanges::of("roles.csv");
        many.extend((0..21).map(|number| change("removed", &number.to_string())).collect());
        assert_eq!(many.to_string(), "roles.csv: 21 removed");
    }
}
