//! Reads which of the two kinds of post a cell names.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Reading;
use super::text::{is_blank, squeezed};
use crate::import::word_tables;
use crate::model::closed_sets::RoleTrack;

static LABELS: LazyLock<HashMap<String, RoleTrack>> = LazyLock::new(|| {
    let labels: Vec<(String, RoleTrack)> = word_tables::rows(include_str!("../../../seed/import/role_tracks.csv"));
    labels.into_iter().map(|(label, track)| (squeezed(&label), track)).collect()
});

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
    let track = LABELS.get(label).copied();
    track.map(Some).ok_or_else(|| "no track is called so; write 平台 or 应用".to_owned())
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
