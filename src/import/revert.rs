//! Taking an import back: what it created is retired, what it changed goes back to the state before, and what it retired
//! is in use again. That is an import itself, so that it can be taken back too.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;
use uuid::Uuid;

use super::report::{Findings, MAX_REPORTED, Remark};
use super::staging::CONTENT_HASH;
use crate::database::schema::imports;
use crate::database::{Database, DatabaseError, dataset};
use crate::model::case::Field;
use crate::model::entity::Entity;
use crate::model::field::{Kind, MERGED};
use crate::parameters::{Language, Message, message};

/// Why an import was not taken back. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RevertError {
    /// No import has this number.
    #[error("there is no import {0}; `imports list` has them all")]
    Unknown(i64),
    /// Cases have changed since, and none of them may have.
    #[error("with --strict nothing is taken back: {} of its cases have changed since:\n  {}", .0.left, .0.lines().join("\n  "))]
    ChangedSince(Box<Reverted>),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
}

/// What taking an import back has done.
#[derive(Debug)]
pub struct Reverted {
    /// The import that was taken back.
    pub id: i64,
    /// Name of its file.
    pub file_name: String,
    /// The number by which this can be taken back; `None` = nothing was changed.
    pub import_id: Option<i64>,
    /// Cases that went back to the state before, or are in use again.
    pub updated: usize,
    /// Cases that it had created, and that are retired now.
    pub retired: usize,
    /// Cases that were as they were before already.
    pub unchanged: usize,
    /// Cases that were left as they are: they have changed since.
    pub left: usize,
    /// The first of these.
    pub findings: Findings,
}

impl RevertError {
    /// The same in both languages.
    pub fn message(&self) -> Message {
        let zh = match self {
            Self::Unknown(id) => format!("没有导入 {id}；`imports list` 列出全部"),
            Self::ChangedSince(reverted) => {
                let lines = reverted.findings.rejections.iter().map(|case| case.told(Language::Chinese));
                let (left, lines) = (reverted.left, lines.collect::<Vec<_>>().join("\n  "));
                format!("使用 --strict 时不作任何撤回：其中 {left} 条案例此后有改动：\n  {lines}")
            }
            other => return other.to_string().into(),
        };
        Message { en: self.to_string(), zh }
    }
}

impl Reverted {
    /// The cases that were left, a line each.
    pub fn lines(&self) -> Vec<String> {
        self.findings.rejections.iter().map(ToString::to_string).collect()
    }
}

impl Reverted {
    /// What was done, and what was left.
    pub fn told(&self, language: Language) -> String {
        let Self { id, file_name, updated, retired, unchanged, left, .. } = self;
        let what = message!(
            "import {id} ({file_name}) taken back: {retired} cases retired, {updated} as before, {unchanged} were so \
             already, {left} left since they have changed since",
            "已撤回导入 {id}（{file_name}）：停用 {retired} 条案例，恢复 {updated} 条，{unchanged} 条本来如此，\
             {left} 条此后有改动而保留"
        );
        let left = language.of("保留：", "left: ");
        let lines = self.findings.rejections.iter().map(|case| format!("  {left}{}", case.told(language)));
        let end = match self.import_id {
            Some(id) => message!("  to undo this: imports revert {id}", "  要取消这次撤回：imports revert {id}"),
            None => message!("  nothing was changed", "  没有任何改动"),
        };
        let told = std::iter::once(what.of(language).to_owned()).chain(lines);
        told.chain([end.of(language).to_owned()]).collect::<Vec<_>>().join("\n")
    }
}

/// Takes an import back, in one transaction. Cases that have changed since are left, or, with `strict`, stop all of it.
///
/// # Errors
/// Where there is no such import, or cases have changed since that must not; nothing has changed then.
pub async fn revert(database: &Database, id: i64, strict: bool) -> Result<Reverted, RevertError> {
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let reverted = revert_within(connection, id).await?;
            if strict && reverted.left > 0 {
                return Err(RevertError::ChangedSince(Box::new(reverted)));
            }
            Ok(reverted)
        })
        .await
}

async fn revert_within(connection: &mut AsyncPgConnection, id: i64) -> Result<Reverted, RevertError> {
    let found: Option<(i32, String)> =
        imports::table.find(id).select((imports::source_id, imports::file_name)).first(connection).await.optional()?;
    let (source_id, file_name) = found.ok_or(RevertError::Unknown(id))?;
    list_states(connection, id).await?;
    let next_id = "select nextval(pg_get_serial_sequence('imports', 'id'))";
    let import_id: i64 = sql::<BigInt>(next_id).get_result(connection).await?;
    let retired = retire_created(connection, import_id).await?;
    let updated = put_back(connection, import_id).await?;
    let left = left(connection).await?;
    let count = |fate: &str| format!("select count(*) from reverted where fate = '{fate}'");
    let unchanged: i64 = sql::<BigInt>(&count("unchanged")).get_result(connection).await?;
    let all_left: i64 = sql::<BigInt>(&count("left")).get_result(connection).await?;
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    let mut reverted = Reverted {
        id,
        file_name,
        import_id: (retired + updated > 0).then_some(import_id),
        updated,
        retired,
        unchanged: number(unchanged),
        left: number(all_left),
        findings: Findings::default(),
    };
    reverted.findings.rejections = left;
    if reverted.left > 0 {
        reverted.findings.by_rule.insert(CHANGED_SINCE.into(), reverted.left);
    }
    if reverted.import_id.is_some() {
        record(connection, import_id, source_id, &reverted).await?;
    }
    connection.batch_execute("drop table reverted").await?;
    Ok(reverted)
}

/// The rule of cases that are left because they have changed since.
const CHANGED_SINCE: &str = "changed_since";

/// What a state of a case says of when and how it came about, and not of the case.
const ABOUT_STATES: &str = "array['ordinal', 'changed_in', 'revision', 'updated_at', 'created_at', 'import_id', \
                            'source_row', 'content_hash']";

/// Lists what the import has done with which case, and what becomes of it: `retire`, `put_back`, `unchanged` where that is
/// so already, `left` where the case has changed since or what it said before is there no more.
async fn list_states(connection: &mut AsyncPgConnection, id: i64) -> QueryResult<()> {
    diesel::sql_query(format!(
        "create temporary table reverted on commit drop as
         with touched as (
             select case_id, min(revision) as replaced from offer_case_revisions
             where replaced_by_import_id = $1 group by case_id
             union all
             select id, 0 from offer_cases where revision = 1 and import_id = $1
             union all
             select case_id, 0 from offer_case_revisions
             where revision = 1 and (earlier ->> 'import_id')::bigint = $1
               and replaced_by_import_id is distinct from $1
         ), states as (
             select touched.case_id, touched.replaced, to_jsonb(here) as now, before.earlier as before,
                 case when here.revision = touched.replaced + 1 then to_jsonb(here) else afterwards.earlier end as after
             from touched join offer_cases here on here.id = touched.case_id
                 left join offer_case_revisions before
                     on before.case_id = touched.case_id and before.revision = touched.replaced
                 left join offer_case_revisions afterwards
                     on afterwards.case_id = touched.case_id and afterwards.revision = touched.replaced + 1
         )
         select case_id, before,
             case
                 when replaced = 0 and now ->> 'retired_at' is not null then 'unchanged'
                 when replaced > 0 and {is_before} then 'unchanged'
                 when not {is_after} then 'left'
                 when replaced = 0 then 'retire'
                 else 'put_back'
             end as fate
         from states",
        is_before = says("now", "before"),
        is_after = says("now", "after"),
    ))
    .bind::<BigInt, _>(id)
    .execute(connection)
    .await?;
    // What a case said before may be there no more.
    let gone: Vec<String> = Field::that_can(MERGED).filter_map(is_gone).collect();
    connection
        .batch_execute(&format!(
            "update reverted set fate = 'left' where fate = 'put_back' and ({})",
            if gone.is_empty() { "false".to_owned() } else { gone.join(" or ") }
        ))
        .await
}

/// The condition under which a state says all that another one says of the case. Columns that came later are in the later
/// one alone.
fn says(state: &str, other: &str) -> String {
    format!(
        "not exists (select from jsonb_each({other} - {ABOUT_STATES}) said
             where {state} -> said.key is distinct from said.value)"
    )
}

/// The condition under which the entry that the state before names as a value of a field is there no more.
fn is_gone(field: Field) -> Option<String> {
    let column = field.column()?;
    match field.kind() {
        Kind::Reference(entity) => Some(format!(
            "(before ->> '{column}' is not null
              and not exists (select from {} where id = (before ->> '{column}')::integer))",
            entity.table().name
        )),
        Kind::Tags => Some(format!(
            "exists (select from jsonb_array_elements_text(before -> '{column}') said
                 where not exists (select from {} where slug = said))",
            Entity::Tag.table().name
        )),
        _ => None,
    }
}

async fn retire_created(connection: &mut AsyncPgConnection, import_id: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "update offer_cases set retired_at = now(), import_id = $1
         where id in (select case_id from reverted where fate = 'retire')",
    )
    .bind::<BigInt, _>(import_id)
    .execute(connection)
    .await
}

async fn put_back(connection: &mut AsyncPgConnection, import_id: i64) -> QueryResult<usize> {
    let merged = Field::that_can(MERGED).filter_map(|field| field.column());
    let columns: Vec<&str> = merged.chain(["source_row", "retired_at", CONTENT_HASH]).collect();
    let values: Vec<String> = columns.iter().map(|column| format!("state.{column}")).collect();
    diesel::sql_query(format!(
        "update offer_cases set ({}, import_id) = row({}, $1)
         from reverted join offer_cases here on here.id = reverted.case_id,
             lateral jsonb_populate_record(here, reverted.before) state
         where offer_cases.id = here.id and reverted.fate = 'put_back'",
        columns.join(", "),
        values.join(", ")
    ))
    .bind::<BigInt, _>(import_id)
    .execute(connection)
    .await
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Text)]
    company: String,
    #[diesel(sql_type = Text)]
    role: String,
}

/// The first cases that are left, each with why.
async fn left(connection: &mut AsyncPgConnection) -> QueryResult<Vec<Remark>> {
    let left: Vec<Left> = diesel::sql_query(format!(
        "select here.id, source_row, companies.name as company, roles.name as role
         from reverted join offer_cases here on here.id = case_id join companies on companies.id = company_id
             join roles on roles.id = role_id
         where fate = 'left' order by source_row, here.id limit {MAX_REPORTED}"
    ))
    .load(connection)
    .await?;
    let remark = |Left { id, source_row, company, role }: Left| {
        let row = source_row.and_then(|row| usize::try_from(row).ok()).unwrap_or_default();
        let message = message!(
            "{company}, {role} has changed since, and is left as it is",
            "{company}，{role} 此后又改过，保持原样"
        );
        Remark::new(row, Field::Id.name(), &id.to_string(), CHANGED_SINCE, message)
    };
    Ok(left.into_iter().map(remark).collect())
}

/// Stores this as an import of the same file.
async fn record(
    connection: &mut AsyncPgConnection,
    import_id: i64,
    source_id: i32,
    reverted: &Reverted,
) -> QueryResult<()> {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let Reverted { id, updated, unchanged, left, retired, findings, .. } = reverted;
    diesel::sql_query(
        "insert into imports (id, source_id, file_name, sha256, rows_read, created, updated, unchanged, rejected,
             retired, report, reverts)
         overriding system value
         select $1, $2, file_name, sha256, $4 + $5 + $6, 0, $4, $5, $6, $7, $8, $3 from imports where id = $3",
    )
    .bind::<BigInt, _>(import_id)
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(id)
    .bind::<BigInt, _>(number(*updated))
    .bind::<BigInt, _>(number(*unchanged))
    .bind::<BigInt, _>(number(*left))
    .bind::<BigInt, _>(number(*retired))
    .bind::<Jsonb, _>(json!(findings))
    .execute(connection)
    .await
    .map(|_| ())
}
