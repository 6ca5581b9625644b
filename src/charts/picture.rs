//! From statistics to a picture, with its texts.

use super::parameters::{ChartKind, ChartQuery, Language, Value};
use super::{Bar, BoxGroup, ChartError, Frame, Heatmap, Spread, Unit, bar, boxes, heatmap};
use crate::model::case::Field;
use crate::model::field::Label;
use crate::statistics::answer::{Folded, Group, Matrix, Statistics, Suppressed};
use crate::statistics::lines::GroupKey;
use crate::statistics::parameters::Normalize;
use crate::statistics::pay::{Pay, WithoutPercentiles};

/// The most groups that are told in words.
const MOST_TOLD: usize = 50;

/// Draws statistics as a reader asked for them.
///
/// # Errors
/// When the drawing library refuses an element.
pub fn draw(query: &ChartQuery, statistics: &Statistics) -> Result<String, ChartError> {
    let writer = Writer { query, statistics };
    let frame = writer.frame();
    match query.kind {
        ChartKind::Bar => bar(&frame, &writer.bars()),
        ChartKind::Heatmap => {
            heatmap(&frame, &statistics.matrix.as_ref().map_or_else(Heatmap::default, |matrix| writer.heatmap(matrix)))
        }
        ChartKind::Box => boxes(&frame, &writer.box_groups()),
    }
}

/// Writes what is drawn.
struct Writer<'a> {
    query: &'a ChartQuery,
    statistics: &'a Statistics,
}

impl Writer<'_> {
    fn in_language<'t>(&self, chinese: &'t str, english: &'t str) -> &'t str {
        self.query.language.of(chinese, english)
    }

    fn frame(&self) -> Frame {
        let titles: Vec<&str> = self.statistics.group_by.iter().filter_map(|name| self.title_of(name)).collect();
        let (rows, columns) = (titles.first().copied().unwrap_or_default(), titles.get(1).copied().unwrap_or_default());
        let by = titles.join(self.in_language("、", " and "));
        let value = self.value_title();
        Frame {
            title: match self.query.language {
                Language::Chinese if by.starts_with(|first: char| first.is_ascii()) => format!("{value}，按 {by}"),
                Language::Chinese => format!("{value}，按{by}"),
                Language::English => format!("{value} by {}", by.to_lowercase()),
            },
            subtitle: self.subtitle(),
            description: self.description(),
            source: self.foot(),
            x_label: if self.query.kind == ChartKind::Heatmap { columns.to_owned() } else { value },
            y_label: rows.to_owned(),
            lang: self.in_language("zh", "en"),
            theme: self.query.theme,
            unit: match self.query.value {
                Value::Count => Unit::Number,
                Value::Share => Unit::Share,
                Value::Pay => Unit::Money,
            },
        }
    }

    fn title_of(&self, dimension: &str) -> Option<&'static str> {
        let Label { zh: chinese, en: english } = Field::named(dimension)?.label();
        Some(self.query.language.of(chinese, english))
    }

    fn value_title(&self) -> String {
        match self.query.value {
            Value::Count => self.in_language("案例数", "Offer cases").to_owned(),
            Value::Share => {
                let titles: Vec<&str> =
                    self.statistics.group_by.iter().filter_map(|name| self.title_of(name)).collect();
                let (of, chinese) = match (self.query.statistics.normalize(), titles.as_slice()) {
                    (Normalize::Row, [row, _]) => {
                        (format!(" within {}", row.to_lowercase()), format!("在{row}内的占比"))
                    }
                    (Normalize::Column, [_, column]) => {
                        (format!(" within {}", column.to_lowercase()), format!("在{column}内的占比"))
                    }
                    _ => (String::new(), "案例占比".to_owned()),
                };
                self.query.language.of(chinese, format!("Share of offer cases{of}"))
            }
            Value::Pay => {
                let currency = self.currency().unwrap_or_default();
                let pay = match self.query.kind {
                    ChartKind::Heatmap => self.in_language("税前年薪中位数", "Median annual pay before tax"),
                    _ => self.in_language("税前年薪", "Annual pay before tax"),
                };
                if currency.is_empty() { pay.to_owned() } else { format!("{pay} ({currency})") }
            }
        }
    }

    /// The commonest currency, in which pay is drawn.
    fn currency(&self) -> Option<&str> {
        self.statistics.pay.as_ref()?.first()?.currency.as_deref()
    }

    /// How many cases of which filter, and what is not drawn of them.
    fn subtitle(&self) -> String {
        let total = self.statistics.total;
        let mut parts = vec![match self.query.language {
            Language::Chinese => format!("共 {total} 条"),
            Language::English => format!("{total} cases"),
        }];
        parts.extend(self.statistics.other.map(|Folded { groups, count }| match self.query.language {
            Language::Chinese => format!("另有 {groups} 组（{count} 条）"),
            Language::English => format!("{groups} groups ({count}) not drawn"),
        }));
        parts.extend(self.statistics.suppressed.map(|Suppressed { count }| match self.query.language {
            Language::Chinese => format!("过小不单列 {count} 条"),
            Language::English => format!("{count} in groups too small to be shown"),
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
        Some(match self.query.language {
            Language::Chinese => format!("{n} 条有 {currency} 薪资"),
            Language::English => format!("{n} with pay in {currency}"),
        })
    }

    /// What cannot be read from the numbers, and where most of them come from.
    fn foot(&self) -> String {
        let notices = &self.statistics.notices;
        let of_code = |code: &str| notices.iter().find(|notice| notice.code == code);
        let told = [of_code("offers_only"), of_code("source")].into_iter().flatten();
        let lines: Vec<&str> = told.map(|notice| self.in_language(&notice.message, &notice.message_en)).collect();
        lines.join("\n")
    }

    /// The picture in words.
    fn description(&self) -> String {
        let groups = self.statistics.groups.iter().take(MOST_TOLD).map(|group| {
            let names: Vec<&str> = group.keys.iter().map(|key| self.name(key)).collect();
            format!("{}: {}", names.join(" × "), self.group_text(group))
        });
        let groups: Vec<String> = groups.collect();
        let notices = self.statistics.notices.iter();
        let notices: Vec<&str> = notices.map(|notice| self.in_language(&notice.message, &notice.message_en)).collect();
        let parts = [self.subtitle(), groups.join("; "), notices.join(" ")];
        parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(". ")
    }

    fn name<'k>(&self, key: &'k GroupKey) -> &'k str {
        self.query.language.of(&key.name, key.name_en.as_ref().unwrap_or(&key.name))
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
        let bar = |group: &Group| match (self.query.value, group.share) {
            (Value::Share, Some(share)) => Bar {
                label: self.label(group),
                value: share.value,
                interval: Some((share.low, share.high)),
                text: percent(share.value),
            },
            // Counts of cases are far below 2^52.
            #[allow(clippy::cast_precision_loss)]
            _ => Bar {
                label: self.label(group),
                value: group.count as f64,
                interval: None,
                text: group.count.to_string(),
            },
        };
        self.statistics.groups.iter().map(bar).collect()
    }

    fn box_groups(&self) -> Vec<BoxGroup> {
        let box_group = |group: &Group| {
            let pay = group.pay.as_ref().and_then(|pay| pay.first());
            BoxGroup {
                label: self.label(group),
                spread: pay.and_then(spread),
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
        #[allow(clippy::cast_precision_loss)]
        let counts =
            || matrix.counts.iter().map(|row| row.iter().map(|count| count.map(|count| count as f64)).collect());
        let cells: Vec<Vec<Option<f64>>> = match self.query.value {
            Value::Count => counts().collect(),
            Value::Share => matrix.shares.clone().unwrap_or_default(),
            Value::Pay => matrix.pay_medians.clone().unwrap_or_default(),
        };
        let text = |value: &Option<f64>| match (self.query.value, *value) {
            (_, None) => "–".to_owned(),
            (Value::Count, Some(count)) => format!("{count:.0}"),
            (Value::Share, Some(share)) => percent(share),
            (Value::Pay, Some(median)) => super::text::rounded(median, Unit::Money, self.in_language("zh", "en")),
        };
        let texts = cells.iter().map(|row| row.iter().map(text).collect()).collect();
        let names = |lines: &[crate::statistics::answer::MatrixLine]| {
            lines.iter().map(|line| self.name(&line.key).to_owned()).collect()
        };
        Heatmap { rows: names(&matrix.rows), columns: names(&matrix.columns), cells, texts }
    }
}

fn spread(pay: &Pay) -> Option<Spread> {
    Some(Spread { p10: pay.p10?, p25: pay.p25?, median: pay.median?, p75: pay.p75?, p90: pay.p90? })
}

/// A share as a percentage with one decimal.
fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
