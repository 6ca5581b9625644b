//! How many months are paid a year, and how sure that is.

use super::super::decimal::Hundredths;
use super::amounts::{Range, agree};
use super::numbers::ONE;
use super::statements::{Statement, is_months};
use super::tokens::Part;
use crate::parameters::{Message, message};

/// The months paid a year, in tenths.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Months {
    pub plain: Option<Range>,
    /// Those that are paid at the end of the year.
    bonus: Option<Range>,
}

impl Months {
    /// Those of all statements.
    ///
    /// # Errors
    /// Where they contradict each other, or are none that anyone is paid.
    pub fn of(statements: &[Statement]) -> Result<Self, Message> {
        let mut all = Self::default();
        for statement in statements {
            let Some((low, high)) = statement.months else { continue };
            if low % (ONE / 10) != 0 || high % (ONE / 10) != 0 {
                return Err(message!("months are paid in tenths at the finest", "发薪月数至多一位小数"));
            }
            let tenths = (low / (ONE / 10), high / (ONE / 10));
            if statement.part == Some(Part::Bonus) {
                agree(&mut all.bonus, tenths)?;
                continue;
            }
            if !is_months(low) || !is_months(high) || low > high || statement.on_top {
                return Err(message!(
                    "the months paid a year must be between 12 and 24",
                    "一年的发薪月数须在 12 到 24 之间"
                ));
            }
            agree(&mut all.plain, tenths)?;
        }
        Ok(all)
    }

    /// Whether they are months for sure, and no days by which pay of a day is multiplied: said to be, or behind an amount
    /// that is none of a day.
    pub fn are_sure(statements: &[Statement]) -> bool {
        statements.iter().filter(|statement| statement.months.is_some()).all(|statement| match &statement.amount {
            None => true,
            Some(amount) => amount.units.is_some() || amount.low >= 2000 * ONE,
        })
    }

    /// All of them.
    pub fn together(self) -> Option<Range> {
        let (low, high) = self.plain?;
        let (few, many) = self.bonus.unwrap_or((0, 0));
        Some((low + few, high + many))
    }

    /// Their number, where it is one.
    pub fn number(self) -> Option<Hundredths> {
        self.together().filter(|(low, high)| low == high).map(|(tenths, _)| Hundredths(tenths * 10))
    }
}
