//! Companies and roles that rows name and nothing known has: they are made, each with a slug of its own.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use pinyin::ToPinyin;

use super::normalise::role_family;
use crate::catalog::name::name_key;
use crate::database::schema::{companies, roles};

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Slug {
    #[diesel(sql_type = Text)]
    slug: String,
}

/// What kind of entry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A company.
    Company,
    /// A role.
    Role,
}

impl Kind {
    fn table(self) -> &'static str {
        match self {
            Self::Company => "companies",
            Self::Role => "roles",
        }
    }

    /// The staging table's column of names.
    fn column(self) -> &'static str {
        match self {
            Self::Company => "company_name",
            Self::Role => "role_name",
        }
    }

    /// The temporary table that tells for each name in the staging table what was made of it.
    pub fn made_table(self) -> &'static str {
        match self {
            Self::Company => "made_companies",
            Self::Role => "made_roles",
        }
    }

    async fn insert(self, connection: &mut AsyncPgConnection, slug: &str, name: &str) -> QueryResult<i32> {
        match self {
            Self::Company => {
                diesel::insert_into(companies::table)
                    .values((companies::slug.eq(slug), companies::name.eq(name)))
                    .returning(companies::id)
                    .get_result(connection)
                    .await
            }
            Self::Role => {
                diesel::insert_into(roles::table)
                    .values((roles::slug.eq(slug), roles::name.eq(name), roles::family.eq(role_family::guess(name))))
                    .returning(roles::id)
                    .get_result(connection)
                    .await
            }
        }
    }
}

/// Makes the entries that staged rows name, one for all spellings of a name. Their names, in order.
pub async fn make(connection: &mut AsyncPgConnection, kind: Kind) -> QueryResult<Vec<String>> {
    let (table, column, made_table) = (kind.table(), kind.column(), kind.made_table());
    connection
        .batch_execute(&format!(
            "create temporary table {made_table} (name text primary key, id integer) on commit drop"
        ))
        .await?;
    let names: Vec<Name> = diesel::sql_query(format!(
        "select {column} as name from staged_cases where {column} is not null group by 1 order by min(source_row), 1"
    ))
    .load(connection)
    .await?;
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let slugs: Vec<Slug> = diesel::sql_query(format!("select slug::text from {table}")).load(connection).await?;
    let mut taken: HashSet<String> = slugs.into_iter().map(|row| row.slug).collect();
    let mut made: HashMap<String, i32> = HashMap::new();
    let mut told = Vec::new();
    for Name { name } in names {
        let key = name_key(&name);
        let id = match made.get(&key) {
            Some(id) => *id,
            None => {
                let slug = free_slug(&name, |slug| taken.contains(slug));
                let id = kind.insert(connection, &slug, &name).await?;
                taken.insert(slug);
                made.insert(key, id);
                told.push(name.clone());
                id
            }
        };
        diesel::sql_query(format!("insert into {made_table} values ($1, $2)"))
            .bind::<Text, _>(&name)
            .bind::<Nullable<Integer>, _>(Some(id))
            .execute(connection)
            .await?;
    }
    told.sort();
    Ok(told)
}

/// A slug for a new name: its Latin words and the pinyin of its characters, with a number behind
/// where that is taken.
fn free_slug(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut slug = String::new();
    for character in name.chars() {
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
    let slug = if words.is_empty() { "unnamed".to_owned() } else { words.join("-") };
    let numbered = (2..).map(|number| format!("{slug}-{number}"));
    std::iter::once(slug.clone()).chain(numbered).find(|slug| !taken(slug)).unwrap_or(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_gets_a_free_slug_in_ascii() {
        for (name, taken, expected) in [
            ("测试公司", vec![], "ce-shi-gong-si"),
            ("测试公司", vec!["ce-shi-gong-si"], "ce-shi-gong-si-2"),
            ("AI 绿洲", vec![], "ai-lv-zhou"),
            ("Foo & Bar", vec![], "foo-bar"),
            ("★", vec![], "unnamed"),
            ("Ünï", vec![], "n"),
        ] {
            assert_eq!(free_slug(name, |slug| taken.contains(&slug)), expected, "{name}");
        }
    }
}
