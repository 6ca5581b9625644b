//! What must be known to read a comparison rightly.

use super::adjustment::{Measure, OrderTurn};
use super::{Comparison, NotCompared};
use crate::model::case::Field;
use crate::model::field::Label;
use crate::model::notice::Notice;

/// Of so many differences where there is none, one interval leaves zero out.
const ONE_IN: u64 = 20;

impl Notice {
    /// What a comparison does not say by itself: what many of them mean, where an order turns, and that adjusting leaves cases
    /// out.
    pub fn of_comparison(comparison: &Comparison) -> Vec<Self> {
        let mut notices = Vec::new();
        if comparison.comparisons.made > 0 {
            notices.push(Self::many_comparisons(comparison.comparisons.made, comparison.comparisons.possible_pairs));
        }
        if comparison.in_both > 0 {
            notices.push(Self::new(
                "cases_in_both",
                "两组有共同的案例，因此不比较它们的薪资和组内占比。",
                "The two groups have cases in common: their pay, and shares within them, are not compared.",
            ));
        }
        let has_too_few = |reason: Option<NotCompared>| reason == Some(NotCompared::TooFew);
        if comparison.shares.iter().any(|share| has_too_few(share.reason))
            || comparison.pay.as_ref().is_some_and(|pay| has_too_few(pay.reason))
        {
            notices.push(Self::new(
                "too_few_to_compare",
                "一组不足六个案例（或薪资数值）时不给出差值：这样少的样本什么也说明不了。",
                "Of fewer than six cases (or figures of pay) in a group no difference is given: so few say nothing.",
            ));
        }
        notices.extend(comparison.turns.iter().filter_map(|turn| Self::order_turns(comparison, turn)));
        notices
    }

    fn many_comparisons(made: usize, pairs: u64) -> Self {
        // One in twenty of all pairs, of each measure.
        let by_chance = pairs.div_ceil(ONE_IN);
        let (mut message, mut message_en) = (
            format!("这里给出 {made} 个差值。即使毫无差别，每 {ONE_IN} 个这样的差值里也约有 1 个的 95 % 区间不含 0。"),
            format!(
                "{made} differences are given. Even where nothing differs, about one in {ONE_IN} of such has a 95 % interval \
                 without zero."
            ),
        );
        if pairs > 1 {
            message += &format!(
                "这一维度有 {pairs} 对可比：若从中挑出差别最大的一对，仅凭偶然就会有约 {by_chance} 对显得不同，此时区间不再可信。"
            );
            message_en += &format!(
                " {pairs} pairs could be compared here: some {by_chance} of them would seem to differ by chance alone, so do \
                 not pick the largest difference and believe its interval."
            );
        }
        Self::new("many_comparisons", message, message_en)
    }

    fn order_turns(comparison: &Comparison, turn: &OrderTurn) -> Option<Self> {
        let Label { zh, en } = Field::named(turn.dimension)?.label();
        let over_all = match turn.measure {
            Measure::Pay => comparison.pay.as_ref()?.difference?,
            Measure::Share => comparison.shares.iter().find(|share| share.value == turn.value)?.difference?,
        };
        let [first, second] = [comparison.groups.first()?, comparison.groups.get(1)?].map(|group| &group.key);
        let (more, less) = if over_all.value > 0.0 { (first, second) } else { (second, first) };
        let (what, what_en) = match &turn.value {
            Some(value) => (format!("“{}”的占比", value.name), format!("the share of “{}”", value.name_en)),
            None => ("薪资中位数".to_owned(), "the median of pay".to_owned()),
        };
        let strata = turn.strata;
        Some(Self::new(
            "order_turns",
            format!(
                "顺序会反转：总体上 {} 的{what}更高，但在可比的全部 {strata} 个“{zh}”取值之内都是 {} 更高。两组的{zh}构成不同，\
                 总体的差别可能只是构成的差别，请按{zh}分别比较或校正（`adjust={}`）。",
                more.name, less.name, turn.dimension
            ),
            format!(
                "The order turns: over all {what_en} is higher for {}, but within all {strata} values of “{en}” that can be \
                 compared it is higher for {}. The groups are made up differently, which may be all that differs: compare \
                 within it, or adjust (`adjust={}`).",
                more.name_en, less.name_en, turn.dimension
            ),
        ))
    }
}
