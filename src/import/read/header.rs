//! What the columns of a table mean: told by their headers in Chinese or English, and where these do not say it, by
//! what the cells below read as.

use super::ReadError;
use super::cells::shortened;
use super::column::{Column, is_pay};
use super::evidence::{Judge, Sample};
use super::names::{Match, Name, meaning, name_of};
use super::private_columns::PrivateColumns;
use crate::model::case::Field;
use crate::privacy::masked;
use crate::text::name_key;

pub use super::column::{EDUCATION, KEY, PAY, column_name, column_named, columns, spoken};

/// Share of the cells of a column, in percent, that must read as something for it to be that.
const MOST: usize = 60;
/// The same where the header says it too, among other things or as one of several.
const HALF: usize = 50;
/// Of so many cells that a header speaks of, in percent, less is against it.
const FEW: usize = 20;
/// Cells that tell a column whose header says nothing.
const ENOUGH_CELLS: usize = 3;

/// What is said of the columns of a table beside their headers.
#[derive(Debug, Clone, Default)]
pub(super) struct Naming {
    /// Headers and what they mean, whatever their names say.
    pub map: Vec<(String, Column)>,
    /// What all rows have in common, each in a column of its own behind those of the file.
    pub set: Vec<Column>,
}

impl Naming {
    /// Whether the columns that every case needs are among these headers, or are said for all rows.
    pub(super) fn are_in(&self, header: &[String]) -> bool {
        let is_there = |needed: Column| {
            let means = |cell: &String| self.meaning(cell).is_some_and(|(column, _)| column == needed);
            self.set.contains(&needed) || header.iter().any(means)
        };
        let known = || header.iter().filter(|cell| self.meaning(cell).is_some()).count();
        NEEDED.into_iter().all(is_there) && known() >= NEEDED.len().min(header.len())
    }

    /// What a header means by its name.
    pub(super) fn meaning(&self, header: &str) -> Option<(Column, Match)> {
        self.mapped(header).map(|column| (column, Match::Mapped)).or_else(|| meaning(header))
    }

    fn mapped(&self, header: &str) -> Option<Column> {
        let key = name_key(header);
        self.map.iter().find(|(name, _)| name_key(name) == key).map(|(_, column)| *column)
    }

    /// Refuses a map of headers that are not there.
    pub(super) fn check(&self, header: &[String]) -> Result<(), ReadError> {
        let is_there = |name: &str| header.iter().any(|cell| name_key(cell) == name_key(name));
        match self.map.iter().find(|(name, _)| !is_there(name)) {
            Some((name, _)) => Err(ReadError::MapMissing(name.clone(), header.join(", "))),
            None => Ok(()),
        }
    }
}

/// The columns without which no case is made.
const NEEDED: [Column; 2] = [Column::Field(Field::Company), Column::Field(Field::Role)];

/// Where in a table each kind of cell stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Columns {
    places: Vec<(Column, usize)>,
    headers: Vec<String>,
    /// Headers that nothing takes; their cells stay in the raw row.
    pub untaken: Vec<String>,
    /// Headers that nothing takes although header or cells read as something that is worth having: first of all pay.
    pub lost: Vec<(String, Column)>,
    /// Columns that were told by more than a known header, with the header, and by what.
    pub chosen: Vec<(String, Column, ChosenBy)>,
    /// Those of private data.
    pub private: PrivateColumns,
    /// The headers of those of private data that are left out.
    pub left_out: Vec<String>,
}

impl Columns {
    /// Finds the columns of a header row by their names. What `map` says of a header goes before what its name says; a bare
    /// name goes before one with something around it.
    ///
    /// # Errors
    /// Where company or role is missing, two columns mean the same, or a header of `map` is not there.
    pub fn of(header: &[String], map: &[(String, Column)]) -> Result<Self, ReadError> {
        let naming = Naming { map: map.to_vec(), set: Vec::new() };
        naming.check(header)?;
        Self::choose(header, &naming, Sample::new(&[], &Judge::new(None)))
    }

    /// Finds the columns of a header row by their names and by the cells below them. The last headers are those of what
    /// is said for all rows.
    pub(super) fn choose(header: &[String], naming: &Naming, sample: Sample<'_, '_>) -> Result<Self, ReadError> {
        let choice = Choice::new(header, naming, sample);
        let mut found = Self { headers: header.to_vec(), ..Self::default() };
        for column in columns().map(Column::Field).chain([Column::Outcome, Column::PayPeriod, Column::Application]) {
            for (place, certainty) in choice.places_of(column)? {
                if certainty <= Match::Parts {
                    let by = if certainty == Match::Parts { ChosenBy::Parts } else { ChosenBy::Cells };
                    found.chosen.push((header[place].clone(), column, by));
                }
                found.places.push((column, place));
            }
        }
        for needed in NEEDED {
            if found.place(needed).is_none() {
                let place = choice.by_cells_alone(needed, &found).ok_or_else(|| missing(needed, header))?;
                found.chosen.push((header[place].clone(), needed, ChosenBy::Cells));
                found.places.push((needed, place));
            }
        }
        for (place, name) in header.iter().enumerate() {
            if found.places.iter().any(|(_, taken)| *taken == place) {
                continue;
            }
            found.untaken.push(name.clone());
            found.lost.extend(choice.lost(place).map(|column| (name.clone(), column)));
        }
        found.lost.sort_by_key(|(_, column)| !is_pay(*column));
        Ok(found)
    }

    /// The cell of this kind in a row; `None` where the column is missing or the cell is empty.
    pub fn cell<'a>(&self, row: &'a [String], column: impl Into<Column>) -> Option<&'a str> {
        row.get(self.place(column)?).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// The header of this kind, as it stands in the file, with the unit that may stand in it.
    pub fn title(&self, column: impl Into<Column>) -> &str {
        self.place(column).map_or("", |place| self.title_at(place))
    }

    /// The columns that fields are read of, each with its place in the table.
    pub fn places(&self) -> impl Iterator<Item = (Field, usize)> {
        let of_field = |(column, place): &(Column, usize)| match column {
            Column::Field(field) => Some((*field, *place)),
            Column::Outcome | Column::PayPeriod | Column::Application | Column::Nothing => None,
        };
        self.places.iter().filter_map(of_field)
    }

    /// Whether no field is read of this column of the table.
    pub fn is_untaken(&self, place: usize) -> bool {
        self.places.iter().all(|(_, taken)| *taken != place)
    }

    /// Leaves columns out as private data, which say no key either.
    pub(super) fn leave_out(&mut self, private: PrivateColumns) {
        self.private = private;
        let left_out = |place: &usize| self.private.leaves_out(*place);
        self.places.retain(|(_, place)| !left_out(place));
        let names: Vec<String> =
            (0..self.headers.len()).filter(left_out).map(|place| self.headers[place].clone()).collect();
        self.untaken.retain(|header| !names.contains(header));
        self.lost.retain(|(header, _)| !names.contains(header));
        self.left_out = names;
    }

    /// Which column of the table is of this kind, from 0; the first where it is said in several.
    pub fn place(&self, column: impl Into<Column>) -> Option<usize> {
        self.places_of(column.into()).next()
    }

    /// All columns of the table that are of this kind: whether there was an offer may be said in several columns.
    pub fn places_of(&self, column: Column) -> impl Iterator<Item = usize> {
        self.places.iter().filter(move |(other, _)| *other == column).map(|(_, place)| *place)
    }

    /// The header of a column of the table, from 0.
    pub fn title_at(&self, place: usize) -> &str {
        self.headers.get(place).map_or("", String::as_str)
    }

    /// Whether the table tells when somebody applied, and not whether anything came of it.
    pub fn tells_applications_alone(&self) -> bool {
        let has = |column| self.places_of(column).next().is_some();
        has(Column::Application) && !has(Column::Outcome)
    }
}

/// By what a column was told that no known header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// The words of its header.
    Parts,
    /// Its cells.
    Cells,
}

/// The columns of one table while they are being told.
struct Choice<'s, 'c> {
    header: &'s [String],
    names: Vec<Name>,
    /// What a header means, and how surely.
    meanings: Vec<Option<(Column, Match)>>,
    sample: Sample<'s, 'c>,
}

impl<'s, 'c> Choice<'s, 'c> {
    fn new(header: &'s [String], naming: &Naming, sample: Sample<'s, 'c>) -> Self {
        let own = header.len().saturating_sub(naming.set.len());
        let names: Vec<Name> = header.iter().map(|cell| name_of(cell)).collect();
        let meaning = |place: usize| {
            if let Some(column) = place.checked_sub(own).and_then(|place| naming.set.get(place)) {
                return Some((*column, Match::Mapped));
            }
            if let Some(column) = naming.mapped(&header[place]) {
                return Some((column, Match::Mapped));
            }
            let (column, certainty) = confirmed(&names[place], place, sample)?;
            // What is said for all rows goes before what a column says.
            (!naming.set.contains(&column)).then_some((column, certainty))
        };
        let meanings = (0..header.len()).map(meaning).collect();
        Self { header, names, meanings, sample }
    }

    /// Which headers that mean a column are taken: the surest, of those that are equally sure the one whose cells read
    /// best, if they say the same.
    fn places_of(&self, column: Column) -> Result<Vec<(usize, Match)>, ReadError> {
        let of_column = |(place, meaning): (usize, &Option<(Column, Match)>)| {
            meaning.filter(|(other, _)| *other == column).map(|(_, certainty)| (place, certainty))
        };
        let found: Vec<(usize, Match)> = self.meanings.iter().enumerate().filter_map(of_column).collect();
        let Some(surest) = found.iter().map(|(_, certainty)| *certainty).max() else { return Ok(Vec::new()) };
        // Each column that says that there was no offer counts.
        if column == Column::Outcome && surest != Match::Mapped {
            return Ok(found);
        }
        let best: Vec<(usize, Match)> = found.into_iter().filter(|(_, certainty)| *certainty == surest).collect();
        match (best.as_slice(), column) {
            ([only], _) => Ok(vec![*only]),
            // A table may have several columns of words about the case, of which the first is taken.
            ([first, ..], Column::Field(Field::Summary | KEY) | Column::Application) => Ok(vec![*first]),
            (several, Column::Field(field)) => Ok(self.best_of(several, field)?.into_iter().collect()),
            (several, _) => Ok(several.to_vec()),
        }
    }

    /// The column whose cells read best, of several that are equally sure; none where they say different things, which is
    /// refused where a case needs it.
    fn best_of(&self, several: &[(usize, Match)], field: Field) -> Result<Option<(usize, Match)>, ReadError> {
        // What is of the offer is meant, and of pay the whole of a year.
        let words: &[&str] = if field == PAY { &["总", "total", "package", "ctc", "包"] } else { &["offer"] };
        let has_word = |place: usize| words.iter().any(|word| name_key(&self.header[place]).contains(word));
        let meant: Vec<&(usize, Match)> = several.iter().filter(|(place, _)| has_word(*place)).collect();
        let reads = |place: usize| self.sample.share(place, field.into()).reads;
        // `offer类型` may be the post, or how it was come by.
        let is_less =
            |meant: usize| field == Field::Role && several.iter().any(|(other, _)| reads(*other) > reads(meant));
        if let [only] = meant.as_slice()
            && !is_less(only.0)
        {
            return Ok(Some(**only));
        }
        let mut best: Vec<(usize, Match)> = several.to_vec();
        // Of a full and a short name of a company, the short one is how others write it.
        let length = |place: usize| if field == Field::Company { self.sample.length(place) } else { 0 };
        best.sort_by_key(|(place, _)| (std::cmp::Reverse(reads(*place)), length(*place), *place));
        let (first, second) = (best[0], best[1]);
        let is_needed = NEEDED.contains(&field.into());
        let is_better = (!is_needed || !meant.is_empty()) && reads(first.0) > 2 * reads(second.0);
        let is_alone = self.sample.is_filled(first.0) && !self.sample.is_filled(second.0);
        if is_better || is_alone || best[1..].iter().all(|(place, _)| self.sample.agree(first.0, *place, field)) {
            return Ok(Some(first));
        }
        let (one, other) = (first.0.min(second.0), first.0.max(second.0));
        let twice = ReadError::ColumnTwice(self.header[one].clone(), self.header[other].clone(), spoken(field));
        if is_needed { Err(twice) } else { Ok(None) }
    }

    /// The one column whose cells read as a company or a role, where no header says which it is.
    fn by_cells_alone(&self, column: Column, found: &Columns) -> Option<usize> {
        let is_free = |place: usize| self.meanings[place].is_none() && !matches!(self.names[place], Name::Other(_));
        let free = (0..self.header.len()).filter(|place| is_free(*place));
        let taken = |place: &usize| found.places.iter().any(|(_, other)| other == place);
        let hinted = |place: usize| self.names[place] == Name::Hints(column);
        let mut good: Vec<(bool, usize, usize)> = free
            .filter(|place| !taken(place))
            .map(|place| (place, self.sample.share(place, column)))
            .filter(|(place, share)| match hinted(*place) {
                true => share.is_at_least(FEW),
                false => share.is_at_least(MOST) && share.of >= ENOUGH_CELLS,
            })
            .map(|(place, share)| (hinted(place), share.reads, place))
            .collect();
        good.sort_unstable();
        match good.as_slice() {
            [] => None,
            [.., (hinted, reads, _), (best_hinted, best, _)] if hinted == best_hinted && best < &(2 * reads) => None,
            [.., (.., place)] => Some(*place),
        }
    }

    /// What a column that nothing takes seems to be, where that is worth having.
    fn lost(&self, place: usize) -> Option<Column> {
        const WORTH: [Column; 3] = [Column::Field(PAY), Column::Field(Field::OfferedOn), Column::Field(Field::City)];
        if matches!(self.meanings[place], Some((Column::Nothing, _))) || !self.sample.is_filled(place) {
            return None;
        }
        let named = match &self.names[place] {
            Name::Means(column, _) | Name::Hints(column) => Some(*column),
            Name::Other(column) => *column,
            Name::Either(columns) => columns.first().copied().filter(|column| *column == Column::Outcome),
            Name::Unknown => None,
        };
        let reads = |column: &Column| self.sample.share(place, *column).is_at_least(MOST);
        match named {
            Some(Column::Outcome) => Some(Column::Outcome),
            Some(column) => Some(column).filter(|it| (WORTH.contains(it) || is_pay(*it)) && reads(it)),
            None => WORTH.into_iter().find(reads),
        }
    }
}

/// What a header means by its name, where the cells below it do not speak against it.
fn confirmed(name: &Name, place: usize, sample: Sample<'_, '_>) -> Option<(Column, Match)> {
    match name {
        Name::Means(column, Match::Parts) => {
            let share = sample.share(place, *column);
            // Names that nobody knows are no sign against a company or a role.
            let is_against = share.of >= ENOUGH_CELLS && !share.is_at_least(FEW) && !NEEDED.contains(column);
            (!is_against).then_some((*column, Match::Parts))
        }
        Name::Means(column, certainty) => Some((*column, *certainty)),
        Name::Either(columns) => {
            if !sample.is_filled(place) {
                return columns.first().map(|column| (*column, Match::Decorated));
            }
            let share = |column: &&Column| sample.share(place, **column);
            let best = columns.iter().rev().filter(|column| share(column).is_at_least(HALF));
            best.max_by_key(|column| share(column).reads).map(|column| (*column, Match::Cells))
        }
        Name::Hints(_) | Name::Other(_) | Name::Unknown => None,
    }
}

/// The error of a table without a column that every case needs.
fn missing(column: Column, header: &[String]) -> ReadError {
    const MAX_SHOWN: usize = 20;
    const MAX_CHARS: usize = 30;
    // What is taken for a header may be a row of data.
    let shown = |cell: &String| shortened(&masked(cell).0, MAX_CHARS);
    let mut seen: Vec<String> = header.iter().take(MAX_SHOWN).map(shown).collect();
    if header.len() > MAX_SHOWN {
        seen.push(format!("and {} more", header.len() - MAX_SHOWN));
    }
    ReadError::MissingColumn(spoken(column), seen.join(", "))
}

/// The fields that a label in a text may mean: those of the header of just that name.
pub fn labelled_fields(label: &str) -> Vec<Field> {
    let columns = match name_of(label) {
        Name::Means(column, Match::Exact) => vec![column],
        Name::Either(columns) => columns.to_vec(),
        _ => Vec::new(),
    };
    let field = |column| match column {
        Column::Field(field) => Some(field),
        Column::Outcome | Column::PayPeriod | Column::Application | Column::Nothing => None,
    };
    columns.into_iter().filter_map(field).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_of(header: &[&str], map: &[(&str, Field)]) -> Result<Columns, ReadError> {
        let header: Vec<String> = header.iter().map(|cell| (*cell).to_owned()).collect();
        let map: Vec<_> = map.iter().map(|(name, column)| ((*name).to_owned(), Column::from(*column))).collect();
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
    }
}
