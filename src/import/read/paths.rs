//! Headers that are paths into nested objects, as `company.name`: which of their keys says what stands below.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::name_key;
use crate::word_tables;

/// What a key of a path says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeyRole {
    /// That the key before it is meant: `company.name` is the company.
    ItsName,
    /// Nothing: `data.company` is the company.
    Around,
    /// Whose the next is, which is that of the case: `education.degree` is the degree.
    Part,
    /// The same, but of its place alone: `company.city` may be taken, and `company.id` is not that of the case.
    OnlyPlace,
    /// A place.
    Place,
}

static KEYS: LazyLock<HashMap<String, KeyRole>> = LazyLock::new(|| {
    let rows: Vec<(String, KeyRole)> = word_tables::rows(include_str!("../../../seed/import/paths.csv"));
    rows.into_iter().map(|(key, role)| (name_key(&key), role)).collect()
});

/// The part of a path that says what stands below it; any other header as it is.
pub(super) fn plain(header: &str) -> Cow<'_, str> {
    let is_key = |key: &str| {
        key.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && key.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
    };
    let mut keys: Vec<&str> = header.split('.').collect();
    if keys.len() < 2 || !keys.iter().all(|key| is_key(key)) {
        return Cow::Borrowed(header);
    }
    let role = |key: &str| KEYS.get(&name_key(&key.replace(['_', '-'], ""))).copied();
    while keys.len() > 1 && keys.last().is_some_and(|last| role(last) == Some(KeyRole::ItsName)) {
        keys.pop();
    }
    while let [first, _, ..] = keys.as_slice() {
        let is_dropped = match role(first) {
            Some(KeyRole::Around | KeyRole::Part) => true,
            Some(KeyRole::OnlyPlace) => keys.last().is_some_and(|last| role(last) == Some(KeyRole::Place)),
            _ => false,
        };
        if !is_dropped {
            break;
        }
        keys.remove(0);
    }
    Cow::Owned(keys.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_says_what_stands_below_is_found() {
        for (header, expected) in [
            ("company.name", "company"),
            ("company.city", "city"),
            ("company.id", "company.id"),
            ("company.size", "company.size"),
            ("data.company.name", "company"),
            ("job.title", "job"),
            ("job.company.display_name", "company"),
            ("position.title", "position"),
            ("education.degree", "degree"),
            ("education.school.name", "school"),
            ("location.city", "city"),
            ("_source.salary", "salary"),
            ("salary.text", "salary"),
            ("公司.名称", "公司"),
            ("school.city", "school.city"),
            ("company", "company"),
            ("No.", "No."),
            ("Reg. No", "Reg. No"),
            ("1.公司", "1.公司"),
            ("v2.0", "v2.0"),
        ] {
            assert_eq!(plain(header), expected, "{header}");
        }
    }
}
