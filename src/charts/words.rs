//! What a picture says in words: over it, under it, in its place, and to those who cannot see it.

use super::parameters::{ChartKind, Value};
use super::picture::{Content, NOTHING, percent};
use super::text::{Unit, rounded};
use crate::engine::tally::Others;
use crate::model::case::Field;
use crate::statistics::answer::{Statistics, Suppressed};
use crate::statistics::categories::GroupKey;
use crate::statistics::histogram::{Bin, Histogram, Standing};
use crate::statistics::notices::{Notice, SYNTHETIC};
use crate::statistics::parameters::Normalize;
use crate::statistics::pay::{Pay, WithoutPercentiles};
use crate::text::grouped;

/// The most groups that are described in words.
const MAX_DESCRIBED_GROUPS: usize = 50;
/// The notices that stand at the foot; of several sources the first, from which most cases are.
const FOOT: &[&str] = &[
    SYNTHETIC,
    "order_turns",
    "many_comparisons",
    "offers_only",
    "overlapping",
    "nested",
    "suppressed",
    "several_currencies",
    "mixed_years",
    "unlike_groups",
    "chosen_sample",
    "source",
];

impl Content<'_> {
    /// The titles of the dimensions.
    pub(super) fn titles(&self) -> Vec<&'static str> {
        let labels = self.statistics.group_by.iter().filter_map(|name| Some(Field::named(name)?.label()));
        labels.map(|label| self.in_language(label.zh, label.en)).collect()
    }

    pub(super) fn value_title(&self) -> String {
        match self.query.value {
            Value::Count => self.in_language("案例数", "Offer cases").to_owned(),
            Value::Share => {
                let within = match (self.query.statistics.normalize, self.titles().as_slice()) {
                    (Normalize::Row, [row, _]) => Some(*row),
                    (Normalize::Column, [_, column]) => Some(*column),
                    _ => None,
                };
                let Some(title) = within else {
                    return self.in_language("案例占比", "Share of offer cases").to_owned();
                };
                let english = format!("Share of offer cases within {}", title.to_lowercase());
                self.in_language(format!("在{title}内的占比"), english)
            }
            Value::Pay => {
                let pay = match self.query.kind {
                    ChartKind::Heatmap => self.in_language("税前年薪中位数", "Median annual pay before tax"),
                    _ => self.in_language("税前年薪", "Annual pay before tax"),
                };
                let currency = self.pay().and_then(|pay| pay.currency.as_deref());
                currency.map_or_else(|| pay.to_owned(), |currency| format!("{pay} ({currency})"))
            }
        }
    }

    /// How many cases of which filter, and what is not drawn of them.
    pub(super) fn subtitle(&self) -> String {
        let total = self.statistics.total;
        let all = self.in_language(format!("共 {} 条", grouped(total)), number_of(total, "case"));
        let mut parts = vec![all];
        if let Some(comparison) = self.comparison() {
            let compared = comparison.groups.iter();
            parts.extend(compared.map(|group| {
                let name = self.name(&group.key);
                let (cases, cases_en) = (grouped(group.count), number_of(group.count, "case"));
                self.in_language(format!("{name}：{cases} 条"), format!("{name}: {cases_en}"))
            }));
        } else {
            parts.extend(self.others());
            parts.extend(self.suppressed());
            parts.extend(self.pay_known());
            parts.extend(self.without_pay());
            parts.extend(self.gaps().map(str::to_owned));
        }
        parts.extend((!self.query.filter.is_empty()).then(|| self.query.filter.clone()));
        parts.join(" · ")
    }

    /// What is not drawn because there is no room for it.
    fn others(&self) -> Option<String> {
        let Others { groups, count } = self.statistics.other?;
        let (zh, en) = (format!("另有 {} 组未画", grouped(groups as u64)), number_of(groups as u64, "group"));
        Some(match self.statistics.other_cases {
            None if self.overlap() => self.in_language(zh, format!("{en} not drawn")),
            Some(0) => self.in_language(
                format!("{zh}（其案例也都在画出的组里）"),
                format!("{en} not drawn (whose cases are all in drawn groups too)"),
            ),
            Some(cases) => {
                let (alone, alone_en) = (grouped(cases), number_of(cases, "case"));
                self.in_language(
                    format!("{zh}（{alone} 条案例只在这些组里）"),
                    format!("{en} not drawn ({alone_en} in these alone)"),
                )
            }
            None => self.in_language(
                format!("{zh}（{} 条）", grouped(count)),
                format!("{en} with {} not drawn", number_of(count, "case")),
            ),
        })
    }

    /// What is not drawn because it is too small.
    fn suppressed(&self) -> Option<String> {
        let in_bins = self.statistics.histogram.as_ref().and_then(|histogram| histogram.suppressed);
        let Suppressed { count } = self.statistics.suppressed.or(in_bins)?;
        if self.overlap() {
            return Some(self.in_language("过小的组未单列", "groups too small to be shown").to_owned());
        }
        let count = grouped(count);
        Some(self.in_language(format!("过小不单列 {count} 条"), format!("{count} in groups too small to be shown")))
    }

    /// Whether the numbers of the groups are no parts of a whole, so that their sum says nothing.
    fn overlap(&self) -> bool {
        self.notice("overlapping").is_some()
    }

    /// What it means where a place has no number.
    fn gaps(&self) -> Option<&'static str> {
        let Statistics { matrix, groups, histogram, .. } = self.statistics;
        let medians = matrix.as_ref().and_then(|matrix| matrix.pay_medians.as_ref());
        if medians.is_some_and(|medians| medians.iter().flatten().any(Option::is_none)) {
            return Some(match self.statistics.suppressed {
                None => self.in_language("“–”：写明薪资的不足三条", "“–”: fewer than three cases with pay"),
                Some(_) => self.in_language(
                    "“–”：写明薪资的不足三条，或来源要求不单列",
                    "“–”: fewer than three cases with pay, or not shown as a source asks",
                ),
            });
        }
        let has_hidden_bin = histogram.iter().flat_map(|it| &it.bins).any(|bin| bin.count.is_none());
        let has_gaps = match matrix {
            Some(matrix) => matrix.counts.iter().flatten().any(Option::is_none),
            None => groups.iter().any(|group| self.is_hidden(group)) || has_hidden_bin,
        };
        has_gaps.then(|| self.in_language("“–”：没有，或不单列", "“–”: none, or not shown"))
    }

    /// Why there is nothing to draw.
    pub(super) fn nothing(&self) -> &'static str {
        let Statistics { total, groups, suppressed, other, .. } = self.statistics;
        let reason = self.statistics.histogram.as_ref().and_then(|histogram| histogram.pay.reason);
        let is_small = suppressed.is_some() || other.is_some() || self.query.kind == ChartKind::Histogram;
        match self.query.value {
            _ if *total > 0 && self.query.kind == ChartKind::Comparison => self.in_language(
                "没有可比较的：每组至少要有六个案例（或薪资数值），且没有共同的案例",
                "There is nothing to compare: it takes six cases (or figures of pay) in each group, and none in common",
            ),
            _ if *total == 0 => self.in_language("没有符合条件的案例", "No case fits the filter"),
            Value::Pay if !groups.is_empty() => self.in_language(
                "没有一组有足够的薪资可画：每组至少要有三个同一货币的数值",
                "No group has enough pay to draw: it takes three figures in the same currency",
            ),
            _ if reason == Some(WithoutPercentiles::TooFew) => self.in_language(
                "同一货币的薪资不足三个，不画直方图",
                "There are fewer than three figures of pay in the same currency: too few for a histogram",
            ),
            _ if is_small => self.in_language("各组都过小，不单列", "All groups are too small to be shown"),
            _ => self.in_language("没有可画的数据", "There is nothing to draw"),
        }
    }

    /// Of how many cases pay is drawn.
    fn pay_known(&self) -> Option<String> {
        let pay = self.pay()?;
        let (currency, n) = (pay.currency.as_ref()?, grouped(pay.n?));
        Some(self.in_language(format!("{n} 条有 {currency} 薪资"), format!("{n} with pay in {currency}")))
    }

    /// The pay that is drawn: that of all cases in the commonest currency.
    pub(super) fn pay(&self) -> Option<&Pay> {
        let of_groups = self.statistics.pay.as_ref().and_then(|pay| pay.first());
        of_groups.or(self.statistics.histogram.as_ref().map(|histogram| &histogram.pay))
    }

    /// Of how many cases pay is not drawn.
    fn without_pay(&self) -> Vec<String> {
        let Some(Histogram { unknown, other_currencies, .. }) = &self.statistics.histogram else { return Vec::new() };
        let unknown = unknown.filter(|cases| *cases > 0).map(grouped);
        let others = other_currencies.filter(|cases| *cases > 0).map(grouped);
        let unknown = unknown.map(|it| self.in_language(format!("{it} 条薪资未知"), format!("{it} with unknown pay")));
        let others =
            others.map(|it| self.in_language(format!("{it} 条为其他货币"), format!("{it} in other currencies")));
        unknown.into_iter().chain(others).collect()
    }

    /// Where a pay stands.
    pub(super) fn standing_text(&self, standing: &Standing) -> String {
        let pay = rounded(standing.pay.into(), Unit::Money, self.query.language);
        let Some(below) = standing.below else { return pay };
        let [share, low, high] = [below.value, below.low, below.high].map(percent);
        self.in_language(
            format!("{pay}：{share} 的案例更低（{low}–{high}）"),
            format!("{pay}: {share} have less ({low}–{high})"),
        )
    }

    /// The bins in words.
    fn bins(&self) -> Vec<String> {
        let Some(Histogram { bins, standing, .. }) = &self.statistics.histogram else { return Vec::new() };
        let end = |end: Option<u64>| end.map_or_else(String::new, |end| end.to_string());
        let bin = |bin: &Bin| {
            let count = bin.count.map_or_else(|| NOTHING.to_owned(), grouped);
            format!("{}–{}: {count}", end(bin.from), end(bin.to))
        };
        bins.iter().map(bin).chain(standing.iter().map(|standing| self.standing_text(standing))).collect()
    }

    /// What cannot be read from the numbers, and where most of them come from.
    pub(super) fn foot(&self) -> String {
        let notices = FOOT.iter().filter_map(|code| Some(self.message(self.notice(code)?)));
        notices.collect::<Vec<_>>().join("\n")
    }

    /// The picture in words.
    pub(super) fn description(&self) -> String {
        let groups = self.statistics.groups.iter().take(MAX_DESCRIBED_GROUPS).map(|group| {
            let names: Vec<&str> = group.keys.iter().map(|key| self.name(key)).collect();
            format!("{}: {}", names.join(" × "), self.group_text(group))
        });
        let groups: Vec<String> = match self.comparison() {
            Some(_) => self.differences_in_words(),
            None => groups.chain(self.bins()).collect(),
        };
        let notices: Vec<&str> = self.statistics.notices.iter().map(|notice| self.message(notice)).collect();
        let mut parts = vec![self.subtitle(), groups.join("; "), notices.join(" ")];
        parts.retain(|part| !part.is_empty());
        parts.join(". ")
    }

    fn notice(&self, code: &str) -> Option<&Notice> {
        self.statistics.notices.iter().find(|notice| notice.code == code)
    }

    fn message<'n>(&self, notice: &'n Notice) -> &'n str {
        self.in_language(&notice.message, &notice.message_en)
    }

    pub(super) fn name<'k>(&self, key: &'k GroupKey) -> &'k str {
        self.in_language(&key.name, &key.name_en)
    }
}

/// So many of something, in English.
pub(super) fn number_of(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}
