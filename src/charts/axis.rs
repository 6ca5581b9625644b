//! The value axis under the rows of a chart: ticks, grid lines and the mapping of values to pixels.

use plotters::coord::CoordTranslate;
use plotters::coord::types::{RangedCoordf64, RangedCoordi32};
use plotters::prelude::*;

use super::palette::{GRID, MUTED};
use super::sheet::{DrawError, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, SIZE_FACTOR, Setting, Sheet, WIDTH_PX, top_px};
use super::{Frame, document, text};

/// The height of one row.
pub(super) const ROW_HEIGHT_PX: i32 = 26;

/// Larger values are drawn as this one: past it the library's search for round ticks loses its footing.
const LARGEST_VALUE: f64 = 1e15;
const TICK_LENGTH_PX: i32 = 5;
const TICKS_HEIGHT_PX: i32 = 24;
const NAME_HEIGHT_PX: i32 = 22;
const LABEL_GAP_PX: i32 = 10;
const WIDEST_LABEL_PX: i32 = 230;

/// A value that can be drawn; `None` for what is not a number.
pub(super) fn drawable(value: f64) -> Option<f64> {
    (!value.is_nan()).then(|| value.clamp(-LARGEST_VALUE, LARGEST_VALUE))
}

/// The lowest and highest of the values, widened where they are too close together to be told apart.
pub(super) fn domain(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return (0.0, 1.0);
    }
    if low == 0.0 && high == 0.0 {
        return (0.0, 1.0);
    }
    let smallest_span = (low.abs().max(high.abs()) * 1e-3).max(1e-9);
    if high - low >= smallest_span {
        return (low, high);
    }
    let widened_low = low - smallest_span;
    (if low >= 0.0 { widened_low.max(0.0) } else { widened_low }, high + smallest_span)
}

/// The width of the column that holds the widest label, shortened where it must be.
pub(super) fn label_width_px<'a>(labels: impl Iterator<Item = &'a String>) -> i32 {
    labels.map(|label| text::width_px(&text::clean(label), LABEL_SIZE_PX)).max().unwrap_or(0).min(WIDEST_LABEL_PX)
}

/// The height of the row that names the columns, if anything is named.
pub(super) fn names_height_px(frame: &Frame) -> i32 {
    if frame.y_label.is_empty() { 0 } else { NAME_HEIGHT_PX }
}

/// The place and scale of the rows' marks.
pub(super) struct Axis {
    label_width_px: i32,
    right_room_px: i32,
    head_px: i32,
    row_count: i32,
    low: f64,
    high: f64,
}

impl Axis {
    /// An axis for rows under a head of `head_px`, with room at the right for texts.
    pub(super) fn new(
        labels_px: i32,
        right_room_px: i32,
        head_px: i32,
        row_count: usize,
        (low, high): (f64, f64),
    ) -> Self {
        let row_count = i32::try_from(row_count).unwrap_or(i32::MAX / (2 * ROW_HEIGHT_PX));
        Self { label_width_px: labels_px, right_room_px, head_px, row_count, low, high }
    }

    /// The height of the head, the rows and the axis under them.
    pub(super) fn height_px(&self, frame: &Frame) -> i32 {
        let name_px = if frame.x_label.is_empty() { 0 } else { NAME_HEIGHT_PX };
        self.head_px + self.row_count * ROW_HEIGHT_PX + TICKS_HEIGHT_PX + name_px
    }

    /// Draws the grid, the ticks and the names of both axes.
    pub(super) fn draw(&self, sheet: &mut Sheet) -> Result<Rows, DrawError> {
        let frame = sheet.frame;
        let rows = self.draw_grid(sheet)?;
        let (left_px, right_px) = rows.ends_px();
        let below_px = rows.edges_px().1 + TICKS_HEIGHT_PX + NAME_HEIGHT_PX / 2;
        let below = ((left_px + right_px) / 2, below_px);
        sheet.shortened_text(&frame.x_label, WIDTH_PX / 2, below, Setting::NOTE_CENTRE)?;
        let beside = (left_px - LABEL_GAP_PX, top_px(frame) + self.head_px - NAME_HEIGHT_PX / 2 - 2);
        sheet.shortened_text(&frame.y_label, self.label_width_px.max(60), beside, Setting::NOTE_END)?;
        Ok(rows)
    }

    fn draw_grid(&self, sheet: &Sheet) -> Result<Rows, DrawError> {
        let frame = sheet.frame;
        let rows_px = self.row_count * ROW_HEIGHT_PX;
        let top = top_px(frame) + self.head_px;
        let (width_px, height_px) = sheet.area.dim_in_pixel();
        let below_px = i32::try_from(height_px).unwrap_or(i32::MAX) - top - rows_px;
        let right_px = i32::try_from(width_px).unwrap_or(i32::MAX) - MARGIN_PX - self.right_room_px;
        let left_px = MARGIN_PX + self.label_width_px + LABEL_GAP_PX;
        let mut plot = ChartBuilder::on(&sheet.area)
            .margin_top(top)
            .margin_left(left_px)
            .margin_right(WIDTH_PX - right_px)
            .margin_bottom(below_px - TICKS_HEIGHT_PX)
            .x_label_area_size(TICKS_HEIGHT_PX)
            .build_cartesian_2d(self.low..self.high, rows_px..0)?;
        let largest = self.low.abs().max(self.high.abs());
        let font = FontDesc::new(
            FontFamily::Name(document::PLACEHOLDER_FAMILY),
            NOTE_SIZE_PX * SIZE_FACTOR,
            FontStyle::Normal,
        );
        plot.configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .set_all_tick_mark_size(TICK_LENGTH_PX)
            .x_labels(6)
            .x_label_formatter(&|value| text::tick(*value, largest, frame.unit, frame.lang))
            .label_style(TextStyle::from(font).color(&MUTED.colour(frame.theme)))
            .light_line_style(TRANSPARENT)
            .bold_line_style(GRID.colour(frame.theme))
            .axis_style(GRID.colour(frame.theme))
            .draw()?;
        Ok(Rows { scale: plot.as_coord_spec().clone(), low: self.low, high: self.high, height_px: rows_px })
    }
}

/// Where values and rows lie on the sheet, in pixels.
pub(super) struct Rows {
    scale: Cartesian2d<RangedCoordf64, RangedCoordi32>,
    low: f64,
    high: f64,
    height_px: i32,
}

impl Rows {
    /// The position of a value, which must be drawable.
    pub(super) fn x_px(&self, value: f64) -> i32 {
        self.scale.translate(&(value.clamp(self.low, self.high), 0)).0
    }

    /// The left and right ends of the axis.
    pub(super) fn ends_px(&self) -> (i32, i32) {
        (self.x_px(self.low), self.x_px(self.high))
    }

    /// The upper and lower ends of all rows.
    pub(super) fn edges_px(&self) -> (i32, i32) {
        (self.scale.translate(&(self.low, 0)).1, self.scale.translate(&(self.low, self.height_px)).1)
    }

    /// The middle height of a row, counted from the top.
    pub(super) fn middle_px(&self, index: usize) -> i32 {
        let index = i32::try_from(index).unwrap_or_default();
        self.edges_px().0 + index * ROW_HEIGHT_PX + ROW_HEIGHT_PX / 2
    }

    /// Draws a row's label at its left.
    pub(super) fn draw_label(&self, sheet: &mut Sheet, index: usize, label: &str) -> Result<(), DrawError> {
        let beside = (self.ends_px().0 - LABEL_GAP_PX, self.middle_px(index));
        sheet.shortened_text(label, WIDEST_LABEL_PX, beside, Setting::LABEL_END)
    }
}
