//! What the picture of a comparison shows and says.

use super::Frame;
use super::dots::{Dot, Sides};
use super::parameters::Value;
use super::picture::{Content, NOTHING};
use super::text::{Unit, rounded};
use crate::statistics::comparison::adjustment::Adjusted;
use crate::statistics::comparison::difference::Difference;
use crate::statistics::comparison::{Comparison, NotCompared, ShareComparison, ShareOf};

impl Content<'_> {
    /// The heading and the axes of a comparison.
    pub(super) fn frame_of_comparison(&self) -> Frame {
        let [first, second] = self.compared_names();
        let title = match self.query.value {
            Value::Pay => self.in_language(
                format!("税前年薪中位数之差：{first} 减 {second}"),
                format!("Difference of median annual pay before tax: {first} minus {second}"),
            ),
            _ => self.in_language(
                format!("占比之差：{first} 减 {second}"),
                format!("Difference of shares: {first} minus {second}"),
            ),
        };
        let currency = self.comparison().and_then(|it| it.pay.as_ref()?.currency.clone()).unwrap_or_default();
        let (x_label, unit) = match self.query.value {
            Value::Pay => {
                (self.in_language(format!("差值（{currency}）"), format!("Difference ({currency})")), Unit::Money)
            }
            _ => (self.in_language("差值（百分点）", "Difference (percentage points)").to_owned(), Unit::Share),
        };
        let y_label = self.titles().get(1).copied().unwrap_or_default().to_owned();
        Frame { title, x_label, y_label, unit, ..self.frame_of_all() }
    }

    pub(super) fn comparison(&self) -> Option<&Comparison> {
        self.statistics.comparison.as_ref()
    }

    fn compared_names(&self) -> [String; 2] {
        let groups = self.comparison().map_or(&[][..], |comparison| &comparison.groups);
        [0, 1].map(|place| groups.get(place).map_or_else(String::new, |group| self.name(&group.key).to_owned()))
    }

    /// What stands at either side of zero.
    pub(super) fn sides(&self) -> Sides {
        let [first, second] = self.compared_names();
        [
            self.in_language(format!("← {second} 更高"), format!("← more: {second}")),
            self.in_language(format!("{first} 更高 →"), format!("more: {first} →")),
        ]
    }

    /// The differences, each followed by the adjusted one.
    pub(super) fn dots(&self) -> Vec<Dot> {
        let Some(comparison) = self.comparison() else { return Vec::new() };
        if self.query.value == Value::Pay {
            let pay = comparison.pay.as_ref();
            let label = self.in_language("薪资中位数", "Median pay").to_owned();
            let rows = pay.map(|pay| self.rows(label, pay.difference, pay.reason, pay.adjusted.as_ref()));
            return rows.unwrap_or_default();
        }
        let label = |share: &ShareComparison| match (&share.value, share.of) {
            (Some(value), _) => self.name(value).to_owned(),
            (None, ShareOf::Known) => self.in_language("占已知案例", "Of known cases").to_owned(),
            _ => self.in_language("占全部案例", "Of all cases").to_owned(),
        };
        let shares = comparison.shares.iter();
        shares.flat_map(|it| self.rows(label(it), it.difference, it.reason, it.adjusted.as_ref())).collect()
    }

    fn rows(
        &self,
        label: String,
        difference: Option<Difference>,
        reason: Option<NotCompared>,
        adjusted: Option<&Adjusted>,
    ) -> Vec<Dot> {
        let plain = self.dot(label, difference, reason, false);
        let label = self.in_language("└ 校正后", "└ adjusted").to_owned();
        let adjusted = adjusted.map(|adjusted| self.dot(label, adjusted.difference, adjusted.reason, true));
        std::iter::once(plain).chain(adjusted).collect()
    }

    fn dot(
        &self,
        label: String,
        difference: Option<Difference>,
        reason: Option<NotCompared>,
        is_adjusted: bool,
    ) -> Dot {
        let text = difference.map_or_else(|| self.not_compared(reason), |it| self.difference_text(it));
        Dot { label, values: difference.map(|it| [it.value, it.low, it.high]), text, is_adjusted }
    }

    /// A difference with its interval, in words.
    fn difference_text(&self, difference: Difference) -> String {
        let is_pay = self.query.value == Value::Pay;
        let written = |value: f64| {
            // Of shares a decimal of a percentage point is enough.
            let size = if is_pay {
                rounded(value.abs(), Unit::Money, self.query.language)
            } else {
                format!("{:.1}", value.abs() * 100.0)
            };
            let is_nothing = size.chars().all(|character| matches!(character, '0' | '.'));
            let sign = if is_nothing {
                ""
            } else if value < 0.0 {
                "−"
            } else {
                "+"
            };
            format!("{sign}{size}")
        };
        let [value, low, high] = [difference.value, difference.low, difference.high].map(written);
        self.in_language(format!("{value}（{low} 至 {high}）"), format!("{value} ({low} to {high})"))
    }

    fn not_compared(&self, reason: Option<NotCompared>) -> String {
        match reason {
            Some(NotCompared::TooFew) => self.in_language("样本太少", "too few").to_owned(),
            Some(NotCompared::Overlapping) => self.in_language("有共同的案例", "cases in common").to_owned(),
            _ => NOTHING.to_owned(),
        }
    }

    /// The differences in words.
    pub(super) fn differences_in_words(&self) -> Vec<String> {
        self.dots().into_iter().map(|dot| format!("{}: {}", dot.label, dot.text)).collect()
    }
}
