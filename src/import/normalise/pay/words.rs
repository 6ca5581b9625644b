//! The words and signs of pay texts, folded.

use std::sync::LazyLock;

use super::tokens::{Period, Token, Unit};
use crate::import::word_tables;

/// Words with their tokens; of those that fit the longest is taken.
pub(super) static WORDS: LazyLock<Vec<(String, Token)>> = LazyLock::new(|| {
    let words: Vec<(String, String)> = word_tables::words(include_str!("../../../../seed/import/pay.csv"));
    words.into_iter().map(|(word, meaning)| (word, token(meaning))).collect()
});

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
        "at_least" => Token::AtLeast,
        "at_most" => Token::AtMost,
        "after_tax" => Token::AfterTax,
        "extra_cash" => Token::ExtraCash,
        "extra_stock" => Token::ExtraStock,
        "filler" => Token::Filler,
        "times" => Token::Star,
        "to" => Token::Dash,
        "plus" => Token::Plus,
        "open" => Token::Open,
        "close" => Token::Close,
        "separator" => Token::Separator,
        code if code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase()) => {
            Token::Currency(meaning.leak())
        }
        _ => unreachable!("pay.csv: nothing is called `{meaning}`"),
    }
}
