//! Loads the seed's reference files: each is laid over its table, and only what differs is written.

use diesel::QueryResult;
use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::SeedError;
use super::changes::{Change, FileChanges};
use super::files::SeedFiles;
use super::rows::{
    self, AliasRow, CompanyRow, GuideRow, MajorRow, NamedRow, RoleRow, SchoolRow, SchoolTierRow, SeedFileError,
    SourceRow, TagRow,
};
use super::statements::{
    CLASSES, COMPANIES, COMPANY_PARENTS, GUIDE, MAJORS, MAJORS_WITHOUT_PARENT, REMOVED_GUIDE, ROLES, SCHOOL_TIERS,
    SCHOOLS, SOURCES, TAGS,
};

/// Loads all reference files that are there, and tells what was written.
pub(super) async fn load(connection: &mut AsyncPgConnection, files: &SeedFiles) -> Result<Vec<FileChanges>, SeedError> {
    let mut changes = Vec::new();
    if let Some(file) = Named::<CompanyRow>::read(files, "companies.csv")? {
        check_references(file.name, &file.rows, &file.rows, |row| row.parent.as_deref())?;
        let table = Table { entries: "companies", aliases: "company_aliases", id: "company_id", keeps_former: true };
        changes.push(file.lay_over(connection, &table, &[COMPANIES, COMPANY_PARENTS]).await?);
    }
    if let Some(file) = Named::<RoleRow>::read(files, "roles.csv")? {
        let table = Table { entries: "roles", aliases: "role_aliases", id: "role_id", keeps_former: false };
        changes.push(file.lay_over(connection, &table, &[ROLES]).await?);
    }
    if let Some(file) = Named::<MajorRow>::read(files, "majors.csv")? {
        check_references(file.name, &file.rows, &file.rows, |row| row.parent.as_deref())?;
        let table = Table { entries: "majors", aliases: "major_aliases", id: "major_id", keeps_former: false };
        // A parent is there before its children.
        changes.push(file.lay_over(connection, &table, &[MAJORS_WITHOUT_PARENT, CLASSES, MAJORS]).await?);
    }
    if let Some(file) = Named::<SchoolTierRow>::read(files, "school_tiers.csv")? {
        check_tiers(connection, &file.rows).await?;
        let (aliases, id) = ("school_tier_aliases", "school_tier_id");
        let table = Table { entries: "school_tiers", aliases, id, keeps_former: false };
        changes.push(file.lay_over(connection, &table, &[SCHOOL_TIERS]).await?);
    }
    if let Some(file) = Named::<SchoolRow>::read(files, "schools.csv")? {
        check_school_tiers(connection, &file.rows).await?;
        let table = Table { entries: "schools", aliases: "school_aliases", id: "school_id", keeps_former: false };
        changes.push(file.lay_over(connection, &table, &[SCHOOLS]).await?);
    }
    changes.push(load_plain::<TagRow>(connection, files, "tags.csv", "tags", TAGS).await?);
    changes.push(load_plain::<SourceRow>(connection, files, "sources.csv", "sources", SOURCES).await?);
    let removed = removed_from_guide(connection, files).await?;
    let mut guide = load_plain::<GuideRow>(connection, files, "guide.csv", "guide_entries", GUIDE).await?;
    guide.extend(removed);
    changes.push(guide);
    changes.retain(|changes| !changes.is_empty());
    Ok(changes)
}

/// A reference file whose rows have aliases.
struct Named<Row> {
    name: &'static str,
    rows: Vec<Row>,
    aliases: Vec<AliasRow>,
}

/// Where the rows of such a file are stored.
struct Table {
    entries: &'static str,
    aliases: &'static str,
    /// The column of an alias that points at its entry.
    id: &'static str,
    keeps_former: bool,
}

impl<Row: NamedRow + DeserializeOwned + Serialize> Named<Row> {
    fn read(files: &SeedFiles, name: &'static str) -> Result<Option<Self>, SeedFileError> {
        let Some(bytes) = files.get(name) else { return Ok(None) };
        let rows: Vec<Row> = rows::read(name, bytes)?;
        let aliases = rows::aliases(name, &rows)?;
        Ok(Some(Self { name, rows, aliases }))
    }

    /// Writes what differs from the file.
    async fn lay_over(
        &self,
        connection: &mut AsyncPgConnection,
        table: &Table,
        statements: &[&str],
    ) -> Result<FileChanges, SeedError> {
        let mut changes = FileChanges::of(self.name);
        for statement in statements {
            changes.extend(write(connection, statement, table.entries, json!(self.rows)).await?);
        }
        changes.extend(self.remove_aliases(connection, table).await?);
        changes.extend(self.write_aliases(connection, table).await?);
        Ok(changes)
    }

    /// Removes the aliases of rows in the file that the file does not have.
    async fn remove_aliases(&self, connection: &mut AsyncPgConnection, table: &Table) -> QueryResult<Vec<Change>> {
        let Table { entries, aliases, id, .. } = table;
        let slugs: Vec<&str> = self.rows.iter().map(NamedRow::slug).collect();
        diesel::sql_query(format!(
            "delete from {aliases} a using {entries} e
             where e.id = a.{id} and e.slug in (select jsonb_array_elements_text($2))
               and not exists (select from {ALIASES} where r.slug = e.slug and r.alias_key = a.alias_key)
             returning 'aliases removed' as what, e.slug || ': ' || a.alias as name"
        ))
        .bind::<Jsonb, _>(json!(self.aliases))
        .bind::<Jsonb, _>(json!(slugs))
        .load(connection)
        .await
    }

    async fn write_aliases(&self, connection: &mut AsyncPgConnection, table: &Table) -> QueryResult<Vec<Change>> {
        let Table { entries, aliases, id, keeps_former } = table;
        let columns = if *keeps_former { "alias, ambiguous, former" } else { "alias, ambiguous" };
        let of = |table: &str| columns.split(", ").map(|it| format!("{table}.{it}")).collect::<Vec<_>>().join(", ");
        let (given, excluded, stored) = (of("r"), of("excluded"), of("stored"));
        diesel::sql_query(format!(
            "insert into {aliases} as stored ({id}, alias_key, {columns})
             select e.id, r.alias_key, {given} from {ALIASES} join {entries} e on e.slug = r.slug
             on conflict ({id}, alias_key) do update set ({columns}) = row({excluded})
             where ({stored}) is distinct from ({excluded})
             returning (select slug from {entries} e where e.id = stored.{id}) || ': ' || stored.alias as name,
                 case when exists (select from {aliases} earlier
                         where earlier.{id} = stored.{id} and earlier.alias_key = stored.alias_key)
                     then 'aliases changed' else 'aliases added' end as what"
        ))
        .bind::<Jsonb, _>(json!(self.aliases))
        .load(connection)
        .await
    }
}

const ALIASES: &str =
    "jsonb_to_recordset($1) as r (slug text, alias_key text, alias text, former boolean, ambiguous boolean)";

/// Runs a statement of [`super::statements`] and tells the slugs of the rows that it wrote. What it asks of the table is
/// answered by how the table was before.
async fn write(
    connection: &mut AsyncPgConnection,
    statement: &str,
    table: &str,
    rows: serde_json::Value,
) -> QueryResult<Vec<Change>> {
    diesel::sql_query(format!(
        "{statement}
         returning stored.slug::text as name,
             case when exists (select from {table} earlier where earlier.slug = stored.slug)
                 then 'changed' else 'added' end as what"
    ))
    .bind::<Jsonb, _>(rows)
    .load(connection)
    .await
}

/// A reference file whose rows have no aliases.
async fn load_plain<Row: DeserializeOwned + Serialize>(
    connection: &mut AsyncPgConnection,
    files: &SeedFiles,
    file: &'static str,
    table: &str,
    statement: &str,
) -> Result<FileChanges, SeedError> {
    let mut changes = FileChanges::of(file);
    if let Some(bytes) = files.get(file) {
        let rows: Vec<Row> = rows::read(file, bytes)?;
        changes.extend(write(connection, statement, table, json!(rows)).await?);
    }
    Ok(changes)
}

async fn removed_from_guide(connection: &mut AsyncPgConnection, files: &SeedFiles) -> Result<Vec<Change>, SeedError> {
    let Some(bytes) = files.get("guide.csv") else { return Ok(Vec::new()) };
    let rows: Vec<GuideRow> = rows::read("guide.csv", bytes)?;
    let removed = format!("{REMOVED_GUIDE} returning stored.slug::text as name, 'removed' as what");
    Ok(diesel::sql_query(removed).bind::<Jsonb, _>(json!(rows)).load(connection).await?)
}

/// Fails where a row points at a slug that no row of `targets` has.
fn check_references<Row: NamedRow, Target: NamedRow>(
    file: &str,
    rows: &[Row],
    targets: &[Target],
    reference: impl Fn(&Row) -> Option<&str>,
) -> Result<(), SeedFileError> {
    let known: std::collections::HashSet<&str> = targets.iter().map(NamedRow::slug).collect();
    for row in rows {
        if let Some(target) = reference(row).filter(|target| !known.contains(target)) {
            let message = format!("`{}` points at `{target}`, which is not in the file", row.slug());
            return Err(SeedFileError { file: file.to_owned(), message });
        }
    }
    Ok(())
}

async fn known_tiers(connection: &mut AsyncPgConnection) -> Result<Vec<String>, SeedError> {
    use crate::database::schema::school_tiers;
    use diesel::QueryDsl;
    Ok(school_tiers::table.select(school_tiers::slug).order(school_tiers::rank).load(connection).await?)
}

async fn check_tiers(connection: &mut AsyncPgConnection, rows: &[SchoolTierRow]) -> Result<(), SeedError> {
    let known = known_tiers(connection).await?;
    tier_is_known("school_tiers.csv", rows.iter().map(|row| (row.slug.as_str(), row.slug.as_str())), &known)
}

async fn check_school_tiers(connection: &mut AsyncPgConnection, rows: &[SchoolRow]) -> Result<(), SeedError> {
    let known = known_tiers(connection).await?;
    tier_is_known("schools.csv", rows.iter().map(|row| (row.slug.as_str(), row.tier.as_str())), &known)
}

fn tier_is_known<'a>(
    file: &str,
    mut tiers: impl Iterator<Item = (&'a str, &'a str)>,
    known: &[String],
) -> Result<(), SeedError> {
    match tiers.find(|(_, tier)| !known.iter().any(|slug| slug == tier)) {
        None => Ok(()),
        Some((row, tier)) => {
            let message = format!("`{row}` has the tier `{tier}`; the tiers are: {}", known.join(", "));
            Err(SeedFileError { file: file.to_owned(), message }.into())
        }
    }
}
