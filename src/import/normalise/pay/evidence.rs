//! Which currency the figures of a cell are in. None is assumed: the cell, a column of currencies, the header or the
//! caller says it, or the way of writing, the place or the table speaks for the mainland's.

use super::currencies::{Currency, Saying, mainland, speaks_at};
use super::header::HeaderSays;
use super::place::Place;
use super::tokens::Period;
use crate::parameters::{Message, message};
use crate::text::{search_text, written_text};

/// What a row says of the currency of its figures, beside the cell.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Context {
    /// What the column of currencies says.
    pub column: ColumnSays,
    /// Where the post is.
    pub place: Place,
    /// Whether table and company are the mainland's.
    pub is_mainland: bool,
    /// What the column of times says.
    pub period: PeriodSays,
}

/// What the cell in the column of times says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum PeriodSays {
    /// It is blank, or there is no such column.
    #[default]
    Nothing,
    /// This.
    Period(Period),
    /// Something that is no time.
    Unclear,
}

/// What the cell in the column of currencies says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum ColumnSays {
    /// It is blank, or there is no such column.
    #[default]
    Nothing,
    /// This.
    Saying(Saying),
    /// Something that is no currency.
    Unclear,
}

/// In which characters a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// In Chinese ones that are none of the others.
    Simplified,
    /// Traditional ones are among them.
    Traditional,
    /// Japanese syllables are among them.
    Japanese,
    /// In no Chinese characters.
    Other,
}

impl Script {
    /// Whether it is not the mainland's.
    pub fn is_foreign(self) -> bool {
        matches!(self, Self::Traditional | Self::Japanese)
    }
}

/// The script of a text.
pub fn script(text: &str) -> Script {
    if text.is_ascii() {
        return Script::Other;
    }
    let is_kana = |character: char| matches!(character, '\u{3041}'..='\u{30FA}');
    let is_han = |character: char| matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}');
    if text.chars().any(is_kana) {
        Script::Japanese
    } else if !text.chars().any(is_han) {
        Script::Other
    } else if search_text(text) == written_text(text) {
        Script::Simplified
    } else {
        Script::Traditional
    }
}

/// What says nothing of the currency of a cell.
pub fn not_said() -> Message {
    message!(
        "the currency is not said; write it into the cell or the header, as `Salary (USD)`, add a column `currency`, or give \
         --currency USD",
        "没有说是哪种货币；请写在单元格或表头里，如 `薪资（港币）`，或加一列 `币种`，或用 --currency HKD 说明"
    )
}

fn contradiction(one: &str, other: &str) -> Message {
    message!("its currency is said to be {one} and {other}", "货币前后不一：{one} 和 {other}")
}

fn open(sign: &str) -> Message {
    message!(
        "`{sign}` may mean several currencies there; write one such as USD",
        "`{sign}` 在当地可能指几种货币；请写明，如 USD"
    )
}

/// The evidence for the currency of a cell.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// What the cell says.
    pub cell: &'a [Saying],
    /// The currencies for which its way of writing speaks.
    pub writes: &'a [&'static Currency],
    /// Whether its characters are not the mainland's.
    pub is_foreign_script: bool,
    /// What the header says.
    pub header: &'a HeaderSays,
    /// What the caller says of figures that say nothing.
    pub option: Option<&'static Currency>,
    /// What the row says.
    pub context: Context,
}

impl Evidence<'_> {
    /// The currency.
    ///
    /// # Errors
    /// Where nothing says it, or two things say different ones.
    pub fn currency(&self) -> Result<&'static Currency, Message> {
        let column = match self.context.column {
            ColumnSays::Nothing => None,
            ColumnSays::Saying(saying) => Some(saying),
            ColumnSays::Unclear => {
                return Err(message!("the column of currencies names none that is known", "币种一列写的不是已知货币"));
            }
        };
        let sayings = || self.cell.iter().copied().chain(column).chain(self.header.money.iter().copied());
        let sure = sayings().find_map(|saying| match saying {
            Saying::Surely(currency) => Some(currency),
            Saying::Sign(_) => None,
        });
        if let Some(currency) = sure {
            return match sayings().find(|saying| !saying.fits(currency)) {
                None => Ok(currency),
                Some(other) => Err(contradiction(&currency.code, name(other))),
            };
        }
        match sayings().next() {
            Some(first) => self.of_sign(first, sayings().find(|other| *other != first)),
            None => self.option.or_else(|| self.written()).ok_or_else(not_said),
        }
    }

    /// That of a sign, which the caller or the place tells.
    fn of_sign(&self, sign: Saying, other: Option<Saying>) -> Result<&'static Currency, Message> {
        if let Some(other) = other {
            return Err(contradiction(name(sign), name(other)));
        }
        if let Some(option) = self.option.filter(|option| sign.fits(option)) {
            return Ok(option);
        }
        let place = match self.context.place {
            Place::Unsaid if self.is_foreign_script && sign.fits(mainland()) => Place::Several,
            place => place,
        };
        // `Rs. 6.5 lakh`: of those that have the sign, one is written so.
        let written = || self.writes.first().copied().filter(|_| place == Place::Unsaid);
        let written =
            || written().filter(|currency| sign.fits(currency) && self.writes.iter().all(|it| it == currency));
        sign.at(place).or_else(written).ok_or_else(|| open(name(sign)))
    }

    /// That for which the way of writing speaks, the place, or the table.
    fn written(&self) -> Option<&'static Currency> {
        let place = self.context.place;
        let speaks = |currency: &&'static Currency| {
            speaks_at(currency, place) && !(currency.is_mainland() && self.is_foreign_script)
        };
        let writes = || self.writes.iter().copied().chain(self.header.writes);
        let first = writes().next();
        // Lakhs of yuan, and ten thousands of rupees, are nobody's.
        if writes().any(|other| Some(other) != first) {
            return None;
        }
        if let Some(currency) = first {
            let is_here = currency.is_mainland() && place == Place::MAINLAND;
            return Some(currency).filter(|currency| is_here || speaks(currency));
        }
        let is_mainland = place == Place::Unsaid && self.context.is_mainland && !self.is_foreign_script;
        (place == Place::MAINLAND || is_mainland).then(mainland)
    }
}

fn name(saying: Saying) -> &'static str {
    match saying {
        Saying::Surely(currency) => &currency.code,
        Saying::Sign(sign) => sign,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_of_a_text_is_told() {
        for (text, expected) in [
            ("Acme", Script::Other),
            ("公司", Script::Simplified),
            ("后端开发 SDE", Script::Simplified),
            ("職稱", Script::Traditional),
            ("臺積電", Script::Traditional),
            ("エンジニア", Script::Japanese),
            ("15万・14薪", Script::Simplified),
            ("դրամ", Script::Other),
        ] {
            assert_eq!(script(text), expected, "{text}");
        }
    }
}
