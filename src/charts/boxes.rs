//! Horizontal box plots: the middle half as a box, whiskers from the 10th to the 90th percentile.

use super::canvas::{Canvas, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, TextStyle, WIDTH_PX, draw_empty};
use super::inline::Link;
use super::palette::{BOX_FILL, BOX_LINE, INK};
use super::plot::{Plot, Rows, domain, drawable, names_height_px, widened};
use super::{Frame, text};

const HALF_BOX_PX: i32 = 8;
const HALF_CAP_PX: i32 = 5;
const COLUMN_GAP_PX: i32 = 14;
const MAX_NOTE_WIDTH_PX: i32 = 110;
const HEAD_HEIGHT_PX: i32 = 22;
/// The free space beside the outermost whiskers, as a share of what the boxes span.
const SIDE_SHARE: f64 = 0.04;

/// How a box plot is read, in Chinese and in English.
const KEY: (&str, &str) =
    ("箱体 25–75 %，须线 10–90 %，粗线为中位数", "Box 25–75 %, whiskers 10–90 %, bold line: median");

/// The 10th, 25th, 50th, 75th and 90th percentile.
pub(super) type Percentiles = [f64; 5];

/// One group of values.
#[derive(Debug, Clone, Default)]
pub(super) struct BoxGroup {
    /// What the group stands for, written at its left.
    pub(super) label: String,
    /// `None` where the group has too few values to be drawn.
    pub(super) percentiles: Option<Percentiles>,
    /// Written at the right: `n = 12`, or `n < 3` for a group without percentiles.
    pub(super) note: String,
    /// Whether it stands apart from the others: the unknown. Such groups come last.
    pub(super) is_apart: bool,
    /// What it is a link to.
    pub(super) link: Option<Link>,
}

/// Draws box plots in the given order; meant for up to 50 of them. The axis need not begin at zero.
pub(super) fn boxes(frame: &Frame, groups: &[BoxGroup]) -> String {
    let percentiles: Vec<Option<Percentiles>> = groups.iter().map(in_order).collect();
    if percentiles.iter().all(Option::is_none) {
        return draw_empty(frame);
    }
    let medians: Vec<String> = percentiles.iter().map(|group| median_text(frame, group)).collect();
    let median_head = frame.language.of("中位数", "Median");
    let medians_px = medians.iter().map(|median| text::width_px(median, LABEL_SIZE_PX));
    let medians_px = medians_px.fold(text::width_px(median_head, NOTE_SIZE_PX), i32::max);
    let notes_px = groups.iter().map(|group| text::width_px(&group.note, NOTE_SIZE_PX)).max();
    let notes_px = notes_px.unwrap_or(0).min(MAX_NOTE_WIDTH_PX);
    let right_room_px = COLUMN_GAP_PX + medians_px + COLUMN_GAP_PX + notes_px;
    let (low, high) = domain(percentiles.iter().flatten().flatten().copied());
    let values = widened((low, high), (high - low) * SIDE_SHARE);
    let labels = groups.iter().map(|group| group.label.as_str()).collect();
    let links = groups.iter().map(|group| group.link.as_ref()).collect();
    let rows = Rows { labels, apart: groups.iter().filter(|group| group.is_apart).count(), links };
    let plot = Plot::new(frame, rows, HEAD_HEIGHT_PX.max(names_height_px(frame)), right_room_px, values);
    plot.draw(|canvas| {
        let median_end_px = WIDTH_PX - MARGIN_PX - notes_px - COLUMN_GAP_PX;
        let head_px = plot.top_px - HEAD_HEIGHT_PX / 2 - 2;
        canvas.text(median_head, (median_end_px, head_px), TextStyle::NOTE_END);
        let key = frame.language.of(KEY.0, KEY.1);
        canvas.shortened_text(key, plot.right_px - plot.left_px, (plot.left_px, head_px), TextStyle::NOTE);
        for (index, group) in groups.iter().enumerate() {
            let middle_px = plot.middle_px(index);
            plot.draw_row(canvas, index, |canvas| {
                if let Some(percentiles) = percentiles[index] {
                    draw_box(canvas, &plot, middle_px, percentiles);
                }
                canvas.text(&medians[index], (median_end_px, middle_px), TextStyle::LABEL_END);
                let right = (WIDTH_PX - MARGIN_PX, middle_px);
                canvas.shortened_text(&group.note, MAX_NOTE_WIDTH_PX, right, TextStyle::NOTE_END);
            });
        }
    })
}

/// A group's percentiles in rising order, if they can be drawn.
fn in_order(group: &BoxGroup) -> Option<Percentiles> {
    let mut percentiles = group.percentiles?;
    for value in &mut percentiles {
        *value = drawable(*value)?;
    }
    percentiles.sort_by(f64::total_cmp);
    Some(percentiles)
}

fn median_text(frame: &Frame, group: &Option<Percentiles>) -> String {
    group.map_or_else(|| "–".to_owned(), |[_, _, median, _, _]| text::rounded(median, frame.unit, frame.language))
}

fn draw_box(canvas: &mut Canvas, plot: &Plot, middle_px: i32, percentiles: Percentiles) {
    let [low_px, left_px, median_px, right_px, high_px] = percentiles.map(|value| plot.x_px(value));
    let (top_px, bottom_px) = (middle_px - HALF_BOX_PX, middle_px + HALF_BOX_PX);
    canvas.whiskers([low_px, high_px], middle_px, HALF_CAP_PX, BOX_LINE);
    canvas.rectangle([(left_px, top_px), (right_px, bottom_px)], BOX_FILL, Some(BOX_LINE));
    canvas.line([(median_px, top_px), (median_px, bottom_px)], INK, 3);
}
