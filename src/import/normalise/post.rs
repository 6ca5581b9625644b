//! What stands in cells of the role beside the post, and instead of it: where it is, several posts, how somebody was hired.

use std::sync::LazyLock;

use regex::Regex;

use super::setting::Setting;
use super::text::{folded, pattern};
use super::{names, role_level};
use crate::catalog::cities::city_in;
use crate::catalog::{Entry, Resolved};
use crate::model::case::Field;

/// What stands between posts.
const BETWEEN_POSTS: [char; 9] = ['/', '、', '|', '&', '，', ',', ';', '；', '+'];

/// The posts that a text names whose parts are all known ones, each once; none where any part is not.
pub fn several<'s>(title: &str, setting: &'s Setting<'_>) -> Vec<&'s Entry> {
    let parts: Vec<&str> = title.split(BETWEEN_POSTS).map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 {
        return Vec::new();
    }
    let known = |part: &&str| match names::meaning(setting.catalog, Field::Role, part) {
        Some(Resolved::Found { entry, .. }) => Some(entry),
        _ => None,
    };
    let mut posts: Vec<&Entry> = parts.iter().map(known).collect::<Option<_>>().unwrap_or_default();
    posts.sort_unstable_by_key(|post| post.id());
    posts.dedup_by_key(|post| post.id());
    posts
}

/// A title without the place that stands at one of its ends, and of `POST-TEAM-PLACE` the post alone where that is known:
/// 后端开发-抖音-北京. `None` where no place stands there.
pub fn without_place(title: &str, setting: &Setting<'_>) -> Option<String> {
    static DASH: LazyLock<Regex> = LazyLock::new(|| pattern(r"\s+[-—–－_]+\s+|[-—–－_]+"));
    static NOTE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^\s*[【\[(（](?<place>[^】\])）]{2,12})[】\])）]\s*(?<post>.+)$"));
    let is_known =
        |post: &str| matches!(names::meaning(setting.catalog, Field::Role, post), Some(Resolved::Found { .. }));
    let is_place = |part: &str| part.chars().count() <= 12 && city_in(&folded(part), setting.catalog).is_ok();
    if let Some(note) = NOTE.captures(title) {
        return Some(note["post"].trim().to_owned()).filter(|post| is_known(post) && is_place(&note["place"]));
    }
    let dashes: Vec<_> = DASH.find_iter(title).collect();
    let (first, last) = (dashes.first()?, dashes.last()?);
    let (front, end) = (title[..last.start()].trim(), title[last.end()..].trim());
    if is_place(end) {
        // Latin names of places are words too.
        if is_known(front) || (!end.is_ascii() && dashes.len() == 1) {
            return Some(front.to_owned());
        }
        let post = title[..first.start()].trim();
        let rest = if is_known(post) { post } else { front };
        return Some(rest.to_owned()).filter(|_| is_known(post) || !end.is_ascii());
    }
    let (place, post) = (title[..first.start()].trim(), title[first.end()..].trim());
    Some(post.to_owned()).filter(|post| is_known(post) && is_place(place))
}

/// Whether a text says how or at which grade somebody was hired, and no post: 校招, P6, Full-time, 2024届.
pub fn is_none(title: &str) -> bool {
    const WORDS: [&str; 12] = [
        "兼职",
        "part time",
        "part-time",
        "parttime",
        "fulltime",
        "fte",
        "正式",
        "正式员工",
        "校园招聘",
        "社会招聘",
        "应届毕业生",
        "往届",
    ];
    static GRADE: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^(?:(?:p|t|l|e|d|m|ic|sp|ssp)\d{0,2}|\d{1,2})(?:[-+.]\d{0,2})?$"));
    let text = folded(title);
    let has_letter = |text: &str| text.contains(char::is_alphanumeric);
    let is_grade = text.contains(|it: char| it.is_ascii_digit()) && GRADE.is_match(&text);
    has_letter(&text) && (WORDS.contains(&text.as_str()) || is_grade || role_level::is_alone(&text))
}

#[cfg(test)]
mod tests {
    use super::is_none;

    #[test]
    fn how_somebody_was_hired_is_told_from_a_post() {
        for text in "校招|社招|秋招|实习|实习生|应届|2024届|24届校招|P6|p6+|L5|T3-1|2-1|Full-time|Part time|FTE|Intern|高级|Senior|正式|ssp1"
            .split('|')
        {
            assert!(is_none(text), "{text}");
        }
        for text in "产品实习生|后端|Java|C|H5|3D|2D美术|Lead|管培生|P6算法|QA|PM|T|PE|M|校招专员|社招HR|实习僧|X光技师|--|24小时客服".split('|')
        {
            assert!(!is_none(text), "{text}");
        }
    }
}
