//! Reads dates of offers.

use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use regex::Regex;

use super::Reading;
use super::text::{folded, is_blank, pattern};
use crate::model::closed_sets::DatePrecision;

/// Offers of earlier years are not believed.
const EARLIEST_YEAR: i32 = 1990;
/// How far ahead of today a date may be, in days.
const LATEST_DAYS_AHEAD: u64 = 366;

/// A date with how much of it is known; the rest of it is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferDate {
    /// The date.
    pub on: NaiveDate,
    /// How much of it is known.
    pub precision: DatePrecision,
}

/// Reads a date; `today` tells which dates are too far ahead.
///
/// # Errors
/// Where it is no date, not sure which one, or out of range.
pub fn read(cell: &str, today: NaiveDate) -> Reading<OfferDate> {
    let text = folded(cell);
    if is_blank(&text) {
        return Ok(None);
    }
    let date = parts(&text)?;
    let latest = today.checked_add_days(Days::new(LATEST_DAYS_AHEAD)).unwrap_or(NaiveDate::MAX);
    let earliest = NaiveDate::from_ymd_opt(EARLIEST_YEAR, 1, 1).unwrap_or(NaiveDate::MIN);
    if date.on < earliest || date.on > latest {
        return Err(format!("{} is not between {earliest} and {latest}", date.on));
    }
    Ok(Some(date))
}

fn parts(text: &str) -> Result<OfferDate, String> {
    static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
        let time = r"(?:[ t][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?z|[+-][0-9]{2}:?[0-9]{2})?)?";
        pattern(&format!(r"^([0-9]{{4}})([-/.])([0-9]{{1,2}})(?:([-/.])([0-9]{{1,2}}){time})?$"))
    });
    static COMPACT: LazyLock<Regex> = LazyLock::new(|| pattern("^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})?$"));
    static CHINESE: LazyLock<Regex> = LazyLock::new(|| {
        pattern("^((?:19|20)?[0-9]{2}) ?年(?: ?([0-9]{1,2}) ?月(?:份)?(?: ?([0-9]{1,2}) ?[日号])?)?$")
    });
    static SEASON: LazyLock<Regex> =
        LazyLock::new(|| pattern("^((?:19|20)[0-9]{2}) ?年 ?(?:秋招|秋季招聘|秋招提前批)$"));
    static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern("^((?:19|20)[0-9]{2})$"));
    let group = |captures: &regex::Captures<'_>, place: usize| captures.get(place).map(|part| part.as_str().to_owned());
    if let Some(captures) = NUMERIC.captures(text) {
        let one_separator = captures.get(4).is_none_or(|second| second.as_str() == &captures[2]);
        if !one_separator {
            return Err("it mixes `-`, `/` and `.`".to_owned());
        }
        return date(&captures[1], Some(&captures[3]), group(&captures, 5).as_deref());
    }
    for form in [&COMPACT, &CHINESE] {
        if let Some(captures) = form.captures(text) {
            return date(&captures[1], group(&captures, 2).as_deref(), group(&captures, 3).as_deref());
        }
    }
    if let Some(captures) = SEASON.captures(text).or_else(|| YEAR.captures(text)) {
        return date(&captures[1], None, None);
    }
    if text.contains('届') {
        return Err("a year of graduation is not the date of an offer".to_owned());
    }
    english(text)
        .or_else(|| day_and_month(text))
        .unwrap_or_else(|| Err("not a date for sure; write 2024-05-01, 2024-05 or 2024".to_owned()))
}

/// `May 2024`, `5 May 2024`, `May 5, 2024`.
fn english(text: &str) -> Option<Result<OfferDate, String>> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:([0-9]{1,2})(?:st|nd|rd|th)?[ -])?([a-z]{3,9})\.?(?: ([0-9]{1,2})(?:st|nd|rd|th)?)?,?[ -]([0-9]{4})$",
        )
    });
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let captures = FORM.captures(text)?;
    let word = if &captures[2] == "sept" { "sep" } else { &captures[2] };
    let place = MONTHS.iter().position(|month| *month == word || month[..3] == *word)?;
    let day = match (captures.get(1), captures.get(3)) {
        (Some(_), Some(_)) => return None,
        (first, second) => first.or(second).map(|day| day.as_str()),
    };
    Some(date(&captures[4], Some(&(place + 1).to_string()), day))
}

/// `25/12/2024`: only where one of the two cannot be a month, or both are the same.
fn day_and_month(text: &str) -> Option<Result<OfferDate, String>> {
    static FORM: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^([0-9]{1,2})([-/.])([0-9]{1,2})([-/.])((?:19|20)[0-9]{2})$"));
    let captures = FORM.captures(text).filter(|captures| captures[2] == captures[4])?;
    let (first, second): (u32, u32) = (captures[1].parse().ok()?, captures[3].parse().ok()?);
    if first != second && first <= 12 && second <= 12 {
        return Some(Err("day and month cannot be told apart; write 2024-05-01".to_owned()));
    }
    let (day, month) = if first > 12 { (&captures[1], &captures[3]) } else { (&captures[3], &captures[1]) };
    Some(date(&captures[5], Some(month), Some(day)))
}

fn date(year: &str, month: Option<&str>, day: Option<&str>) -> Result<OfferDate, String> {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    // Two digits of a year stand only before 年: 24年 is 2024.
    let century = if year.len() == 2 { 2000 } else { 0 };
    let year = century + i32::try_from(number(year)).unwrap_or(0);
    let precision = match (month, day) {
        (_, Some(_)) => DatePrecision::Day,
        (Some(_), None) => DatePrecision::Month,
        (None, None) => DatePrecision::Year,
    };
    let (month, day) = (month.map_or(1, number), day.map_or(1, number));
    let on = NaiveDate::from_ymd_opt(year, month, day);
    on.map(|on| OfferDate { on, precision }).ok_or_else(|| "there is no such day".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, 30).expect("a date")
    }

    #[test]
    fn dates_are_read_as_finely_as_they_are_written() {
        use DatePrecision::{Day, Month, Year};
        for (text, expected, precision) in [
            ("2024-05-01", "2024-05-01", Day),
            ("2024/5/1", "2024-05-01", Day),
            ("2024.5.1", "2024-05-01", Day),
            ("2024年5月1日", "2024-05-01", Day),
            ("２０２４年５月１号", "2024-05-01", Day),
            ("20240501", "2024-05-01", Day),
            ("5 May 2024", "2024-05-05", Day),
            ("May 5, 2024", "2024-05-05", Day),
            ("1 Sept 2024", "2024-09-01", Day),
            ("2024-05-01 12:30:00", "2024-05-01", Day),
            ("2024-05-01T12:30:00Z", "2024-05-01", Day),
            ("2024-05-01T12:30:00.123+08:00", "2024-05-01", Day),
            ("25/12/2024", "2024-12-25", Day),
            ("12/25/2024", "2024-12-25", Day),
            ("05/05/2024", "2024-05-05", Day),
            ("24年5月1日", "2024-05-01", Day),
            ("2024年5月", "2024-05-01", Month),
            ("2024 年 5 月份", "2024-05-01", Month),
            ("2024-05", "2024-05-01", Month),
            ("2024.05", "2024-05-01", Month),
            ("2024/5", "2024-05-01", Month),
            ("202405", "2024-05-01", Month),
            ("24年5月", "2024-05-01", Month),
            ("May 2024", "2024-05-01", Month),
            ("2024", "2024-01-01", Year),
            ("2024年", "2024-01-01", Year),
            ("2024年秋招", "2024-01-01", Year),
        ] {
            let date = read(text, today()).unwrap_or_else(|message| panic!("{text}: {message}"));
            let date = date.unwrap_or_else(|| panic!("{text}: nothing"));
            assert_eq!((date.on.to_string().as_str(), date.precision), (expected, precision), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_date_for_sure_gives_none() {
        for (text, why) in [
            ("24/5", "may be the year or the day"),
            ("05/06/2024", "day or month first"),
            ("24届秋招", "a year of graduation"),
            ("2024届", "a year of graduation"),
            ("24年秋招", "two digits and a season"),
            ("2025秋招", "may be named after the year of graduation"),
            ("2024年春招", "spring recruiting starts in the year before"),
            ("2024-13-01", "no such month"),
            ("2024-02-30", "no such day"),
            ("2024-05/01", "mixed separators"),
            ("45413", "a number"),
            ("5月1日", "no year"),
            ("1989-12-31", "too early"),
            ("2027-01-01", "too far ahead"),
            ("2099", "too far ahead"),
            ("昨天", "no date"),
            ("2024-05-01~2024-06-01", "two dates"),
            ("Foo 2024", "no month"),
            ("2024.5.1.2", "too many parts"),
            ("202413", "no such month"),
        ] {
            assert!(read(text, today()).is_err(), "{text}: {why}");
        }
        assert_eq!(read(" - ", today()), Ok(None));
    }
}
