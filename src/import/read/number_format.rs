//! What the format of a number in a workbook says of it: the currency, or what it counts. `"US$"#,##0` shows 150000 as
//! US$150,000, and `0.0"万"` shows 25 as 25.0万: that is what the person means who sees it.
//!
//! Only what says a currency, a unit or a time is heard, so that a number stays the same as long as nothing is said of it.

use calamine::Style;

use crate::import::normalise::pay::currencies::{Currency, Saying, named};
use crate::import::normalise::pay::says_what_it_counts;

/// What stands around a number that has a format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NumberFormat {
    before: String,
    behind: String,
}

/// Formats whose sign is that of the machine on which the workbook is seen: `$` there is ¥ here.
const BY_MACHINE: [&str; 2] = ["_($* #,##0_)", "_($* #,##0.00_)"];

impl NumberFormat {
    /// That of a style; `None` where it says nothing.
    pub fn of(style: &Style) -> Option<Self> {
        Self::of_code(&style.number_format.as_ref()?.format_code)
    }

    /// That of a format as it is written.
    fn of_code(code: &str) -> Option<Self> {
        if BY_MACHINE.iter().any(|other| code.starts_with(other)) {
            return None;
        }
        let literals = Literals::of(code);
        let before = if literals.before.is_empty() { literals.behind_sign() } else { literals.before.clone() };
        let is_scaled = literals.is_scaled;
        let heard = |text: String| Some(text).filter(|text| says_what_it_counts(text));
        let before = heard(before).unwrap_or_default();
        // A format that divides the number shows a unit that the number itself does not count.
        let behind = heard(literals.behind).filter(|_| !is_scaled).unwrap_or_default();
        Some(Self { before, behind }).filter(|format| *format != Self::default())
    }

    /// A number as it is shown, without the groups of its digits.
    pub fn shown(&self, number: &str) -> String {
        let Self { before, behind } = self;
        let space = if before.ends_with(|last: char| last.is_ascii_alphabetic()) { " " } else { "" };
        format!("{before}{space}{number}{behind}")
    }
}

/// The texts of a format.
#[derive(Debug, Default)]
struct Literals {
    before: String,
    behind: String,
    /// A currency that stands behind the number.
    currency_behind: Option<String>,
    /// Whether the format divides the number, or shows it in another way than by its digits.
    is_scaled: bool,
}

impl Literals {
    /// Those of the first section, which is that of positive numbers.
    fn of(code: &str) -> Self {
        let mut literals = Self::default();
        let mut has_digits = false;
        let mut characters = code.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                ';' => break,
                '"' => {
                    let text: String = characters.by_ref().take_while(|it| *it != '"').collect();
                    literals.push(&text, has_digits);
                }
                '[' => {
                    let text: String = characters.by_ref().take_while(|it| *it != ']').collect();
                    literals.bracket(&text, has_digits);
                }
                '\\' | '!' => literals.escaped(characters.next(), has_digits),
                '_' | '*' => drop(characters.next()),
                '0' | '#' | '?' => has_digits = true,
                // Between digits it groups them; behind the last it divides by a thousand.
                ',' => literals.is_scaled |= has_digits && !matches!(characters.peek(), Some('0' | '#' | '?')),
                '%' | 'E' | 'e' | '@' => literals.is_scaled = true,
                other if !other.is_ascii() || other == '$' => literals.push(other.encode_utf8(&mut [0; 4]), has_digits),
                'G' if characters.clone().take(6).eq("eneral".chars()) => {
                    characters.by_ref().take(6).for_each(drop);
                    has_digits = true;
                }
                // Letters that stand bare are those of a currency, or of a date, which is no number.
                other if other.is_ascii_alphabetic() => literals.push(other.encode_utf8(&mut [0; 4]), has_digits),
                _ => {}
            }
        }
        (literals.before, literals.behind) = (literals.before.trim().to_owned(), literals.behind.trim().to_owned());
        literals
    }

    fn push(&mut self, text: &str, has_digits: bool) {
        if has_digits { &mut self.behind } else { &mut self.before }.push_str(text);
    }

    /// `0!.0,` shows ten thousands: an escaped point divides too.
    fn escaped(&mut self, character: Option<char>, has_digits: bool) {
        match character {
            Some('.') => self.is_scaled = true,
            Some(character) => self.push(character.encode_utf8(&mut [0; 4]), has_digits),
            None => {}
        }
    }

    /// `[$¥-804]`: a sign, and where it is that of; other brackets are colours and conditions.
    fn bracket(&mut self, text: &str, has_digits: bool) {
        let Some(text) = text.strip_prefix('$') else { return };
        let (sign, place) = text.split_once('-').unwrap_or((text, ""));
        if sign.is_empty() {
            return;
        }
        let of_place = Currency::of_locale(place).filter(|currency| match named(sign) {
            Some(saying @ Saying::Sign(_)) => saying.fits(currency),
            _ => false,
        });
        let said = of_place.map_or(sign, |currency| currency.code.as_str());
        match has_digits {
            false => self.push(said, false),
            true => self.currency_behind = Some(said.to_owned()),
        }
    }

    /// The currency that stands behind the number.
    fn behind_sign(&self) -> String {
        self.currency_behind.clone().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_the_currency_and_what_is_counted() {
        for (code, shown) in [
            ("\"US$\"#,##0", "US$25"),
            ("\"US$\"#,##0.00_);(\"US$\"#,##0.00)", "US$25"),
            ("[$$-409]#,##0", "USD 25"),
            ("[$$-en-US]#,##0.00", "USD 25"),
            ("[$$-C09]#,##0", "AUD 25"),
            ("[$$-1009]#,##0", "CAD 25"),
            ("[$$-404]#,##0", "TWD 25"),
            ("[$HK$-C04]#,##0.00", "HK$25"),
            ("[$₹]#,##0", "₹25"),
            ("[$₹-4009] #,##0.00", "₹25"),
            ("[$¥-804]#,##0", "CNY 25"),
            ("[$¥-411]#,##0", "JPY 25"),
            ("[$￥-ja-JP]#,##0", "JPY 25"),
            ("[$¥-zh-CN]#,##0.00", "CNY 25"),
            ("\"¥\"#,##0", "¥25"),
            ("_ \"¥\"* #,##0.00_ ;_ \"¥\"* -#,##0.00_ ;_ \"¥\"* \"-\"??_ ;_ @_ ", "¥25"),
            ("\\¥#,##0", "¥25"),
            ("¥#,##0", "¥25"),
            ("\"NT$\"#,##0", "NT$25"),
            ("NT$#,##0", "NT$25"),
            ("[$NT$-404]#,##0", "NT$25"),
            ("[$€-2] #,##0", "€25"),
            ("#,##0 [$€-407]", "€25"),
            ("[$£-809]#,##0", "£25"),
            ("[$USD] #,##0", "USD 25"),
            ("[Red]\"$\"#,##0", "$25"),
            ("$#,##0", "$25"),
            ("[$AMD] #,##0", "AMD 25"),
            ("#,##0\"元\"", "25元"),
            ("0.0\"万\"", "25万"),
            ("0\"万元\"", "25万元"),
            ("0\"k\"", "25k"),
            ("General\"万\"", "25万"),
            ("0\"K/月\"", "25K/月"),
            // Nothing that is heard.
            ("General", "25"),
            ("#,##0", "25"),
            ("0.00%", "25"),
            ("@", "25"),
            ("0\"轮\"", "25"),
            ("\"第\"0\"行\"", "25"),
            ("\"A\"000", "25"),
            ("[$-409]0", "25"),
            ("[DBNum1][$-804]General", "25"),
            ("0!.0,\"万\"", "25"),
            ("#,##0,\"k\"", "25"),
            ("\"$\"#,##0,\"k\"", "$25"),
            ("0.00E+00", "25"),
            ("_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)", "25"),
            ("", "25"),
            ("\"", "25"),
            ("[", "25"),
            ("\\", "25"),
        ] {
            let found = NumberFormat::of_code(code).map_or("25".to_owned(), |format| format.shown("25"));
            assert_eq!(found, shown, "{code}");
        }
    }
}
