//! Exact decimals with two places, as the database's `numeric(12, 2)`.

use std::fmt;

/// An amount in hundredths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(i64);

impl Hundredths {
    /// From a count of hundredths.
    pub fn new(hundredths: i64) -> Self {
        Self(hundredths)
    }

    /// The count of hundredths.
    pub fn hundredths(self) -> i64 {
        self.0
    }

    /// That of digits with at most two decimals: `15000`, `15000.5`.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_amount = are_digits(whole) && are_digits(fraction) && fraction.len() <= 2;
        is_amount.then(|| format!("{whole}{fraction:0<2}").parse().ok().map(Self))?
    }

    /// Whether it is above 0, with at most so many digits before and decimals behind the point.
    pub fn fits(self, digits: u32, decimals: u32) -> bool {
        let step = 10_i64.pow(2_u32.saturating_sub(decimals));
        (1..10_i64.pow(digits + 2)).contains(&self.0) && self.0 % step == 0
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
            assert_eq!(Hundredths::new(hundredths).to_string(), written);
        }
    }

    #[test]
    fn an_amount_is_read_and_fits_its_column_or_not() {
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
            let amount = Hundredths::parse(text).filter(|amount| amount.fits(digits, decimals));
            assert_eq!(amount.map(Hundredths::hundredths), expected, "{text}");
        }
    }
}
