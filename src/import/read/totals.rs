//! Lines of a table that are no rows of it: sums and averages, and the notes below it. They are skipped, and told.

use std::sync::LazyLock;

use serde::Deserialize;

use super::cells::shortened;
use super::header::Columns;
use crate::model::case::Field;
use crate::parameters::{Message, message};
use crate::privacy::masked;
use crate::text::search_text;
use crate::word_tables;

/// How a word tells such a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LineMatch {
    /// As the first filled cell, or that of the company, with no more than a number behind it.
    Alone,
    /// Before a colon at the beginning of the only cell.
    BeforeColon,
    /// At the beginning of the only cell.
    AtStart,
}

static WORDS: LazyLock<Vec<(String, LineMatch)>> =
    LazyLock::new(|| word_tables::words(include_str!("../../../seed/import/total_lines.csv")));

/// Lines that are told one by one.
const MAX_TOLD: usize = 5;
/// Characters of each.
const MAX_TOLD_CHARS: usize = 40;

/// The lines of a table that were skipped.
#[derive(Debug, Default)]
pub(super) struct TotalLines {
    company: Option<usize>,
    role: Option<usize>,
    count: usize,
    told: Vec<String>,
}

impl TotalLines {
    /// Of a table with these columns; none of them so far.
    pub(super) fn of(columns: &Columns) -> Self {
        Self { company: columns.place(Field::Company), role: columns.place(Field::Role), ..Self::default() }
    }

    /// Goes on below a header with other columns.
    pub(super) fn follow(&mut self, columns: &Columns) {
        (self.company, self.role) = (columns.place(Field::Company), columns.place(Field::Role));
    }

    /// Whether a row is such a line, which is counted then.
    pub(super) fn takes(&mut self, cells: &[String]) -> bool {
        let is_one = self.is_one(cells);
        if is_one {
            self.count += 1;
            if self.told.len() < MAX_TOLD {
                let words: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
                self.told.push(shortened(&masked(&words.join(", ")).0, MAX_TOLD_CHARS));
            }
        }
        is_one
    }

    /// A line that names a role is a row, whatever its company is called: there is a company Total.
    fn is_one(&self, cells: &[String]) -> bool {
        let (Some(company), Some(role)) = (self.company, self.role) else { return false };
        if cells.get(role).is_none_or(|cell| cell.contains(char::is_alphabetic)) {
            return false;
        }
        let mut filled = cells.iter().filter(|cell| !cell.is_empty());
        let Some(first) = filled.next() else { return false };
        let is_only = filled.next().is_none();
        is_total(first) || cells.get(company).is_some_and(|cell| is_total(cell)) || (is_only && is_note(first))
    }

    /// How many were skipped, and which; `None` where none was.
    pub(super) fn note(&self) -> Option<Message> {
        let more = if self.count > self.told.len() { "; …" } else { "" };
        let lines = self.told.join("; ");
        let count = self.count;
        (count > 0).then(|| {
            message!(
                "lines of totals and notes that were skipped: {count} ({lines}{more})",
                "跳过的合计行和说明行：{count}（{lines}{more}）"
            )
        })
    }
}

fn has(by: LineMatch, text: &str) -> bool {
    WORDS.iter().any(|(word, other)| *other == by && word == text)
}

/// Whether a cell is a word for a sum, with or without a number, as in `合计：12 人`.
fn is_total(cell: &str) -> bool {
    let text = search_text(cell);
    let around = |character: char| !character.is_alphabetic();
    let units = ['人', '条', '个', '家', '行', '份'];
    let word = text.trim_matches(around);
    let has_number = text.contains(|character: char| character.is_ascii_digit());
    let word = if has_number { word.trim_end_matches(units).trim_end_matches(around) } else { word };
    has(LineMatch::Alone, word)
}

/// Whether a cell begins as a note below a table does.
fn is_note(cell: &str) -> bool {
    let text = search_text(cell);
    let text = text.trim_start_matches(['*', '※', '#', '(', '[', '【', '-', ' ']);
    let before_colon = text.split_once(':').map(|(word, _)| word.trim_end());
    before_colon.is_some_and(|word| has(LineMatch::BeforeColon, word))
        || WORDS.iter().any(|(word, by)| *by == LineMatch::AtStart && text.starts_with(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_totals_and_notes_are_told_from_rows() {
        let header = ["序号", "公司", "岗位", "薪资"].map(str::to_owned);
        let mut lines = TotalLines::of(&Columns::of(&header, &[]).expect("columns"));
        let mut told = 0;
        for (row, expected) in [
            ("合计|||25w", true),
            ("|合计||25w", true),
            ("|合计：12 人||", true),
            ("合计: 12|||", true),
            ("|平均值|-|25w", true),
            ("|Average||250000", true),
            ("Grand Total||12|", true),
            ("|小计|3|75w", true),
            ("中位数|||24w", true),
            ("注：以上为税前|||", true),
            ("数据来源：牛客网|||", true),
            ("以上数据仅供参考|||", true),
            ("|Note: before tax||", true),
            ("* Source: the web|||", true),
            ("【说明：仅供参考】|||", true),
            ("1|Total|Data Engineer|60k", false),
            ("2|Max|后端开发|", false),
            ("3|合计科技|后端开发|", false),
            ("4|腾讯||24w", false),
            ("5||后端开发|", false),
            ("|平均律科技||", false),
            ("|注意力科技||", false),
            ("|来源科技||", false),
            ("6|||", false),
            ("|||", false),
        ] {
            let cells: Vec<String> = row.split('|').map(str::to_owned).collect();
            assert_eq!(lines.takes(&cells), expected, "{row}");
            told += usize::from(expected);
        }
        let note = lines.note().expect("a note").en;
        assert!(note.contains(&format!("skipped: {told} (合计, 25w; ")) && note.ends_with("; …)"), "{note}");
    }
}
