//! Reads pay: what a cell says for sure of the annual package, of the monthly base and of the months paid.

mod amounts;
mod hint;
mod statements;
mod sums;
mod tokens;

use super::decimal::Hundredths;
use super::text::{folded, said};
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
    pub remark: Option<String>,
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

fn figures(text: &str, hint: &Hint) -> Result<Pay, String> {
    if tokens::says_no_figure(text) {
        return Err("it says no figure".to_owned());
    }
    let tokens = tokens::split(text).map_err(|word| format!("`{word}` in it is not understood"))?;
    let statements = statements::parse(&tokens).ok_or("its figures can be read in several ways, or in none")?;
    let has = |what: fn(&Statement) -> bool| statements.iter().any(what);
    if has(|statement| statement.after_tax) {
        return Err("pay after tax is not comparable with pay before tax".to_owned());
    }
    if has(|statement| statement.is_bound) {
        return Err("only a bound is said".to_owned());
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

fn currency(statements: &[Statement], hint: &Hint) -> Result<&'static str, String> {
    let mut said = statements.iter().filter_map(|statement| statement.currency);
    let first = said.next();
    if said.any(|other| Some(other) != first) {
        return Err("it has figures in several currencies".to_owned());
    }
    Ok(first.or(hint.currency).unwrap_or(USUAL_CURRENCY))
}
