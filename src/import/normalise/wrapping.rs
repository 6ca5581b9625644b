//! What stands around and within a cell and is no part of what it says: markup of Markdown and HTML, the brackets and
//! quotes of lists that were written as text, quotes, characters that show nothing. [`unwrapped`] takes it off before a
//! cell is read; the raw row keeps the cell as it stands. What is taken off, and what is not, stands in `wrapping.csv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

use super::text::pattern;
use crate::text::is_invisible;

/// A wrapper may stand within another.
const MAX_DEPTH: usize = 4;

/// What stands between the items of a list that was written as text.
const BETWEEN_ITEMS: &str = "; ";

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?is)<!--.*?-->|</?(?P<name>b|strong|i|em|u|s|del|strike|ins|mark|small|big|sub|sup|font|span|div|p|br|hr|a|code|pre|kbd|tt|li|ul|ol|td|tr|th|table|tbody|center|img|h[1-6]|label|nobr|wbr|details|summary)(?P<attributes>\s[^<>]*?)?\s*/?>"#,
    )
});
/// Tags behind or before which a new line begins.
const LINES: &[&str] = &["br", "p", "div", "li", "summary", "tr", "td", "th", "hr", "h1", "h2", "h3", "h4", "h5", "h6"];

static ALTERNATIVE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)\balt\s*=\s*["']([^"']*)["']"#));
/// Text that was struck out.
static STRUCK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?is)~~(?P<marked>[^~]+)~~|<(?:s|del|strike)>(?P<tagged>.*?)</(?:s|del|strike)>"));
static ENTITY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});"));

static IMAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"!\[([^\[\]]*)\]\([^()\s]*(?:\s+"[^"]*")?\)"#));
static LINK: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\[([^\[\]]*)\]\((<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)(?:\s+"[^"]*")?\)"#));
static AUTOLINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"<(?:https?://|mailto:)[^<>\s]*>"));
static CODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"`+([^`]+)`+"));
/// Emphasis; what stands around it is looked at by itself.
static STRONG: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\*\*\*([^*\s](?:[^*]*[^*\s])?)\*\*\*|\*\*([^*\s](?:.*?[^*\s])??)\*\*|__([^_\s](?:[^_]*[^_\s])?)__|==([^=\s](?:[^=]*[^=\s])?)==",
    )
});
/// A cell with one sign of emphasis at each end, and none between.
static WEAK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:\*([^*\s\d][^*]*)\*|_([^_\s][^_]*)_)$"));
/// What begins a line of a list, a heading or a quotation.
static LINE_START: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:(?:#{1,6}|[-*>•]) +)?(?:\[[ xX]\] +)?(?P<text>[^\s-].*)$"));
static ESCAPED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\\([\\*_\[\](){}<>~|#`.!+=-])"));
/// The mark of private data.
static PRIVATE_MARK: LazyLock<Regex> = LazyLock::new(|| pattern("‹[^‹›]*›"));

/// Quotes and brackets that may stand around a whole cell.
const PAIRS: &[(char, char)] = &[
    ('"', '"'),
    ('\'', '\''),
    ('“', '”'),
    ('‘', '’'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
    ('【', '】'),
    ('«', '»'),
    ('＂', '＂'),
];

/// Where escaped signs stand while markup is taken off, each by its own number.
const ESCAPES: u32 = 0xe000;

/// The text of a cell without what is only around it; items of a list that was written as text have `; ` between them.
pub fn unwrapped(cell: &str) -> Cow<'_, str> {
    if !may_be_wrapped(cell) {
        return Cow::Borrowed(cell);
    }
    let seen: String = cell.chars().filter(|character| !is_invisible(*character)).map(plain_space).collect();
    let mut text = PRIVATE_MARK.replace_all(&seen, " ").trim().to_owned();
    text = ESCAPED.replace_all(&text, escape).into_owned();
    for _ in 0..MAX_DEPTH {
        let inner = without_wrapper(&text);
        if inner == text {
            break;
        }
        text = inner;
    }
    Cow::Owned(text.chars().map(unescape).collect::<String>().trim().to_owned())
}

/// The items of a list that was written as text; several where a cell names several.
pub fn several(cell: &str) -> Option<Vec<String>> {
    items(cell.trim()).filter(|items| items.len() > 1)
}

/// Most cells have none of these.
fn may_be_wrapped(cell: &str) -> bool {
    let is_sign = |character: char| match character {
        '*' | '`' | '[' | '<' | '&' | '_' | '~' | '=' | '"' | '\'' | '\\' | '{' | '#' | '-' | '>' | '•' | '‹'
        | '\u{a0}' => true,
        '(' => false,
        other if other.is_ascii() => false,
        other => is_invisible(other) || PAIRS.iter().any(|(open, _)| *open == other),
    };
    cell.chars().any(is_sign)
}

fn plain_space(character: char) -> char {
    if matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}') { ' ' } else { character }
}

/// An escaped sign as one that no markup is made of.
fn escape(captures: &Captures<'_>) -> String {
    let sign = captures[1].chars().next().map_or(0, u32::from);
    char::from_u32(ESCAPES + sign).map(String::from).unwrap_or_default()
}

fn unescape(character: char) -> char {
    let sign = u32::from(character).checked_sub(ESCAPES).filter(|sign| *sign < 0x80);
    sign.and_then(char::from_u32).unwrap_or(character)
}

/// A text without its outermost wrapper of each kind.
fn without_wrapper(text: &str) -> String {
    let text = items(text).map_or_else(|| text.to_owned(), |items| items.join(BETWEEN_ITEMS));
    let text = named(&text).unwrap_or(text);
    let text = without_struck(&text);
    let text = without_markdown(&without_html(&text));
    without_quotes(text.trim()).to_owned()
}

/// The items of a list in brackets, all of them in quotes, as JSON and Python write it.
fn items(text: &str) -> Option<Vec<String>> {
    let inside = [('[', ']'), ('(', ')'), ('{', '}')];
    let inside = inside.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close))?.trim();
    if inside.is_empty() {
        return text.starts_with('[').then(Vec::new);
    }
    if let Ok(Value::Array(values)) = serde_json::from_str(text) {
        return values.iter().map(|value| value.as_str().map(|item| item.trim().to_owned())).collect();
    }
    let (mut items, mut rest) = (Vec::new(), inside);
    while !rest.is_empty() {
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        let (item, behind) = rest[1..].split_once(quote)?;
        items.push(item.trim().to_owned());
        let behind = behind.trim_start();
        rest = match behind.strip_prefix([',', '，', ';']) {
            Some(next) => next.trim_start(),
            None if behind.is_empty() => "",
            None => return None,
        };
    }
    Some(items)
}

/// What an object that was written as text is called.
fn named(text: &str) -> Option<String> {
    const NAMES: [&str; 6] = ["name", "title", "label", "text", "名称", "value"];
    if !text.starts_with('{') || !text.ends_with('}') {
        return None;
    }
    let object: Value = serde_json::from_str(text).or_else(|_| serde_json::from_str(&text.replace('\'', "\""))).ok()?;
    NAMES.iter().find_map(|name| object.get(name)?.as_str().map(str::to_owned))
}

/// Whether all of a cell was struck out.
pub fn is_struck_out(cell: &str) -> bool {
    cell.contains(['~', '<']) && STRUCK.is_match(cell) && !STRUCK.replace_all(cell, "").contains(char::is_alphanumeric)
}

/// Without what was struck out, unless that is all there is.
fn without_struck(text: &str) -> String {
    let rest = STRUCK.replace_all(text, "");
    if rest.chars().any(char::is_alphanumeric) {
        return rest.into_owned();
    }
    STRUCK.replace_all(text, "$marked$tagged").into_owned()
}

fn without_html(text: &str) -> String {
    let mut alternatives = Vec::new();
    let tagless = TAG.replace_all(text, |captures: &Captures<'_>| {
        let name = captures.name("name").map_or("", |name| name.as_str()).to_lowercase();
        if let Some(attributes) = captures.name("attributes").filter(|_| name == "img") {
            alternatives.extend(ALTERNATIVE.captures(attributes.as_str()).map(|found| found[1].to_owned()));
        }
        if LINES.contains(&name.as_str()) { "\n" } else { "" }
    });
    let text = if tagless.trim().is_empty() { Cow::Owned(alternatives.join(" ")) } else { tagless };
    if !ENTITY.is_match(&text) {
        return text.into_owned();
    }
    html_escape::decode_html_entities(&text).chars().map(plain_space).collect()
}

fn without_markdown(text: &str) -> String {
    let pictureless = IMAGE.replace_all(text, "");
    let text = if LINK.replace_all(&pictureless, "$1").trim().is_empty() {
        IMAGE.replace_all(text, "$1")
    } else {
        pictureless
    };
    let text = LINK.replace_all(&text, |captures: &Captures<'_>| {
        let target = &captures[2];
        let is_link = target.is_empty() || target.contains(['/', '.', '#', ':', '<', '?']);
        if is_link { captures[1].to_owned() } else { captures[0].to_owned() }
    });
    let linkless = AUTOLINK.replace_all(&text, "");
    let text = if linkless.trim().is_empty() { text } else { linkless };
    let text = CODE.replace_all(&text, "$1");
    let text = without_emphasis(&text);
    match WEAK.captures(text.trim()) {
        Some(captures) => captures.get(1).or(captures.get(2)).map_or("", |inside| inside.as_str()).to_owned(),
        None => LINE_START.replace(text.trim(), "$text").into_owned(),
    }
}

/// Without signs of emphasis that touch no Latin letter and no digit from outside: `20k**15` has none.
fn without_emphasis(text: &str) -> String {
    let (mut plain, mut end) = (String::with_capacity(text.len()), 0);
    for captures in STRONG.captures_iter(text) {
        let (Some(whole), Some(inside)) = (captures.get(0), captures.iter().skip(1).flatten().next()) else { continue };
        let touches = |character: Option<char>| character.is_some_and(|it| it.is_ascii_alphanumeric());
        let is_emphasis =
            !touches(text[..whole.start()].chars().next_back()) && !touches(text[whole.end()..].chars().next());
        plain.push_str(&text[end..whole.start()]);
        plain.push_str(if is_emphasis { inside.as_str() } else { whole.as_str() });
        end = whole.end();
    }
    plain.push_str(&text[end..]);
    plain
}

/// Without the quotes around the whole of it.
fn without_quotes(text: &str) -> &str {
    for (open, close) in PAIRS {
        if let Some(inside) = text.strip_prefix(*open).and_then(|rest| rest.strip_suffix(*close))
            && !inside.contains([*open, *close])
        {
            return inside;
        }
    }
    // A spreadsheet marks text by a quote before it.
    match text.strip_prefix('\'') {
        Some(rest) if !rest.contains('\'') && rest.starts_with(char::is_alphanumeric) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::word_tables;

    #[test]
    fn a_cell_is_struck_out_where_all_of_it_is() {
        for (cell, is_struck) in [
            ("~~百度~~", true),
            (" ❌ ~~百度~~ ", true),
            ("<del>百度</del>", true),
            ("**~~百度~~**", true),
            ("~~百度~~ 腾讯", false),
            ("腾讯<s>云</s>", false),
            ("20w~~30w", false),
            ("百度", false),
            ("", false),
        ] {
            assert_eq!(is_struck_out(cell), is_struck, "{cell}");
        }
    }

    #[test]
    fn wrappers_come_off_and_what_means_something_stays() {
        let cases: Vec<(String, String)> = word_tables::rows(include_str!("wrapping.csv"));
        let read = |cell: &str| unwrapped(cell).split_whitespace().collect::<Vec<_>>().join(" ");
        let wrong: Vec<String> = cases
            .iter()
            .filter(|(cell, expected)| read(cell) != *expected)
            .map(|(cell, expected)| format!("{cell} is read as {} and not as {expected}", read(cell)))
            .collect();
        assert!(cases.len() >= 100, "{}", cases.len());
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn a_list_of_several_is_told_from_one() {
        for (cell, expected) in [
            ("['腾讯']", None),
            ("[\"a\", \"b\"]", Some(vec!["a", "b"])),
            ("['a','b',]", Some(vec!["a", "b"])),
            ("(\"a\", \"b\")", Some(vec!["a", "b"])),
            ("腾讯", None),
            ("[腾讯, 百度]", None),
        ] {
            assert_eq!(several(cell), expected.map(|items| items.into_iter().map(str::to_owned).collect()), "{cell}");
        }
    }
}
