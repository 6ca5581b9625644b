//! What the header of a pay column says of all cells below it.

use super::super::text::squeezed;
use super::tokens::{Period, Unit};

/// What a header says of all cells below it.
#[derive(Debug, Default)]
pub(super) struct Hint {
    pub period: Option<Period>,
    pub unit: Option<Unit>,
    pub currency: Option<&'static str>,
}

impl Hint {
    /// That of a header.
    pub fn of(header: &str) -> Self {
        let header = squeezed(header);
        let says = |words: &[&str]| words.iter().any(|word| header.contains(word));
        let period = match (
            says(&["年薪", "年包", "总包", "annual", "/年", "/year"]),
            says(&["月薪", "monthly", "/月", "/month"]),
            says(&["日薪", "daily", "/天", "/日", "/day", "时薪", "hour", "周薪"]),
        ) {
            (true, false, false) => Some(Period::Year),
            (false, true, false) => Some(Period::Month),
            _ => None,
        };
        let unit = if says(&["万", "(w"]) {
            Some(Unit::TenThousand)
        } else if says(&["千", "(k"]) {
            Some(Unit::Thousand)
        } else {
            says(&["元", "yuan", "cny"]).then_some(Unit::One)
        };
        let currencies = [
            ("usd", "USD"),
            ("美元", "USD"),
            ("hkd", "HKD"),
            ("港", "HKD"),
            ("sgd", "SGD"),
            ("gbp", "GBP"),
            ("eur", "EUR"),
        ];
        let currency = currencies.iter().find(|(word, _)| header.contains(word)).map(|(_, code)| *code);
        Self { period, unit, currency }
    }
}
