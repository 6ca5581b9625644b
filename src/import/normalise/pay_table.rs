//! What a table says of the pay in it: its columns of pay, the words in which it is written, and where the posts of its
//! rows are.
//!
//! A table is the mainland's where its words are simplified Chinese (the header, or the roles) and its companies have
//! names of the mainland: they are known to have their seat in China, or are written in Chinese and not known as foreign
//! ones. A company whose name tells neither counts where most companies of the first rows have such names.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::memo::Memo;
use super::pay::currencies::{self, Currency};
use super::pay::evidence::{ColumnSays, Context, PeriodSays, Script, script};
use super::pay::place::Place;
use super::pay::survey::ColumnSurvey;
use super::pay::{self, PayColumn};
use super::rules::{Extract, figures};
use super::text::{folded, is_blank};
use super::wrapping::unwrapped;
use crate::catalog::cities::countries_in;
use crate::catalog::{Catalog, Entry, Resolved};
use crate::import::read::Table;
use crate::import::read::header::{Columns, PAY};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::CompanyKind;
use crate::model::entity::Entity;
use crate::word_tables;

/// The columns that say figures of pay, the one that may say any of them first.
pub(super) const COLUMNS: [Field; 9] = [
    PAY,
    Field::PayAnnualMin,
    Field::PayAnnualMax,
    Field::PayAnnualBase,
    Field::PayMonthlyBase,
    Field::PayMonthlyMin,
    Field::PayMonthlyMax,
    Field::PayStockAnnual,
    Field::PaySignOn,
];
/// Contexts whose cells are kept; then it starts anew, so that memory stays bounded.
const MAX_CONTEXTS: usize = 200;

/// What the columns of pay have in common with the table.
#[derive(Debug, Default)]
pub(super) struct PayTable {
    columns: Vec<(Field, PayColumn)>,
    /// The script of its words.
    script: Option<Script>,
    /// Whether most companies of its first rows are the mainland's.
    is_mainland: bool,
}

impl PayTable {
    /// Whether a column is read here.
    pub fn reads(column: Field) -> bool {
        COLUMNS.contains(&column) || matches!(column, Field::PayMonths | Field::PayCurrency)
    }

    /// That of a header and the first rows below it.
    pub fn of(table: &Table, catalog: &Catalog) -> Self {
        let Table { header, columns, first_rows, .. } = table;
        // Those that the table does not have too: texts may say them behind a label.
        let columns_of_pay = COLUMNS.iter().map(|field| (*field, PayColumn::of(columns.title(*field), *field)));
        let mut pay = Self { columns: columns_of_pay.collect(), script: None, is_mainland: false };
        pay.write_in(words_of(header.iter().map(String::as_str)));
        if !first_rows.is_empty() {
            pay.survey(first_rows, columns, catalog);
        }
        pay
    }

    fn write_in(&mut self, script: Option<Script>) {
        self.script = script;
        let is_foreign = script.is_some_and(Script::is_foreign);
        self.columns.iter_mut().for_each(|(_, column)| column.is_foreign_script = is_foreign);
    }

    /// Figures that say no currency are in this one.
    pub fn assume(&mut self, currency: Option<&'static Currency>) {
        self.columns.iter_mut().for_each(|(_, column)| column.option = currency);
    }

    /// Looks at the first rows.
    fn survey(&mut self, rows: &[Vec<String>], columns: &Columns, catalog: &Catalog) {
        let cells = |field: Field| rows.iter().filter_map(move |row| columns.cell(row, field));
        for (field, column) in &mut self.columns {
            let cells: Vec<_> = cells(*field).map(unwrapped).collect();
            column.survey = ColumnSurvey::of(cells.iter().map(|cell| &**cell));
        }
        let words = words_of(cells(Field::Company).chain(cells(Field::Role)));
        self.write_in(match (self.script, words) {
            (Some(known), _) if known.is_foreign() => Some(known),
            (known, None) | (known @ Some(Script::Simplified), Some(Script::Other)) => known,
            (_, words) => words,
        });
        let (mut here, mut others) = (0_usize, 0_usize);
        for company in cells(Field::Company) {
            match origin(company, catalog) {
                CompanyOrigin::Mainland => here += 1,
                CompanyOrigin::Foreign | CompanyOrigin::Unknown => others += 1,
            }
        }
        self.is_mainland = here > others;
    }

    /// Whether the column of pay is one of whole packages.
    pub fn says_whole_package(&self) -> bool {
        self.columns.iter().any(|(field, column)| *field == PAY && column.is_whole_package())
    }

    /// Whether the words of a row speak for the mainland.
    fn is_mainland(&self, row: &PayRow<'_>, memos: &mut PayMemos) -> bool {
        let catalog = row.catalog;
        let role = *memos.roles.get(row.role, || script(row.role));
        let is_chinese = match self.script {
            Some(Script::Traditional | Script::Japanese) => false,
            Some(Script::Simplified) => !role.is_foreign(),
            Some(Script::Other) | None => role == Script::Simplified,
        };
        is_chinese
            && match memos.origins.get(row.company, || origin(row.company, catalog)) {
                CompanyOrigin::Mainland => true,
                CompanyOrigin::Foreign => false,
                CompanyOrigin::Unknown => self.is_mainland,
            }
    }
}

/// The script in which most Chinese words are; `None` where there are no words at all.
fn words_of<'a>(words: impl Iterator<Item = &'a str>) -> Option<Script> {
    let (mut simplified, mut traditional, mut japanese, mut other) = (0_usize, 0_usize, 0_usize, 0_usize);
    for word in words {
        *match script(word) {
            Script::Simplified => &mut simplified,
            Script::Traditional => &mut traditional,
            Script::Japanese => &mut japanese,
            Script::Other => &mut other,
        } += 1;
    }
    let chinese = simplified + traditional + japanese;
    match () {
        () if chinese + other == 0 => None,
        // Many words are the same in both scripts: a quarter that is not is enough.
        () if japanese * 4 >= chinese && japanese > 0 => Some(Script::Japanese),
        () if traditional * 4 >= chinese && traditional > 0 => Some(Script::Traditional),
        () if simplified >= other => Some(Script::Simplified),
        () => Some(Script::Other),
    }
}

/// Whose a company is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompanyOrigin {
    Mainland,
    Foreign,
    Unknown,
}

fn origin(company: &str, catalog: &Catalog) -> CompanyOrigin {
    let known = match catalog.directory(Entity::Company).known(company) {
        Some(Resolved::Found { entry, .. }) => entry.text("kind").map(|kind| kind == CompanyKind::Foreign.slug()),
        _ => None,
    };
    match (known, script(company)) {
        (Some(true), _) => CompanyOrigin::Foreign,
        (Some(false), _) | (None, Script::Simplified) => CompanyOrigin::Mainland,
        (None, Script::Traditional | Script::Japanese) => CompanyOrigin::Foreign,
        (None, Script::Other) => CompanyOrigin::Unknown,
    }
}

/// Companies whose posts are in another country than the mainland where no place is said: by their slugs, as ISO 3166-1.
static COUNTRIES: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let rows: Vec<(String, String)> = word_tables::rows(include_str!("../../../seed/import/company_countries.csv"));
    rows.into_iter().collect()
});

/// Where the posts of a company are, as far as its name tells.
fn usual_place(company: &str, catalog: &Catalog) -> Place {
    let Some(Resolved::Found { entry, .. }) = catalog.directory(Entity::Company).known(company) else {
        return Place::Unsaid;
    };
    COUNTRIES.get(entry.slug()).map_or(Place::Unsaid, |country| Place::of_countries([country.as_str()]))
}

/// What a row says that has to do with its pay.
#[derive(Debug)]
pub(super) struct PayRow<'a> {
    pub company: &'a str,
    pub role: &'a str,
    /// The cell of the place.
    pub city_cell: Option<&'a str>,
    /// The city that is known by it.
    pub city: Option<&'a Entry>,
    /// The cell of the currency.
    pub currency: Option<&'a str>,
    /// The cell of the time for which is paid.
    pub period: Option<&'a str>,
    pub catalog: &'a Catalog,
}

/// What was worked out for cells of pay, and for what stands beside them.
#[derive(Debug, Default)]
pub(super) struct PayMemos {
    cells: Vec<((Field, Context), Memo<Extract>)>,
    places: Memo<Place>,
    currencies: Memo<ColumnSays>,
    periods: Memo<PeriodSays>,
    usual_places: Memo<Place>,
    origins: Memo<CompanyOrigin>,
    roles: Memo<Script>,
}

impl PayMemos {
    /// What a row says of the currency of its figures.
    pub fn context(&mut self, row: &PayRow<'_>, table: &PayTable) -> Context {
        let place = match (row.city, row.city_cell) {
            (Some(city), _) => place_of(city, row.catalog),
            (None, Some(cell)) => *self.places.get(cell, || place_in(cell, row.catalog)),
            (None, None) => Place::Unsaid,
        };
        let place = match place {
            Place::Unsaid => *self.usual_places.get(row.company, || usual_place(row.company, row.catalog)),
            said => said,
        };
        let column = row.currency.map_or(ColumnSays::Nothing, |cell| *self.currencies.get(cell, || said_in(cell)));
        let period =
            row.period.map_or(PeriodSays::Nothing, |cell| *self.periods.get(cell, || pay::said_of_period(cell)));
        Context { column, place, is_mainland: table.is_mainland(row, self), period }
    }

    /// What a cell of a column of pay says.
    pub fn read(&mut self, cell: &str, field: Field, context: Context, table: &PayTable) -> Option<&Extract> {
        let (_, column) = table.columns.iter().find(|(other, _)| *other == field)?;
        let key = (field, context);
        let index = match self.cells.iter().position(|(other, _)| *other == key) {
            Some(index) => index,
            None => {
                if self.cells.len() >= MAX_CONTEXTS {
                    self.cells.clear();
                }
                self.cells.push((key, Memo::default()));
                self.cells.len() - 1
            }
        };
        Some(self.cells[index].1.get(cell, || figures(pay::read(&unwrapped(cell), column, context))))
    }
}

/// The country of a city.
fn place_of(city: &Entry, catalog: &Catalog) -> Place {
    let province = city.integer("province").and_then(|id| catalog.directory(Entity::Province).get(id));
    let country = province.and_then(|province| province.text("country"));
    country.map_or(Place::Strange, |country| Place::of_countries([country]))
}

/// The country that a text names without naming a single city.
fn place_in(cell: &str, catalog: &Catalog) -> Place {
    let text = folded(cell);
    if is_blank(&text) {
        return Place::Unsaid;
    }
    match countries_in(&text, catalog) {
        Some(countries) => Place::of_countries(countries.iter().map(String::as_str)),
        // A town that is not known by its Chinese name, and is not written in other letters either.
        None if script(cell) == Script::Simplified && !cell.contains(|it: char| it.is_ascii_alphabetic()) => {
            Place::Unsaid
        }
        None => Place::Strange,
    }
}

/// What a cell of a column of currencies says.
fn said_in(cell: &str) -> ColumnSays {
    if is_blank(&folded(cell)) {
        return ColumnSays::Nothing;
    }
    currencies::named(cell).map_or(ColumnSays::Unclear, ColumnSays::Saying)
}
