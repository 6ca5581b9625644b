//! What headers are called, in Chinese and English, and what may stand around a name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::column::{Column, EDUCATION, all_columns, column_name, is_pay};
use super::{header_groups, parts, paths};
use crate::import::normalise::pay::says_of_pay;
use crate::model::case::Field;
use crate::text::name_key;
use crate::word_tables;

/// Names of headers, each with the name of the column that it means; compared as names are.
static HEADERS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::rows(include_str!("../../../seed/import/headers.csv")));

/// Names of headers that mean one of several columns, with `|` between these; the cells say which.
static AMBIGUOUS: LazyLock<HashMap<String, Vec<Column>>> = LazyLock::new(|| {
    let rows: Vec<(String, String)> = word_tables::rows(include_str!("../../../seed/import/ambiguous_headers.csv"));
    let columns = |names: &str| names.split('|').filter_map(called).collect();
    rows.iter().map(|(header, names)| (name_key(header), columns(names))).collect()
});

/// What may stand beside a name without changing what it means: the unit of an amount.
const UNITS: &[&str] =
    &["万", "万元", "元", "k", "w", "年", "月", "天", "日", "周", "rmb", "cny", "人民币", "千", "税前", "days", "yuan"];

/// Whether a text only says what is counted, and nothing of what: （万）, k/月.
pub(super) fn is_unit(text: &str) -> bool {
    let parts = || text.split(|it: char| !it.is_alphanumeric()).filter(|part| !part.is_empty());
    parts().next().is_some() && parts().all(|part| UNITS.contains(&name_key(part).as_str()))
}

/// Every field that a column of a table may say, in the order of the fields.
pub(super) static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let has_headers = |field: &Field| HEADERS.iter().any(|(_, column)| column == column_name(*field));
    Field::ALL.iter().copied().filter(has_headers).collect()
});

/// Names of headers by their keys, with the columns that they mean.
static BY_KEY: LazyLock<HashMap<String, Column>> = LazyLock::new(|| {
    let columns = all_columns().filter(|column| *column != Column::Nothing);
    let columns = columns.map(|column| (name_key(column_name(column)), column));
    columns.chain(HEADERS.iter().filter_map(|(header, name)| Some((name_key(header), called(name)?)))).collect()
});

/// The column of this name, as the tables of headers have it.
pub(super) fn called(name: &str) -> Option<Column> {
    all_columns().find(|column| column_name(*column) == name)
}

/// Words of which one stands in every header that means a column, as [`name_key`] gives them.
pub(super) fn words_of(column: Column) -> Vec<String> {
    let ambiguous = AMBIGUOUS.iter().filter(|(_, columns)| columns.contains(&column)).map(|(name, _)| name.clone());
    let named = BY_KEY.iter().filter(|(_, other)| **other == column).map(|(name, _)| name.clone());
    let mut words: Vec<String> = named.chain(parts::words_of(column)).chain(ambiguous).collect();
    words.sort_by_key(|word| word.chars().count());
    let mut least: Vec<String> = Vec::new();
    for word in words {
        if !least.iter().any(|short| word.contains(short.as_str())) {
            least.push(word);
        }
    }
    least
}

/// How surely a column is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// The cells say so.
    Cells,
    /// A header that is made of words for the column: `投递公司`, `companyShortName`.
    Parts,
    /// A known name with a unit, a translation or an ornament: `*公司`, `公司 Company`, `薪资(万/年)`.
    Decorated,
    /// A known name.
    Exact,
    /// The reader of the file said so.
    Mapped,
}

/// What a header says by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Name {
    /// A column.
    Means(Column, Match),
    /// One of several columns, or none: the cells say which.
    Either(&'static [Column]),
    /// A word for a column stands in it, beside others that nobody knows.
    Hints(Column),
    /// Something else, whatever the cells look like; of what kind it is, where a word for a column stands in it.
    Other(Option<Column>),
    /// Nothing that is known.
    Unknown,
}

/// What a header means, if its name is known.
pub(super) fn meaning(header: &str) -> Option<(Column, Match)> {
    match name_of(header) {
        Name::Means(column, certainty) => Some((column, certainty)),
        Name::Either(columns) => columns.first().map(|column| (*column, Match::Cells)),
        Name::Hints(_) | Name::Other(_) | Name::Unknown => None,
    }
}

/// What a header says by its name.
pub(super) fn name_of(header: &str) -> Name {
    if let Some((group, own)) = header_groups::parted(header) {
        return header_groups::name_within(group, own);
    }
    let header = &*paths::plain(header);
    let key = name_key(header);
    if let Some(column) = BY_KEY.get(&key) {
        return Name::Means(*column, Match::Exact);
    }
    if let Some(columns) = AMBIGUOUS.get(&key).or_else(|| AMBIGUOUS.get(&key.replace(['_', '-'], ""))) {
        return Name::Either(columns);
    }
    // Headers are short; what is longer is text.
    const MAX_CHARS: usize = 60;
    if header.chars().count() > MAX_CHARS {
        return Name::Unknown;
    }
    let (outside, inside) = split_brackets(header);
    let is_all_inside = !outside.contains(char::is_alphabetic);
    if !is_all_inside && parts::say_elsewhere(&inside) {
        return Name::Other(parts::read(&outside).column());
    }
    let column = undecorated(&outside).or_else(|| undecorated(&inside).filter(|_| is_all_inside));
    if let Some(column) = column {
        return Name::Means(column, Match::Decorated);
    }
    if let Some(columns) = AMBIGUOUS.get(&name_key(outside.trim_matches(|it: char| !it.is_alphanumeric()))) {
        // `base(k)` is no place.
        let pay = columns.iter().find(|column| is_pay(**column)).filter(|_| says_of_pay(header));
        return pay.map_or(Name::Either(columns), |column| Name::Means(*column, Match::Decorated));
    }
    match parts::read(if is_all_inside { &inside } else { &outside }) {
        parts::Said::Column(column) => Name::Means(column, Match::Parts),
        parts::Said::Among(column) => Name::Hints(column),
        parts::Said::Other(column) => Name::Other(column),
        parts::Said::Nothing => Name::Unknown,
    }
}

/// The text outside and the text inside brackets of any width.
fn split_brackets(header: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth) = (String::new(), String::new(), 0_usize);
    for character in header.chars() {
        match character {
            '(' | '（' | '[' | '【' | '［' | '「' | '〔' | '<' | '《' => depth += 1,
            ')' | '）' | ']' | '】' | '］' | '」' | '〕' | '>' | '》' => depth = depth.saturating_sub(1),
            _ if depth > 0 => inside.push(character),
            _ => outside.push(character),
        }
    }
    (outside, inside)
}

/// What a header means after its ornaments, its number and its translation are taken away.
fn undecorated(header: &str) -> Option<Column> {
    let ornament = |character: char| !character.is_alphanumeric();
    let name = header.trim_matches(ornament);
    let numbered = name.trim_start_matches(|character: char| character.is_ascii_digit());
    let name = if numbered.starts_with(['.', '、', '．', ':', ' ']) { numbered.trim_matches(ornament) } else { name };
    let joined: String = name.chars().filter(|character| !matches!(character, '_' | '-')).collect();
    BY_KEY.get(&name_key(name)).or_else(|| BY_KEY.get(&name_key(&joined))).copied().or_else(|| translated(name))
}

/// What a header means whose parts are names of one column, as in `公司/Company`, or units.
fn translated(header: &str) -> Option<Column> {
    let whole_parts = header.split(|character: char| !character.is_alphanumeric() && character != ' ');
    let by_script = script_runs(header);
    agreed(whole_parts.map(str::to_owned)).or_else(|| agreed(by_script.into_iter()))
}

fn agreed(parts: impl Iterator<Item = String>) -> Option<Column> {
    let mut columns = Vec::new();
    for part in parts.map(|part| name_key(&part)).filter(|part| !part.is_empty()) {
        match BY_KEY.get(&part) {
            Some(column) => columns.push(*column),
            None if UNITS.contains(&part.as_str()) => {}
            None => return None,
        }
    }
    columns.dedup();
    match columns.as_slice() {
        [only] => Some(*only),
        [Column::Field(Field::School), Column::Field(EDUCATION)]
        | [Column::Field(EDUCATION), Column::Field(Field::School)] => Some(EDUCATION.into()),
        _ => None,
    }
}

/// The Latin and the other words of a header, apart: `公司名称CompanyName` has two.
fn script_runs(header: &str) -> Vec<String> {
    let mut runs: Vec<String> = Vec::new();
    let mut latin = None;
    for character in header.chars() {
        let is_latin = character.is_ascii_alphanumeric() || (character == ' ' && latin == Some(true));
        let is_word = is_latin || character.is_alphanumeric();
        if !is_word {
            latin = None;
        } else if latin == Some(is_latin) {
            runs.last_mut().into_iter().for_each(|run| run.push(character));
        } else {
            runs.push(character.to_string());
            latin = Some(is_latin);
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::super::column::PAY;
    use super::*;

    #[test]
    fn a_name_belongs_to_one_column() {
        let mut seen = HashMap::new();
        let ambiguous = AMBIGUOUS.keys().map(|header| (header.clone(), "several".to_owned()));
        for (header, column) in HEADERS.iter().cloned().chain(ambiguous) {
            assert!(column == "several" || called(&column).is_some(), "{header},{column}: no field is called so");
            let other = seen.insert(name_key(&header), column.clone());
            assert_eq!(other, None, "{header} means {column} too");
        }
        for (header, columns) in AMBIGUOUS.iter() {
            assert!(!columns.is_empty(), "{header} means nothing");
        }
        for field in FIELDS.iter() {
            assert_eq!(meaning(column_name(*field)), Some((Column::Field(*field), Match::Exact)));
        }
    }

    #[test]
    fn names_are_found_with_what_stands_around_them() {
        for (column, headers) in [
            (
                Field::Company,
                "公司 Company;公司/Company;公司（必填）;*公司;公司名称:;公司名称：;公司\nCompany Name;\
                 公司名称CompanyName;【公司】;1、公司;company_name",
            ),
            (PAY, "薪资(万/年);薪资/万;年薪（W）;Salary (USD);薪資（港幣）"),
            (EDUCATION, "院校 / 学历;院校、学历;學歷"),
            (Field::BachelorSchool, "本科院校（全称）"),
            (Field::PreparationDays, "准备时间（天）"),
            (Field::Role, "Job Title*;岗位|Position"),
        ] {
            for header in headers.split(';') {
                assert_eq!(meaning(header).map(|(column, _)| column), Some(column.into()), "header: {header}");
            }
        }
    }

    #[test]
    fn what_only_has_a_name_in_it_is_not_taken_for_it() {
        for header in "公司规模|学校及格|公司/岗位|company_name_en|offer 数量||***|(万)|百度|本科tier|薪资（期望）|\
                       Salary (expected)|Company Size|薪资单位"
            .split('|')
        {
            assert_eq!(meaning(header), None, "header: {header}");
        }
    }
}
