//! Reads times of preparation in days, from a cell of their own or from a summary.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::numerals::number;
use super::text::{folded, pattern, said, squeezed};
use crate::parameters::{Message, message};

/// Days that a month counts as.
const DAYS_PER_MONTH: i64 = 30;
/// Longer preparation is not believed, in days.
const MAX_DAYS: i64 = 3650;

/// Reads a cell that holds a time of preparation: `两周`, `半个月`, `一个半月`, `3 months`, `10天`. A plain number counts
/// only where the header says what it counts.
///
/// # Errors
/// Where it is no time for sure.
pub fn read(cell: &str, header: &str) -> Reading<i16> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^(?:准备|备战|用时|历时|大?约|大概|辅导)*(?P<count>[0-9]+|[一二两三四五六七八九十]+)?个?(?P<half>半)?个?\
             (?P<unit>天|日|days?|d|周半?|星期|礼拜|weeks?|wks?|w|月|months?|年|years?)(?:左右|时间)?$",
        )
    });
    let Some(text) = said(squeezed(cell)) else { return Ok(None) };
    if let Some(count) = number(&text) {
        let unit = unit_of_header(header)
            .ok_or_else(|| message!("a number without a unit; write 14天 or 2周", "数字没有单位；请写 14天 或 2周"))?;
        return believed(count * unit);
    }
    let captures = SPAN.captures(&text).ok_or_else(not_sure)?;
    let count = captures.name("count").map(|count| number(count.as_str()).ok_or_else(not_sure)).transpose()?;
    let days = days_per(&captures["unit"]).ok_or_else(not_sure)?;
    let half = captures.name("half").is_some();
    match (count, half) {
        (None, false) => Err(message!("how many is not said", "没有说多少")),
        // Half a day is no day, and half a week no number of days.
        (_, true) if days < DAYS_PER_MONTH => Err(message!("a part of a day or of a week", "是一天或一周的一部分")),
        (count, half) => believed(count.unwrap_or(0) * days + if half { days / 2 } else { 0 }),
    }
}

fn not_sure() -> Message {
    message!("not a time of preparation for sure; write 14天 or 2周", "不能确定准备时间；请写 14天 或 2周")
}

fn days_per(unit: &str) -> Option<i64> {
    match unit {
        "天" | "日" | "day" | "days" | "d" => Some(1),
        "周" | "星期" | "礼拜" | "week" | "weeks" | "wk" | "wks" | "w" => Some(7),
        "月" | "month" | "months" => Some(DAYS_PER_MONTH),
        "年" | "year" | "years" => Some(12 * DAYS_PER_MONTH),
        _ => None,
    }
}

/// What plain numbers below this header count, in days.
fn unit_of_header(header: &str) -> Option<i64> {
    let header = squeezed(header);
    let says = |words: &[&str]| words.iter().any(|word| header.contains(word));
    let units: Vec<i64> =
        [(says(&["天", "(日)", "days"]), 1), (says(&["周", "weeks"]), 7), (says(&["月", "months"]), DAYS_PER_MONTH)]
            .into_iter()
            .filter_map(|(said, days)| said.then_some(days))
            .collect();
    if let [only] = units.as_slice() { Some(*only) } else { None }
}

fn believed(days: i64) -> Reading<i16> {
    let message = || message!("{days} days are not between 1 and {MAX_DAYS}", "{days} 天不在 1 到 {MAX_DAYS} 之间");
    i16::try_from(days).ok().filter(|_| (1..=MAX_DAYS).contains(&days)).map(Some).ok_or_else(message)
}

/// Days from the start of preparation to the offer that a summary tells: `2 周上岸` is 14, `3 个月上岸` is 90.
pub fn in_summary(summary: &str) -> Option<i16> {
    static SPAN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?:^|[^0-9一二两三四五六七八九十.~-])([0-9]+|[一二两三四五六七八九十]+|半|[一两]个半) ?(天|周|个星期|星期|个月|月) ?上岸",
        )
    });
    if !summary.contains("上岸") {
        return None;
    }
    let text = folded(summary);
    let captures = SPAN.captures(&text)?;
    // `5月上岸` is a date.
    let is_date = &captures[2] == "月" && !captures[1].ends_with("个半");
    if is_date {
        return None;
    }
    read(&format!("{}{}", &captures[1], &captures[2]), "").ok().flatten()
}
