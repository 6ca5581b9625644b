//! Exact decimals with two places, as the database's `numeric(12, 2)`.

use std::fmt;

use serde::{Serialize, Serializer};

/// An amount in hundredths. In JSON it is a string such as `"4350.00"`, which stays exact.
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
}

impl fmt::Display for Hundredths {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(formatter, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
}
