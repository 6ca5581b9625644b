//! The sheet a chart is drawn on: its ground, heading and foot, and the drawing of texts, lines and rectangles.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::document::{PLACEHOLDER_FAMILY, Shortened, complete};
use super::palette::{INK, MUTED, PAPER, Pair};
use super::{ChartError, Frame, text};

/// The width of a chart, unless its columns need more.
pub(super) const WIDTH_PX: i32 = 800;
/// The free space at the left and right edges.
pub(super) const MARGIN_PX: i32 = 24;
/// The size of labels and of the texts at the marks.
pub(super) const LABEL_SIZE_PX: f64 = 12.5;
/// The size of ticks, axis names and notes.
pub(super) const NOTE_SIZE_PX: f64 = 12.0;

const TITLE_SIZE_PX: f64 = 17.0;
/// Bold letters are wider than the estimate for plain ones.
const BOLD_FACTOR: f64 = 1.15;
const TITLE_LINE_HEIGHT_PX: i32 = 25;
const MOST_TITLE_LINES: usize = 2;
const SUBTITLE_SIZE_PX: f64 = 12.5;
const FOOT_LINE_HEIGHT_PX: i32 = 20;
const EMPTY_SIZE_PX: f64 = 16.0;
const EMPTY_HEIGHT_PX: i32 = 120;
/// The library writes font sizes divided by this factor.
pub(super) const SIZE_FACTOR: f64 = 1.24;

/// What drawing can fail with; a drawing into a string has no other cause than the library's own checks.
pub(super) type DrawError = DrawingAreaErrorKind<std::io::Error>;

impl From<DrawError> for ChartError {
    fn from(error: DrawError) -> Self {
        Self(error.to_string())
    }
}

/// How a text is set: where its position lies in it, its size, colour, weight and direction.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) horizontal: HPos,
    pub(super) size_px: f64,
    pub(super) colour: Pair,
    pub(super) is_bold: bool,
    /// Whether the text runs upwards.
    pub(super) is_upright: bool,
}

impl Setting {
    /// Ink that begins at the position.
    pub(super) const LABEL: Self =
        Self { horizontal: HPos::Left, size_px: LABEL_SIZE_PX, colour: INK, is_bold: false, is_upright: false };
    /// A label that ends at the position.
    pub(super) const LABEL_END: Self = Self { horizontal: HPos::Right, ..Self::LABEL };
    /// A muted note that begins at the position.
    pub(super) const NOTE: Self = Self { size_px: NOTE_SIZE_PX, colour: MUTED, ..Self::LABEL };
    /// A muted note that ends at the position.
    pub(super) const NOTE_END: Self = Self { horizontal: HPos::Right, ..Self::NOTE };
    /// A muted note around the position.
    pub(super) const NOTE_CENTRE: Self = Self { horizontal: HPos::Center, ..Self::NOTE };
}

/// A picture while it is drawn. Positions are pixels from the upper left corner.
pub(super) struct Sheet<'a> {
    pub(super) area: DrawingArea<SVGBackend<'a>, Shift>,
    pub(super) frame: &'a Frame,
    shortened: Vec<Shortened>,
}

/// Draws a whole picture: the ground, the heading and the foot, and between them what `paint` draws.
pub(super) fn draw(
    frame: &Frame,
    (width_px, body_height_px): (i32, i32),
    paint: impl FnOnce(&mut Sheet) -> Result<(), DrawError>,
) -> Result<String, ChartError> {
    let height_px = top_px(frame) + body_height_px + foot_height_px(frame);
    let mut svg = String::new();
    let shortened = paint_into(&mut svg, frame, (width_px, height_px), paint)?;
    Ok(complete(&svg, frame, &shortened))
}

/// Writes the picture into `svg`; the answer is what had to be shortened, in the order of drawing.
fn paint_into(
    svg: &mut String,
    frame: &Frame,
    (width_px, height_px): (i32, i32),
    paint: impl FnOnce(&mut Sheet) -> Result<(), DrawError>,
) -> Result<Vec<Shortened>, DrawError> {
    let size = (width_px.unsigned_abs(), height_px.unsigned_abs());
    let area = SVGBackend::with_string(svg, size).into_drawing_area();
    area.fill(&PAPER.colour(frame.theme))?;
    let mut sheet = Sheet { area, frame, shortened: Vec::new() };
    sheet.draw_heading(width_px)?;
    paint(&mut sheet)?;
    sheet.draw_foot(width_px, height_px)?;
    sheet.area.present()?;
    Ok(sheet.shortened)
}

/// A picture with the heading and a note that there is nothing to show.
pub(super) fn draw_empty(frame: &Frame) -> Result<String, ChartError> {
    draw(frame, (WIDTH_PX, EMPTY_HEIGHT_PX), |sheet| {
        let middle = (WIDTH_PX / 2, top_px(sheet.frame) + EMPTY_HEIGHT_PX / 2);
        sheet.text(text::no_data(sheet.frame.lang), middle, Setting { size_px: EMPTY_SIZE_PX, ..Setting::NOTE_CENTRE })
    })
}

/// Where the body begins: under the heading.
pub(super) fn top_px(frame: &Frame) -> i32 {
    let subtitle_px = if frame.subtitle.is_empty() { 0 } else { 20 };
    // There are at most two lines.
    21 + title_lines(frame).len() as i32 * TITLE_LINE_HEIGHT_PX + subtitle_px
}

/// The heading in one line or two; what is too long even for two stays readable as the picture's accessible name.
fn title_lines(frame: &Frame) -> Vec<String> {
    let (room_px, size_px) = (WIDTH_PX - 2 * MARGIN_PX, TITLE_SIZE_PX * BOLD_FACTOR);
    let title = text::clean(&frame.title);
    let mut lines = text::wrap(&title, room_px, size_px);
    if lines.len() > MOST_TITLE_LINES {
        lines = text::wrap(&text::shorten(&title, room_px * 9 / 5, size_px), room_px, size_px);
    }
    lines.truncate(MOST_TITLE_LINES);
    lines.retain(|line| !line.is_empty());
    lines.into_iter().map(|line| text::shorten(&line, room_px, size_px)).collect()
}

fn foot_height_px(frame: &Frame) -> i32 {
    let lines = frame.source.lines().count();
    // There are a few lines.
    14 + lines as i32 * FOOT_LINE_HEIGHT_PX + if lines == 0 { 0 } else { 4 }
}

impl Sheet<'_> {
    fn draw_heading(&mut self, width_px: i32) -> Result<(), DrawError> {
        let (frame, room_px) = (self.frame, width_px - 2 * MARGIN_PX);
        let title = Setting { size_px: TITLE_SIZE_PX, is_bold: true, ..Setting::LABEL };
        let mut middle_px = 26;
        for line in title_lines(frame) {
            self.text(&line, (MARGIN_PX, middle_px), title)?;
            middle_px += TITLE_LINE_HEIGHT_PX;
        }
        let subtitle = Setting { size_px: SUBTITLE_SIZE_PX, ..Setting::NOTE };
        self.shortened_text(&frame.subtitle, room_px, (MARGIN_PX, top_px(frame) - 14), subtitle)
    }

    fn draw_foot(&mut self, width_px: i32, height_px: i32) -> Result<(), DrawError> {
        let frame = self.frame;
        for (place, line) in frame.source.lines().rev().enumerate() {
            let middle_px = height_px - 18 - place as i32 * FOOT_LINE_HEIGHT_PX;
            self.shortened_text(line, width_px - 2 * MARGIN_PX, (MARGIN_PX, middle_px), Setting::NOTE)?;
        }
        Ok(())
    }

    /// Draws a text whose middle height lies at the position. An empty text draws nothing.
    pub(super) fn text(&self, content: &str, position: (i32, i32), setting: Setting) -> Result<(), DrawError> {
        let content = text::clean(content);
        if content.is_empty() {
            return Ok(());
        }
        let weight = if setting.is_bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::Name(PLACEHOLDER_FAMILY), setting.size_px * SIZE_FACTOR, weight);
        let font = if setting.is_upright { font.transform(FontTransform::Rotate270) } else { font };
        let colour = setting.colour.colour(self.frame.theme);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(setting.horizontal, VPos::Center));
        self.area.draw(&Text::new(content, position, style))
    }

    /// Draws as much of a text as there is room for; what is cut off stays readable as a tooltip.
    pub(super) fn shortened_text(
        &mut self,
        content: &str,
        room_px: i32,
        position: (i32, i32),
        setting: Setting,
    ) -> Result<(), DrawError> {
        let whole = text::clean(content);
        let shown = text::shorten(&whole, room_px, setting.size_px);
        self.text(&shown, position, setting)?;
        if shown != whole {
            self.shortened.push(Shortened { shown, whole });
        }
        Ok(())
    }

    /// Draws a straight line.
    pub(super) fn line(&self, ends: [(i32, i32); 2], colour: Pair, width_px: u32) -> Result<(), DrawError> {
        let style = colour.colour(self.frame.theme).stroke_width(width_px);
        self.area.draw(&PathElement::new(ends.to_vec(), style))
    }

    /// Fills the rectangle between two corners.
    pub(super) fn fill(&self, corners: [(i32, i32); 2], colour: Pair) -> Result<(), DrawError> {
        self.area.draw(&Rectangle::new(corners, colour.colour(self.frame.theme).filled()))
    }

    /// Outlines the rectangle between two corners.
    pub(super) fn outline(&self, corners: [(i32, i32); 2], colour: Pair) -> Result<(), DrawError> {
        self.area.draw(&Rectangle::new(corners, colour.colour(self.frame.theme)))
    }
}
