//! A heat map: a table whose cells are coloured by their values.

use plotters::style::text_anchor::HPos;

use super::axis::{domain, drawable, label_width_px, names_height_px};
use super::palette::{EMPTY, HEAT, MUTED, on_heat};
use super::sheet::{
    DrawError, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, Setting, Sheet, WIDTH_PX, draw, draw_empty, top_px,
};
use super::{ChartError, Frame, text};

const ROW_HEIGHT_PX: i32 = 26;
const CELL_GAP_PX: i32 = 2;
const CELL_PADDING_PX: i32 = 5;
const NARROWEST_CELL_PX: i32 = 24;
const WIDEST_CELL_PX: i32 = 120;
const WIDEST_TEXT_PX: i32 = 90;
const TEXT_SIZE_PX: f64 = 12.0;
const LABEL_GAP_PX: i32 = 10;
const NAME_GAP_PX: i32 = 5;
const LINE_HEIGHT_PX: i32 = 17;
const MOST_LINES: usize = 3;
const HIGHEST_NAME_PX: i32 = 170;
const LEGEND_HEIGHT_PX: i32 = 34;
const SWATCH_PX: (i32, i32) = (22, 10);

/// The rows, columns and cells of a heat map. Cells that the vectors do not reach are empty.
#[derive(Debug, Clone, Default)]
pub struct Heatmap {
    /// The names of the rows, from the top.
    pub rows: Vec<String>,
    /// The names of the columns, from the left.
    pub columns: Vec<String>,
    /// The values by row and column; `None` for an empty cell.
    pub cells: Vec<Vec<Option<f64>>>,
    /// What is written into the cells, also into empty ones.
    pub texts: Vec<Vec<String>>,
}

impl Heatmap {
    fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.cells.get(row)?.get(column).copied().flatten().and_then(drawable)
    }

    fn text(&self, row: usize, column: usize) -> &str {
        self.texts.get(row).and_then(|texts| texts.get(column)).map_or("", String::as_str)
    }

    fn positions(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (row, column)))
    }

    /// The filled cells with the lowest and the highest value, unless all have the same.
    fn extremes(&self) -> Option<[(usize, usize); 2]> {
        let filled = || self.positions().filter_map(|(row, column)| Some(((row, column), self.value(row, column)?)));
        let lowest = filled().min_by(|one, other| one.1.total_cmp(&other.1))?;
        let highest = filled().max_by(|one, other| one.1.total_cmp(&other.1))?;
        (lowest.1 < highest.1).then_some([lowest.0, highest.0])
    }
}

/// Draws a heat map; meant for up to 50 rows and columns.
///
/// It is 800 pixels wide unless its columns need more for their texts.
///
/// # Errors
///
/// When the drawing library refuses an element.
pub fn heatmap(frame: &Frame, map: &Heatmap) -> Result<String, ChartError> {
    if map.rows.is_empty() || map.columns.is_empty() {
        return draw_empty(frame);
    }
    let grid = Grid::new(frame, map);
    draw(frame, (grid.width_px.max(WIDTH_PX), grid.height_px), |sheet| {
        grid.draw_names(sheet, map)?;
        let scale = domain(map.positions().filter_map(|(row, column)| map.value(row, column)));
        for (row, column) in map.positions() {
            let step = map.value(row, column).map(|value| step(value, scale));
            draw_cell(sheet, grid.corners(row, column), step, map.text(row, column))?;
        }
        grid.draw_legend(sheet, map)
    })
}

/// The step of the colour scale for a value.
fn step(value: f64, (low, high): (f64, f64)) -> usize {
    let share = (value - low) / (high - low);
    // The cast saturates; the share lies between 0 and 1.
    ((share * HEAT.len() as f64) as usize).min(HEAT.len() - 1)
}

fn draw_cell(sheet: &mut Sheet, corners: [(i32, i32); 2], step: Option<usize>, written: &str) -> Result<(), DrawError> {
    let (ground, ink) = step.map_or((EMPTY, MUTED), |step| (HEAT[step], on_heat(step)));
    sheet.fill(corners, ground)?;
    let [(left_px, top_px), (right_px, bottom_px)] = corners;
    let middle = ((left_px + right_px) / 2, (top_px + bottom_px) / 2);
    let setting = Setting { size_px: TEXT_SIZE_PX, colour: ink, ..Setting::NOTE_CENTRE };
    sheet.shortened_text(written, WIDEST_TEXT_PX, middle, setting)
}

/// Where the cells and their names lie, in pixels.
struct Grid {
    left_px: i32,
    top_px: i32,
    cell_width_px: i32,
    are_columns_upright: bool,
    column_count: usize,
    row_count: usize,
    width_px: i32,
    height_px: i32,
}

impl Grid {
    fn new(frame: &Frame, map: &Heatmap) -> Self {
        let left_px = MARGIN_PX + label_width_px(map.rows.iter()) + LABEL_GAP_PX;
        let column_count = pixels(map.columns.len());
        let texts_px = map.positions().map(|(row, column)| text_width_px(map.text(row, column))).max().unwrap_or(0);
        let needed_px = (texts_px.min(WIDEST_TEXT_PX) + 2 * CELL_PADDING_PX + CELL_GAP_PX).max(NARROWEST_CELL_PX);
        let free_px = (WIDTH_PX - MARGIN_PX - left_px) / column_count;
        let cell_width_px = free_px.min(WIDEST_CELL_PX).max(needed_px);
        let (names_px, are_columns_upright) = column_names_height_px(&map.columns, cell_width_px - CELL_GAP_PX);
        let head_px = names_px + NAME_GAP_PX + if frame.x_label.is_empty() { 4 } else { 24 };
        let head_px = head_px.max(names_height_px(frame));
        Self {
            left_px,
            top_px: top_px(frame) + head_px,
            cell_width_px,
            are_columns_upright,
            column_count: map.columns.len(),
            row_count: map.rows.len(),
            width_px: left_px + column_count * cell_width_px + MARGIN_PX,
            height_px: head_px + pixels(map.rows.len()) * ROW_HEIGHT_PX + LEGEND_HEIGHT_PX,
        }
    }

    fn corners(&self, row: usize, column: usize) -> [(i32, i32); 2] {
        let left_px = self.left_px + pixels(column) * self.cell_width_px;
        let top_px = self.top_px + pixels(row) * ROW_HEIGHT_PX;
        [(left_px, top_px), (left_px + self.cell_width_px - CELL_GAP_PX, top_px + ROW_HEIGHT_PX - CELL_GAP_PX)]
    }

    fn draw_names(&self, sheet: &mut Sheet, map: &Heatmap) -> Result<(), DrawError> {
        let frame = sheet.frame;
        let middle_px = self.left_px + pixels(self.column_count) * self.cell_width_px / 2;
        let above = (middle_px, top_px(frame) + 6);
        sheet.shortened_text(&frame.x_label, WIDTH_PX / 2, above, Setting::NOTE_CENTRE)?;
        let corner = (self.left_px - LABEL_GAP_PX, self.top_px - NAME_GAP_PX - LINE_HEIGHT_PX / 2);
        sheet.shortened_text(&frame.y_label, self.left_px - MARGIN_PX - LABEL_GAP_PX, corner, Setting::NOTE_END)?;
        for (row, name) in map.rows.iter().enumerate() {
            let [(left_px, top_px), (_, bottom_px)] = self.corners(row, 0);
            let beside = (left_px - LABEL_GAP_PX, (top_px + bottom_px) / 2);
            sheet.shortened_text(name, self.left_px - MARGIN_PX - LABEL_GAP_PX, beside, Setting::LABEL_END)?;
        }
        for (column, name) in map.columns.iter().enumerate() {
            self.draw_column_name(sheet, column, name)?;
        }
        Ok(())
    }

    fn draw_column_name(&self, sheet: &mut Sheet, column: usize, name: &str) -> Result<(), DrawError> {
        let [(left_px, top_px), (right_px, _)] = self.corners(0, column);
        let middle_px = (left_px + right_px) / 2;
        if self.are_columns_upright {
            let upright = Setting { is_upright: true, ..Setting::LABEL };
            sheet.shortened_text(name, HIGHEST_NAME_PX, (middle_px, top_px - NAME_GAP_PX), upright)
        } else {
            let lines = text::wrap(&text::clean(name), self.cell_width_px - CELL_GAP_PX, LABEL_SIZE_PX);
            for (index, line) in lines.iter().rev().enumerate() {
                let line_px = top_px - NAME_GAP_PX - pixels(index) * LINE_HEIGHT_PX - LINE_HEIGHT_PX / 2;
                sheet.text(line, (middle_px, line_px), Setting { horizontal: HPos::Center, ..Setting::LABEL })?;
            }
            Ok(())
        }
    }

    /// Draws the colour scale between the texts of the lowest and the highest cell.
    fn draw_legend(&self, sheet: &mut Sheet, map: &Heatmap) -> Result<(), DrawError> {
        let Some([lowest, highest]) = map.extremes() else { return Ok(()) };
        let middle_px = self.top_px + pixels(self.row_count) * ROW_HEIGHT_PX + LEGEND_HEIGHT_PX / 2 + 2;
        let low = map.text(lowest.0, lowest.1);
        sheet.shortened_text(low, WIDEST_TEXT_PX, (self.left_px, middle_px), Setting::NOTE)?;
        let low_px = text::width_px(&text::clean(low), NOTE_SIZE_PX).min(WIDEST_TEXT_PX);
        let mut left_px = self.left_px + low_px + LABEL_GAP_PX;
        let (width_px, height_px) = SWATCH_PX;
        for colour in HEAT {
            let top_px = middle_px - height_px / 2;
            sheet.fill([(left_px, top_px), (left_px + width_px, top_px + height_px)], colour)?;
            left_px += width_px;
        }
        let high = map.text(highest.0, highest.1);
        sheet.shortened_text(high, WIDEST_TEXT_PX, (left_px + LABEL_GAP_PX, middle_px), Setting::NOTE)
    }
}

/// The height of the columns' names, and whether they stand upright because they do not fit over their columns.
fn column_names_height_px(names: &[String], room_px: i32) -> (i32, bool) {
    let lines = |name: &String| text::wrap(&text::clean(name), room_px, LABEL_SIZE_PX);
    let do_fit = names.iter().map(lines).all(|lines| {
        lines.len() <= MOST_LINES && lines.iter().all(|line| text::width_px(line, LABEL_SIZE_PX) <= room_px)
    });
    if do_fit {
        let most_lines = names.iter().map(|name| lines(name).len()).max().unwrap_or(1);
        (pixels(most_lines) * LINE_HEIGHT_PX, false)
    } else {
        let longest_px = names.iter().map(|name| text_width_px(name)).max().unwrap_or(0);
        (longest_px.min(HIGHEST_NAME_PX), true)
    }
}

fn text_width_px(name: &str) -> i32 {
    text::width_px(&text::clean(name), LABEL_SIZE_PX)
}

/// A count as a factor of pixels; no heat map has more cells than fit.
fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
