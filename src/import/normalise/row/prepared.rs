//! The cells of a row before they are read: without private data, and with what they repeat of the row above.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::super::setting::Setting;
use crate::import::read::header::KEY;
use crate::model::case::Field;
use crate::model::field::Kind;
use crate::privacy::{self, PrivateKind};
use crate::word_tables;

/// In which columns a mark repeats the row above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RepeatedIn {
    /// In those of names.
    Names,
    /// In those of all fields.
    All,
}

/// Marks that stand alone in a cell and repeat the one above.
static REPEATS: LazyLock<HashMap<String, RepeatedIn>> = LazyLock::new(|| {
    let rows: Vec<(String, RepeatedIn)> = word_tables::rows(include_str!("../../../../seed/import/repeats.csv"));
    rows.into_iter().collect()
});

/// Longest of them, in bytes.
const LONGEST_REPEAT: usize = 24;

/// The cells of a row as they may be read and kept.
#[derive(Debug)]
pub(super) struct PreparedRow<'c> {
    /// As they stand in the file, but for private data.
    pub verbatim: Cow<'c, [String]>,
    /// The cells that are read instead of those, by their place.
    read: Vec<(usize, String)>,
    /// The columns whose cells repeat those above.
    repeated: Vec<usize>,
    /// What was masked, by the column.
    pub masked: Vec<(usize, Vec<PrivateKind>)>,
}

impl<'c> PreparedRow<'c> {
    /// Those of a row below `above`, whose cells are replaced by those of this row.
    pub fn of(cells: &'c [String], setting: &Setting<'_>, above: &mut Vec<String>) -> Self {
        let mut row =
            Self { verbatim: Cow::Borrowed(cells), read: Vec::new(), repeated: Vec::new(), masked: Vec::new() };
        row.mask(setting);
        row.repeat(setting, above);
        row
    }

    fn mask(&mut self, setting: &Setting<'_>) {
        let private = &setting.columns.private;
        for place in 0..self.verbatim.len() {
            if private.leaves_out(place) {
                self.verbatim.to_mut()[place].clear();
            } else if private.masks(place)
                && let (Cow::Owned(text), kinds) = privacy::masked(&self.verbatim[place])
            {
                self.verbatim.to_mut()[place] = text;
                self.masked.push((place, kinds));
                // A key that was masked tells no rows apart.
                if setting.columns.place(KEY) == Some(place) {
                    self.read.push((place, String::new()));
                }
            }
        }
    }

    fn repeat(&mut self, setting: &Setting<'_>, above: &mut Vec<String>) {
        above.resize(setting.header.len(), String::new());
        for (column, place) in setting.columns.places() {
            let Some(cell) = self.verbatim.get(place) else { continue };
            if repeats(cell, column) {
                self.repeated.push(place);
                self.read.push((place, above[place].clone()));
            } else {
                above[place].clone_from(cell);
            }
        }
    }

    /// The cells that are read.
    pub fn readable(&self) -> Cow<'_, [String]> {
        if self.read.is_empty() {
            return Cow::Borrowed(&self.verbatim);
        }
        let mut cells = self.verbatim.to_vec();
        for (place, cell) in &self.read {
            cells[*place].clone_from(cell);
        }
        Cow::Owned(cells)
    }

    /// Whether nothing private was taken out: rows that differ in that alone may be of different persons.
    pub fn is_whole(&self) -> bool {
        matches!(self.verbatim, Cow::Borrowed(_))
    }

    /// Whether the cell of a column repeats the one above.
    pub fn is_repeated(&self, place: Option<usize>) -> bool {
        place.is_some_and(|place| self.repeated.contains(&place))
    }
}

/// Whether a cell of a column is a mark that repeats the one above.
fn repeats(cell: &str, column: Field) -> bool {
    let around =
        |character: char| character.is_whitespace() || matches!(character, '(' | ')' | '（' | '）' | '\u{fe0f}');
    let mark = cell.trim_matches(around);
    if mark.is_empty() || mark.len() > LONGEST_REPEAT || [KEY, Field::Summary].contains(&column) {
        return false;
    }
    let found = REPEATS.get(mark).or_else(|| {
        let has_capitals = mark.bytes().any(|byte| byte.is_ascii_uppercase());
        has_capitals.then(|| REPEATS.get(&mark.to_ascii_lowercase())).flatten()
    });
    match found {
        None => false,
        Some(RepeatedIn::All) => true,
        Some(RepeatedIn::Names) => matches!(column.kind(), Kind::Reference(_)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::read::header::PAY;

    #[test]
    fn a_mark_repeats_what_stands_above_where_it_means_that() {
        for (cell, column, expected) in [
            ("同上", Field::Company, true),
            (" 同上 ", PAY, true),
            ("〃", Field::City, true),
            ("Ditto", Field::Role, true),
            ("（同上）", Field::Role, true),
            ("⬆️", Field::Company, true),
            ("Same as above", Field::OfferedOn, true),
            ("↳", Field::Company, true),
            ("\"", Field::Company, true),
            ("↑", Field::Company, true),
            ("↑", PAY, false),
            ("\"", PAY, false),
            ("同上", Field::Summary, false),
            ("同上", KEY, false),
            ("同程", Field::Company, false),
            ("同上海", Field::City, false),
            ("-", Field::Company, false),
            ("", Field::Company, false),
        ] {
            assert_eq!(repeats(cell, column), expected, "{cell} in {column:?}");
        }
    }
}
