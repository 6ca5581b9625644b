//! Statistics as JSON. Of two large dimensions there are thousands of groups, which are written by several threads.

use rayon::prelude::*;

use super::answer::{Group, Statistics};

/// Fewer groups than these are soon written by one thread.
const MANY: usize = 500;
/// Where the groups go. Before them stand only names of dimensions and numbers.
const NO_GROUPS: &[u8] = b"\"groups\":[]";

/// The answer as JSON.
///
/// # Errors
/// None that is known.
pub fn json(mut statistics: Statistics) -> serde_json::Result<Vec<u8>> {
    if statistics.groups.len() < MANY {
        return serde_json::to_vec(&statistics);
    }
    let groups = std::mem::take(&mut statistics.groups);
    let share = groups.len().div_ceil(2 * rayon::current_num_threads());
    let (rest, parts) = rayon::join(
        || serde_json::to_vec(&statistics),
        || groups.par_chunks(share).map(serde_json::to_vec::<[Group]>).collect::<serde_json::Result<Vec<Vec<u8>>>>(),
    );
    // Setting groups free takes as long as a part of the rest, and nobody needs to wait for it.
    rayon::spawn(move || drop((groups, statistics)));
    let (rest, parts) = (rest?, parts?);
    let Some(index) = memchr::memmem::find(&rest, NO_GROUPS) else { return Ok(rest) };
    let (before, after) = rest.split_at(index + NO_GROUPS.len() - 1);
    let mut json = Vec::with_capacity(rest.len() + parts.iter().map(Vec::len).sum::<usize>());
    json.extend_from_slice(before);
    for (number, part) in parts.iter().enumerate() {
        json.extend_from_slice(if number > 0 { b"," } else { b"" });
        // Without the brackets.
        json.extend_from_slice(&part[1..part.len() - 1]);
    }
    json.extend_from_slice(after);
    Ok(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tally::Tally;
    use crate::statistics::pay::Pay;
    use crate::statistics::suppression::MinGroupSizes;

    #[test]
    fn several_threads_write_what_one_does() {
        let pay = Pay::of_each(&Tally::default(), &["CNY".to_owned()], &MinGroupSizes::default(), |_| false);
        for groups in [0, 1, MANY - 1, MANY, 3 * MANY + 1] {
            let group = |count: usize| Group { keys: Vec::new(), count: count as u64, share: None, pay: None };
            let statistics = || Statistics {
                group_by: vec!["company", "major"],
                total: 7,
                pay: Some(pay.clone()),
                groups: (0..groups).map(group).collect(),
                other: None,
                suppressed: None,
                matrix: None,
                dataset_version: 3,
                notices: Vec::new(),
            };
            let expected = serde_json::to_vec(&statistics()).expect("it can be written");
            assert_eq!(json(statistics()).expect("it can be written"), expected, "{groups} groups");
        }
    }
}
