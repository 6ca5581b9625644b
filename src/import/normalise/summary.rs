//! What a summary says besides its words: interview rounds, time of preparation, channel, tags,
//! and what contradicts another cell. Each rule is a small function that reads nothing rather than
//! something wrong.

use std::sync::LazyLock;

use regex::Regex;

use crate::cases::closed_sets::OfferChannel;
use crate::catalog::name::search_text;
use crate::catalog::{Catalog, Tag};

/// Days that a month counts as where a time of preparation is given in months.
const DAYS_PER_MONTH: i16 = 30;

fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap_or_else(|error| unreachable!("a fixed pattern is valid: {error}"))
}

/// The number of a digit string or a Chinese numeral up to ten; `None` for anything else.
fn number(text: &str) -> Option<i16> {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return text.parse().ok();
    }
    let numerals = [
        ('一', 1),
        ('二', 2),
        ('两', 2),
        ('三', 3),
        ('四', 4),
        ('五', 5),
        ('六', 6),
        ('七', 7),
        ('八', 8),
        ('九', 9),
        ('十', 10),
    ];
    let mut characters = text.chars();
    let first = characters.next()?;
    if characters.next().is_some() {
        return None;
    }
    numerals.iter().find(|(numeral, _)| *numeral == first).map(|(_, number)| *number)
}

/// The number of interviews: `3 轮具体面经`, `三轮面试`. `多轮` gives none, `三轮融资` is not about interviews,
/// and two different numbers contradict each other.
pub fn interview_rounds(summary: &str) -> Option<i16> {
    static ROUNDS: LazyLock<Regex> = LazyLock::new(|| pattern(r"([0-9]+|[一二两三四五六七八九十]+) *轮 *(.{0,2})"));
    let text = search_text(summary);
    let mut found = ROUNDS.captures_iter(&text).filter(|captures| !captures[2].starts_with("融资"));
    let rounds = number(&found.next()?[1]).filter(|rounds| (1..=20).contains(rounds))?;
    found.all(|captures| number(&captures[1]) == Some(rounds)).then_some(rounds)
}

/// Days from the start of preparation to the offer: `2 周上岸` is 14, `一周上岸` is 7, `3 个月上岸` is 90.
pub fn preparation_days(summary: &str) -> Option<i16> {
    static SPAN: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"([0-9]+|[一二两三四五六七八九十]+) *(天|周|个星期|星期|个月) *上岸"));
    let text = search_text(summary);
    let captures = SPAN.captures(&text)?;
    let days_per_unit = match &captures[2] {
        "天" => 1,
        "个月" => DAYS_PER_MONTH,
        _ => 7,
    };
    number(&captures[1])?.checked_mul(days_per_unit).filter(|days| (1..=3650).contains(days))
}

/// How the offer came about: `暑期留用` and `实习转正` are conversions of an internship.
pub fn offer_channel(summary: &str) -> Option<OfferChannel> {
    static CONVERSION: LazyLock<Regex> = LazyLock::new(|| pattern("(暑期|实习|日常) *(生)? *(留用|转正)"));
    CONVERSION.is_match(&search_text(summary)).then_some(OfferChannel::InternConversion)
}

/// The tags of which a keyword stands in the summary, by slug.
pub fn tags(summary: &str, catalog: &Catalog) -> Vec<String> {
    let text = search_text(summary);
    let is_said = |tag: &&Tag| tag.keywords.iter().any(|keyword| text.contains(&search_text(keyword)));
    catalog.tags.entries().iter().filter(is_said).map(|tag| tag.slug.clone()).collect()
}

/// Sides of learning that a summary may name, with the discipline codes that belong to another.
const BACKGROUNDS: &[(&str, &[&str])] = &[
    ("文科背景", &["07", "08", "09", "10"]),
    ("理科背景", &["05", "06", "13"]),
    ("工科背景", &["01", "02", "03", "04", "05", "06", "12", "13"]),
    ("商科背景", &["01", "05", "06", "08", "09", "10", "13"]),
];

/// What the summary says against the major: `文科背景` of someone whose major is 工科.
///
/// `discipline_code` is the code of the discipline that the major stands under, `None` for broad
/// labels, which contradict nothing.
pub fn major_conflict(summary: &str, major: &str, discipline_code: Option<&str>) -> Option<String> {
    let text = search_text(summary);
    let code = discipline_code?;
    BACKGROUNDS
        .iter()
        .find(|(background, others)| text.contains(background) && others.contains(&code))
        .map(|(background, _)| format!("major says {major}, summary says {background}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interview_rounds_are_read_only_where_a_number_of_interviews_is_said() {
        for (summary, expected, why) in [
            ("3 轮具体面经", Some(3), "a digit"),
            ("文科背景三轮面试细节披露", Some(3), "a Chinese numeral"),
            ("两轮面试", Some(2), "the other two"),
            ("多轮面经总结,独角兽机会", None, "many is no number"),
            ("数轮面试", None, "several is no number"),
            ("公司刚完成三轮融资", None, "rounds of funding"),
            ("三轮技术面,实际四轮面试", None, "two numbers contradict each other"),
            ("十二轮面试", None, "a numeral that is not read for sure"),
            ("99 轮面试", None, "out of range"),
            ("", None, "nothing"),
        ] {
            assert_eq!(interview_rounds(summary), expected, "{summary}: {why}");
        }
    }

    #[test]
    fn preparation_is_read_in_days_weeks_and_months() {
        for (summary, expected, why) in [
            ("辅导 2 周上岸,“超全面面经+解析”", Some(14), "digits and weeks"),
            ("技术转产品,一周上岸", Some(7), "a numeral"),
            ("10天上岸", Some(10), "days"),
            ("3个月上岸", Some(90), "months of 30 days"),
            ("数周上岸", None, "several is no number"),
            ("实习两周", None, "not about preparation"),
            ("9999个月上岸", None, "out of range"),
        ] {
            assert_eq!(preparation_days(summary), expected, "{summary}: {why}");
        }
    }

    #[test]
    fn only_the_conversion_of_an_internship_gives_a_channel() {
        for (summary, expected) in [
            ("带人,暑期留用", Some(OfferChannel::InternConversion)),
            ("实习转正", Some(OfferChannel::InternConversion)),
            ("有实习经历", None),
            ("转正答辩材料", None),
        ] {
            assert_eq!(offer_channel(summary), expected, "{summary}");
        }
    }

    #[test]
    fn a_background_contradicts_only_a_major_of_another_side() {
        for (summary, code, conflict) in [
            ("文科背景三轮面试细节披露", Some("08"), true),
            ("文科背景", Some("05"), false),
            ("文科背景", None, false),
            ("从文科到大厂", Some("07"), false),
        ] {
            assert_eq!(major_conflict(summary, "X", code).is_some(), conflict, "{summary} with {code:?}");
        }
    }
}
