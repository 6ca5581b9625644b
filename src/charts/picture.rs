//! From statistics to what is drawn of them.

use super::Frame;
use super::bar::{Bar, bar};
use super::boxes::{BoxGroup, Spread, boxes};
use super::dots::dots;
use super::heatmap::{Apart, Heatmap, heatmap};
use super::histogram::{Column, Mark, histogram};
use super::inline::{Inline, Place};
use super::palette::Theme;
use super::parameters::{ChartKind, ChartQuery, Value};
use super::text::{Unit, rounded};
use crate::statistics::answer::{Group, Matrix, MatrixLine, Statistics};
use crate::statistics::histogram::Bin;
use crate::statistics::pay::{Pay, WithoutPercentiles};
use crate::text::grouped;

/// Draws statistics as a reader asked for them.
pub(crate) fn draw(query: &ChartQuery, statistics: &Statistics) -> String {
    let content = Content { query, statistics, page: None };
    content.draw(&content.frame())
}

/// What a picture of statistics shows and says.
pub(super) struct Content<'a> {
    pub(super) query: &'a ChartQuery,
    pub(super) statistics: &'a Statistics,
    /// The page that it stands in, unless it stands alone.
    pub(super) page: Option<&'a Inline<'a>>,
}

impl Content<'_> {
    pub(super) fn in_language<T>(&self, chinese: T, english: T) -> T {
        self.query.language.of(chinese, english)
    }

    pub(super) fn draw(&self, frame: &Frame) -> String {
        let matrix = self.statistics.matrix.as_ref();
        match self.query.kind {
            ChartKind::Bar => bar(frame, &self.bars()),
            ChartKind::Heatmap => heatmap(frame, &matrix.map_or_else(Heatmap::default, |matrix| self.heatmap(matrix))),
            ChartKind::Box => boxes(frame, &self.box_groups()),
            ChartKind::Histogram => histogram(frame, &self.columns(), &self.marks()),
            ChartKind::Comparison => dots(frame, &self.dots(), &self.sides()),
        }
    }

    pub(super) fn frame(&self) -> Frame {
        match self.query.kind {
            ChartKind::Histogram => return self.frame_of_histogram(),
            ChartKind::Comparison => return self.frame_of_comparison(),
            _ => {}
        }
        let titles = self.titles();
        let (rows, columns) = (titles.first().copied().unwrap_or_default(), titles.get(1).copied().unwrap_or_default());
        let by = titles.join(self.in_language("、", " and "));
        let value = self.value_title();
        let space = if by.starts_with(|first: char| first.is_ascii()) { " " } else { "" };
        Frame {
            title: self.in_language(format!("{value}，按{space}{by}"), format!("{value} by {}", by.to_lowercase())),
            x_label: if self.query.kind == ChartKind::Heatmap { columns.to_owned() } else { value },
            y_label: rows.to_owned(),
            unit: match self.query.value {
                Value::Count => Unit::Number,
                Value::Share => Unit::Share,
                Value::Pay => Unit::Money,
            },
            ..self.frame_of_all()
        }
    }

    fn frame_of_histogram(&self) -> Frame {
        let value = self.value_title();
        Frame {
            title: self.in_language(format!("{value} 的分布"), format!("Distribution of {}", lower_first(&value))),
            x_label: value,
            y_label: self.in_language("案例数", "Offer cases").to_owned(),
            unit: Unit::Number,
            ..self.frame_of_all()
        }
    }

    /// What every chart says.
    pub(super) fn frame_of_all(&self) -> Frame {
        Frame {
            subtitle: self.subtitle(),
            description: self.description(),
            source: self.foot(),
            empty: self.nothing().to_owned(),
            language: self.query.language,
            theme: if self.page.is_some() { Theme::Auto } else { self.query.theme },
            place: self.page.map_or(Place::Alone, Inline::place),
            ..Frame::default()
        }
    }

    fn label(&self, group: &Group) -> String {
        group.keys.first().map_or_else(String::new, |key| self.name(key).to_owned())
    }

    /// The groups, the unknown last.
    fn groups(&self) -> Vec<&Group> {
        let (known, unknown): (Vec<&Group>, Vec<&Group>) =
            self.statistics.groups.iter().partition(|group| !is_unknown(group));
        [known, unknown].concat()
    }

    /// Whether there may be cases of a group that are not shown, so that nothing is said of it: of a period between others.
    pub(super) fn is_hidden(&self, group: &Group) -> bool {
        group.count == 0 && (self.statistics.suppressed.is_some() || self.query.statistics.hides_few())
    }

    /// What is drawn of a group, in words.
    pub(super) fn group_text(&self, group: &Group) -> String {
        if self.is_hidden(group) {
            return NOTHING.to_owned();
        }
        match (self.query.value, group.share, group.pay.as_ref().and_then(|pay| pay.first())) {
            (Value::Share, Some(share), _) => {
                let [value, low, high] = [share.value, share.low, share.high].map(percent);
                format!("{value} ({low}–{high})")
            }
            (Value::Pay, _, Some(pay)) => match pay.median {
                Some(median) => format!("{median} ({})", self.note(pay)),
                None => self.note(pay),
            },
            _ => grouped(group.count),
        }
    }

    fn bars(&self) -> Vec<Bar> {
        let bar = |group: &Group| {
            let (label, is_apart, link) = (self.label(group), is_unknown(group), self.link_of_group(group));
            if self.is_hidden(group) {
                return Bar { label, value: f64::NAN, interval: None, text: NOTHING.to_owned(), is_apart, link };
            }
            let share = group.share.filter(|_| self.query.value == Value::Share);
            Bar {
                label,
                // Counts of cases are far below 2^52.
                value: share.map_or(group.count as f64, |share| share.value),
                interval: share.map(|share| (share.low, share.high)),
                text: share.map_or_else(|| grouped(group.count), |share| percent(share.value)),
                is_apart,
                link,
            }
        };
        self.groups().into_iter().map(bar).collect()
    }

    fn box_groups(&self) -> Vec<BoxGroup> {
        let box_group = |group: &Group| {
            let pay = group.pay.as_ref().and_then(|pay| pay.first());
            let note = if self.is_hidden(group) { Some(NOTHING.to_owned()) } else { pay.map(|pay| self.note(pay)) };
            BoxGroup {
                label: self.label(group),
                spread: pay.and_then(spread),
                note: note.unwrap_or_default(),
                is_apart: is_unknown(group),
                link: self.link_of_group(group),
            }
        };
        self.groups().into_iter().map(box_group).collect()
    }

    /// Of how many cases pay is known, or why it is not shown.
    fn note(&self, pay: &Pay) -> String {
        match (pay.reason, pay.n) {
            (Some(WithoutPercentiles::Suppressed), _) | (_, None) => self.in_language("过小", "too small").to_owned(),
            (_, Some(n)) => format!("n = {}", grouped(n)),
        }
    }

    fn columns(&self) -> Vec<Column> {
        let bins = self.statistics.histogram.iter().flat_map(|histogram| &histogram.bins);
        // Pay and counts of cases are far below 2^52.
        let column = |bin: &Bin| Column {
            from: bin.from.map(|from| from as f64),
            to: bin.to.map(|to| to as f64),
            count: bin.count.map(|count| count as f64),
            link: self.link_of_bin(bin),
        };
        bins.map(column).collect()
    }

    /// The median, and where a pay stands.
    fn marks(&self) -> Vec<Mark> {
        let Some(histogram) = &self.statistics.histogram else { return Vec::new() };
        let money = |value: f64| rounded(value, Unit::Money, self.query.language);
        let median = histogram.pay.median.map(|median| Mark {
            value: median,
            text: format!("{} {}", self.in_language("中位数", "Median"), money(median)),
        });
        let standing = histogram
            .standing
            .as_ref()
            .map(|standing| Mark { value: standing.pay.into(), text: self.standing_text(standing) });
        median.into_iter().chain(standing).collect()
    }

    fn heatmap(&self, matrix: &Matrix) -> Heatmap {
        // Counts of cases are far below 2^52.
        let as_values = |row: &Vec<Option<u64>>| row.iter().map(|count| count.map(|count| count as f64)).collect();
        let cells: Vec<Vec<Option<f64>>> = match self.query.value {
            Value::Count => matrix.counts.iter().map(as_values).collect(),
            Value::Share => matrix.shares.clone().unwrap_or_default(),
            Value::Pay => matrix.pay_medians.clone().unwrap_or_default(),
        };
        let text = |value: Option<f64>| match (self.query.value, value) {
            (_, None) => NOTHING.to_owned(),
            (Value::Count, Some(count)) => format!("{count:.0}"),
            (Value::Share, Some(share)) => percent(share),
            (Value::Pay, Some(median)) => rounded(median, Unit::Money, self.query.language),
        };
        let (rows, row) = unknown_last(&matrix.rows);
        let (columns, column) = unknown_last(&matrix.columns);
        let in_order = |of_row: &usize| -> Vec<Option<f64>> {
            columns.iter().map(|index| cells.get(*of_row)?.get(*index).copied().flatten()).collect()
        };
        let cells: Vec<Vec<Option<f64>>> = rows.iter().map(in_order).collect();
        let names = |lines: &[MatrixLine], order: &[usize]| -> Vec<String> {
            order.iter().map(|index| self.name(&lines[*index].key).to_owned()).collect()
        };
        Heatmap {
            rows: names(&matrix.rows, &rows),
            columns: names(&matrix.columns, &columns),
            texts: cells.iter().map(|row| row.iter().map(|value| text(*value)).collect()).collect(),
            cells,
            links: self.links_of_cells(matrix, [&rows, &columns]),
            // Of how many cases something is unknown makes their median neither higher nor lower.
            apart: Apart { row, column, is_off_scale: self.query.value != Value::Pay },
        }
    }
}

/// What stands in the place of a number that there is none of, or that is not shown.
pub(super) const NOTHING: &str = "–";

/// A heading within a sentence.
fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn is_unknown(group: &Group) -> bool {
    group.keys.first().is_some_and(|key| key.is_unknown())
}

/// The indices of lines with that of the unknown last, and whether there is one.
fn unknown_last(lines: &[MatrixLine]) -> (Vec<usize>, bool) {
    let (known, unknown): (Vec<usize>, Vec<usize>) =
        (0..lines.len()).partition(|index| !lines[*index].key.is_unknown());
    let is_there = !unknown.is_empty();
    ([known, unknown].concat(), is_there)
}

fn spread(pay: &Pay) -> Option<Spread> {
    Some(Spread {
        quartiles: [pay.p25?, pay.median?, pay.p75?],
        tails: pay.p10.zip(pay.p90).map(<[f64; 2]>::from),
        median_interval: pay.median_low.zip(pay.median_high).map(<[f64; 2]>::from),
    })
}

/// A share as a percentage with one decimal.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}
