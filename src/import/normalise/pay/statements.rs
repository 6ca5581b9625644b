//! Parses the tokens of a pay text into statements: an amount, a number of months, what comes on top.

use super::tokens::{ONE, Period, Token, Unit};

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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statement {
    /// What is paid.
    pub amount: Option<Amount>,
    /// For what time.
    pub period: Option<Period>,
    /// How often a year, lower and upper end, in ten-thousandths.
    pub months: Option<(i64, i64)>,
    /// In which currency.
    pub currency: Option<&'static str>,
    /// Base pay only.
    pub is_base: bool,
    /// Only a bound.
    pub is_bound: bool,
    /// After tax.
    pub after_tax: bool,
    /// Money comes on top.
    pub extra_cash: bool,
    /// Stock is in it.
    pub extra_stock: bool,
}

/// Parses all tokens; `None` where they do not fit together.
pub fn parse(tokens: &[Token]) -> Option<Vec<Statement>> {
    let mut parser = Parser { rest: tokens };
    let mut statements = Vec::new();
    while !parser.rest.is_empty() {
        if parser.take(Token::Separator) || parser.take(Token::Open) || parser.take(Token::Close) {
            continue;
        }
        let before = parser.rest.len();
        statements.push(parser.statement()?);
        if parser.rest.len() == before {
            return None;
        }
    }
    Some(statements)
}

struct Parser<'a> {
    rest: &'a [Token],
}

impl Parser<'_> {
    fn take(&mut self, token: Token) -> bool {
        let taken = self.rest.first() == Some(&token);
        if taken {
            self.rest = &self.rest[1..];
        }
        taken
    }

    fn statement(&mut self) -> Option<Statement> {
        let mut statement = Statement::default();
        self.qualifiers(&mut statement)?;
        if let Some(Token::Number(..)) = self.rest.first() {
            let amount = self.amount()?;
            if self.take(Token::Salaries) {
                statement.months = amount.units.is_none().then_some((amount.low, amount.high));
                return statement.months.map(|_| statement);
            }
            statement.amount = Some(amount);
            self.qualifiers(&mut statement)?;
            if self.take(Token::Star) {
                self.factor(&mut statement)?;
                self.qualifiers(&mut statement)?;
            }
            self.extras(&mut statement)?;
        }
        match self.rest.first() {
            None | Some(Token::Separator | Token::Open | Token::Close) => Some(statement),
            // `总包45w` behind an amount starts a statement of its own, two numbers in a row do not.
            _ => None,
        }
    }

    /// Words that qualify what stands beside them.
    fn qualifiers(&mut self, statement: &mut Statement) -> Option<()> {
        loop {
            match self.rest.first() {
                Some(Token::Slash) => match self.rest.get(1) {
                    Some(Token::Period(_)) => {}
                    _ => return None,
                },
                Some(Token::Period(period)) => set(&mut statement.period, *period)?,
                Some(Token::Currency(code)) => set(&mut statement.currency, *code)?,
                Some(Token::Base) => statement.is_base = true,
                Some(Token::Bound) => statement.is_bound = true,
                Some(Token::AfterTax) => statement.after_tax = true,
                Some(Token::ExtraCash) => statement.extra_cash = true,
                Some(Token::ExtraStock) => statement.extra_stock = true,
                Some(Token::About | Token::Filler) => {}
                _ => return Some(()),
            }
            self.rest = &self.rest[1..];
        }
    }

    /// A number or a range, each end with its unit or the upper one with the unit of both.
    fn amount(&mut self) -> Option<Amount> {
        let (low, low_unit, step) = self.number()?;
        if !self.take(Token::Dash) {
            return Some(Amount { low, high: low, units: low_unit.map(|unit| (unit, unit)), step });
        }
        if let Some(Token::Currency(_)) = self.rest.first() {
            self.rest = &self.rest[1..];
        }
        let (high, high_unit, step) = self.number()?;
        let units = low_unit.or(high_unit).zip(high_unit.or(low_unit));
        Some(Amount { low, high, units, step })
    }

    fn number(&mut self) -> Option<(i64, Option<Unit>, i64)> {
        let Some(Token::Number(number, step)) = self.rest.first().copied() else { return None };
        self.rest = &self.rest[1..];
        let mut unit = None;
        if let Some(Token::Unit(first)) = self.rest.first().copied() {
            self.rest = &self.rest[1..];
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
            let (low, _, _) = self.number()?;
            let more = if self.take(Token::Plus) { self.number()?.0 } else { 0 };
            if !self.take(Token::Close) {
                return None;
            }
            statement.months = Some((low + more, low + more));
        } else {
            let second = self.amount()?;
            match (first.units, second.units) {
                (_, None) => statement.months = Some((second.low, second.high)),
                (None, Some(_)) => {
                    statement.months = Some((first.low, first.high));
                    statement.amount = Some(second);
                }
                (Some(_), Some(_)) => return None,
            }
        }
        if !self.take(Token::Salaries) {
            self.take(Token::Period(Period::Month));
        }
        Some(())
    }

    /// What comes on top: `+3w签字费`, `+年终`, or a bare `+` at the end, which makes it a lower bound.
    fn extras(&mut self, statement: &mut Statement) -> Option<()> {
        while self.take(Token::Plus) {
            if matches!(self.rest.first(), None | Some(Token::Separator | Token::Close | Token::Slash | Token::Open)) {
                statement.is_bound = true;
                self.qualifiers(statement)?;
                continue;
            }
            let mut extra = Statement::default();
            self.qualifiers(&mut extra)?;
            if let Some(Token::Number(..)) = self.rest.first() {
                let amount = self.amount()?;
                self.qualifiers(&mut extra)?;
                // `15*14+2` may mean months or money.
                if amount.units.is_none() && !extra.extra_cash && !extra.extra_stock {
                    return None;
                }
            }
            // A number that is not called anything is money. Stock on top leaves the cash as it is.
            statement.extra_cash |= extra.extra_cash || !extra.extra_stock;
        }
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
