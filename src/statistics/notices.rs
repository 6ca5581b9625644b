//! What must be known to read statistics rightly.

use crate::cases::filter::CaseFilter;
use crate::cases::parameters::MAJOR_EXACT;
use crate::catalog::{Catalog, SourceKind, Visibility};
use crate::engine::Columns;
use crate::engine::selection::{Rows, have_several};
use crate::engine::tally::{PayTally, Tally};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::Label;
pub use crate::model::notice::{Notice, Remedy};
use crate::statistics::parameters::{DUPLICATES, GROUP_BY, StatisticsQuery};
use crate::text::grouped;

/// The code of the notice that a case may be in several groups.
pub(crate) const OVERLAPPING: &str = "overlapping";
/// That of the notice that some groups are within others.
pub(crate) const NESTED: &str = "nested";
/// That of the notice that some cases likely repeat others.
pub(crate) const LIKELY_DUPLICATES: &str = "likely_duplicates";

/// That of the notice that cases are made up.
pub(crate) const SYNTHETIC: &str = "synthetic";

/// In what the people of groups differ most, and what their pay depends on.
const UNLIKE: [Field; 3] = [Field::HighestDegree, Field::Role, Field::OfferedYear];

/// It is told that a value is unknown where it is of one case in so many.
const MANY_UNKNOWN_OF: u64 = 5;

impl Notice {
    /// Of pay: of how many cases it is known, and that currencies are not mixed.
    pub fn of_pay(total: &Tally) -> Vec<Self> {
        let cases = grouped(total.count());
        let known = grouped(total.pay.iter().map(PayTally::count).sum());
        let mut notices = vec![Self::new(
            "pay_known",
            format!("{cases} 条中有 {known} 条写明了薪资，这里的薪资数字（中位数、分位数）只来自这 {known} 条。"),
            format!(
                "Pay is known of {known} of {cases} cases: all figures of pay here (median, percentiles) are of these {known}."
            ),
        )];
        if total.pay.len() > 1 {
            notices.push(Self::new(
                "several_currencies",
                "薪资有多种货币，各自分开统计，没有折算。",
                "Pay is in several currencies: each is counted separately, nothing is converted.",
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
            "这里的薪资来自不同年份的 offer：某一组看起来更高，可能只是因为它的 offer 年份更近。请选定一个年份，或按年份分组。",
            "This pay is of offers of several years: a group may look better paid only because its offers are more recent. \
             Choose one year, or group by year.",
        )
        .choosing(Field::OfferedYear)
    }

    /// What intervals are, and what they suppose.
    pub fn chosen_sample() -> Self {
        Self::new(
            "chosen_sample",
            "“95 % 区间”是占比或中位数的误差范围，不是多数人的薪资范围：案例越少，误差越大。它假定案例是随机抽取的；这里却只有人们愿意公布的 \
             offer，实际误差可能更大。",
            "A “95 % interval” is the margin of error of a share or a median, not the range of what most people are paid: the fewer \
             cases, the wider it is. It supposes that cases were picked at random. These are the offers that people chose to report, \
             so that the error may be larger.",
        )
    }

    /// That groups differ in more than what they are grouped by, or than what is left out of their comparison, which may be why their
    /// figures do.
    pub fn unlike_groups(query: &StatisticsQuery) -> Option<Self> {
        let dimensions = query.dimensions();
        let adjusted = query.comparison.iter().flat_map(|comparison| &comparison.adjust);
        let told: Vec<Field> = dimensions.iter().chain(adjusted).copied().collect();
        let others = UNLIKE.into_iter().filter(|field| !told.contains(field)).map(Field::label);
        let (zh, en): (Vec<_>, Vec<_>) = others.map(|label| (label.zh, label.en.to_lowercase())).unzip();
        if zh.is_empty() {
            return None;
        }
        let Label { zh: by, en: by_en } = dimensions.first()?.label();
        let (zh, en, by_en) = (zh.join("、"), en.join(", "), by_en.to_lowercase());
        let notice = Self::new(
            "unlike_groups",
            format!("各组的人还有别的不同（如{zh}）：差别可能来自这些，而不是{by}本身。"),
            format!(
                "The people in these groups differ in other things too (such as {en}): a difference may come from those, and not from the \
                 {by_en} itself."
            ),
        );
        let [of] = dimensions.as_slice() else { return Some(notice) };
        let is_divided = told.contains(&Field::HighestDegree) || query.comparison.is_some();
        let divided = format!("{},{}", of.name(), Field::HighestDegree.name());
        let remedy = || Remedy::send(GROUP_BY.name, divided, "再按最高学历细分", "Divide further by highest degree");
        Some(if is_divided { notice } else { notice.with(remedy()) })
    }

    /// Of dimensions whose value is unknown of many of the cases, each with the number of these.
    pub fn of_unknown(unknown_of: &[(Field, u64)], total: u64) -> Vec<Self> {
        let many = unknown_of.iter().filter(|(_, unknown)| *unknown > 0 && unknown * MANY_UNKNOWN_OF >= total);
        let notice = |(field, unknown): &(Field, u64)| {
            let Label { zh, en } = field.label();
            let (unknown, total) = (grouped(*unknown), grouped(total));
            Self::new(
                "many_unknown",
                format!(
                    "{total} 条中有 {unknown} 条的{zh}未知，所以占全部案例的比例偏小；而占已知案例的比例，只有在未知的案例与已知的相似时才准确。"
                ),
                format!(
                    "{en} is unknown of {unknown} of {total} cases, so the share of all cases is too small. The share of the \
                     known ones is right only if the unknown ones are like them."
                ),
            )
        };
        many.map(notice).collect()
    }

    /// Of pay that is told in one currency where there is pay in other currencies too.
    pub fn one_currency(currency: &str) -> Self {
        Self::new(
            "several_currencies",
            format!("薪资有多种货币：这里只统计最常见的 {currency}，其他货币的没有计入，也没有折算。"),
            format!(
                "Pay is in several currencies: only pay in {currency}, the most frequent here, is counted; pay in others is left \
                 out, and nothing is converted."
            ),
        )
    }

    /// Of dimensions of which a case may have several values.
    pub fn of_overlapping(dimensions: &[Field], is_exact: bool) -> Vec<Self> {
        let overlapping = || {
            Self::new(
                OVERLAPPING,
                "一个案例可以同时属于几个分组，所以各组不能相加，加起来可能超过总数。",
                "A case may be in several of these groups, so do not add them up: the sum may be more than the total.",
            )
        };
        let nested = dimensions.iter().filter(|field| !is_exact && field.is_nested());
        let nested = nested.map(|field| Self::nested(*field, dimensions));
        overlap(dimensions, is_exact).then(overlapping).into_iter().chain(nested).collect()
    }

    /// Of a dimension whose groups are within each other, one of some.
    fn nested(field: Field, dimensions: &[Field]) -> Self {
        let Label { zh, en } = field.label();
        let others: Vec<Label> = field.rolled_up().map(Field::label).collect();
        let (apart, apart_en) = (
            others.iter().map(|label| label.zh).collect::<Vec<_>>().join("或"),
            others.iter().map(|label| label.en.to_lowercase()).collect::<Vec<_>>().join(" or "),
        );
        let by_other = field.rolled_up().filter(|other| !dimensions.contains(other)).map(|other| {
            let names = dimensions.iter().map(|of| if *of == field { other.name() } else { of.name() });
            let Label { zh, en } = other.label();
            let (label, label_en) = (format!("按{zh}分组"), format!("Group by {}", en.to_lowercase()));
            Remedy::send(GROUP_BY.name, names.collect::<Vec<_>>().join(","), label, label_en)
        });
        let apart_from_narrower =
            Remedy::send(MAJOR_EXACT.name, "true", "每一项不含其下的细分", "Leave out the narrower ones in each");
        let notice = Self::new(
            NESTED,
            format!(
                "“{zh}”的分组有大有小，大的包含小的，所以各组不能相加。要互不重叠的分组，请按{apart}分组，或让每一项不含其下的\
                 细分。"
            ),
            format!(
                "Groups of “{en}” contain one another: a broad one includes the narrower ones in it, so do not add them up. For \
                 groups that do not overlap, group by {apart_en}, or leave out of each the narrower ones in it."
            ),
        );
        by_other.chain([apart_from_narrower]).fold(notice, Self::with)
    }

    /// Of groups that are too small to be shown.
    pub fn suppressed() -> Self {
        Self::new(
            "suppressed",
            "案例太少的分组没有单独列出，而是合并计算：数据来源这样要求，因为几条案例说明不了规律。",
            "Groups with very few cases are not shown one by one but counted together, as a source of the data asks: a few cases \
             do not make a rule.",
        )
    }

    /// Of cases that are likely the same as another one that counts, where there are some: of `total` that count they are part,
    /// or they are left out.
    pub(super) fn of_duplicates(filter: &CaseFilter, duplicates: u64, total: u64) -> Option<Self> {
        if duplicates == 0 {
            return None;
        }
        let (duplicates, total) = (grouped(duplicates), grouped(total));
        let (message, message_en) = match filter.counts_duplicates_once {
            false => (
                format!(
                    "{total} 条中有 {duplicates} 条很可能是重复的：同一个人的同一个 offer，换了说法又出现一次，多半出自另一个来源。想去掉重复，\
                     可以每件只计一次。"
                ),
                format!(
                    "{duplicates} of {total} cases probably repeat another one: the same offer of the same person, reported twice, \
                     mostly by another source. They can be left out, so that each offer counts once."
                ),
            ),
            true => (
                format!("已按要求去掉 {duplicates} 条很可能重复的案例（同一个人的同一个 offer），每件只计一次。"),
                format!(
                    "{duplicates} cases that probably repeat another one (the same offer of the same person) are left out, as asked."
                ),
            ),
        };
        let notice = Self::new(LIKELY_DUPLICATES, message, message_en);
        let once = || Remedy::send(DUPLICATES.name, "once", "重复的只计一次", "Count repeats once");
        Some(if filter.counts_duplicates_once { notice } else { notice.with(once()) })
    }

    /// Which sources the cases are from, and what that does to them: those with made-up cases first, then the largest.
    pub fn of_sources(catalog: &Catalog, total: &Tally) -> Vec<Self> {
        let mut sources = total.by_source.clone();
        sources.sort_by_key(|(id, cases)| {
            (kind_of(catalog, *id) != Some(SourceKind::Synthetic), std::cmp::Reverse(*cases), *id)
        });
        let of_source = |(id, cases)| Self::of_source(catalog, id, (cases, total.count()));
        sources.into_iter().filter_map(of_source).chain(Self::of_closed(catalog, total)).collect()
    }

    /// Of cases of closed sources, where there are some.
    fn of_closed(catalog: &Catalog, total: &Tally) -> Option<Self> {
        let closed = catalog.closed_sources();
        let cases: u64 = total.by_source.iter().filter(|(id, _)| closed.contains(id)).map(|(_, cases)| cases).sum();
        let least = Visibility::LEAST_ALIKE;
        (cases > 0).then(|| {
            let (cases, total) = (grouped(cases), grouped(total.count()));
            Self::new(
                "closed_sources",
                format!(
                    "{total} 条中有 {cases} 条来自只允许用于统计的来源。为保护当事人，它们的内容作了模糊处理：至少 {least} 条都相同的内容才计入，\
                     其余算作未知；薪资换成至少 {least} 条相近薪资的平均数，只保留前两位数字。"
                ),
                format!(
                    "{cases} of {total} cases come from sources that may be used for statistics only. To protect the people in them, their \
                     details are blurred: what at least {least} of them share is counted, the rest counts as unknown, and pay is \
                     replaced by the average of at least {least} similar figures, of which the first two digits are kept."
                ),
            )
        })
    }

    /// Of a source with so many of all cases.
    fn of_source(catalog: &Catalog, id: i32, (cases, total): (u64, u64)) -> Option<Self> {
        let source = catalog.directory(Entity::Source).get(id)?;
        let title_en = source.name_en().unwrap_or(source.name());
        let kind = source.source_kind()?;
        let (bias, bias_en) = bias_of(kind);
        let note = source.text("note").unwrap_or_default();
        let note_en = source.text("note_en").unwrap_or_default();
        let is_all = cases == total;
        let (cases, total) = (grouped(cases), grouped(total));
        let (of_all, of_all_en) = match is_all {
            true => (format!("全部 {total} 条都"), format!("All {total} cases are")),
            false => (format!("{total} 条中有 {cases} 条"), format!("{cases} of {total} cases are")),
        };
        let message = format!("{of_all}来自《{}》。{bias}{note}", source.name());
        let message_en = format!("{of_all_en} from “{title_en}”. {bias_en} {note_en}");
        let code = if kind == SourceKind::Synthetic { SYNTHETIC } else { "source" };
        Some(Self::new(code, message, message_en.trim()))
    }
}

/// What kind of source it is, of an internal number.
fn kind_of(catalog: &Catalog, id: i32) -> Option<SourceKind> {
    catalog.directory(Entity::Source).get(id)?.source_kind()
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
            ("数据是编造的，不代表任何真实情况。", "It is made up, and says nothing of the real world.")
        }
    }
}
