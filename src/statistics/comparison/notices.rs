//! What must be known to read a comparison rightly.

use super::adjustment::{Adjusted, Measure, OrderTurn};
use super::difference::Difference;
use super::query::ADJUST;
use super::{Comparison, NotCompared};
use crate::model::case::Field;
use crate::model::field::Label;
use crate::model::notice::{Notice, Remedy};
use crate::text::grouped;

/// Of so many differences where there is none, one interval leaves zero out.
const ONE_IN: u64 = 20;

/// Whether the interval of some difference leaves out zero.
fn looks_clear(comparison: &Comparison) -> bool {
    let shares = comparison.shares.iter().map(|share| (share.difference, share.adjusted.as_ref()));
    let pay = comparison.pay.iter().map(|pay| (pay.difference, pay.adjusted.as_ref()));
    let both =
        |(plain, adjusted): (Option<Difference>, Option<&Adjusted>)| [plain, adjusted.and_then(|it| it.difference)];
    shares.chain(pay).flat_map(both).flatten().any(Difference::is_clear)
}

impl Notice {
    /// What a comparison does not say by itself: what many of them mean where one looks clear, where an order turns, and that
    /// adjusting leaves cases out.
    pub fn of_comparison(comparison: &Comparison) -> Vec<Self> {
        let mut notices = Vec::new();
        if looks_clear(comparison) {
            notices.push(Self::many_comparisons(comparison.comparisons.made, comparison.comparisons.possible_pairs));
        }
        if comparison.in_both > 0 {
            notices.push(Self::new(
                "cases_in_both",
                "有的案例同时属于两组，这两组不是分开的两拨人，所以不比较它们的薪资和组内占比；请换两个没有共同案例的组。",
                "Some cases are in both groups, so that these are not two separate sets of people: their pay, and percentages \
                 within them, cannot be compared. Choose groups that have no case in common.",
            ));
        }
        let has_too_few = |reason: Option<NotCompared>| reason == Some(NotCompared::TooFew);
        if comparison.shares.iter().any(|share| has_too_few(share.reason))
            || comparison.pay.as_ref().is_some_and(|pay| has_too_few(pay.reason))
        {
            notices.push(Self::new(
                "too_few_to_compare",
                "只要有一组不足六个案例（或写明薪资的不足六个），就不给出差值。这不表示两组没有差别，而是数据太少，无法判断。",
                "Where one of the groups has fewer than six cases (or fewer than six with pay), no difference is shown. That does \
                 not mean that they are alike: the data are too few to say.",
            ));
        }
        notices.extend(comparison.turns.iter().filter_map(|turn| Self::order_turns(comparison, turn)));
        notices
    }

    fn many_comparisons(made: usize, pairs: u64) -> Self {
        // One in twenty of all pairs, of each measure.
        let by_chance = grouped(pairs.div_ceil(ONE_IN));
        let (were, comparisons) = if made == 1 { ("was", "comparison") } else { ("were", "comparisons") };
        let (mut message, mut message_en) = (
            format!(
                "看起来明确的差别（区间不含 0）也可能只是碰巧：即使两组其实一样，每次比较也有二十分之一的机会碰巧看起来不同。这里比较了 {made} 次，\
                 单凭这些数字分不出是碰巧还是真有差别。"
            ),
            format!(
                "A difference that looks clear (its interval leaves out 0) may still be luck: even between groups that are really alike, each \
                 comparison has one chance in {ONE_IN} to look clear. There {were} {made} {comparisons} here; the numbers alone do not tell \
                 luck from a real difference."
            ),
        );
        if pairs > 1 {
            let pairs = grouped(pairs);
            message += &format!(
                "假如把所有组的 {pairs} 种两两组合都比一遍，再挑差别最大的来相信，约有 {by_chance} 种只是碰巧看起来不同。"
            );
            message_en += &format!(
                " Had one gone through all {pairs} pairs of groups to pick the one with the largest difference, about {by_chance} would look \
                 clear by luck alone."
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
        let notice = Self::new(
            "order_turns",
            format!(
                "总体与细分的结论相反：总体上 {} 的{what}更高，但按“{zh}”分开看，可比的 {strata} 种情况里每一种都是 {} 更高。两组的{zh}构成不同，\
                 总体的数字因此说明不了谁更高；请选定一种{zh}再比较，或按相同的构成比较。",
                more.name, less.name
            ),
            format!(
                "The whole says the opposite of its parts: overall {what_en} is higher for {}, but taken apart by “{en}” it is \
                 higher for {} in each of the {strata} parts that can be compared. The two groups have different mixes of it, so \
                 the overall figure does not say which is higher: compare inside one part, or with equal mixes.",
                more.name_en, less.name_en
            ),
        );
        let (label, label_en) =
            (format!("按相同的{zh}构成比较"), format!("Compare with equal mixes of {}", en.to_lowercase()));
        Some(notice.with(Remedy::send(ADJUST.name, turn.dimension, label, label_en)))
    }
}
