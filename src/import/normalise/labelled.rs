//! Facts that stand in a text behind their label, as `最高学历:硕士985` in a remark: a label is the name of a header with a
//! colon behind it, or in 【】. Prose without labels says nothing here.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::education;
use super::setting::Setting;
use super::text::squeezed;
use crate::import::read::column::is_pay;
use crate::import::read::header::{EDUCATION, KEY, PAY, labelled_fields};
use crate::model::case::Field;
use crate::word_tables;

/// Longest label, in characters.
const MAX_LABEL_CHARS: usize = 16;
/// Longest fact, in characters: what is longer is prose.
const MAX_FACT_CHARS: usize = 60;

/// Words of pay that say what a figure behind them is, and belong to it.
static PAY_WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let words: Vec<(String, String)> = word_tables::words(include_str!("../../../seed/import/pay.csv"));
    words.into_iter().map(|(word, _)| word.replace(' ', "")).collect()
});

/// A fact with its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LabelledFact {
    /// The column as whose cell it is read.
    pub column: Field,
    /// What stands behind the label.
    pub text: String,
    /// The place of the cell that it stands in.
    pub place: usize,
}

/// The facts in the cells of a row that no field is read of, and in its summary.
pub(super) fn facts(cells: &[String], setting: &Setting<'_>) -> Vec<LabelledFact> {
    let mut found: Vec<LabelledFact> = Vec::new();
    for place in &setting.texts {
        let Some(cell) = cells.get(*place).filter(|cell| has_label(cell)) else { continue };
        for (label, text) in labelled(cell) {
            let fields = labelled_fields(label);
            // A label of several columns means the one that its text fits.
            let is_meant = |column: &Field| fields.len() == 1 || fits(*column, text);
            let read = |column| Some(LabelledFact { column, text: fact(column, label, text, setting)?, place: *place });
            found.extend(fields.iter().copied().filter(is_meant).find_map(read));
        }
    }
    found
}

fn has_label(cell: &str) -> bool {
    cell.contains([':', '：', '【'])
}

/// Whether a text is more likely of such a column: pay has a figure, and a place has none.
fn fits(column: Field, text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit()) == is_pay(column.into())
}

/// The labels in a text with what stands behind each, up to the next one or to the end of the sentence.
fn labelled(text: &str) -> Vec<(&str, &str)> {
    let labels = labels(text);
    let ends = labels.iter().skip(1).map(|(range, _)| range.start).chain([text.len()]);
    let sentence = |text: &'static [char]| move |character: char| text.contains(&character);
    let of = |((range, behind), end): (&(std::ops::Range<usize>, usize), usize)| {
        let fact = text.get(*behind..end)?;
        let fact =
            fact.split(sentence(&['\n', '\r', ';', '；', '。', '|', '｜', '【', '/'])).next().unwrap_or_default();
        let fact = fact.trim().trim_end_matches(['，', ',', '、', ' ']);
        let is_fact = !fact.is_empty() && fact.chars().count() <= MAX_FACT_CHARS;
        is_fact.then(|| (&text[range.clone()], fact))
    };
    labels.iter().zip(ends).filter_map(of).collect()
}

/// Where labels stand, known or not, and where what they label begins.
fn labels(text: &str) -> Vec<(std::ops::Range<usize>, usize)> {
    let mut found: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
    for (place, sign) in text.char_indices() {
        let label = match sign {
            ':' | '：' => word_before(text, place),
            '】' => text[..place].rfind('【').map(|open| open + '【'.len_utf8()..place),
            _ => None,
        };
        let is_label = |label: &std::ops::Range<usize>| {
            let word = &text[label.clone()];
            word.starts_with(char::is_alphabetic) && word.chars().count() <= MAX_LABEL_CHARS
        };
        let mut behind = place + sign.len_utf8();
        // 【学历】：硕士
        if sign == '】' && text[behind..].starts_with([':', '：']) {
            behind += text[behind..].chars().next().map_or(0, char::len_utf8);
        }
        if let Some(label) = label.filter(is_label)
            && found.last().is_none_or(|(_, behind)| *behind <= label.start)
        {
            found.push((label, behind));
        }
    }
    found
}

/// The word before a colon: Chinese up to a space or a sign, Latin with the words before it that are Latin too.
fn word_before(text: &str, colon: usize) -> Option<std::ops::Range<usize>> {
    let before = text[..colon].trim_end();
    let is_latin = before.ends_with(|last: char| last.is_ascii_alphanumeric());
    let is_word = |character: char| {
        character.is_alphanumeric() || character == '/' || character == '_' || (is_latin && character == ' ')
    };
    let start = before.char_indices().rev().take_while(|(_, character)| is_word(*character)).last()?.0;
    let label = &before[start..];
    let start = start + (label.len() - label.trim_start().len());
    Some(start..before.len())
}

/// What is read of a fact: all of it where it can be, else what stands before the first comma or, in Chinese, the first
/// space. `None` where it is not read here.
fn fact(column: Field, label: &str, text: &str, setting: &Setting<'_>) -> Option<String> {
    if [Field::Company, Field::Role, Field::Summary, Field::Tags, KEY].contains(&column) {
        return None;
    }
    let first = first_part(text);
    if column == EDUCATION {
        let is_read = |text: &&str| education::read(text, &setting.vocabulary).is_ok();
        return [text, first]
            .iter()
            .find(|text| is_read(text))
            .map(|text| (*text).to_owned())
            .or(Some(first.to_owned()));
    }
    let says_what = column == PAY && PAY_WORDS.contains(&squeezed(label));
    Some(if says_what { format!("{label}{first}") } else { first.to_owned() })
}

fn first_part(text: &str) -> &str {
    let mut before = None;
    let mut signs = text.char_indices().peekable();
    while let Some((place, sign)) = signs.next() {
        let is_in_number = |next: Option<&(usize, char)>| {
            before.is_some_and(|before: char| before.is_ascii_digit())
                && next.is_some_and(|(_, next)| next.is_ascii_digit())
        };
        let is_end = match sign {
            '，' | '、' => true,
            ',' => !is_in_number(signs.peek()),
            ' ' => {
                before.is_some_and(|before: char| before.is_alphanumeric() && !before.is_ascii())
                    || (before.is_some_and(|before| before.is_ascii_digit())
                        && signs.peek().is_some_and(|(_, next)| !next.is_ascii()))
            }
            _ => false,
        };
        if is_end {
            return text[..place].trim_end();
        }
        before = Some(sign);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_with_what_stands_behind_them() {
        for (text, expected) in [
            ("最高学历:硕士985 其余:15*16，一般", &[("最高学历", "硕士985"), ("其余", "15*16，一般")][..]),
            ("学历：211本，985硕；专业：软件工程", &[("学历", "211本，985硕"), ("专业", "软件工程")]),
            ("【学历】硕士【学校】浙大", &[("学历", "硕士"), ("学校", "浙大")]),
            ("【学历】：硕士\n【学校】：浙大", &[("学历", "硕士"), ("学校", "浙大")]),
            ("base: 上海, total package: 45w", &[("base", "上海"), ("total package", "45w")]),
            ("三轮面试，学历: 硕士。其他一般", &[("学历", "硕士")]),
            ("10:30 面试", &[]),
            ("学历硕士", &[]),
            ("总包：", &[]),
        ] {
            assert_eq!(labelled(text), expected, "{text}");
        }
    }

    #[test]
    fn of_a_fact_with_more_behind_it_the_first_part_is_taken() {
        for (text, expected) in [
            ("45w，base 25k*15", "45w"),
            ("20,000", "20,000"),
            ("硕士 三轮面试", "硕士"),
            ("25k*15 一般", "25k*15"),
            ("San Francisco", "San Francisco"),
            ("上海", "上海"),
        ] {
            assert_eq!(first_part(text), expected, "{text}");
        }
    }
}
