//! A table in a file: its header, and what its columns mean; and how one is found among rows.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use super::column::Column;
use super::evidence::{Judge, Sample};
use super::header::{Columns, Naming};
use super::names;
use super::private_columns::{Keep, PrivateColumns};
use super::{MAX_COLUMNS, ReadError, ReadOptions};
use crate::catalog::Catalog;
use crate::import::normalise::canonical::ExportHeader;
use crate::model::case::Field;
use crate::text::variants;

/// A header with what its columns mean, for all rows below it up to the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The cells of the header row; an unnamed column is called by its number, as `#3`. Behind them stand columns for what is
    /// said for all rows.
    pub header: Vec<String>,
    /// What they mean.
    pub columns: Columns,
    /// The sheet that it stands in, where several are read.
    pub sheet: Option<String>,
    /// Its first rows, of which some things are told that all of them have in common.
    pub first_rows: Vec<Vec<String>>,
}

impl Table {
    /// The table of one row that stands alone; `None` where the columns of its header cannot be told.
    pub(in crate::import) fn of_row(header: Vec<String>, cells: &[String], catalog: &Catalog) -> Option<Self> {
        let (rows, judge) = ([cells.to_vec()], Judge::new(Some(catalog)));
        let columns = Columns::choose(&header, &Naming::default(), Sample::new(&rows, &judge)).ok()?;
        Some(Self { header, columns, sheet: None, first_rows: rows.to_vec() })
    }
}

/// Makes tables of header rows.
pub(super) struct Finder<'c> {
    pub(super) naming: Naming,
    /// What is said for all rows.
    constants: Vec<(Column, String)>,
    /// The columns of a file without a header.
    pub(super) without_header: Option<Vec<Column>>,
    /// What of the private data is kept.
    keep: Keep,
    /// Whether cells stand at places, as in a sheet, so that one behind the last header has a column too.
    pub(super) is_grid: bool,
    judge: Judge<'c>,
    /// Columns that a header must have, each with what stands in its cell: no other cell is looked at closely, which was a
    /// tenth of the time of `check`.
    signs: Vec<(Column, &'static Regex)>,
}

/// Words of headers of one kind, one of which a header must have.
fn sign_of(column: Column) -> Regex {
    let words = names::words_of(column);
    let pattern = |word: &String| -> String {
        let class = |character: char| match variants(character).as_slice() {
            [only] => regex::escape(&only.to_string()),
            several => format!("[{}]", several.iter().collect::<String>()),
        };
        // Spaces make no difference in a name.
        word.chars().map(class).collect::<Vec<_>>().join(r"\s*")
    };
    let pattern = words.iter().map(pattern).collect::<Vec<_>>().join("|");
    let built = RegexBuilder::new(&pattern).case_insensitive(true).build();
    built.unwrap_or_else(|error| unreachable!("words make a pattern: {error}"))
}

static SIGN_OF_ROLE: LazyLock<Regex> = LazyLock::new(|| sign_of(Field::Role.into()));
static SIGN_OF_COMPANY: LazyLock<Regex> = LazyLock::new(|| sign_of(Field::Company.into()));

impl<'c> Finder<'c> {
    /// By these options; names are those of the catalog.
    pub(super) fn new(options: &ReadOptions, catalog: Option<&'c Catalog>) -> Self {
        let naming = options.naming();
        let signs = [(Field::Role, &SIGN_OF_ROLE), (Field::Company, &SIGN_OF_COMPANY)];
        let signs = signs.into_iter().map(|(field, sign)| (Column::Field(field), &**sign));
        // What the reader of the file says may be called otherwise, and need not be there.
        let signs = signs.filter(|(column, _)| naming.map.is_empty() && !naming.set.contains(column)).collect();
        Self {
            naming,
            constants: options.constants.clone(),
            without_header: options.columns.clone(),
            keep: options.keep.clone(),
            is_grid: false,
            judge: Judge::new(catalog),
            signs,
        }
    }

    /// Refuses what is said of columns that are not in the first header.
    pub(super) fn check(&self, header: &[String]) -> Result<(), ReadError> {
        self.naming.check(header)?;
        self.keep.check(header)
    }

    /// The cells that every row has behind its own.
    pub(super) fn constants(&self) -> impl Iterator<Item = &String> {
        self.constants.iter().map(|(_, value)| value)
    }

    /// Whether a row is a header, by the names of its columns.
    pub(super) fn is_header(&self, row: &[String]) -> bool {
        self.without_header.is_none()
            && self.signs.iter().all(|(column, sign)| self.has(row, *column, sign))
            && self.naming.are_in(row)
    }

    /// Whether a cell of a row means a column; `sign` stands in every one that does.
    fn has(&self, row: &[String], column: Column, sign: &Regex) -> bool {
        let means = |cell: &String| self.naming.meaning(cell).is_some_and(|(meant, _)| meant == column);
        row.iter().any(|cell| sign.is_match(cell) && means(cell))
    }

    /// Whether any cell of a row reads as data do: a company, a figure of pay, a date.
    pub(super) fn reads_as_data(&self, row: &[String]) -> bool {
        let rows = [row.to_vec()];
        let sample = Sample::new(&rows, &self.judge);
        let kinds = [Field::Company, Field::PayAnnual, Field::OfferedOn, Field::City];
        (0..row.len()).any(|place| kinds.iter().any(|kind| sample.share(place, Column::Field(*kind)).reads > 0))
    }

    /// The table below a header row, of which these are the first rows.
    pub(super) fn table(
        &self,
        header: Vec<String>,
        first: &[Vec<String>],
        sheet: Option<String>,
    ) -> Result<Table, ReadError> {
        let width = |row: &Vec<String>| row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
        let widest = first.iter().map(width).max().filter(|_| self.is_grid || self.without_header.is_some());
        let mut header = named(header, widest.unwrap_or_default());
        if header.len() > MAX_COLUMNS {
            return Err(ReadError::TooManyColumns("its header".to_owned()));
        }
        header
            .extend(self.constants.iter().map(|(column, _)| format!("--set {}", super::header::column_name(*column))));
        let mut columns = Columns::choose(&header, &self.naming, Sample::new(first, &self.judge))?;
        // An export of this program has none that it should not have.
        if ExportHeader::of(&header).is_none() {
            let keep = self.keep.of(&header);
            columns.leave_out(PrivateColumns::of(&header, &columns, first, &keep)?);
        }
        Ok(Table { header, columns, sheet, first_rows: first.to_vec() })
    }

    /// The table of a file without a header, whose columns are these.
    pub(super) fn table_of(&self, columns: &[Column], first: &[Vec<String>]) -> Result<Table, ReadError> {
        let name = |(place, column): (usize, &Column)| match column {
            Column::Nothing => format!("#{}", place + 1),
            column => super::header::column_name(*column).to_owned(),
        };
        let header: Vec<String> = columns.iter().enumerate().map(name).collect();
        self.table(header, first, None)
    }
}

fn named(mut header: Vec<String>, width: usize) -> Vec<String> {
    if header.len() < width {
        header.resize(width, String::new());
    }
    let name = |(place, cell): (usize, String)| if cell.is_empty() { format!("#{}", place + 1) } else { cell };
    header.into_iter().enumerate().map(name).collect()
}
