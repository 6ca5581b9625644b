//! What the cells of a column read as: companies, cities, pay. It decides where a header does not say what its column is.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::column::{self, Column, EDUCATION};
use crate::catalog::cities::city_in;
use crate::catalog::{Catalog, Entry, Resolved, RoleFamily};
use crate::import::normalise::education::{self, Vocabulary};
use crate::import::normalise::{outcome, pay, role_family};
use crate::model::case::Field;
use crate::text::{name_key, search_text};

/// Different cells of a column that are looked at.
const MAX_CELLS: usize = 100;
/// Longer cells are words about something, and name nothing.
const MAX_CHARS: usize = 60;

/// Tells what cells read as; without a catalog, only by their shape.
pub(super) struct Judge<'c> {
    catalog: Option<&'c Catalog>,
    vocabulary: OnceCell<Vocabulary<'c>>,
}

impl<'c> Judge<'c> {
    /// With the names of a catalog.
    pub(super) fn new(catalog: Option<&'c Catalog>) -> Self {
        Self { catalog, vocabulary: OnceCell::new() }
    }

    /// Whether a cell reads as what a column of this kind has; `None` where that cannot be told.
    fn reads(&self, cell: &str, column: Column) -> Option<bool> {
        if cell.chars().count() > MAX_CHARS {
            return Some(false);
        }
        let field = match column {
            Column::Outcome => return Some(outcome::read(cell).is_understood()),
            column if column::is_pay(column) => return Some(is_pay(cell)),
            Column::Field(Field::OfferedOn) => return Some(is_date(cell)),
            Column::Field(field) => field,
            Column::PayPeriod => return Some(pay::says_period(cell)),
            Column::Application | Column::Nothing => return None,
        };
        let catalog = self.catalog?;
        match field {
            Field::Company => self.names(cell, Field::Company),
            Field::Role => Some(
                self.names(cell, Field::Role)?
                    || role_family::guess(cell).is_some_and(|family| family != RoleFamily::Other) && !is_pay(cell),
            ),
            Field::City => Some(city_in(&search_text(cell), catalog).is_ok()),
            EDUCATION => {
                let vocabulary = self.vocabulary.get_or_init(|| Vocabulary::of(catalog));
                Some(education::read(cell, vocabulary).is_ok())
            }
            Field::School | Field::Major => self.names(cell, field),
            _ => None,
        }
    }

    /// Whether a cell is called as an entry that the field may refer to.
    fn names(&self, cell: &str, field: Field) -> Option<bool> {
        Some(self.entry(cell, field)?.is_some())
    }

    /// The entry that a cell names.
    fn entry(&self, cell: &str, field: Field) -> Option<Option<i32>> {
        use crate::import::normalise::names_meaning;
        let found = names_meaning(self.catalog?, field, cell);
        Some(match found {
            Some(Resolved::Found { entry, .. }) => Some(entry.id()),
            Some(Resolved::Ambiguous { entries, .. }) => entries.first().map(|entry| entry.id()),
            Some(Resolved::Unknown) | None => None,
        })
    }

    /// Whether two cells name the same company or role, as far as can be seen: one is a shorter form of the other.
    fn agree(&self, one: &str, other: &str, field: Field) -> bool {
        let (one_key, other_key) = (name_key(one), name_key(other));
        if is_within(&one_key, &other_key) || is_within(&other_key, &one_key) {
            return true;
        }
        let entry = |cell: &str| match (field, self.catalog) {
            (Field::City, Some(catalog)) => city_in(&search_text(cell), catalog).ok().map(Entry::id),
            _ => self.entry(cell, field).flatten(),
        };
        let entries = [entry(one), entry(other)];
        matches!(entries, [Some(one), Some(other)] if one == other)
    }
}

/// Whether the characters of a text stand in another one in the same order: 字节跳动 in 北京字节跳动科技有限公司.
fn is_within(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    !short.is_empty() && short.chars().all(|wanted| rest.any(|character| character == wanted))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a fixed pattern is valid: {error}"))
}

/// Whether a cell looks like an amount of money, alone or with what stands around it.
pub(super) fn is_pay(cell: &str) -> bool {
    static UNIT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)[0-9] ?(?:k\b|w\b|k[-~*x×·/]|w[-~*x×·/+]|万|千|元|块|lpa|lakh|lac|crore|cr\b|usd|rmb|cny|薪|/(?:年|月|天|日|时|h))|[$¥￥€£₹] ?[0-9]|^[0-9.]+ ?(?:[-~—至] ?[0-9.]+ ?)?[*x×] ?1[0-9](?:\.[0-9])?$",
        )
    });
    static FIGURE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^[0-9]{1,3}(?:,[0-9]{2,3})+(?:\.[0-9]+)?$|^[0-9]{4,8}(?:\.[0-9]+)?$"));
    let text = search_text(cell);
    // A year and a day are figures too.
    let is_day = || is_date(cell) || text.parse().is_ok_and(|number: u32| (1990..=2100).contains(&number));
    UNIT.is_match(&text) || (FIGURE.is_match(&text) && !is_day())
}

/// Whether a cell looks like a date.
pub(super) fn is_date(cell: &str) -> bool {
    static DATE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"^(?:(?:19|20)[0-9]{2} ?[-/.年] ?[0-9]{1,2}(?: ?[-/.月] ?[0-9]{0,2} ?[日号]?)?|[0-9]{1,2} ?[-/.] ?[0-9]{1,2} ?[-/.] ?(?:19|20)?[0-9]{2}",
            r"|[0-9]{1,2} ?月 ?[0-9]{1,2} ?[日号]?|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])?",
            r"|(?:[0-9]{1,2}(?:st|nd|rd|th)?[ -])?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?[ -][0-9]{1,4}(?:,? (?:19|20)[0-9]{2})?)",
            r"(?:[ t].*|$)"
        ))
    });
    DATE.is_match(&search_text(cell))
}

/// Rows below a header, by whose cells columns are told.
#[derive(Clone, Copy)]
pub(super) struct Sample<'s, 'c> {
    rows: &'s [Vec<String>],
    judge: &'s Judge<'c>,
}

/// How many of the cells of a column read as something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Share {
    /// Cells that do.
    pub(super) reads: usize,
    /// Cells that are not blank, of which it can be told.
    pub(super) of: usize,
}

impl Share {
    /// Whether at least so many percent do, and any.
    pub(super) fn is_at_least(self, percent: usize) -> bool {
        self.reads > 0 && self.reads * 100 >= percent * self.of
    }
}

impl<'s, 'c> Sample<'s, 'c> {
    /// These rows.
    pub(super) fn new(rows: &'s [Vec<String>], judge: &'s Judge<'c>) -> Self {
        Self { rows, judge }
    }

    /// The cells of a column that are not blank.
    fn cells(self, place: usize) -> impl Iterator<Item = &'s str> {
        let cell = move |row: &'s Vec<String>| row.get(place).map(|cell| cell.trim());
        self.rows.iter().filter_map(cell).filter(|cell| !cell.is_empty())
    }

    /// Whether a column has any cell that is not blank.
    pub(super) fn is_filled(self, place: usize) -> bool {
        self.cells(place).next().is_some()
    }

    /// How long the cells of a column are together.
    pub(super) fn length(self, place: usize) -> usize {
        self.cells(place).map(str::len).sum()
    }

    /// How many of the cells of a column read as what a column of this kind has.
    pub(super) fn share(self, place: usize, column: Column) -> Share {
        let mut seen: HashMap<&str, Option<bool>> = HashMap::new();
        let mut share = Share::default();
        for cell in self.cells(place) {
            if seen.len() >= MAX_CELLS && !seen.contains_key(cell) {
                continue;
            }
            let reads = *seen.entry(cell).or_insert_with(|| self.judge.reads(cell, column));
            share.of += usize::from(reads.is_some());
            share.reads += usize::from(reads == Some(true));
        }
        share
    }

    /// Whether two columns say the same in nearly all rows in which both say anything.
    pub(super) fn agree(self, one: usize, other: usize, field: Field) -> bool {
        let (mut same, mut both) = (0, 0);
        for row in self.rows.iter().take(MAX_CELLS) {
            let cells = [one, other].map(|place| row.get(place).map_or("", |cell| cell.trim()));
            if let [one, other] = cells
                && !one.is_empty()
                && !other.is_empty()
            {
                both += 1;
                same += usize::from(self.judge.agree(one, other, field));
            }
        }
        both > 0 && same * 10 >= both * 9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shape_of_a_cell_tells_pay_and_dates() {
        for cell in
            "20k*15|15-25K|30万|￥25万|$150k/year|12 LPA|150000|1,800,000|12,00,000|15*16|200/天|7.2 * 14|8千-1.2万|\
                     10-15万/年|25W+|面议 20k"
                .split('|')
        {
            assert!(is_pay(cell) && !is_date(cell), "{cell}");
        }
        for cell in
            "2024-05-17|2024/5/17 8:34|2024年5月|4/15/2019 14:54:09|05.06.2024|5月3日|May 2024|17-Oct-2012|20240517|\
                     2023/4/15 上午 8:34:51|2019-04-15T14:54:09Z|202405"
                .split('|')
        {
            assert!(is_date(cell) && !is_pay(cell), "{cell}");
        }
        for cell in "腾讯|58|360|2024|C++|3轮|985|211本985硕|Java8|一面|深圳|18620000000123|24届|W3C|1".split('|')
        {
            assert!(!is_pay(cell) && !is_date(cell), "{cell}");
        }
    }
}
