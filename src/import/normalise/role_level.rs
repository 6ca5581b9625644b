//! Tells the level in a title from the post: 高级Java开发工程师 is a Java engineer, SDE 2 a software engineer.

use std::sync::LazyLock;

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use crate::model::closed_sets::{RoleFamily, RoleLevel};
use crate::text::simplified;
use crate::word_tables;

/// Where a word stands, and when it is one of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Stands {
    /// Around any post.
    Around,
    /// Before posts of a trade: a staff engineer has a level, a staff nurse has none.
    #[serde(rename = "before a trade")]
    BeforeATrade,
    /// At the end.
    Number,
    /// It says nothing of the post.
    Note,
    /// Within the name of the post, where it stays.
    Post,
    /// Anywhere; the words of levels in it say none: technical staff, 高级中学.
    Whole,
}

#[derive(Debug, Deserialize)]
struct LevelWord {
    word: String,
    level: Option<RoleLevel>,
    stands: Stands,
}

/// The words of levels, the longest first.
static WORDS: LazyLock<Vec<LevelWord>> = LazyLock::new(|| {
    let mut words: Vec<LevelWord> = word_tables::rows(include_str!("../../../seed/import/role_levels.csv"));
    words.sort_by_key(|word| std::cmp::Reverse(word.word.chars().count()));
    words
});

/// Words behind `senior` with which it is no level.
const OLD_AGE: [&str; 9] = ["living", "care", "housing", "citizen", "citizens", "center", "centre", "services", "high"];
/// What is no post without a word before it: 高级经理 is a grade.
const GRADES: [&str; 9] =
    ["经理", "总监", "主管", "专家", "manager", "director", "executive", "management", "specialist"];
/// Families before whose posts words such as `staff` are levels.
const TRADES: [RoleFamily; 6] = [
    RoleFamily::Engineering,
    RoleFamily::Algorithm,
    RoleFamily::Data,
    RoleFamily::Design,
    RoleFamily::Hardware,
    RoleFamily::Product,
];

/// What is taken out of a title becomes this, so that positions stay.
const TAKEN: char = '\0';

/// A title without its level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apart {
    /// The post.
    pub post: String,
    /// The level; `None` where it says several, or a grade that is one company's.
    pub level: Option<RoleLevel>,
}

/// The level that a title says whose words all belong to the post: 产品总监.
pub fn within(title: &str) -> Option<RoleLevel> {
    let text: Vec<char> = title.nfkc().map(folded).collect();
    let is_within = |word: &&LevelWord| word.stands == Stands::Post && !spans(&text, &word.word).is_empty();
    let whole: String = text.iter().collect();
    let is_whole = |word: &&LevelWord| word.stands == Stands::Around && word.word == whole.trim();
    WORDS.iter().find(|word| is_within(word) || is_whole(word)).and_then(|word| word.level)
}

/// The post and the level of a title that is not known as a whole; `None` where it says no level. `is_known` tells whether
/// a post is called so, `family` which family a title tells.
pub fn apart(
    title: &str,
    is_known: impl Fn(&str) -> bool,
    family: impl Fn(&str) -> Option<RoleFamily>,
) -> Option<Apart> {
    let title: Vec<char> = title.nfkc().collect();
    let mut text: Vec<char> = title.iter().copied().map(folded).collect();
    let has_grade = take_grades(&mut text, TAKEN);
    let taken = take_words(&mut text);
    if taken.is_empty() && !has_grade {
        return None;
    }
    let kept = title.iter().zip(&text).map(|(character, folded)| if *folded == TAKEN { TAKEN } else { *character });
    let post = tidied(&kept.collect::<String>(), TAKEN);
    let told = family(&post);
    let is_known = is_known(&post);
    let is_trade = told.is_some_and(|family| TRADES.contains(&family));
    let key = post.to_lowercase();
    let fits = |word: &&LevelWord| match word.stands {
        Stands::Around => is_known || told.is_some() || is_title(&post),
        Stands::BeforeATrade => is_trade,
        Stands::Number => is_known || told.is_some() || is_title(&post),
        Stands::Note | Stands::Post | Stands::Whole => {
            is_known || taken.iter().any(|other| other.stands != Stands::Note)
        }
    };
    let is_aged = OLD_AGE.iter().any(|word| key.starts_with(word)) && !is_known;
    let is_grade = GRADES.contains(&key.as_str());
    if post.chars().count() < 2 || is_grade || is_aged || has_grade && !is_known || !taken.iter().all(fits) {
        return None;
    }
    Some(Apart { level: level_of(&taken), post })
}

/// Whether a text is nothing but words of levels and notes, and a year of graduation: 2024届秋招.
pub fn is_alone(text: &str) -> bool {
    let is_of_person = |word: &LevelWord| matches!(word.stands, Stands::Around | Stands::Note);
    let mut text: Vec<char> = text.nfkc().map(folded).collect();
    let taken = take_words(&mut text);
    let rest: String = text.iter().filter(|it| **it != TAKEN).collect();
    let rest = rest.trim_start_matches(|it: char| it.is_ascii_digit() || is_between(it));
    let rest = rest.strip_prefix('届').unwrap_or(rest);
    let has_year = text.contains(&'届');
    (has_year || !taken.is_empty())
        && taken.iter().all(|word| is_of_person(word))
        && !rest.contains(char::is_alphanumeric)
}

/// Takes the words of levels out of a text.
fn take_words(text: &mut [char]) -> Vec<&'static LevelWord> {
    let whole = WORDS.iter().filter(|word| word.stands == Stands::Whole);
    let whole: Vec<(usize, usize)> = whole.flat_map(|word| spans(text, &word.word)).collect();
    let is_of_whole = |from: usize, to: usize| whole.iter().any(|(begin, end)| from < *end && *begin < to);
    let mut taken = Vec::new();
    for word in WORDS.iter().filter(|word| !matches!(word.stands, Stands::Post | Stands::Whole)) {
        for (from, to) in spans(text, &word.word).into_iter().filter(|(from, to)| !is_of_whole(*from, *to)) {
            let is_end = text[to..].iter().all(|character| is_between(*character) || *character == TAKEN);
            if word.stands != Stands::Number || is_end && from > 0 {
                text[from..to].fill(TAKEN);
                taken.push(word);
            }
        }
    }
    taken
}

/// The level that several words say: the higher one of 高级 and what goes with it, none of two that do not.
fn level_of(words: &[&LevelWord]) -> Option<RoleLevel> {
    let said = words.iter().filter(|word| word.stands != Stands::Note);
    let mut levels: Vec<RoleLevel> = said.map(|word| word.level).collect::<Option<_>>()?;
    levels.sort_unstable();
    levels.dedup();
    match levels.as_slice() {
        [only] => Some(*only),
        [RoleLevel::Senior, higher] if *higher > RoleLevel::Senior => Some(*higher),
        // A graduate in an internship, and one of a senior post.
        [RoleLevel::Intern, ..] => Some(RoleLevel::Intern),
        _ => None,
    }
}

/// Where a word stands in a text: a Latin one as a whole, a Chinese one anywhere. A digit may stand directly behind letters.
fn spans(text: &[char], word: &str) -> Vec<(usize, usize)> {
    let word: Vec<char> = word.chars().collect();
    let is_latin = |at: usize| text.get(at).is_some_and(char::is_ascii_alphanumeric);
    let is_letter = |at: usize| text.get(at).is_some_and(char::is_ascii_alphabetic);
    let starts = (0..(text.len() + 1).saturating_sub(word.len())).filter(|from| text[*from..].starts_with(&word));
    let whole = starts.filter(|from| {
        let (first, last) = (word[0], word[word.len() - 1]);
        let before = from.checked_sub(1);
        let starts_whole = match first {
            _ if first.is_ascii_digit() => before.is_none_or(|at| !text[at].is_ascii_digit()),
            _ => !first.is_ascii_alphabetic() || before.is_none_or(|at| !is_letter(at)),
        };
        starts_whole && (!last.is_ascii_alphanumeric() || !is_latin(from + word.len()))
    });
    whole.map(|from| (from, from + word.len())).collect()
}

/// Takes the grades of companies out of a text, such as `P6`, `T8` and `L5`; whether there are any.
fn take_grades(text: &mut [char], taken: char) -> bool {
    let mut has_grade = false;
    for from in 0..text.len() {
        let letters = text[from..].iter().take_while(|it| it.is_ascii_alphabetic()).count();
        let digits = text[from + letters..].iter().take_while(|it| it.is_ascii_digit()).count();
        let name: String = text[from..from + letters].iter().collect();
        let end = from + letters + digits;
        let is_whole = from.checked_sub(1).is_none_or(|at| !text[at].is_ascii_alphanumeric())
            && text.get(end).is_none_or(|it| !it.is_ascii_alphanumeric() && *it != '+');
        if ["p", "t", "l", "e", "d", "ic"].contains(&name.as_str()) && (1..=2).contains(&digits) && is_whole {
            text[from..end].fill(taken);
            has_grade = true;
        }
    }
    has_grade
}

/// A title without what was taken, and without what stood around it.
fn tidied(text: &str, taken: char) -> String {
    // Chinese goes on where something is taken out of it, and a Latin word ends.
    let mut text = text.replace([taken], "\u{1}");
    while text.contains("\u{1}\u{1}") {
        text = text.replace("\u{1}\u{1}", "\u{1}");
    }
    for (open, close) in [('(', ')'), ('[', ']'), ('【', '】')] {
        text = text.replace(&format!("{open}\u{1}{close}"), "\u{1}");
    }
    let parts: Vec<&str> = text.split('\u{1}').map(|part| part.trim_matches(is_between)).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let mut post = String::new();
    for part in parts {
        let is_letter = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
        if is_letter(post.chars().next_back()) && is_letter(part.chars().next()) {
            post.push(' ');
        }
        post.push_str(part);
    }
    // 2025届 says when, and not what.
    let without_year = post.trim_start_matches(|it: char| it.is_ascii_digit());
    let post = without_year.strip_prefix('届').map_or(post.as_str(), |rest| rest.trim_matches(is_between));
    post.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character only stands between words.
fn is_between(character: char) -> bool {
    character.is_whitespace() || "-—–_/·|,:;、，；：".contains(character)
}

/// Whether a text ends as titles do.
fn is_title(text: &str) -> bool {
    const ENDINGS: [&str; 13] =
        ["师", "员", "专员", "顾问", "代表", "助理", "岗", "负责人", "生", "er", "or", "ist", "ant"];
    ENDINGS.iter().any(|ending| text.to_lowercase().ends_with(ending))
}

fn folded(character: char) -> char {
    simplified(character.to_lowercase().next().unwrap_or(character))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::closed_set::ClosedSet;

    #[test]
    fn what_is_no_level_stays() {
        let family = |_: &str| None;
        for title in ["Senior Living Advisor", "高级经理", "Lead Generation Specialist", "H5", "Intern", "P6", "Java"]
        {
            assert_eq!(apart(title, |_| false, family), None, "{title}");
        }
        let engineering = |_: &str| Some(RoleFamily::Engineering);
        for title in
            ["Member of Technical Staff", "Lead Acid Battery Engineer", "高级中学教师", "Junior College Teacher"]
        {
            assert_eq!(apart(title, |_| true, engineering), None, "{title}");
        }
        let apart = apart("Senior Member of Technical Staff", |_| true, engineering);
        assert_eq!(
            apart.map(|it| (it.post, it.level)),
            Some(("Member of Technical Staff".into(), Some(RoleLevel::Senior)))
        );
        assert_eq!(within("Intern"), Some(RoleLevel::Intern));
        assert_eq!(within("产品总监"), Some(RoleLevel::Director));
        assert_eq!(within("产品经理"), None);
    }

    #[test]
    fn every_level_is_said_by_some_word() {
        for level in RoleLevel::ALL {
            assert!(WORDS.iter().any(|word| word.level == Some(*level)), "{level:?}");
        }
    }
}
