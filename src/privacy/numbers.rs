//! Numbers that are told by their digits: of mobile phones, of identity cards, of bank cards, of telephones abroad.

use std::sync::LazyLock;

use chrono::NaiveDate;
use regex::Regex;

use super::context::Context;
use super::{PrivateKind, PrivateSpan};

/// A way to tell numbers: the digits as they are written, and what must hold of them.
struct NumberRule {
    kind: PrivateKind,
    pattern: Regex,
    holds: fn(&str, Context<'_>) -> bool,
}

static RULES: LazyLock<Vec<NumberRule>> = LazyLock::new(|| {
    let rule = |kind, pattern: &str, holds| NumberRule { kind, pattern: super::pattern(pattern), holds };
    vec![
        rule(
            PrivateKind::IdCard,
            r"[1-8]\d{5}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[\dXx]",
            is_id_card,
        ),
        rule(PrivateKind::IdCard, r"[1-8]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}", is_old_id_card),
        rule(PrivateKind::Mobile, MOBILE, is_mobile),
        rule(PrivateKind::Mobile, r"1(?: \d){10}", is_mobile),
        rule(
            PrivateKind::BankCard,
            r"[2-69]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?|3[47]\d{2}[ -]\d{6}[ -]\d{5}",
            is_bank_card,
        ),
        rule(PrivateKind::Phone, r"(?:\+|00)[1-9]\d{0,2}[ -]?(?:\(\d{1,4}\)[ -]?)?\d(?:[ .-]?\d){5,12}", is_abroad),
        rule(
            PrivateKind::Phone,
            r"\b09\d{2}-\d{3}-\d{3}\b|\b09\d{2} \d{3} \d{3}\b|\(\d{3}\) ?\d{3}-\d{4}\b",
            is_abroad,
        ),
    ]
});

/// A mobile number, with the prefix of the mainland where it has one, in the groups that people make of it.
const MOBILE: &str = r"(?:\(?(?:\+|00)?86\)?[ -]{0,3})?1[3-9]\d(?:\d{8}| ?[-.–—·] ?\d{4} ?[-.–—·] ?\d{4}| \d{4} \d{4}|\d \d{4} \d{3}|[ -]\d{3}[ -]\d{5}|[ -]\d{8}|\d{4}[ -]\d{4})";

/// What stands before the number of a card.
const ID_WORDS: &[&str] = &["身份证", "证件", "id card", "身份證"];
const CARD_WORDS: &[&str] =
    &["卡号", "银行卡", "账号", "账户", "帐号", "card", "visa", "招行", "工行", "建行", "农行", "中行"];

/// The numbers in a text whose characters are of half width.
pub(super) fn find(text: &str) -> Vec<PrivateSpan> {
    let mut found: Vec<PrivateSpan> = Vec::new();
    for NumberRule { kind, pattern, holds } in RULES.iter() {
        let mut start = 0;
        while let Some(number) = pattern.find_at(text, start) {
            if holds(number.as_str(), Context::of(text, &number.range())) {
                found.push(PrivateSpan { range: number.range(), kind: *kind });
                start = number.end();
            } else {
                // It begins with a sign or a digit, of one byte.
                start = number.start() + 1;
            }
        }
    }
    found
}

fn digits(number: &str) -> Vec<u32> {
    number.chars().filter_map(|character| character.to_digit(10)).collect()
}

fn is_mobile(number: &str, context: Context<'_>) -> bool {
    let digits = digits(number);
    let [.., first, second, third, _, _, _, _, _, _, _, _] = digits.as_slice() else { return false };
    // The prefixes that are given to mobile phones; the others are of things and of ships.
    let is_given = match (*first, *second, *third) {
        (1, 3 | 8, _) => true,
        (1, 4, third) => matches!(third, 0 | 1 | 4..=9),
        (1, 5 | 9, third) => third != 4,
        (1, 6, third) => matches!(third, 2 | 5..=7),
        (1, 7, third) => third != 9,
        _ => false,
    };
    let has_prefix = number.trim_start_matches('(').starts_with(['+', '0', '8']);
    is_given && (context.is_number_alone() || (has_prefix && context.is_word()))
}

/// Whether the last digit is what the others give, and the date in it is one.
fn is_id_card(number: &str, context: Context<'_>) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: &[u8; 11] = b"10X98765432";
    let signs: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let Some((check, signs)) = signs.split_last() else { return false };
    let sum: u32 = signs.iter().zip(WEIGHTS).filter_map(|(sign, weight)| Some(sign.to_digit(10)? * weight)).sum();
    let is_right = char::from(CHECKS[(sum % 11) as usize]) == check.to_ascii_uppercase();
    let date: String = signs.iter().skip(6).take(8).collect();
    let has_date = NaiveDate::parse_from_str(&date, "%Y%m%d").is_ok();
    context.is_word() && has_date && (is_right || context.follows(ID_WORDS))
}

/// Whether it is called one: fifteen digits have no check.
fn is_old_id_card(_: &str, context: Context<'_>) -> bool {
    context.is_word() && context.follows(ID_WORDS)
}

/// Whether the check of Luhn holds, and the first digits and the length are those of a kind of card. Numbers of orders are
/// as long, so that other kinds than those of the mainland must be written in groups or be called so.
fn is_bank_card(number: &str, context: Context<'_>) -> bool {
    let digits = digits(number);
    let first = |count: usize| digits.iter().take(count).fold(0, |number, digit| number * 10 + digit);
    let is_called = context.follows(CARD_WORDS) || number.contains([' ', '-']);
    let is_kind = match digits.len() {
        16..=19 if first(2) == 62 => true,
        19 if first(4) == 9558 => true,
        16 => {
            is_called
                && (first(1) == 4
                    || (51..=55).contains(&first(2))
                    || (2221..=2720).contains(&first(4))
                    || first(2) == 35)
        }
        15 => is_called && [34, 37].contains(&first(2)),
        _ => false,
    };
    is_kind && context.is_number_alone() && has_luhn_check(&digits)
}

fn has_luhn_check(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let value = |(place, digit): (usize, &u32)| if place % 2 == 1 { doubled(*digit) } else { *digit };
    digits.iter().rev().enumerate().map(value).sum::<u32>() % 10 == 0
}

/// Whether it has as many digits as a number with its country, and is no round sum.
fn is_abroad(number: &str, context: Context<'_>) -> bool {
    !number.ends_with("0000") && (10..=15).contains(&digits(number).len()) && context.is_number_alone()
}
