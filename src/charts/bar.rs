//! Horizontal bars, each with an optional interval.

use super::canvas::{Canvas, LABEL_SIZE_PX, TextStyle, draw_empty};
use super::inline::Link;
use super::palette::{AXIS, BAR, BAR_APART, INK, PAPER};
use super::plot::{Plot, Rows, domain, drawable, names_height_px};
use super::{Frame, text};

const HALF_BAR_PX: i32 = 8;
const HALF_CAP_PX: i32 = 4;
const TEXT_GAP_PX: i32 = 7;
const MAX_TEXT_WIDTH_PX: i32 = 200;
/// A bar that is set apart has its whole length where that is at most so many times that of the longest other one.
const MAX_APART_RATIO: f64 = 2.0;
/// Where a bar that has not its whole length is broken, in pixels before its end.
const BREAK_PX: i32 = 14;

/// One bar.
#[derive(Debug, Clone, Default)]
pub(super) struct Bar {
    /// What the bar stands for, written at its left.
    pub(super) label: String,
    /// Its length; a bar that is not a number is left out, its label and text stay.
    pub(super) value: f64,
    /// The ends of the interval of confidence, drawn as whiskers.
    pub(super) interval: Option<(f64, f64)>,
    /// The value as written at the bar's end: `12` or `21.4 %`.
    pub(super) text: String,
    /// Whether it stands apart from the others, which it must not make too short to be told apart: the unknown. Such bars
    /// come last.
    pub(super) is_apart: bool,
    /// What it is a link to.
    pub(super) link: Option<Link>,
}

/// Draws horizontal bars in the given order, from zero; meant for up to 50 of them.
pub(super) fn bar(frame: &Frame, bars: &[Bar]) -> String {
    if !bars.iter().any(|bar| drawable(bar.value).is_some()) {
        return draw_empty(frame);
    }
    let texts_px = bars.iter().map(|bar| text::width_px(&bar.text, LABEL_SIZE_PX)).max();
    let right_room_px = texts_px.unwrap_or(0).min(MAX_TEXT_WIDTH_PX) + TEXT_GAP_PX;
    let labels = bars.iter().map(|bar| bar.label.as_str()).collect();
    let links = bars.iter().map(|bar| bar.link.as_ref()).collect();
    let rows = Rows { labels, apart: bars.iter().filter(|bar| bar.is_apart).count(), links };
    let plot = Plot::new(frame, rows, names_height_px(frame), right_room_px, values(bars));
    plot.draw(|canvas| {
        for (index, bar) in bars.iter().enumerate() {
            plot.draw_row(canvas, index, |canvas| draw_bar(canvas, &plot, plot.middle_px(index), bar));
        }
        let zero_px = plot.x_px(0.0);
        canvas.line([(zero_px, plot.top_px), (zero_px, plot.bottom_px)], AXIS, 1);
    })
}

/// What the axis reaches from and to.
fn values(bars: &[Bar]) -> (f64, f64) {
    let longest = |bars: &mut dyn Iterator<Item = &Bar>| bars.flat_map(drawable_values).fold(0.0, f64::max);
    let most = longest(&mut bars.iter().filter(|bar| !bar.is_apart)) * MAX_APART_RATIO;
    let has_place = |bar: &&Bar| !bar.is_apart || most == 0.0 || longest(&mut std::iter::once(*bar)) <= most;
    domain(bars.iter().filter(has_place).flat_map(drawable_values).chain([0.0]))
}

fn drawable_values(bar: &Bar) -> Vec<f64> {
    let interval = bar.interval.map(|(low, high)| [low, high]).unwrap_or_default();
    [bar.value].into_iter().chain(interval).filter_map(drawable).collect()
}

fn draw_bar(canvas: &mut Canvas, plot: &Plot, middle_px: i32, bar: &Bar) {
    let zero_px = plot.x_px(0.0);
    let mut rightmost_px = zero_px;
    if let Some(value) = drawable(bar.value) {
        let end_px = plot.x_px(value);
        rightmost_px = rightmost_px.max(end_px);
        let corners = [(zero_px.min(end_px), middle_px - HALF_BAR_PX), (zero_px.max(end_px), middle_px + HALF_BAR_PX)];
        canvas.rectangle(corners, if bar.is_apart { BAR_APART } else { BAR }, None);
        if plot.is_beyond(value) {
            rightmost_px = plot.right_px;
            let (left_px, reach_px) = (end_px - BREAK_PX, HALF_BAR_PX + 2);
            for x_px in [left_px, left_px + 6] {
                canvas.line([(x_px - 4, middle_px + reach_px), (x_px + 4, middle_px - reach_px)], PAPER, 2);
            }
            canvas.shortened_text(
                &bar.text,
                MAX_TEXT_WIDTH_PX,
                (rightmost_px + TEXT_GAP_PX, middle_px),
                TextStyle::LABEL,
            );
            return;
        }
    }
    let interval = bar.interval.and_then(|(low, high)| Some((drawable(low)?, drawable(high)?)));
    if let Some((low, high)) = interval {
        let ends_px = [plot.x_px(low.min(high)), plot.x_px(high.max(low))];
        rightmost_px = rightmost_px.max(ends_px[1]);
        canvas.whiskers(ends_px, middle_px, HALF_CAP_PX, INK);
    }
    canvas.shortened_text(&bar.text, MAX_TEXT_WIDTH_PX, (rightmost_px + TEXT_GAP_PX, middle_px), TextStyle::LABEL);
}
