//! What must be known to read statistics rightly.

use crate::cases::filter::CaseFilter;
use crate::catalog::{Catalog, SourceKind, Visibility};
use crate::engine::Columns;
use crate::engine::selection::{Rows, have_several};
use crate::engine::tally::{PayTally, Tally};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Label;
pub use crate::model::notice::Notice;

/// The code of the notice that a case may be in several groups.
pub(crate) const OVERLAPPING: &str = "overlapping";

/// It is told that a value is unknown where it is of one case in so many.
const MANY_UNKNOWN_OF: u64 = 5;

impl Notice {
    /// Of pay: of how many cases it is known, and that currencies are not mixed.
    pub fn of_pay(total: &Tally) -> Vec<Self> {
        let cases = total.count();
        let known: u64 = total.pay.iter().map(PayTally::count).sum();
        let mut notices = vec![Self::new(
            "pay_known",
            format!("{cases} 条中有 {known} 条写明了薪资，分位数只来自这些。"),
            format!("Pay is known of {known} of {cases} cases; percentiles are of these alone."),
        )];
        if total.pay.len() > 1 {
            notices.push(Self::new(
                "several_currencies",
                "薪资有多种货币，按货币分别统计，不作换算。",
                "Pay is in several currencies: each is told by itself, none is converted.",
            ));
        }
        notices
    }

    /// That pay of several years stands side by side, where it does.
    pub fn of_years(columns: &Columns, rows: &[Rows]) -> Option<Self> {
        have_several(columns, rows, Field::OfferedYear).then(Self::mixed_years)
    }

    fn mixed_years() -> Self {
        Self::new(
            "mixed_years",
            "薪资来自不同年份的 offer，放在一起统计：组与组的差别可能只是年份的差别；用 `offered_year` 限定年份，或按它分组。",
            "Pay of offers of several years is taken together: groups may differ by nothing but their years. Name one by \
             `offered_year`, or group by it.",
        )
    }

    /// What intervals suppose.
    pub fn chosen_sample() -> Self {
        Self::new(
            "chosen_sample",
            "95 % 区间假定案例是随机抽取的。这里的 offer 是有人愿意公布的，并非随机抽取，实际的不确定性更大。",
            "95 % intervals suppose that cases were drawn at random. These offers are those that somebody chose to tell: \
             the truth is less certain than the intervals say.",
        )
    }

    /// Of dimensions whose value is unknown of many of the cases, each with the number of these.
    pub fn of_unknown(unknown_of: &[(Field, u64)], total: u64) -> Vec<Self> {
        let many = unknown_of.iter().filter(|(_, unknown)| *unknown > 0 && unknown * MANY_UNKNOWN_OF >= total);
        let notice = |(field, unknown): &(Field, u64)| {
            let Label { zh, en } = field.label();
            Self::new(
                "many_unknown",
                format!("{total} 条中有 {unknown} 条的{zh}未知：占比按全部案例计算时偏低，请看已知案例中的占比。"),
                format!(
                    "{en} is unknown of {unknown} of {total} cases: shares of all cases are too low, so look at shares of \
                     the known ones."
                ),
            )
        };
        many.map(notice).collect()
    }

    /// Of pay that is told in one currency where there is pay in other currencies too.
    pub fn one_currency(currency: &str) -> Self {
        Self::new(
            "several_currencies",
            format!("薪资有多种货币：这里只用最常见的 {currency}，不作换算。"),
            format!("Pay is in several currencies: here is only that in {currency}, the commonest; none is converted."),
        )
    }

    /// Of dimensions of which a case may have several values.
    pub fn of_overlapping(dimensions: &[Field], is_exact: bool) -> Vec<Self> {
        let overlapping = || {
            Self::new(
                OVERLAPPING,
                "一个案例可以同时属于多个分组，各组之和可能大于总数。",
                "A case may be in several groups, whose counts may add up to more than the total.",
            )
        };
        let nested = dimensions.iter().filter(|field| !is_exact && field.is_nested());
        let nested = nested.map(|field| Self::nested(*field));
        overlap(dimensions, is_exact).then(overlapping).into_iter().chain(nested).collect()
    }

    /// Of a dimension whose groups are within each other.
    fn nested(field: Field) -> Self {
        let Label { zh, en } = field.label();
        let others: Vec<String> = field.rolled_up().map(|field| format!("`{}`", field.name())).collect();
        let (apart, apart_en) = (others.join("、"), others.join(" or "));
        Self::new(
            "nested",
            format!(
                "“{zh}”的分组层层嵌套：上一级的分组包含其下各级，并列的数字不能相加。要互不包含的分组，请按 {apart} 分组，或加 \
                 `major_exact=true`。"
            ),
            format!(
                "Groups of “{en}” are within each other: one of a higher level contains those under it, so that their numbers do \
                 not add up. For groups that exclude each other, group by {apart_en}, or add `major_exact=true`."
            ),
        )
    }

    /// Of groups that are too small to be shown.
    pub fn suppressed() -> Self {
        Self::new(
            "suppressed",
            "有的来源要求不单独列出过小的分组：这些分组合并在一起，以免几条案例被当成规律。",
            "A source asks that small groups are not shown on their own: they are taken together, so that a few cases are not \
             read for a rule.",
        )
    }

    /// Of cases that are likely the same as another one that counts, where there are some: of `total` that count they are part,
    /// or they are left out.
    pub(super) fn of_duplicates(filter: &CaseFilter, duplicates: u64, total: u64) -> Option<Self> {
        let (message, message_en) = match filter.counts_duplicates_once {
            _ if duplicates == 0 => return None,
            false => (
                format!(
                    "{total} 条中有 {duplicates} 条很可能与另一条是同一件事，只是说法不同，多半出自另一个来源；想让每件事只计一次，\
                     用 `duplicates=once`。"
                ),
                format!(
                    "{duplicates} of {total} cases are likely the same as another one in other words, mostly told by another source. \
                     With `duplicates=once` each counts once."
                ),
            ),
            true => (
                format!("另有 {duplicates} 条没有计入：它们很可能与已计入的某一条是同一件事，只是说法不同。"),
                format!(
                    "{duplicates} more cases are not counted: they are likely the same as one that is, in other words."
                ),
            ),
        };
        Some(Self::new("likely_duplicates", message, message_en))
    }

    /// Which sources the cases are from, the largest first, and what that does to them.
    pub fn of_sources(catalog: &Catalog, total: &Tally) -> Vec<Self> {
        let mut sources = total.by_source.clone();
        sources.sort_by_key(|(id, cases)| (std::cmp::Reverse(*cases), *id));
        let of_source = |(id, cases)| Self::of_source(catalog, id, (cases, total.count()));
        sources.into_iter().filter_map(of_source).chain(Self::of_closed(catalog, total)).collect()
    }

    /// Of cases of closed sources, where there are some.
    fn of_closed(catalog: &Catalog, total: &Tally) -> Option<Self> {
        let closed = catalog.closed_sources();
        let cases: u64 = total.by_source.iter().filter(|(id, _)| closed.contains(id)).map(|(_, cases)| cases).sum();
        let least = Visibility::LEAST_ALIKE;
        (cases > 0).then(|| {
            Self::new(
                "closed_sources",
                format!(
                    "{total} 条中有 {cases} 条来自只用于统计的来源：只有至少 {least} 条同时相同的取值才计入，其余按未知计算；薪资\
                     是至少 {least} 条相近薪资的平均值，保留两位有效数字。",
                    total = total.count()
                ),
                format!(
                    "{cases} of {} cases are of sources that are open to statistics alone: only values that at least {least} of \
                     them have in common count, all else of them is unknown, and pay is the mean of at least {least} figures \
                     next to each other, with two digits.",
                    total.count()
                ),
            )
        })
    }

    /// Of a source with so many of all cases.
    fn of_source(catalog: &Catalog, id: i32, (cases, total): (u64, u64)) -> Option<Self> {
        let source = catalog.directory(Entity::Source).get(id)?;
        let title_en = source.name_en().unwrap_or(source.name());
        let (bias, bias_en) = bias_of(source.source_kind()?);
        let note = source.text("note").unwrap_or_default();
        let note_en = source.text("note_en").unwrap_or_default();
        let message = format!("{total} 条中有 {cases} 条来自《{}》。{bias}{note}", source.name());
        let message_en = format!("{cases} of {total} cases are from “{title_en}”. {bias_en} {note_en}");
        Some(Self::new("source", message, message_en.trim()))
    }
}

/// Whether a case may be in several groups of one of these dimensions.
pub fn overlap(dimensions: &[Field], is_exact: bool) -> bool {
    dimensions.iter().any(|field| field.is_several() || (!is_exact && field.is_nested()))
}

/// What the kind of a source does to the cases in it.
pub(crate) fn bias_of(kind: SourceKind) -> (&'static str, &'static str) {
    match kind {
        SourceKind::CoachingAd => (
            "来源是辅导机构的广告，只挑选成功案例。",
            "It is a coaching provider's advertisement, which picks successes.",
        ),
        SourceKind::Survey => {
            ("来源是问卷，只包含愿意作答的人。", "It is a survey: only those who answered are in it.")
        }
        SourceKind::Crowd => ("来源是众人自行填报，未经核实。", "It is reported by many people, without check."),
        SourceKind::OwnRecords => (
            "来源是机构自有记录，只包含该机构的人。",
            "It is an institution's own records: only its own people are in it.",
        ),
        SourceKind::Synthetic => {
            ("数据是合成的，不代表任何真实情况。", "It is synthetic, and says nothing of the world.")
        }
    }
}
