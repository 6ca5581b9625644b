//! Ranges as readers write them: `2024-01..2024-06`, `200000..`, `..3`, or a single value.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::filter::Range;
use crate::model::closed_sets::DatePrecision;
use crate::parameters::{Message, ParameterError, message};

/// Greatest number in a range.
pub const MAX_NUMBER: i32 = 999_999_999;

/// Reads a day, month or year, or a range of them; both ends belong to it, with their last day.
pub(super) fn parse_dates(parameter: &str, text: &str) -> Result<Range<NaiveDate>, ParameterError> {
    let allowed = message!(
        "a day, month or year from 1900 to 2999 such as 2024-05-01, 2024-05 or 2024, or a range such as 2024-01..2024-06",
        "1900 至 2999 年间的日、月或年，如 2024-05-01、2024-05、2024，或一个区间，如 2024-01..2024-06"
    );
    let period = |text: &str| parse_period(text).ok_or_else(|| is_not(parameter, text, &allowed));
    parse(parameter, text, &allowed, |text| Ok(period(text)?.0), |text| Ok(period(text)?.1))
}

/// Reads a day, month or year in UTC, an instant, or a range of them, by whole seconds; both ends belong to it, with the last
/// microsecond of their second.
pub(super) fn parse_times(parameter: &str, text: &str) -> Result<Range<DateTime<Utc>>, ParameterError> {
    let allowed = message!(
        "a day, month or year from 1900 to 2999 in UTC such as 2026-11-01, an instant such as 2026-11-01T08:00:00Z, or a \
        range such as 2026-11-01.. or 2026-11-01T08:00:00Z..2026-11-02",
        "1900 至 2999 年间的日、月或年（UTC），如 2026-11-01，或一个时刻，如 2026-11-01T08:00:00Z，或一个区间，如 2026-11-01..、\
        2026-11-01T08:00:00Z..2026-11-02"
    );
    let seconds = |text: &str| parse_seconds(text).ok_or_else(|| is_not(parameter, text, &allowed));
    let last = |text: &str| Ok(seconds(text)?.1 + TimeDelta::microseconds(999_999));
    parse(parameter, text, &allowed, |text| Ok(seconds(text)?.0), last)
}

/// The first and the last second of a day, month or year in UTC, or of an instant.
fn parse_seconds(text: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    if let Some((first, last)) = parse_period(text) {
        return Some((first.and_time(NaiveTime::MIN).and_utc(), last.and_hms_opt(23, 59, 59)?.and_utc()));
    }
    // A sign that stands for itself in a URL comes as the space that it means there.
    let written = text.replace(' ', "+");
    let instant = DateTime::parse_from_rfc3339(&written).ok().filter(|_| written.as_bytes().get(10) == Some(&b'T'))?;
    let second = instant.to_utc().with_nanosecond(0)?;
    (1900..3000).contains(&second.year()).then_some((second, second))
}

/// Reads a day, month or year as a case has it: what is not known of it is 1.
pub fn parse_date(parameter: &str, text: &str) -> Result<(NaiveDate, DatePrecision), ParameterError> {
    let Some((first, _)) = parse_period(text) else {
        let allowed = message!(
            "a day, month or year such as 2024-05-01, 2024-05 or 2024",
            "日、月或年，如 2024-05-01、2024-05、2024"
        );
        return Err(is_not(parameter, text, &allowed));
    };
    let precision = match text.matches('-').count() {
        0 => DatePrecision::Year,
        1 => DatePrecision::Month,
        _ => DatePrecision::Day,
    };
    Ok((first, precision))
}

/// Reads a year, or a month as the number of months since the year 0; or a range of them.
pub(super) fn parse_periods(parameter: &str, text: &str, is_month: bool) -> Result<Range<i32>, ParameterError> {
    let allowed = if is_month {
        message!(
            "a month from 1900-01 to 2999-12 such as 2024-05, or a range such as 2024-01..2024-06",
            "1900-01 至 2999-12 间的月份，如 2024-05，或一个区间，如 2024-01..2024-06"
        )
    } else {
        message!(
            "a year from 1900 to 2999 such as 2024, or a range such as 2023..2025",
            "1900 至 2999 间的年份，如 2024，或一个区间，如 2023..2025"
        )
    };
    let period = |text: &str| {
        let is_so_precise = text.matches('-').count() == usize::from(is_month);
        let first = parse_period(text).filter(|_| is_so_precise).map(|(first, _)| first);
        let first = first.ok_or_else(|| is_not(parameter, text, &allowed))?;
        Ok(if is_month { month_of(first) } else { first.year() })
    };
    parse(parameter, text, &allowed, period, period)
}

/// The number of months from the year 0 to a day.
pub fn month_of(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or_default()
}

/// Reads a whole number from 0, or a range of them.
pub(super) fn parse_whole_numbers(parameter: &str, text: &str) -> Result<Range<i32>, ParameterError> {
    let allowed = message!(
        "a whole number from 0 to {MAX_NUMBER}, or a range such as 7..14, 7.. or ..14",
        "0 至 {MAX_NUMBER} 的整数，或一个区间，如 7..14、7..、..14"
    );
    let number = |text: &str| {
        let is_plain = is_number(text) && (text == "0" || !text.starts_with('0'));
        let number = text.parse().ok().filter(|number| is_plain && (0..=MAX_NUMBER).contains(number));
        number.ok_or_else(|| {
            let how = message!(", written without zeros in front and without separators", "，前面不写零，也不写分隔符");
            let error = is_not(parameter, text, &allowed);
            let message = if is_number(text) { error.message.with(&how) } else { error.message };
            ParameterError::new(parameter, message)
        })
    };
    parse(parameter, text, &allowed, number, number)
}

/// That a text is none of what is allowed.
fn is_not(parameter: &str, text: &str, allowed: &Message) -> ParameterError {
    ParameterError::new(parameter, message!("`{text}` is not ", "`{text}` 不是").with(allowed))
}

fn parse<T: PartialOrd + Copy>(
    parameter: &str,
    text: &str,
    allowed: &Message,
    first: impl Fn(&str) -> Result<T, ParameterError>,
    last: impl Fn(&str) -> Result<T, ParameterError>,
) -> Result<Range<T>, ParameterError> {
    let Some((from, to)) = text.split_once("..") else {
        return Ok(Range { min: Some(first(text)?), max: Some(last(text)?) });
    };
    let (from, to) = (from.trim(), to.trim());
    if from.is_empty() && to.is_empty() {
        return Err(ParameterError::new(
            parameter,
            message!("`{text}` has no end; it takes ", "`{text}` 没有起止；可写").with(allowed),
        ));
    }
    let min = if from.is_empty() { None } else { Some(first(from)?) };
    let max = if to.is_empty() { None } else { Some(last(to)?) };
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        return Err(ParameterError::new(
            parameter,
            message!("`{text}` ends before it begins", "`{text}` 的终点在起点之前"),
        ));
    }
    Ok(Range { min, max })
}

/// Whether the second of two values that a comma stands between goes on with the number that the first ends with: as in
/// `250,500..300,000`, where somebody has separated thousands.
pub(super) fn goes_on_with_number(before: &str, text: &str) -> bool {
    let ends = |text: &str| text.rsplit("..").next().map(str::to_owned).unwrap_or_default();
    let begins = |text: &str| text.split("..").next().map(str::to_owned).unwrap_or_default();
    let (head, group) = (ends(before), begins(text));
    is_number(&head) && head.len() <= 3 && is_number(&group) && group.len() == 3
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// First and last day of a day, month or year, from 1900 to 2999.
fn parse_period(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let digits = |text: &str, length: usize| -> Option<u32> {
        let fits = text.len() == length && text.chars().all(|character| character.is_ascii_digit());
        if fits { text.parse().ok() } else { None }
    };
    let parts: Vec<&str> = text.split('-').collect();
    let year = i32::try_from(digits(parts.first()?, 4)?).ok().filter(|year| (1900..3000).contains(year))?;
    match parts.as_slice() {
        [_] => Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?)),
        [_, month] => {
            let first = NaiveDate::from_ymd_opt(year, digits(month, 2)?, 1)?;
            Some((first, first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?))
        }
        [_, month, day] => {
            let day = NaiveDate::from_ymd_opt(year, digits(month, 2)?, digits(day, 2)?)?;
            Some((day, day))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn dates_are_read_with_all_of_their_period() {
        for (text, min, max) in [
            ("2024", Some("2024-01-01"), Some("2024-12-31")),
            ("2024-02", Some("2024-02-01"), Some("2024-02-29")),
            ("2024-02-03", Some("2024-02-03"), Some("2024-02-03")),
            ("2024-01..2024-12", Some("2024-01-01"), Some("2024-12-31")),
            ("2024..", Some("2024-01-01"), None),
            ("..2024-06", None, Some("2024-06-30")),
        ] {
            let expected = Range { min: min.map(date), max: max.map(date) };
            assert_eq!(parse_dates("offered_on", text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn times_are_read_with_all_of_their_second() {
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        for (text, min, max) in [
            ("2026", Some("2026-01-01T00:00:00Z"), Some("2026-12-31T23:59:59.999999Z")),
            ("2026-11-01..", Some("2026-11-01T00:00:00Z"), None),
            ("..2026-02", None, Some("2026-02-28T23:59:59.999999Z")),
            ("2026-11-01T08:00:00Z", Some("2026-11-01T08:00:00Z"), Some("2026-11-01T08:00:00.999999Z")),
            ("2026-11-01T08:00:00.375935Z..", Some("2026-11-01T08:00:00Z"), None),
            (
                "2026-11-01T08:00:00+08:00..2026-11-01",
                Some("2026-11-01T00:00:00Z"),
                Some("2026-11-01T23:59:59.999999Z"),
            ),
            ("..2026-11-01T08:00:00 08:00", None, Some("2026-11-01T00:00:00.999999Z")),
        ] {
            let expected = Range { min: min.map(time), max: max.map(time) };
            assert_eq!(parse_times("updated_at", text), Ok(expected), "{text}");
        }
        for text in [
            "yesterday",
            "2026-11-01T08:00",
            "2026-11-01T08:00:00",
            "2026-11-01 08:00:00Z",
            "2026-11-01T25:00:00Z",
            "2026-11-31",
            "1793520000",
            "0001-01-01T00:00:00Z",
            "2026-11-02..2026-11-01T23:59:59Z",
            "..",
        ] {
            assert!(parse_times("updated_at", text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_whose_thousands_are_separated_are_recognised() {
        for (before, text, expected) in [
            ("200", "000..300", true),
            ("250", "500..300", true),
            ("1", "250", true),
            ("..300", "500", true),
            ("200000", "300000", false),
            ("200000", "300", false),
            ("1", "2", false),
            ("20", "3000..", false),
            ("unknown", "300", false),
            ("200..", "300", false),
        ] {
            assert_eq!(goes_on_with_number(before, text), expected, "{before},{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["24", "2024-13", "2024-2", "2023-02-29", "2024/05", "..", "2024-06..2024-01", "x", "99999", "0001"]
        {
            assert!(parse_dates("offered_on", text).is_err(), "{text}");
        }
        for text in ["-1", "+1", "1e3", "1.5", "..", "5..3", "1...3", "9999999999", "一", "000", "007..14", "0200000"]
        {
            assert!(parse_whole_numbers("pay_annual", text).is_err(), "{text}");
        }
        assert_eq!(parse_whole_numbers("preparation_days", "0"), Ok(Range { min: Some(0), max: Some(0) }));
        assert_eq!(parse_whole_numbers("pay_annual", "..3"), Ok(Range { min: None, max: Some(3) }));
        assert_eq!(parse_whole_numbers("pay_annual", "3"), Ok(Range { min: Some(3), max: Some(3) }));
    }
}
