//! What a header says by the words that it is made of, where nobody knows it as a whole: `投递公司`, `companyShortName`,
//! `totalyearlycompensation`.
//!
//! A word is of a column (`公司`), says nothing more beside some columns (`投递` beside a company, not beside a date), or
//! says another thing (`规模`). Only a header all of whose words are known is sure.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::column::{Column, column_name};
use super::names::called;
use crate::model::case::Field;
use crate::text::name_key;
use crate::word_tables;

/// A word in a header.
#[derive(Debug, Deserialize)]
struct Row {
    part: String,
    means: String,
    /// Columns beside which a plain word says nothing more, with `|` between them; blank = all.
    beside: String,
}

/// What a word says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// A column.
    Of(Column),
    /// Nothing more, beside these columns; none = all.
    Plain(Vec<Column>),
    /// Another thing; `is_elsewhere` where even in brackets.
    Other {
        /// Whether it says so in brackets too.
        is_elsewhere: bool,
    },
    /// Nobody knows.
    Unknown,
}

static PARTS: LazyLock<HashMap<String, Part>> = LazyLock::new(|| {
    let rows: Vec<Row> = word_tables::rows(include_str!("../../../seed/import/header_parts.csv"));
    let part = |row: &Row| match row.means.as_str() {
        "plain" => Some(Part::Plain(row.beside.split('|').filter_map(called).collect())),
        "other" => Some(Part::Other { is_elsewhere: false }),
        "elsewhere" => Some(Part::Other { is_elsewhere: true }),
        column => called(column).map(Part::Of),
    };
    rows.iter().filter_map(|row| Some((name_key(&row.part), part(row)?))).collect()
});

/// The longest word of the table, in characters.
static LONGEST: LazyLock<usize> =
    LazyLock::new(|| PARTS.keys().map(|part| part.chars().count()).max().unwrap_or_default());

/// What the words of a header say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A column, and nothing else.
    Column(Column),
    /// A column, and something that nobody knows.
    Among(Column),
    /// Another thing, beside a word for this column.
    Other(Option<Column>),
    /// Nothing that is known.
    Nothing,
}

impl Said {
    /// The column for which a word stands there.
    pub(super) fn column(self) -> Option<Column> {
        match self {
            Self::Column(column) | Self::Among(column) => Some(column),
            Self::Other(column) => column,
            Self::Nothing => None,
        }
    }
}

/// The words for a column.
pub(super) fn words_of(column: Column) -> impl Iterator<Item = String> {
    PARTS.iter().filter(move |(_, part)| **part == Part::Of(column)).map(|(word, _)| word.clone())
}

/// Whether words in brackets say that the name before them means another thing: `薪资（期望）`.
pub(super) fn say_elsewhere(inside: &str) -> bool {
    words(inside).any(|word| split(&word).contains(&Part::Other { is_elsewhere: true }))
}

/// What the words of a header say together.
pub(super) fn read(header: &str) -> Said {
    let mut found: Option<Column> = None;
    let mut parts = Vec::new();
    let mut is_closed = false;
    let mut is_mixed = false;
    for word in words(header) {
        // What follows `of` says of what it is: Name of the Company.
        is_closed |= word == "of" && found.is_some();
        for part in split(&word) {
            if let Part::Of(column) = part {
                match found {
                    None => found = Some(column),
                    Some(first) if first == column => {}
                    Some(first) if is_closed => is_mixed |= !may_precede(column, first),
                    Some(first) => {
                        is_mixed |= !may_precede(first, column);
                        found = Some(column);
                    }
                }
            }
            parts.push(part);
        }
    }
    // 公司/岗位 are two things in one column.
    is_mixed |= header.contains(['/', '、', '|', '&', '+', ',', '，', ';', '；', '和', '与']) && names_several(&parts);
    let Some(column) = found else {
        return if parts.iter().any(|part| matches!(part, Part::Other { .. })) {
            Said::Other(None)
        } else {
            Said::Nothing
        };
    };
    let is_other = |part: &Part| match part {
        Part::Other { .. } => true,
        Part::Plain(beside) => !beside.is_empty() && !beside.contains(&column),
        Part::Of(_) | Part::Unknown => false,
    };
    if is_mixed || parts.iter().any(is_other) {
        Said::Other(Some(column))
    } else if parts.contains(&Part::Unknown) {
        Said::Among(column)
    } else {
        Said::Column(column)
    }
}

fn names_several(parts: &[Part]) -> bool {
    let mut columns = parts.iter().filter(|part| matches!(part, Part::Of(_)));
    columns.next().is_some_and(|first| columns.any(|other| other != first))
}

/// Whether a word for one column before that for another only says whose it is: the salary of a job, the city of a company.
fn may_precede(first: Column, second: Column) -> bool {
    let (Column::Field(first), Column::Field(second)) = (first, second) else { return false };
    match first {
        Field::Company => matches!(column_name(second), "role" | "city" | "pay"),
        Field::Role => matches!(column_name(second), "company" | "city" | "pay" | "education"),
        _ => false,
    }
}

/// The words of a header in lower case and simplified characters; `companyShortName` has three.
fn words(header: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for character in header.nfkc() {
        if !character.is_alphanumeric() {
            before = None;
            continue;
        }
        let goes_on = before.is_some_and(|before| {
            before.is_ascii() == character.is_ascii()
                && before.is_ascii_digit() == character.is_ascii_digit()
                && !(before.is_lowercase() && character.is_uppercase())
        });
        match words.last_mut().filter(|_| goes_on) {
            Some(word) => word.push(character),
            None => words.push(character.to_string()),
        }
        before = Some(character);
    }
    words.into_iter().map(|word| name_key(&word))
}

/// The parts of a word, as few and as wholly known as can be.
fn split(word: &str) -> Vec<Part> {
    if let Some(part) = PARTS.get(word) {
        return vec![part.clone()];
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return vec![Part::Plain(Vec::new())];
    }
    let characters: Vec<char> = word.chars().collect();
    /// A longer one is no header.
    const MAX_CHARS: usize = 40;
    let unknown = vec![Part::Unknown];
    if characters.len() > MAX_CHARS {
        return unknown;
    }
    let is_latin = word.is_ascii();
    // Of each beginning: how many characters are unknown, of how many parts it is, and the length of the last.
    let mut best: Vec<(usize, usize, usize, bool)> = vec![(0, 0, 0, true)];
    for end in 1..=characters.len() {
        let skip = best[end - 1];
        let mut found = (skip.0 + 1, skip.1 + 1, 1, false);
        let least = if is_latin { 2 } else { 1 };
        for length in least..=end.min(*LONGEST) {
            let piece: String = characters[end - length..end].iter().collect();
            let (unknown, parts, ..) = best[end - length];
            if PARTS.contains_key(&piece) && (unknown, parts + 1) < (found.0, found.1) {
                found = (unknown, parts + 1, length, true);
            }
        }
        best.push(found);
    }
    // Letters that happen to be a word within another are none: `at` in `data`.
    if is_latin && best[characters.len()].0 > 0 {
        return unknown;
    }
    let mut parts = Vec::new();
    let mut end = characters.len();
    while end > 0 {
        let (.., length, is_known) = best[end];
        let piece: String = characters[end - length..end].iter().collect();
        parts.push(PARTS.get(&piece).filter(|_| is_known).cloned().unwrap_or(Part::Unknown));
        end -= length;
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_table_says_something() {
        let rows: Vec<Row> = word_tables::rows(include_str!("../../../seed/import/header_parts.csv"));
        assert_eq!(rows.len(), PARTS.len(), "a word says a column that is none, or stands twice");
        for row in &rows {
            assert!(row.beside.split('|').all(|name| name.is_empty() || called(name).is_some()), "{row:?}");
        }
    }

    #[test]
    fn headers_are_read_by_their_words() {
        for (column, headers) in [
            (
                "company",
                "投递的公司|签约单位名称|companyShortName|company_full_name|COMPANYNAME|就业单位全称|Name of Employer",
            ),
            ("role", "拟录用岗位|jobTitle|job_position|JobRole|入职的职位|意向职位名称|Title of Position|應聘職務"),
            (
                "pay",
                "totalyearlycompensation|annual_salary_usd|岗位薪资|月薪资|税前总收入|providesalary_text|薪資範圍|基本月薪",
            ),
            ("city", "工作所在城市|jobLocation|公司地址|Work City|companyCity|職位地點|城市名称"),
            ("date", "发布日期|offer_date|录取时间|datePosted|submission time"),
            ("education", "educationLevel|学历层次要求|degree_required|最高学位"),
        ] {
            for header in headers.split('|') {
                assert_eq!(read(header), Said::Column(called(column).expect(column)), "{header}");
            }
        }
        for header in "公司规模|companySize|公司类型|上家公司|目前公司|current_company|期望薪资|最低薪资|投递时间|面试时间|\
                       毕业时间|工作时间|入职时间|岗位职级|company_id|学校类型|公司简介标签|salary_currency|本科学校|\
                       公司/岗位|学校专业|avg_salary|job_category|毕业院校类别|HR姓名|公司官网|start date|手机号码|职位描述"
            .split('|')
        {
            assert!(!matches!(read(header), Said::Column(_)), "{header} is {:?}", read(header));
        }
        assert_eq!(read("甲方公司"), Said::Among(Field::Company.into()));
        assert_eq!(read("心情"), Said::Nothing);
        assert_eq!(read("data"), Said::Nothing);
    }
}
