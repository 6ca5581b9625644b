//! Labels with what they say, on the seed's tiers and a few schools.

use super::super::sample;
use super::*;

/// Bachelor's, master's and doctor's tier, highest degree.
fn read_label(label: &str) -> Result<[Option<String>; 4], Unreadable> {
    use crate::model::closed_set::ClosedSet;
    let vocabulary = sample::vocabulary();
    let education = read(label, &vocabulary)?;
    let tier = |id: Option<i16>| id.map(|id| vocabulary.tier(id).to_owned());
    Ok([
        tier(education.bachelor_tier()),
        tier(education.master_tier()),
        tier(education.doctor_tier()),
        education.highest_degree.map(|degree| degree.slug().to_owned()),
    ])
}

#[test]
fn labels_are_read_in_every_order() {
    for (label, bachelor, master, doctor, highest) in [
        ("985硕", "", "985", "", "master"),
        ("硕士985", "", "985", "", "master"),
        ("硕士/985", "", "985", "", "master"),
        ("港硕", "", "hong_kong", "", "master"),
        ("海硕", "", "overseas", "", "master"),
        ("英硕", "", "overseas", "", "master"),
        ("美本", "overseas", "", "", "bachelor"),
        ("211 本硕", "211", "211", "", "master"),
        ("本硕211", "211", "211", "", "master"),
        ("985本硕博", "985", "985", "985", "doctor"),
        ("211本", "211", "", "", "bachelor"),
        ("本科211", "211", "", "", "bachelor"),
        ("本科：211", "211", "", "", "bachelor"),
        ("博士其他", "", "", "other", "doctor"),
        ("一本本科", "first_tier", "", "", "bachelor"),
        ("二本", "second_tier", "", "", "bachelor"),
        ("双非硕", "", "second_tier", "", "master"),
        ("大专", "", "", "", "associate"),
        ("专升本", "", "", "", "bachelor"),
        ("大专+本科", "", "", "", "bachelor"),
        ("硕士", "", "", "", "master"),
        ("硕士研究生", "", "", "", "master"),
        ("本科/硕士", "", "", "", "master"),
        ("最高学历:硕士985 其余:本科211", "211", "985", "", "master"),
        ("211本985硕", "211", "985", "", "master"),
        ("985硕211本", "211", "985", "", "master"),
        ("双非本+海硕", "second_tier", "overseas", "", "master"),
        ("二本+985硕", "second_tier", "985", "", "master"),
        ("本科双非 硕士QS前100", "second_tier", "", "", "master"),
        ("本科双非，硕士海外QS50", "second_tier", "overseas", "", "master"),
        ("211双一流本科", "211", "", "", "bachelor"),
        ("浙大本硕", "985", "985", "", "master"),
        ("北邮硕", "", "211", "", "master"),
        ("港大硕士", "", "hong_kong", "", "master"),
        ("中科院博士", "", "", "double_first_class", "doctor"),
        ("本科：华中科技大学(985)，硕士：CMU", "985", "overseas", "", "master"),
        ("Carnegie Mellon University Master", "", "overseas", "", "master"),
        ("CMU master", "", "overseas", "", "master"),
        ("985 Bachelor", "985", "", "", "bachelor"),
    ] {
        let known = |slug: &str| (!slug.is_empty()).then(|| slug.to_owned());
        assert_eq!(read_label(label), Ok([known(bachelor), known(master), known(doctor), known(highest)]), "{label}");
    }
}

#[test]
fn labels_that_are_not_clear_say_nothing() {
    for (label, why) in [
        ("985", "no degree"),
        ("985/211本科", "one of two"),
        ("本科211硕士", "which of the two"),
        ("985本科硕士", "which of the two"),
        ("本科硕士985", "which of the two"),
        ("法硕", "a master of laws"),
        ("日本硕", "a bachelor too or not"),
        ("科大硕士", "two schools are called so"),
        ("清华北大本科", "two schools"),
        ("985硕 211硕", "one degree twice"),
        ("某大学硕士", "a word"),
        ("硕士在读吗", "a word"),
        ("xCMUx硕士", "a part of a word"),
        ("英国", "no degree"),
    ] {
        assert!(read_label(label).is_err(), "{label}: {why}: {:?}", read_label(label));
    }
}

#[test]
fn a_named_school_wins_over_a_label_and_a_contradiction_is_told() {
    let vocabulary = sample::vocabulary();
    for (label, tier, conflicts) in [
        ("北邮(985)硕", "211", 1),
        ("华科(985)硕", "985", 0),
        ("华科(211)硕", "985", 0),
        ("浙大 双一流 硕", "985", 0),
        ("海外 北邮 硕", "211", 1),
    ] {
        let education = read(label, &vocabulary).unwrap_or_else(|error| panic!("{label}: {error}"));
        assert_eq!(education.master_tier().map(|id| vocabulary.tier(id)), Some(tier), "{label}");
        assert_eq!(education.conflicts.len(), conflicts, "{label}: {:?}", education.conflicts);
        assert!(education.school_id().is_some(), "{label}");
    }
}

#[test]
fn cells_of_schools_complete_a_degree() {
    let vocabulary = sample::vocabulary();
    for (degree, school, tier, has_school, conflicts) in [
        ("硕士", "北邮", Some("211"), true, 0),
        ("硕士", "985", Some("985"), false, 0),
        ("985硕", "浙江大学", Some("985"), true, 0),
        ("985硕", "北邮", Some("211"), true, 1),
        ("985硕", "211", None, false, 1),
        ("浙大硕", "北邮", None, false, 1),
        ("大专", "浙大", None, true, 0),
    ] {
        let mut education = read(degree, &vocabulary).expect("a degree");
        let Ok(SchoolCell::Place(place)) = read_school(school, &vocabulary) else { panic!("{school} is a place") };
        education.at_highest(&place, &vocabulary);
        assert_eq!(education.master_tier().map(|id| vocabulary.tier(id)), tier, "{degree} at {school}");
        assert_eq!(education.school_id().is_some(), has_school, "{degree} at {school}");
        assert_eq!(education.conflicts.len(), conflicts, "{degree} at {school}");
    }
    // Without a degree there is no tier, and the school is kept.
    let mut education = Education::default();
    let Ok(SchoolCell::Place(place)) = read_school("北邮", &vocabulary) else { panic!("a place") };
    education.at_highest(&place, &vocabulary);
    education.at_bachelor(&place, &vocabulary);
    assert_eq!((education.bachelor_tier(), education.school_id()), (None, place.school));
    assert!(matches!(read_school("浙大本硕", &vocabulary), Ok(SchoolCell::Education(_))));
    assert!(read_school("科大", &vocabulary).is_err());
}

#[test]
fn the_schools_of_the_seed_are_read_by_their_everyday_names() {
    let vocabulary = sample::seed_vocabulary();
    for (label, tier) in [
        ("北邮硕", Some("211")),
        ("上交硕士", Some("985")),
        ("清华硕", Some("985")),
        ("华科本硕", Some("985")),
        ("深大硕", Some("second_tier")),
        ("国科大硕士", Some("double_first_class")),
        ("港科大硕", Some("hong_kong")),
        ("NUS硕士", Some("overseas")),
        ("帝国理工硕士", Some("overseas")),
        ("985硕", Some("985")),
        ("港硕", Some("hong_kong")),
        ("海硕", Some("overseas")),
        ("双非硕", Some("second_tier")),
        // Several schools are called so.
        ("科大硕士", None),
        ("师大硕士", None),
        ("财大硕士", None),
    ] {
        let found = read(label, &vocabulary).ok().and_then(|education| education.master_tier());
        assert_eq!(found.map(|id| vocabulary.tier(id)), tier, "{label}");
    }
}
