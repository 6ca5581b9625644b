//! Texts of the charts: their estimated width, shortening, and the writing of numbers.
//!
//! No font is at hand while drawing, so widths are estimates that hold for the usual sans-serif faces.

use indicatif::HumanFloatCount;

use crate::parameters::Language;

/// How the ticks of a value axis are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Unit {
    /// A count or a plain number: `1,200`.
    #[default]
    Number,
    /// A share given as a fraction of one: 0.25 is written `25 %`.
    Share,
    /// An amount of money: `45万` in Chinese, `450k` in English.
    Money,
}

/// The width of a text in pixels once it is clean, estimated from its characters.
pub(super) fn width_px(text: &str, size_px: f64) -> i32 {
    let width_em: f64 = clean(text).chars().map(width_em).sum();
    // A label of any length stays far below the largest integer; the cast saturates.
    (width_em * size_px).ceil() as i32
}

fn width_em(character: char) -> f64 {
    match character {
        '\u{1100}'..='\u{11FF}' | '\u{2E80}'.. => 1.0,
        // These are as wide as that among Chinese characters.
        '—' | '‘'..='‟' | '…' => 1.0,
        '%' | '@' | 'm' | 'w' | 'M' | 'W' => 1.0,
        'A'..='Z' | '=' | '<' | '>' | '+' | '&' => 0.72,
        '0'..='9' => 0.62,
        'f' | 'i' | 'j' | 'l' | 't' | '.' | ',' | ' ' | '\'' | '|' => 0.36,
        _ => 0.6,
    }
}

/// Leaves out what XML cannot hold and makes any white space a single space.
pub(super) fn clean(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|character| if character.is_control() { ' ' } else { character })
        .filter(|character| !matches!(character, '\u{FFFE}' | '\u{FFFF}'))
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Leaves out what turns the direction of reading, which would turn what is written behind it too.
pub(super) fn in_one_direction(text: &str) -> String {
    text.chars().filter(|character| !matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')).collect()
}

/// The longest beginning of a text that fits into the width, with `…` where something was cut off.
pub(super) fn shorten(text: &str, room_px: i32, size_px: f64) -> String {
    let text = clean(text);
    if width_px(&text, size_px) <= room_px {
        return text;
    }
    let mut room_em = f64::from(room_px) / size_px - width_em('…');
    let kept: String = text
        .chars()
        .take_while(|character| {
            room_em -= width_em(*character);
            room_em >= 0.0
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// Breaks a text into lines that fit into the width, of about the same length: between words, and between any
/// two Chinese characters. A word that is too wide for a line of its own is left as it is.
pub(super) fn wrap(text: &str, room_px: i32, size_px: f64) -> Vec<String> {
    let text = &clean(text);
    wrap_pieces(text, &pieces(text), room_px, size_px)
}

/// The same, also within a word that is too wide for a line of its own: nothing is wider than the lines.
pub(super) fn wrap_all(text: &str, room_px: i32, size_px: f64) -> Vec<String> {
    let text = &clean(text);
    let pieces: Vec<&str> = pieces(text).into_iter().flat_map(|piece| parts(piece, room_px, size_px)).collect();
    wrap_pieces(text, &pieces, room_px, size_px)
}

fn wrap_pieces(text: &str, pieces: &[&str], room_px: i32, size_px: f64) -> Vec<String> {
    let lines = wrap_greedily(pieces, room_px, size_px);
    let line_count = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    // One character more than the average leaves the last line a little shorter rather than nearly empty.
    let even_px = width_px(text, size_px) / line_count + width_px("字", size_px);
    let even_lines = wrap_greedily(pieces, even_px.min(room_px), size_px);
    if even_lines.len() == lines.len() { even_lines } else { lines }
}

fn wrap_greedily(pieces: &[&str], room_px: i32, size_px: f64) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces {
        let longer = format!("{line}{piece}");
        if line.is_empty() || width_px(longer.trim_end(), size_px) <= room_px {
            line = longer;
        } else {
            lines.push(line.trim_end().to_owned());
            line = (*piece).to_owned();
        }
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// Parts with something between them in lines that fit into the width, none of them broken.
pub(super) fn filled(parts: &[&str], between: &str, room_px: i32, size_px: f64) -> Vec<String> {
    let pieces: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(index, part)| if index + 1 < parts.len() { format!("{part}{between}") } else { (*part).to_owned() })
        .collect();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    wrap_greedily(&pieces, room_px, size_px)
}

/// A piece in parts that each fit into a line.
fn parts(piece: &str, room_px: i32, size_px: f64) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = piece;
    while width_px(rest, size_px) > room_px {
        let mut room_em = f64::from(room_px) / size_px;
        let is_beyond = |(_, character): &(usize, char)| {
            room_em -= width_em(*character);
            room_em < 0.0
        };
        // However narrow the room is, a part has a character.
        let second = rest.char_indices().nth(1).map_or(rest.len(), |(index, _)| index);
        let end = rest.char_indices().find(is_beyond).map_or(rest.len(), |(index, _)| index.max(second));
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Signs that no line ends with.
const OPENING: &[char] = &['（', '《', '“', '‘', '「', '【', '('];
/// Signs that no line begins with.
const CLOSING: &[char] = &['）', '》', '”', '’', '」', '】', ')', '，', '、', '。', '：', '；', '！', '？', '…'];

/// The parts a line may be broken between.
fn pieces(text: &str) -> Vec<&str> {
    let is_wide = |character: char| character >= '\u{2E80}';
    let mut pieces = Vec::new();
    let (mut start, mut previous) = (0, None);
    for (index, character) in text.char_indices() {
        let can_break = previous.is_some_and(|previous| {
            let is_between = (is_wide(previous) || is_wide(character)) && character != ' ';
            previous == ' ' || is_between && !OPENING.contains(&previous)
        });
        if can_break && !CLOSING.contains(&character) {
            pieces.push(&text[start..index]);
            start = index;
        }
        previous = Some(character);
    }
    pieces.push(&text[start..]);
    pieces
}

/// Writes a tick of a value axis that reaches to about `largest` on either side of zero.
pub(super) fn tick(value: f64, largest: f64, unit: Unit, language: Language) -> String {
    match unit {
        Unit::Share => format!("{} %", grouped(value * 100.0)),
        Unit::Number if largest < 1e5 => grouped(value),
        Unit::Number | Unit::Money => compact(value, language),
    }
}

/// Writes a value like a tick, rounded to four significant digits.
pub(super) fn rounded(value: f64, unit: Unit, language: Language) -> String {
    // The text form rounds correctly in decimal, which a division by a power of ten would not.
    let rounded = format!("{value:.3e}").parse().unwrap_or(value);
    tick(rounded, rounded.abs(), unit, language)
}

fn compact(value: f64, language: Language) -> String {
    let steps = language.of([(1e8, "亿"), (1e4, "万")].as_slice(), &[(1e9, "B"), (1e6, "M"), (1e3, "k")]);
    match steps.iter().find(|(size, _)| value.abs() >= *size) {
        Some((size, suffix)) => format!("{}{suffix}", grouped(value / size)),
        None => grouped(value),
    }
}

/// A number with thousands separators and without needless decimals.
fn grouped(value: f64) -> String {
    if value != 0.0 && value.abs() < 1e-4 {
        return format!("{value:.0e}");
    }
    format!("{}{}", if value < 0.0 { "−" } else { "" }, HumanFloatCount(value.abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_readers() {
        assert_eq!(tick(0.0, 0.0, Unit::Number, Language::English), "0");
        assert_eq!(tick(-1234.5, 1234.5, Unit::Number, Language::English), "−1,234.5");
        assert_eq!(tick(0.25, 0.25, Unit::Share, Language::English), "25 %");
        assert_eq!(tick(450_000.0, 450_000.0, Unit::Money, Language::Chinese), "45万");
        assert_eq!(tick(450_000.0, 450_000.0, Unit::Money, Language::English), "450k");
        assert_eq!(tick(1_500_000.0, 1_500_000.0, Unit::Number, Language::English), "1.5M");
        assert_eq!(tick(500_000.0, 1e6, Unit::Number, Language::English), "500k");
        assert_eq!(tick(2e8, 2e8, Unit::Money, Language::Chinese), "2亿");
        assert_eq!(tick(1e-9, 1e-9, Unit::Number, Language::English), "1e-9");
    }

    #[test]
    fn shortening_keeps_within_the_room() {
        assert_eq!(shorten("字节跳动", 52, 13.0), "字节跳动");
        assert_eq!(shorten("哈尔滨工业大学（深圳）", 70, 13.0), "哈尔滨工…");
        assert!(width_px(&shorten(&"W".repeat(60), 100, 13.0), 13.0) <= 100);
        assert_eq!(shorten("字节", 0, 13.0), "…");
    }

    #[test]
    fn lines_break_between_words_and_characters() {
        assert_eq!(wrap("字节跳动", 60, 13.0), ["字节跳动"]);
        assert_eq!(wrap("哈尔滨工业大学（深圳）", 80, 13.0), ["哈尔滨工业大", "学（深圳）"]);
        assert_eq!(wrap("Huawei Technologies <R&D>", 90, 13.0), ["Huawei", "Technologies", "<R&D>"]);
        assert_eq!(wrap("", 90, 13.0), [""]);
        assert_eq!(wrap("来自《大模型》。《产品》", 66, 13.0), ["来自《大模", "型》。《产", "品》"]);
        assert_eq!(wrap("aaaa bbbbbbbbbbbb", 60, 13.0), ["aaaa", "bbbbbbbbbbbb"]);
        assert_eq!(wrap_all("aaaa bbbbbbbbbbbb", 60, 13.0), ["aaaa", "bbbbbbb", "bbbbb"]);
        for (text, room_px) in [("a b", 1), ("字", 0), ("W", 5), ("《》", 1)] {
            assert_eq!(wrap_all(text, room_px, 13.0).concat(), text.replace(' ', ""), "{text} in {room_px}");
        }
    }

    #[test]
    fn cleaning_leaves_only_what_xml_can_hold() {
        assert_eq!(clean(" a\u{0}b\n\tc\u{FFFF} "), "a b c");
    }
}
