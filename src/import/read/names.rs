//! What headers are called, in Chinese and English, and what may stand around a name.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::header::{EDUCATION, column_name};
use super::paths;
use crate::model::case::Field;
use crate::text::name_key;
use crate::word_tables;

/// Names of headers, each with the name of the column that it means; compared as names are.
static HEADERS: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| word_tables::rows(include_str!("../../../seed/import/headers.csv")));

/// What may stand beside a name without changing what it means: the unit of an amount.
const UNITS: &[&str] =
    &["万", "万元", "元", "k", "w", "年", "月", "天", "日", "周", "rmb", "cny", "人民币", "千", "税前", "days", "yuan"];

/// Every column that a table may have, in the order of the fields.
pub(super) static COLUMNS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let has_headers = |field: &Field| HEADERS.iter().any(|(_, column)| column == column_name(*field));
    Field::ALL.iter().copied().filter(has_headers).collect()
});

static BY_KEY: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let column = |name: &str| COLUMNS.iter().copied().find(|column| column_name(*column) == name);
    let columns = COLUMNS.iter().map(|column| (name_key(column_name(*column)), *column));
    columns.chain(HEADERS.iter().filter_map(|(header, name)| Some((name_key(header), column(name)?)))).collect()
});

/// How surely a header means a column: a bare name is surer than one with something around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// A known name with a unit, a translation or an ornament: `*公司`, `公司 Company`, `薪资(万/年)`.
    Decorated,
    /// A known name.
    Exact,
    /// The reader of the file said so.
    Mapped,
}

/// What a header means, if its name is known.
pub(super) fn meaning(header: &str) -> Option<(Field, Match)> {
    let header = &*paths::plain(header);
    if let Some(column) = BY_KEY.get(&name_key(header)) {
        return Some((*column, Match::Exact));
    }
    // Headers are short; what is longer is text.
    const MAX_CHARS: usize = 60;
    if header.chars().count() > MAX_CHARS {
        return None;
    }
    let (outside, inside) = split_brackets(header);
    let is_all_inside = !outside.contains(char::is_alphabetic);
    let column = undecorated(&outside).or_else(|| undecorated(&inside).filter(|_| is_all_inside))?;
    Some((column, Match::Decorated))
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
fn undecorated(header: &str) -> Option<Field> {
    let ornament = |character: char| !character.is_alphanumeric();
    let name = header.trim_matches(ornament);
    let numbered = name.trim_start_matches(|character: char| character.is_ascii_digit());
    let name = if numbered.starts_with(['.', '、', '．', ':', ' ']) { numbered.trim_matches(ornament) } else { name };
    let joined: String = name.chars().filter(|character| !matches!(character, '_' | '-')).collect();
    BY_KEY.get(&name_key(name)).or_else(|| BY_KEY.get(&name_key(&joined))).copied().or_else(|| translated(name))
}

/// What a header means whose parts are names of one column, as in `公司/Company`, or units.
fn translated(header: &str) -> Option<Field> {
    let whole_parts = header.split(|character: char| !character.is_alphanumeric() && character != ' ');
    let by_script = script_runs(header);
    agreed(whole_parts.map(str::to_owned)).or_else(|| agreed(by_script.into_iter()))
}

fn agreed(parts: impl Iterator<Item = String>) -> Option<Field> {
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
        [Field::School, EDUCATION] | [EDUCATION, Field::School] => Some(EDUCATION),
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
    use super::super::header::PAY;
    use super::*;

    #[test]
    fn a_name_belongs_to_one_column() {
        let mut seen = HashMap::new();
        for (header, column) in HEADERS.iter() {
            assert!(
                COLUMNS.iter().any(|known| column_name(*known) == column),
                "{header},{column}: no field is called so"
            );
            let other = seen.insert(name_key(header), column);
            assert_eq!(other, None, "{header} means {column} too");
        }
        for column in COLUMNS.iter() {
            assert_eq!(meaning(column_name(*column)), Some((*column, Match::Exact)));
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
            (PAY, "薪资(万/年);薪资/万;年薪（W）"),
            (EDUCATION, "院校 / 学历;院校、学历"),
            (Field::BachelorSchool, "本科院校（全称）"),
            (Field::PreparationDays, "准备时间（天）"),
            (Field::Role, "Job Title*;岗位|Position"),
        ] {
            for header in headers.split(';') {
                assert_eq!(meaning(header).map(|(column, _)| column), Some(column), "header: {header}");
            }
        }
    }

    #[test]
    fn what_only_has_a_name_in_it_is_not_taken_for_it() {
        for header in "公司规模|学校及格|公司/岗位|company_name_en|offer 数量||***|(万)|百度|本科tier".split('|')
        {
            assert_eq!(meaning(header), None, "header: {header}");
        }
    }
}
