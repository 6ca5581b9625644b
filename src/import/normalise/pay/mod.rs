//! Reads pay: what a cell says for sure of the annual package, of the monthly base, of the months paid, of stock and of
//! what is paid once.
//!
//! [`tokens`] and [`statements`] take a text apart, [`sums`] says what its parts come to, [`months`] for how many months a year, [`evidence`] in which currency;
//! [`header`] and [`survey`] say what all cells of a column have in common.

mod amounts;
pub mod currencies;
pub mod evidence;
mod glued;
mod header;
mod months;
mod numbers;
pub mod place;
mod statements;
mod sums;
pub mod survey;
mod tokens;

use super::decimal::Hundredths;
use super::text::{folded, said};
use crate::model::case::Field;
use crate::parameters::{Message, message};
use amounts::Ways;
use currencies::Currency;
use evidence::{Context, Evidence, PeriodSays, script};
use header::HeaderSays;
use months::Months;
use statements::Statement;
use sums::Sums;
use survey::ColumnSurvey;
use tokens::{Part, Period, Token};

/// What a cell says of pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Lower and upper end of the annual package.
    pub annual: Option<(i32, i32)>,
    /// Base pay of a year.
    pub annual_base: Option<i32>,
    /// Monthly base pay.
    pub monthly_base: Option<Hundredths>,
    /// Lower and upper end of monthly pay, where they differ.
    pub monthly: Option<(Hundredths, Hundredths)>,
    /// Months paid a year.
    pub months: Option<Hundredths>,
    /// Stock of a year.
    pub stock: Option<i32>,
    /// What is paid once at the beginning.
    pub sign_on: Option<i32>,
    /// ISO 4217 code of the figures; `None` where there is none.
    pub currency: Option<&'static str>,
    /// Which rule gave the figures.
    pub rule: &'static str,
    /// What could not be read.
    pub remark: Option<Message>,
}

impl Default for Pay {
    fn default() -> Self {
        Self {
            annual: None,
            annual_base: None,
            monthly_base: None,
            monthly: None,
            months: None,
            stock: None,
            sign_on: None,
            currency: None,
            rule: "pay",
            remark: None,
        }
    }
}

impl Pay {
    /// Whether there is any amount in it.
    pub fn has_figure(&self) -> bool {
        let whole = [self.annual_base, self.stock, self.sign_on];
        self.annual.is_some()
            || self.monthly_base.is_some()
            || self.monthly.is_some()
            || whole.iter().any(Option::is_some)
    }

    fn unread(remark: Message) -> Self {
        Self { remark: Some(remark), ..Self::default() }
    }
}

/// What all cells of a column of pay have in common.
#[derive(Debug, Clone, Default)]
pub struct PayColumn {
    header: HeaderSays,
    /// Whether the words of the table are in characters that are not the mainland's.
    pub is_foreign_script: bool,
    /// What its first cells show.
    pub survey: ColumnSurvey,
    /// What the caller says of figures that say no currency.
    pub option: Option<&'static Currency>,
}

impl PayColumn {
    /// The column of a field below this header.
    pub fn of(header: &str, field: Field) -> Self {
        let mut says = HeaderSays::of(header);
        let (part, period) = match field {
            Field::PayAnnualBase => (Some(Part::Base), None),
            Field::PayStockAnnual => (Some(Part::Stock), None),
            Field::PaySignOn => (Some(Part::SignOn), None),
            Field::PayMonthlyBase | Field::PayMonthlyMin | Field::PayMonthlyMax => (None, Some(Period::Month)),
            _ => (None, None),
        };
        says.part = says.part.or(part);
        says.period = says.period.or(period);
        Self { header: says, ..Self::default() }
    }

    /// Whether its figures are whole packages.
    pub fn is_whole_package(&self) -> bool {
        self.header.part == Some(Part::Total)
    }

    /// Whether a cell says that there is nothing of a part of pay.
    fn says_none(&self, text: &str) -> bool {
        let is_part = matches!(self.header.part, Some(Part::Stock | Part::SignOn | Part::Base));
        is_part
            && text.contains('0')
            && text.chars().all(|character| matches!(character, '0' | '.' | '$' | '¥' | '₹' | '€' | '£'))
    }
}

/// Whether a header says of pay what it counts, in which currency or for which time.
pub fn says_of_pay(header: &str) -> bool {
    let HeaderSays { period, unit, money, .. } = HeaderSays::of(header);
    period.is_some() || unit.is_some() || !money.is_empty()
}

/// The time that a cell names which says nothing else: `YEARLY`, `per hour`, `元/月`.
fn period_in(cell: &str) -> Option<Period> {
    let tokens = tokens::split(&folded(cell)).ok()?.tokens;
    let mut periods = tokens.iter().filter_map(|token| match token {
        Token::Period(period) => Some(*period),
        _ => None,
    });
    let period = periods.next()?;
    let is_around = |token: &Token| matches!(token, Token::Slash | Token::Filler | Token::Money(_) | Token::Unit(_));
    let is_only = periods.next().is_none() && tokens.iter().all(|it| is_around(it) || *it == Token::Period(period));
    is_only.then_some(period)
}

/// Whether a cell names a time for which somebody is paid.
pub fn says_period(cell: &str) -> bool {
    period_in(cell).is_some()
}

/// What a cell in the column of times says.
pub fn said_of_period(cell: &str) -> PeriodSays {
    match said(folded(cell)) {
        None => PeriodSays::Nothing,
        Some(text) => period_in(&text).map_or(PeriodSays::Unclear, PeriodSays::Period),
    }
}

/// Whether a text says a currency, a unit or a time, and nothing else.
pub fn says_what_it_counts(text: &str) -> bool {
    let is_of_amount =
        |token: &Token| matches!(token, Token::Money(_) | Token::Unit(_) | Token::Slash | Token::Period(_));
    !text.is_empty() && tokens::split(&folded(text)).is_ok_and(|split| split.tokens.iter().all(is_of_amount))
}

/// Reads a cell of a column, in a row that says this of its currency.
pub fn read(cell: &str, column: &PayColumn, context: Context) -> Pay {
    let Some(text) = said(folded(cell)).filter(|text| !column.says_none(text)) else { return Pay::default() };
    figures(cell, &text, column, context).unwrap_or_else(Pay::unread)
}

/// Reads a number of months: `15`, `15薪`, `12+3`.
///
/// # Errors
/// Where it is none, or a range.
pub fn read_months(cell: &str) -> super::Reading<Hundredths> {
    let Some(text) = said(folded(cell)) else { return Ok(None) };
    let unread = || message!("it is no number of months paid a year; write 15", "不是一年的发薪月数；请写 15");
    let tokens = tokens::split(&text).map_err(|_| unread())?.tokens;
    let months = match tokens.as_slice() {
        [Token::Number(number, _)] | [Token::Number(number, _), Token::Salaries] => *number,
        [Token::Number(number, _), Token::Plus, Token::Number(more, _)]
        | [Token::Number(number, _), Token::Plus, Token::Number(more, _), Token::Salaries] => number + more,
        _ => return Err(unread()),
    };
    let statement = Statement { months: Some((months, months)), ..Statement::default() };
    Months::of(&[statement])?.number().map(Some).ok_or_else(unread)
}

/// The statements of a text, and the currencies for which its way of writing speaks.
fn parsed(text: &str) -> Result<(Vec<Statement>, Vec<&'static Currency>), Message> {
    let split =
        tokens::split(text).map_err(|word| message!("`{word}` in it is not understood", "看不懂其中的 `{word}`"))?;
    let statements = statements::parse(&split.tokens).ok_or_else(|| {
        message!("its figures can be read in several ways, or in none", "其中的数字有几种读法，或者读不出来")
    })?;
    Ok((statements, split.writes))
}

fn figures(cell: &str, text: &str, column: &PayColumn, context: Context) -> Result<Pay, Message> {
    if tokens::says_no_figure(text) {
        return Err(message!("it says no figure", "没有说数字"));
    }
    let (mut statements, writes) = parsed(text)?;
    take_period(&mut statements, &column.header, context.period)?;
    check(&statements, &column.header)?;
    let months = Months::of(&statements)?;
    let says_amount = statements.iter().any(|statement| statement.amount.is_some());
    if !says_amount {
        let remark = months.number().is_none().then(|| message!("it has no figure", "其中没有数字"));
        return Ok(Pay { months: months.number(), remark, ..Pay::default() });
    }
    let cell_says: Vec<_> = statements.iter().flat_map(|statement| statement.money.iter().copied()).collect();
    let is_foreign_script = column.is_foreign_script || script(cell).is_foreign();
    let evidence = Evidence {
        cell: &cell_says,
        writes: &writes,
        is_foreign_script,
        header: &column.header,
        option: column.option,
        context,
    };
    let currency = match evidence.currency() {
        Ok(currency) => currency,
        Err(remark) => {
            let months = months.number().filter(|_| Months::are_sure(&statements));
            return Ok(Pay { months, remark: Some(remark), ..Pay::default() });
        }
    };
    let ways =
        Ways { unit: column.header.unit, hides_its_unit: column.survey.hides_its_unit(), usual: column.survey.usual() };
    let sums = Sums::of(&statements, months, currency, &column.header, ways);
    match sums.and_then(|sums| sums.pay()) {
        Ok(pay) => Ok(Pay { currency: pay.currency.filter(|_| pay.has_figure()), ..pay }),
        // The months stand where they are said apart, whatever the amount is.
        Err(remark) => {
            let apart = statements.iter().filter(|it| it.months.is_some()).all(|it| it.amount.is_none());
            Ok(Pay { months: months.number().filter(|_| apart), remark: Some(remark), ..Pay::default() })
        }
    }
}

/// Says of which time pay is that does not say it, by the column of times.
fn take_period(statements: &mut [Statement], header: &HeaderSays, period: PeriodSays) -> Result<(), Message> {
    let period = match period {
        PeriodSays::Nothing => return Ok(()),
        PeriodSays::Period(period) => period,
        PeriodSays::Unclear => {
            return Err(message!("the column of times names none that is known", "薪资周期一列写的不是已知周期"));
        }
    };
    for statement in statements {
        let part = statement.part.or(header.part);
        let is_pay = matches!(part, None | Some(Part::Base | Part::Total)) && !statement.on_top;
        if is_pay && statement.amount.is_some() && statement.period.is_none() && statement.months.is_none() {
            if header.period.is_some_and(|other| other != period) {
                return Err(message!(
                    "its header and the column of times contradict each other",
                    "表头与薪资周期互相矛盾"
                ));
            }
            statement.period = Some(period);
        }
    }
    Ok(())
}

/// Refuses a cell none of whose figures is pay before tax.
fn check(statements: &[Statement], header: &HeaderSays) -> Result<(), Message> {
    let has = |what: fn(&Statement) -> bool| statements.iter().any(what);
    if header.after_tax || has(|statement| statement.after_tax) {
        return Err(message!("pay after tax is not comparable with pay before tax", "税后薪资不能与税前薪资比较"));
    }
    if has(|statement| statement.is_bound) {
        return Err(message!("only a bound is said", "只说了上限或下限"));
    }
    if matches!(header.part, Some(Part::Bonus | Part::Allowance)) {
        return Err(message!("what comes on top of pay is no pay of its own", "薪资之外的部分单独不成薪资"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
