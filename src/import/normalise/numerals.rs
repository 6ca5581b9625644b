//! Numbers as people write them: digits and Chinese numerals.

/// The number of a string of digits or of a Chinese numeral: `12`, `十二`, `两百`, `一百零五`.
///
/// `None` for anything else, and for numerals whose last digit may count tens: 二百五 is said for 250.
pub fn number(text: &str) -> Option<i64> {
    const MAX_CHARS: usize = 9;
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return if text.len() <= MAX_CHARS { text.parse().ok() } else { None };
    }
    chinese(text)
}

/// Whether a Chinese numeral may be written with this character.
pub fn is_chinese(character: char) -> bool {
    digit(character).is_some() || step(character).is_some() || character == '零'
}

fn digit(character: char) -> Option<i64> {
    const DIGITS: &str = "一二三四五六七八九";
    match character {
        '两' => Some(2),
        _ => DIGITS.chars().zip(1..).find(|(other, _)| *other == character).map(|(_, digit)| digit),
    }
}

fn step(character: char) -> Option<i64> {
    [('十', 10), ('百', 100)].iter().find(|(other, _)| *other == character).map(|(_, step)| *step)
}

fn chinese(text: &str) -> Option<i64> {
    let (mut value, mut waiting, mut last_step, mut zero) = (0, None, 1000, false);
    for character in text.chars() {
        if let Some(digit) = digit(character) {
            if waiting.replace(digit).is_some() {
                return None;
            }
        } else if let Some(step) = step(character).filter(|step| *step < last_step) {
            // 十 may stand without a digit before it, 百 may not.
            let digit = waiting.take().or((step == 10 && value == 0).then_some(1))?;
            value += digit * step;
            (last_step, zero) = (step, false);
        } else if character == '零' && waiting.is_none() && last_step == 100 {
            zero = true;
        } else {
            return None;
        }
    }
    let may_count_tens = last_step == 100 && !zero && waiting.is_some();
    value += waiting.unwrap_or(0);
    (value > 0 && !may_count_tens).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_numerals_are_numbers() {
        for (text, expected, why) in [
            ("3", Some(3), "a digit"),
            ("12", Some(12), "digits"),
            ("三", Some(3), "a numeral"),
            ("两", Some(2), "the other two"),
            ("十", Some(10), "ten"),
            ("十二", Some(12), "ten and two"),
            ("二十", Some(20), "two tens"),
            ("二十五", Some(25), "two tens and five"),
            ("两百", Some(200), "two hundreds"),
            ("一百零五", Some(105), "with a zero"),
            ("一百二十", Some(120), "hundreds and tens"),
            ("二百五", None, "said for 250"),
            ("一二", None, "two digits"),
            ("百", None, "a hundred of nothing"),
            ("十十", None, "twice ten"),
            ("零", None, "nothing"),
            ("1二", None, "mixed"),
            ("多", None, "many"),
            ("", None, "nothing"),
            ("12345678901", None, "too long"),
        ] {
            assert_eq!(number(text), expected, "{text}: {why}");
        }
    }
}
