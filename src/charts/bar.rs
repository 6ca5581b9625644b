//! Horizontal bars, each with an optional interval.

use super::axis::{Axis, Rows, domain, drawable, label_width_px, names_height_px};
use super::palette::{AXIS, BAR, INK};
use super::sheet::{DrawError, LABEL_SIZE_PX, Setting, Sheet, WIDTH_PX, draw, draw_empty};
use super::{ChartError, Frame, text};

const HALF_BAR_PX: i32 = 8;
const HALF_CAP_PX: i32 = 4;
const TEXT_GAP_PX: i32 = 7;
const WIDEST_TEXT_PX: i32 = 200;

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Bar {
    /// What the bar stands for, written at its left.
    pub label: String,
    /// Its length; a bar that is not a number is left out, its label and text stay.
    pub value: f64,
    /// The ends of the interval of confidence, drawn as whiskers.
    pub interval: Option<(f64, f64)>,
    /// The value as written at the bar's end: `12` or `21.4 %`.
    pub text: String,
}

/// Draws horizontal bars in the given order, from zero; meant for up to 50 of them.
///
/// # Errors
///
/// When the drawing library refuses an element.
pub fn bar(frame: &Frame, bars: &[Bar]) -> Result<String, ChartError> {
    if bars.is_empty() {
        return draw_empty(frame);
    }
    let texts_px = bars.iter().map(|bar| text::width_px(&text::clean(&bar.text), LABEL_SIZE_PX)).max();
    let right_room_px = texts_px.unwrap_or(0).min(WIDEST_TEXT_PX) + TEXT_GAP_PX;
    let values = domain(bars.iter().flat_map(drawable_values).chain([0.0]));
    let labels_px = label_width_px(bars.iter().map(|bar| &bar.label));
    let axis = Axis::new(labels_px, right_room_px, names_height_px(frame), bars.len(), values);
    draw(frame, (WIDTH_PX, axis.height_px(frame)), |sheet| {
        let rows = axis.draw(sheet)?;
        for (index, bar) in bars.iter().enumerate() {
            rows.draw_label(sheet, index, &bar.label)?;
            draw_bar(sheet, &rows, rows.middle_px(index), bar)?;
        }
        let (top_px, bottom_px) = rows.edges_px();
        let zero_px = rows.x_px(0.0);
        sheet.line([(zero_px, top_px), (zero_px, bottom_px)], AXIS, 1)
    })
}

fn drawable_values(bar: &Bar) -> Vec<f64> {
    let interval = bar.interval.map(|(low, high)| [low, high]).unwrap_or_default();
    [bar.value].into_iter().chain(interval).filter_map(drawable).collect()
}

fn draw_bar(sheet: &mut Sheet, rows: &Rows, middle_px: i32, bar: &Bar) -> Result<(), DrawError> {
    let zero_px = rows.x_px(0.0);
    let mut rightmost_px = zero_px;
    if let Some(value) = drawable(bar.value) {
        let end_px = rows.x_px(value);
        rightmost_px = rightmost_px.max(end_px);
        let corners = [(zero_px.min(end_px), middle_px - HALF_BAR_PX), (zero_px.max(end_px), middle_px + HALF_BAR_PX)];
        sheet.fill(corners, BAR)?;
    }
    let interval = bar.interval.and_then(|(low, high)| Some((drawable(low)?, drawable(high)?)));
    if let Some((low, high)) = interval {
        let (from_px, to_px) = (rows.x_px(low.min(high)), rows.x_px(high.max(low)));
        rightmost_px = rightmost_px.max(to_px);
        draw_whiskers(sheet, (from_px, to_px), middle_px)?;
    }
    let beside = (rightmost_px + TEXT_GAP_PX, middle_px);
    sheet.shortened_text(&bar.text, WIDEST_TEXT_PX, beside, Setting::LABEL)
}

fn draw_whiskers(sheet: &Sheet, (from_px, to_px): (i32, i32), middle_px: i32) -> Result<(), DrawError> {
    sheet.line([(from_px, middle_px), (to_px, middle_px)], INK, 1)?;
    for end_px in [from_px, to_px] {
        sheet.line([(end_px, middle_px - HALF_CAP_PX), (end_px, middle_px + HALF_CAP_PX)], INK, 1)?;
    }
    Ok(())
}
