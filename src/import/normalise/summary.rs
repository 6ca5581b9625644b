//! What a summary says against another cell. What else it says stands with the field that it says:
//! [`super::interview_rounds`], [`super::preparation`], [`super::offer_channel`], [`super::tags`].

use super::text::folded;

/// Sides of learning that a summary may name, with the discipline codes that belong to another.
const BACKGROUNDS: &[(&str, &[&str])] = &[
    ("文科背景", &["07", "08", "09", "10"]),
    ("理科背景", &["05", "06", "13"]),
    ("工科背景", &["01", "02", "03", "04", "05", "06", "12", "13"]),
    ("商科背景", &["01", "05", "06", "08", "09", "10", "13"]),
];

/// What the summary says against the major: `文科背景` of someone whose major is 工科.
///
/// `discipline_code` is the code of the discipline that the major stands under, `None` for broad
/// labels, which contradict nothing.
pub fn major_conflict(summary: &str, major: &str, discipline_code: Option<&str>) -> Option<String> {
    let code = discipline_code?;
    if !summary.contains("背景") {
        return None;
    }
    let text = folded(summary);
    BACKGROUNDS
        .iter()
        .find(|(background, others)| text.contains(background) && others.contains(&code))
        .map(|(background, _)| format!("major says {major}, summary says {background}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_background_contradicts_only_a_major_of_another_side() {
        for (summary, code, conflict) in [
            ("文科背景三轮面试细节披露", Some("08"), true),
            ("文科背景", Some("05"), false),
            ("文科背景", None, false),
            ("从文科到大厂", Some("07"), false),
        ] {
            assert_eq!(major_conflict(summary, "X", code).is_some(), conflict, "{summary} with {code:?}");
        }
    }
}
