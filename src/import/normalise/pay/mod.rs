//! Reads pay: what a cell says for sure of the annual package, of the monthly base and of the months paid.

mod statements;
mod tokens;

use super::decimal::Hundredths;
use super::text::{folded, is_blank, squeezed};
use statements::{Amount, Statement, is_months};
use tokens::{ONE, Period, Unit};

/// Working days that a month of pay counts as: (365 − 104) / 12, set by the Ministry of Human Resources in
/// 人社部发〔2008〕3号 and kept in 人社部发〔2025〕2号. In hundredths.
const WORKING_DAYS_PER_MONTH: i64 = 2175;
/// Annual packages that are believed, in whole units of the currency.
const ANNUAL: std::ops::RangeInclusive<i64> = 20_000..=10_000_000;
/// Monthly pay that is believed, in hundredths.
const MONTHLY: std::ops::RangeInclusive<i64> = 50_000..=30_000_000;
/// Daily pay that is believed, in hundredths.
const DAILY: std::ops::RangeInclusive<i64> = 5_000..=300_000;
/// Hundredths of a currency unit.
const HUNDREDTHS: i64 = 100;

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
        Self { annual: None, monthly_base: None, months: None, currency: "CNY", rule: "pay", remark: None }
    }
}

/// Reads a cell; the header may say the period, the unit and the currency.
pub fn read(cell: &str, header: &str) -> Pay {
    let text = folded(cell);
    if is_blank(&text) {
        return Pay::default();
    }
    figures(&text, &Hint::of(header)).unwrap_or_else(|remark| Pay { remark: Some(remark), ..Pay::default() })
}

/// What a header says of all cells below it.
#[derive(Debug, Default)]
struct Hint {
    period: Option<Period>,
    unit: Option<Unit>,
    currency: Option<&'static str>,
}

impl Hint {
    fn of(header: &str) -> Self {
        let header = squeezed(header);
        let says = |words: &[&str]| words.iter().any(|word| header.contains(word));
        let period = match (
            says(&["年薪", "年包", "总包", "annual", "/年", "/year"]),
            says(&["月薪", "monthly", "/月", "/month"]),
            says(&["日薪", "daily", "/天", "/日", "/day", "时薪", "hour", "周薪"]),
        ) {
            (true, false, false) => Some(Period::Year),
            (false, true, false) => Some(Period::Month),
            _ => None,
        };
        let unit = if says(&["万", "(w"]) {
            Some(Unit::TenThousand)
        } else if says(&["千", "(k"]) {
            Some(Unit::Thousand)
        } else {
            says(&["元", "yuan", "cny"]).then_some(Unit::One)
        };
        let currencies = [
            ("usd", "USD"),
            ("美元", "USD"),
            ("hkd", "HKD"),
            ("港", "HKD"),
            ("sgd", "SGD"),
            ("gbp", "GBP"),
            ("eur", "EUR"),
        ];
        let currency = currencies.iter().find(|(word, _)| header.contains(word)).map(|(_, code)| *code);
        Self { period, unit, currency }
    }
}

/// What all statements of a cell say together.
#[derive(Debug, Default)]
struct Sums {
    /// Monthly base in hundredths, lower and upper end.
    base: Option<(i64, i64)>,
    /// Paid months in tenths, lower and upper end.
    months: Option<(i64, i64)>,
    /// Annual package in hundredths, lower and upper end, and what its last digit counts.
    total: Option<(i64, i64, i64)>,
    rule: &'static str,
}

fn figures(text: &str, hint: &Hint) -> Result<Pay, String> {
    const NOTHING_SAID: [&str; 9] =
        ["面议", "面谈", "保密", "备注", "详情", "negotiable", "confidential", "competitive", "不方便"];
    if NOTHING_SAID.iter().any(|word| text.contains(word)) {
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
    let mut sums = Sums { rule: "pay", ..Sums::default() };
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
    Ok(first.or(hint.currency).unwrap_or("CNY"))
}

impl Sums {
    fn add(
        &mut self,
        statement: &Statement,
        period: Option<Period>,
        hint: &Hint,
        currency: &str,
    ) -> Result<(), String> {
        if let Some((low, high)) = statement.months {
            if !is_months(low) || !is_months(high) || low > high {
                return Err("the months paid a year must be between 12 and 24".to_owned());
            }
            if low % (ONE / 10) != 0 || high % (ONE / 10) != 0 {
                return Err("months are paid in tenths at the finest".to_owned());
            }
            agree(&mut self.months, (low / (ONE / 10), high / (ONE / 10)), "months")?;
        }
        let Some(amount) = statement.amount else { return Ok(()) };
        if statement.extra_cash && statement.months.is_none() && statement.period.is_none() {
            // `签字费3w`: not pay of a month or a year.
            return Ok(());
        }
        if statement.months.is_some() {
            if matches!(statement.period, Some(Period::Day | Period::Week | Period::Hour)) {
                return Err("days or hours are multiplied by months".to_owned());
            }
            self.rule = "pay_product";
            return agree(&mut self.base, factor_of_product(&amount)?, "monthly figures");
        }
        match statement.period.or(period).or(hint.period) {
            Some(Period::Week | Period::Hour) => Err("pay by the week or hour gives no figure".to_owned()),
            Some(Period::Day) => {
                let (low, high) = ends(&amount, Unit::One, &DAILY, "daily pay")?;
                self.rule = "pay_daily";
                let monthly = |daily: i64| daily * WORKING_DAYS_PER_MONTH / HUNDREDTHS;
                agree(&mut self.base, (monthly(low), monthly(high)), "monthly figures")
            }
            Some(Period::Month) => {
                self.rule = "pay_monthly";
                let base = ends(&amount, hint.unit.unwrap_or(Unit::One), &MONTHLY, "monthly pay")?;
                agree(&mut self.base, base, "monthly figures")
            }
            Some(Period::Year) => self.add_total(&amount, hint.unit.unwrap_or(Unit::One), statement.is_base),
            None => match bare(&amount, hint.unit, currency)? {
                Period::Month => {
                    self.rule = "pay_monthly";
                    agree(&mut self.base, ends(&amount, Unit::One, &MONTHLY, "monthly pay")?, "monthly figures")
                }
                _ => self.add_total(&amount, hint.unit.unwrap_or(Unit::One), statement.is_base),
            },
        }
    }

    fn add_total(&mut self, amount: &Amount, unit: Unit, is_base: bool) -> Result<(), String> {
        if is_base {
            return Err("base pay of a year is not the whole package".to_owned());
        }
        let sane = ANNUAL.start() * HUNDREDTHS..=ANNUAL.end() * HUNDREDTHS;
        let (low, high) = ends(amount, unit, &sane, "annual pay")?;
        let step = hundredths(amount.step, amount.units.map_or(unit, |(_, unit)| unit)).unwrap_or(0);
        if self.total.is_some_and(|(known_low, known_high, _)| (known_low, known_high) != (low, high)) {
            return Err("its annual figures contradict each other".to_owned());
        }
        self.total = Some((low, high, step));
        if self.rule == "pay" {
            self.rule = "pay_annual";
        }
        Ok(())
    }

    fn pay(&self, currency: &'static str, extra_cash: bool, extra_stock: bool) -> Result<Pay, String> {
        let product = match (self.base, self.months) {
            (Some((low, high)), Some((few, many))) => Some((low * few / 10, high * many / 10)),
            _ => None,
        };
        let mut remark = None;
        let annual = match (product, self.total) {
            (Some(_), None) if extra_cash => {
                remark = Some("what comes on top of the monthly pay is not in a yearly figure".to_owned());
                None
            }
            (Some((low, high)), Some((total_low, total_high, step))) => {
                let is_near = |product: i64, total: i64| (product - total).abs() < step.max(1);
                let includes_more = extra_cash && low <= total_low && high <= total_high;
                let agrees = is_near(low, total_low) && is_near(high, total_high);
                if !agrees && !includes_more {
                    return Err("the product and the yearly figure contradict each other".to_owned());
                }
                Some(if includes_more { (total_low, total_high) } else { (low, high) })
            }
            (None, Some(_)) if extra_stock || extra_cash => {
                return Err("what of the yearly figure is promised cash is not said".to_owned());
            }
            (None, Some((low, high, _))) => Some((low, high)),
            (product, None) => product,
        };
        let annual = annual.map(whole).transpose()?;
        if annual.is_none() && remark.is_none() {
            remark = self.without_annual();
        }
        let one = |range: Option<(i64, i64)>| range.filter(|(low, high)| low == high).map(|(only, _)| only);
        let monthly_base = one(self.base).map(Hundredths::new);
        let months = one(self.months).map(|tenths| Hundredths::new(tenths * 10));
        Ok(Pay { annual, monthly_base, months, currency, rule: self.rule, remark })
    }

    fn without_annual(&self) -> Option<String> {
        match (self.base, self.months) {
            (Some((low, high)), _) if low != high => Some("a range of monthly pay gives no figure".to_owned()),
            (None, None) => Some("it has no figure".to_owned()),
            _ => None,
        }
    }
}

/// Takes what is said first; an error where something else is said later.
fn agree(place: &mut Option<(i64, i64)>, range: (i64, i64), what: &str) -> Result<(), String> {
    if place.is_some_and(|known| known != range) {
        return Err(format!("its {what} contradict each other"));
    }
    *place = Some(range);
    Ok(())
}

/// Whole units of the currency, in bounds that are believed.
fn whole((low, high): (i64, i64)) -> Result<(i32, i32), String> {
    let round = |hundredths: i64| (hundredths + HUNDREDTHS / 2) / HUNDREDTHS;
    let (low, high) = (round(low), round(high));
    if !ANNUAL.contains(&low) || !ANNUAL.contains(&high) {
        let (least, most) = (ANNUAL.start(), ANNUAL.end());
        return Err(format!("{low} to {high} a year is not between {least} and {most}"));
    }
    Ok((i32::try_from(low).unwrap_or(i32::MAX), i32::try_from(high).unwrap_or(i32::MAX)))
}

/// A number of units in hundredths of the currency; `None` where that is not exact.
fn hundredths(number: i64, unit: Unit) -> Option<i64> {
    let scaled = number.checked_mul(unit.factor())?.checked_mul(HUNDREDTHS)?;
    (scaled % ONE == 0).then_some(scaled / ONE)
}

/// Both ends in hundredths of the currency, in bounds that are believed.
fn ends(amount: &Amount, unit: Unit, sane: &std::ops::RangeInclusive<i64>, what: &str) -> Result<(i64, i64), String> {
    let units = amount.units.unwrap_or((unit, unit));
    let both = hundredths(amount.low, units.0).zip(hundredths(amount.high, units.1));
    let (low, high) = both.filter(|(low, high)| low <= high).ok_or("it is no range of amounts")?;
    if !sane.contains(&low) || !sane.contains(&high) {
        let (least, most) = (sane.start() / HUNDREDTHS, sane.end() / HUNDREDTHS);
        return Err(format!("{what} must be between {least} and {most}"));
    }
    Ok((low, high))
}

/// The monthly pay of a product. Without a unit, 3 to 100 are thousands and 2,000 and more are units; between them it
/// may be pay of a day times working days.
fn factor_of_product(amount: &Amount) -> Result<(i64, i64), String> {
    const MONTHLY_IN_PRODUCT: std::ops::RangeInclusive<i64> = 200_000..=20_000_000;
    let thousands = 3 * ONE..=100 * ONE;
    let unit = if thousands.contains(&amount.low) && thousands.contains(&amount.high) {
        Unit::Thousand
    } else if amount.low >= 2000 * ONE {
        Unit::One
    } else if amount.units.is_none() {
        return Err("what its first factor counts is not sure; write 15k*14".to_owned());
    } else {
        Unit::One
    };
    ends(amount, unit, &MONTHLY_IN_PRODUCT, "monthly pay")
}

/// Whether an amount alone is of a month or of a year. Amounts that may be either are an error.
fn bare(amount: &Amount, hint: Option<Unit>, currency: &str) -> Result<Period, String> {
    let not_sure = || "it may be of a month or of a year; write 24w/年 or 15k/月".to_owned();
    let unit = amount.units.map(|(low, _)| low).or(hint);
    let (low, high) = match (unit, amount.units) {
        (_, Some(units)) => hundredths(amount.low, units.0).zip(hundredths(amount.high, units.1)),
        (unit, None) => {
            let unit = unit.unwrap_or(Unit::One);
            hundredths(amount.low, unit).zip(hundredths(amount.high, unit))
        }
    }
    .ok_or_else(not_sure)?;
    let of_a_year = match (unit, currency) {
        (Some(Unit::TenThousand), "CNY") => 60_000,
        (_, "CNY" | "USD" | "GBP" | "EUR" | "SGD") => 100_000,
        _ => return Err(not_sure()),
    };
    if low >= of_a_year * HUNDREDTHS {
        return Ok(Period::Year);
    }
    let of_a_month = 3_000 * HUNDREDTHS..=40_000 * HUNDREDTHS;
    let is_monthly = unit == Some(Unit::Thousand)
        && amount.units.is_some()
        && currency == "CNY"
        && of_a_month.contains(&low)
        && of_a_month.contains(&high);
    is_monthly.then_some(Period::Month).ok_or_else(not_sure)
}

#[cfg(test)]
mod tests;
