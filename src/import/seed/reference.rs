//! Loads the seed's reference files: each is laid over its table, and only what differs is written.

use diesel::QueryResult;
use diesel::dsl::sql;
use diesel::sql_types::{Jsonb, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::json;

use super::SeedError;
use super::changes::{Change, FileChanges};
use super::rows::{ReferenceFile, ReferenceRow, SeedFileError};
use crate::model::entity::{Aliases, Attribute, AttributeKind, Table};

/// Rows of a table that is listed whole where one is missing in it, at most.
const MAX_LISTED: usize = 40;

/// Gives the slugs of files to entries that something else has made; the changes of each file.
pub(super) async fn adopt(
    connection: &mut AsyncPgConnection,
    files: &[ReferenceFile],
) -> QueryResult<Vec<FileChanges>> {
    let mut changes = Vec::new();
    for file in files {
        let rows = file.objects(file.rows.iter());
        let adopt = diesel::sql_query(adopting(file.table)).bind::<Jsonb, _>(rows).bind::<Text, _>(file.table.file);
        let mut of_file = FileChanges::of(file.table.file);
        of_file.extend(adopt.load(connection).await?);
        changes.push(of_file);
    }
    Ok(changes)
}

/// Loads reference files, and tells what was written of each.
pub(super) async fn load(
    connection: &mut AsyncPgConnection,
    files: &[ReferenceFile],
) -> Result<Vec<FileChanges>, SeedError> {
    let mut changes = Vec::new();
    for file in files {
        check_references(connection, file).await?;
        let mut of_file = FileChanges::of(file.table.file);
        let deepest = file.rows.iter().map(|row| row.depth).max().unwrap_or_default();
        // A parent is there before its children.
        for depth in 0..=deepest {
            let rows = file.objects(file.rows.iter().filter(|row| row.depth == depth));
            let upsert = diesel::sql_query(upsert(file.table)).bind::<Jsonb, _>(rows);
            of_file.extend(upsert.load(connection).await?);
        }
        if let Some(aliases) = &file.table.aliases {
            of_file.extend(remove_aliases(connection, file, aliases).await?);
            of_file.extend(write_aliases(connection, file, aliases).await?);
        }
        changes.push(of_file);
    }
    Ok(changes)
}

/// Fails where a row refers to one of another table that is not there, or is none of a fixed table.
async fn check_references(connection: &mut AsyncPgConnection, file: &ReferenceFile) -> Result<(), SeedError> {
    let table = file.table;
    for (index, attribute) in table.attributes.iter().enumerate().filter(|(index, _)| Some(*index) != table.parent()) {
        if let Some(entity) = attribute.refers_to() {
            check_slugs(connection, file, attribute.name, entity.table(), |row| row.values[index].as_str()).await?;
        }
    }
    if table.is_fixed() {
        check_slugs(connection, file, "slug", table, |row| Some(&row.slug)).await?;
    }
    Ok(())
}

/// Fails where a slug is none of a table.
async fn check_slugs(
    connection: &mut AsyncPgConnection,
    file: &ReferenceFile,
    attribute: &str,
    table: &Table,
    slug: impl Fn(&ReferenceRow) -> Option<&str>,
) -> Result<(), SeedError> {
    let known: Vec<String> =
        sql::<Text>(&format!("select slug::text from {} order by id", table.name)).load(connection).await?;
    let slugs = file.rows.iter().filter_map(|row| Some((&row.slug, slug(row)?)));
    let Some((row, slug)) = slugs.into_iter().find(|(_, slug)| !known.iter().any(|known| known == slug)) else {
        return Ok(());
    };
    let plural = table.name.replace('_', " ");
    let list = if known.len() <= MAX_LISTED { format!(": {}", known.join(", ")) } else { String::new() };
    let message = format!("`{row}` has the {attribute} `{slug}`, which is none of the {plural}{list}");
    Err(SeedFileError::new(file.table.file, message).into())
}

/// The statement that lays rows, given as JSON, over their table, and tells the slugs of what it wrote. What it asks of
/// the table is answered by how the table was before.
fn upsert(table: &Table) -> String {
    let name = table.name;
    let attributes: Vec<&Attribute> = table.attributes.iter().filter(|attribute| attribute.is_in_files()).collect();
    let list =
        |item: &dyn Fn(&Attribute) -> String| attributes.iter().map(|it| item(it)).collect::<Vec<_>>().join(", ");
    let columns_of = |row: &str| list(&|attribute| format!("{row}{}", attribute.column()));
    let (columns, stored, excluded) = (columns_of(""), columns_of("stored."), columns_of("excluded."));
    let given = list(&given);
    let rows = list(&|attribute| format!("{} {}", attribute.name, sql_type(attribute)));
    let rows = format!("jsonb_to_recordset($1) as r (slug text, {rows})");
    let write = if table.is_fixed() {
        format!(
            "update {name} stored set ({columns}) = row({given}) from {rows}
             where stored.slug = r.slug and ({stored}) is distinct from ({given})"
        )
    } else {
        format!(
            "insert into {name} as stored (slug, {columns}) select slug, {given} from {rows}
             on conflict (slug) do update set ({columns}) = row({excluded})
             where ({stored}) is distinct from ({excluded})"
        )
    };
    format!(
        "{write}
         returning stored.slug::text as name,
             case when exists (select from {name} earlier where earlier.slug = stored.slug)
                 then 'changed' else 'added' end as what"
    )
}

/// The statement that gives the slug of a row to an entry of the same name that something else than the seed has made,
/// such as an import that knew no better: it is the same entry, and there shall not be two.
fn adopting(table: &Table) -> String {
    let (name, names) = (table.name, table.attributes[0].name);
    format!(
        "with made as (
             select distinct on (r.slug) stored.id, r.slug, stored.slug as former_slug
             from jsonb_to_recordset($1) as r (slug text, {names} text) join {name} stored using ({names})
             where not exists (select from {name} other where other.slug = r.slug)
                 and not exists (select from jsonb_to_recordset($1) as own (slug text) where own.slug = stored.slug)
                 and not exists (select from seed_entries where file = $2 and seed_entries.slug = stored.slug)
             order by r.slug, stored.id
         ), curated as (
             update curations set
                 slug = coalesce((select made.slug from made where former_slug = curations.slug), slug),
                 argument = coalesce(
                     (select made.slug from made where action = 'merge' and former_slug = argument), argument)
             where file = $2 and (slug in (select former_slug from made)
                 or action = 'merge' and argument in (select former_slug from made))
         )
         update {name} stored set slug = made.slug from made where stored.id = made.id
         returning stored.slug::text as name, 'found under another slug' as what"
    )
}

/// The type that an attribute is given in.
fn sql_type(attribute: &Attribute) -> &'static str {
    match &attribute.kind {
        AttributeKind::Text | AttributeKind::Reference(..) => "text",
        AttributeKind::Texts => "text[]",
        AttributeKind::Integer | AttributeKind::Rank => "integer",
        AttributeKind::Member(members) => members.sql_type,
    }
}

/// What is stored of an attribute of the row `r`.
fn given(attribute: &Attribute) -> String {
    let Attribute { name, .. } = attribute;
    match attribute.refers_to() {
        Some(entity) => format!("(select id from {} other where other.slug = r.{name})", entity.table().name),
        None => format!("r.{name}"),
    }
}

/// Removes the aliases of rows in the file that the file does not have.
async fn remove_aliases(
    connection: &mut AsyncPgConnection,
    file: &ReferenceFile,
    aliases: &Aliases,
) -> QueryResult<Vec<Change>> {
    let (name, of) = (file.table.name, aliases.of);
    let slugs: Vec<&str> = file.rows.iter().map(|row| row.slug.as_str()).collect();
    diesel::sql_query(format!(
        "delete from {of}_aliases a using {name} e
         where e.id = a.{of}_id and e.slug in (select jsonb_array_elements_text($2))
           and not exists (select from {ALIASES} where r.slug = e.slug and r.alias_key = a.alias_key)
         returning 'aliases removed' as what, e.slug || ': ' || a.alias as name"
    ))
    .bind::<Jsonb, _>(json!(file.aliases))
    .bind::<Jsonb, _>(json!(slugs))
    .load(connection)
    .await
}

async fn write_aliases(
    connection: &mut AsyncPgConnection,
    file: &ReferenceFile,
    aliases: &Aliases,
) -> QueryResult<Vec<Change>> {
    let (name, of) = (file.table.name, aliases.of);
    let columns: &[&str] =
        if aliases.with_former { &["alias", "ambiguous", "former"] } else { &["alias", "ambiguous"] };
    let list = |row: &str| columns.iter().map(|column| format!("{row}.{column}")).collect::<Vec<_>>().join(", ");
    let (columns, given, excluded, stored) = (columns.join(", "), list("r"), list("excluded"), list("stored"));
    diesel::sql_query(format!(
        "insert into {of}_aliases as stored ({of}_id, alias_key, {columns})
         select e.id, r.alias_key, {given} from {ALIASES} join {name} e on e.slug = r.slug
         on conflict ({of}_id, alias_key) do update set ({columns}) = row({excluded})
         where ({stored}) is distinct from ({excluded})
         returning (select slug from {name} e where e.id = stored.{of}_id) || ': ' || stored.alias as name,
             case when exists (select from {of}_aliases earlier
                     where earlier.{of}_id = stored.{of}_id and earlier.alias_key = stored.alias_key)
                 then 'aliases changed' else 'aliases added' end as what"
    ))
    .bind::<Jsonb, _>(json!(file.aliases))
    .load(connection)
    .await
}

const ALIASES: &str =
    "jsonb_to_recordset($1) as r (slug text, alias_key text, alias text, former boolean, ambiguous boolean)";
