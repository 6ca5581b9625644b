//! `numeric` of the database as the number that JSON has.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::pg::data_types::PgNumeric;
use diesel::pg::{Pg, PgValue};
use diesel::sql_types::Numeric;

/// A figure of `numeric` with few digits: the nearest number of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, FromSqlRow)]
#[diesel(sql_type = Numeric)]
pub(crate) struct Figure(pub f64);

impl FromSql<Numeric, Pg> for Figure {
    /// PostgreSQL sends digits of base 10,000 with the weight of the first. All of them together are a whole number, and
    /// a power of ten is what it has to be divided by: both are exact in 64 bits up to 15 digits, so that the quotient is
    /// the nearest number there is (W. D. Clinger, "How to Read Floating Point Numbers Accurately", 1990).
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let (negative, weight, digits) = match PgNumeric::from_sql(value)? {
            PgNumeric::Positive { weight, digits, .. } => (false, weight, digits),
            PgNumeric::Negative { weight, digits, .. } => (true, weight, digits),
            other => return Err(format!("{other:?} is no figure").into()),
        };
        let whole = digits
            .iter()
            .try_fold(0_u64, |whole, digit| whole.checked_mul(10_000)?.checked_add(u64::try_from(*digit).ok()?));
        let whole = whole.filter(|whole| *whole < 1 << f64::MANTISSA_DIGITS);
        let places = i32::try_from(digits.len()).ok().map(|count| 4 * (i32::from(weight) + 1 - count));
        let (Some(whole), Some(places @ -20..=4)) = (whole, places) else {
            return Err(format!("a figure of too many digits: {digits:?} of weight {weight}").into());
        };
        // Below 2^53.
        #[allow(clippy::cast_precision_loss)]
        let whole = whole as f64;
        let size = if places < 0 { whole / 10_f64.powi(-places) } else { whole * 10_f64.powi(places) };
        Ok(Self(if negative { -size } else { size }))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    /// What PostgreSQL sends for a number of so many digits of base 10,000.
    fn sent(weight: i16, sign: u16, digits: &[i16]) -> Vec<u8> {
        let count = i16::try_from(digits.len()).unwrap();
        let head = [count.to_be_bytes(), weight.to_be_bytes(), sign.to_be_bytes(), 2_i16.to_be_bytes()];
        head.into_iter().chain(digits.iter().map(|digit| digit.to_be_bytes())).flatten().collect()
    }

    fn read(bytes: &[u8]) -> deserialize::Result<f64> {
        let oid = NonZeroU32::new(1700).unwrap();
        FromSql::<Numeric, Pg>::from_sql(PgValue::new(bytes, &oid)).map(|Figure(number)| number)
    }

    #[test]
    fn figures_are_the_nearest_numbers_to_what_is_stored() {
        for (weight, digits, expected) in [
            (0, [].as_slice(), 0.0),
            (0, &[13], 13.0),
            (0, &[13, 5000], 13.5),
            (0, &[15, 7100], 15.71),
            (1, &[1], 10_000.0),
            (1, &[2, 3456, 7800], 23_456.78),
            (1, &[9999, 9999, 9900], 99_999_999.99),
            (-1, &[100], 0.01),
        ] {
            assert_eq!(read(&sent(weight, 0, digits)).unwrap(), expected, "{digits:?} of weight {weight}");
        }
        assert_eq!(read(&sent(0, 0x4000, &[13, 5000])).unwrap(), -13.5);
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        assert!(read(&sent(0, 0xC000, &[])).is_err(), "not a number");
        assert!(read(&sent(5, 0, &[9999; 6])).is_err(), "too many digits");
    }
}
