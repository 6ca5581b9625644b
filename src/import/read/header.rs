//! What the columns of a table mean, told by their headers in Chinese or English.

use super::ReadError;
use super::names::{Match, meaning};
use crate::text::name_key;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Who made the offer.
    Company,
    /// For which post.
    Role,
    /// Which kind of work within the post.
    RoleTrack,
    /// What was studied.
    Major,
    /// School tier and degree in one label.
    Education,
    /// The school of the highest degree.
    School,
    /// The school of the bachelor's degree.
    BachelorSchool,
    /// Where the work is.
    City,
    /// What is paid, as text.
    Pay,
    /// When the offer was made, or the case written down.
    Date,
    /// Campus or experienced hire, internship.
    OfferChannel,
    /// How many interviews there were.
    InterviewRounds,
    /// How long was prepared.
    Preparation,
    /// Labels.
    Tags,
    /// What the source says in words.
    Summary,
    /// What identifies the row.
    Key,
}

impl Column {
    /// Every column.
    pub const ALL: &[Self] = &[
        Self::Company,
        Self::Role,
        Self::RoleTrack,
        Self::Major,
        Self::Education,
        Self::School,
        Self::BachelorSchool,
        Self::City,
        Self::Pay,
        Self::Date,
        Self::OfferChannel,
        Self::InterviewRounds,
        Self::Preparation,
        Self::Tags,
        Self::Summary,
        Self::Key,
    ];

    /// What it is called where a reader of a file names it, as in `--map 谁=company`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Role => "role",
            Self::RoleTrack => "role_track",
            Self::Major => "major",
            Self::Education => "education",
            Self::School => "school",
            Self::BachelorSchool => "bachelor_school",
            Self::City => "city",
            Self::Pay => "pay",
            Self::Date => "date",
            Self::OfferChannel => "offer_channel",
            Self::InterviewRounds => "interview_rounds",
            Self::Preparation => "preparation",
            Self::Tags => "tags",
            Self::Summary => "summary",
            Self::Key => "key",
        }
    }

    /// What it is called in messages.
    pub fn what(self) -> &'static str {
        match self {
            Self::RoleTrack => "role track",
            Self::BachelorSchool => "bachelor school",
            Self::OfferChannel => "offer channel",
            Self::InterviewRounds => "interview rounds",
            other => other.name(),
        }
    }

    /// The column of this [`Self::name`].
    ///
    /// # Errors
    /// Where no column is called so.
    pub fn from_name(name: &str) -> Result<Self, ReadError> {
        let found = Self::ALL.iter().find(|column| name_key(column.name()) == name_key(name));
        found.copied().ok_or_else(|| {
            let known = Self::ALL.iter().map(|column| column.name()).collect::<Vec<_>>().join(", ");
            ReadError::UnknownField(name.to_owned(), known)
        })
    }

    /// Whether a table may have several of it: words about the case, of which the first are taken.
    fn may_repeat(self) -> bool {
        self == Self::Summary
    }
}

/// Where in a table each kind of cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    headers: Vec<String>,
    /// Headers that nothing takes; their cells stay in the raw row.
    pub untaken: Vec<String>,
}

impl Columns {
    /// Finds the columns of a header row. What `map` says of a header goes before what its name
    /// says; a bare name goes before one with something around it.
    ///
    /// # Errors
    /// Where company or role is missing, two columns mean the same, or a header of `map` is not
    /// there.
    pub fn of(header: &[String], map: &[(String, Column)]) -> Result<Self, ReadError> {
        check_map(header, map)?;
        let meanings: Vec<_> = header.iter().map(|cell| meaning_with(cell, map)).collect();
        let mut places: Vec<(Column, usize)> = Vec::new();
        for column in Column::ALL {
            places.extend(place_of(*column, header, &meanings)?.map(|place| (*column, place)));
        }
        for needed in [Column::Company, Column::Role] {
            if !places.iter().any(|(column, _)| *column == needed) {
                return Err(missing(needed, header));
            }
        }
        let is_taken = |place: usize| places.iter().any(|(_, taken)| *taken == place);
        let untaken = header.iter().enumerate().filter(|(place, _)| !is_taken(*place));
        let untaken = untaken.map(|(_, header)| header.clone()).collect();
        Ok(Self { untaken, places, headers: header.to_vec() })
    }

    /// Whether company and role are both among these headers.
    pub(super) fn are_in(header: &[String], map: &[(String, Column)]) -> bool {
        let has =
            |needed| header.iter().any(|cell| meaning_with(cell, map).is_some_and(|(column, _)| column == needed));
        has(Column::Company) && has(Column::Role)
    }

    /// The cell of this kind in a row; `None` where the column is missing or the cell is empty.
    pub fn cell<'a>(&self, row: &'a [String], column: Column) -> Option<&'a str> {
        row.get(self.place(column)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The header of this kind, as it stands in the file, with the unit that may stand in it.
    pub fn title(&self, column: Column) -> &str {
        self.place(column).and_then(|place| self.headers.get(place)).map_or("", String::as_str)
    }

    /// Which column of the table is of this kind, from 0.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.places.iter().find(|(other, _)| *other == column).map(|(_, place)| *place)
    }
}

/// The error of a table without a column that every case needs.
pub(super) fn missing(column: Column, header: &[String]) -> ReadError {
    const MOST: usize = 20;
    const LONGEST: usize = 30;
    let short = |cell: &String| match cell.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.clone(),
    };
    let mut seen: Vec<String> = header.iter().take(MOST).map(short).collect();
    if header.len() > MOST {
        seen.push(format!("and {} more", header.len() - MOST));
    }
    ReadError::MissingColumn(column.what(), seen.join(", "))
}

fn meaning_with(header: &str, map: &[(String, Column)]) -> Option<(Column, Match)> {
    let key = name_key(header);
    let mapped = map.iter().find(|(name, _)| name_key(name) == key);
    mapped.map(|(_, column)| (*column, Match::Mapped)).or_else(|| meaning(header))
}

fn check_map(header: &[String], map: &[(String, Column)]) -> Result<(), ReadError> {
    let is_there = |name: &str| header.iter().any(|cell| name_key(cell) == name_key(name));
    match map.iter().find(|(name, _)| !is_there(name)) {
        Some((name, _)) => Err(ReadError::MapMissing(name.clone(), header.join(", "))),
        None => Ok(()),
    }
}

/// Which of the headers that mean a column is taken: the surest.
fn place_of(
    column: Column,
    header: &[String],
    meanings: &[Option<(Column, Match)>],
) -> Result<Option<usize>, ReadError> {
    let of_column = |(place, meaning): (usize, &Option<(Column, Match)>)| {
        meaning.filter(|(other, _)| *other == column).map(|(_, certainty)| (certainty, place))
    };
    let found: Vec<(Match, usize)> = meanings.iter().enumerate().filter_map(of_column).collect();
    let Some(surest) = found.iter().map(|(certainty, _)| *certainty).max() else { return Ok(None) };
    let mut best = found.iter().filter(|(certainty, _)| *certainty == surest).map(|(_, place)| *place);
    match (best.next(), best.next()) {
        (Some(first), Some(second)) if !column.may_repeat() => {
            Err(ReadError::ColumnTwice(header[first].clone(), header[second].clone(), column.what()))
        }
        (first, _) => Ok(first),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(header: &[&str], map: &[(&str, Column)]) -> Result<Columns, ReadError> {
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let map: Vec<_> = map.iter().map(|(name, column)| ((*name).to_owned(), *column)).collect();
        Columns::of(&header, &map)
    }

    #[test]
    fn the_surest_column_is_taken_and_the_others_stay_in_the_raw_row() {
        let found = columns(&["公司（全称）", "公司", "岗位", "备注", "说明"], &[]).expect("columns");
        assert_eq!((found.place(Column::Company), found.place(Column::Summary)), (Some(1), Some(3)));
        assert_eq!(found.untaken, ["公司（全称）", "说明"]);
        let found = columns(&["公司（全称）", "公司", "岗位"], &[("公司（全称）", Column::Company)]).expect("columns");
        assert_eq!((found.place(Column::Company), found.title(Column::Company)), (Some(0), "公司（全称）"));
    }

    #[test]
    fn columns_that_cannot_be_told_apart_or_are_missing_are_refused() {
        for (header, map, message) in [
            (&["公司", "企业", "岗位"][..], &[][..], "both mean the company"),
            (&["公司(a)", "公司(b)", "岗位"], &[], "both mean the company"),
            (&["岗位", "x"], &[], "no column for the company"),
            (&["公司", "x"], &[], "--map"),
            (&["公司", "岗位"], &[("谁", Column::Key)], "`谁`"),
        ] {
            let error = columns(header, map).expect_err("refused").to_string();
            assert!(error.contains(message), "{error}");
        }
        let error = Column::from_name("salary").expect_err("unknown").to_string();
        assert!(error.contains("bachelor_school") && error.contains("salary"), "{error}");
        assert_eq!(Column::from_name("Role_Track"), Ok(Column::RoleTrack));
    }
}
