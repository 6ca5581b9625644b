//! The canvas a chart is drawn on: its background, heading and foot, and texts, lines and rectangles as elements of SVG.

use std::collections::BTreeSet;

use super::inline::{Link, Place, SHARP_EDGES};
use super::palette::{INK, MUTED, PAPER, Pair};
use super::{Frame, Theme, text};

/// The width of a chart, unless its columns need more.
pub(super) const WIDTH_PX: i32 = 800;
/// The free space at the left and right edges.
pub(super) const MARGIN_PX: i32 = 24;
/// The size of labels and of the texts at the marks.
pub(super) const LABEL_SIZE_PX: f64 = 12.5;
/// The size of ticks, axis names and notes.
pub(super) const NOTE_SIZE_PX: f64 = 12.0;

/// Faces that show Chinese on the usual systems, the system's own first.
const FONT_FAMILY: &str = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";
/// The free space over a picture without a heading, and over a heading.
const HEAD_PX: [i32; 2] = [8, 21];
const TITLE_SIZE_PX: f64 = 17.0;
/// Bold letters are wider than the estimate for plain ones.
const BOLD_FACTOR: f64 = 1.15;
const TITLE_LINE_HEIGHT_PX: i32 = 25;
const MAX_TITLE_LINES: usize = 2;
const SUBTITLE_SIZE_PX: f64 = 12.5;
const MAX_SUBTITLE_LINES: usize = 3;
const FOOT_LINE_HEIGHT_PX: i32 = 20;
const EMPTY_SIZE_PX: f64 = 16.0;
const EMPTY_HEIGHT_PX: i32 = 120;

/// The upper left and the lower right corner of a rectangle, or the ends of a line.
pub(super) type Corners = [(i32, i32); 2];

/// How a text is set: where its position lies in it (SVG's `text-anchor`), its size, colour, weight and direction.
#[derive(Clone, Copy)]
pub(super) struct TextStyle {
    pub(super) anchor: &'static str,
    pub(super) size_px: f64,
    pub(super) colour: Pair,
    pub(super) is_bold: bool,
    /// Whether the text runs upwards.
    pub(super) is_upright: bool,
}

impl TextStyle {
    /// Ink that begins at the position.
    pub(super) const LABEL: Self =
        Self { anchor: "start", size_px: LABEL_SIZE_PX, colour: INK, is_bold: false, is_upright: false };
    /// A label around the position.
    pub(super) const LABEL_CENTRE: Self = Self { anchor: "middle", ..Self::LABEL };
    /// A label that ends at the position.
    pub(super) const LABEL_END: Self = Self { anchor: "end", ..Self::LABEL };
    /// A muted note that begins at the position.
    pub(super) const NOTE: Self = Self { size_px: NOTE_SIZE_PX, colour: MUTED, ..Self::LABEL };
    /// A muted note around the position.
    pub(super) const NOTE_CENTRE: Self = Self { anchor: "middle", ..Self::NOTE };
    /// A muted note that ends at the position.
    pub(super) const NOTE_END: Self = Self { anchor: "end", ..Self::NOTE };
}

/// A picture while it is drawn. Positions are pixels from the upper left corner.
pub(super) struct Canvas<'a> {
    pub(super) frame: &'a Frame,
    elements: String,
    colours: BTreeSet<(&'static str, Pair)>,
}

/// Draws a whole picture: the background, the heading and the foot, and between them what `paint` draws, down to the
/// end of the body.
pub(super) fn draw(frame: &Frame, (width_px, body_bottom_px): (i32, i32), paint: impl FnOnce(&mut Canvas)) -> String {
    let foot = foot_lines(frame, width_px);
    // There are a few lines.
    let foot_px = 14 + foot.len() as i32 * FOOT_LINE_HEIGHT_PX + if foot.is_empty() { 0 } else { 4 };
    let height_px = body_bottom_px + foot_px;
    let mut canvas = Canvas { frame, elements: String::new(), colours: BTreeSet::new() };
    canvas.rectangle([(0, 0), (width_px, height_px)], PAPER, None);
    canvas.draw_heading();
    paint(&mut canvas);
    canvas.draw_foot(&foot, height_px);
    canvas.into_svg(width_px, height_px)
}

/// A picture with the heading, and in words why there is nothing to draw.
pub(super) fn draw_empty(frame: &Frame) -> String {
    let top_px = top_px(frame);
    let description = format!("{}. {}", frame.empty, frame.description);
    draw(&Frame { description, ..frame.clone() }, (WIDTH_PX, top_px + EMPTY_HEIGHT_PX), |canvas| {
        let lines = text::wrap_all(&frame.empty, WIDTH_PX - 2 * MARGIN_PX, EMPTY_SIZE_PX);
        let style = TextStyle { size_px: EMPTY_SIZE_PX, ..TextStyle::NOTE_CENTRE };
        // There are a few lines.
        let mut middle_px = top_px + (EMPTY_HEIGHT_PX - (lines.len() as i32 - 1) * TITLE_LINE_HEIGHT_PX) / 2;
        for line in lines {
            canvas.text(&line, (WIDTH_PX / 2, middle_px), style);
            middle_px += TITLE_LINE_HEIGHT_PX;
        }
    })
}

/// Where the body begins: under the heading.
pub(super) fn top_px(frame: &Frame) -> i32 {
    // There are a few lines.
    let (titles, subtitles) = (title_lines(frame).len() as i32, subtitle_lines(frame).len() as i32);
    HEAD_PX[usize::from(frame.place.has_heading())] + titles * TITLE_LINE_HEIGHT_PX + subtitles * FOOT_LINE_HEIGHT_PX
}

/// The line under the heading, which a filter may make longer than one.
fn subtitle_lines(frame: &Frame) -> Vec<String> {
    if !frame.place.has_heading() {
        return Vec::new();
    }
    let mut lines = text::wrap_all(&frame.subtitle, WIDTH_PX - 2 * MARGIN_PX, SUBTITLE_SIZE_PX);
    if lines.len() > MAX_SUBTITLE_LINES {
        // What there is no room for stays readable as a tooltip.
        let rest = lines.split_off(MAX_SUBTITLE_LINES - 1).join(" ");
        lines.push(rest);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// The heading in one line or two; what is too long even for two stays readable as the picture's accessible name.
fn title_lines(frame: &Frame) -> Vec<String> {
    if !frame.place.has_heading() {
        return Vec::new();
    }
    let (room_px, size_px) = (WIDTH_PX - 2 * MARGIN_PX, TITLE_SIZE_PX * BOLD_FACTOR);
    let mut lines = text::wrap(&frame.title, room_px, size_px);
    if lines.len() > MAX_TITLE_LINES {
        lines = text::wrap(&text::shorten(&frame.title, room_px * 9 / 5, size_px), room_px, size_px);
    }
    lines.truncate(MAX_TITLE_LINES);
    lines.retain(|line| !line.is_empty());
    lines.into_iter().map(|line| text::shorten(&line, room_px, size_px)).collect()
}

/// The lines at the foot, none of them cut; they come with the heading.
fn foot_lines(frame: &Frame, width_px: i32) -> Vec<String> {
    if !frame.place.has_heading() {
        return Vec::new();
    }
    frame.source.lines().flat_map(|line| text::wrap_all(line, width_px - 2 * MARGIN_PX, NOTE_SIZE_PX)).collect()
}

/// A text as the content of an element.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text as the value of an attribute.
fn quoted(text: &str) -> String {
    html_escape::encode_quoted_attribute(&text::clean(text)).into_owned()
}

impl Canvas<'_> {
    fn draw_heading(&mut self) {
        let frame = self.frame;
        let title = TextStyle { size_px: TITLE_SIZE_PX, is_bold: true, ..TextStyle::LABEL };
        let mut middle_px = 26;
        for line in title_lines(frame) {
            self.text(&line, (MARGIN_PX, middle_px), title);
            middle_px += TITLE_LINE_HEIGHT_PX;
        }
        let subtitle = TextStyle { size_px: SUBTITLE_SIZE_PX, ..TextStyle::NOTE };
        let lines = subtitle_lines(frame);
        let mut middle_px = top_px(frame) - 14 - (lines.len() as i32 - 1) * FOOT_LINE_HEIGHT_PX;
        for line in lines {
            self.shortened_text(&line, WIDTH_PX - 2 * MARGIN_PX, (MARGIN_PX, middle_px), subtitle);
            middle_px += FOOT_LINE_HEIGHT_PX;
        }
    }

    fn draw_foot(&mut self, lines: &[String], height_px: i32) {
        // There are a few lines.
        let mut middle_px = height_px - 18 - (lines.len() as i32 - 1) * FOOT_LINE_HEIGHT_PX;
        for line in lines {
            self.text(line, (MARGIN_PX, middle_px), TextStyle::NOTE);
            middle_px += FOOT_LINE_HEIGHT_PX;
        }
    }

    /// Draws a text whose middle height lies at the position. An empty text draws nothing.
    pub(super) fn text(&mut self, content: &str, position: (i32, i32), style: TextStyle) {
        self.shortened_text(content, i32::MAX, position, style);
    }

    /// Draws as much of a text as there is room for; what is cut off stays readable as a tooltip.
    pub(super) fn shortened_text(&mut self, content: &str, room_px: i32, (x, y): (i32, i32), style: TextStyle) {
        let TextStyle { anchor, size_px, .. } = style;
        let whole = text::clean(content);
        let shown = text::shorten(&whole, room_px, size_px);
        if shown.is_empty() {
            return;
        }
        let fill = self.colour("fill", style.colour);
        let weight = if style.is_bold { " font-weight=\"bold\"" } else { "" };
        let turn = if style.is_upright { format!(" transform=\"rotate(270, {x}, {y})\"") } else { String::new() };
        let tooltip = if shown == whole { String::new() } else { format!("<title>{}</title>", escape(&whole)) };
        let shown = escape(&shown);
        self.elements += &format!(
            "<text x=\"{x}\" y=\"{y}\" dy=\"0.5ex\" text-anchor=\"{anchor}\" font-size=\"{size_px}\" \
             {fill}{weight}{turn}>{tooltip}{shown}</text>\n"
        );
    }

    /// Draws what `paint` draws, as a link of which all of an area is the target, where it is one.
    pub(super) fn linked(&mut self, link: Option<&Link>, target: Corners, paint: impl FnOnce(&mut Self)) {
        let Some(Link { address, words }) = link else { return paint(self) };
        let name = match address {
            Some(address) => {
                // Its title is its name too; another one would have to begin with the texts that are drawn.
                self.elements += &format!("<a href=\"{}\"{}>", quoted(address), self.frame.place.target());
                "a"
            }
            None => {
                self.elements += "<g>";
                "g"
            }
        };
        self.elements += &format!("<title>{}</title>\n", escape(&text::clean(words)));
        paint(self);
        // It lies above what it is the target of, so that its outline is seen as a whole.
        let [(x, y), (right, bottom)] = target;
        let (width, height, stroke) = (right - x, bottom - y, self.colour("stroke", INK));
        self.elements += &format!(
            "<rect class=\"target\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"none\" \
             {stroke} stroke-width=\"0\" pointer-events=\"all\"/>\n</{name}>\n"
        );
    }

    /// Draws a straight line.
    pub(super) fn line(&mut self, [(x1, y1), (x2, y2)]: Corners, colour: Pair, width_px: u32) {
        // Of no length it is not seen, and who turns it into a picture warns of it.
        if (x1, y1) == (x2, y2) {
            return;
        }
        let stroke = self.colour("stroke", colour);
        self.elements +=
            &format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" {stroke} stroke-width=\"{width_px}\"/>\n");
    }

    /// Draws a line between two positions at one height, with a cap at either end.
    pub(super) fn whiskers(&mut self, ends_px: [i32; 2], middle_px: i32, half_cap_px: i32, colour: Pair) {
        self.line(ends_px.map(|end_px| (end_px, middle_px)), colour, 1);
        for end_px in ends_px {
            self.line([(end_px, middle_px - half_cap_px), (end_px, middle_px + half_cap_px)], colour, 1);
        }
    }

    /// Fills a rectangle, and outlines it where there is a colour for that.
    pub(super) fn rectangle(&mut self, [(x, y), (right, bottom)]: Corners, fill: Pair, outline: Option<Pair>) {
        let (width, height) = (right - x, bottom - y);
        let fill = self.colour("fill", fill);
        let stroke = outline.map_or_else(String::new, |colour| format!(" {}", self.colour("stroke", colour)));
        self.elements += &format!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {fill}{stroke}/>\n");
    }

    /// The attribute that gives a colour; in `Auto` the light one, which the style sheet turns dark.
    fn colour(&mut self, attribute: &'static str, colour: Pair) -> String {
        self.colours.insert((attribute, colour));
        format!("{attribute}=\"#{:06X}\"", if self.frame.theme == Theme::Dark { colour.dark } else { colour.light })
    }

    /// The document: accessible names, the style sheet, and what has been drawn.
    fn into_svg(self, width_px: i32, height_px: i32) -> String {
        let [title, description] = [&self.frame.title, &self.frame.description].map(|text| escape(&text::clean(text)));
        let (said, [title_id, description_id], style) = match &self.frame.place {
            Place::Alone => (
                "role=\"img\" aria-labelledby=\"title desc\"".to_owned(),
                ["title", "desc"].map(str::to_owned),
                format!("<style>{}</style>\n", self.style_sheet()),
            ),
            Place::Page { id, .. } => {
                let [title, description] = ["title", "desc"].map(|part| quoted(&format!("{id}-{part}")));
                // In a picture that is an image nothing could be a link.
                let said = format!(
                    "class=\"chart\" role=\"group\" aria-labelledby=\"{title}\" aria-describedby=\"{description}\""
                );
                (said, [title, description], String::new())
            }
        };
        format!(
            "<svg width=\"{width_px}\" height=\"{height_px}\" viewBox=\"0 0 {width_px} {height_px}\" \
             xmlns=\"http://www.w3.org/2000/svg\" {said} lang=\"{}\" \
             font-family=\"{FONT_FAMILY}\">\n<title id=\"{title_id}\">{title}</title>\n\
             <desc id=\"{description_id}\">{description}</desc>\n{style}{}</svg>\n",
            self.frame.language.of("zh", "en"),
            self.elements
        )
    }

    /// Straight edges lie on whole pixels: without smoothing they stay sharp. `Auto` turns dark where the viewer's
    /// system prefers that.
    fn style_sheet(&self) -> String {
        let sharp = format!("line,rect{{{SHARP_EDGES}}}");
        if self.frame.theme != Theme::Auto {
            return sharp;
        }
        let rules: String = self.colours.iter().map(|(attribute, colour)| colour.turn_dark(attribute)).collect();
        format!("{sharp}@media (prefers-color-scheme:dark){{{rules}}}")
    }
}
