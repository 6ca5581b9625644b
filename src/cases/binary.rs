//! Values as PostgreSQL sends them in binary. What JSON and cells have no form for (infinite dates, `NaN`) is unknown.

use chrono::{DateTime, NaiveDate, Utc};

/// Days from the first day of the common era, which is day 1, to 2000-01-01, from where PostgreSQL counts.
const DAYS_TO_2000: i32 = 730_120;
/// Microseconds from 1970 to 2000.
const MICROSECONDS_TO_2000: i64 = 946_684_800_000_000;

/// A `smallint`, `integer` or `bigint`.
pub(super) fn integer(bytes: &[u8]) -> Option<i64> {
    match *bytes {
        [a, b] => Some(i16::from_be_bytes([a, b]).into()),
        [a, b, c, d] => Some(i32::from_be_bytes([a, b, c, d]).into()),
        _ => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
    }
}

/// A `numeric` of at most two decimals, in hundredths: digits of base 10,000, with the weight of the first.
pub(super) fn hundredths(bytes: &[u8]) -> Option<i64> {
    let (head, digits) = bytes.split_at_checked(8)?;
    let (weight, sign) = (integer(&head[2..4])?, &head[4..6]);
    let (digits, _) = digits.as_chunks::<2>();
    let mut sum = 0_i64;
    for (digit, position) in digits.iter().zip((0..=weight).rev().chain([-1])) {
        let digit = i64::from(i16::from_be_bytes(*digit));
        let part = match u32::try_from(position) {
            Ok(position) => digit.checked_mul(10_000_i64.checked_pow(position)?)?.checked_mul(100)?,
            Err(_) => digit / 100,
        };
        sum = sum.checked_add(part)?;
    }
    match sign {
        [0, 0] => Some(sum),
        [0x40, 0] => Some(-sum),
        _ => None,
    }
}

/// A `date`.
pub(super) fn date(bytes: &[u8]) -> Option<NaiveDate> {
    let days = i32::try_from(integer(bytes)?).ok()?;
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(DAYS_TO_2000)?)
}

/// A `timestamptz`.
pub(super) fn time(bytes: &[u8]) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(integer(bytes)?.checked_add(MICROSECONDS_TO_2000)?)
}

/// The items of a `text[]` of one dimension, none of them null.
pub(super) fn texts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    // Behind the number of dimensions, whether there are nulls, and the type stand length and lower bound.
    let mut rest = bytes.get(20..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, behind) = rest.split_at_checked(4)?;
        let (item, behind) = behind.split_at_checked(usize::try_from(integer(length)?).ok()?)?;
        rest = behind;
        Some(item)
    })
}

/// The text of a `json` or `jsonb`; the latter has its version in front, which is 1.
pub(super) fn json(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(&[1]).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PostgreSQL sends for a number of so many digits of base 10,000.
    fn numeric(weight: i16, sign: i16, digits: &[i16]) -> Vec<u8> {
        let count = i16::try_from(digits.len()).expect("few digits");
        [count, weight, sign, 2].iter().chain(digits).flat_map(|part| part.to_be_bytes()).collect()
    }

    #[test]
    fn figures_are_read_in_hundredths() {
        for (weight, digits, expected) in [
            (0, [].as_slice(), 0),
            (0, &[13], 1_300),
            (0, &[13, 5000], 1_350),
            (0, &[15, 7100], 1_571),
            (1, &[1], 1_000_000),
            (1, &[2, 3456, 7800], 2_345_678),
            (2, &[99, 9999, 9999, 9900], 999_999_999_999),
            (-1, &[100], 1),
        ] {
            assert_eq!(hundredths(&numeric(weight, 0, digits)), Some(expected), "{digits:?} of weight {weight}");
        }
        assert_eq!(hundredths(&numeric(0, 0x4000, &[13, 5000])), Some(-1_350));
        assert_eq!(hundredths(&numeric(0, i16::MIN | 0x4000, &[])), None, "not a number");
        assert_eq!(hundredths(&numeric(9, 0, &[9999; 10])), None, "too many digits");
    }

    #[test]
    fn days_and_instants_are_read_and_infinite_ones_are_unknown() {
        assert_eq!(date(&0_i32.to_be_bytes()), NaiveDate::from_ymd_opt(2000, 1, 1));
        assert_eq!(date(&9_461_i32.to_be_bytes()), NaiveDate::from_ymd_opt(2025, 11, 26));
        assert_eq!((date(&i32::MAX.to_be_bytes()), date(&i32::MIN.to_be_bytes())), (None, None));
        let instant = time(&1_500_000_i64.to_be_bytes()).map(|time| time.to_rfc3339());
        assert_eq!(instant.as_deref(), Some("2000-01-01T00:00:01.500+00:00"));
        assert_eq!((time(&i64::MAX.to_be_bytes()), time(&i64::MIN.to_be_bytes())), (None, None));
    }

    #[test]
    fn the_items_of_an_array_come_in_order() {
        let array = [1, 0, 25, 2, 1, 1].iter().flat_map(|part: &i32| part.to_be_bytes()).collect::<Vec<_>>();
        let array = [&array, b"a".as_slice(), &0_i32.to_be_bytes()].concat();
        assert_eq!(texts(&array).collect::<Vec<_>>(), [b"a".as_slice(), b""]);
        let none: Vec<u8> = [0, 0, 25].iter().flat_map(|part: &i32| part.to_be_bytes()).collect();
        assert_eq!(texts(&none).count(), 0);
    }
}
