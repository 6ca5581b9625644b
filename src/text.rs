//! How names are compared.

mod figures;
mod script;

use std::borrow::Cow;

use pinyin::ToPinyin;
use rapidfuzz::common::WithScoreCutoff;
use rapidfuzz::distance::osa::{Args, BatchComparator};
use unicode_normalization::UnicodeNormalization;

pub use figures::grouped;
use script::{IDEOGRAPHS_FIRST, IDEOGRAPHS_LAST};
pub use script::{simplified, variants};

/// A name as it is compared: as [`text_key`] has it, in simplified characters.
///
/// Full and half width, upper and lower case, spaces inside, and the script make no difference: `ＢＹＴＥ Dance` and
/// `bytedance` are the same key, and so are `騰訊` and `腾讯`.
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    key.extend(seen(name).filter(|character| !character.is_whitespace()).map(simplified));
    key
}

/// A text as it is compared with those that the database holds, which knows no scripts: compatibility-normalised (NFKC),
/// case folded, without white space and what is invisible.
pub fn text_key(text: &str) -> String {
    seen(text).filter(|character| !character.is_whitespace()).collect()
}

/// What is seen of a text, normalised (NFKC) and in lower case.
fn seen(text: &str) -> impl Iterator<Item = char> {
    let (plain, other) = if is_plain(text) { (text, "") } else { ("", text) };
    // Lower-casing stands for case folding: among names of this field they differ in nothing.
    let other = other.nfkc().filter(|character| !is_invisible(*character)).flat_map(char::to_lowercase);
    plain.chars().map(|character| character.to_ascii_lowercase()).chain(other)
}

/// Whether all characters are visible ones that no normalisation changes, whatever stands beside them, and that have no
/// case but that of ASCII. Nearly all names are so.
fn is_plain(text: &str) -> bool {
    text.chars().all(|character| matches!(character, '\0'..='\x7F' | IDEOGRAPHS_FIRST..=IDEOGRAPHS_LAST))
}

/// Whether a character shows nothing and takes no place: soft hyphens, joiners, marks of direction and of byte order,
/// selectors of variants (those of Unicode's `Default_Ignorable_Code_Point` that text has).
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The characters of [`is_invisible`] within the brackets of a regular expression, as PostgreSQL reads it.
pub const INVISIBLE: &str = r"\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\U000E0000-\U000E0FFF";

/// Text as it is searched: like [`name_key`], but with single spaces between words.
pub fn search_text(text: &str) -> String {
    single_spaced(seen(text).map(simplified).collect())
}

/// The same in the script in which it is written.
pub fn written_text(text: &str) -> String {
    single_spaced(seen(text).collect())
}

/// A text as a terminal may have it: signs that steer it are written out, but for the ends of lines.
pub fn printable(text: &str) -> Cow<'_, str> {
    let steers = |character: char| character.is_control() && character != '\n';
    if !text.contains(steers) {
        return text.into();
    }
    let written = |character: char| match steers(character) {
        true => character.escape_unicode().to_string(),
        false => character.to_string(),
    };
    text.chars().map(written).collect::<String>().into()
}

fn single_spaced(text: String) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether `word` occurs in `text`; both as [`search_text`] gives them.
///
/// A word that starts with a Latin letter or a digit must stand at the start of such a word: `ai`
/// occurs in `ai 产品` and not in `baidu`. Chinese has no spaces, so it may stand anywhere.
pub fn contains_word(text: &str, word: &str) -> bool {
    let from_start_of_word = starts_alphanumeric(word);
    text.match_indices(word).any(|(position, _)| {
        !from_start_of_word || !text[..position].ends_with(|before: char| before.is_ascii_alphanumeric())
    })
}

/// Whether the word starts with a Latin letter or a digit.
pub fn starts_alphanumeric(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// A name in Latin letters, its Chinese characters by their pinyin: `Ce Shi Gong Si`; `None` where it has none.
pub fn transliterated(name: &str) -> Option<String> {
    let mut text = String::new();
    let mut has_pinyin = false;
    for character in name.chars() {
        if let Some(pinyin) = character.to_pinyin() {
            has_pinyin = true;
            let mut letters = pinyin.plain().chars();
            text.extend([' ']);
            text.extend(letters.next().into_iter().flat_map(char::to_uppercase).chain(letters));
            text.push(' ');
        } else {
            text.push(character);
        }
    }
    has_pinyin.then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// How alike a key and others are, from 0 to 1: the share of characters that need not be changed, put in, left out or
/// swapped. Only those count that are at least so alike.
pub struct Likeness {
    key: BatchComparator<char>,
    least: Args<f64, WithScoreCutoff<f64>>,
}

impl Likeness {
    /// To this key.
    pub fn of(key: &str, least: f64) -> Self {
        // What is equal but for the last bit of a fraction counts.
        const ROUNDING: f64 = 1e-9;
        Self { key: BatchComparator::new(key.chars()), least: Args::default().score_cutoff(least - ROUNDING) }
    }

    /// How alike another key is; `None` where it is less than counts.
    pub fn to(&self, other: &str) -> Option<f64> {
        self.key.normalized_similarity_with_args(other.chars(), &self.least)
    }
}

/// What is quickly compared of a key, to spare most of the comparisons of [`Likeness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyShape {
    /// One bit for each character, several of which may share one.
    bits: u64,
    characters: u32,
}

impl KeyShape {
    /// The shape of a key.
    pub fn of(key: &str) -> Self {
        let bit = |character: char| 1_u64 << (u32::from(character).wrapping_mul(0x9E37_79B1) >> 26);
        Self {
            bits: key.chars().map(bit).fold(0, |bits, bit| bits | bit),
            characters: u32::try_from(key.chars().count()).unwrap_or(u32::MAX),
        }
    }

    /// The most that the likeness of keys of these shapes can be: each character of one that the other does not have
    /// must be changed, put in or left out, and so must what one is longer by.
    pub fn most_similarity(self, other: Self) -> f64 {
        let missing = (self.bits & !other.bits).count_ones().max((other.bits & !self.bits).count_ones());
        let edits = missing.max(self.characters.abs_diff(other.characters));
        1.0 - f64::from(edits) / f64::from(self.characters.max(other.characters).max(1))
    }
}

/// The allowed value that was probably meant, if any is near.
pub fn nearest<'a>(typed: &str, allowed: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR: f64 = 0.6;
    /// What is longer is no slip of a value; up to so many each comparison takes a few steps a character.
    const MAX_CHARS: usize = 64;
    let typed: String = typed.chars().take(MAX_CHARS + 1).collect();
    let typed = name_key(&typed);
    if typed.chars().count() > MAX_CHARS {
        return None;
    }
    let likeness = Likeness::of(&typed, NEAR);
    allowed
        .into_iter()
        .filter_map(|value| Some((likeness.to(&name_key(value))?, value)))
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_equal_whatever_their_case_width_and_spaces() {
        for (written, key) in [
            ("B站", "b站"),
            ("Ｂ 站", "b站"),
            ("  Byte\u{3000}Dance ", "bytedance"),
            ("中国石油大学（北京）", "中国石油大学(北京)"),
            ("211 本硕", "211本硕"),
            ("字节\u{200B}跳动", "字节跳动"),
            ("\u{FEFF}Byte\u{AD}Dance\u{200E}", "bytedance"),
            ("腾\u{2060}讯\u{FE0F}", "腾讯"),
            ("騰訊", "腾讯"),
            ("華為", "华为"),
            ("臺灣大學", "台湾大学"),
            ("計算機科學與技術", "计算机科学与技术"),
            ("乾象", "干象"),
        ] {
            assert_eq!(name_key(written), key, "written: {written:?}");
        }
    }

    #[test]
    fn plain_characters_are_those_that_normalising_would_leave_as_they_are() {
        let plain: Vec<char> = ('\0'..=char::MAX).filter(|character| is_plain(&character.to_string())).collect();
        assert_eq!(plain.len(), 128 + 0x5200);
        // Also beside each other, in one text.
        let text: String = plain.iter().collect();
        let normalised = text.nfkc().filter(|character| !is_invisible(*character)).flat_map(char::to_lowercase);
        assert!(seen(&text).eq(normalised));
        assert!(plain.iter().all(|character| simplified(*character) == script::looked_up(*character)));
    }

    #[test]
    fn the_database_takes_the_same_characters_for_invisible() {
        let invisible = regex::Regex::new(&format!("^[{INVISIBLE}]$")).expect("a pattern");
        for character in '\0'..=char::MAX {
            let is_so = invisible.is_match(character.encode_utf8(&mut [0; 4]));
            assert_eq!(is_so, is_invisible(character), "U+{:04X}", u32::from(character));
        }
    }

    #[test]
    fn a_latin_word_is_found_from_its_start_and_a_chinese_one_anywhere() {
        for (text, word, expected, why) in [
            ("转入 ai 产品方向", "ai", true, "a word of its own"),
            ("ai产品", "ai", true, "Chinese follows"),
            ("转入ai产品", "ai", true, "Chinese stands before"),
            ("baidu", "ai", false, "inside a Latin word"),
            ("gpt/kimi", "kimi", true, "after a slash"),
            ("大模型产品", "模型", true, "Chinese inside"),
            ("100%", "0", false, "inside a number"),
        ] {
            assert_eq!(contains_word(text, word), expected, "{word} in {text}: {why}");
        }
    }

    #[test]
    fn a_shape_never_promises_less_than_there_is() {
        let keys = [
            "",
            "b",
            "bytedance",
            "bytdance",
            "字节跳动",
            "字节",
            "跳动字节",
            "tencent",
            "北京邮电大学",
            "北京大学",
            "aaaa",
        ];
        for left in keys {
            for right in keys {
                let most = KeyShape::of(left).most_similarity(KeyShape::of(right));
                let is = Likeness::of(left, 0.0).to(right).unwrap_or_default();
                assert!(most >= is - 1e-9, "{left} and {right}: at most {most}, is {is}");
            }
        }
        assert!(KeyShape::of("bytedance").most_similarity(KeyShape::of("字节跳动")) < 0.6);
    }

    #[test]
    fn a_misspelt_value_finds_its_neighbour_and_nonsense_finds_none() {
        let allowed = ["company", "major", "school_tier"];
        assert_eq!(nearest("compnay", allowed), Some("company"));
        assert_eq!(nearest("schooltier", allowed), Some("school_tier"));
        assert_eq!(nearest("xyzzy", allowed), None);
    }
}
