//! Private data in texts: the numbers and addresses by which a person is reached or known. A text goes in, places come
//! out, or the text with marks in their place.
//!
//! `numbers` tells them by their digits, `handles` by what stands before them or in them; `context` says what may stand
//! around either. Precision goes before coverage: pay, dates, switchboards and the numbers of rows stay. What is told and
//! what is not stands in `private.csv` and `look_alikes.csv`, where a line for a new one is welcome.

mod context;
mod handles;
mod numbers;

use std::borrow::Cow;
use std::ops::Range;

use regex::Regex;

/// A kind of private data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrivateKind {
    /// A mobile number of the mainland.
    Mobile,
    /// Another number of a telephone, with its country or a word that says so.
    Phone,
    /// The number of an identity card.
    IdCard,
    /// The number of a bank card.
    BankCard,
    /// An e-mail address.
    Email,
    /// A WeChat id.
    WeChat,
    /// A QQ number.
    Qq,
    /// A handle of another messenger or network.
    Handle,
    /// A page about a person.
    Profile,
}

/// Every kind in the order of the enum: its name in Chinese, in English, and what stands in its place.
const KINDS: [(&str, &str, &str); 9] = [
    ("手机号", "mobile number", "‹手机号 mobile›"),
    ("电话号码", "phone number", "‹电话 phone›"),
    ("身份证号", "ID card number", "‹身份证 ID card›"),
    ("银行卡号", "bank card number", "‹银行卡 bank card›"),
    ("邮箱", "e-mail address", "‹邮箱 e-mail›"),
    ("微信号", "WeChat id", "‹微信 WeChat›"),
    ("QQ 号", "QQ number", "‹QQ›"),
    ("社交账号", "handle of a messenger", "‹社交账号 handle›"),
    ("个人主页", "personal page", "‹个人主页 profile›"),
];

impl PrivateKind {
    /// What it is called in Chinese.
    pub fn zh(self) -> &'static str {
        KINDS[self as usize].0
    }

    /// What it is called in English.
    pub fn en(self) -> &'static str {
        KINDS[self as usize].1
    }

    /// What stands in its place in a text, for readers of both languages.
    pub fn mark(self) -> &'static str {
        KINDS[self as usize].2
    }
}

/// A place in a text that has private data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateSpan {
    /// The bytes of the text.
    pub range: Range<usize>,
    /// What stands there.
    pub kind: PrivateKind,
}

/// Where a text has private data, from its beginning to its end.
pub fn spans(text: &str) -> Vec<PrivateSpan> {
    let Some(hints) = Hints::of(text) else { return Vec::new() };
    let folded = Folded::of(text);
    let mut found = Vec::new();
    // The first that takes a place keeps it.
    let mut take = |spans: Vec<PrivateSpan>| {
        for span in spans {
            let is_free =
                |other: &PrivateSpan| other.range.end <= span.range.start || span.range.end <= other.range.start;
            if found.iter().all(is_free) {
                found.push(span);
            }
        }
    };
    if hints.has_address {
        take(handles::addresses(&folded.text));
    }
    if hints.has_number {
        take(numbers::find(&folded.text));
    }
    if hints.has_handle {
        take(handles::labelled(&folded.text));
    }
    found.sort_unstable_by_key(|span| span.range.start);
    found.into_iter().map(|span| PrivateSpan { range: folded.place(span.range), ..span }).collect()
}

/// A text with marks in place of its private data, and what kinds these were; borrowed where it has none.
pub fn masked(text: &str) -> (Cow<'_, str>, Vec<PrivateKind>) {
    let spans = spans(text);
    if spans.is_empty() {
        return (Cow::Borrowed(text), Vec::new());
    }
    let (mut masked, mut end) = (String::with_capacity(text.len()), 0);
    for PrivateSpan { range, kind } in &spans {
        masked.push_str(&text[end..range.start]);
        masked.push_str(kind.mark());
        end = range.end;
    }
    masked.push_str(&text[end..]);
    let mut kinds: Vec<PrivateKind> = spans.into_iter().map(|span| span.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    (Cow::Owned(masked), kinds)
}

/// Whether a text is private data and nothing else, as a cell of a column of them is.
pub fn is_wholly_private(text: &str) -> bool {
    let text = text.trim();
    matches!(spans(text).as_slice(), [only] if only.range == (0..text.len()))
}

/// A pattern that is written in the code.
fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a fixed pattern is valid: {error}"))
}

/// What a first, quick look at the bytes of a text tells: most texts have none of it. Each cell of an import is looked at,
/// in some 50 ns; looking for everything takes a hundred times as long.
#[derive(Debug, Clone, Copy)]
struct Hints {
    has_number: bool,
    has_address: bool,
    has_handle: bool,
}

impl Hints {
    /// Shortest text that could be private data, in bytes.
    const SHORTEST: usize = 6;
    /// Fewest digits of a number that is told by its digits.
    const FEWEST_DIGITS: u32 = 10;
    /// Shortest id of a messenger.
    const SHORTEST_ID: u32 = 5;

    fn of(text: &str) -> Option<Self> {
        if text.len() < Self::SHORTEST {
            return None;
        }
        let (mut digits, mut seen, mut run, mut longest) = (0_u32, 0_u8, 0_u32, 0_u32);
        for byte in text.bytes() {
            let class = CLASSES[usize::from(byte)];
            digits += u32::from(class & DIGIT);
            seen |= class;
            run = if class & (DIGIT | IN_ID) != 0 { run + 1 } else { 0 };
            longest = longest.max(run);
        }
        let has_wide = seen & WIDE != 0 && text.contains(is_wide);
        let may_have_id =
            longest >= Self::SHORTEST_ID && (seen & (LETTER | SIGN) != 0 || (digits >= 7 && seen & WORD != 0));
        let has_number = digits >= Self::FEWEST_DIGITS || has_wide;
        let has_address = has_wide || (seen & AT != 0 && handles::may_be_address(text));
        let has_handle = (may_have_id || has_wide) && handles::may_have(text);
        (has_number || has_address || has_handle).then_some(Self { has_number, has_address, has_handle })
    }
}

/// Whether a character is a digit, a letter or the sign of an address in full width.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{ff10}'..='\u{ff19}' | '\u{ff20}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

const DIGIT: u8 = 1;
/// The first byte of characters of full width, and of others.
const WIDE: u8 = 2;
/// What stands in an address, or behind a word in place of it.
const AT: u8 = 4;
/// What a word has that says that a handle follows.
const LETTER: u8 = 8;
/// What an id is made of beside digits.
const IN_ID: u8 = 16;
/// What a word is made of.
const WORD: u8 = 32;
/// What stands before a handle: a sign, or the last byte of one in full width or of 加.
const SIGN: u8 = 64;

/// Classes of bytes.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'v' | b'V' | b'x' | b'X' | b'q' | b'Q' | b'w' | b'W' => LETTER | IN_ID | WORD,
            b'a'..=b'z' | b'A'..=b'Z' => IN_ID | WORD,
            b'_' | b'-' => IN_ID,
            b'@' | b'#' => AT | SIGN,
            b'/' | b']' | b')' => AT,
            b':' => SIGN,
            0xef => WIDE | WORD,
            // The last bytes of 微, 薇, 信, 扣 and 号.
            0xae | 0x87 | 0xa1 | 0xa3 | 0xb7 => LETTER | WORD,
            0x9a | 0xa0 => SIGN | WORD,
            0x80..=0xff => WORD,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// A text with its characters of full width in half width, which knows where they stood.
struct Folded<'t> {
    text: Cow<'t, str>,
    /// For each byte of the folded text, and its end, the byte of the text as it was; `None` = the same.
    places: Option<Vec<usize>>,
}

impl<'t> Folded<'t> {
    fn of(text: &'t str) -> Self {
        let half = |character: char| match character {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            '\u{3000}' | '\u{a0}' => ' ',
            other => other,
        };
        if !text.chars().any(|character| half(character) != character) {
            return Self { text: Cow::Borrowed(text), places: None };
        }
        let (mut folded, mut places) = (String::with_capacity(text.len()), Vec::with_capacity(text.len() + 1));
        for (place, character) in text.char_indices() {
            folded.push(half(character));
            places.resize(folded.len(), place);
        }
        places.push(text.len());
        Self { text: Cow::Owned(folded), places: Some(places) }
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        match &self.places {
            None => range,
            Some(places) => places[range.start]..places[range.end],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_tables;

    /// A text, and what it is with its private data masked.
    fn cases(table: &str) -> Vec<(String, String)> {
        word_tables::rows(table)
    }

    #[test]
    fn private_data_is_masked_and_what_only_looks_like_it_is_not() {
        let private = cases(include_str!("private.csv"));
        let alike: Vec<String> = word_tables::rows(include_str!("look_alikes.csv"));
        let wrong: Vec<String> = private
            .iter()
            .map(|(text, expected)| (text, expected, masked(text).0))
            .filter(|(_, expected, found)| *expected != found)
            .map(|(text, expected, found)| format!("{text} becomes {found} and not {expected}"))
            .collect();
        let masked_alike: Vec<String> =
            alike.iter().map(|text| masked(text).0.into_owned()).filter(|found| found.contains('‹')).collect();
        println!("recall: {} of {} masked as they must be", private.len() - wrong.len(), private.len());
        println!("precision: {} of {} look-alikes left alone", alike.len() - masked_alike.len(), alike.len());
        assert!(private.len() >= 120 && alike.len() >= 150, "{} and {}", private.len(), alike.len());
        assert!(wrong.is_empty() && masked_alike.is_empty(), "{wrong:#?}\n{masked_alike:#?}");
    }

    #[test]
    fn what_is_masked_stays_as_it_is_when_it_is_masked_again() {
        for (_, expected) in cases(include_str!("private.csv")) {
            assert_eq!(masked(&expected).0, expected);
        }
    }

    #[test]
    fn a_cell_of_a_number_alone_is_told_from_a_text_with_one() {
        for (cell, expected) in [
            ("13812345678", true),
            (" +86 138-1234-5678 ", true),
            ("zhang@qq.com", true),
            ("１３８１２３４５６７８", true),
            ("电话13812345678", false),
            ("13812345678 张三", false),
            ("20k*15", false),
            ("", false),
        ] {
            assert_eq!(is_wholly_private(cell), expected, "{cell}");
        }
    }

    #[test]
    fn any_text_may_be_looked_at() {
        for text in
            ["", "‹", "微信：", "@", "QQ", "１", "1381234567", "a@b", "\u{ff21}@\u{3000}.com1234567", "🔥13812345678🔥"]
        {
            let (masked, kinds) = masked(text);
            assert_eq!(kinds.is_empty(), masked == text, "{text}");
        }
    }
}
