//! What people put around a name to adorn, number or cross it: pictures, arrows, stars, `1.`, the address of a page.

use std::sync::LazyLock;

use regex::Regex;

use super::text::pattern;

/// Pictures, arrows, bullets and stars, with the space between them.
const SIGNS: &str = r"[\p{So}\p{Extended_Pictographic}\x{20e3}\x{1f3fb}-\x{1f3ff}→←⇒➜➔•‣※√∙⋅\s]+";

static BEFORE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("^(?:[0-9]\\x{{20e3}})?{SIGNS}")));
static BEHIND: LazyLock<Regex> = LazyLock::new(|| pattern(&format!("{SIGNS}$")));
static KEYCAP: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[0-9]\x{20e3}\s*"));

/// The number of a list before a name, which begins with a letter.
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?P<digits>\d{1,3})(?:[、)）．]\s*|\.\s+)|\d{1,3}\.(?P<chinese>\p{Han})|[(（]\d{1,3}[)）]\s*|(?i:no)\.? ?\d{1,3}[\s:：.、]+|[\x{2460}-\x{249b}\x{2776}-\x{2793}]\s*)(?P<name>\p{L}.*)?$",
    )
});

/// The address of a page beside a name.
static PAGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\s(（:：-]*(?:https?://|www\.)[^\s)）]+[)）]?\s*"));

/// Signs that cross something out.
const CROSSES: &[char] = &['❌', '✖', '✗', '✘', '🚫', '❎'];

/// A name without pictures and signs at its ends.
pub fn unadorned(name: &str) -> &str {
    let first = KEYCAP.find(name).map_or(0, |keycap| keycap.end());
    let start = BEFORE.find(&name[first..]).map_or(first, |signs| first + signs.end());
    let rest = &name[start..];
    let rest = &rest[..BEHIND.find(rest).map_or(rest.len(), |signs| signs.start())];
    // A name of signs alone is left as it is.
    if rest.is_empty() { name } else { rest }
}

/// A name without the number of a list before it, unless that number is a name itself.
pub fn unnumbered(name: &str, is_name: impl Fn(&str) -> bool) -> &str {
    let Some(captures) = NUMBER.captures(name) else { return name };
    if captures.name("digits").is_some_and(|digits| is_name(digits.as_str())) {
        return name;
    }
    let start = captures.name("chinese").or(captures.name("name")).map(|name| name.start());
    start.map_or(name, |start| &name[start..])
}

/// A name without the address of a page beside it.
pub fn without_page(name: &str) -> String {
    let rest = PAGE.replace_all(name, " ");
    let rest = rest.trim();
    if rest.chars().any(char::is_alphanumeric) { rest.to_owned() } else { name.to_owned() }
}

/// The sign with which a name is crossed out.
pub fn cross(name: &str) -> Option<char> {
    let name = name.trim();
    let is_cross = |sign: &char| CROSSES.contains(sign);
    (name.chars().any(char::is_alphanumeric))
        .then(|| name.chars().next().filter(is_cross).or(name.chars().next_back().filter(is_cross)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_adorns_or_numbers_a_name_comes_off_and_what_is_part_of_it_stays() {
        let is_name = |name: &str| ["360", "58", "51"].contains(&name);
        for (written, expected) in [
            ("✅ 腾讯", "腾讯"),
            ("🔥腾讯🔥", "腾讯"),
            ("⭐️⭐️ 腾讯", "腾讯"),
            ("🇨🇳 腾讯", "腾讯"),
            ("👍🏻腾讯", "腾讯"),
            ("★ 腾讯 ★", "腾讯"),
            ("● 腾讯", "腾讯"),
            ("→ 腾讯", "腾讯"),
            ("√腾讯", "腾讯"),
            ("腾讯™", "腾讯"),
            ("1️⃣ 腾讯", "腾讯"),
            ("① 腾讯", "腾讯"),
            ("1. 腾讯", "腾讯"),
            ("1.腾讯", "腾讯"),
            ("12、腾讯", "腾讯"),
            ("1)腾讯", "腾讯"),
            ("（1）腾讯", "腾讯"),
            ("(2) Tencent", "Tencent"),
            ("No.1 腾讯", "腾讯"),
            ("2. Backend Engineer", "Backend Engineer"),
            ("腾讯 https://careers.tencent.com", "腾讯"),
            ("腾讯（https://careers.tencent.com/a?b=1）", "腾讯"),
            ("腾讯:www.tencent.com", "腾讯"),
            ("360、百度", "360、百度"),
            ("58.com", "58.com"),
            ("360.cn", "360.cn"),
            ("7.Eleven", "7.Eleven"),
            ("3M", "3M"),
            ("58", "58"),
            ("1.", "1."),
            ("2.5D设计", "2.5D设计"),
            ("4399", "4399"),
            ("1688", "1688"),
            ("36氪", "36氪"),
            ("2012 实验室", "2012 实验室"),
            ("C++", "C++"),
            ("C#", "C#"),
            (".NET", ".NET"),
            ("Yahoo!", "Yahoo!"),
            ("腾*", "腾*"),
            ("🔥", "🔥"),
            ("www.tencent.com", "www.tencent.com"),
            ("小米（深圳）", "小米（深圳）"),
            ("AT&T", "AT&T"),
            ("D&G", "D&G"),
        ] {
            // What shows nothing is taken off before.
            let written: String = written.chars().filter(|it| !crate::text::is_invisible(*it)).collect();
            assert_eq!(unnumbered(unadorned(&without_page(&written)), is_name), expected, "{written}");
        }
    }

    #[test]
    fn a_name_that_is_crossed_out_is_told() {
        for (name, expected) in [
            ("❌ 腾讯", Some('❌')),
            ("腾讯✗", Some('✗')),
            ("🚫腾讯", Some('🚫')),
            ("✅ 腾讯", None),
            ("×", None),
            ("❌", None),
        ] {
            assert_eq!(cross(name), expected, "{name}");
        }
    }
}
