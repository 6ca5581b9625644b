//! Splits a pay text into tokens. A text with anything that is not known is not read at all.

use std::sync::LazyLock;

use super::super::numerals;
use crate::word_tables;

/// Numbers are counted in ten-thousandths, so that `1.2345w` stays exact.
pub const ONE: i64 = 10_000;

/// How much is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 元.
    One,
    /// 千.
    Thousand,
    /// 万.
    TenThousand,
}

impl Unit {
    /// What one of it is.
    pub fn factor(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Thousand => 1000,
            Self::TenThousand => 10_000,
        }
    }
}

/// What time is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A year.
    Year,
    /// A month.
    Month,
    /// A week, of which nothing is made.
    Week,
    /// A day.
    Day,
    /// An hour, of which nothing is made.
    Hour,
}

/// A word, a sign or a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Token {
    /// A number in ten-thousandths, and how many of those its last digit counts.
    Number(i64, i64),
    /// 元, k, w.
    Unit(Unit),
    /// ×.
    Star,
    /// Between the ends of a range.
    Dash,
    /// +.
    Plus,
    /// (.
    Open,
    /// ).
    Close,
    /// Between statements; also =.
    Separator,
    /// Before a period.
    Slash,
    /// What time is paid for.
    Period(Period),
    /// Behind a number of months that are paid.
    Salaries,
    /// Base pay, without what comes on top.
    Base,
    /// Not exactly.
    About,
    /// A lower or an upper bound.
    Bound,
    /// An ISO 4217 code.
    Currency(&'static str),
    /// Not comparable with pay before tax.
    AfterTax,
    /// Money on top.
    ExtraCash,
    /// Stock on top, which is no cash.
    ExtraStock,
    /// Says nothing that matters.
    Filler,
    /// Whatever else is said, it is no figure.
    NoFigure,
}

/// Words with their tokens; of those that fit the longest is taken.
static WORDS: LazyLock<Vec<(String, Token)>> = LazyLock::new(|| words(include_str!("../../../../seed/import/pay.csv")));

/// The words of a table with their tokens.
pub(super) fn words(csv: &str) -> Vec<(String, Token)> {
    let words: Vec<(String, String)> = word_tables::words(csv);
    words.into_iter().map(|(word, meaning)| (word, token(meaning))).collect()
}

/// The token that is called so; three capitals are a currency.
fn token(meaning: String) -> Token {
    match meaning.as_str() {
        "year" => Token::Period(Period::Year),
        "month" => Token::Period(Period::Month),
        "week" => Token::Period(Period::Week),
        "day" => Token::Period(Period::Day),
        "hour" => Token::Period(Period::Hour),
        "one" => Token::Unit(Unit::One),
        "thousand" => Token::Unit(Unit::Thousand),
        "ten_thousand" => Token::Unit(Unit::TenThousand),
        "per" => Token::Slash,
        "salaries" => Token::Salaries,
        "base" => Token::Base,
        "about" => Token::About,
        "at_least" | "at_most" => Token::Bound,
        "after_tax" => Token::AfterTax,
        "extra_cash" => Token::ExtraCash,
        "extra_stock" => Token::ExtraStock,
        "filler" => Token::Filler,
        "no_figure" => Token::NoFigure,
        "times" => Token::Star,
        "to" => Token::Dash,
        "plus" => Token::Plus,
        "open" => Token::Open,
        "close" => Token::Close,
        "separator" => Token::Separator,
        code if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            Token::Currency(meaning.leak())
        }
        _ => unreachable!("a table of words of pay: nothing is called `{meaning}`"),
    }
}

/// Whether a word in a folded text says that there is no figure, whatever stands around it.
pub(super) fn says_no_figure(text: &str) -> bool {
    WORDS.iter().any(|(word, token)| *token == Token::NoFigure && text.contains(word.as_str()))
}

/// Splits a folded text; the error is what is not known.
pub fn split(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            // A space between two numbers parts them, and elsewhere it says nothing.
            let parts = rest.trim_start().starts_with(|next: char| next.is_ascii_digit())
                && matches!(
                    tokens.as_slice(),
                    [.., Token::Number(..) | Token::Unit(_) | Token::Salaries] | [.., Token::Slash, Token::Period(_)]
                );
            if parts {
                tokens.push(Token::Separator);
            }
            rest = rest.trim_start();
        } else if first.is_ascii_digit() {
            let (number, length) = number(rest).ok_or_else(|| rest.to_owned())?;
            tokens.push(number);
            rest = &rest[length..];
        } else if let Some((number, length)) = numeral(rest) {
            tokens.push(Token::Number(number * ONE, ONE));
            rest = &rest[length..];
        } else {
            let (token, length) = word(rest).ok_or_else(|| rest.to_owned())?;
            tokens.push(if token == Token::Dash && first == '~' && tokens.is_empty() { Token::About } else { token });
            rest = &rest[length..];
        }
    }
    Ok(tokens)
}

fn word(text: &str) -> Option<(Token, usize)> {
    let fitting = WORDS.iter().filter(|(word, _)| text.starts_with(word));
    fitting.max_by_key(|(word, _)| word.len()).map(|(word, token)| (*token, word.len()))
}

/// Digits with at most four decimals, and `,` before each three digits.
fn number(text: &str) -> Option<(Token, usize)> {
    const MAX_DIGITS: usize = 9;
    const MAX_DECIMALS: usize = 4;
    let digits_at = |place: usize| text.bytes().skip(place).take_while(u8::is_ascii_digit).count();
    let mut length = digits_at(0);
    let mut digits = text[..length].to_owned();
    while length > 0 && digits.len() <= MAX_DIGITS && text[length..].starts_with(',') && digits_at(length + 1) == 3 {
        if length <= 3 || text[..length].contains(',') {
            digits.push_str(&text[length + 1..length + 4]);
            length += 4;
        } else {
            break;
        }
    }
    let mut step = ONE;
    if text[length..].starts_with('.') {
        let count = digits_at(length + 1);
        if count == 0 || count > MAX_DECIMALS {
            return None;
        }
        digits.push_str(&text[length + 1..=length + count]);
        length += 1 + count;
        step /= 10_i64.pow(count as u32);
    }
    if digits.len() > MAX_DIGITS || text[length..].starts_with('.') {
        return None;
    }
    Some((Token::Number(digits.parse::<i64>().ok()? * step, step), length))
}

/// A Chinese numeral that counts thousands or ten thousands, or stands at the lower end of such a range.
fn numeral(text: &str) -> Option<(i64, usize)> {
    let length = text.find(|character| !numerals::is_chinese(character)).unwrap_or(text.len());
    let counts =
        ["万", "千", "k", "w", "到", "至", "-", "~", "薪", "个月"].iter().any(|unit| text[length..].starts_with(unit));
    if length == 0 || !counts {
        return None;
    }
    Some((numerals::number(&text[..length])?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_decimals_and_lose_their_commas() {
        for (text, expected) in [
            ("25000", Some((250_000_000, ONE, 5))),
            ("25,000*14", Some((250_000_000, ONE, 6))),
            ("1,250,000", Some((12_500_000_000, ONE, 9))),
            ("1.5w", Some((15_000, 1000, 3))),
            ("15,16", Some((150_000, ONE, 2))),
            ("1.2.3", None),
            ("1.", None),
            ("1.23456", None),
            ("1234567890", None),
        ] {
            let number = number(text).map(|(token, length)| match token {
                Token::Number(number, step) => (number, step, length),
                other => unreachable!("{other:?}"),
            });
            assert_eq!(number, expected, "{text}");
        }
    }

    #[test]
    fn an_unknown_word_is_told() {
        assert_eq!(split("15k*14 yeah"), Err("yeah".to_owned()));
        assert_eq!(split("二十万"), Ok(vec![Token::Number(200_000, ONE), Token::Unit(Unit::TenThousand)]));
    }
}
