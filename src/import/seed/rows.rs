//! The rows of the seed's reference files.

use std::collections::HashMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use crate::catalog::guide::GuideKind;
use crate::catalog::{CompanyKind, MajorLevel, RoleFamily, SourceKind};
use crate::text::name_key;

/// Why a seed file is refused.
#[derive(Debug, thiserror::Error)]
#[error("seed file {file}: {message}")]
pub struct SeedFileError {
    pub(super) file: String,
    pub(super) message: String,
}

/// The rows of a CSV file with a header.
pub(super) fn read<Row: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<Vec<Row>, SeedFileError> {
    let refused = |error: csv::Error| SeedFileError { file: file.to_owned(), message: error.to_string() };
    csv::Reader::from_reader(bytes).deserialize().collect::<Result<_, _>>().map_err(refused)
}

/// The slugs of the rows of a CSV file with a header.
pub(super) fn slugs(file: &str, bytes: &[u8]) -> Result<Vec<String>, SeedFileError> {
    #[derive(Deserialize)]
    struct Row {
        slug: String,
    }
    Ok(read::<Row>(file, bytes)?.into_iter().map(|row| row.slug).collect())
}

/// A cell with `|` between its values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct List(pub Vec<String>);

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cell = String::deserialize(deserializer)?;
        Ok(Self(cell.split('|').map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect()))
    }
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyRow {
    pub slug: String,
    pub name: String,
    pub name_en: Option<String>,
    pub kind: Option<CompanyKind>,
    pub parent: Option<String>,
    pub aliases: List,
    pub former_names: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleRow {
    pub slug: String,
    pub name: String,
    pub name_en: Option<String>,
    pub family: RoleFamily,
    pub aliases: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MajorRow {
    pub slug: String,
    pub code: Option<String>,
    pub level: MajorLevel,
    pub parent: Option<String>,
    pub name: String,
    pub name_en: Option<String>,
    pub aliases: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SchoolTierRow {
    pub slug: String,
    pub name: String,
    pub name_en: String,
    pub aliases: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SchoolRow {
    pub slug: String,
    pub name: String,
    pub name_en: Option<String>,
    pub country: String,
    pub province: Option<String>,
    pub city: Option<String>,
    pub tier: String,
    pub aliases: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TagRow {
    pub slug: String,
    pub name: String,
    pub name_en: String,
    pub meaning: String,
    pub meaning_en: String,
    pub keywords: List,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceRow {
    pub slug: String,
    pub title: String,
    pub title_en: Option<String>,
    pub url: Option<String>,
    pub kind: SourceKind,
    pub licence: Option<String>,
    pub note: Option<String>,
    pub note_en: Option<String>,
    pub min_group_size: i32,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GuideRow {
    pub kind: GuideKind,
    pub slug: String,
    pub position: i16,
    pub title: String,
    pub title_en: String,
    pub description: String,
    pub description_en: String,
    pub advice: Option<String>,
    pub advice_en: Option<String>,
    pub source: String,
}

/// A row whose names must not mean another row too.
pub(super) trait NamedRow {
    fn slug(&self) -> &str;
    fn names(&self) -> Vec<&str>;
    /// Other names, each with whether it was given up.
    fn other_names(&self) -> Vec<(&str, bool)>;
}

macro_rules! named_row {
    ($row:ty, |$it:ident| $name_en:expr, $former:expr) => {
        impl NamedRow for $row {
            fn slug(&self) -> &str {
                &self.slug
            }
            fn names(&self) -> Vec<&str> {
                let $it = self;
                [Some(self.name.as_str()), $name_en].into_iter().flatten().collect()
            }
            fn other_names(&self) -> Vec<(&str, bool)> {
                let former: fn(&Self) -> &[String] = $former;
                let plain = self.aliases.0.iter().map(|alias| (alias.as_str(), false));
                plain.chain(former(self).iter().map(|alias| (alias.as_str(), true))).collect()
            }
        }
    };
}

named_row!(CompanyRow, |row| row.name_en.as_deref(), |row| &row.former_names.0);
named_row!(RoleRow, |row| row.name_en.as_deref(), |_| &[]);
named_row!(MajorRow, |row| row.name_en.as_deref(), |_| &[]);
named_row!(SchoolTierRow, |row| Some(row.name_en.as_str()), |_| &[]);
named_row!(SchoolRow, |row| row.name_en.as_deref(), |_| &[]);

/// An alias as it is stored.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct AliasRow {
    pub slug: String,
    pub alias_key: String,
    pub alias: String,
    pub former: bool,
    pub ambiguous: bool,
}

/// The aliases of all rows; one that means several rows is marked ambiguous.
///
/// # Errors
/// Where a slug or name means two rows: aliases may be shared, names may not.
pub(super) fn aliases<Row: NamedRow>(file: &str, rows: &[Row]) -> Result<Vec<AliasRow>, SeedFileError> {
    let mut rows_of_name: HashMap<String, usize> = HashMap::new();
    let mut uses: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        for name in row.names().into_iter().chain([row.slug()]) {
            let key = name_key(name);
            match rows_of_name.insert(key.clone(), place) {
                Some(other) if other != place => {
                    let message = format!("`{name}` names both `{}` and `{}`", rows[other].slug(), row.slug());
                    return Err(SeedFileError { file: file.to_owned(), message });
                }
                _ => {}
            }
            uses.entry(key).or_default().push(place);
        }
        for (alias, _) in row.other_names() {
            uses.entry(name_key(alias)).or_default().push(place);
        }
    }
    let mut aliases = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        let mut keys: Vec<String> = Vec::new();
        for (alias, former) in row.other_names() {
            let alias_key = name_key(alias);
            // What is a name of the row already needs no alias.
            if rows_of_name.get(&alias_key) == Some(&place) || keys.contains(&alias_key) {
                continue;
            }
            let ambiguous = uses.get(&alias_key).is_some_and(|uses| uses.iter().any(|other| *other != place));
            keys.push(alias_key.clone());
            aliases.push(AliasRow {
                slug: row.slug().to_owned(),
                alias_key,
                alias: alias.to_owned(),
                former,
                ambiguous,
            });
        }
    }
    Ok(aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<RoleRow> {
        read("roles.csv", format!("slug,name,name_en,family,aliases\n{text}").as_bytes()).expect("valid rows")
    }

    #[test]
    fn a_shared_alias_is_ambiguous_and_a_name_in_the_aliases_is_left_out() {
        let rows = roles("a,甲,A1,data,PM|甲|只甲\nb,乙,,data,pm\n");
        let found = aliases("roles.csv", &rows).expect("no name is shared");
        let told: Vec<_> = found.iter().map(|row| (row.slug.as_str(), row.alias.as_str(), row.ambiguous)).collect();
        assert_eq!(told, [("a", "PM", true), ("a", "只甲", false), ("b", "pm", true)]);
    }

    #[test]
    fn a_name_of_two_rows_is_refused_with_both() {
        let error = aliases("roles.csv", &roles("a,甲,,data,\nb,甲,,data,\n")).expect_err("one name, two rows");
        assert_eq!(error.to_string(), "seed file roles.csv: `甲` names both `a` and `b`");
    }

    #[test]
    fn a_wrong_cell_is_told_with_its_line() {
        let error = read::<RoleRow>("roles.csv", "slug,name,name_en,family,aliases\na,甲,,cooking,\n".as_bytes())
            .expect_err("cooking is not a family");
        let message = error.to_string();
        assert!(message.contains("line: 2") && message.contains("cooking"), "{message}");
    }
}
