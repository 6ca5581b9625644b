//! Days as codes of a column: Julian day numbers, as PostgreSQL counts them. Instants: seconds since 1970.

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use crate::model::closed_set::ClosedSet;
use crate::model::closed_sets::DatePrecision;

/// The Julian day number of the day before 1 January of the year 1.
const DAY_BEFORE_YEAR_1: i32 = 1_721_425;

/// The code of a day.
pub fn code_of(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) + i64::from(DAY_BEFORE_YEAR_1)
}

/// The expression that gives the code of an instant: its second, and the first or last that there is of any other.
pub fn second_of(column: &str) -> String {
    format!("least(greatest(floor(extract(epoch from {column})), 1), {})::bigint", u32::MAX)
}

/// The code of the second of an instant.
pub fn code_of_second(instant: DateTime<Utc>) -> i64 {
    instant.timestamp().clamp(1, u32::MAX.into())
}

/// The day of a code; `None` for 0.
pub fn date_of(code: u32) -> Option<NaiveDate> {
    let days = i32::try_from(code).ok().filter(|days| *days > 0)?;
    NaiveDate::from_num_days_from_ce_opt(days - DAY_BEFORE_YEAR_1)
}

/// Whether this is the code of a precision.
pub fn is_by(precision: DatePrecision, code: u32) -> bool {
    DatePrecision::ALL.get((code as usize).wrapping_sub(1)) == Some(&precision)
}

/// The code of the last day that a date may stand for, as precise as it is.
pub fn last_day(first: u32, precision: u32) -> i64 {
    let months = if is_by(DatePrecision::Month, precision) {
        1
    } else if is_by(DatePrecision::Year, precision) {
        12
    } else {
        return first.into();
    };
    let end = date_of(first).and_then(|date| date.checked_add_months(Months::new(months))?.pred_opt());
    end.map_or(first.into(), code_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_postgresql_counts_them() {
        // select to_char(date '2000-01-01', 'J'), to_char(date '0001-01-01', 'J')
        for (text, code) in [("2000-01-01", 2_451_545), ("0001-01-01", 1_721_426)] {
            let date: NaiveDate = text.parse().expect("a date");
            assert_eq!(code_of(date), code);
            assert_eq!(date_of(u32::try_from(code).expect("a code")), Some(date));
        }
        assert_eq!(date_of(0), None);
    }
}
