//! Reads which of the two kinds of post a cell names.

use super::Reading;
use super::text::{is_blank, squeezed};
use crate::model::closed_sets::RoleTrack;

const LABELS: &[(RoleTrack, &[&str])] = &[
    (
        RoleTrack::Platform,
        &[
            "platform",
            "platformside",
            "底层",
            "平台",
            "平台侧",
            "平台层",
            "底层平台",
            "算法侧",
            "底层/平台/算法侧",
            "底层/平台",
        ],
    ),
    (
        RoleTrack::Application,
        &[
            "application",
            "applicationside",
            "应用",
            "应用层",
            "应用侧",
            "落地",
            "落地场景",
            "应用层/落地场景",
            "应用/落地",
        ],
    ),
];

/// Reads a label of a track, with or without 方向 behind it.
///
/// # Errors
/// Where no track is called so.
pub fn read(cell: &str) -> Reading<RoleTrack> {
    let text = squeezed(cell);
    if is_blank(&text) {
        return Ok(None);
    }
    let label = text.strip_suffix("方向").unwrap_or(&text);
    let found = LABELS.iter().find(|(_, labels)| labels.contains(&label));
    found.map(|(track, _)| Some(*track)).ok_or_else(|| "no track is called so; write 平台 or 应用".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_of_a_track_is_read_and_nothing_else() {
        for (cell, expected) in [
            ("platform", Ok(Some(RoleTrack::Platform))),
            ("底层/平台/算法侧", Ok(Some(RoleTrack::Platform))),
            ("平台方向", Ok(Some(RoleTrack::Platform))),
            ("Application side", Ok(Some(RoleTrack::Application))),
            ("应用层/落地场景", Ok(Some(RoleTrack::Application))),
            ("-", Ok(None)),
        ] {
            assert_eq!(read(cell), expected, "{cell}");
        }
        for cell in ["应用平台", "AI", "平台/应用"] {
            assert!(read(cell).is_err(), "{cell}");
        }
    }
}
