//! The plot of a chart with a value axis: rows of marks, and under them the axis with its ticks and grid lines.

use super::canvas::{self, Canvas, LABEL_SIZE_PX, MARGIN_PX, TextStyle, WIDTH_PX, top_px};
use super::inline::Link;
use super::palette::GRID;
use super::{Frame, text};

/// The height of one row.
pub(super) const ROW_HEIGHT_PX: i32 = 26;
/// The free space between a row and its label.
pub(super) const LABEL_GAP_PX: i32 = 10;

/// Larger values are drawn as this one, so that every span is finite and every number can be written.
const MAX_VALUE: f64 = 1e15;
const MAX_TICKS: i64 = 6;
const TICK_LENGTH_PX: i32 = 5;
const TICKS_HEIGHT_PX: i32 = 24;
const NAME_HEIGHT_PX: i32 = 22;
/// How far a row that is a link reaches into the margins.
const TARGET_PX: i32 = 8;
const MAX_LABEL_WIDTH_PX: i32 = 230;
/// The free space before what is set apart.
pub(super) const APART_GAP_PX: i32 = 10;

/// A value that can be drawn; `None` for what is not a number.
pub(super) fn drawable(value: f64) -> Option<f64> {
    (!value.is_nan()).then(|| value.clamp(-MAX_VALUE, MAX_VALUE))
}

/// The lowest and highest of the values, widened where they are too close together to be told apart.
pub(super) fn domain(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high || (low == 0.0 && high == 0.0) {
        return (0.0, 1.0);
    }
    let min_span = (low.abs().max(high.abs()) * 1e-3).max(1e-9);
    if high - low >= min_span { (low, high) } else { widened((low, high), min_span) }
}

/// A domain with more room at both ends. What is never negative, such as pay, gets no axis that suggests it could be.
pub(super) fn widened((low, high): (f64, f64), by: f64) -> (f64, f64) {
    (if low >= 0.0 { (low - by).max(0.0) } else { low - by }, high + by)
}

/// The round values in a domain: multiples of 1, 2 or 5 times a power of ten, as many as there is room for; of numbers of
/// things whole ones.
pub(super) fn ticks((low, high): (f64, f64), unit: text::Unit) -> impl Iterator<Item = f64> {
    // The casts saturate; steps begin at a tenth of the span, so that the numbers of their multiples are small.
    let min_exponent = ((high - low) / 10.0).log10().floor() as i32;
    let min_exponent = if unit == text::Unit::Number { min_exponent.max(0) } else { min_exponent };
    let steps = (min_exponent..).flat_map(|exponent| [1.0, 2.0, 5.0].map(|digit| digit * 10_f64.powi(exponent)));
    let multiples = |step: f64| ((low / step - 1e-9).ceil() as i64, (high / step + 1e-9).floor() as i64, step);
    let finest = steps.map(multiples).find(|(first, last, _)| last - first < MAX_TICKS);
    finest.into_iter().flat_map(|(first, last, step)| (first..=last).map(move |multiple| multiple as f64 * step))
}

/// The width of the column that holds the widest label, shortened where it must be.
pub(super) fn label_width_px(labels: &[&str]) -> i32 {
    labels.iter().map(|label| text::width_px(label, LABEL_SIZE_PX)).max().unwrap_or(0).min(MAX_LABEL_WIDTH_PX)
}

/// The height of the row that names the columns, if anything is named.
pub(super) fn names_height_px(frame: &Frame) -> i32 {
    if frame.y_label.is_empty() { 0 } else { NAME_HEIGHT_PX }
}

/// The rows of a plot.
pub(super) struct Rows<'a> {
    /// What they are called.
    pub(super) labels: Vec<&'a str>,
    /// How many of them, the last, are set apart.
    pub(super) apart: usize,
    /// What they are links to.
    pub(super) links: Vec<Option<&'a Link>>,
}

/// Labelled rows over a value axis: where they lie, in pixels.
pub(super) struct Plot<'a> {
    frame: &'a Frame,
    rows: Rows<'a>,
    pub(super) left_px: i32,
    pub(super) right_px: i32,
    pub(super) top_px: i32,
    pub(super) bottom_px: i32,
    domain: (f64, f64),
}

impl Rows<'_> {
    /// The free space before a row, beside that of all rows.
    fn gap_px(&self, index: usize) -> i32 {
        let before = self.labels.len() - self.apart;
        if self.apart > 0 && before > 0 && index >= before { APART_GAP_PX } else { 0 }
    }
}

impl<'a> Plot<'a> {
    /// A plot with these rows, under a head of `head_px`, and `right_room_px` for texts at the right.
    pub(super) fn new(frame: &'a Frame, rows: Rows<'a>, head_px: i32, right_room_px: i32, domain: (f64, f64)) -> Self {
        let left_px = MARGIN_PX + label_width_px(&rows.labels) + LABEL_GAP_PX;
        // The last pixel that is not of the room.
        let right_px = WIDTH_PX - MARGIN_PX - right_room_px - 1;
        let top_px = top_px(frame) + head_px;
        // There are at most 50 rows.
        let bottom_px = top_px + rows.gap_px(rows.labels.len()) + rows.labels.len() as i32 * ROW_HEIGHT_PX;
        Self { frame, rows, left_px, right_px, top_px, bottom_px, domain }
    }

    /// Draws the whole picture: the axis, the labels of the rows, and what `paint` draws into the rows.
    pub(super) fn draw(&self, paint: impl FnOnce(&mut Canvas)) -> String {
        let name_px = if self.frame.x_label.is_empty() { 0 } else { NAME_HEIGHT_PX };
        canvas::draw(self.frame, (WIDTH_PX, self.bottom_px + TICKS_HEIGHT_PX + name_px), |canvas| {
            self.draw_axis(canvas);
            for index in (0..self.rows.labels.len()).filter(|index| self.rows.links[*index].is_none()) {
                self.draw_label(canvas, index);
            }
            paint(canvas);
        })
    }

    /// Draws a row: what `paint` draws; where it is a link, with its label.
    pub(super) fn draw_row(&self, canvas: &mut Canvas, index: usize, paint: impl FnOnce(&mut Canvas)) {
        let (link, top_px) = (self.rows.links[index], self.middle_px(index) - ROW_HEIGHT_PX / 2);
        let target = [(MARGIN_PX - TARGET_PX, top_px), (WIDTH_PX - MARGIN_PX + TARGET_PX, top_px + ROW_HEIGHT_PX)];
        canvas.linked(link, target, |canvas| {
            if link.is_some() {
                self.draw_label(canvas, index);
            }
            paint(canvas);
        });
    }

    fn draw_label(&self, canvas: &mut Canvas, index: usize) {
        let beside = (self.left_px - LABEL_GAP_PX, self.middle_px(index));
        canvas.shortened_text(self.rows.labels[index], MAX_LABEL_WIDTH_PX, beside, TextStyle::LABEL_END);
    }

    /// The middle height of a row, counted from the top.
    pub(super) fn middle_px(&self, index: usize) -> i32 {
        self.top_px + self.rows.gap_px(index) + index as i32 * ROW_HEIGHT_PX + ROW_HEIGHT_PX / 2
    }

    /// Draws the grid, the ticks and the names of both axes.
    fn draw_axis(&self, canvas: &mut Canvas) {
        let (frame, (low, high)) = (self.frame, self.domain);
        for tick in ticks(self.domain, frame.unit) {
            let x_px = self.x_px(tick);
            canvas.line([(x_px, self.top_px), (x_px, self.bottom_px + TICK_LENGTH_PX)], GRID, 1);
            let written = text::tick(tick, low.abs().max(high.abs()), frame.unit, frame.language);
            canvas.text(&written, (x_px, self.bottom_px + 16), TextStyle::NOTE_CENTRE);
        }
        canvas.line([(self.left_px, self.bottom_px), (self.right_px, self.bottom_px)], GRID, 1);
        let below = ((self.left_px + self.right_px) / 2, self.bottom_px + TICKS_HEIGHT_PX + NAME_HEIGHT_PX / 2 - 1);
        canvas.shortened_text(&frame.x_label, WIDTH_PX / 2, below, TextStyle::NOTE_CENTRE);
        let label_end_px = self.left_px - LABEL_GAP_PX;
        let above = (label_end_px, self.top_px - NAME_HEIGHT_PX / 2 - 2);
        canvas.shortened_text(&frame.y_label, (label_end_px - MARGIN_PX).max(60), above, TextStyle::NOTE_END);
    }

    /// Whether the axis ends before a value.
    pub(super) fn is_beyond(&self, value: f64) -> bool {
        value > self.domain.1
    }

    /// The position of a value, which must be drawable.
    pub(super) fn x_px(&self, value: f64) -> i32 {
        let (low, high) = self.domain;
        let share = (value.clamp(low, high) - low) / (high - low);
        // A little more than the share, so that rounding does not put a tick a pixel too far left.
        self.left_px + (f64::from(self.right_px - self.left_px) * share + 1e-3).floor() as i32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        use text::Unit;
        for (domain, unit, expected) in [
            ((0.0, 1.0), Unit::Share, "0 %, 20 %, 40 %, 60 %, 80 %, 100 %"),
            ((0.0, 0.3), Unit::Share, "0 %, 10 %, 20 %, 30 %"),
            ((0.0, 1.0), Unit::Number, "0, 1"),
            ((0.0, 2.0), Unit::Number, "0, 1, 2"),
            ((0.0, 47.7), Unit::Number, "0, 10, 20, 30, 40"),
            ((-1.5, 1.5), Unit::Number, "−1, 0, 1"),
            ((318_000.0, 482_000.0), Unit::Number, "350,000, 400,000, 450,000"),
        ] {
            let written: Vec<String> =
                ticks(domain, unit).map(|tick| text::tick(tick, 0.0, unit, Default::default())).collect();
            assert_eq!(written.join(", "), expected, "{domain:?}");
        }
    }
}
