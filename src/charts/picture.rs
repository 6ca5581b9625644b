//! From statistics to a picture, with its texts.

use super::Frame;
use super::bar::{Bar, bar};
use super::boxes::{BoxGroup, Percentiles, boxes};
use super::heatmap::{Heatmap, heatmap};
use super::parameters::{ChartKind, ChartQuery, Value};
use super::text::{Unit, rounded};
use crate::engine::tally::Others;
use crate::model::case::Field;
use crate::statistics::answer::{Group, Matrix, MatrixLine, Statistics, Suppressed};
use crate::statistics::categories::GroupKey;
use crate::statistics::notices::Notice;
use crate::statistics::parameters::Normalize;
use crate::statistics::pay::{Pay, WithoutPercentiles};

/// The most groups that are described in words.
const MAX_DESCRIBED_GROUPS: usize = 50;

/// Draws statistics as a reader asked for them.
pub(crate) fn draw(query: &ChartQuery, statistics: &Statistics) -> String {
    let content = Content { query, statistics };
    let frame = content.frame();
    match query.kind {
        ChartKind::Bar => bar(&frame, &content.bars()),
        ChartKind::Heatmap => {
            heatmap(&frame, &statistics.matrix.as_ref().map_or_else(Heatmap::default, |matrix| content.heatmap(matrix)))
        }
        ChartKind::Box => boxes(&frame, &content.box_groups()),
    }
}

/// What a picture of statistics shows and says.
struct Content<'a> {
    query: &'a ChartQuery,
    statistics: &'a Statistics,
}

impl Content<'_> {
    fn in_language<T>(&self, chinese: T, english: T) -> T {
        self.query.language.of(chinese, english)
    }

    fn frame(&self) -> Frame {
        let titles = self.titles();
        let (rows, columns) = (titles.first().copied().unwrap_or_default(), titles.get(1).copied().unwrap_or_default());
        let by = titles.join(self.in_language("、", " and "));
        let value = self.value_title();
        let space = if by.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
        Frame {
            title: self.in_language(format!("{value}，按{space}{by}"), format!("{value} by {}", by.to_lowercase())),
            subtitle: self.subtitle(),
            description: self.description(),
            source: self.foot(),
            x_label: if self.query.kind == ChartKind::Heatmap { columns.to_owned() } else { value },
            y_label: rows.to_owned(),
            language: self.query.language,
            theme: self.query.theme,
            unit: match self.query.value {
                Value::Count => Unit::Number,
                Value::Share => Unit::Share,
                Value::Pay => Unit::Money,
            },
        }
    }

    /// The titles of the dimensions.
    fn titles(&self) -> Vec<&'static str> {
        let labels = self.statistics.group_by.iter().filter_map(|name| Some(Field::named(name)?.label()));
        labels.map(|label| self.in_language(label.zh, label.en)).collect()
    }

    fn value_title(&self) -> String {
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
                let currency = self.statistics.pay.as_ref().and_then(|pay| pay.first()?.currency.as_deref());
                currency.map_or_else(|| pay.to_owned(), |currency| format!("{pay} ({currency})"))
            }
        }
    }

    /// How many cases of which filter, and what is not drawn of them.
    fn subtitle(&self) -> String {
        let total = self.statistics.total;
        let mut parts = vec![self.in_language(format!("共 {total} 条"), format!("{total} cases"))];
        parts.extend(self.statistics.other.map(|Others { groups, count }| {
            self.in_language(format!("另有 {groups} 组（{count} 条）"), format!("{groups} groups ({count}) not drawn"))
        }));
        parts.extend(self.statistics.suppressed.map(|Suppressed { count }| {
            let english = format!("{count} in groups too small to be shown");
            self.in_language(format!("过小不单列 {count} 条"), english)
        }));
        parts.extend(self.pay_known());
        let has_gaps = |matrix: &Matrix| matrix.counts.iter().flatten().any(Option::is_none);
        let has_gaps = self.statistics.matrix.as_ref().is_some_and(has_gaps);
        parts.extend(has_gaps.then(|| self.in_language("“–”：没有，或不单列", "“–”: none, or not shown").to_owned()));
        parts.extend((!self.query.filter.is_empty()).then(|| self.query.filter.clone()));
        parts.join(" · ")
    }

    /// Of how many cases pay is drawn.
    fn pay_known(&self) -> Option<String> {
        let pay = self.statistics.pay.as_ref()?.first()?;
        let (currency, n) = (pay.currency.as_ref()?, pay.n?);
        Some(self.in_language(format!("{n} 条有 {currency} 薪资"), format!("{n} with pay in {currency}")))
    }

    /// What cannot be read from the numbers, and where most of them come from.
    fn foot(&self) -> String {
        let notices = ["offers_only", "source"].into_iter().filter_map(|code| {
            let notice = self.statistics.notices.iter().find(|notice| notice.code == code)?;
            Some(self.message(notice))
        });
        notices.collect::<Vec<_>>().join("\n")
    }

    /// The picture in words.
    fn description(&self) -> String {
        let groups = self.statistics.groups.iter().take(MAX_DESCRIBED_GROUPS).map(|group| {
            let names: Vec<&str> = group.keys.iter().map(|key| self.name(key)).collect();
            format!("{}: {}", names.join(" × "), self.group_text(group))
        });
        let groups: Vec<String> = groups.collect();
        let notices: Vec<&str> = self.statistics.notices.iter().map(|notice| self.message(notice)).collect();
        let mut parts = vec![self.subtitle(), groups.join("; "), notices.join(" ")];
        parts.retain(|part| !part.is_empty());
        parts.join(". ")
    }

    fn message<'n>(&self, notice: &'n Notice) -> &'n str {
        self.in_language(&notice.message, &notice.message_en)
    }

    fn name<'k>(&self, key: &'k GroupKey) -> &'k str {
        self.in_language(&key.name, &key.name_en)
    }

    fn label(&self, group: &Group) -> String {
        group.keys.first().map_or_else(String::new, |key| self.name(key).to_owned())
    }

    /// What is drawn of a group, in words.
    fn group_text(&self, group: &Group) -> String {
        match (self.query.value, group.share, group.pay.as_ref().and_then(|pay| pay.first())) {
            (Value::Share, Some(share), _) => {
                let [value, low, high] = [share.value, share.low, share.high].map(percent);
                format!("{value} ({low}–{high})")
            }
            (Value::Pay, _, Some(pay)) => match pay.median {
                Some(median) => format!("{median} ({})", self.note(pay)),
                None => self.note(pay),
            },
            _ => group.count.to_string(),
        }
    }

    fn bars(&self) -> Vec<Bar> {
        let bar = |group: &Group| {
            let share = group.share.filter(|_| self.query.value == Value::Share);
            Bar {
                label: self.label(group),
                // Counts of cases are far below 2^52.
                value: share.map_or(group.count as f64, |share| share.value),
                interval: share.map(|share| (share.low, share.high)),
                text: share.map_or_else(|| group.count.to_string(), |share| percent(share.value)),
            }
        };
        self.statistics.groups.iter().map(bar).collect()
    }

    fn box_groups(&self) -> Vec<BoxGroup> {
        let box_group = |group: &Group| {
            let pay = group.pay.as_ref().and_then(|pay| pay.first());
            BoxGroup {
                label: self.label(group),
                percentiles: pay.and_then(percentiles),
                note: pay.map_or_else(String::new, |pay| self.note(pay)),
            }
        };
        self.statistics.groups.iter().map(box_group).collect()
    }

    /// Of how many cases pay is known, or why it is not shown.
    fn note(&self, pay: &Pay) -> String {
        match (pay.reason, pay.n) {
            (Some(WithoutPercentiles::Suppressed), _) | (_, None) => self.in_language("过小", "too small").to_owned(),
            (_, Some(n)) => format!("n = {n}"),
        }
    }

    fn heatmap(&self, matrix: &Matrix) -> Heatmap {
        // Counts of cases are far below 2^52.
        let as_values = |row: &Vec<Option<u64>>| row.iter().map(|count| count.map(|count| count as f64)).collect();
        let cells: Vec<Vec<Option<f64>>> = match self.query.value {
            Value::Count => matrix.counts.iter().map(as_values).collect(),
            Value::Share => matrix.shares.clone().unwrap_or_default(),
            Value::Pay => matrix.pay_medians.clone().unwrap_or_default(),
        };
        let text = |value: &Option<f64>| match (self.query.value, *value) {
            (_, None) => "–".to_owned(),
            (Value::Count, Some(count)) => format!("{count:.0}"),
            (Value::Share, Some(share)) => percent(share),
            (Value::Pay, Some(median)) => rounded(median, Unit::Money, self.query.language),
        };
        let texts = cells.iter().map(|row| row.iter().map(text).collect()).collect();
        let names = |lines: &[MatrixLine]| lines.iter().map(|line| self.name(&line.key).to_owned()).collect();
        Heatmap { rows: names(&matrix.rows), columns: names(&matrix.columns), cells, texts }
    }
}

fn percentiles(pay: &Pay) -> Option<Percentiles> {
    Some([pay.p10?, pay.p25?, pay.median?, pay.p75?, pay.p90?])
}

/// A share as a percentage with one decimal.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
