//! Merging: normalised rows into the table, by staging and set-based SQL, in the caller's
//! transaction.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use pinyin::ToPinyin;
use serde_json::{Value, json};

use super::normalise::{Named, NormalisedCase};
use super::report::Report;
use crate::catalog::Catalog;
use crate::catalog::directory::{Directory, Entry};
use crate::catalog::name::name_key;
use crate::database::schema::{companies, roles};

/// Rows that travel to the staging table at once.
const ROWS_AT_ONCE: usize = 1000;

/// The columns of the staging table, with their types.
const STAGED: &str = "id uuid, company_id integer, role_id integer, major_id integer, bachelor_tier smallint, \
    master_tier smallint, doctor_tier smallint, highest_degree degree, offer_channel offer_channel, \
    interview_rounds smallint, preparation_days smallint, tags text[], summary text, conflicts text[], \
    verification verification, raw jsonb, source_key text, source_row integer";

/// What a changed row changes. `source_row` is left out: a row that only moved has not changed.
const MERGED: &[&str] = &[
    "company_id",
    "role_id",
    "major_id",
    "bachelor_tier",
    "master_tier",
    "doctor_tier",
    "highest_degree",
    "offer_channel",
    "interview_rounds",
    "preparation_days",
    "tags",
    "summary",
    "conflicts",
    "verification",
    "raw",
];

/// Which cases that a file no longer has are retired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prune {
    /// None.
    Nothing,
    /// Those that came by a file of the same name: others of the source are somebody else's.
    SameFile,
    /// All of the source.
    Source,
}

/// Where merged rows belong.
#[derive(Debug, Clone, Copy)]
pub struct Target<'a> {
    /// The source.
    pub source_id: i32,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: &'a str,
    /// Which cases that the file no longer has are retired.
    pub prune: Prune,
}

/// Merges rows and completes the report, which is stored with the import. The caller holds
/// `dataset::lock`.
pub async fn merge(
    connection: &mut AsyncPgConnection,
    catalog: &Catalog,
    cases: Vec<NormalisedCase>,
    target: Target<'_>,
    mut report: Report,
) -> QueryResult<Report> {
    let company_ids =
        make_missing(connection, &catalog.companies, cases.iter().map(|case| &case.company), &MissingCompanies).await?;
    let role_ids = make_missing(connection, &catalog.roles, cases.iter().map(|case| &case.role), &MissingRoles).await?;
    let staged = cases.len();
    stage(connection, cases, &company_ids, &role_ids).await?;
    report.new_companies = sorted_names(company_ids);
    report.new_roles = sorted_names(role_ids);

    let import_id = next_import_id(connection).await?;
    let changed = upsert(connection, target.source_id, import_id).await?;
    report.created = changed.iter().filter(|row| row.created).count();
    report.updated = changed.len() - report.created;
    report.unchanged = staged - changed.len();
    report.retired = retire_missing(connection, target, import_id, &report.file_name).await?;
    // Loading the same file twice leaves no trace.
    if !changed.is_empty() || report.retired > 0 {
        record(connection, import_id, target, &report).await?;
    }
    connection.batch_execute("drop table staged_cases").await?;
    Ok(report)
}

fn sorted_names(ids: HashMap<String, (String, i32)>) -> Vec<String> {
    let mut names: Vec<String> = ids.into_values().map(|(name, _)| name).collect();
    names.sort();
    names
}

/// How entries of a kind that are missing are made.
trait Missing {
    async fn insert(&self, connection: &mut AsyncPgConnection, slug: &str, name: &str) -> QueryResult<i32>;
}

struct MissingCompanies;
struct MissingRoles;

impl Missing for MissingCompanies {
    async fn insert(&self, connection: &mut AsyncPgConnection, slug: &str, name: &str) -> QueryResult<i32> {
        diesel::insert_into(companies::table)
            .values((companies::slug.eq(slug), companies::name.eq(name)))
            .returning(companies::id)
            .get_result(connection)
            .await
    }
}

impl Missing for MissingRoles {
    async fn insert(&self, connection: &mut AsyncPgConnection, slug: &str, name: &str) -> QueryResult<i32> {
        use crate::catalog::RoleFamily;
        diesel::insert_into(roles::table)
            .values((roles::slug.eq(slug), roles::name.eq(name), roles::family.eq(RoleFamily::Other)))
            .returning(roles::id)
            .get_result(connection)
            .await
    }
}

/// Makes the entries that rows name and nothing known has; name and id by the key of the name.
async fn make_missing<E: Entry>(
    connection: &mut AsyncPgConnection,
    directory: &Directory<E>,
    names: impl Iterator<Item = &Named>,
    missing: &impl Missing,
) -> QueryResult<HashMap<String, (String, i32)>> {
    let mut made: HashMap<String, (String, i32)> = HashMap::new();
    let mut slugs: Vec<String> = Vec::new();
    for named in names {
        let Named::New(name) = named else { continue };
        let key = name_key(name);
        if made.contains_key(&key) {
            continue;
        }
        let slug = free_slug(name, |slug| {
            directory.entries().iter().any(|entry| entry.slug() == slug) || slugs.iter().any(|taken| taken == slug)
        });
        let id = missing.insert(connection, &slug, name).await?;
        slugs.push(slug);
        made.insert(key, (name.clone(), id));
    }
    Ok(made)
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

async fn stage(
    connection: &mut AsyncPgConnection,
    cases: Vec<NormalisedCase>,
    company_ids: &HashMap<String, (String, i32)>,
    role_ids: &HashMap<String, (String, i32)>,
) -> QueryResult<()> {
    connection.batch_execute(&format!("create temporary table staged_cases ({STAGED}) on commit drop")).await?;
    let id_of = |named: &Named, made: &HashMap<String, (String, i32)>| match named {
        Named::Known(id) => Some(*id),
        Named::New(name) => made.get(&name_key(name)).map(|(_, id)| *id),
    };
    let mut rows: Vec<Value> = Vec::with_capacity(cases.len());
    for case in cases {
        let mut row = json!(case.fields);
        row["company_id"] = json!(id_of(&case.company, company_ids));
        row["role_id"] = json!(id_of(&case.role, role_ids));
        rows.push(row);
    }
    for some in rows.chunks(ROWS_AT_ONCE) {
        diesel::sql_query(format!(
            "insert into staged_cases select * from jsonb_to_recordset($1) as staged ({STAGED})"
        ))
        .bind::<Jsonb, _>(Value::Array(some.to_vec()))
        .execute(connection)
        .await?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct ImportId {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

async fn next_import_id(connection: &mut AsyncPgConnection) -> QueryResult<i64> {
    let row: ImportId = diesel::sql_query("select nextval(pg_get_serial_sequence('imports', 'id')) as id")
        .get_result(connection)
        .await?;
    Ok(row.id)
}

#[derive(QueryableByName)]
struct Changed {
    #[diesel(sql_type = Bool)]
    created: bool,
}

/// Writes the rows that are new or have changed, and nothing for the others.
async fn upsert(connection: &mut AsyncPgConnection, source_id: i32, import_id: i64) -> QueryResult<Vec<Changed>> {
    let columns = MERGED.join(", ");
    let old = MERGED.iter().map(|column| format!("earlier.{column}")).collect::<Vec<_>>().join(", ");
    let new = MERGED.iter().map(|column| format!("excluded.{column}")).collect::<Vec<_>>().join(", ");
    diesel::sql_query(format!(
        "insert into offer_cases as earlier (id, source_id, source_key, source_row, import_id, {columns})
         select id, $1, source_key, source_row, $2, {columns} from staged_cases
         on conflict (source_id, source_key) do update
         set ({columns}) = row({new}), source_row = excluded.source_row, import_id = excluded.import_id, retired_at = null
         where ({old}) is distinct from ({new}) or earlier.retired_at is not null
         returning revision = 1 as created"
    ))
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(import_id)
    .load(connection)
    .await
}

async fn retire_missing(
    connection: &mut AsyncPgConnection,
    target: Target<'_>,
    import_id: i64,
    file_name: &str,
) -> QueryResult<usize> {
    if target.prune == Prune::Nothing {
        return Ok(0);
    }
    diesel::sql_query(
        "update offer_cases set retired_at = now(), import_id = $2
         where source_id = $1 and retired_at is null
           and ($3 or import_id in (select id from imports where source_id = $1 and file_name = $4))
           and not exists (select from staged_cases where staged_cases.source_key = offer_cases.source_key)",
    )
    .bind::<Integer, _>(target.source_id)
    .bind::<BigInt, _>(import_id)
    .bind::<Bool, _>(target.prune == Prune::Source)
    .bind::<Text, _>(file_name)
    .execute(connection)
    .await
}

/// Stores the import, at which the cases that it changed point already.
async fn record(
    connection: &mut AsyncPgConnection,
    import_id: i64,
    target: Target<'_>,
    report: &Report,
) -> QueryResult<()> {
    diesel::sql_query(
        "insert into imports (id, source_id, file_name, sha256, rows_read, created, updated, unchanged, rejected,
             retired, report)
         overriding system value
         select $1, $2, $3, $4, counts.*, $5
         from jsonb_to_record($5) as counts (rows_read bigint, created bigint, updated bigint, unchanged bigint,
             rejected bigint, retired bigint)",
    )
    .bind::<BigInt, _>(import_id)
    .bind::<Integer, _>(target.source_id)
    .bind::<Text, _>(&report.file_name)
    .bind::<Text, _>(target.sha256)
    .bind::<Jsonb, _>(json!(report))
    .execute(connection)
    .await
    .map(|_| ())
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
