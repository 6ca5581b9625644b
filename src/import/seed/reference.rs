//! Loads the seed's reference files: each is laid over its table, and only what differs is written.

use diesel::QueryResult;
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};

use super::SeedError;
use super::changes::{Change, FileChanges};
use super::rows::{ReferenceFile, Row, SeedFileError, is_in_files};
use crate::model::entity::{Attribute, AttributeKind, Table};

/// Rows of a table that is told whole where one is missing in it, at most.
const MAX_LISTED: usize = 40;

/// Loads reference files, and tells what was written.
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
            let rows: Vec<&Row> = file.rows.iter().filter(|row| row.depth == depth).collect();
            of_file.extend(write(connection, file, &rows).await?);
        }
        if file.table.aliases.is_some() {
            of_file.extend(remove_aliases(connection, file).await?);
            of_file.extend(write_aliases(connection, file).await?);
        }
        changes.push(of_file);
    }
    changes.retain(|changes| !changes.is_empty());
    Ok(changes)
}

/// Fails where a row refers to one of another table that is not there, or is none of a fixed table.
async fn check_references(connection: &mut AsyncPgConnection, file: &ReferenceFile) -> Result<(), SeedError> {
    let table = file.table;
    for (index, attribute) in table.attributes.iter().enumerate() {
        let Some(other) = attribute.referred_entity().map(|entity| entity.table()) else { continue };
        if other.name == table.name {
            continue;
        }
        let referred = |row: &'_ Row| Some((row.slug.clone(), row.values[index].as_str()?.to_owned()));
        check_known(connection, file, attribute.name, other, file.rows.iter().filter_map(referred).collect()).await?;
    }
    if table.is_fixed() {
        let own = file.rows.iter().map(|row| (row.slug.clone(), row.slug.clone())).collect();
        check_known(connection, file, "slug", table, own).await?;
    }
    Ok(())
}

/// Fails where a slug that a row refers to is not in a table.
async fn check_known(
    connection: &mut AsyncPgConnection,
    file: &ReferenceFile,
    attribute: &str,
    table: &Table,
    referred: Vec<(String, String)>,
) -> Result<(), SeedError> {
    let statement = format!("select slug::text as name, '' as what from {} order by id", table.name);
    let known: Vec<Change> = diesel::sql_query(statement).load(connection).await?;
    let known: Vec<String> = known.into_iter().map(|row| row.name).collect();
    let Some((row, slug)) = referred.into_iter().find(|(_, slug)| !known.contains(slug)) else { return Ok(()) };
    let plural = table.name.replace('_', " ");
    let list = if known.len() <= MAX_LISTED { format!(": {}", known.join(", ")) } else { String::new() };
    let message = format!("`{row}` has the {attribute} `{slug}`, which is none of the {plural}{list}");
    Err(SeedFileError::new(file.table.file, message).into())
}

/// Writes what differs, and tells the slugs of what was written. What is asked of the table within the statement is
/// answered by how it was before.
async fn write(connection: &mut AsyncPgConnection, file: &ReferenceFile, rows: &[&Row]) -> QueryResult<Vec<Change>> {
    let objects: Vec<Value> = rows.iter().map(|row| Value::Object(file.object(row))).collect();
    diesel::sql_query(format!(
        "{}
         returning stored.slug::text as name,
             case when exists (select from {} earlier where earlier.slug = stored.slug)
                 then 'changed' else 'added' end as what",
        upsert(file.table),
        file.table.name
    ))
    .bind::<Jsonb, _>(json!(objects))
    .load(connection)
    .await
}

/// The statement that lays rows, given as JSON, over their table, which it calls `stored`.
fn upsert(table: &Table) -> String {
    let name = table.name;
    let attributes: Vec<&Attribute> = table.attributes.iter().filter(|attribute| is_in_files(attribute)).collect();
    let list =
        |item: &dyn Fn(&Attribute) -> String| attributes.iter().map(|it| item(it)).collect::<Vec<_>>().join(", ");
    let columns_of = |row: &str| list(&|attribute| format!("{row}.{}", attribute.column()));
    let columns = list(&|attribute| attribute.column().to_owned());
    let declared = list(&|attribute| format!("{} {}", attribute.name, sql_type(attribute)));
    let given = list(&given);
    let (stored, excluded) = (columns_of("stored"), columns_of("excluded"));
    let rows = format!("jsonb_to_recordset($1) as r (slug text, {declared})");
    if table.is_fixed() {
        return format!(
            "update {name} stored set ({columns}) = row({given}) from {rows}
             where stored.slug = r.slug and ({stored}) is distinct from ({given})"
        );
    }
    format!(
        "insert into {name} as stored (slug, {columns}) select slug, {given} from {rows}
         on conflict (slug) do update set ({columns}) = row({excluded})
         where ({stored}) is distinct from ({excluded})"
    )
}

/// The type that an attribute is given in.
fn sql_type(attribute: &Attribute) -> &'static str {
    match &attribute.kind {
        AttributeKind::Text | AttributeKind::Reference { .. } => "text",
        AttributeKind::Texts => "text[]",
        AttributeKind::Integer | AttributeKind::Rank => "integer",
        AttributeKind::Member(members) => members.sql_type,
    }
}

/// What is stored of an attribute of the row `r`.
fn given(attribute: &Attribute) -> String {
    let Attribute { name, .. } = attribute;
    match attribute.referred_entity() {
        Some(entity) => format!("(select id from {} other where other.slug = r.{name})", entity.table().name),
        None => format!("r.{name}"),
    }
}

/// Removes the aliases of rows in the file that the file does not have.
async fn remove_aliases(connection: &mut AsyncPgConnection, file: &ReferenceFile) -> QueryResult<Vec<Change>> {
    let Table { name, key, .. } = file.table;
    let slugs: Vec<&str> = file.rows.iter().map(|row| row.slug.as_str()).collect();
    diesel::sql_query(format!(
        "delete from {key}_aliases a using {name} e
         where e.id = a.{key}_id and e.slug in (select jsonb_array_elements_text($2))
           and not exists (select from {ALIASES} where r.slug = e.slug and r.alias_key = a.alias_key)
         returning 'aliases removed' as what, e.slug || ': ' || a.alias as name"
    ))
    .bind::<Jsonb, _>(json!(file.aliases))
    .bind::<Jsonb, _>(json!(slugs))
    .load(connection)
    .await
}

async fn write_aliases(connection: &mut AsyncPgConnection, file: &ReferenceFile) -> QueryResult<Vec<Change>> {
    let Table { name, key, aliases, .. } = file.table;
    let with_former = aliases.as_ref().is_some_and(|aliases| aliases.with_former);
    let columns: &[&str] = if with_former { &["alias", "ambiguous", "former"] } else { &["alias", "ambiguous"] };
    let of = |row: &str| columns.iter().map(|column| format!("{row}.{column}")).collect::<Vec<_>>().join(", ");
    let (columns, given, excluded, stored) = (columns.join(", "), of("r"), of("excluded"), of("stored"));
    diesel::sql_query(format!(
        "insert into {key}_aliases as stored ({key}_id, alias_key, {columns})
         select e.id, r.alias_key, {given} from {ALIASES} join {name} e on e.slug = r.slug
         on conflict ({key}_id, alias_key) do update set ({columns}) = row({excluded})
         where ({stored}) is distinct from ({excluded})
         returning (select slug from {name} e where e.id = stored.{key}_id) || ': ' || stored.alias as name,
             case when exists (select from {key}_aliases earlier
                     where earlier.{key}_id = stored.{key}_id and earlier.alias_key = stored.alias_key)
                 then 'aliases changed' else 'aliases added' end as what"
    ))
    .bind::<Jsonb, _>(json!(file.aliases))
    .load(connection)
    .await
}

const ALIASES: &str =
    "jsonb_to_recordset($1) as r (slug text, alias_key text, alias text, former boolean, ambiguous boolean)";
