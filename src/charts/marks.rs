//! Where the marks of a picture in a page lead, and what is said of each.

use std::collections::HashMap;

use super::inline::Link;
use super::parameters::Value;
use super::picture::Content;
use super::text::{self, Unit, rounded};
use super::words::number_of;
use crate::cases::ranges::MAX_NUMBER;
use crate::model::case::Field;
use crate::statistics::answer::{Group, Matrix};
use crate::statistics::categories::GroupKey;
use crate::statistics::histogram::Bin;
use crate::statistics::pay::{Pay, WithoutPercentiles};
use crate::statistics::share::Share;

/// A parameter of the filter, and its value.
type Chosen = (&'static str, String);

impl Content<'_> {
    /// To the cases of a group.
    pub(super) fn link_of_group(&self, group: &Group) -> Option<Link> {
        let keys: Vec<&GroupKey> = group.keys.iter().map(|key| &**key).collect();
        let count = (!self.is_hidden(group)).then_some(group.count);
        self.link_of_keys(&keys, count, Some(group))
    }

    /// To the cases of each cell, whose rows and columns are in this order.
    pub(super) fn links_of_cells(&self, matrix: &Matrix, [rows, columns]: [&[usize]; 2]) -> Vec<Vec<Option<Link>>> {
        if self.page.is_none() {
            return Vec::new();
        }
        let values = |group: &'_ Group| -> Option<[String; 2]> {
            let [row, column] = group.keys.as_slice() else { return None };
            Some([row.value.clone(), column.value.clone()])
        };
        let groups: HashMap<[String; 2], &Group> =
            self.statistics.groups.iter().filter_map(|group| Some((values(group)?, group))).collect();
        let link = |row: usize, column: usize| {
            let keys = [&matrix.rows[row].key, &matrix.columns[column].key];
            let group = groups.get(&keys.map(|key| key.value.clone())).copied();
            self.link_of_keys(&keys, matrix.counts[row][column], group)
        };
        rows.iter().map(|row| columns.iter().map(|column| link(*row, *column)).collect()).collect()
    }

    /// To the cases with a pay in a bin.
    pub(super) fn link_of_bin(&self, bin: &Bin) -> Option<Link> {
        let currency = self.pay().and_then(|pay| pay.currency.clone()).unwrap_or_default();
        let money = |value: u64| text::tick(value as f64, value as f64, Unit::Money, self.query.language);
        let range = match (bin.from.map(money), bin.to.map(money)) {
            (Some(from), Some(to)) => format!("{from}–{to}"),
            (Some(from), None) => format!("≥ {from}"),
            (None, Some(to)) => format!("< {to}"),
            (None, None) => self.in_language("全部", "all").to_owned(),
        };
        let said = match (bin.count, bin.share) {
            (Some(count), Some(share)) => self.with_share(count, share),
            (count, _) => self.cases(count),
        };
        let asked = asked_pay(bin)
            .map(|range| vec![(Field::PayAnnual.name(), range), (Field::PayCurrency.name(), currency.clone())]);
        self.link(asked, bin.count, &format!("{range} {currency}"), &said)
    }

    fn link_of_keys(&self, keys: &[&GroupKey], count: Option<u64>, group: Option<&Group>) -> Option<Link> {
        let names: Vec<&str> = keys.iter().map(|key| self.name(key)).collect();
        let asked = keys.iter().map(|key| (key.dimension, key.value.clone())).collect();
        let share = group.and_then(|group| group.share).filter(|_| self.query.value == Value::Share);
        let pay = group.and_then(|group| group.pay.as_ref()?.first()).filter(|_| self.query.value == Value::Pay);
        let said = match (count, share, pay) {
            (Some(count), Some(share), _) => self.with_share(count, share),
            (Some(_), _, Some(pay)) => {
                format!("{}{}{}", self.cases(count), self.in_language("，", ", "), self.pay_in_words(pay))
            }
            _ => self.cases(count),
        };
        self.link(Some(asked), count, &names.join(" × "), &said)
    }

    /// A link, where the picture stands in a page. What is known to have no case leads nowhere.
    fn link(&self, asked: Option<Vec<Chosen>>, count: Option<u64>, name: &str, said: &str) -> Option<Link> {
        let page = self.page?;
        let address = asked.filter(|_| count != Some(0)).map(|asked| (page.link)(&asked));
        let words = format!("{}{}{said}", text::in_one_direction(name), self.in_language("：", ": "));
        Some(Link { address, words })
    }

    fn cases(&self, count: Option<u64>) -> String {
        let Some(count) = count else { return self.in_language("不单列", "not shown").to_owned() };
        self.in_language(format!("{count} 条"), number_of(count, "case"))
    }

    fn with_share(&self, count: u64, share: Share) -> String {
        let [value, low, high] = [share.value, share.low, share.high].map(|share| share * 100.0);
        let cases = self.cases(Some(count));
        self.in_language(
            format!("{cases}（{value:.1} %，{low:.1}–{high:.1} %）"),
            format!("{cases} ({value:.1} %, {low:.1}–{high:.1} %)"),
        )
    }

    fn pay_in_words(&self, pay: &Pay) -> String {
        let Some(currency) = &pay.currency else { return self.in_language("薪资未知", "pay unknown").to_owned() };
        let n = match (pay.reason, pay.n) {
            (Some(WithoutPercentiles::Suppressed), _) | (_, None) => {
                return self.in_language("薪资不单列", "pay not shown").to_owned();
            }
            (_, Some(n)) => {
                self.in_language(format!("{n} 条有 {currency} 薪资"), format!("{n} with pay in {currency}"))
            }
        };
        let rounded = |value: Option<f64>| Some(rounded(value?, Unit::Money, self.query.language));
        let between = |low, high| Some(format!("{}–{}", rounded(low)?, rounded(high)?));
        let (Some(median), Some(middle_half)) = (rounded(pay.median), between(pay.p25, pay.p75)) else {
            return self.in_language(format!("{n}，不足三个数值"), format!("{n}, fewer than three figures"));
        };
        let spans = [
            (self.in_language("其 95 % 区间", "its 95 % interval"), between(pay.median_low, pay.median_high)),
            ("25–75 %", Some(middle_half)),
            ("10–90 %", between(pay.p10, pay.p90)),
        ];
        let colon = self.in_language("：", ": ");
        let spans: Vec<String> =
            spans.into_iter().filter_map(|(name, span)| Some(format!("{name}{colon}{}", span?))).collect();
        self.in_language(
            format!("{n}，中位数 {median}（{}）", spans.join("，")),
            format!("{n}, median {median} ({})", spans.join(", ")),
        )
    }
}

/// A bin as the filter takes it, in whole numbers up to the last that lies in it; `None` where they are too large for it.
fn asked_pay(bin: &Bin) -> Option<String> {
    let [from, last] = [bin.from, bin.to.map(|to| to.saturating_sub(1))];
    let is_taken = [from, last].into_iter().flatten().all(|end| end <= u64::from(MAX_NUMBER.unsigned_abs()));
    let written = |end: Option<u64>| end.map_or_else(String::new, |end| end.to_string());
    (is_taken && (from, last) != (None, None)).then(|| format!("{}..{}", written(from), written(last)))
}
