//! Entries that rows name and nothing known is called: they are made, each with a slug of its own.

use std::collections::{HashMap, HashSet};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use pinyin::ToPinyin;
use unicode_normalization::UnicodeNormalization;

use super::normalise::role_family;
use super::staging::name_column;
use crate::cases::parse::UNKNOWN;
use crate::catalog::{Catalog, Directory};
use crate::model::case::Field;
use crate::model::closed_set::ClosedSet;
use crate::model::entity::{Entity, Table};
use crate::model::field::Kind;
use crate::text::name_key;

/// The temporary table that tells for each name in the staging table what was made of it.
pub fn made_table(field: Field) -> String {
    format!("made_of_{}", field.name())
}

/// The attribute of an entry that is guessed of its name.
const FAMILY: &str = "family";

/// The entries that are to be made: one for all spellings of a name.
#[derive(Debug, Default)]
struct NewEntries {
    slugs: Vec<String>,
    names: Vec<String>,
    /// Of roles.
    families: Vec<Option<&'static str>>,
    /// Every spelling, with the place of its entry.
    spellings: Vec<(String, usize)>,
}

impl NewEntries {
    /// Finds the entries behind these names, whose slugs must not be among those that are `taken`.
    fn of(names: Vec<String>, taken: HashSet<String>, roles: &Directory) -> Self {
        let mut slugs = Slugs { taken, numbers: HashMap::new() };
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut entries = Self::default();
        for name in names {
            let place = *places.entry(name_key(&name)).or_insert_with(|| {
                entries.slugs.push(slugs.take_free(&name));
                entries.families.push(role_family::of_new(&name, roles).map(ClosedSet::slug));
                entries.names.push(name.clone());
                entries.slugs.len() - 1
            });
            entries.spellings.push((name, place));
        }
        entries
    }
}

/// Makes the entries that staged rows name as values of a field, one for all spellings of a name. Their names, in order. The statements are
/// as many for one new name as for all.
pub async fn make(connection: &mut AsyncPgConnection, field: Field, catalog: &Catalog) -> QueryResult<Vec<String>> {
    let Kind::Reference(entity) = field.kind() else { return Ok(Vec::new()) };
    let (Table { name: table, .. }, name_column, made_table) = (entity.table(), name_column(field), made_table(field));
    let has_family = entity.table().index_of(FAMILY).is_some();
    let columns = "name text primary key, id integer not null";
    connection.batch_execute(&format!("create temporary table {made_table} ({columns}) on commit drop")).await?;
    let names: Vec<String> = sql::<Text>(&format!(
        "select {name_column} from staged_cases where {name_column} is not null group by 1 order by min(source_row), 1"
    ))
    .load(connection)
    .await?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let taken: Vec<String> = sql::<Text>(&format!("select slug::text from {table}")).load(connection).await?;
    let new = NewEntries::of(names, taken.into_iter().collect(), catalog.directory(Entity::Role));
    let (column, family) = if has_family { (", family", ", family::role_family") } else { ("", "") };
    diesel::sql_query(format!(
        "insert into {table} (slug, name{column})
         select slug, name{family}
         from unnest($1, $2, $3) with ordinality as made (slug, name, family, place) order by place"
    ))
    .bind::<Array<Text>, _>(&new.slugs)
    .bind::<Array<Text>, _>(&new.names)
    .bind::<Array<Nullable<Text>>, _>(&new.families)
    .execute(connection)
    .await?;
    let (spellings, slugs): (Vec<&str>, Vec<&str>) =
        new.spellings.iter().map(|(name, place)| (name.as_str(), new.slugs[*place].as_str())).unzip();
    diesel::sql_query(format!(
        "insert into {made_table} (name, id)
         select spelt.name, entries.id from unnest($1, $2) as spelt (name, slug) join {table} entries using (slug)"
    ))
    .bind::<Array<Text>, _>(spellings)
    .bind::<Array<Text>, _>(slugs)
    .execute(connection)
    .await?;
    connection.batch_execute(&format!("analyze {made_table}")).await?;
    let mut names = new.names;
    names.sort();
    Ok(names)
}

/// Slugs that are taken already.
struct Slugs {
    taken: HashSet<String>,
    /// The number that was given last behind each slug: many names may come to the same one.
    numbers: HashMap<String, usize>,
}

impl Slugs {
    /// A free slug for a name, with a number behind it where need be; it is taken from then on.
    fn take_free(&mut self, name: &str) -> String {
        let plain = slug_of(name);
        if self.taken.insert(plain.clone()) {
            return plain;
        }
        let number = self.numbers.entry(plain.clone()).or_insert(1);
        loop {
            *number += 1;
            let slug = format!("{plain}-{number}");
            if self.taken.insert(slug.clone()) {
                return slug;
            }
        }
    }
}

/// The most characters of a slug before its number; a filter takes more.
const MAX_SLUG_CHARS: usize = 80;

/// What a name is as a slug: its Latin words and the pinyin of its characters, as far as there is room; never the word
/// that filters have for what is not known.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.nfkc() {
        if let Some(pinyin) = character.to_pinyin() {
            slug.push_str(&format!("-{}-", pinyin.plain()));
        } else if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else {
            slug.push('-');
        }
    }
    let ascii: String = slug.replace('ü', "v");
    let words: Vec<&str> = ascii.split('-').filter(|word| !word.is_empty() && word.is_ascii()).collect();
    let mut slug = words.join("-");
    if slug.len() > MAX_SLUG_CHARS {
        // A whole number of words, where the first is not too long itself.
        let end = slug[..=MAX_SLUG_CHARS].rfind('-').unwrap_or(MAX_SLUG_CHARS);
        slug.truncate(end);
    }
    match slug.as_str() {
        "" => "unnamed".to_owned(),
        UNKNOWN => format!("{slug}-name"),
        _ => slug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_gets_a_free_slug_in_ascii() {
        for (name, taken, expected) in [
            ("测试公司", vec![], "ce-shi-gong-si"),
            ("测试公司", vec!["ce-shi-gong-si"], "ce-shi-gong-si-2"),
            ("测试公司", vec!["ce-shi-gong-si", "ce-shi-gong-si-2"], "ce-shi-gong-si-3"),
            ("AI 绿洲", vec![], "ai-lv-zhou"),
            ("Foo & Bar", vec![], "foo-bar"),
            ("★", vec![], "unnamed"),
            ("Ünï", vec![], "n"),
            ("ＡＩ绿洲", vec![], "ai-lv-zhou"),
            ("Unknown!", vec![], "unknown-name"),
            (&"测试公司 ".repeat(9), vec![], &"ce-shi-gong-si-".repeat(6)[..77]),
            (&"a".repeat(300), vec![], &"a".repeat(80)),
        ] {
            let taken = taken.into_iter().map(str::to_owned).collect();
            assert_eq!(Slugs { taken, numbers: HashMap::new() }.take_free(name), expected, "{name}");
        }
    }

    #[test]
    fn names_are_one_entry_in_all_their_spellings_and_entries_share_no_slug() {
        let names = ["★", "ＡＢ", "☆", "ab", "A B", "unnamed 2"].map(str::to_owned).to_vec();
        let catalog = Catalog::new(0, Vec::new());
        let new = NewEntries::of(names, HashSet::new(), catalog.directory(Entity::Role));
        assert_eq!(new.slugs, ["unnamed", "ab", "unnamed-2", "unnamed-2-2"]);
        assert_eq!(new.names, ["★", "ＡＢ", "☆", "unnamed 2"]);
        let places: Vec<usize> = new.spellings.iter().map(|(_, place)| *place).collect();
        assert_eq!(places, [0, 1, 2, 1, 1, 3]);
    }
}
