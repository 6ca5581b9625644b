//! Currencies: what says them, where they are at home, and which figures of them are believed.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use serde::Deserialize;

use super::place::Place;
use crate::text::search_text;
use crate::word_tables;

/// A currency; there is one of each code.
#[derive(Debug)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Where it is at home, as ISO 3166-1 alpha-2.
    countries: Vec<String>,
    /// The places of Windows, in hexadecimal, whose formats mean it by a sign that several have.
    locales: Vec<String>,
    /// What says it for sure.
    words: Vec<String>,
    /// Signs that say it at home, or where no place is said.
    signs: Vec<String>,
    /// Signs that it has, and that are taken for another currency's anywhere but at its home.
    shared: Vec<String>,
    /// Words of a way to write that speak for it, where nothing says another.
    writing: Vec<String>,
    /// Annual packages that are believed, in whole units.
    pub annual: RangeInclusive<i64>,
    /// From what on a figure alone is of a year; `None` = never.
    pub year_from: Option<i64>,
}

#[derive(Deserialize)]
struct Row {
    code: String,
    countries: String,
    locales: String,
    words: String,
    signs: String,
    shared: String,
    writing: String,
    annual_from: i64,
    annual_to: i64,
    year_from: Option<i64>,
}

static CURRENCIES: LazyLock<Vec<Currency>> = LazyLock::new(|| {
    let rows: Vec<Row> = word_tables::rows(include_str!("../../../../seed/import/currencies.csv"));
    rows.into_iter().map(Currency::of).collect()
});

impl PartialEq for Currency {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Currency {}

impl Currency {
    fn of(row: Row) -> Self {
        let list = |text: &str| text.split('|').filter(|word| !word.is_empty()).map(search_text).collect();
        Self {
            countries: row.countries.split('|').map(str::to_owned).collect(),
            locales: list(&row.locales),
            words: list(&row.words),
            signs: list(&row.signs),
            shared: list(&row.shared),
            writing: list(&row.writing),
            annual: row.annual_from..=row.annual_to,
            year_from: row.year_from,
            code: row.code,
        }
    }

    /// The currency of a code, in any case.
    pub fn of_code(code: &str) -> Option<&'static Self> {
        CURRENCIES.iter().find(|currency| currency.code.eq_ignore_ascii_case(code.trim()))
    }

    /// The currency of a place as formats of numbers name it: `804`, `zh-CN`.
    pub fn of_locale(locale: &str) -> Option<&'static Self> {
        let locale = locale.to_ascii_lowercase();
        let country = locale.rsplit_once('-').map(|(_, country)| country);
        let is_at = |currency: &&Self| {
            currency.locales.contains(&locale)
                || country.is_some_and(|country| currency.countries.iter().any(|it| it.eq_ignore_ascii_case(country)))
        };
        CURRENCIES.iter().find(is_at)
    }

    /// All codes.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        CURRENCIES.iter().map(|currency| currency.code.as_str())
    }

    /// Whether this is the mainland's.
    pub fn is_mainland(&self) -> bool {
        self.code == MAINLAND
    }

    fn is_at_home(&self, place: Place) -> bool {
        matches!(place, Place::In(country) if self.countries.iter().any(|home| home.as_bytes() == country))
    }

    /// Whether a sign may mean it.
    fn may_be(&self, sign: &str) -> bool {
        self.signs.iter().chain(&self.shared).any(|other| other == sign)
    }

    /// Monthly pay that is believed, in hundredths.
    pub fn monthly_hundredths(&self) -> RangeInclusive<i64> {
        self.annual.start() * 100 / 40..=self.annual.end() * 3
    }

    /// Daily pay that is believed, in hundredths.
    pub fn daily_hundredths(&self) -> RangeInclusive<i64> {
        self.annual.start() / 4..=self.annual.end() * 3 / 100
    }
}

const MAINLAND: &str = "CNY";

/// The mainland's currency.
pub fn mainland() -> &'static Currency {
    Currency::of_code(MAINLAND).unwrap_or_else(|| unreachable!("the table has {MAINLAND}"))
}

/// What a word or a sign says of the currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saying {
    /// It is this one.
    Surely(&'static Currency),
    /// It is one of those that have this sign.
    Sign(&'static str),
}

impl Saying {
    /// Whether it may say this currency.
    pub fn fits(self, currency: &Currency) -> bool {
        match self {
            Self::Surely(other) => other == currency,
            Self::Sign(sign) => currency.may_be(sign),
        }
    }

    /// The currency that it says at a place; `None` where that is open.
    pub fn at(self, place: Place) -> Option<&'static Currency> {
        let sign = match self {
            Self::Surely(currency) => return Some(currency),
            Self::Sign(sign) => sign,
        };
        let has = |signs: &[String]| signs.iter().any(|other| other == sign);
        let candidates: Vec<&Currency> = CURRENCIES.iter().filter(|currency| has(&currency.signs)).collect();
        if let Some(here) = candidates.iter().find(|currency| currency.is_at_home(place)) {
            return Some(here);
        }
        let sharing_here = CURRENCIES.iter().find(|currency| has(&currency.shared) && currency.is_at_home(place));
        match (candidates.as_slice(), place) {
            ([], _) => sharing_here,
            ([first, ..], Place::Unsaid) => Some(first),
            ([only], Place::In(_) | Place::Strange) if sharing_here.is_none() => Some(only),
            _ => None,
        }
    }
}

/// A word or sign that says something of the currency, with what it says.
pub fn sayings() -> impl Iterator<Item = (&'static str, Saying)> {
    let sure = CURRENCIES
        .iter()
        .flat_map(|currency| currency.words.iter().map(move |word| (word.as_str(), Saying::Surely(currency))));
    let mut signs: Vec<&str> = CURRENCIES
        .iter()
        .flat_map(|currency| currency.signs.iter().chain(&currency.shared))
        .map(String::as_str)
        .collect();
    signs.sort_unstable();
    signs.dedup();
    sure.chain(signs.into_iter().map(|sign| (sign, Saying::Sign(sign))))
}

/// The currency for which a word of writing speaks.
pub fn writing(word: &str) -> Option<&'static Currency> {
    CURRENCIES.iter().find(|currency| currency.writing.iter().any(|other| other == word))
}

/// Whether a way to write that speaks for a currency does so at a place.
pub fn speaks_at(currency: &Currency, place: Place) -> bool {
    place == Place::Unsaid || currency.is_at_home(place)
}

/// The currency that a cell names which says nothing else: `USD`, `US$`, `港币`, `British Pounds (GBP)`.
pub fn named(cell: &str) -> Option<Saying> {
    let text = search_text(cell);
    let called = |text: &str| sayings().find(|(word, _)| *word == text).map(|(_, saying)| saying);
    if let Some(saying) = called(&text) {
        return Some(saying);
    }
    let parts = text.split(['(', ')', '[', ']', '-', '—', ':']).map(str::trim);
    let mut said: Vec<Saying> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        said.extend(called(part));
    }
    let sure = said.iter().copied().find(|saying| matches!(saying, Saying::Surely(_)));
    let saying = sure.or(said.first().copied())?;
    let agrees = |other: &Saying| match saying {
        Saying::Surely(currency) => other.fits(currency),
        Saying::Sign(_) => *other == saying,
    };
    said.iter().all(agrees).then_some(saying)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_currencies_are_said_by_the_same_word() {
        let mut words: Vec<&str> = sayings().map(|(word, _)| word).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        for currency in CURRENCIES.iter() {
            assert!(currency.code.len() == 3 && currency.annual.start() < currency.annual.end(), "{currency:?}");
            assert!(i32::try_from(*currency.annual.end()).is_ok(), "{currency:?}");
        }
    }

    #[test]
    fn a_sign_is_what_it_is_at_its_place() {
        for (sign, place, expected) in [
            ("$", Place::Unsaid, Some("USD")),
            ("$", Place::In(*b"US"), Some("USD")),
            ("$", Place::In(*b"AM"), Some("USD")),
            ("$", Place::In(*b"CN"), Some("USD")),
            ("$", Place::In(*b"CA"), None),
            ("$", Place::In(*b"HK"), None),
            ("$", Place::Strange, Some("USD")),
            ("$", Place::Several, None),
            ("¥", Place::Unsaid, Some("CNY")),
            ("¥", Place::In(*b"JP"), Some("JPY")),
            ("¥", Place::In(*b"CN"), Some("CNY")),
            ("¥", Place::In(*b"US"), None),
            ("¥", Place::Several, None),
            ("rs", Place::Unsaid, None),
            ("rs", Place::In(*b"IN"), Some("INR")),
            ("kr", Place::In(*b"SE"), Some("SEK")),
            ("kr", Place::In(*b"DE"), None),
        ] {
            let said = Saying::Sign(sign).at(place).map(|currency| currency.code.as_str());
            assert_eq!(said, expected, "{sign} at {place:?}");
        }
    }

    #[test]
    fn a_cell_of_a_currency_column_is_read() {
        for (cell, expected) in [
            ("USD", Some("USD")),
            ("usd ", Some("USD")),
            ("US$", Some("USD")),
            ("US Dollar", Some("USD")),
            ("US Dollars (USD)", Some("USD")),
            ("USD ($)", Some("USD")),
            ("$", Some("USD")),
            ("¥", Some("CNY")),
            ("港币", Some("HKD")),
            ("港幣", Some("HKD")),
            ("人民币", Some("CNY")),
            ("人民币（RMB）", Some("CNY")),
            ("新台幣", Some("TWD")),
            ("₹", Some("INR")),
            ("GBP (£)", Some("GBP")),
            ("€", Some("EUR")),
            ("դրամ", Some("AMD")),
            ("USD/EUR", None),
            ("USD (EUR)", None),
            ("galleons", None),
            ("", None),
        ] {
            let named = named(cell).and_then(|saying| saying.at(Place::Unsaid)).map(|currency| currency.code.as_str());
            assert_eq!(named, expected, "{cell}");
        }
    }
}
