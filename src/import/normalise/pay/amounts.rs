//! Amounts in hundredths of their currency, in bounds that are believed.

use super::statements::Amount;
use super::tokens::{ONE, Period, Unit};
use crate::parameters::{Message, message};

/// Working days that a month of pay counts as: (365 − 104) / 12, set by the Ministry of Human Resources in
/// 人社部发〔2008〕3号 and kept in 人社部发〔2025〕2号. In hundredths.
pub(super) const WORKING_DAYS_PER_MONTH: i64 = 2175;
/// Annual packages that are believed, in whole units of the currency.
pub(super) const ANNUAL: std::ops::RangeInclusive<i64> = 20_000..=10_000_000;
/// Monthly pay that is believed, in hundredths.
pub(super) const MONTHLY: std::ops::RangeInclusive<i64> = 50_000..=30_000_000;
/// Daily pay that is believed, in hundredths.
pub(super) const DAILY: std::ops::RangeInclusive<i64> = 5_000..=300_000;
/// Hundredths of a currency unit.
pub(super) const HUNDREDTHS: i64 = 100;

/// Takes what is said first; an error where something else is said later.
pub(super) fn agree(place: &mut Option<(i64, i64)>, range: (i64, i64), what: &str) -> Result<(), Message> {
    if place.is_some_and(|known| known != range) {
        return Err(message!("its {what} contradict each other", "几个月薪或月数互相矛盾"));
    }
    *place = Some(range);
    Ok(())
}

/// Whole units of the currency, in bounds that are believed.
pub(super) fn whole((low, high): (i64, i64)) -> Result<(i32, i32), Message> {
    let round = |hundredths: i64| (hundredths + HUNDREDTHS / 2) / HUNDREDTHS;
    let (low, high) = (round(low), round(high));
    if !ANNUAL.contains(&low) || !ANNUAL.contains(&high) {
        let (least, most) = (ANNUAL.start(), ANNUAL.end());
        return Err(message!(
            "{low} to {high} a year is not between {least} and {most}",
            "每年 {low} 到 {high} 不在 {least} 到 {most} 之间"
        ));
    }
    Ok((i32::try_from(low).unwrap_or(i32::MAX), i32::try_from(high).unwrap_or(i32::MAX)))
}

/// A number of units in hundredths of the currency; `None` where that is not exact.
pub(super) fn hundredths(number: i64, unit: Unit) -> Option<i64> {
    let scaled = number.checked_mul(unit.factor())?.checked_mul(HUNDREDTHS)?;
    (scaled % ONE == 0).then_some(scaled / ONE)
}

/// Both ends in hundredths of the currency, in bounds that are believed.
pub(super) fn ends(
    amount: &Amount,
    unit: Unit,
    sane: &std::ops::RangeInclusive<i64>,
    what: &str,
) -> Result<(i64, i64), Message> {
    let units = amount.units.unwrap_or((unit, unit));
    let both = hundredths(amount.low, units.0).zip(hundredths(amount.high, units.1));
    let (low, high) = both
        .filter(|(low, high)| low <= high)
        .ok_or_else(|| message!("it is no range of amounts", "不是一个金额区间"))?;
    if !sane.contains(&low) || !sane.contains(&high) {
        let (least, most) = (sane.start() / HUNDREDTHS, sane.end() / HUNDREDTHS);
        return Err(message!("{what} must be between {least} and {most}", "须在 {least} 到 {most} 之间"));
    }
    Ok((low, high))
}

/// The monthly pay of a product. Without a unit, 3 to 100 are thousands and 2,000 and more are units; between them it
/// may be pay of a day times working days.
pub(super) fn factor_of_product(amount: &Amount) -> Result<(i64, i64), Message> {
    const MONTHLY_IN_PRODUCT: std::ops::RangeInclusive<i64> = 200_000..=20_000_000;
    let thousands = 3 * ONE..=100 * ONE;
    let unit = if thousands.contains(&amount.low) && thousands.contains(&amount.high) {
        Unit::Thousand
    } else if amount.low >= 2000 * ONE {
        Unit::One
    } else if amount.units.is_none() {
        return Err(message!(
            "what its first factor counts is not sure; write 15k*14",
            "第一个因数的单位不明；请写 15k*14"
        ));
    } else {
        Unit::One
    };
    ends(amount, unit, &MONTHLY_IN_PRODUCT, "monthly pay")
}

/// Whether an amount alone is of a month or of a year; the months paid beside it tell. Amounts that may be either are an
/// error.
pub(super) fn bare(amount: &Amount, hint: Option<Unit>, currency: &str, says_months: bool) -> Result<Period, Message> {
    let not_sure = || {
        message!(
            "it may be of a month or of a year; write 24w/年 or 15k/月",
            "可能是月薪，也可能是年薪；请写 24w/年 或 15k/月"
        )
    };
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
    let most_of_a_month = if says_months { 59_999 } else { 40_000 };
    let of_a_month = 3_000 * HUNDREDTHS..=most_of_a_month * HUNDREDTHS;
    let is_monthly = (says_months || unit == Some(Unit::Thousand))
        && amount.units.is_some()
        && currency == "CNY"
        && of_a_month.contains(&low)
        && of_a_month.contains(&high);
    is_monthly.then_some(Period::Month).ok_or_else(not_sure)
}
