//! Splits a pay text into tokens. A text with anything that is not known is not read at all.

use std::sync::LazyLock;

use super::super::numerals;
use super::currencies::{self, Currency, Saying};
use super::glued::{Glued, glued};
use super::numbers::{self, Number, ONE};
use crate::word_tables;

/// How much is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 元.
    One,
    /// 千.
    Thousand,
    /// 万.
    TenThousand,
    /// A hundred thousand, of India.
    Lakh,
    /// A million.
    Million,
    /// Ten million, of India.
    Crore,
}

impl Unit {
    /// What one of it is.
    pub fn factor(self) -> i64 {
        match self {
            Self::One => 1,
            Self::Thousand => 1000,
            Self::TenThousand => 10_000,
            Self::Lakh => 100_000,
            Self::Million => 1_000_000,
            Self::Crore => 10_000_000,
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

/// Which part of pay is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Base pay, without what comes on top.
    Base,
    /// The whole package.
    Total,
    /// Money at the end of a year.
    Bonus,
    /// Money once, at the beginning.
    SignOn,
    /// Stock, which is no cash.
    Stock,
    /// Money on top of which it is not said how much it is in a year.
    Allowance,
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
    /// What is paid.
    Part(Part),
    /// Before a number of years over which something is handed out.
    Over,
    /// Not exactly.
    About,
    /// A lower or an upper bound.
    Bound,
    /// What says a currency.
    Money(Saying),
    /// Not comparable with pay before tax.
    AfterTax,
    /// Lakhs of rupees a year.
    Lpa,
    /// Says nothing that matters.
    Filler,
    /// Whatever else is said, it is no figure.
    NoFigure,
}

/// A word of the tables.
#[derive(Debug)]
pub(super) struct Word {
    pub text: String,
    pub token: Token,
    /// The currency for which it speaks as a way to write.
    pub writes: Option<&'static Currency>,
}

/// Words with their tokens; of those that fit the longest is taken.
static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let said = currencies::sayings().map(|(word, saying)| (word.to_owned(), Token::Money(saying)));
    let mut words: Vec<Word> = words(include_str!("../../../../seed/import/pay.csv"))
        .chain(said)
        .map(|(text, token)| Word { writes: currencies::writing(&text), text, token })
        .collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.text.len()));
    words
});

/// The words of a table with their tokens.
pub(super) fn words(csv: &str) -> impl Iterator<Item = (String, Token)> {
    let words: Vec<(String, String)> = word_tables::words(csv);
    words.into_iter().map(|(word, meaning)| (word, token(&meaning)))
}

/// The token that is called so.
fn token(meaning: &str) -> Token {
    match meaning {
        "year" => Token::Period(Period::Year),
        "month" => Token::Period(Period::Month),
        "week" => Token::Period(Period::Week),
        "day" => Token::Period(Period::Day),
        "hour" => Token::Period(Period::Hour),
        "one" => Token::Unit(Unit::One),
        "thousand" => Token::Unit(Unit::Thousand),
        "ten_thousand" => Token::Unit(Unit::TenThousand),
        "lakh" => Token::Unit(Unit::Lakh),
        "million" => Token::Unit(Unit::Million),
        "crore" => Token::Unit(Unit::Crore),
        "lpa" => Token::Lpa,
        "per" => Token::Slash,
        "salaries" => Token::Salaries,
        "base" => Token::Part(Part::Base),
        "total" => Token::Part(Part::Total),
        "bonus" => Token::Part(Part::Bonus),
        "sign_on" => Token::Part(Part::SignOn),
        "stock" => Token::Part(Part::Stock),
        "allowance" => Token::Part(Part::Allowance),
        "over" => Token::Over,
        "about" => Token::About,
        "at_least" | "at_most" => Token::Bound,
        "after_tax" => Token::AfterTax,
        "filler" => Token::Filler,
        "no_figure" => Token::NoFigure,
        "times" => Token::Star,
        "to" => Token::Dash,
        "plus" => Token::Plus,
        "open" => Token::Open,
        "close" => Token::Close,
        "separator" => Token::Separator,
        _ => unreachable!("a table of words of pay: nothing is called `{meaning}`"),
    }
}

/// The longest word with which a folded text starts.
pub(super) fn word_at(text: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| text.starts_with(&word.text) && ends_there(&word.text, &text[word.text.len()..]))
}

/// Whether a word ends where it is found: one of Latin letters does not go on, but for the units and the sign that people
/// run together with what follows, as in `15kx16`.
pub(super) fn ends_there(word: &str, rest: &str) -> bool {
    let is_latin = |character: char| character.is_ascii_alphabetic();
    matches!(word, "k" | "w" | "x") || !(word.ends_with(is_latin) && rest.starts_with(is_latin))
}

/// Whether a word in a folded text says that there is no figure, whatever stands around it.
pub(super) fn says_no_figure(text: &str) -> bool {
    let is_there = |word: &Word| {
        let found = |at: usize| {
            let before = text[..at].chars().next_back().is_some_and(|it| it.is_ascii_alphabetic());
            !(before && word.text.starts_with(|first: char| first.is_ascii_alphabetic()))
                && ends_there(&word.text, &text[at + word.text.len()..])
        };
        word.token == Token::NoFigure && text.match_indices(&word.text).any(|(at, _)| found(at))
    };
    WORDS.iter().any(is_there)
}

/// A pay text in tokens.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// The currencies for which the way speaks in which it is written.
    pub writes: Vec<&'static Currency>,
}

/// Splits a folded text; the error is what is not known.
pub fn split(text: &str) -> Result<Split, String> {
    let mut split = Split::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == ' ' {
            rest = rest.trim_start();
            split.space(rest);
        } else if let Some(Glued { tenths, unit, length }) = glued(rest) {
            split.tokens.extend([Token::Number(tenths * (ONE / 10), ONE / 10), Token::Unit(unit)]);
            rest = &rest[length..];
        } else if first.is_ascii_digit() {
            let number = numbers::number(rest).ok_or_else(|| rest.to_owned())?;
            split.number(&number, &rest[number.length..]);
            rest = &rest[number.length..];
        } else if let Some((number, length)) = numeral(rest) {
            split.tokens.push(Token::Number(number * ONE, ONE));
            rest = &rest[length..];
        } else {
            let word = word_at(rest).ok_or_else(|| rest.to_owned())?;
            split.word(word, first == '~');
            rest = &rest[word.text.len()..];
        }
    }
    Ok(split)
}

impl Split {
    /// A number, before what follows it.
    fn number(&mut self, number: &Number, rest: &str) {
        // `25k15薪`.
        if matches!(self.tokens.as_slice(), [.., Token::Number(..), Token::Unit(_)]) && rest.starts_with('薪') {
            self.tokens.push(Token::Separator);
        }
        self.tokens.push(Token::Number(number.value, number.step));
        if number.is_by_lakhs {
            self.writes.extend(currencies::writing(LAKH));
        }
    }

    /// A space between two numbers parts them, and elsewhere it says nothing.
    fn space(&mut self, rest: &str) {
        let parts = rest.starts_with(|next: char| next.is_ascii_digit())
            && matches!(
                self.tokens.as_slice(),
                [.., Token::Number(..) | Token::Unit(_) | Token::Salaries] | [.., Token::Slash, Token::Period(_)]
            );
        if parts {
            self.tokens.push(Token::Separator);
        }
    }

    fn word(&mut self, word: &'static Word, is_tilde: bool) {
        self.writes.extend(word.writes);
        match word.token {
            // `20k*15≈30w`.
            Token::About if word.text == "≈" && !self.tokens.is_empty() => self.tokens.push(Token::Separator),
            Token::Dash if is_tilde && self.tokens.is_empty() => self.tokens.push(Token::About),
            Token::Lpa => {
                self.tokens.extend([Token::Unit(Unit::Lakh), Token::Period(Period::Year)]);
                self.tokens.extend(currencies::named("inr").map(Token::Money));
            }
            token => self.tokens.push(token),
        }
    }
}

/// The word by which the grouping of digits in lakhs speaks for a currency too.
const LAKH: &str = "lakh";

/// A Chinese numeral that counts thousands or ten thousands, or stands at the lower end of such a range.
fn numeral(text: &str) -> Option<(i64, usize)> {
    /// No numeral is longer. It is looked for at each place of a text: without an end the time would grow with the square of
    /// a text of nothing else.
    const MAX_CHARS: usize = 9;
    let signs = text.chars().take(MAX_CHARS + 1).take_while(|character| numerals::is_chinese(*character));
    let (characters, length) = signs.fold((0, 0), |(count, length), sign| (count + 1, length + sign.len_utf8()));
    if characters > MAX_CHARS {
        return None;
    }
    let counts = ["万", "千", "k", "w", "到", "至", "-", "~", "薪", "个月", "年"]
        .iter()
        .any(|unit| text[length..].starts_with(unit));
    let is_a_year = text[..length] == *"一" && text[length..].starts_with('年');
    if length == 0 || !counts || is_a_year {
        return None;
    }
    Some((numerals::number(&text[..length])?, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_told() {
        assert_eq!(split("15k*14 yeah"), Err("yeah".to_owned()));
        assert_eq!(split("15k hope"), Err("hope".to_owned()), "no word is taken out of another");
        let tokens = split("二十万").map(|split| split.tokens);
        assert_eq!(tokens, Ok(vec![Token::Number(20 * ONE, ONE), Token::Unit(Unit::TenThousand)]));
    }

    #[test]
    fn the_way_in_which_it_is_written_is_told() {
        for (text, expected) in [("30万", Some("CNY")), ("30k", None), ("12 lakh", Some("INR")), ("8千元", Some("CNY"))]
        {
            let written = split(text).expect("tokens").writes.first().map(|currency| currency.code.as_str());
            assert_eq!(written, expected, "{text}");
        }
    }
}
