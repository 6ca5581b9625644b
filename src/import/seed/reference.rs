//! Loads the seed's reference files: each is laid over its table, and only what differs is written.

use diesel::sql_types::Jsonb;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::SeedError;
use super::files::SeedFiles;
use super::rows::{
    self, AliasRow, CompanyRow, GuideRow, MajorRow, NamedRow, RoleRow, SchoolRow, SchoolTierRow, SeedFileError,
    SourceRow, TagRow,
};

/// Loads all reference files that are there and gives the number of rows that were written.
pub(super) async fn load(connection: &mut AsyncPgConnection, files: &SeedFiles) -> Result<usize, SeedError> {
    let mut written = 0;
    if let Some(companies) = Named::<CompanyRow>::read(files, "companies.csv")? {
        check_references("companies.csv", &companies.rows, &companies.rows, |row| row.parent.as_deref())?;
        written += companies.upsert(connection, &[COMPANIES, COMPANY_PARENTS]).await?;
        written += companies.upsert_aliases(connection, "company_aliases", "companies", "company_id", true).await?;
    }
    if let Some(roles) = Named::<RoleRow>::read(files, "roles.csv")? {
        written += roles.upsert(connection, &[ROLES]).await?;
        written += roles.upsert_aliases(connection, "role_aliases", "roles", "role_id", false).await?;
    }
    if let Some(majors) = Named::<MajorRow>::read(files, "majors.csv")? {
        check_references("majors.csv", &majors.rows, &majors.rows, |row| row.parent.as_deref())?;
        // A parent is there before its children.
        written += majors.upsert(connection, &[MAJORS_WITHOUT_PARENT, CLASSES, MAJORS]).await?;
        written += majors.upsert_aliases(connection, "major_aliases", "majors", "major_id", false).await?;
    }
    if let Some(tiers) = Named::<SchoolTierRow>::read(files, "school_tiers.csv")? {
        check_tiers(connection, &tiers.rows).await?;
        written += tiers.upsert(connection, &[SCHOOL_TIERS]).await?;
        let (table, id) = ("school_tier_aliases", "school_tier_id");
        written += tiers.upsert_aliases(connection, table, "school_tiers", id, false).await?;
    }
    if let Some(schools) = Named::<SchoolRow>::read(files, "schools.csv")? {
        check_school_tiers(connection, &schools.rows).await?;
        written += schools.upsert(connection, &[SCHOOLS]).await?;
        written += schools.upsert_aliases(connection, "school_aliases", "schools", "school_id", false).await?;
    }
    written += load_plain::<TagRow>(connection, files, "tags.csv", TAGS).await?;
    written += load_plain::<SourceRow>(connection, files, "sources.csv", SOURCES).await?;
    written += load_plain::<GuideRow>(connection, files, "guide.csv", REMOVED_GUIDE).await?;
    written += load_plain::<GuideRow>(connection, files, "guide.csv", GUIDE).await?;
    Ok(written)
}

/// A reference file whose rows have aliases.
struct Named<Row> {
    rows: Vec<Row>,
    aliases: Vec<AliasRow>,
}

impl<Row: NamedRow + DeserializeOwned + Serialize> Named<Row> {
    fn read(files: &SeedFiles, file: &str) -> Result<Option<Self>, SeedFileError> {
        let Some(bytes) = files.get(file) else { return Ok(None) };
        let rows: Vec<Row> = rows::read(file, bytes)?;
        let aliases = rows::aliases(file, &rows)?;
        Ok(Some(Self { rows, aliases }))
    }

    async fn upsert(&self, connection: &mut AsyncPgConnection, statements: &[&str]) -> Result<usize, SeedError> {
        let mut written = 0;
        for statement in statements {
            written += diesel::sql_query(*statement).bind::<Jsonb, _>(json!(self.rows)).execute(connection).await?;
        }
        Ok(written)
    }

    /// Makes the aliases of the rows in the file just those of the file.
    async fn upsert_aliases(
        &self,
        connection: &mut AsyncPgConnection,
        table: &str,
        entries: &str,
        id: &str,
        keeps_former: bool,
    ) -> Result<usize, SeedError> {
        let records =
            "jsonb_to_recordset($1) as r (slug text, alias_key text, alias text, former boolean, ambiguous boolean)";
        let former = if keeps_former { ", former" } else { "" };
        let columns = format!("alias, ambiguous{former}");
        let excluded = columns.split(", ").map(|column| format!("excluded.{column}")).collect::<Vec<_>>().join(", ");
        let stored = columns.split(", ").map(|column| format!("stored.{column}")).collect::<Vec<_>>().join(", ");
        let slugs: Vec<&str> = self.rows.iter().map(NamedRow::slug).collect();
        let removed = diesel::sql_query(format!(
            "delete from {table} a using {entries} e
             where e.id = a.{id} and e.slug in (select jsonb_array_elements_text($2))
               and not exists (select from {records} where r.slug = e.slug and r.alias_key = a.alias_key)"
        ))
        .bind::<Jsonb, _>(json!(self.aliases))
        .bind::<Jsonb, _>(json!(slugs))
        .execute(connection)
        .await?;
        let written = diesel::sql_query(format!(
            "insert into {table} as stored ({id}, alias_key, {columns})
             select e.id, r.alias_key, r.alias, r.ambiguous{r_former} from {records} join {entries} e on e.slug = r.slug
             on conflict ({id}, alias_key) do update set ({columns}) = row({excluded})
             where ({stored}) is distinct from ({excluded})",
            r_former = if keeps_former { ", r.former" } else { "" },
        ))
        .bind::<Jsonb, _>(json!(self.aliases))
        .execute(connection)
        .await?;
        Ok(removed + written)
    }
}

/// A reference file whose rows have no aliases.
async fn load_plain<Row: DeserializeOwned + Serialize>(
    connection: &mut AsyncPgConnection,
    files: &SeedFiles,
    file: &str,
    statement: &str,
) -> Result<usize, SeedError> {
    let Some(bytes) = files.get(file) else { return Ok(0) };
    let rows: Vec<Row> = rows::read(file, bytes)?;
    Ok(diesel::sql_query(statement).bind::<Jsonb, _>(json!(rows)).execute(connection).await?)
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

const COMPANIES: &str = "
    insert into companies as stored (slug, name, name_en, kind)
    select slug, name, name_en, kind
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text, kind company_kind)
    on conflict (slug) do update set (name, name_en, kind) = row(excluded.name, excluded.name_en, excluded.kind)
    where (stored.name, stored.name_en, stored.kind) is distinct from (excluded.name, excluded.name_en, excluded.kind)";

const COMPANY_PARENTS: &str = "
    update companies stored set parent_id = parents.id
    from jsonb_to_recordset($1) as r (slug text, parent text) left join companies parents on parents.slug = r.parent
    where stored.slug = r.slug and stored.parent_id is distinct from parents.id";

const ROLES: &str = "
    insert into roles as stored (slug, name, name_en, family)
    select slug, name, name_en, family
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text, family role_family)
    on conflict (slug) do update set (name, name_en, family) = row(excluded.name, excluded.name_en, excluded.family)
    where (stored.name, stored.name_en, stored.family) is distinct from (excluded.name, excluded.name_en, excluded.family)";

/// The statement that loads the majors of some levels.
macro_rules! majors_of {
    ($levels:literal) => {
        concat!(
            "insert into majors as stored (slug, code, level, parent_id, name, name_en)
             select r.slug, r.code, r.level, parents.id, r.name, r.name_en
             from jsonb_to_recordset($1)
                 as r (slug text, code text, level major_level, parent text, name text, name_en text)
             left join majors parents on parents.slug = r.parent
             where r.level in (",
            $levels,
            ") on conflict (slug) do update
             set (code, level, parent_id, name, name_en)
                 = row(excluded.code, excluded.level, excluded.parent_id, excluded.name, excluded.name_en)
             where (stored.code, stored.level, stored.parent_id, stored.name, stored.name_en) is distinct from
                 (excluded.code, excluded.level, excluded.parent_id, excluded.name, excluded.name_en)"
        )
    };
}

const MAJORS_WITHOUT_PARENT: &str = majors_of!("'discipline', 'broad'");
const CLASSES: &str = majors_of!("'class'");
const MAJORS: &str = majors_of!("'major'");

const SCHOOL_TIERS: &str = "
    update school_tiers stored set (name, name_en) = row(r.name, r.name_en)
    from jsonb_to_recordset($1) as r (slug text, name text, name_en text)
    where stored.slug = r.slug and (stored.name, stored.name_en) is distinct from (r.name, r.name_en)";

const SCHOOLS: &str = "
    insert into schools as stored (slug, name, name_en, country, province, city, school_tier_id)
    select r.slug, r.name, r.name_en, r.country, r.province, r.city, tiers.id
    from jsonb_to_recordset($1)
        as r (slug text, name text, name_en text, country text, province text, city text, tier text)
    join school_tiers tiers on tiers.slug = r.tier
    on conflict (slug) do update
    set (name, name_en, country, province, city, school_tier_id) = row(
        excluded.name, excluded.name_en, excluded.country, excluded.province, excluded.city, excluded.school_tier_id)
    where (stored.name, stored.name_en, stored.country, stored.province, stored.city, stored.school_tier_id)
        is distinct from (excluded.name, excluded.name_en, excluded.country, excluded.province, excluded.city,
            excluded.school_tier_id)";

const TAGS: &str = "
    insert into tags as stored (slug, name, name_en, meaning, meaning_en, keywords)
    select slug, name, name_en, meaning, meaning_en, keywords
    from jsonb_to_recordset($1)
        as r (slug text, name text, name_en text, meaning text, meaning_en text, keywords text[])
    on conflict (slug) do update set (name, name_en, meaning, meaning_en, keywords)
        = row(excluded.name, excluded.name_en, excluded.meaning, excluded.meaning_en, excluded.keywords)
    where (stored.name, stored.name_en, stored.meaning, stored.meaning_en, stored.keywords) is distinct from
        (excluded.name, excluded.name_en, excluded.meaning, excluded.meaning_en, excluded.keywords)";

const SOURCES: &str = "
    insert into sources as stored (slug, title, title_en, url, kind, licence, note, note_en, min_group_size)
    select slug, title, title_en, url, kind, licence, note, note_en, min_group_size
    from jsonb_to_recordset($1) as r (slug text, title text, title_en text, url text, kind source_kind,
        licence text, note text, note_en text, min_group_size integer)
    on conflict (slug) do update set (title, title_en, url, kind, licence, note, note_en, min_group_size)
        = row(excluded.title, excluded.title_en, excluded.url, excluded.kind, excluded.licence, excluded.note,
            excluded.note_en, excluded.min_group_size)
    where (stored.title, stored.title_en, stored.url, stored.kind, stored.licence, stored.note, stored.note_en,
            stored.min_group_size) is distinct from
        (excluded.title, excluded.title_en, excluded.url, excluded.kind, excluded.licence, excluded.note,
            excluded.note_en, excluded.min_group_size)";

/// Nothing points at guide entries: what the file no longer has goes.
const REMOVED_GUIDE: &str = "
    delete from guide_entries
    where slug not in (select r.slug from jsonb_to_recordset($1) as r (slug text))";

const GUIDE: &str = "
    insert into guide_entries as stored
        (kind, slug, position, title, title_en, description, description_en, advice, advice_en, source_id)
    select r.kind, r.slug, r.position, r.title, r.title_en, r.description, r.description_en, r.advice, r.advice_en,
        (select sources.id from sources where sources.slug = r.source)
    from jsonb_to_recordset($1) as r (kind guide_kind, slug text, position smallint, title text, title_en text,
        description text, description_en text, advice text, advice_en text, source text)
    on conflict (slug) do update
    set (kind, position, title, title_en, description, description_en, advice, advice_en, source_id)
        = row(excluded.kind, excluded.position, excluded.title, excluded.title_en, excluded.description,
            excluded.description_en, excluded.advice, excluded.advice_en, excluded.source_id)
    where (stored.kind, stored.position, stored.title, stored.title_en, stored.description, stored.description_en,
            stored.advice, stored.advice_en, stored.source_id) is distinct from
        (excluded.kind, excluded.position, excluded.title, excluded.title_en, excluded.description,
            excluded.description_en, excluded.advice, excluded.advice_en, excluded.source_id)";
