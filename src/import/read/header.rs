//! What the columns of a table mean, told by their headers in Chinese or English: each says a field of the case, and
//! some say others with it.

use super::ReadError;
use super::names::{COLUMNS, Match, meaning};
use super::private_columns::PrivateColumns;
use super::rows::shortened;
use crate::model::case::Field;
use crate::text::name_key;

/// The column of school tier and degree in one label.
pub const EDUCATION: Field = Field::HighestDegree;
/// The column of what is paid, as text.
pub const PAY: Field = Field::PayAnnual;
/// The column of what identifies the row.
pub const KEY: Field = Field::SourceKey;

/// Columns that are not called as the field that they say at least: they say several, or say it in words.
const COLUMN_NAMES: &[(Field, &str)] = &[
    (EDUCATION, "education"),
    (PAY, "pay"),
    (KEY, "key"),
    (Field::OfferedOn, "date"),
    (Field::PreparationDays, "preparation"),
];

/// What the column of a field is called where a reader of a file names it, as in `--map 谁=company`.
pub fn column_name(column: Field) -> &'static str {
    COLUMN_NAMES.iter().find(|(other, _)| *other == column).map_or(column.name(), |(_, name)| name)
}

/// What it is called in messages.
pub fn spoken(column: Field) -> String {
    column_name(column).replace('_', " ")
}

/// The column of this name.
///
/// # Errors
/// Where no column is called so.
pub fn column_named(name: &str) -> Result<Field, ReadError> {
    let found = columns().find(|column| name_key(column_name(*column)) == name_key(name));
    found.ok_or_else(|| {
        let known = columns().map(column_name).collect::<Vec<_>>().join(", ");
        ReadError::UnknownField(name.to_owned(), known)
    })
}

/// Every column that a table may have: the fields that have headers.
pub fn columns() -> impl Iterator<Item = Field> {
    COLUMNS.iter().copied()
}

/// Where in a table each kind of cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(Field, usize)>,
    headers: Vec<String>,
    /// Headers that nothing takes; their cells stay in the raw row.
    pub untaken: Vec<String>,
    /// Those of private data.
    pub private: PrivateColumns,
}

impl Columns {
    /// Finds the columns of a header row. What `map` says of a header goes before what its name
    /// says; a bare name goes before one with something around it.
    ///
    /// # Errors
    /// Where company or role is missing, two columns mean the same, or a header of `map` is not
    /// there.
    pub fn of(header: &[String], map: &[(String, Field)]) -> Result<Self, ReadError> {
        check_map(header, map)?;
        let meanings: Vec<_> = header.iter().map(|cell| meaning_with(cell, map)).collect();
        let mut places: Vec<(Field, usize)> = Vec::new();
        for column in columns() {
            places.extend(place_of(column, header, &meanings)?.map(|place| (column, place)));
        }
        for needed in [Field::Company, Field::Role] {
            if !places.iter().any(|(column, _)| *column == needed) {
                return Err(missing(needed, header));
            }
        }
        let is_taken = |place: usize| places.iter().any(|(_, taken)| *taken == place);
        let untaken = header.iter().enumerate().filter(|(place, _)| !is_taken(*place));
        let untaken = untaken.map(|(_, header)| header.clone()).collect();
        Ok(Self { untaken, places, headers: header.to_vec(), private: PrivateColumns::default() })
    }

    /// Whether company and role are both among these headers.
    pub(super) fn are_in(header: &[String], map: &[(String, Field)]) -> bool {
        let has =
            |needed| header.iter().any(|cell| meaning_with(cell, map).is_some_and(|(column, _)| column == needed));
        has(Field::Company) && has(Field::Role)
    }

    /// The cell of this kind in a row; `None` where the column is missing or the cell is empty.
    pub fn cell<'a>(&self, row: &'a [String], column: Field) -> Option<&'a str> {
        row.get(self.place(column)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The header of this kind, as it stands in the file, with the unit that may stand in it.
    pub fn title(&self, column: Field) -> &str {
        self.place(column).and_then(|place| self.headers.get(place)).map_or("", String::as_str)
    }

    /// The columns that fields are read of, each with its place in the table.
    pub fn places(&self) -> impl Iterator<Item = (Field, usize)> {
        self.places.iter().copied()
    }

    /// Whether no field is read of this column of the table.
    pub fn is_untaken(&self, place: usize) -> bool {
        self.places.iter().all(|(_, taken)| *taken != place)
    }

    /// Leaves columns out as private data, which say no key either. Their headers.
    pub(super) fn leave_out(&mut self, private: PrivateColumns) -> Vec<String> {
        self.private = private;
        let left_out = |place: &usize| self.private.leaves_out(*place);
        self.places.retain(|(_, place)| !left_out(place));
        let names: Vec<String> =
            (0..self.headers.len()).filter(left_out).map(|place| self.headers[place].clone()).collect();
        self.untaken.retain(|header| !names.contains(header));
        names
    }

    /// Which column of the table is of this kind, from 0.
    pub fn place(&self, column: Field) -> Option<usize> {
        self.places.iter().find(|(other, _)| *other == column).map(|(_, place)| *place)
    }
}

/// The error of a table without a column that every case needs.
fn missing(column: Field, header: &[String]) -> ReadError {
    const MAX_SHOWN: usize = 20;
    const MAX_CHARS: usize = 30;
    let mut seen: Vec<String> = header.iter().take(MAX_SHOWN).map(|cell| shortened(cell, MAX_CHARS)).collect();
    if header.len() > MAX_SHOWN {
        seen.push(format!("and {} more", header.len() - MAX_SHOWN));
    }
    ReadError::MissingColumn(spoken(column), seen.join(", "))
}

fn meaning_with(header: &str, map: &[(String, Field)]) -> Option<(Field, Match)> {
    let key = name_key(header);
    let mapped = map.iter().find(|(name, _)| name_key(name) == key);
    mapped.map(|(_, column)| (*column, Match::Mapped)).or_else(|| meaning(header))
}

/// The columns that a label in a text may mean: those of the header of just that name.
pub fn labelled_columns(label: &str) -> Vec<Field> {
    match meaning(label) {
        // A city, or what is paid without what comes on top.
        Some((Field::City, Match::Exact)) if name_key(label) == "base" => vec![Field::City, PAY],
        Some((column, Match::Exact)) => vec![column],
        _ => Vec::new(),
    }
}

fn check_map(header: &[String], map: &[(String, Field)]) -> Result<(), ReadError> {
    let is_there = |name: &str| header.iter().any(|cell| name_key(cell) == name_key(name));
    match map.iter().find(|(name, _)| !is_there(name)) {
        Some((name, _)) => Err(ReadError::MapMissing(name.clone(), header.join(", "))),
        None => Ok(()),
    }
}

/// Which of the headers that mean a column is taken: the surest.
fn place_of(column: Field, header: &[String], meanings: &[Option<(Field, Match)>]) -> Result<Option<usize>, ReadError> {
    let of_column = |(place, meaning): (usize, &Option<(Field, Match)>)| {
        meaning.filter(|(other, _)| *other == column).map(|(_, certainty)| (certainty, place))
    };
    let found: Vec<(Match, usize)> = meanings.iter().enumerate().filter_map(of_column).collect();
    let Some(surest) = found.iter().map(|(certainty, _)| *certainty).max() else { return Ok(None) };
    let mut best = found.iter().filter(|(certainty, _)| *certainty == surest).map(|(_, place)| *place);
    match (best.next(), best.next()) {
        // A table may have several columns of words about the case, of which the first is taken.
        (Some(first), Some(second)) if column != Field::Summary => {
            Err(ReadError::ColumnTwice(header[first].clone(), header[second].clone(), spoken(column)))
        }
        (first, _) => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_of(header: &[&str], map: &[(&str, Field)]) -> Result<Columns, ReadError> {
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let map: Vec<_> = map.iter().map(|(name, column)| ((*name).to_owned(), *column)).collect();
        Columns::of(&header, &map)
    }

    #[test]
    fn the_surest_column_is_taken_and_the_others_stay_in_the_raw_row() {
        let found = columns_of(&["公司（全称）", "公司", "岗位", "备注", "说明"], &[]).expect("columns");
        assert_eq!((found.place(Field::Company), found.place(Field::Summary)), (Some(1), Some(3)));
        assert_eq!(found.untaken, ["公司（全称）", "说明"]);
        let found =
            columns_of(&["公司（全称）", "公司", "岗位"], &[("公司（全称）", Field::Company)]).expect("columns");
        assert_eq!((found.place(Field::Company), found.title(Field::Company)), (Some(0), "公司（全称）"));
    }

    #[test]
    fn columns_that_cannot_be_told_apart_or_are_missing_are_refused() {
        for (header, map, message) in [
            (&["公司", "企业", "岗位"][..], &[][..], "both mean the company"),
            (&["公司(a)", "公司(b)", "岗位"], &[], "both mean the company"),
            (&["岗位", "x"], &[], "no column for the company"),
            (&["公司", "x"], &[], "--map"),
            (&["公司", "岗位"], &[("谁", KEY)], "`谁`"),
        ] {
            let error = columns_of(header, map).expect_err("refused").to_string();
            assert!(error.contains(message), "{error}");
        }
        let error = column_named("salary").expect_err("unknown").to_string();
        assert!(error.contains("bachelor_school") && error.contains("salary"), "{error}");
        assert_eq!(column_named("Role_Track"), Ok(Field::RoleTrack));
    }
}
