//! What the header of a pay column says of all cells below it.

use std::sync::LazyLock;

use super::super::text::folded;
use super::currencies::{Currency, Saying};
use super::numbers::{self, ONE};
use super::tokens::{Part, Period, Token, Unit, ends_there, word_at, words};

/// Words of headers alone, the longest first; they go before those of cells.
static WORDS: LazyLock<Vec<(String, Token)>> = LazyLock::new(|| {
    let mut words: Vec<_> = words(include_str!("../../../../seed/import/pay_headers.csv")).collect();
    words.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
    words
});

/// What a header says of all cells below it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderSays {
    /// The time for which a figure is that says none.
    pub period: Option<Period>,
    /// What a number counts that says nothing.
    pub unit: Option<Unit>,
    /// What says the currency.
    pub money: Vec<Saying>,
    /// The currency for which the way speaks in which it is written.
    pub writes: Option<&'static Currency>,
    /// Which part of pay the column is.
    pub part: Option<Part>,
    /// Over how many years a figure is handed out.
    pub over_years: Option<i64>,
    /// Whether figures are after tax.
    pub after_tax: bool,
}

impl HeaderSays {
    /// That of a header.
    pub fn of(header: &str) -> Self {
        let text = folded(&parted(header));
        let mut says = Self::default();
        let mut periods = Vec::new();
        let mut rest = text.as_str();
        let mut is_start_of_word = true;
        while let Some(first) = rest.chars().next() {
            if first.is_ascii_digit() {
                let Some(number) = numbers::number(rest) else { break };
                rest = rest[number.length..].trim_start();
                let years = (rest.starts_with('年') || rest.starts_with("year")).then_some(number.value / ONE);
                // `2024年薪资`, `4 years`: of no period.
                let of_years = ["years", "year", "年"].iter().find_map(|word| rest.strip_prefix(word));
                rest = of_years.unwrap_or(rest);
                says.over_years = says.over_years.or(years.filter(|years| (2..=6).contains(years)));
                continue;
            }
            let is_letter = first.is_ascii_alphabetic();
            let word = if is_letter && !is_start_of_word { None } else { header_word(rest, is_letter) };
            let Some((length, token, writes)) = word else {
                is_start_of_word = !is_letter;
                rest = &rest[first.len_utf8()..];
                continue;
            };
            says.hear(token, &mut periods);
            says.writes = says.writes.or(writes);
            is_start_of_word = true;
            rest = &rest[length..];
        }
        // What is said to be cash has no stock in it.
        if says.part == Some(Part::Total) && ["现金", "cash"].iter().any(|word| text.contains(word)) {
            says.part = None;
        }
        periods.dedup();
        if let [only] = periods.as_slice() {
            says.period = Some(*only);
        }
        says
    }

    fn hear(&mut self, token: Token, periods: &mut Vec<Period>) {
        match token {
            Token::Period(period) => periods.push(period),
            Token::Unit(unit) => self.unit = Some(self.unit.map_or(unit, |known| coarser(known, unit))),
            Token::Money(saying) => self.money.push(saying),
            Token::Part(part) => self.part = self.part.or(Some(part)),
            Token::AfterTax => self.after_tax = true,
            Token::Lpa => {
                (self.unit, self.part) = (Some(Unit::Lakh), self.part.or(Some(Part::Total)));
                self.money.extend(super::currencies::named("inr"));
            }
            _ => {}
        }
    }
}

/// 万 beside 元 counts ten thousands.
fn coarser(one: Unit, other: Unit) -> Unit {
    if one.factor() >= other.factor() { one } else { other }
}

/// A header with a space before each capital behind a small letter, and for each `_`: `salaryUSD` and `salary_usd` are
/// `salary usd`.
fn parted(header: &str) -> String {
    let mut parted = String::with_capacity(header.len() + 4);
    let mut before = ' ';
    for character in header.chars() {
        if character.is_ascii_uppercase() && before.is_ascii_lowercase() {
            parted.push(' ');
        }
        parted.push(if character == '_' { ' ' } else { character });
        before = character;
    }
    parted
}

/// The longest word with which the rest of a header starts: how long it is, its token and for which currency it speaks.
fn header_word(rest: &str, is_latin: bool) -> Option<(usize, Token, Option<&'static Currency>)> {
    let own = WORDS.iter().find(|(word, _)| rest.starts_with(word) && is_whole(word, &rest[word.len()..]));
    let common = word_at(rest).filter(|word| !is_latin || is_whole(&word.text, &rest[word.text.len()..]));
    match (own, common) {
        (Some((word, token)), common) if common.is_none_or(|other| other.text.len() <= word.len()) => {
            Some((word.len(), *token, None))
        }
        (_, Some(word)) => Some((word.text.len(), word.token, word.writes)),
        (_, None) => None,
    }
}

/// Whether a Latin word goes on behind a word.
fn is_whole(word: &str, rest: &str) -> bool {
    let ends_in_latin = word.ends_with(|last: char| last.is_ascii_alphabetic());
    ends_there(word, rest) && !(ends_in_latin && rest.starts_with(|next: char| next.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_heard() {
        use Part::{Base, SignOn, Stock, Total};
        use Period::{Day, Hour, Month, Year};
        use Unit::{Lakh, One, TenThousand, Thousand};
        for (header, period, unit, part, currency) in [
            ("薪资", None, None, None, None),
            ("年薪（万）", Some(Year), Some(TenThousand), None, None),
            ("薪资(万/年)", Some(Year), Some(TenThousand), None, None),
            ("年薪/万元", Some(Year), Some(TenThousand), None, None),
            ("月薪(K)", Some(Month), Some(Thousand), None, None),
            ("薪资(元/月)", Some(Month), Some(One), None, None),
            ("日薪", Some(Day), None, None, None),
            ("薪资（港币）", None, None, None, Some("HKD")),
            ("月薪（新台幣）", Some(Month), None, None, Some("TWD")),
            ("年薪(萬台幣)", Some(Year), Some(TenThousand), None, Some("TWD")),
            ("base年薪", Some(Year), None, Some(Base), None),
            ("base月薪", Some(Month), None, Some(Base), None),
            ("月base", Some(Month), None, None, None),
            ("总包(w)", None, Some(TenThousand), Some(Total), None),
            ("2024年薪资", None, None, None, None),
            ("Salary (USD)", None, None, None, Some("USD")),
            ("salary_usd", None, None, None, Some("USD")),
            ("salaryUSD", None, None, None, Some("USD")),
            ("Salary in INR", None, None, None, Some("INR")),
            ("CTC (LPA)", None, Some(Lakh), Some(Total), Some("INR")),
            ("Salary (in Lakhs)", None, Some(Lakh), None, None),
            ("Salary (in thousands, USD/year)", Some(Year), Some(Thousand), None, Some("USD")),
            ("Salary per month", Some(Month), None, None, None),
            ("month_salary", Some(Month), None, None, None),
            ("Yearly Salary", Some(Year), None, None, None),
            ("Annual salary (£)", Some(Year), None, None, Some("GBP")),
            ("Hourly rate", Some(Hour), None, None, None),
            ("Base Salary", None, None, Some(Base), None),
            ("totalyearlycompensation", None, None, Some(Total), None),
            ("Total compensation (USD)", None, None, Some(Total), Some("USD")),
            ("RSU per year (USD)", Some(Year), None, Some(Stock), Some("USD")),
            ("Sign-on bonus (USD)", None, None, Some(SignOn), Some("USD")),
            ("Network pay", None, None, None, None),
        ] {
            let says = HeaderSays::of(header);
            let said = says.money.iter().find_map(|saying| match saying {
                Saying::Surely(currency) => Some(currency.code.as_str()),
                Saying::Sign(_) => None,
            });
            assert_eq!((says.period, says.unit, says.part, said), (period, unit, part, currency), "{header}");
        }
        for (header, expected) in [
            ("税后年薪", true),
            ("到手工资", true),
            ("Net salary", true),
            ("Take-home pay", true),
            ("Network pay", false),
        ] {
            assert_eq!(HeaderSays::of(header).after_tax, expected, "{header}");
        }
        assert_eq!(HeaderSays::of("Stock grant, 4 years (USD)").over_years, Some(4));
    }
}
