//! Columns of private data: names of persons, how they are reached, the numbers by which schools and employers call them.
//! They are told by their headers, or by what stands in their first cells, and are left out unless they are asked for.
//! Columns that say fields of a case are none of them.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::header::{Columns, KEY};
use super::{ReadError, header_groups};
use crate::privacy;
use crate::text::{name_key, search_text};
use crate::word_tables;

/// What of the private data of a file is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// That of the columns with these headers.
    Columns(Vec<String>),
    /// All.
    Everything,
}

impl Default for Keep {
    /// Nothing.
    fn default() -> Self {
        Self::Columns(Vec::new())
    }
}

impl Keep {
    /// What is kept of the columns of this header.
    pub(super) fn of(&self, header: &[String]) -> Self {
        match self {
            Self::Columns(names) => {
                let is_there = |name: &&String| header.iter().any(|cell| name_key(cell) == name_key(name));
                Self::Columns(names.iter().filter(is_there).cloned().collect())
            }
            Self::Everything => Self::Everything,
        }
    }

    /// Refuses headers that are not there.
    pub(super) fn check(&self, header: &[String]) -> Result<(), ReadError> {
        match (self, self.of(header)) {
            (Self::Columns(names), Self::Columns(there)) => match names.iter().find(|name| !there.contains(name)) {
                Some(name) => Err(ReadError::KeepMissing(name.clone(), header.join(", "))),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// The share of the filled cells that must be private data for their column to be one of it, of at least so many cells.
const MOST_CELLS: f64 = 0.6;
const FEWEST_CELLS: usize = 3;

/// How a word says what a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HeaderMatch {
    /// As the whole header.
    Whole,
    /// As its end.
    Ending,
    /// As one word of it, where the others only say whose it is.
    Word,
    /// Beside such a word.
    Beside,
}

static WORDS: LazyLock<Vec<(String, HeaderMatch)>> = LazyLock::new(|| {
    let rows: Vec<(String, HeaderMatch)> = word_tables::rows(include_str!("../../../seed/import/private_columns.csv"));
    rows.into_iter().map(|(word, by)| (joined(&words(&word, false)), by)).collect()
});

/// What stands around the words of a header and says nothing.
const FILLERS: &[&str] = &["of", "the", "your", "a", "an", "my", "please", "enter", "s"];
const CHINESE_FILLERS: &[&str] = &["您的", "你的", "请填写", "请输入", "本人"];

/// Which columns of a table are left out, and in which private data is masked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateColumns {
    left_out: HashSet<usize>,
    kept: HashSet<usize>,
    keeps_everything: bool,
}

impl PrivateColumns {
    /// Those of a table, from its header and its first rows.
    ///
    /// # Errors
    /// Where a header that shall be kept is not there.
    pub(super) fn of(
        header: &[String],
        columns: &Columns,
        first_rows: &[Vec<String>],
        keep: &Keep,
    ) -> Result<Self, ReadError> {
        let Keep::Columns(names) = keep else {
            return Ok(Self { keeps_everything: true, ..Self::default() });
        };
        let is_called = |place: usize, name: &String| name_key(&header[place]) == name_key(name);
        let kept = (0..header.len()).filter(|place| names.iter().any(|name| is_called(*place, name)));
        let kept: HashSet<usize> = kept.collect();
        let is_private = |place: &usize| is_private_header(&header[*place]) || has_private_cells(first_rows, *place);
        let says_nothing = |place: &usize| columns.is_untaken(*place) || columns.place(KEY) == Some(*place);
        let others = (0..header.len()).filter(|place| !kept.contains(place));
        let left_out = others.filter(says_nothing).filter(is_private).collect();
        Ok(Self { left_out, kept, keeps_everything: false })
    }

    /// Whether a column is left out.
    pub fn leaves_out(&self, place: usize) -> bool {
        self.left_out.contains(&place)
    }

    /// Whether any is.
    pub fn leaves_some_out(&self) -> bool {
        !self.left_out.is_empty()
    }

    /// Whether private data within the cells of a column is masked.
    pub fn masks(&self, place: usize) -> bool {
        !self.keeps_everything && !self.kept.contains(&place)
    }
}

/// Whether a header says that private data stands below it.
fn is_private_header(header: &str) -> bool {
    // Headers are short; what is longer is text.
    const MAX_CHARS: usize = 40;
    if header.chars().count() > MAX_CHARS {
        return false;
    }
    let header = header_groups::parted(header).map_or(header, |(_, own)| own);
    // The last two keys of a path say what stands below: `data.contact.name`.
    let last_keys = header.rmatch_indices('.').nth(1).map(|(dot, _)| &header[dot + 1..]);
    // studentName is two words, and WeChat is one.
    let says = |header: &str| [true, false].into_iter().any(|splits| says_private(&words(header, splits)));
    says(header) || last_keys.is_some_and(says)
}

fn says_private(words: &[String]) -> bool {
    let (latin, other): (Vec<String>, Vec<String>) = words.iter().cloned().partition(|word| word.is_ascii());
    // 姓名 Name is a translation.
    are_private(words) || !latin.is_empty() && !other.is_empty() && are_private(&latin) && are_private(&other)
}

fn are_private(words: &[String]) -> bool {
    let whole = joined(words);
    let is_so = |by: HeaderMatch, text: &str| WORDS.iter().any(|(word, other)| *other == by && word == text);
    let ends_so = || WORDS.iter().any(|(word, by)| *by == HeaderMatch::Ending && whole.ends_with(word.as_str()));
    let is_beside = |word: &String| WORDS.iter().any(|(other, by)| other == word && *by != HeaderMatch::Ending);
    let has_word = || words.iter().any(|word| is_so(HeaderMatch::Word, word)) && words.iter().all(is_beside);
    is_so(HeaderMatch::Whole, &whole) || ends_so() || has_word()
}

/// The words of a header, without what stands in brackets behind them, in an order that does not depend on how they are
/// put; Chinese is one word, and Latin is split where its case says so.
fn words(header: &str, splits: bool) -> Vec<String> {
    let mut spaced = String::with_capacity(header.len());
    let mut before = ' ';
    let outside: String = header.split(['(', '（', '[', '【']).next().unwrap_or_default().to_owned();
    let text = if outside.trim().is_empty() { header } else { &outside };
    for character in text.chars() {
        if splits && character.is_ascii_uppercase() && before.is_ascii_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if character.is_alphanumeric() { character } else { ' ' });
        before = character;
    }
    let mut text = search_text(&spaced).replace("e mail", "email");
    for filler in CHINESE_FILLERS {
        text = text.replace(filler, "");
    }
    let mut words: Vec<String> =
        text.split(' ').filter(|word| !word.is_empty() && !FILLERS.contains(word)).map(str::to_owned).collect();
    if words.iter().all(|word| word.is_ascii()) {
        words.sort_unstable();
    }
    words
}

fn joined(words: &[String]) -> String {
    if words.iter().all(|word| word.is_ascii()) { words.join(" ") } else { words.concat() }
}

/// Whether the first cells of a column are private data and little else.
fn has_private_cells(first_rows: &[Vec<String>], place: usize) -> bool {
    let cells = first_rows.iter().filter_map(|row| row.get(place)).filter(|cell| !cell.trim().is_empty());
    let private: Vec<bool> = cells.map(|cell| privacy::is_wholly_private(cell)).collect();
    let count = private.iter().filter(|is_private| **is_private).count();
    private.len() >= FEWEST_CELLS && count as f64 >= MOST_CELLS * private.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_private_data_are_told_from_others() {
        let private = "姓名;您的姓名;学生姓名;姓名（必填）;Name;Student Name;Name of the Student;Student's Name;studentName;\
                       candidate_name;Full Name;学号;Roll No;Roll No.;roll_number;Reg. No;USN;电话;联系电话;手机号;手机号码;\
                       您的手机号码;手机/微信;姓名 Name;Phone 电话;联系方式;联系方式(微信);邮箱;HR邮箱;E-mail;Email;email_address;Email Address;\
                       Email ID;Student Email;Contact No;Contact Number;Phone;Phone Number;phoneNumber;Mobile No;Mobile;\
                       微信;微信号;WeChat ID;QQ;QQ号;身份证;身份证号码;内推人;HR;候选人;Candidate;LinkedIn;LinkedIn Profile;\
                       linkedin_url;Recruiter;Recruiter Email;contact.phone;candidate.name;company.contact.name;data.user.email;bossName;user.nickname;昵称;作者;Date of Birth;\
                       出生日期;来自IP;Aadhaar No;Whatsapp Number;学员;1. 您的姓名;【姓名】";
        let wrong: Vec<&str> = private.split(';').map(str::trim).filter(|header| !is_private_header(header)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let others = "公司;公司名称;Company Name;Name of the Company;company.name;data.company.name;v1.2.name;岗位名称;Job Name;School Name;学校名称;\
                      College Name;HR面;HR面时间;是否有HR面;电话面试;电话面;Phone Screen;Phone interview;Email sent;邮件时间;\
                      微信公众号;QQ音乐;手机行业;Mobile Developer;编号;序号;id;No;job id;Number of offers;Contact date;城市;\
                      工作地址;Address;Location;内推码;内推;学历;Student type;Candidates;Offers;Roll out;Rounds;备注;标签;Link;\
                      Job link;url;Profile;Role;Branch;Batch;CGPA;Gender;公司联系时间;Company type;Number;Registration date";
        let wrong: Vec<&str> = others.split(';').map(str::trim).filter(|header| is_private_header(header)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn a_column_of_numbers_or_addresses_is_told_whatever_its_header() {
        let rows = |cells: &[&str]| cells.iter().map(|cell| vec![(*cell).to_owned()]).collect::<Vec<_>>();
        for (cells, expected) in [
            (&["13812345678", "15912345678", "18612345678"][..], true),
            (&["a@qq.com", "", "b@163.com", "-", "c@gmail.com"], true),
            (&["+91 98765 43210", "+91 91234 56789", "+919876543211"], true),
            (&["13812345678", "", ""], false),
            (&["20k*15", "24w", "13812345678", "面议"], false),
            (&["1", "2", "3"], false),
            (&["有问题加13812345678", "有问题加13812345679", "有问题加15912345678"], false),
        ] {
            assert_eq!(has_private_cells(&rows(cells), 0), expected, "{cells:?}");
        }
    }
}
