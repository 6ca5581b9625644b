//! What the statements of a pay text say together.

use super::super::decimal::Hundredths;
use super::Pay;
use super::amounts::{
    HUNDREDTHS, LEAST_OF_A_YEAR, Range, WORKING_DAYS_PER_MONTH, Ways, agree, bare, ends, factor_of_product, hundredths,
    range, rounded, whole,
};
use super::currencies::Currency;
use super::header::HeaderSays;
use super::months::Months;
use super::statements::{Amount, Statement};
use super::tokens::{Part, Period, Unit};
use crate::parameters::{Message, message};

/// A figure of a year.
#[derive(Debug, Clone, Copy)]
struct Total {
    range: Range,
    /// What its last digit counts.
    step: i64,
    /// Whether it is called the whole package.
    is_whole: bool,
}

/// What all statements of a cell say together; amounts in hundredths, lower and upper end.
#[derive(Debug)]
pub(super) struct Sums<'a> {
    currency: &'static Currency,
    header: &'a HeaderSays,
    ways: Ways,
    /// Whether the months paid are said apart from an amount.
    says_months: bool,
    /// The time that stands apart from an amount.
    period: Option<Period>,
    monthly: Option<Range>,
    months: Months,
    total: Option<Total>,
    annual_base: Option<Range>,
    /// Money at the end of the year.
    bonus: Option<Range>,
    sign_on: Option<i64>,
    stock: Option<Stock>,
    stock_is_on_top: bool,
    /// What else is paid: nobody knows how much, or what for.
    extra: Option<Extra>,
    /// Whether stock or money that comes once stands in brackets behind a whole.
    is_in_whole: bool,
    rule: &'static str,
}

#[derive(Debug, Clone, Copy)]
enum Stock {
    /// Some.
    Some,
    /// So much a year.
    OfYear(i64),
    /// So much, and it is not said for how long.
    Of(i64),
}

/// The least of what is paid beside pay that is believed of a figure which does not say what it counts, in hundredths: who writes 3
/// means thousands or ten thousands.
const LEAST_PLAIN: i64 = 1_000 * HUNDREDTHS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extra {
    /// Money whose amount is not known.
    Unknown,
    /// An amount that is not called anything.
    Unnamed,
}

impl<'a> Sums<'a> {
    /// Those of these statements.
    ///
    /// # Errors
    /// Where they contradict each other or are not believed.
    pub fn of(
        statements: &[Statement],
        months: Months,
        currency: &'static Currency,
        header: &'a HeaderSays,
        ways: Ways,
    ) -> Result<Self, Message> {
        let apart = || statements.iter().filter(|statement| statement.amount.is_none());
        let mut sums = Self {
            currency,
            header,
            ways,
            says_months: apart().any(|statement| statement.months.is_some()),
            period: apart().find_map(|statement| statement.period),
            monthly: None,
            months,
            total: None,
            annual_base: None,
            bonus: None,
            sign_on: None,
            stock: None,
            stock_is_on_top: false,
            extra: None,
            is_in_whole: false,
            rule: "pay",
        };
        let is_whole = apart().any(|statement| statement.part == Some(Part::Total));
        for statement in statements {
            let lone_total = is_whole && statement.part.is_none() && !statement.on_top;
            let part = if lone_total { Some(Part::Total) } else { statement.part };
            sums.add(&Statement { part, ..statement.clone() })?;
        }
        Ok(sums)
    }

    fn add(&mut self, statement: &Statement) -> Result<(), Message> {
        let part = statement.part.or(self.header.part.filter(|_| !statement.on_top));
        match part {
            Some(Part::Stock) => self.add_stock(statement),
            Some(Part::SignOn) => self.add_sign_on(statement),
            Some(Part::Bonus) => self.add_bonus(statement),
            Some(Part::Allowance) => {
                self.extra = Some(Extra::Unknown);
                Ok(())
            }
            None if statement.on_top && statement.amount.is_some() => {
                self.extra = Some(Extra::Unnamed);
                Ok(())
            }
            Some(Part::Base | Part::Total) | None => self.add_cash(statement, part),
        }
    }

    fn unit(&self) -> Unit {
        self.ways.unit.unwrap_or(Unit::One)
    }

    /// The one amount of a statement.
    fn one(&self, amount: &Amount) -> Result<i64, Message> {
        let (low, high) = range(amount, self.unit())?;
        if low != high {
            return Err(message!("a range of what is no package gives no figure", "这一项是区间，得不出一个数字"));
        }
        Ok(low)
    }

    fn add_stock(&mut self, statement: &Statement) -> Result<(), Message> {
        self.stock_is_on_top |= statement.on_top;
        self.is_in_whole |= !statement.on_top && statement.in_brackets;
        let Some(amount) = &statement.amount else {
            self.stock = self.stock.or(Some(Stock::Some));
            return Ok(());
        };
        if statement.months.is_some() || matches!(self.stock, Some(Stock::Of(_) | Stock::OfYear(_))) {
            return Err(message!("what of it is stock is not sure", "其中股票是多少说不清"));
        }
        if amount.units.is_none() && statement.money.is_empty() && self.header.unit.is_none() {
            // `1000股`.
            if self.header.money.is_empty() && self.header.part != Some(Part::Stock) {
                self.stock = self.stock.or(Some(Stock::Some));
                return Ok(());
            }
        }
        let figure = self.one(amount)?;
        let is_of_year =
            statement.period.or(self.header.period.filter(|_| self.is_stock_column())) == Some(Period::Year);
        let years = statement.over_years.or(self.header.over_years.filter(|_| self.is_stock_column()));
        self.stock = Some(match years {
            Some(years) => Stock::OfYear(figure / years),
            None if is_of_year => Stock::OfYear(figure),
            None => Stock::Of(figure),
        });
        Ok(())
    }

    fn is_stock_column(&self) -> bool {
        self.header.part == Some(Part::Stock)
    }

    /// Whether it says what an amount counts.
    fn says_unit(&self, amount: &Amount) -> bool {
        amount.units.is_some() || self.ways.unit.is_some()
    }

    fn add_sign_on(&mut self, statement: &Statement) -> Result<(), Message> {
        self.is_in_whole |= !statement.on_top && statement.in_brackets;
        let Some(amount) = &statement.amount else { return Ok(()) };
        let figure = self.one(amount)?;
        if !self.says_unit(amount) && figure < LEAST_PLAIN {
            return Err(message!("what its figure counts is not sure; write 3w", "这个数字的单位不明；请写 3w"));
        }
        let is_other = self.sign_on.is_some_and(|known| known != figure);
        if is_other || statement.months.is_some() || statement.period.is_some() || statement.over_years.is_some() {
            return Err(message!("what is paid once at the beginning is not sure", "签字费说不清"));
        }
        self.sign_on = Some(figure);
        Ok(())
    }

    fn add_bonus(&mut self, statement: &Statement) -> Result<(), Message> {
        let of_a_year = matches!(statement.period, None | Some(Period::Year)) && statement.over_years.is_none();
        match &statement.amount {
            Some(amount) if of_a_year && statement.months.is_none() && self.bonus.is_none() => {
                let bonus = range(amount, self.unit())?;
                match self.says_unit(amount) || bonus.0 >= LEAST_PLAIN {
                    true => self.bonus = Some(bonus),
                    // `12 LPA fixed + 3 variable`: three of what, it does not say.
                    false => self.extra = Some(Extra::Unknown),
                }
            }
            None if statement.months.is_some() && self.months.plain.is_some() => {}
            _ => self.extra = Some(Extra::Unknown),
        }
        Ok(())
    }

    fn add_cash(&mut self, statement: &Statement, part: Option<Part>) -> Result<(), Message> {
        let Some(amount) = &statement.amount else { return Ok(()) };
        if statement.over_years.is_some() {
            return Err(message!("pay of several years gives no figure", "几年合计的薪资不折算"));
        }
        let said = statement.period.or(self.period);
        if statement.months.is_some() && !(said == Some(Period::Year) || part == Some(Part::Total)) {
            if matches!(said, Some(Period::Day | Period::Week | Period::Hour)) {
                return Err(message!("days or hours are multiplied by months", "把按天或按小时的薪资乘以月数"));
            }
            self.rule = "pay_product";
            return agree(&mut self.monthly, factor_of_product(amount, self.ways, self.currency)?);
        }
        let of_part = (part == Some(Part::Total)).then_some(Period::Year);
        let period = match said.or(of_part).or(self.header.period) {
            Some(period) => period,
            None => bare(amount, self.ways, self.currency, self.says_months)?,
        };
        let (rule, monthly) = match period {
            Period::Year if said.is_some() => return self.add_annual(amount, part),
            Period::Year => return self.add_annual_of_column(amount, part),
            Period::Month => ("pay_monthly", ends(amount, self.unit(), &self.currency.monthly_hundredths())?),
            Period::Day if self.currency.is_mainland() => {
                let (low, high) = ends(amount, Unit::One, &self.currency.daily_hundredths())?;
                let monthly = |daily: i64| daily * WORKING_DAYS_PER_MONTH / HUNDREDTHS;
                ("pay_daily", (monthly(low), monthly(high)))
            }
            Period::Day => {
                return Err(message!(
                    "pay by the day is of the mainland's working days alone",
                    "只有大陆的日薪才折算成月薪"
                ));
            }
            Period::Week | Period::Hour => {
                return Err(message!("pay by the week or hour gives no figure", "按周或按小时的薪资不折算"));
            }
        };
        self.rule = rule;
        agree(&mut self.monthly, monthly)
    }

    /// Adds an amount of which it is not said that it is of a year, but for its column.
    fn add_annual_of_column(&mut self, amount: &Amount, part: Option<Part>) -> Result<(), Message> {
        let (_, high) = range(amount, self.unit())?;
        if self.currency.is_mainland() && high < LEAST_OF_A_YEAR * HUNDREDTHS {
            return Err(message!(
                "it is so little for a year that it may be of a month; write 25k/月 or 25k/年",
                "作为年薪太少，可能是月薪；请写 25k/月 或 25k/年"
            ));
        }
        self.add_annual(amount, part)
    }

    fn add_annual(&mut self, amount: &Amount, part: Option<Part>) -> Result<(), Message> {
        let sane = self.currency.annual.start() * HUNDREDTHS..=self.currency.annual.end() * HUNDREDTHS;
        let range = ends(amount, self.unit(), &sane)?;
        if self.rule == "pay" {
            self.rule = "pay_annual";
        }
        if part == Some(Part::Base) {
            return agree(&mut self.annual_base, range);
        }
        let unit = amount.units.map_or(self.unit(), |(_, unit)| unit);
        let step = hundredths(amount.step, unit).unwrap_or(0);
        let is_whole = part == Some(Part::Total);
        let mut known = self.total.map(|total| total.range);
        agree(&mut known, range)?;
        self.total = Some(Total { range, step, is_whole: is_whole || self.total.is_some_and(|total| total.is_whole) });
        Ok(())
    }

    /// The figures, where they agree.
    pub fn pay(&self) -> Result<Pay, Message> {
        let mut remark = None;
        let annual = self.annual(&mut remark)?.map(|range| whole(range, self.currency)).transpose()?;
        let single = |range: Range| (range.0 == range.1).then_some(range.0);
        // A base times its months is a base.
        let is_base = self.header.part == Some(Part::Base) && self.total.is_none() && self.bonus.is_none();
        let (annual, of_product) = if is_base { (None, annual) } else { (annual, None) };
        let annual_base = self.annual_base.map(|range| whole(range, self.currency)).transpose()?.or(of_product);
        let (base, base_range) = match annual_base {
            Some((low, high)) if low == high => (Some(low), false),
            other => (None, other.is_some()),
        };
        if base_range {
            remark.get_or_insert(message!("a range of base pay gives no figure", "基本工资是区间，得不出一个数字"));
        }
        let pay = Pay {
            annual,
            annual_base: base,
            monthly_base: self.monthly.and_then(single).map(Hundredths),
            monthly: self
                .monthly
                .filter(|(low, high)| low != high)
                .map(|(low, high)| (Hundredths(low), Hundredths(high))),
            months: self.months.number(),
            stock: self.stock_of_year(annual.map(|(low, _)| low).or(base), &mut remark),
            sign_on: self
                .sign_on
                .map(rounded)
                .and_then(|figure| i32::try_from(figure).ok())
                .filter(|figure| *figure > 0),
            currency: Some(&self.currency.code),
            rule: self.rule,
            remark: None,
        };
        if !pay.has_figure() && pay.months.is_none() {
            remark.get_or_insert(message!("it has no figure", "其中没有数字"));
        }
        Ok(Pay { remark, ..pay })
    }

    /// The whole cash package of a year; a remark where something is said of it, and not all.
    fn annual(&self, remark: &mut Option<Message>) -> Result<Option<Range>, Message> {
        let product = self.monthly.zip(self.months.together());
        let product = product.map(|((low, high), (few, many))| (low * few / 10, high * many / 10));
        let with_bonus = |(low, high): Range| match self.bonus {
            Some((least, most)) => (low + least, high + most),
            None => (low, high),
        };
        let open = match self.extra {
            Some(Extra::Unnamed) => {
                Some(message!("what comes on top is not called anything", "加号后面的金额没有说是什么"))
            }
            Some(Extra::Unknown) => {
                Some(message!("what comes on top is not in a yearly figure", "月薪之外的部分没有年度数字"))
            }
            None => None,
        };
        match (product, self.total) {
            (Some(product), Some(total)) => self.product_of(product, with_bonus(product), total).map(Some),
            (Some(product), None) if open.is_none() => Ok(Some(with_bonus(product))),
            (None, Some(total)) if open.is_none() => self.of_total(total, with_bonus(total.range)).map(Some),
            (None, None) => match (self.annual_base, self.bonus) {
                (Some(base), Some(_)) if open.is_none() => Ok(Some(with_bonus(base))),
                _ => {
                    *remark = open;
                    Ok(None)
                }
            },
            _ => {
                *remark = open;
                Ok(None)
            }
        }
    }

    /// The package where a product and a yearly figure are said.
    fn product_of(&self, product: Range, with_bonus: Range, total: Total) -> Result<Range, Message> {
        let Total { range: (low, high), step, .. } = total;
        let is_near = |(other_low, other_high): Range| {
            (other_low - low).abs() < step.max(1) && (other_high - high).abs() < step.max(1)
        };
        if is_near(with_bonus) {
            return Ok(with_bonus);
        }
        let has_more = self.extra.is_some() || self.bonus.is_some();
        if has_more && product.0 <= low && product.1 <= high {
            return Ok(total.range);
        }
        Err(message!("the product and the yearly figure contradict each other", "乘积与年薪数字互相矛盾"))
    }

    /// The package where only a yearly figure is said.
    fn of_total(&self, total: Total, with_bonus: Range) -> Result<Range, Message> {
        let has_more = self.stock.is_some() && total.is_whole && !self.stock_is_on_top;
        if self.is_in_whole || has_more || (self.bonus.is_some() && total.is_whole) {
            return Err(message!(
                "what of the yearly figure is promised cash is not said",
                "没有说年薪中承诺的现金是多少"
            ));
        }
        if self.annual_base.is_some_and(|(base, _)| base > total.range.0) {
            return Err(message!("base pay is more than the package", "基本工资多于总包"));
        }
        Ok(with_bonus)
    }

    /// Stock of a year. A grant of which it is not said for how long it is counts for a year where it is no more than the
    /// cash of one.
    fn stock_of_year(&self, cash: Option<i32>, remark: &mut Option<Message>) -> Option<i32> {
        let figure = match self.stock? {
            Stock::Some => return None,
            Stock::OfYear(figure) => rounded(figure),
            Stock::Of(figure) if cash.is_some_and(|cash| rounded(figure) <= i64::from(cash)) => rounded(figure),
            Stock::Of(_) => {
                remark.get_or_insert(message!(
                    "over how many years the stock is handed out is not said; write 股票100w分4年",
                    "没有说股票分几年归属；请写 股票100w分4年"
                ));
                return None;
            }
        };
        i32::try_from(figure).ok().filter(|figure| *figure > 0 && i64::from(*figure) <= *self.currency.annual.end())
    }
}
