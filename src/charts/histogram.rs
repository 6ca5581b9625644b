//! A histogram: columns over ranges of equal width, with open ones apart at the ends, and marks at single values.

use super::Frame;
use super::canvas::{Canvas, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, TextStyle, WIDTH_PX, draw, draw_empty, top_px};
use super::inline::Link;
use super::palette::{AXIS, BAR, BAR_APART, BOX_LINE, EMPTY, GRID, INK};
use super::plot::{APART_GAP_PX, LABEL_GAP_PX, domain, ticks};
use super::text::{self, Unit};

const HEIGHT_PX: i32 = 260;
/// The room for the number over the highest column.
const COUNT_HEIGHT_PX: i32 = 16;
/// The free space between two columns.
const COLUMN_GAP_PX: i32 = 1;
const MAX_COLUMN_WIDTH_PX: i32 = 90;
const MARK_LINE_HEIGHT_PX: i32 = 18;
const NAME_HEIGHT_PX: i32 = 20;
const TICKS_HEIGHT_PX: i32 = 24;
const TEXT_GAP_PX: i32 = 5;

/// A column over a range.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// The lower end; `None` where it is open.
    pub(super) from: Option<f64>,
    /// The upper end; `None` where it is open.
    pub(super) to: Option<f64>,
    /// The height; `None` where it is not shown.
    pub(super) count: Option<f64>,
    /// What it is a link to.
    pub(super) link: Option<Link>,
}

/// A line at a value, with what is said of it.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub(super) value: f64,
    pub(super) text: String,
}

/// Draws columns in rising order, without a gap between their ranges, and up to two marks.
pub(super) fn histogram(frame: &Frame, columns: &[Column], marks: &[Mark]) -> String {
    if columns.iter().all(|column| column.count.is_none()) {
        return draw_empty(frame);
    }
    let plot = Plot::new(frame, columns, marks);
    let bottom_px = plot.bottom_px() + TICKS_HEIGHT_PX + NAME_HEIGHT_PX;
    draw(frame, (WIDTH_PX, bottom_px), |canvas| {
        plot.draw_height_axis(canvas);
        for (index, column) in columns.iter().enumerate() {
            let left_px = plot.column_left_px(index);
            let target = [(left_px, plot.top_px), (left_px + plot.column_px - COLUMN_GAP_PX, plot.bottom_px())];
            canvas.linked(column.link.as_ref(), target, |canvas| plot.draw_column(canvas, index, column));
        }
        canvas.line([(plot.left_px, plot.bottom_px()), (plot.right_px(), plot.bottom_px())], AXIS, 1);
        plot.draw_value_axis(canvas);
        for (index, mark) in marks.iter().enumerate() {
            plot.draw_mark(canvas, index, mark);
        }
    })
}

/// Where columns and values lie, in pixels.
struct Plot<'a> {
    columns: &'a [Column],
    left_px: i32,
    top_px: i32,
    column_px: i32,
    most: f64,
}

impl<'a> Plot<'a> {
    fn new(frame: &Frame, columns: &'a [Column], marks: &[Mark]) -> Self {
        let (_, most) = domain(columns.iter().filter_map(|column| column.count).chain([0.0]));
        let written = ticks((0.0, most), Unit::Number).map(|tick| text::tick(tick, most, Unit::Number, frame.language));
        let ticks_px = written.map(|tick| text::width_px(&tick, NOTE_SIZE_PX)).max().unwrap_or(0);
        let left_px = MARGIN_PX + ticks_px + LABEL_GAP_PX;
        // Both ends may be apart, and a tick in the middle of the last end is half beyond it.
        let room_px = WIDTH_PX - MARGIN_PX - left_px - 2 * APART_GAP_PX;
        // There are about a hundred columns at most.
        let column_px = (room_px / columns.len() as i32).clamp(3, MAX_COLUMN_WIDTH_PX);
        let head_px = NAME_HEIGHT_PX + marks.len() as i32 * MARK_LINE_HEIGHT_PX + COUNT_HEIGHT_PX;
        Self { columns, left_px, top_px: top_px(frame) + head_px, column_px, most }
    }

    fn bottom_px(&self) -> i32 {
        self.top_px + HEIGHT_PX
    }

    fn right_px(&self) -> i32 {
        self.column_left_px(self.columns.len() - 1) + self.column_px
    }

    fn is_open(column: &Column) -> bool {
        column.from.is_none() || column.to.is_none()
    }

    fn column_left_px(&self, index: usize) -> i32 {
        let before = &self.columns[..index];
        let is_behind_open = before.first().is_some_and(|first| first.from.is_none());
        let is_open_end = index > 0 && self.columns[index].to.is_none();
        let gaps = i32::from(is_behind_open) + i32::from(is_open_end);
        self.left_px + index as i32 * self.column_px + gaps * APART_GAP_PX
    }

    /// The height of a count, counted from the top of the picture.
    fn y_px(&self, count: f64) -> i32 {
        // The cast saturates; the share lies between 0 and 1.
        self.bottom_px() - (f64::from(HEIGHT_PX) * (count / self.most)).round() as i32
    }

    /// The position of a value: in the middle of an open column where it lies in one.
    fn x_px(&self, value: f64) -> i32 {
        let is_in = |column: &Column| column.to.is_none_or(|to| value < to);
        let index = self.columns.iter().position(is_in).unwrap_or(self.columns.len() - 1);
        let within = match &self.columns[index] {
            Column { from: Some(from), to: Some(to), .. } => ((value - from) / (to - from)).clamp(0.0, 1.0),
            _ => 0.5,
        };
        self.column_left_px(index) + (f64::from(self.column_px) * within).round() as i32
    }

    fn draw_height_axis(&self, canvas: &mut Canvas) {
        let frame = canvas.frame;
        for tick in ticks((0.0, self.most), Unit::Number) {
            let y_px = self.y_px(tick);
            canvas.line([(self.left_px, y_px), (self.right_px(), y_px)], GRID, 1);
            let written = text::tick(tick, self.most, Unit::Number, frame.language);
            canvas.text(&written, (self.left_px - LABEL_GAP_PX, y_px), TextStyle::NOTE_END);
        }
        canvas.text(&frame.y_label, (MARGIN_PX, top_px(frame) + 6), TextStyle::NOTE);
    }

    fn draw_column(&self, canvas: &mut Canvas, index: usize, column: &Column) {
        let left_px = self.column_left_px(index);
        let right_px = left_px + self.column_px - COLUMN_GAP_PX;
        let middle_px = (left_px + right_px) / 2;
        let Some(count) = column.count else {
            canvas.rectangle([(left_px, self.top_px), (right_px, self.bottom_px())], EMPTY, None);
            return canvas.text("–", (middle_px, self.bottom_px() - 10), TextStyle::NOTE_CENTRE);
        };
        let top_px = self.y_px(count);
        let colour = if Self::is_open(column) { BAR_APART } else { BAR };
        canvas.rectangle([(left_px, top_px), (right_px, self.bottom_px())], colour, None);
        let written = format!("{count:.0}");
        if count > 0.0 && text::width_px(&written, NOTE_SIZE_PX) <= self.column_px {
            canvas.text(&written, (middle_px, top_px - 9), TextStyle::NOTE_CENTRE);
        }
    }

    /// Draws round values, and the ends of open columns.
    fn draw_value_axis(&self, canvas: &mut Canvas) {
        let frame = canvas.frame;
        let ticks_px = self.bottom_px() + TICKS_HEIGHT_PX / 2 + 2;
        let write = |value: f64| text::tick(value, value, Unit::Money, frame.language);
        let closed = |column: &&Column| !Self::is_open(column);
        let ends = self.columns.iter().find(closed).zip(self.columns.iter().rfind(closed));
        let mut free_px = 0;
        if let Some(to) = self.columns.first().filter(|first| first.from.is_none()).and_then(|first| first.to) {
            let written = format!("< {}", write(to));
            let middle_px =
                (self.left_px + self.column_px / 2).max(MARGIN_PX + text::width_px(&written, NOTE_SIZE_PX) / 2);
            canvas.text(&written, (middle_px, ticks_px), TextStyle::NOTE_CENTRE);
            free_px = middle_px + text::width_px(&written, NOTE_SIZE_PX) / 2 + TEXT_GAP_PX;
        }
        let mut end_px = WIDTH_PX;
        if let Some(from) = self.columns.last().filter(|last| last.to.is_none()).and_then(|last| last.from) {
            let written = format!("≥ {}", write(from));
            let width_px = text::width_px(&written, NOTE_SIZE_PX);
            let middle_px = (self.right_px() - self.column_px / 2).min(WIDTH_PX - MARGIN_PX - width_px / 2);
            canvas.text(&written, (middle_px, ticks_px), TextStyle::NOTE_CENTRE);
            end_px = middle_px - width_px / 2 - TEXT_GAP_PX;
        }
        if let Some((Column { from: Some(low), .. }, Column { to: Some(high), .. })) = ends {
            for tick in ticks((*low, *high), Unit::Money) {
                let (x_px, written) = (self.edge_px(tick), write(tick));
                let half_px = text::width_px(&written, NOTE_SIZE_PX) / 2;
                canvas.line([(x_px, self.bottom_px()), (x_px, self.bottom_px() + 4)], AXIS, 1);
                if x_px - half_px > free_px && x_px + half_px < end_px {
                    canvas.text(&written, (x_px, ticks_px), TextStyle::NOTE_CENTRE);
                }
            }
        }
        let below = ((self.left_px + self.right_px()) / 2, ticks_px + NAME_HEIGHT_PX);
        canvas.shortened_text(&frame.x_label, WIDTH_PX / 2, below, TextStyle::NOTE_CENTRE);
    }

    /// The position of a value among the columns that are not open.
    fn edge_px(&self, value: f64) -> i32 {
        let last = self.columns.iter().rposition(|column| !Self::is_open(column)).unwrap_or(0);
        match self.columns[last].to {
            Some(to) if value >= to => self.column_left_px(last) + self.column_px,
            _ => self.x_px(value),
        }
    }

    /// Draws a mark, each of its own height, with its text at the side that has room.
    fn draw_mark(&self, canvas: &mut Canvas, index: usize, mark: &Mark) {
        let (x_px, colour) = (self.x_px(mark.value), if index == 0 { INK } else { BOX_LINE });
        let text_px =
            self.top_px - COUNT_HEIGHT_PX - (index as i32 + 1) * MARK_LINE_HEIGHT_PX + MARK_LINE_HEIGHT_PX / 2;
        canvas.line([(x_px, text_px - 6), (x_px, self.bottom_px())], colour, 2);
        let is_left = x_px + text::width_px(&mark.text, LABEL_SIZE_PX) + TEXT_GAP_PX > WIDTH_PX - MARGIN_PX;
        let (style, side_px) =
            if is_left { (TextStyle::LABEL_END, -TEXT_GAP_PX) } else { (TextStyle::LABEL, TEXT_GAP_PX) };
        canvas.text(&mark.text, (x_px + side_px, text_px), style);
    }
}
