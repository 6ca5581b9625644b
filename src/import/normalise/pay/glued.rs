//! Amounts whose last digit is run together with the unit: `2w5` is 25,000.

use std::sync::LazyLock;

use regex::Regex;

use super::super::text::pattern;
use super::tokens::Unit;

/// An amount whose last digit counts tenths of the unit before it: `2w5` is 2.5w.
pub(super) struct Glued {
    /// The number of tenths.
    pub tenths: i64,
    /// The unit of which they are.
    pub unit: Unit,
    /// How many bytes of the text it takes.
    pub length: usize,
}

/// Such an amount at the start of a folded text; none where the digit may count what follows, as the months of `25k15薪`.
pub(super) fn glued(text: &str) -> Option<Glued> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?<amount>(?<whole>[0-9]{1,2})(?<unit>[wk万千])(?<tenth>[0-9])(?:(?<thousands>[k千])|元)?)(?:$|[ *x×·/~–—,;、()+左以起到至-])",
        )
    });
    let second = text.as_bytes().get(1..)?;
    // Nearly no text has it: a look at its second and third bytes saves the pattern.
    if !text.starts_with(|first: char| first.is_ascii_digit()) || second.first()?.is_ascii_punctuation() {
        return None;
    }
    let found = FORM.captures(text)?;
    let unit = match &found["unit"] {
        "k" | "千" => Unit::Thousand,
        _ => Unit::TenThousand,
    };
    if unit == Unit::Thousand && found.name("thousands").is_some() {
        return None;
    }
    let tenths = found["whole"].parse::<i64>().ok()? * 10 + found["tenth"].parse::<i64>().ok()?;
    Some(Glued { tenths, unit, length: found["amount"].len() })
}
