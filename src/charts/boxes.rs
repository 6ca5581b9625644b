//! Horizontal box plots: the middle half as a box, whiskers from the 10th to the 90th percentile.

use super::axis::{Axis, Rows, domain, drawable, label_width_px, names_height_px};
use super::palette::{BOX_FILL, BOX_LINE, INK};
use super::sheet::{
    DrawError, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, Setting, Sheet, WIDTH_PX, draw, draw_empty, top_px,
};
use super::{ChartError, Frame, text};

const HALF_BOX_PX: i32 = 8;
const HALF_CAP_PX: i32 = 5;
const COLUMN_GAP_PX: i32 = 14;
const WIDEST_NOTE_PX: i32 = 110;
const HEAD_HEIGHT_PX: i32 = 22;
/// The free space beside the outermost whiskers, as a share of what the boxes span.
const SIDE_SHARE: f64 = 0.04;

/// How a group's values spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// A tenth of the values lies below.
    pub p10: f64,
    /// The lower quartile.
    pub p25: f64,
    /// The middle value.
    pub median: f64,
    /// The upper quartile.
    pub p75: f64,
    /// A tenth of the values lies above.
    pub p90: f64,
}

/// One group of values.
#[derive(Debug, Clone, Default)]
pub struct BoxGroup {
    /// What the group stands for, written at its left.
    pub label: String,
    /// `None` where the group has too few values to be drawn.
    pub spread: Option<Spread>,
    /// Written at the right: `n = 12`, or `n < 3` for a group without a spread.
    pub note: String,
}

/// A group that can be drawn: percentiles in rising order.
type Percentiles = [f64; 5];

/// Draws box plots in the given order; meant for up to 50 of them. The axis need not begin at zero.
///
/// # Errors
///
/// When the drawing library refuses an element.
pub fn boxes(frame: &Frame, groups: &[BoxGroup]) -> Result<String, ChartError> {
    if groups.is_empty() {
        return draw_empty(frame);
    }
    let percentiles: Vec<Option<Percentiles>> = groups.iter().map(|group| group.spread.and_then(in_order)).collect();
    let medians: Vec<String> = percentiles.iter().map(|group| median_text(frame, group)).collect();
    let notes = Columns::new(frame, groups, &medians);
    let labels_px = label_width_px(groups.iter().map(|group| &group.label));
    let head_px = HEAD_HEIGHT_PX.max(names_height_px(frame));
    let axis = Axis::new(labels_px, notes.width_px(), head_px, groups.len(), padded_domain(&percentiles));
    draw(frame, (WIDTH_PX, axis.height_px(frame)), |sheet| {
        let rows = axis.draw(sheet)?;
        let head = (notes.median_right_px(), top_px(frame) + head_px - HEAD_HEIGHT_PX / 2 - 2);
        sheet.text(text::median(frame.lang), head, Setting::NOTE_END)?;
        let (left_px, right_px) = rows.ends_px();
        sheet.shortened_text(text::box_key(frame.lang), right_px - left_px, (left_px, head.1), Setting::NOTE)?;
        for (index, ((group, spread), median)) in groups.iter().zip(&percentiles).zip(&medians).enumerate() {
            rows.draw_label(sheet, index, &group.label)?;
            if let Some(spread) = spread {
                draw_box(sheet, &rows, rows.middle_px(index), spread)?;
            }
            notes.draw(sheet, rows.middle_px(index), median, &group.note)?;
        }
        Ok(())
    })
}

fn in_order(spread: Spread) -> Option<Percentiles> {
    let Spread { p10, p25, median, p75, p90 } = spread;
    let mut percentiles = [drawable(p10)?, drawable(p25)?, drawable(median)?, drawable(p75)?, drawable(p90)?];
    percentiles.sort_by(f64::total_cmp);
    Some(percentiles)
}

fn median_text(frame: &Frame, group: &Option<Percentiles>) -> String {
    group.map_or_else(|| "–".to_owned(), |[_, _, median, _, _]| text::rounded(median, frame.unit, frame.lang))
}

fn padded_domain(groups: &[Option<Percentiles>]) -> (f64, f64) {
    let (low, high) = domain(groups.iter().flatten().flatten().copied());
    let side = (high - low) * SIDE_SHARE;
    let padded_low = low - side;
    // Pay is never below zero, and its axis should not suggest so.
    (if low >= 0.0 { padded_low.max(0.0) } else { padded_low }, high + side)
}

/// The two columns of texts right of the boxes.
struct Columns {
    median_px: i32,
    note_px: i32,
}

impl Columns {
    fn new(frame: &Frame, groups: &[BoxGroup], medians: &[String]) -> Self {
        let head_px = text::width_px(text::median(frame.lang), NOTE_SIZE_PX);
        let medians_px = medians.iter().map(|median| text::width_px(median, LABEL_SIZE_PX)).max();
        let notes_px = groups.iter().map(|group| text::width_px(&text::clean(&group.note), NOTE_SIZE_PX)).max();
        Self { median_px: medians_px.unwrap_or(0).max(head_px), note_px: notes_px.unwrap_or(0).min(WIDEST_NOTE_PX) }
    }

    fn width_px(&self) -> i32 {
        COLUMN_GAP_PX + self.median_px + COLUMN_GAP_PX + self.note_px
    }

    fn median_right_px(&self) -> i32 {
        WIDTH_PX - MARGIN_PX - self.note_px - COLUMN_GAP_PX
    }

    fn draw(&self, sheet: &mut Sheet, middle_px: i32, median: &str, note: &str) -> Result<(), DrawError> {
        sheet.text(median, (self.median_right_px(), middle_px), Setting::LABEL_END)?;
        sheet.shortened_text(note, WIDEST_NOTE_PX, (WIDTH_PX - MARGIN_PX, middle_px), Setting::NOTE_END)
    }
}

fn draw_box(sheet: &Sheet, rows: &Rows, middle_px: i32, percentiles: &Percentiles) -> Result<(), DrawError> {
    let [low_px, left_px, median_px, right_px, high_px] = percentiles.map(|value| rows.x_px(value));
    sheet.line([(low_px, middle_px), (high_px, middle_px)], BOX_LINE, 1)?;
    for end_px in [low_px, high_px] {
        sheet.line([(end_px, middle_px - HALF_CAP_PX), (end_px, middle_px + HALF_CAP_PX)], BOX_LINE, 1)?;
    }
    let corners = [(left_px, middle_px - HALF_BOX_PX), (right_px, middle_px + HALF_BOX_PX)];
    sheet.fill(corners, BOX_FILL)?;
    sheet.outline(corners, BOX_LINE)?;
    sheet.line([(median_px, middle_px - HALF_BOX_PX), (median_px, middle_px + HALF_BOX_PX)], INK, 3)
}
