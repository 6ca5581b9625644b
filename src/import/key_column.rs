//! What the cells of a key column are worth: whether they prove to be keys, or only number the rows of one file.

use super::key::{fingerprint, mark_of};
use super::read::column::Column;
use super::read::header::KEY;
use super::read::{ReadError, ReadOptions, Reading};
use super::seen::SeenHashes;

/// How the cells of a key column are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeyColumn {
    /// There is none.
    #[default]
    Missing,
    /// Each is the key of its row in the source.
    Keys,
    /// Each marks its row within files of the same name, and says nothing beyond.
    Marks,
}

/// Whether the cells of a key column are keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum KeyTrust {
    /// Where they prove to be.
    #[default]
    Proved,
    /// In any case: whoever made the file says so.
    Said,
}

impl KeyTrust {
    /// What is said of the keys of a file: naming the column says that it has the keys.
    pub fn of(self, options: &ReadOptions) -> Self {
        let is_named = options.map.iter().any(|(_, column)| *column == Column::Field(KEY));
        if is_named { Self::Said } else { self }
    }
}

/// Fewest letters and digits of a key: what is shorter may stand in anybody's table.
const MIN_CHARS: usize = 4;
/// Fewest digits of a key that is a number.
const MIN_DIGITS: usize = 6;
/// Numbers count rows where they are less than so many times as many, with the gaps between them.
const GAPS: u64 = 10;
/// And where they are all within so many.
const WITHIN: u64 = 1000;
/// Where so many cells only count rows, the others are not looked at.
const ENOUGH: usize = 1000;

/// Looks at the cells of a key column one by one. It remembers 16 bytes of each.
#[derive(Debug, Default)]
struct Survey {
    seen: SeenHashes,
    /// Whether there is a cell that proves nothing, so that the others need not be looked at.
    proves_nothing: bool,
    /// Whether all cells are days, written without signs between.
    are_days: bool,
    numbers: Numbers,
}

/// The numbers of cells, as far as each is one number with the same words around it.
#[derive(Debug, Default)]
struct Numbers {
    /// The words of the first cell.
    words: Option<(String, String)>,
    /// Whether there is a cell that is none, or with other words.
    has_others: bool,
    least: Option<u64>,
    most: u64,
}

impl Numbers {
    fn add(&mut self, mark: &str) {
        let is_digit = |character: char| character.is_ascii_digit();
        let Some(last) = mark.rfind(is_digit) else { return self.add_number(None, mark, "") };
        let start = mark[..last].char_indices().rev().find(|(_, character)| !is_digit(*character));
        let start = start.map_or(0, |(place, character)| place + character.len_utf8());
        self.add_number(mark[start..=last].parse().ok(), &mark[..start], &mark[last + 1..]);
    }

    fn add_number(&mut self, number: Option<u64>, before: &str, behind: &str) {
        let words = self.words.get_or_insert_with(|| (before.to_owned(), behind.to_owned()));
        match number {
            Some(number) if (words.0.as_str(), words.1.as_str()) == (before, behind) => {
                self.least = Some(self.least.map_or(number, |least| least.min(number)));
                self.most = self.most.max(number);
            }
            _ => self.has_others = true,
        }
    }

    /// Whether these numbers may only count rows.
    fn count_rows(&self, cells: usize) -> bool {
        let Some(least) = self.least.filter(|_| !self.has_others) else { return false };
        let span = self.most - least;
        let cells = u64::try_from(cells).unwrap_or(u64::MAX);
        least < 10_u64.pow(MIN_DIGITS as u32 - 1) || span < WITHIN || span < cells.saturating_mul(GAPS)
    }
}

impl Survey {
    fn add(&mut self, cell: &str) {
        let mark = mark_of(cell);
        if mark.is_empty() {
            return;
        }
        self.are_days = is_day(&mark) && (self.are_days || self.seen.is_empty());
        let is_new = self.seen.insert(fingerprint(&mark));
        let said = mark.chars().filter(|character| character.is_alphanumeric()).count();
        // Such as 1.2 or 2024-05-17.
        let is_split_number = said < mark.chars().count() && !mark.chars().any(char::is_alphabetic);
        self.proves_nothing |= !is_new || said < MIN_CHARS || is_split_number;
        self.numbers.add(&mark);
    }

    /// Whether more cells would change nothing.
    fn is_decided(&self) -> bool {
        self.proves_nothing || (self.seen.len() == ENOUGH && self.counts_rows())
    }

    fn counts_rows(&self) -> bool {
        self.are_days || self.numbers.count_rows(self.seen.len())
    }

    fn finish(self) -> KeyColumn {
        if self.seen.is_empty() || self.proves_nothing || self.counts_rows() {
            KeyColumn::Marks
        } else {
            KeyColumn::Keys
        }
    }
}

/// Whether a text is a day such as 20240517.
fn is_day(text: &str) -> bool {
    text.len() == 8
        && chrono::NaiveDate::parse_from_str(text, "%Y%m%d")
            .is_ok_and(|day| (1950..2100).contains(&chrono::Datelike::year(&day)))
}

/// What the key column of a file is worth; `open` opens the file, which is read as far as it takes to know. Blocking.
///
/// # Errors
/// Where the file cannot be read.
pub fn key_column<'c>(
    trust: KeyTrust,
    open: impl FnOnce() -> Result<Reading<'c>, ReadError>,
) -> Result<KeyColumn, ReadError> {
    let Reading { table, rows, .. } = open()?;
    if table.columns.place(KEY).is_none() {
        return Ok(KeyColumn::Missing);
    }
    if trust == KeyTrust::Said {
        return Ok(KeyColumn::Keys);
    }
    let mut survey = Survey::default();
    for row in rows {
        let row = row?;
        let key = row.table.columns.place(KEY).and_then(|place| row.cells.get(place));
        survey.add(key.map_or("", String::as_str));
        if survey.is_decided() {
            break;
        }
    }
    Ok(survey.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surveyed(cells: impl IntoIterator<Item = String>) -> KeyColumn {
        let mut survey = Survey::default();
        for cell in cells {
            survey.add(&cell);
            if survey.is_decided() {
                break;
            }
        }
        survey.finish()
    }

    #[test]
    fn running_numbers_and_what_is_short_or_stands_twice_prove_nothing() {
        for cells in [
            "1|2|3",
            "0|1|2",
            "3|17|29|58",
            "1",
            "1.|2.|3.",
            "01|02|03",
            "#1|#2",
            "第1条|第2条",
            "A001|A002|A003",
            "offer-1|offer-2|offer-9",
            "1001|1002|1003",
            "100001|100002|100005",
            "1234|7777|9999",
            "a|b|c",
            "tx|bd",
            "TX-7|TX-9|TX-12",
            "７|８|９",
            "1.1|1.2|2.1",
            "20240517|20260601",
            "2024-05-17|2026-06-01",
            "123456|987654|123456",
            "7f3a-1|7f3a-1",
            "",
        ] {
            assert_eq!(surveyed(cells.split('|').map(str::to_owned)), KeyColumn::Marks, "{cells}");
        }
        assert_eq!(surveyed((1..500).map(|number| (number * 7).to_string())), KeyColumn::Marks);
        assert_eq!(surveyed((1..5000).map(|number| format!("{}", 100_000 + number * 9))), KeyColumn::Marks);
    }

    #[test]
    fn what_nobody_else_would_write_is_a_key() {
        for cells in [
            "3f2b8c1e-77aa-4b1f-9c0e-aa01|91bc2d44-0000-4b1f-9c0e-bb02",
            "tencent-backend-2024|alibaba-algo-2024",
            "482913|105577|990021",
            "8f3a|91bc|c0de",
            "T8f3a|T91bc",
            "17482913|99105577",
            "20240517|99105577|20240518",
            "8f3a||91bc|",
        ] {
            assert_eq!(surveyed(cells.split('|').map(str::to_owned)), KeyColumn::Keys, "{cells}");
        }
    }
}
