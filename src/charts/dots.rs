//! Dots with their intervals over a line at zero: how much one of two is more than the other.

use super::canvas::{Canvas, LABEL_SIZE_PX, NOTE_SIZE_PX, TextStyle, draw_empty};
use super::palette::{AXIS, BOX_LINE, INK, MUTED, PAPER};
use super::plot::{Plot, Rows, domain, drawable, names_height_px, widened};
use super::{Frame, text};

const HALF_DOT_PX: i32 = 4;
const HALF_CAP_PX: i32 = 4;
const TEXT_GAP_PX: i32 = 12;
const MAX_TEXT_WIDTH_PX: i32 = 230;
const HEAD_HEIGHT_PX: i32 = 22;
/// The free space beside the outermost ends, as a share of what the intervals span.
const SIDE_SHARE: f64 = 0.04;

/// A difference.
#[derive(Debug, Clone, Default)]
pub(super) struct Dot {
    /// Of what it is the difference, written at its left.
    pub(super) label: String,
    /// The difference, and both ends of its interval; `None` where there is none.
    pub(super) values: Option<[f64; 3]>,
    /// What is written at its right.
    pub(super) text: String,
    /// Whether it is adjusted: it is drawn in another colour, and hollow.
    pub(super) is_adjusted: bool,
}

/// What stands at either side of zero.
pub(super) type Sides = [String; 2];

/// Draws dots in the given order; meant for up to 50 of them. What lies left of zero is more of the second, what lies right of
/// it more of the first; `sides` says so.
pub(super) fn dots(frame: &Frame, dots: &[Dot], sides: &Sides) -> String {
    let values = |dot: &Dot| dot.values.filter(|values| values.iter().all(|value| drawable(*value).is_some()));
    if dots.iter().all(|dot| values(dot).is_none()) {
        return draw_empty(frame);
    }
    let texts_px = dots.iter().map(|dot| text::width_px(&dot.text, LABEL_SIZE_PX)).max();
    let right_room_px = texts_px.unwrap_or(0).min(MAX_TEXT_WIDTH_PX) + TEXT_GAP_PX;
    let (low, high) = domain(dots.iter().filter_map(values).flatten().filter_map(drawable).chain([0.0]));
    let room = (high - low) * SIDE_SHARE;
    // Zero has room at either side, also where all lie at one.
    let range = widened((low.min(-room), high.max(room)), room);
    let labels = dots.iter().map(|dot| dot.label.as_str()).collect();
    let rows = Rows { labels, apart: 0, links: vec![None; dots.len()] };
    let plot = Plot::new(frame, rows, HEAD_HEIGHT_PX.max(names_height_px(frame)), right_room_px, range);
    plot.draw(|canvas| {
        let zero_px = plot.x_px(0.0);
        canvas.line([(zero_px, plot.top_px), (zero_px, plot.bottom_px)], AXIS, 2);
        draw_sides(canvas, &plot, zero_px, sides);
        for (index, dot) in dots.iter().enumerate() {
            let middle_px = plot.middle_px(index);
            if let Some(values) = values(dot) {
                draw_dot(canvas, &plot, middle_px, (values, dot.is_adjusted));
            }
            let right = (plot.right_px + TEXT_GAP_PX, middle_px);
            canvas.shortened_text(&dot.text, MAX_TEXT_WIDTH_PX, right, TextStyle::LABEL);
        }
    })
}

/// Says of which there is more at either side of zero, where there is room.
fn draw_sides(canvas: &mut Canvas, plot: &Plot, zero_px: i32, [left, right]: &Sides) {
    let middle_px = plot.top_px - HEAD_HEIGHT_PX / 2 - 2;
    let rooms_px = [zero_px - plot.left_px - 8, plot.right_px - zero_px - 8];
    let texts = [(left, zero_px - 8, TextStyle::NOTE_END), (right, zero_px + 8, TextStyle::NOTE)];
    for ((text, x_px, style), room_px) in texts.into_iter().zip(rooms_px) {
        if text::width_px(text, NOTE_SIZE_PX) <= room_px {
            canvas.text(text, (x_px, middle_px), style);
        }
    }
}

fn draw_dot(canvas: &mut Canvas, plot: &Plot, middle_px: i32, ([value, low, high], is_adjusted): ([f64; 3], bool)) {
    let [value_px, low_px, high_px] = [value, low, high].map(|value| plot.x_px(value));
    let colour = if is_adjusted { MUTED } else { BOX_LINE };
    canvas.whiskers([low_px, high_px], middle_px, HALF_CAP_PX, if is_adjusted { MUTED } else { INK });
    let corners =
        [(value_px - HALF_DOT_PX, middle_px - HALF_DOT_PX), (value_px + HALF_DOT_PX, middle_px + HALF_DOT_PX)];
    if is_adjusted {
        canvas.rectangle(corners, PAPER, Some(colour));
    } else {
        canvas.rectangle(corners, colour, None);
    }
}
