//! Reads numbers of interviews, from a cell of their own or from a summary.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::numerals::number;
use super::text::{folded, is_blank, pattern, squeezed};

/// More interviews for one offer are not believed.
const MAX_ROUNDS: i64 = 20;

/// Reads a cell that holds a number of interviews: `3轮`, `三面`, `面试三轮`, `3+1轮` (four), `一面二面HR面` (three).
///
/// # Errors
/// Where it is no number for sure.
pub fn read(cell: &str) -> Reading<i16> {
    let text = squeezed(cell);
    if is_blank(&text) {
        return Ok(None);
    }
    let rounds = sum(&text).or_else(|| listed(&text)).ok_or("not a number of interviews for sure; write 3")?;
    believed(rounds).map(Some).ok_or_else(|| format!("{rounds} interviews are not between 1 and {MAX_ROUNDS}"))
}

fn believed(rounds: i64) -> Option<i16> {
    i16::try_from(rounds).ok().filter(|_| (1..=MAX_ROUNDS).contains(&rounds))
}

/// One number, or several with `+` between them.
fn sum(text: &str) -> Option<i64> {
    static PART: LazyLock<Regex> = LazyLock::new(|| {
        let kind = "(?:技术|业务|群|交叉|综合|主管|hr|hrbp)";
        pattern(&format!(
            "^(?:一?共|面试)?{kind}?(?:面试?)?([0-9]+|[一二两三四五六七八九十]+)\
             (?:个?(?:轮|rounds?)(?:{kind}面?|面试|面)?|次面试|interviews?|面)?$"
        ))
    });
    let mut total = 0;
    for part in text.split('+') {
        total += number(&PART.captures(part)?[1])?;
    }
    Some(total)
}

/// Interviews one by one; ordinals count up from the first.
fn listed(text: &str) -> Option<i64> {
    static EACH: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            "^(?:[+,/、→>-]|->)*(?:(?P<ordinal>[一二三四五六七八九])面|(?:hr|hrbp|终|交叉|主管|总监|群|加|业务|技术)面|(?P<test>笔试))",
        )
    });
    let (mut rest, mut interviews, mut ordinals) = (text, 0, 0);
    while let Some(captures) = EACH.captures(rest) {
        rest = &rest[captures[0].len()..];
        if let Some(ordinal) = captures.name("ordinal") {
            ordinals += 1;
            if number(ordinal.as_str()) != Some(ordinals) {
                return None;
            }
        }
        interviews += i64::from(captures.name("test").is_none());
    }
    (rest.is_empty() && interviews > 1).then_some(interviews)
}

/// The number of interviews that a summary tells: `3 轮具体面经`, `三轮面试`. `多轮` gives none, `三轮融资` is not about
/// interviews, and two different numbers contradict each other.
pub fn in_summary(summary: &str) -> Option<i16> {
    static ROUNDS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(-|~)?([0-9]+|[一二两三四五六七八九十]+) ?轮 ?(.{0,2})"));
    if !summary.contains('轮') {
        return None;
    }
    let text = folded(summary);
    let mut found = ROUNDS.captures_iter(&text).filter(|captures| !captures[3].starts_with("融资"));
    let first = found.next()?;
    // `2-3轮` is not one number.
    let rounds = number(&first[2]).filter(|_| first.get(1).is_none())?;
    let agrees = found.all(|captures| number(&captures[2]) == Some(rounds));
    believed(rounds).filter(|_| agrees)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_interviews_is_read() {
        for (cell, expected) in [
            ("3", 3),
            ("３", 3),
            ("三", 3),
            ("3轮", 3),
            ("3 轮面试", 3),
            ("三面", 3),
            ("面试三轮", 3),
            ("共3轮", 3),
            ("3 rounds", 3),
            ("3+1轮", 4),
            ("3轮技术面+1轮HR面", 4),
            ("2轮业务+HR1轮", 3),
            ("一面二面HR面", 3),
            ("一面/二面/三面/终面", 4),
            ("笔试+一面+二面", 2),
            ("十二轮", 12),
        ] {
            assert_eq!(read(cell), Ok(Some(expected)), "{cell}");
        }
        assert_eq!(read("无"), Ok(None));
    }

    #[test]
    fn what_is_no_number_of_interviews_gives_none() {
        for (cell, why) in [
            ("2-3轮", "a range"),
            ("多轮", "many"),
            ("99", "not believed"),
            ("0", "none at all"),
            ("二面HR面", "the first is missing"),
            ("一面三面", "the second is missing"),
            ("三轮融资", "not about interviews"),
            ("3轮左右吧", "more than a number"),
        ] {
            assert!(read(cell).is_err(), "{cell}: {why}");
        }
    }

    #[test]
    fn interview_rounds_are_read_only_where_a_number_of_interviews_is_said() {
        for (summary, expected, why) in [
            ("3 轮具体面经", Some(3), "a digit"),
            ("文科背景三轮面试细节披露", Some(3), "a Chinese numeral"),
            ("两轮面试", Some(2), "the other two"),
            ("十二轮面试", Some(12), "a longer numeral"),
            ("多轮面经总结,独角兽机会", None, "many is no number"),
            ("数轮面试", None, "several is no number"),
            ("公司刚完成三轮融资", None, "rounds of funding"),
            ("三轮技术面,实际四轮面试", None, "two numbers contradict each other"),
            ("2-3轮面试", None, "a range"),
            ("99 轮面试", None, "out of range"),
            ("", None, "nothing"),
        ] {
            assert_eq!(in_summary(summary), expected, "{summary}: {why}");
        }
    }
}
