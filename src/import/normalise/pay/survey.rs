//! What the first cells of a pay column say of how it is written: what a number without a unit counts, and whether a
//! figure without a time is of a month or of a year.

use super::super::text::{folded, said};
use super::numbers::ONE;
use super::statements::{self, Statement};
use super::tokens::{self, Period, Unit};

/// How the figures of a column are written, as far as its first cells show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnSurvey {
    /// Cells that are plainly of a month: `15-20K`, `15-20K·14薪`, `15000/月`.
    months: usize,
    /// Cells that are plainly of a year: `30万`, `300k`.
    years: usize,
    /// Small numbers that nothing says the unit of: `7.9`.
    unitless: usize,
    /// Products of such numbers: `16*15`.
    unitless_products: usize,
}

/// What figures without a time are in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    /// It does not show.
    Unknown,
    /// Of a month.
    Month,
    /// Of a year.
    Year,
}

impl ColumnSurvey {
    /// That of these cells.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut survey = Self::default();
        for cell in cells {
            survey.add(cell);
        }
        survey
    }

    fn add(&mut self, cell: &str) {
        let Some(text) = said(folded(cell)) else { return };
        let Ok(split) = tokens::split(&text) else { return };
        let Some(statements) = statements::parse(&split.tokens) else { return };
        let [Statement { amount: Some(amount), period, months, part: None, .. }, rest @ ..] = statements.as_slice()
        else {
            return;
        };
        let unit = amount.units.map(|(_, unit)| unit);
        let counted = |number: i64, unit: Unit| number / ONE * unit.factor();
        let (low, high) = amount
            .units
            .map_or((0, 0), |(of_low, of_high)| (counted(amount.low, of_low), counted(amount.high, of_high)));
        let is_small = amount.high < 1000 * ONE;
        match (unit, period, months) {
            (None, None, Some(_)) if is_small => self.unitless_products += 1,
            (None, None, None) if is_small && rest.is_empty() => self.unitless += 1,
            (_, Some(Period::Month), _) => self.months += 1,
            (_, Some(Period::Year), _) => self.years += 1,
            (Some(_), None, Some(_)) if amount.low != amount.high => self.months += 1,
            (Some(Unit::Thousand), None, None) if high < 100_000 => self.months += 1,
            // A range such as `110-140K` may be of a month too.
            (Some(Unit::Thousand), None, None) if low >= 100_000 && low == high => self.years += 1,
            (Some(Unit::TenThousand), None, None) if low >= 60_000 => self.years += 1,
            // No year brings so little.
            (Some(Unit::TenThousand), None, None) if low < 20_000 && high < 60_000 => self.months += 1,
            _ => {}
        }
    }

    /// Whether numbers without a unit count something that nothing says.
    pub fn hides_its_unit(&self) -> bool {
        self.unitless > 0 && self.unitless * 3 >= self.unitless_products
    }

    /// What figures without a time are.
    pub fn usual(&self) -> Usual {
        if self.months >= 2 && self.months >= 2 * self.years {
            Usual::Month
        } else if self.years >= 2 && self.years >= 2 * self.months {
            Usual::Year
        } else {
            Usual::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cells_show_how_a_column_is_written() {
        for (cells, hides, usual) in [
            (&["7.9", "5.3", "13", "7.2 * 14"][..], true, Usual::Unknown),
            (&["16*16", "15*14", "20k*15", "24w"], false, Usual::Unknown),
            (&["16*16", "15*14", "18*15", "17*16", "24"], false, Usual::Unknown),
            (&["15-20K", "10-15K", "20-30K·14薪", "250-260K"], false, Usual::Month),
            (&["150-300K·16薪", "110-140K", "110-140K·14薪", "200-230K", "14-22K"], false, Usual::Month),
            (&["30万", "25w", "24-27万", "15k"], false, Usual::Year),
            (&["300k", "250k"], false, Usual::Year),
            (&["20k*15", "22k*16"], false, Usual::Unknown),
            (&["面议", "", "-"], false, Usual::Unknown),
            (&["15k"], false, Usual::Unknown),
        ] {
            let survey = ColumnSurvey::of(cells.iter().copied());
            assert_eq!((survey.hides_its_unit(), survey.usual()), (hides, usual), "{cells:?}");
        }
    }
}
