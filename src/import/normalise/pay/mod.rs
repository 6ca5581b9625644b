//! Reads pay: what a cell says for sure of the annual package, of the monthly base and of the months paid.

mod amounts;
mod hint;
mod statements;
mod sums;
mod tokens;

use super::decimal::Hundredths;
use super::text::{folded, said};
use crate::parameters::{Message, message};
use hint::Hint;
use statements::Statement;
use sums::Sums;

/// The currency of figures that say no other.
pub const USUAL_CURRENCY: &str = "CNY";

/// What a cell says of pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Lower and upper end of the annual package.
    pub annual: Option<(i32, i32)>,
    /// Monthly base pay.
    pub monthly_base: Option<Hundredths>,
    /// Months paid a year.
    pub months: Option<Hundredths>,
    /// ISO 4217 code of the figures.
    pub currency: &'static str,
    /// Which rule gave the figures.
    pub rule: &'static str,
    /// What could not be read.
    pub remark: Option<Message>,
}

impl Default for Pay {
    fn default() -> Self {
        Self { annual: None, monthly_base: None, months: None, currency: USUAL_CURRENCY, rule: "pay", remark: None }
    }
}

/// Reads a cell; the header may say the period, the unit and the currency.
pub fn read(cell: &str, header: &str) -> Pay {
    let Some(text) = said(folded(cell)) else { return Pay::default() };
    figures(&text, &Hint::of(header)).unwrap_or_else(|remark| Pay { remark: Some(remark), ..Pay::default() })
}

fn figures(text: &str, hint: &Hint) -> Result<Pay, Message> {
    if tokens::says_no_figure(text) {
        return Err(message!("it says no figure", "没有说数字"));
    }
    let tokens =
        tokens::split(text).map_err(|word| message!("`{word}` in it is not understood", "看不懂其中的 `{word}`"))?;
    let statements = statements::parse(&tokens).ok_or_else(|| {
        message!("its figures can be read in several ways, or in none", "其中的数字有几种读法，或者读不出来")
    })?;
    let has = |what: fn(&Statement) -> bool| statements.iter().any(what);
    if has(|statement| statement.after_tax) {
        return Err(message!("pay after tax is not comparable with pay before tax", "税后薪资不能与税前薪资比较"));
    }
    if has(|statement| statement.is_bound) {
        return Err(message!("only a bound is said", "只说了上限或下限"));
    }
    let currency = currency(&statements, hint)?;
    let says_months = has(|statement| statement.amount.is_none() && statement.months.is_some());
    let mut sums = Sums::new(says_months);
    let period = statements.iter().find(|statement| statement.amount.is_none()).and_then(|statement| statement.period);
    for statement in &statements {
        sums.add(statement, period, hint, currency)?;
    }
    let (cash, stock) = (has(|statement| statement.extra_cash), has(|statement| statement.extra_stock));
    sums.pay(currency, cash, stock)
}

fn currency(statements: &[Statement], hint: &Hint) -> Result<&'static str, Message> {
    let mut said = statements.iter().filter_map(|statement| statement.currency);
    let first = said.next();
    if said.any(|other| Some(other) != first) {
        return Err(message!("it has figures in several currencies", "有几种货币的数字"));
    }
    Ok(first.or(hint.currency).unwrap_or(USUAL_CURRENCY))
}
