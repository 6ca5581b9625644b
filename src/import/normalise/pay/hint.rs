//! What the header of a pay column says of all cells below it.

use std::sync::LazyLock;

use super::super::text::squeezed;
use super::tokens::{Period, Token, Unit, words};

/// The words of headers with their tokens, the surest first.
static WORDS: LazyLock<Vec<(String, Token)>> =
    LazyLock::new(|| words(include_str!("../../../../seed/import/pay_headers.csv")));

/// What a header says of all cells below it.
#[derive(Debug, Default)]
pub(super) struct Hint {
    /// A year or a month, where it says nothing else.
    pub period: Option<Period>,
    pub unit: Option<Unit>,
    pub currency: Option<&'static str>,
}

impl Hint {
    /// That of a header.
    pub fn of(header: &str) -> Self {
        let header = squeezed(header);
        let mut hint = Self::default();
        let mut periods = Vec::new();
        for (_, token) in WORDS.iter().filter(|(word, _)| header.contains(word)) {
            match *token {
                Token::Period(period) => periods.push(period),
                Token::Unit(unit) => hint.unit = hint.unit.or(Some(unit)),
                Token::Currency(code) => hint.currency = hint.currency.or(Some(code)),
                _ => {}
            }
        }
        periods.dedup();
        if let [only @ (Period::Year | Period::Month)] = periods.as_slice() {
            hint.period = Some(*only);
        }
        hint
    }
}
