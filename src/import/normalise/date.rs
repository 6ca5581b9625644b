//! Reads dates of offers.

use std::sync::LazyLock;

use chrono::{Days, Month, NaiveDate};
use regex::Regex;

use super::Reading;
use super::date_order::DateOrder;
use super::text::{folded, pattern, said};
use crate::model::closed_sets::DatePrecision;
use crate::parameters::{Message, message};

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

/// Reads a date; `today` tells which dates are too far ahead, `order` what comes first in the dates of the column.
///
/// # Errors
/// Where it is no date, not sure which one, or out of range.
pub fn read(cell: &str, today: NaiveDate, order: DateOrder) -> Reading<OfferDate> {
    let Some(text) = said(folded(cell)) else { return Ok(None) };
    let date = parts(without_time(&text), order)?;
    let latest = today.checked_add_days(Days::new(LATEST_DAYS_AHEAD)).unwrap_or(NaiveDate::MAX);
    let earliest = NaiveDate::from_ymd_opt(EARLIEST_YEAR, 1, 1).unwrap_or(NaiveDate::MIN);
    if date.on < earliest || date.on > latest {
        return Err({
            let on = date.on;
            message!("{on} is not between {earliest} and {latest}", "{on} 不在 {earliest} 到 {latest} 之间")
        });
    }
    Ok(Some(date))
}

/// A date without the day of the week and the time of the day: they change no day, and a zone is that of who wrote it.
fn without_time(text: &str) -> &str {
    static WEEKDAY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?\.?,? |(?:星期|周)[一二三四五六日天],? ?)",
        )
    });
    static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
        let part = "(?:上午|下午|凌晨|早上|中午|晚上|am|pm) ?";
        let clock = r"[0-9]{1,2}(?::[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?|[点时](?:[0-9]{1,2}分?)?)";
        let zone = r"(?: ?z| ?(?:utc|gmt|cst)?(?:[+-][0-9]{1,2}(?::?[0-9]{2})?)?| \([a-z ]+\))";
        let time = format!("(?:{part})?{clock}(?: ?(?:am|pm|a\\.m\\.|p\\.m\\.))?{zone}");
        pattern(&format!(
            "^(?<date>.*[0-9日号])(?:(?: |t|, ?){time}| ?[(]?(?:星期|周)[一二三四五六日天][)]?(?: {time})?| ?[(][月火水木金土日][)](?: {time})?)$"
        ))
    });
    static BEHIND_DAY: LazyLock<Regex> =
        LazyLock::new(|| pattern("^(?<date>.*[日号])(?:上午|下午)?[0-9]{1,2}[:点时].*$"));
    let text = WEEKDAY.find(text).map_or(text, |weekday| &text[weekday.end()..]);
    let found = BEHIND.captures(text).or_else(|| BEHIND_DAY.captures(text));
    found.and_then(|captures| captures.name("date")).map_or(text, |date| date.as_str())
}

fn parts(text: &str, order: DateOrder) -> Result<OfferDate, Message> {
    static FORMS: LazyLock<[Regex; 6]> = LazyLock::new(|| {
        [
            "^(?<year>[0-9]{4})(?<sign>[-/.])(?<month>[0-9]{1,2})(?:(?<other_sign>[-/.])(?<day>[0-9]{1,2}))?$",
            "^(?<year>(?:19|20)[0-9]{2})(?:(?<month>[0-9]{2})(?<day>[0-9]{2})?)?$",
            "^(?<year>(?:19|20)?[0-9]{2}) ?年(?: ?(?<month>[0-9]{1,2}) ?月(?:份)?(?: ?(?<day>[0-9]{1,2}) ?[日号])?)?$",
            "^(?<year>(?:19|20)[0-9]{2}) ?年 ?(?:秋招|秋季招聘|秋招提前批)$",
            // Where the last part has one digit, it is no year, and the first is none of a month or a day.
            "^(?<year>[2-9][0-9])(?<sign>[-/.])(?<month>[0-9]{1,2})(?<other_sign>[-/.])(?<day>[1-9])$",
            "^(?<year>[0-9]{4}) ?년(?: ?(?<month>[0-9]{1,2}) ?월(?: ?(?<day>[0-9]{1,2}) ?일)?)?$",
        ]
        .map(pattern)
    });
    if let Some(found) = FORMS.iter().find_map(|form| form.captures(text)) {
        let part = |name| found.name(name).map(|part| part.as_str());
        if part("other_sign").is_some_and(|other| Some(other) != part("sign")) {
            return Err(message!("it mixes `-`, `/` and `.`", "混用了 `-`、`/`、`.`"));
        }
        return date(&found["year"], part("month"), part("day"));
    }
    if text.contains('届') {
        return Err(message!("a year of graduation is not the date of an offer", "毕业届别不是 offer 日期"));
    }
    english(text)
        .or_else(|| year_of(text))
        .or_else(|| day_and_month(text, order))
        .or_else(|| of_the_republic(text))
        .unwrap_or_else(|| {
            Err(message!(
                "not a date for sure; write 2024-05-01, 2024-05 or 2024",
                "不能确定是日期；请写 2024-05-01、2024-05 或 2024"
            ))
        })
}

/// `Q3 2024`, `2024年第三季度`, `'24`: no more than the year is said that a date can have.
fn year_of(text: &str) -> Option<Result<OfferDate, Message>> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:q[1-4][ /,-]*(?<behind>20[0-9]{2})|(?<before>20[0-9]{2}) ?[年/-]? ?(?:q[1-4]|第?[一二三四1-4]季度)|['’](?<short>[0-9]{2}))$",
        )
    });
    let captures = FORM.captures(text)?;
    let year = ["behind", "before", "short"].iter().find_map(|name| captures.name(name))?;
    Some(date(year.as_str(), None, None))
}

/// `May 2024`, `5 May 2024`, `May 5, 2024`, `Aug '24`; in Russian too.
fn english(text: &str) -> Option<Result<OfferDate, Message>> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?[ /-])?([a-zа-я]{3,9})\.?(?:[ -]([0-9]{1,2})(?:st|nd|rd|th)?)?(?:,?[ /-]([0-9]{4})| ?['’]([0-9]{2}))$",
        )
    });
    let captures = FORM.captures(text)?;
    let month = month(&captures[2])?;
    let day = match (captures.get(1), captures.get(3)) {
        (Some(_), Some(_)) => return None,
        (first, second) => first.or(second).map(|day| day.as_str()),
    };
    let year = captures.get(4).or(captures.get(5))?;
    Some(date(year.as_str(), Some(&month.number_from_month().to_string()), day))
}

/// A month by its name.
fn month(name: &str) -> Option<Month> {
    /// As they stand behind the number of a day and alone, from January on.
    const RUSSIAN: [&str; 12] = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
    match name {
        "sept" => Some(Month::September),
        _ if name.is_ascii() => name.parse().ok(),
        _ => {
            let place = RUSSIAN.iter().position(|start| name.starts_with(start))?;
            Month::try_from(u8::try_from(place + 1).ok()?).ok()
        }
    }
}

/// `民國112年5月3日`, `民國112/5/3`: the years of Taiwan, where they are called so.
fn of_the_republic(text: &str) -> Option<Result<OfferDate, Message>> {
    const YEAR_BEFORE_FIRST: i32 = 1911;
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^民国 ?(?<year>[0-9]{2,3}) ?(?:年|[-/.]) ?(?:(?<month>[0-9]{1,2}) ?(?:月(?:份)?|[-/.]|$) ?(?:(?<day>[0-9]{1,2}) ?[日号]?)?)?$",
        )
    });
    let captures = FORM.captures(text)?;
    let year = captures["year"].parse::<i32>().ok()? + YEAR_BEFORE_FIRST;
    let part = |name| captures.name(name).map(|part| part.as_str());
    Some(date(&year.to_string(), part("month"), part("day")))
}

/// `25/12/2024`: where one of the two cannot be a month, both are the same, or the column tells which comes first; with
/// points between them it is the day.
fn day_and_month(text: &str, order: DateOrder) -> Option<Result<OfferDate, Message>> {
    static FORM: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^([0-9]{1,2})([-/.])([0-9]{1,2})([-/.])((?:19|20)[0-9]{2})$"));
    let captures = FORM.captures(text).filter(|captures| captures[2] == captures[4])?;
    let (first, second): (u32, u32) = (captures[1].parse().ok()?, captures[3].parse().ok()?);
    let is_open = first != second && first <= 12 && second <= 12;
    let order = if &captures[2] == "." { DateOrder::DayFirst } else { order };
    if is_open && order == DateOrder::Unknown {
        return Some(Err(message!(
            "day and month cannot be told apart; write 2024-05-01",
            "分不清日和月；请写 2024-05-01"
        )));
    }
    let (day, month) = if first > 12 || (is_open && order == DateOrder::DayFirst) {
        (&captures[1], &captures[3])
    } else {
        (&captures[3], &captures[1])
    };
    Some(date(&captures[5], Some(month), Some(day)))
}

fn date(year: &str, month: Option<&str>, day: Option<&str>) -> Result<OfferDate, Message> {
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    // 24年 is 2024.
    let century = if year.len() == 2 { 2000 } else { 0 };
    let year = century + i32::try_from(number(year)).unwrap_or(0);
    let precision = match (month, day) {
        (_, Some(_)) => DatePrecision::Day,
        (Some(_), None) => DatePrecision::Month,
        (None, None) => DatePrecision::Year,
    };
    let (month, day) = (month.map_or(1, number), day.map_or(1, number));
    let on = NaiveDate::from_ymd_opt(year, month, day);
    on.map(|on| OfferDate { on, precision }).ok_or_else(|| message!("there is no such day", "没有这一天"))
}
