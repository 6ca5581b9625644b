//! Whether the day or the month comes first in the dates of a column: told by those that can be read in one way only.

use std::sync::LazyLock;

use regex::Regex;

use super::text::{folded, pattern};

/// What comes first in `05/06/2024`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// No date of the column tells, or some tell this and others that.
    #[default]
    Unknown,
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

impl DateOrder {
    /// That of the dates in these cells.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        static FORM: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.](?:19|20)[0-9]{2}\b"));
        let (mut day_first, mut month_first) = (false, false);
        for cell in cells {
            let text = folded(cell);
            let Some(captures) = FORM.captures(&text) else { continue };
            let number = |place: usize| captures[place].parse::<u32>().unwrap_or(0);
            match (number(1), number(2)) {
                (13..=31, 1..=12) => day_first = true,
                (1..=12, 13..=31) => month_first = true,
                _ => {}
            }
        }
        match (day_first, month_first) {
            (true, false) => Self::DayFirst,
            (false, true) => Self::MonthFirst,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_tells_the_order_of_its_dates_where_all_that_tell_agree() {
        for (cells, expected) in [
            (&["10/02/2012", "10/17/2012"][..], DateOrder::MonthFirst),
            (&["10/02/2012", "17/10/2012"], DateOrder::DayFirst),
            (&["4/15/2019 14:54:09", "4/2/2019 9:00"], DateOrder::MonthFirst),
            (&["25.12.2024", "01.02.2024"], DateOrder::DayFirst),
            (&["10/02/2012", "01/05/2013"], DateOrder::Unknown),
            (&["10/17/2012", "17/10/2012"], DateOrder::Unknown),
            (&["2024-05-17", "40/40/2024", ""], DateOrder::Unknown),
        ] {
            assert_eq!(DateOrder::of(cells.iter().copied()), expected, "{cells:?}");
        }
    }
}
