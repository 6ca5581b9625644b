//! A heat map: a table whose cells are coloured by their values.

use super::canvas::{
    Canvas, Corners, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, TextStyle, WIDTH_PX, draw, draw_empty, top_px,
};
use super::inline::Link;
use super::palette::{CELL_APART, EMPTY, HEAT, INK, MUTED, Pair, on_heat};
use super::plot::{APART_GAP_PX, LABEL_GAP_PX, ROW_HEIGHT_PX, domain, drawable, label_width_px, names_height_px};
use super::{Frame, text};

const CELL_GAP_PX: i32 = 2;
const CELL_PADDING_PX: i32 = 5;
const MIN_CELL_WIDTH_PX: i32 = 24;
const MAX_CELL_WIDTH_PX: i32 = 120;
const MAX_TEXT_WIDTH_PX: i32 = 90;
const TEXT_SIZE_PX: f64 = 12.0;
const NAME_GAP_PX: i32 = 5;
const LINE_HEIGHT_PX: i32 = 17;
const MAX_LINES: usize = 3;
const MAX_NAME_HEIGHT_PX: i32 = 170;
const LEGEND_HEIGHT_PX: i32 = 34;
const SWATCH_PX: (i32, i32) = (22, 10);

/// The rows, columns and cells of a heat map. Cells that the vectors do not reach are empty.
#[derive(Debug, Clone, Default)]
pub(super) struct Heatmap {
    /// The names of the rows, from the top.
    pub(super) rows: Vec<String>,
    /// The names of the columns, from the left.
    pub(super) columns: Vec<String>,
    /// The values by row and column; `None` for an empty cell.
    pub(super) cells: Vec<Vec<Option<f64>>>,
    /// What is written into the cells, also into empty ones.
    pub(super) texts: Vec<Vec<String>>,
    /// What the cells are links to.
    pub(super) links: Vec<Vec<Option<Link>>>,
    /// What of it stands apart.
    pub(super) apart: Apart,
}

/// What stands apart from the rest of a heat map: the unknown, of which there may be more than of all else.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Apart {
    /// The last row does.
    pub(super) row: bool,
    /// The last column does.
    pub(super) column: bool,
    /// Its values are not on the scale of colours.
    pub(super) is_off_scale: bool,
}

impl Heatmap {
    fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.cells.get(row)?.get(column).copied().flatten().and_then(drawable)
    }

    fn text(&self, row: usize, column: usize) -> &str {
        self.texts.get(row).and_then(|texts| texts.get(column)).map_or("", String::as_str)
    }

    fn link(&self, row: usize, column: usize) -> Option<&Link> {
        self.links.get(row)?.get(column)?.as_ref()
    }

    fn positions(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.rows.len()).flat_map(|row| (0..self.columns.len()).map(move |column| (row, column)))
    }

    fn is_row_apart(&self, row: usize) -> bool {
        self.apart.row && row + 1 == self.rows.len()
    }

    fn is_column_apart(&self, column: usize) -> bool {
        self.apart.column && column + 1 == self.columns.len()
    }

    /// The value of a cell, where it is on the scale of colours.
    fn scaled(&self, (row, column): (usize, usize)) -> Option<f64> {
        let is_apart = self.is_row_apart(row) || self.is_column_apart(column);
        self.value(row, column).filter(|_| !(is_apart && self.apart.is_off_scale))
    }

    /// The texts of the lowest and the highest value on the scale, unless all are the same.
    fn extremes(&self) -> Option<[&str; 2]> {
        let filled = || self.positions().filter_map(|position| Some((self.scaled(position)?, position)));
        let lowest = filled().min_by(|one, other| one.0.total_cmp(&other.0))?;
        let highest = filled().max_by(|one, other| one.0.total_cmp(&other.0))?;
        (lowest.0 < highest.0).then(|| [lowest, highest].map(|(_, (row, column))| self.text(row, column)))
    }
}

/// Draws a heat map; meant for up to 50 rows and columns.
///
/// It is 800 pixels wide unless its columns need more for their texts.
pub(super) fn heatmap(frame: &Frame, map: &Heatmap) -> String {
    if map.positions().all(|(row, column)| map.value(row, column).is_none()) {
        return draw_empty(frame);
    }
    let grid = Grid::new(frame, map);
    let size = (WIDTH_PX.max(grid.right_px() + MARGIN_PX), grid.bottom_px() + LEGEND_HEIGHT_PX);
    draw(frame, size, |canvas| {
        grid.draw_names(canvas);
        let domain = domain(map.positions().filter_map(|position| map.scaled(position)));
        for (row, column) in map.positions() {
            let colours = match (map.scaled((row, column)), map.value(row, column)) {
                (Some(value), _) => {
                    let step = step(value, domain);
                    (HEAT[step], on_heat(step))
                }
                (None, Some(_)) => (CELL_APART, INK),
                (None, None) => (EMPTY, MUTED),
            };
            let corners = grid.corners(row, column);
            canvas.linked(map.link(row, column), corners, |canvas| {
                draw_cell(canvas, corners, colours, map.text(row, column));
            });
        }
        grid.draw_legend(canvas);
    })
}

/// The step of the colour scale for a value.
fn step(value: f64, (low, high): (f64, f64)) -> usize {
    let share = (value - low) / (high - low);
    // The cast saturates; the share lies between 0 and 1.
    ((share * HEAT.len() as f64) as usize).min(HEAT.len() - 1)
}

fn draw_cell(canvas: &mut Canvas, corners: Corners, (ground, ink): (Pair, Pair), written: &str) {
    canvas.rectangle(corners, ground, None);
    let [(left_px, top_px), (right_px, bottom_px)] = corners;
    let middle = ((left_px + right_px) / 2, (top_px + bottom_px) / 2);
    let style = TextStyle { size_px: TEXT_SIZE_PX, colour: ink, ..TextStyle::NOTE_CENTRE };
    canvas.shortened_text(written, MAX_TEXT_WIDTH_PX, middle, style);
}

/// Where the cells and their names lie, in pixels.
struct Grid<'a> {
    map: &'a Heatmap,
    left_px: i32,
    top_px: i32,
    cell_width_px: i32,
    are_names_upright: bool,
}

impl<'a> Grid<'a> {
    fn new(frame: &Frame, map: &'a Heatmap) -> Self {
        let rows: Vec<&str> = map.rows.iter().map(String::as_str).collect();
        let left_px = MARGIN_PX + label_width_px(&rows) + LABEL_GAP_PX;
        let texts = map.positions().map(|(row, column)| map.text(row, column));
        let texts_px = texts.map(|text| text::width_px(text, LABEL_SIZE_PX)).max().unwrap_or(0);
        let min_px = (texts_px.min(MAX_TEXT_WIDTH_PX) + 2 * CELL_PADDING_PX + CELL_GAP_PX).max(MIN_CELL_WIDTH_PX);
        let gap_px = if map.apart.column { APART_GAP_PX } else { 0 };
        let free_px = (WIDTH_PX - MARGIN_PX - left_px - gap_px) / map.columns.len() as i32;
        let cell_width_px = free_px.min(MAX_CELL_WIDTH_PX).max(min_px);
        let (names_px, are_names_upright) = column_names_height_px(&map.columns, cell_width_px - CELL_GAP_PX);
        let head_px = names_px + NAME_GAP_PX + if frame.x_label.is_empty() { 4 } else { 24 };
        let top_px = top_px(frame) + head_px.max(names_height_px(frame));
        Self { map, left_px, top_px, cell_width_px, are_names_upright }
    }

    fn right_px(&self) -> i32 {
        self.corners(0, self.map.columns.len() - 1)[1].0 + CELL_GAP_PX
    }

    fn bottom_px(&self) -> i32 {
        self.corners(self.map.rows.len() - 1, 0)[1].1 + CELL_GAP_PX
    }

    fn corners(&self, row: usize, column: usize) -> Corners {
        let gap_px = |is_apart: bool| if is_apart { APART_GAP_PX } else { 0 };
        let left_px = self.left_px + column as i32 * self.cell_width_px + gap_px(self.map.is_column_apart(column));
        let top_px = self.top_px + row as i32 * ROW_HEIGHT_PX + gap_px(self.map.is_row_apart(row));
        [(left_px, top_px), (left_px + self.cell_width_px - CELL_GAP_PX, top_px + ROW_HEIGHT_PX - CELL_GAP_PX)]
    }

    fn draw_names(&self, canvas: &mut Canvas) {
        let frame = canvas.frame;
        let above = ((self.left_px + self.right_px()) / 2, top_px(frame) + 6);
        canvas.shortened_text(&frame.x_label, WIDTH_PX / 2, above, TextStyle::NOTE_CENTRE);
        let label_end_px = self.left_px - LABEL_GAP_PX;
        let corner = (label_end_px, self.top_px - NAME_GAP_PX - LINE_HEIGHT_PX / 2);
        canvas.shortened_text(&frame.y_label, label_end_px - MARGIN_PX, corner, TextStyle::NOTE_END);
        for (row, name) in self.map.rows.iter().enumerate() {
            let [(_, top_px), (_, bottom_px)] = self.corners(row, 0);
            let beside = (label_end_px, (top_px + bottom_px) / 2);
            canvas.shortened_text(name, label_end_px - MARGIN_PX, beside, TextStyle::LABEL_END);
        }
        for (column, name) in self.map.columns.iter().enumerate() {
            self.draw_column_name(canvas, column, name);
        }
    }

    fn draw_column_name(&self, canvas: &mut Canvas, column: usize, name: &str) {
        let [(left_px, top_px), (right_px, _)] = self.corners(0, column);
        let (middle_px, bottom_px) = ((left_px + right_px) / 2, top_px - NAME_GAP_PX);
        if self.are_names_upright {
            let upright = TextStyle { is_upright: true, ..TextStyle::LABEL };
            return canvas.shortened_text(name, MAX_NAME_HEIGHT_PX, (middle_px, bottom_px), upright);
        }
        let lines = text::wrap(name, self.cell_width_px - CELL_GAP_PX, LABEL_SIZE_PX);
        for (index, line) in lines.iter().rev().enumerate() {
            let line_px = bottom_px - index as i32 * LINE_HEIGHT_PX - LINE_HEIGHT_PX / 2;
            canvas.text(line, (middle_px, line_px), TextStyle::LABEL_CENTRE);
        }
    }

    /// Draws the colour scale between the texts of the lowest and the highest cell.
    fn draw_legend(&self, canvas: &mut Canvas) {
        let Some([low, high]) = self.map.extremes() else { return };
        let middle_px = self.bottom_px() + LEGEND_HEIGHT_PX / 2 + 2;
        canvas.shortened_text(low, MAX_TEXT_WIDTH_PX, (self.left_px, middle_px), TextStyle::NOTE);
        let low_px = text::width_px(low, NOTE_SIZE_PX).min(MAX_TEXT_WIDTH_PX);
        let mut left_px = self.left_px + low_px + LABEL_GAP_PX;
        let (width_px, height_px) = SWATCH_PX;
        let top_px = middle_px - height_px / 2;
        for colour in HEAT {
            canvas.rectangle([(left_px, top_px), (left_px + width_px, top_px + height_px)], colour, None);
            left_px += width_px;
        }
        canvas.shortened_text(high, MAX_TEXT_WIDTH_PX, (left_px + LABEL_GAP_PX, middle_px), TextStyle::NOTE);
    }
}

/// The height of the columns' names, and whether they stand upright because they do not fit over their columns.
fn column_names_height_px(names: &[String], room_px: i32) -> (i32, bool) {
    let is_within = |line: &String| text::width_px(line, LABEL_SIZE_PX) <= room_px;
    let names_lines = names.iter().map(|name| text::wrap(name, room_px, LABEL_SIZE_PX));
    let names_lines: Vec<Vec<String>> = names_lines.collect();
    let max_lines = names_lines.iter().map(Vec::len).max().unwrap_or(1);
    if max_lines <= MAX_LINES && names_lines.iter().flatten().all(is_within) {
        return (max_lines as i32 * LINE_HEIGHT_PX, false);
    }
    let longest_px = names.iter().map(|name| text::width_px(name, LABEL_SIZE_PX)).max().unwrap_or(0);
    (longest_px.min(MAX_NAME_HEIGHT_PX), true)
}
