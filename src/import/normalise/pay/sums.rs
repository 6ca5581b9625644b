//! What the statements of a pay text say together.

use super::super::decimal::Hundredths;
use super::Pay;
use super::amounts::{
    ANNUAL, DAILY, HUNDREDTHS, MONTHLY, WORKING_DAYS_PER_MONTH, agree, bare, ends, factor_of_product, hundredths, whole,
};
use super::hint::Hint;
use super::statements::{Amount, Statement, is_months};
use super::tokens::{ONE, Period, Unit};
use crate::parameters::{Message, message};

/// What all statements of a cell say together.
#[derive(Debug, Default)]
pub(super) struct Sums {
    /// Monthly base in hundredths, lower and upper end.
    base: Option<(i64, i64)>,
    /// Paid months in tenths, lower and upper end.
    months: Option<(i64, i64)>,
    /// Annual package in hundredths, lower and upper end, and what its last digit counts.
    total: Option<(i64, i64, i64)>,
    /// Which rule gave the figures.
    rule: &'static str,
    /// Whether the months paid are said apart from an amount.
    says_months: bool,
}

impl Sums {
    /// Nothing yet; `says_months` where the months paid are said apart from an amount.
    pub fn new(says_months: bool) -> Self {
        Self { says_months, ..Self::default() }
    }

    /// Adds a statement; an error where it contradicts an earlier one or is not believed.
    pub fn add(
        &mut self,
        statement: &Statement,
        period: Option<Period>,
        hint: &Hint,
        currency: &str,
    ) -> Result<(), Message> {
        if let Some((low, high)) = statement.months {
            if !is_months(low) || !is_months(high) || low > high {
                return Err(message!(
                    "the months paid a year must be between 12 and 24",
                    "每年发薪月数须在 12 到 24 之间"
                ));
            }
            if low % (ONE / 10) != 0 || high % (ONE / 10) != 0 {
                return Err(message!("months are paid in tenths at the finest", "发薪月数至多一位小数"));
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
                return Err(message!("days or hours are multiplied by months", "把按天或按小时的薪资乘以月数"));
            }
            self.rule = "pay_product";
            return agree(&mut self.base, factor_of_product(&amount)?, "monthly figures");
        }
        let period = match statement.period.or(period).or(hint.period) {
            Some(period) => period,
            None => bare(&amount, hint.unit, currency, self.says_months)?,
        };
        let unit = hint.unit.unwrap_or(Unit::One);
        let (rule, base) = match period {
            Period::Year => return self.add_total(&amount, unit, statement.is_base),
            Period::Month => ("pay_monthly", ends(&amount, unit, &MONTHLY, "monthly pay")?),
            Period::Day => {
                let (low, high) = ends(&amount, Unit::One, &DAILY, "daily pay")?;
                let monthly = |daily: i64| daily * WORKING_DAYS_PER_MONTH / HUNDREDTHS;
                ("pay_daily", (monthly(low), monthly(high)))
            }
            Period::Week | Period::Hour => {
                return Err(message!("pay by the week or hour gives no figure", "按周或按小时的薪资不折算"));
            }
        };
        self.rule = rule;
        agree(&mut self.base, base, "monthly figures")
    }

    fn add_total(&mut self, amount: &Amount, unit: Unit, is_base: bool) -> Result<(), Message> {
        if is_base {
            return Err(message!("base pay of a year is not the whole package", "年基本工资不是全部年薪"));
        }
        let sane = ANNUAL.start() * HUNDREDTHS..=ANNUAL.end() * HUNDREDTHS;
        let (low, high) = ends(amount, unit, &sane, "annual pay")?;
        let step = hundredths(amount.step, amount.units.map_or(unit, |(_, unit)| unit)).unwrap_or(0);
        if self.total.is_some_and(|(known_low, known_high, _)| (known_low, known_high) != (low, high)) {
            return Err(message!("its annual figures contradict each other", "几个年薪数字互相矛盾"));
        }
        self.total = Some((low, high, step));
        if self.rule.is_empty() {
            self.rule = "pay_annual";
        }
        Ok(())
    }

    /// The figures, where they agree.
    pub fn pay(&self, currency: &'static str, extra_cash: bool, extra_stock: bool) -> Result<Pay, Message> {
        let product = self.base.zip(self.months).map(|((low, high), (few, many))| (low * few / 10, high * many / 10));
        let mut remark = None;
        let annual = match (product, self.total) {
            (Some(_), None) if extra_cash => {
                remark = Some(message!(
                    "what comes on top of the monthly pay is not in a yearly figure",
                    "月薪以外的部分没有计入年薪的数字"
                ));
                None
            }
            (Some((low, high)), Some((total_low, total_high, step))) => {
                let is_near = |product: i64, total: i64| (product - total).abs() < step.max(1);
                let includes_more = extra_cash && low <= total_low && high <= total_high;
                let agrees = is_near(low, total_low) && is_near(high, total_high);
                if !agrees && !includes_more {
                    return Err(message!(
                        "the product and the yearly figure contradict each other",
                        "乘积与年薪数字互相矛盾"
                    ));
                }
                Some(if includes_more { (total_low, total_high) } else { (low, high) })
            }
            (None, Some(_)) if extra_stock || extra_cash => {
                return Err(message!(
                    "what of the yearly figure is promised cash is not said",
                    "没有说年薪中多少是承诺的现金"
                ));
            }
            (None, Some((low, high, _))) => Some((low, high)),
            (product, None) => product,
        };
        let annual = annual.map(whole).transpose()?;
        if annual.is_none() && remark.is_none() {
            remark = self.without_annual();
        }
        let one = |range: Option<(i64, i64)>| range.filter(|(low, high)| low == high).map(|(only, _)| only);
        let monthly_base = one(self.base).map(Hundredths);
        let months = one(self.months).map(|tenths| Hundredths(tenths * 10));
        Ok(Pay {
            annual,
            monthly_base,
            months,
            currency,
            rule: if self.rule.is_empty() { "pay" } else { self.rule },
            remark,
        })
    }

    fn without_annual(&self) -> Option<Message> {
        match (self.base, self.months) {
            (Some((low, high)), _) if low != high => {
                Some(message!("a range of monthly pay gives no figure", "月薪区间得不出一个数字"))
            }
            (None, None) => Some(message!("it has no figure", "其中没有数字")),
            _ => None,
        }
    }
}
