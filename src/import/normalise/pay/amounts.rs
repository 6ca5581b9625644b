//! Amounts in hundredths of their currency, in bounds that are believed.

use std::ops::RangeInclusive;

use super::currencies::Currency;
use super::numbers::ONE;
use super::statements::Amount;
use super::survey::Usual;
use super::tokens::{Period, Unit};
use crate::parameters::{Message, message};

/// Working days that a month of pay on the mainland counts as: (365 − 104) / 12, set by the Ministry of Human Resources
/// in 人社部发〔2008〕3号 and kept in 人社部发〔2025〕2号. In hundredths.
pub(super) const WORKING_DAYS_PER_MONTH: i64 = 2175;
/// Hundredths of a currency unit.
pub(super) const HUNDREDTHS: i64 = 100;

/// The least yuan of a year that are believed where nothing but the column says that they are of one: who writes 25k below 年薪
/// may mean a month.
pub(super) const LEAST_OF_A_YEAR: i64 = 60_000;

/// A range in hundredths of the currency.
pub(super) type Range = (i64, i64);

/// Takes what is said first; an error where something else is said later.
pub(super) fn agree(place: &mut Option<Range>, range: Range) -> Result<(), Message> {
    if place.is_some_and(|known| known != range) {
        return Err(message!("its figures contradict each other", "其中的数字互相矛盾"));
    }
    *place = Some(range);
    Ok(())
}

/// Whole units of the currency, in bounds that are believed of a year.
pub(super) fn whole((low, high): Range, currency: &Currency) -> Result<(i32, i32), Message> {
    let (low, high) = (rounded(low), rounded(high));
    let sane = &currency.annual;
    if !sane.contains(&low) || !sane.contains(&high) {
        let (least, most, code) = (sane.start(), sane.end(), &currency.code);
        return Err(message!(
            "{low} to {high} {code} a year is not between {least} and {most}",
            "每年 {low} 到 {high} {code} 不在 {least} 到 {most} 之间"
        ));
    }
    Ok((i32::try_from(low).unwrap_or(i32::MAX), i32::try_from(high).unwrap_or(i32::MAX)))
}

/// Hundredths in whole units.
pub(super) fn rounded(hundredths: i64) -> i64 {
    (hundredths + HUNDREDTHS / 2) / HUNDREDTHS
}

/// A number of units in hundredths of the currency; `None` where that is not exact.
pub(super) fn hundredths(number: i64, unit: Unit) -> Option<i64> {
    let scaled = number.checked_mul(unit.factor())?.checked_mul(HUNDREDTHS)?;
    (scaled % ONE == 0).then_some(scaled / ONE)
}

/// Both ends in hundredths of the currency; `unit` is what they count where they do not say it.
pub(super) fn range(amount: &Amount, unit: Unit) -> Result<Range, Message> {
    let units = amount.units.unwrap_or((unit, unit));
    let both = hundredths(amount.low, units.0).zip(hundredths(amount.high, units.1));
    both.filter(|(low, high)| low <= high).ok_or_else(|| message!("it is no range of amounts", "不是一个金额区间"))
}

/// The same, in bounds that are believed.
pub(super) fn ends(amount: &Amount, unit: Unit, sane: &RangeInclusive<i64>) -> Result<Range, Message> {
    let (low, high) = range(amount, unit)?;
    if !sane.contains(&low) || !sane.contains(&high) {
        let (least, most) = (sane.start() / HUNDREDTHS, sane.end() / HUNDREDTHS);
        return Err(message!("it must be between {least} and {most}", "须在 {least} 到 {most} 之间"));
    }
    Ok((low, high))
}

/// How the figures of a column are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ways {
    /// What a number counts that says nothing, by the header.
    pub unit: Option<Unit>,
    /// Whether the column shows that numbers count something that nothing says.
    pub hides_its_unit: bool,
    /// What figures without a time are.
    pub usual: Usual,
}

/// The monthly pay of a product. Without a unit, 3 to 100 are thousands of yuan, unless the column counts otherwise, and
/// 2,000 and more are units; between them it may be pay of a day times working days.
pub(super) fn factor_of_product(amount: &Amount, ways: Ways, currency: &Currency) -> Result<Range, Message> {
    let sane = currency.annual.start() * HUNDREDTHS / 10..=currency.annual.end() * HUNDREDTHS / 30;
    if amount.units.is_some() {
        return ends(amount, Unit::One, &sane);
    }
    let within = |low: i64, high: i64| (low * ONE..=high * ONE).contains(&amount.low) && amount.high <= high * ONE;
    // A column of yearly figures in 万 has products of monthly ones in thousands; 3 to 5 may be either.
    let ten_thousands = ways.unit == Some(Unit::TenThousand);
    let not_sure =
        || message!("what its first factor counts is not sure; write 15k*14", "第一个因数的单位不明；请写 15k*14");
    let unit = match ways.unit {
        _ if amount.low >= sane.start() / HUNDREDTHS * ONE => Unit::One,
        Some(Unit::TenThousand) if amount.high < 3 * ONE => Unit::TenThousand,
        Some(Unit::TenThousand) if amount.low <= 5 * ONE => return Err(not_sure()),
        Some(Unit::Thousand) => Unit::Thousand,
        None | Some(Unit::TenThousand)
            if currency.is_mainland() && within(3, 100) && (ten_thousands || !ways.hides_its_unit) =>
        {
            Unit::Thousand
        }
        _ => return Err(not_sure()),
    };
    ends(amount, unit, &sane)
}

fn of_which_time() -> Message {
    message!(
        "it may be of a month or of a year; write 24w/年 or 15k/月",
        "可能是月薪，也可能是年薪；请写 24w/年 或 15k/月"
    )
}

/// Whether an amount alone is of a month or of a year; the months paid beside it and the other figures of the column
/// tell.
///
/// # Errors
/// Where it may be either.
pub(super) fn bare(amount: &Amount, ways: Ways, currency: &Currency, says_months: bool) -> Result<Period, Message> {
    let unit = amount.units.map(|(_, unit)| unit).or(ways.unit);
    let (low, high) = range(amount, unit.unwrap_or(Unit::One))?;
    let (low, high) = (low / HUNDREDTHS, high / HUNDREDTHS);
    let period = match unit {
        Some(Unit::Lakh | Unit::Crore) => (low >= 200_000).then_some(Period::Year),
        Some(Unit::TenThousand) if currency.is_mainland() => of_ten_thousands(low, high, ways.usual, says_months),
        _ if currency.is_mainland() => of_yuan(low, high, (unit, amount.units.is_some()), ways.usual, says_months),
        _ => currency.year_from.filter(|from| low >= *from && !says_months).map(|_| Period::Year),
    };
    period.ok_or_else(of_which_time)
}

/// Of an amount in 万: what no month brings is of a year.
fn of_ten_thousands(low: i64, high: i64, usual: Usual, says_months: bool) -> Option<Period> {
    let (of_a_year, most_of_a_month) = match usual {
        _ if says_months => (200_000, 59_999),
        Usual::Month => (100_000, 59_999),
        Usual::Year | Usual::Unknown => (LEAST_OF_A_YEAR, 0),
    };
    if low >= of_a_year {
        return Some(Period::Year);
    }
    (low >= 3_000 && high <= most_of_a_month).then_some(Period::Month)
}

/// Of an amount in yuan or thousands.
fn of_yuan(
    low: i64,
    high: i64,
    (unit, is_said): (Option<Unit>, bool),
    usual: Usual,
    says_months: bool,
) -> Option<Period> {
    let is_month = match (unit, usual) {
        (_, Usual::Year) if !says_months => false,
        _ if says_months => is_said && low >= 2_000 && high <= 99_999,
        (Some(Unit::Thousand), Usual::Month) => low >= 2_000 && high <= 99_999,
        (Some(Unit::Thousand), _) if low == high => (3_000..=40_000).contains(&low),
        (Some(Unit::Thousand), _) => (3_000..=40_000).contains(&low) && high <= 99_999,
        // No year brings so little.
        _ => low >= 3_000 && high < 20_000,
    };
    let of_a_year = if says_months { 300_001 } else { 100_000 };
    let is_year = low >= of_a_year && usual != Usual::Month;
    if is_month { Some(Period::Month) } else { is_year.then_some(Period::Year) }
}
