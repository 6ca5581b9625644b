//! Small groups: a source may ask that groups with few of its cases are not shown.

use crate::catalog::Catalog;

/// A group with its cases by source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedGroup {
    /// The value, as the database prints it; `None` = unknown.
    pub key: Option<String>,
    /// Cases by the id of their source; each has some.
    pub by_source: Vec<(i32, u64)>,
}

impl CountedGroup {
    /// All cases of the group.
    pub fn count(&self) -> u64 {
        self.by_source.iter().map(|(_, cases)| cases).sum()
    }
}

/// Groups that may be shown, and those that may not.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Divided {
    /// May be shown.
    pub shown: Vec<CountedGroup>,
    /// Have fewer cases of a source than it asks for, or keep one that has from being worked out.
    pub suppressed: Vec<CountedGroup>,
}

/// Divides groups by what their sources ask for. Where just one group would be left out, its size
/// could be worked out from the total; then the smallest of the others goes with it.
pub fn divide(groups: Vec<CountedGroup>, catalog: &Catalog) -> Divided {
    divide_by(groups, |source| {
        let asked = catalog.sources.get(source).map_or(1, |source| source.min_group_size);
        u64::try_from(asked).unwrap_or(1)
    })
}

fn divide_by(groups: Vec<CountedGroup>, min_group_size: impl Fn(i32) -> u64) -> Divided {
    let too_small =
        |group: &CountedGroup| group.by_source.iter().any(|(source, cases)| *cases < min_group_size(*source));
    let (mut suppressed, mut shown): (Vec<_>, Vec<_>) = groups.into_iter().partition(too_small);
    if suppressed.len() == 1 {
        let smallest = (0..shown.len()).min_by_key(|place| (shown[*place].count(), shown[*place].key.clone()));
        suppressed.extend(smallest.map(|place| shown.remove(place)));
    }
    Divided { shown, suppressed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(key: &str, by_source: &[(i32, u64)]) -> CountedGroup {
        CountedGroup { key: Some(key.to_owned()), by_source: by_source.to_vec() }
    }

    /// Source 1 asks for nothing, source 5 for five.
    fn suppressed(groups: &[CountedGroup]) -> Vec<String> {
        let divided = divide_by(groups.to_vec(), |source| source.unsigned_abs().into());
        let mut keys: Vec<String> = divided.suppressed.into_iter().filter_map(|group| group.key).collect();
        keys.sort();
        keys
    }

    #[test]
    fn groups_smaller_than_their_source_asks_for_are_left_out_never_just_one() {
        let (large, small, tiny) = (group("large", &[(5, 9)]), group("small", &[(5, 4)]), group("tiny", &[(5, 1)]));
        let free = group("free", &[(1, 1)]);
        for (groups, expected, why) in [
            (vec![large.clone(), free.clone()], vec![], "none is too small"),
            (vec![large.clone(), small.clone(), tiny.clone()], vec!["small", "tiny"], "two hide each other"),
            (vec![large.clone(), small.clone()], vec!["large", "small"], "one alone could be worked out"),
            (vec![large.clone(), tiny.clone(), free.clone()], vec!["free", "tiny"], "the smallest goes with it"),
            (
                vec![group("mixed", &[(1, 7), (5, 2)]), large, small.clone()],
                vec!["mixed", "small"],
                "a part of one is too small",
            ),
            (vec![small], vec!["small"], "there is no other"),
        ] {
            assert_eq!(suppressed(&groups), expected, "{why}");
        }
    }
}
