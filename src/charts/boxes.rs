//! Horizontal box plots: the middle half as a box, whiskers from the 10th to the 90th percentile, and how sure the median is
//! as a bar through it.

use super::canvas::{Canvas, LABEL_SIZE_PX, MARGIN_PX, NOTE_SIZE_PX, TextStyle, WIDTH_PX, draw_empty};
use super::inline::Link;
use super::palette::{BOX_FILL, BOX_LINE, INK};
use super::plot::{Plot, Rows, domain, drawable, names_height_px, widened};
use super::{Frame, text};

const HALF_BOX_PX: i32 = 8;
const HALF_CAP_PX: i32 = 5;
const INTERVAL_PX: u32 = 2;
const COLUMN_GAP_PX: i32 = 14;
const MAX_NOTE_WIDTH_PX: i32 = 110;
const KEY_LINES: usize = 3;
const KEY_LINE_PX: i32 = 16;
const HEAD_HEIGHT_PX: i32 = 22 + (KEY_LINES as i32 - 1) * KEY_LINE_PX;
/// The free space beside the outermost whiskers, as a share of what the boxes span.
const SIDE_SHARE: f64 = 0.04;

/// How a box plot is read, in Chinese and in English, in parts that are not broken where there is room.
const KEY: [(&str, &str); 4] = [
    ("蓝框：中间一半人的薪资", "Blue box: the middle half of people"),
    ("黑竖线：中位数", "black line: median"),
    ("细线：最低 10 % 和最高 10 % 的人在线外", "thin lines: all but the lowest 10 % and the highest 10 %"),
    ("黑横条：中位数的误差范围（95 % 区间），看不见就是很小", "black bar: margin of error of the median (95 %)"),
];

/// How the values of a group are spread.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    /// The 25th, 50th and 75th percentile.
    pub(super) quartiles: [f64; 3],
    /// The 10th and the 90th percentile; `None` of few values.
    pub(super) tails: Option<[f64; 2]>,
    /// The 95 % interval of the median; `None` of very few.
    pub(super) median_interval: Option<[f64; 2]>,
}

/// One group of values.
#[derive(Debug, Clone, Default)]
pub(super) struct BoxGroup {
    /// What the group stands for, written at its left.
    pub(super) label: String,
    /// `None` where the group has too few values to be drawn.
    pub(super) spread: Option<Spread>,
    /// Written at the right: `n = 12`, or `n < 3` for a group that is not drawn.
    pub(super) note: String,
    /// Whether it stands apart from the others: the unknown. Such groups come last.
    pub(super) is_apart: bool,
    /// What it is a link to.
    pub(super) link: Option<Link>,
}

/// Draws box plots in the given order; meant for up to 50 of them. The axis need not begin at zero.
pub(super) fn boxes(frame: &Frame, groups: &[BoxGroup]) -> String {
    let spreads: Vec<Option<Spread>> = groups.iter().map(|group| group.spread?.in_order()).collect();
    if spreads.iter().all(Option::is_none) {
        return draw_empty(frame);
    }
    let medians: Vec<String> = spreads.iter().map(|spread| median_text(frame, spread)).collect();
    let median_head = frame.language.of("中位数", "Median");
    let medians_px = medians.iter().map(|median| text::width_px(median, LABEL_SIZE_PX));
    let medians_px = medians_px.fold(text::width_px(median_head, NOTE_SIZE_PX), i32::max);
    let notes_px = groups.iter().map(|group| text::width_px(&group.note, NOTE_SIZE_PX)).max();
    let notes_px = notes_px.unwrap_or(0).min(MAX_NOTE_WIDTH_PX);
    let right_room_px = COLUMN_GAP_PX + medians_px + COLUMN_GAP_PX + notes_px;
    let (low, high) = domain(spreads.iter().flatten().flat_map(Spread::values));
    let values = widened((low, high), (high - low) * SIDE_SHARE);
    let labels = groups.iter().map(|group| group.label.as_str()).collect();
    let links = groups.iter().map(|group| group.link.as_ref()).collect();
    let rows = Rows { labels, apart: groups.iter().filter(|group| group.is_apart).count(), links };
    let plot = Plot::new(frame, rows, HEAD_HEIGHT_PX.max(names_height_px(frame)), right_room_px, values);
    plot.draw(|canvas| {
        let median_end_px = WIDTH_PX - MARGIN_PX - notes_px - COLUMN_GAP_PX;
        let head_px = plot.top_px - 13;
        canvas.text(median_head, (median_end_px, head_px), TextStyle::NOTE_END);
        let with_pay = frame.language.of("写明薪资", "With pay");
        canvas.shortened_text(with_pay, MAX_NOTE_WIDTH_PX, (WIDTH_PX - MARGIN_PX, head_px), TextStyle::NOTE_END);
        draw_key(canvas, &plot, head_px);
        for (index, group) in groups.iter().enumerate() {
            let middle_px = plot.middle_px(index);
            plot.draw_row(canvas, index, |canvas| {
                if let Some(spread) = spreads[index] {
                    draw_box(canvas, &plot, middle_px, spread);
                }
                canvas.text(&medians[index], (median_end_px, middle_px), TextStyle::LABEL_END);
                let right = (WIDTH_PX - MARGIN_PX, middle_px);
                canvas.shortened_text(&group.note, MAX_NOTE_WIDTH_PX, right, TextStyle::NOTE_END);
            });
        }
    })
}

/// Writes how the picture is read, in as many lines as it needs, the last of them at the height of the head.
fn draw_key(canvas: &mut Canvas, plot: &Plot<'_>, head_px: i32) {
    let room_px = plot.right_px - plot.left_px;
    let language = canvas.frame.language;
    let parts = KEY.map(|(zh, en)| language.of(zh, en));
    let mut lines = text::filled(&parts, language.of("；", "; "), room_px, NOTE_SIZE_PX);
    if lines.len() > KEY_LINES {
        let rest = lines.split_off(KEY_LINES - 1).join(language.of("", " "));
        lines.push(rest);
    }
    for (line, above) in lines.iter().rev().zip(0..) {
        canvas.shortened_text(line, room_px, (plot.left_px, head_px - above * KEY_LINE_PX), TextStyle::NOTE);
    }
}

impl Spread {
    /// All values that are drawn.
    fn values(&self) -> impl Iterator<Item = f64> {
        let ends = [self.tails, self.median_interval].into_iter().flatten().flatten();
        self.quartiles.into_iter().chain(ends)
    }

    /// The same with each of them in rising order, if it can be drawn.
    fn in_order(self) -> Option<Self> {
        fn ordered<const N: usize>(mut values: [f64; N]) -> Option<[f64; N]> {
            for value in &mut values {
                *value = drawable(*value)?;
            }
            values.sort_by(f64::total_cmp);
            Some(values)
        }
        let [tails, median_interval] = [self.tails, self.median_interval].map(|ends| ends.and_then(ordered));
        Some(Self { quartiles: ordered(self.quartiles)?, tails, median_interval })
    }
}

fn median_text(frame: &Frame, spread: &Option<Spread>) -> String {
    let median = |spread: &Spread| text::rounded(spread.quartiles[1], frame.unit, frame.language);
    spread.as_ref().map_or_else(|| "–".to_owned(), median)
}

fn draw_box(canvas: &mut Canvas, plot: &Plot, middle_px: i32, spread: Spread) {
    let [left_px, median_px, right_px] = spread.quartiles.map(|value| plot.x_px(value));
    let (top_px, bottom_px) = (middle_px - HALF_BOX_PX, middle_px + HALF_BOX_PX);
    if let Some(tails) = spread.tails {
        canvas.whiskers(tails.map(|value| plot.x_px(value)), middle_px, HALF_CAP_PX, BOX_LINE);
    }
    canvas.rectangle([(left_px, top_px), (right_px, bottom_px)], BOX_FILL, Some(BOX_LINE));
    if let Some([low_px, high_px]) = spread.median_interval.map(|ends| ends.map(|value| plot.x_px(value))) {
        canvas.line([(low_px, middle_px), (high_px, middle_px)], INK, INTERVAL_PX);
    }
    canvas.line([(median_px, top_px), (median_px, bottom_px)], INK, 3);
}
