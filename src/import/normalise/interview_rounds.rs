//! Reads numbers of interviews, from a cell of their own or from a summary.

use std::sync::LazyLock;

use regex::Regex;

use super::Reading;
use super::numerals::number;
use super::text::{folded, pattern, said, squeezed};
use crate::parameters::message;

/// More interviews for one offer are not believed.
const MAX_ROUNDS: i64 = 20;

/// Reads a cell that holds a number of interviews: `3轮`, `三面`, `面试三轮`, `3+1轮` (four), `一面二面HR面` (three).
///
/// # Errors
/// Where it is no number for sure.
pub fn read(cell: &str) -> Reading<i16> {
    let Some(text) = said(squeezed(cell)) else { return Ok(None) };
    let rounds = sum(&text)
        .or_else(|| listed(&text))
        .ok_or_else(|| message!("not a number of interviews for sure; write 3", "不能确定面试轮数；请写 3"))?;
    believed(rounds).map(Some).ok_or_else(|| {
        message!("{rounds} interviews are not between 1 and {MAX_ROUNDS}", "{rounds} 轮面试不在 1 到 {MAX_ROUNDS} 之间")
    })
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
