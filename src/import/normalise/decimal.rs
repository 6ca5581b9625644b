//! Exact decimals with two places, as the database's `numeric(12, 2)`.

use crate::parameters::{Message, message};
use std::fmt;

/// An amount in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub i64);

impl Hundredths {
    /// That of a text such as `15000.5`, with at most so many digits before and decimals (of two) behind the point.
    ///
    /// # Errors
    /// Where it is none, or not above 0.
    pub fn parse(text: &str, digits: u32, decimals: u32) -> Result<Self, Message> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_amount = are_digits(whole) && are_digits(fraction) && fraction.len() <= 2;
        let amount = format!("{whole}{fraction:0<2}").parse().ok().filter(|_| is_amount);
        let step = 10_i64.pow(2_u32.saturating_sub(decimals));
        let fits = |amount: &i64| (1..10_i64.pow(digits + 2)).contains(amount) && amount % step == 0;
        amount.filter(fits).map(Self).ok_or_else(|| {
            message!(
                "it must be above 0, with at most {digits} digits before the point and {decimals} behind it",
                "须大于 0，小数点前至多 {digits} 位，小数点后至多 {decimals} 位"
            )
        })
    }
}

impl fmt::Display for Hundredths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(formatter, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_two_places() {
        for (hundredths, written) in [(435_000, "4350.00"), (1405, "14.05"), (7, "0.07"), (-150, "-1.50"), (0, "0.00")]
        {
            assert_eq!(Hundredths(hundredths).to_string(), written);
        }
    }

    #[test]
    fn an_amount_is_read_where_it_fits() {
        for (text, digits, decimals, expected) in [
            ("15000.5", 10, 2, Some(1_500_050)),
            ("9999999999.99", 10, 2, Some(999_999_999_999)),
            ("10000000000", 10, 2, None),
            ("14.5", 3, 1, Some(1450)),
            ("14.05", 3, 1, None),
            ("1000", 3, 1, None),
            ("0", 3, 1, None),
            ("-1", 3, 1, None),
            ("1.234", 10, 2, None),
            ("1e3", 10, 2, None),
            ("", 10, 2, None),
        ] {
            let amount = Hundredths::parse(text, digits, decimals).ok();
            assert_eq!(amount.map(|amount| amount.0), expected, "{text}");
        }
    }
}
