//! Parses the tokens of a pay text into statements: an amount, a number of months, what comes on top.

use super::currencies::Saying;
use super::numbers::ONE;
use super::tokens::{Part, Period, Token, Unit};

/// A number or a range of numbers, in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The lower end.
    pub low: i64,
    /// The upper end.
    pub high: i64,
    /// What the ends count; both or none.
    pub units: Option<(Unit, Unit)>,
    /// What the last digit of the upper end counts, in ten-thousandths.
    pub step: i64,
}

/// One statement of a pay text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// What is paid.
    pub amount: Option<Amount>,
    /// For what time.
    pub period: Option<Period>,
    /// How often a year, lower and upper end, in ten-thousandths.
    pub months: Option<(i64, i64)>,
    /// What says the currency.
    pub money: Vec<Saying>,
    /// Which part of pay it is.
    pub part: Option<Part>,
    /// Over how many years it is handed out.
    pub over_years: Option<i64>,
    /// Only a bound.
    pub is_bound: bool,
    /// After tax.
    pub after_tax: bool,
    /// It comes on top of what was said before.
    pub on_top: bool,
    /// It stands in brackets.
    pub in_brackets: bool,
}

impl Statement {
    /// Whether it stands in brackets and only says what the amount before them is: `$150k (base)`.
    fn only_qualifies(&self) -> bool {
        let says_nothing_else = self.amount.is_none() && self.months.is_none() && self.over_years.is_none();
        self.in_brackets && says_nothing_else && matches!(self.part, None | Some(Part::Base | Part::Total))
    }

    /// Takes over what qualifies it; `None` where it says something else.
    fn qualify(&mut self, other: Self) -> Option<()> {
        if let Some(part) = other.part {
            set(&mut self.part, part)?;
        }
        if let Some(period) = other.period {
            set(&mut self.period, period)?;
        }
        self.money.extend(other.money);
        self.is_bound |= other.is_bound;
        self.after_tax |= other.after_tax;
        Some(())
    }
}

/// Parses all tokens; `None` where they do not fit together.
pub fn parse(tokens: &[Token]) -> Option<Vec<Statement>> {
    let mut parser = Parser { rest: tokens, depth: 0 };
    let mut statements: Vec<Statement> = Vec::new();
    while let Some(first) = parser.rest.first() {
        match first {
            Token::Separator => parser.skip(),
            Token::Open => {
                parser.depth += 1;
                parser.skip();
            }
            Token::Close => {
                parser.depth = parser.depth.saturating_sub(1);
                parser.skip();
            }
            Token::Plus => parser.extra(&mut statements)?,
            _ => {
                let before = parser.rest.len();
                let statement = parser.statement()?;
                match statements.last_mut() {
                    Some(last) if statement.only_qualifies() => last.qualify(statement)?,
                    _ => statements.push(statement),
                }
                if parser.rest.len() == before {
                    return None;
                }
            }
        }
    }
    Some(statements)
}

struct Parser<'a> {
    rest: &'a [Token],
    depth: usize,
}

impl Parser<'_> {
    fn skip(&mut self) {
        self.rest = &self.rest[1..];
    }

    fn take(&mut self, token: Token) -> bool {
        let taken = self.rest.first() == Some(&token);
        if taken {
            self.skip();
        }
        taken
    }

    fn statement(&mut self) -> Option<Statement> {
        let mut statement = Statement { in_brackets: self.depth > 0, ..Statement::default() };
        self.qualifiers(&mut statement)?;
        if let Some(Token::Number(..)) = self.rest.first() {
            let mut amount = self.amount(&mut statement)?;
            if self.take(Token::Salaries) {
                statement.months = amount.units.is_none().then_some((amount.low, amount.high));
                statement.months?;
                if self.take(Token::Star) {
                    statement.amount = Some(self.amount(&mut statement)?);
                }
            } else {
                statement.amount = Some(amount);
                self.qualifiers(&mut statement)?;
                if self.take(Token::Dash) {
                    amount = self.upper_end(amount, &mut statement)?;
                    statement.amount = Some(amount);
                }
                if self.take(Token::Star) {
                    self.factor(&mut statement)?;
                }
            }
            self.qualifiers(&mut statement)?;
        }
        match self.rest.first() {
            None | Some(Token::Separator | Token::Open | Token::Close | Token::Plus) => Some(statement),
            // `总包45w` behind an amount starts a statement of its own, two numbers in a row do not.
            _ => None,
        }
    }

    /// Words that qualify what stands beside them.
    fn qualifiers(&mut self, statement: &mut Statement) -> Option<()> {
        loop {
            if statement.amount.is_some() && self.years(statement)? {
                continue;
            }
            match self.rest.first() {
                Some(Token::Slash) => match self.rest.get(1) {
                    Some(Token::Period(_)) => {}
                    // `15-20K/14薪`.
                    Some(Token::Number(..)) if self.rest.get(2) == Some(&Token::Salaries) => {
                        self.skip();
                        let (months, ..) = self.number()?;
                        self.skip();
                        set(&mut statement.months, (months, months))?;
                        continue;
                    }
                    _ => return None,
                },
                Some(Token::Period(period)) => set(&mut statement.period, *period)?,
                Some(Token::Money(saying)) => statement.money.push(*saying),
                Some(Token::Part(part)) => set(&mut statement.part, *part)?,
                Some(Token::Bound) => statement.is_bound = true,
                Some(Token::AfterTax) => statement.after_tax = true,
                Some(Token::About | Token::Filler) => {}
                _ => return Some(()),
            }
            self.skip();
        }
    }

    /// `分4年`, `/4年`, `over 4 years`, `(4年)` behind an amount; whether it was there.
    fn years(&mut self, statement: &mut Statement) -> Option<bool> {
        const YEAR: Token = Token::Period(Period::Year);
        let (behind, in_brackets) = match self.rest {
            [Token::Over | Token::Slash, rest @ ..] => (rest, false),
            [Token::Open, Token::Over | Token::Slash, rest @ ..] | [Token::Open, rest @ ..] => (rest, true),
            rest => (rest, false),
        };
        let (number, rest) = match behind {
            [Token::Number(number, _), YEAR, rest @ ..] => (*number, rest),
            _ => return Some(false),
        };
        let rest = match rest {
            [Token::Close, rest @ ..] if in_brackets => rest,
            _ if in_brackets => return Some(false),
            rest => rest,
        };
        if number % ONE != 0 || !(2..=6).contains(&(number / ONE)) {
            return None;
        }
        set(&mut statement.over_years, number / ONE)?;
        self.rest = rest;
        Some(true)
    }

    /// A number or a range, each end with its unit or the upper one with the unit of both.
    fn amount(&mut self, statement: &mut Statement) -> Option<Amount> {
        let (low, unit, step) = self.number()?;
        let amount = Amount { low, high: low, units: unit.map(|unit| (unit, unit)), step };
        if self.take(Token::Dash) { self.upper_end(amount, statement) } else { Some(amount) }
    }

    /// The range whose upper end comes next.
    fn upper_end(&mut self, lower: Amount, statement: &mut Statement) -> Option<Amount> {
        while let Some(Token::Money(saying)) = self.rest.first() {
            statement.money.push(*saying);
            self.skip();
        }
        if lower.low != lower.high {
            return None;
        }
        let low_unit = lower.units.map(|(unit, _)| unit);
        let (high, high_unit, step) = self.number()?;
        let units = low_unit.or(high_unit).zip(high_unit.or(low_unit));
        Some(Amount { low: lower.low, high, units, step })
    }

    fn number(&mut self) -> Option<(i64, Option<Unit>, i64)> {
        let Some(Token::Number(number, step)) = self.rest.first().copied() else { return None };
        self.skip();
        let mut unit = None;
        if let Some(Token::Unit(first)) = self.rest.first().copied() {
            self.skip();
            unit = Some(first);
            // `2万元`, `4k元`.
            self.take(Token::Unit(Unit::One));
        }
        Some((number, unit, step))
    }

    /// What stands behind ×: months, or the monthly pay where that has the unit.
    fn factor(&mut self, statement: &mut Statement) -> Option<()> {
        let first = statement.amount?;
        if self.take(Token::Open) {
            let months = self.sum_or_range()?;
            if !self.take(Token::Close) {
                return None;
            }
            set(&mut statement.months, months)?;
        } else {
            while let Some(Token::Money(saying)) = self.rest.first() {
                statement.money.push(*saying);
                self.skip();
            }
            let second = self.amount(statement)?;
            match (first.units, second.units) {
                (_, None) => set(&mut statement.months, (second.low, second.high))?,
                (None, Some(_)) => {
                    set(&mut statement.months, (first.low, first.high))?;
                    statement.amount = Some(second);
                }
                (Some(_), Some(_)) => return None,
            }
            // `20k*13+2薪`.
            if let [Token::Plus, Token::Number(more, _), Token::Salaries, rest @ ..] = self.rest
                && !matches!(rest.first(), Some(Token::Part(_)))
            {
                statement.months = statement.months.map(|(low, high)| (low + more, high + more));
                self.rest = &self.rest[2..];
            }
        }
        if !self.take(Token::Salaries) {
            self.take(Token::Period(Period::Month));
        }
        Some(())
    }

    fn sum_or_range(&mut self) -> Option<(i64, i64)> {
        let (low, ..) = self.number()?;
        if self.take(Token::Plus) {
            let more = self.number()?.0;
            return Some((low + more, low + more));
        }
        let high = if self.take(Token::Dash) { self.number()?.0 } else { low };
        self.take(Token::Salaries);
        Some((low, high))
    }

    /// What comes on top: `+3w签字费`, `+年终`, or a bare `+` at the end, which makes it a lower bound.
    fn extra(&mut self, statements: &mut Vec<Statement>) -> Option<()> {
        self.skip();
        if matches!(self.rest.first(), None | Some(Token::Separator | Token::Close | Token::Slash | Token::Open)) {
            statements.last_mut()?.is_bound = true;
            let mut behind = Statement::default();
            return self.qualifiers(&mut behind);
        }
        if let [Token::Part(_) | Token::Unit(_) | Token::Period(_) | Token::Money(_), ..] | [Token::Number(..), ..] =
            self.rest
        {
            let statement = self.statement()?;
            let is_named = statement.part.is_some() || statement.amount.is_none_or(|amount| amount.units.is_some());
            // `15*14+2` may mean months or money.
            if !is_named && statement.money.is_empty() {
                return None;
            }
            statements.push(Statement { on_top: true, ..statement });
            return Some(());
        }
        // `12+ LPA`: a bound, and what stands behind it.
        let mut behind = self.statement()?;
        behind.on_top = true;
        statements.push(behind);
        Some(())
    }
}

/// Sets what is not yet set; `None` where it is set to something else.
fn set<T: PartialEq>(place: &mut Option<T>, value: T) -> Option<()> {
    let fits = place.as_ref().is_none_or(|known| *known == value);
    *place = Some(value);
    fits.then_some(())
}

/// Whether a number of months is one that is paid a year.
pub fn is_months(months: i64) -> bool {
    (12 * ONE..=24 * ONE).contains(&months)
}
