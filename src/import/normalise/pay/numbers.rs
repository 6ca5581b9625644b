//! Numbers as people group their digits.

/// Numbers are counted in ten-thousandths, so that `1.2345w` stays exact.
pub const ONE: i64 = 10_000;

/// A number at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// In ten-thousandths.
    pub value: i64,
    /// How many of those its last digit counts.
    pub step: i64,
    /// How many bytes of the text it takes.
    pub length: usize,
    /// Whether its digits are grouped as in India alone: `6,50,000`.
    pub is_by_lakhs: bool,
}

const MAX_DIGITS: usize = 10;
const MAX_DECIMALS: usize = 4;

/// Digits with at most four decimals, grouped as `25,000`, `18,00,000`, `600 000`, `110'000` or `70.000`.
pub fn number(text: &str) -> Option<Number> {
    let whole = digits_at(text, 0);
    let grouped = [",", " ", "'", "’", "."].iter().find_map(|sign| grouped(text, whole, sign));
    let is_by_lakhs = grouped.as_ref().is_some_and(|found| found.by == Groups::Lakhs);
    let is_grouped_by_point = grouped.as_ref().is_some_and(|found| found.by == Groups::ThousandsByPoint);
    let (mut digits, mut length) =
        grouped.map_or_else(|| (text[..whole].to_owned(), whole), |found| (found.digits, found.length));
    let mut step = ONE;
    if text[length..].starts_with('.') && !is_grouped_by_point {
        let count = digits_at(text, length + 1);
        if count == 0 || count > MAX_DECIMALS {
            return None;
        }
        digits.push_str(&text[length + 1..=length + count]);
        length += 1 + count;
        step /= 10_i64.pow(u32::try_from(count).ok()?);
    }
    let goes_on = text[length..].starts_with('.') && digits_at(text, length + 1) > 0;
    if digits.len() > MAX_DIGITS + MAX_DECIMALS || goes_on || (length == whole && whole > MAX_DIGITS) {
        return None;
    }
    Some(Number { value: digits.parse::<i64>().ok()?.checked_mul(step)?, step, length, is_by_lakhs })
}

fn digits_at(text: &str, place: usize) -> usize {
    text.bytes().skip(place).take_while(u8::is_ascii_digit).count()
}

/// How the digits of a number are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Groups {
    /// `650,000`.
    Thousands,
    /// `650.000`.
    ThousandsByPoint,
    /// `6,50,000`.
    Lakhs,
}

/// The digits of a number in groups with a sign between them.
#[derive(Debug)]
struct Grouped {
    digits: String,
    /// How many bytes of the text it takes.
    length: usize,
    by: Groups,
}

/// A number whose digits stand in groups with a sign between them.
fn grouped(text: &str, whole: usize, sign: &str) -> Option<Grouped> {
    if !(1..=3).contains(&whole) || text.starts_with('0') {
        return None;
    }
    let mut sizes = Vec::new();
    let (mut digits, mut length) = (text[..whole].to_owned(), whole);
    while text[length..].starts_with(sign) {
        let (start, size) = (length + sign.len(), digits_at(text, length + sign.len()));
        if !(2..=3).contains(&size) {
            break;
        }
        digits.push_str(&text[start..start + size]);
        sizes.push(size);
        length = start + size;
    }
    let (last, others) = sizes.split_last()?;
    let by_thousands = *last == 3 && others.iter().all(|size| *size == 3);
    let as_in_india = sign == "," && *last == 3 && whole <= 2 && others.iter().all(|size| *size == 2);
    let is_sure = match sign {
        // `600 000` is one number, `200 300` may be two.
        " " => by_thousands && (sizes.len() > 1 || digits.ends_with("000")),
        // `70.000` is no number of units with three decimals; `1.125w` is.
        "." => by_thousands && (sizes.len() > 1 || !counts_more(&text[length..])) && digits.ends_with('0'),
        _ => by_thousands || as_in_india,
    };
    let by = match (by_thousands, sign) {
        (true, ".") => Groups::ThousandsByPoint,
        (true, _) => Groups::Thousands,
        (false, _) => Groups::Lakhs,
    };
    is_sure.then_some(Grouped { digits, length, by })
}

/// Whether a unit or a factor stands behind a number.
fn counts_more(rest: &str) -> bool {
    rest.trim_start().starts_with(['k', 'w', '万', '千', 'm', 'l', '*', 'x', '×', '.'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_decimals_and_lose_their_groups() {
        for (text, expected) in [
            ("25000", Some((25_000.0, 5))),
            ("25,000*14", Some((25_000.0, 6))),
            ("1,250,000", Some((1_250_000.0, 9))),
            ("18,00,000", Some((1_800_000.0, 9))),
            ("1,50,000", Some((150_000.0, 8))),
            ("600 000 amd", Some((600_000.0, 7))),
            ("1 200 000", Some((1_200_000.0, 9))),
            ("200 300", Some((200.0, 3))),
            ("20 300000", Some((20.0, 2))),
            ("110'000", Some((110_000.0, 7))),
            ("70.000 €", Some((70_000.0, 6))),
            ("1.200.000", Some((1_200_000.0, 9))),
            ("1.125w", Some((1.125, 5))),
            ("1.5w", Some((1.5, 3))),
            ("8333.33*12", Some((8333.33, 7))),
            ("150,000.00", Some((150_000.0, 10))),
            ("15,16", Some((15.0, 2))),
            ("1.2.3", None),
            ("1.", None),
            ("1.23456", None),
            ("12345678901", None),
        ] {
            let number = number(text).map(|number| (number.value as f64 / ONE as f64, number.length));
            assert_eq!(number, expected, "{text}");
        }
    }
}
