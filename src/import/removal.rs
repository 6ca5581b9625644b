//! Taking cases out by hand: for the time being, or for good with all that was ever kept of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::database::schema::imports;
use crate::database::{Database, DatabaseError, dataset};

/// Why nothing was done with cases. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum RemovalError {
    /// There are no such cases.
    #[error("no case has the id {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Unknown(Vec<Uuid>),
    /// The database refused.
    #[error("the database: {0}")]
    Database(#[from] diesel::result::Error),
    /// The database cannot be reached.
    #[error(transparent)]
    Away(#[from] DatabaseError),
}

/// A case as a reader tells it from others.
#[derive(Debug, Clone, QueryableByName)]
pub struct NamedCase {
    /// Its id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// Name of the company.
    #[diesel(sql_type = Text)]
    pub company: String,
    /// Name of the role.
    #[diesel(sql_type = Text)]
    pub role: String,
    /// Slug of the source.
    #[diesel(sql_type = Text)]
    pub source: String,
    /// Whether it is retired.
    #[diesel(sql_type = diesel::sql_types::Bool)]
    pub is_retired: bool,
    /// How many earlier states of it are kept.
    #[diesel(sql_type = BigInt)]
    pub revisions: i64,
}

/// These cases, which are all there, in their order.
///
/// # Errors
/// Where one is not there.
pub async fn find(connection: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<Vec<NamedCase>, RemovalError> {
    let found: Vec<NamedCase> = diesel::sql_query(
        "select here.id, companies.name as company, roles.name as role, sources.slug::text as source,
             retired_at is not null as is_retired,
             (select count(*) from offer_case_revisions where case_id = here.id) as revisions
         from offer_cases here join companies on companies.id = company_id join roles on roles.id = role_id
             join sources on sources.id = source_id
         where here.id = any($1) order by array_position($1, here.id)",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .load(connection)
    .await?;
    let there: HashSet<Uuid> = found.iter().map(|case| case.id).collect();
    let missing: Vec<Uuid> = ids.iter().copied().filter(|id| !there.contains(id)).collect();
    if missing.is_empty() { Ok(found) } else { Err(RemovalError::Unknown(missing)) }
}

/// Takes cases out of use, or brings them back into it. A case that was taken out so stays out when its file is imported
/// again. How many were not so already.
///
/// # Errors
/// Where one is not there; nothing has changed then.
pub async fn set_retired(database: &Database, ids: &[Uuid], retired: bool) -> Result<usize, RemovalError> {
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            find(connection, ids).await?;
            let changed = diesel::sql_query(
                "update offer_cases set retired_at = case when $2 then coalesce(retired_at, now()) end, kept_out = $2
                 where id = any($1) and (kept_out, retired_at is not null) is distinct from ($2, $2)",
            )
            .bind::<Array<SqlUuid>, _>(ids)
            .bind::<diesel::sql_types::Bool, _>(retired)
            .execute(connection)
            .await?;
            Ok(changed)
        })
        .await
}

/// Removes cases for good: with their raw rows and earlier states, and what reports of imports tell of their cells. What
/// stays is that there was a row of such a key and content, as hashes, so that its file does not bring it back.
///
/// # Errors
/// Where one is not there; nothing has changed then.
pub async fn erase(database: &Database, ids: &[Uuid]) -> Result<Vec<NamedCase>, RemovalError> {
    let mut connection = database.connect().await?;
    connection
        .transaction(async |connection| {
            dataset::lock(connection).await?;
            let cases = find(connection, ids).await?;
            let traces = Traces::of(connection, ids).await?;
            diesel::sql_query(
                "insert into erased_cases (source_id, key_hash, content_hashes)
                 select source_id, encode(sha256(convert_to(source_key, 'UTF8')), 'hex'), array_remove(array(
                     select earlier ->> 'content_hash' from offer_case_revisions where case_id = here.id
                     union select here.content_hash::text), null)
                 from offer_cases here where id = any($1)
                 on conflict (source_id, key_hash) do update
                 set content_hashes = excluded.content_hashes, erased_at = excluded.erased_at",
            )
            .bind::<Array<SqlUuid>, _>(ids)
            .execute(connection)
            .await?;
            for table in ["offer_case_revisions where case_id", "offer_cases where id"] {
                let delete = diesel::sql_query(format!("delete from {table} = any($1)"));
                delete.bind::<Array<SqlUuid>, _>(ids).execute(connection).await?;
            }
            traces.wipe(connection).await?;
            Ok(cases)
        })
        .await
}

/// Where reports of imports may tell of cases, by source: in the remarks on their rows, and wherever they show one of their
/// cells.
struct Traces(BTreeMap<i32, Trace>);

/// The same of the cases of one source.
#[derive(Default)]
struct Trace {
    /// Which rows they were in which import.
    rows: HashSet<(i64, i64)>,
    /// What their cells said.
    cells: HashSet<String>,
}

/// A state of a case: now, or earlier.
#[derive(QueryableByName)]
struct State {
    #[diesel(sql_type = Integer)]
    source_id: i32,
    #[diesel(sql_type = Nullable<BigInt>)]
    import_id: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    source_row: Option<i64>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    raw: Option<Value>,
    #[diesel(sql_type = Text)]
    source_key: String,
}

impl Traces {
    async fn of(connection: &mut AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Self> {
        let states: Vec<State> = diesel::sql_query(
            "select source_id, import_id, source_row::bigint as source_row, raw, source_key from offer_cases where id = any($1)
             union all
             select here.source_id, (earlier ->> 'import_id')::bigint, (earlier ->> 'source_row')::bigint,
                 earlier -> 'raw', here.source_key
             from offer_case_revisions join offer_cases here on here.id = case_id where case_id = any($1)",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .load(connection)
        .await?;
        let mut by_source: BTreeMap<i32, Trace> = BTreeMap::new();
        for State { source_id, import_id, source_row, raw, source_key } in states {
            let Trace { rows, cells } = by_source.entry(source_id).or_default();
            rows.extend(import_id.zip(source_row));
            cells.insert(source_key);
            let values = raw.as_ref().and_then(Value::as_object).into_iter().flat_map(|raw| raw.values());
            cells.extend(values.filter_map(Value::as_str).map(str::to_owned));
        }
        for trace in by_source.values_mut() {
            trace.cells.retain(|cell| !cell.trim().is_empty());
        }
        Ok(Self(by_source))
    }

    /// Takes them out of the reports.
    async fn wipe(&self, connection: &mut AsyncPgConnection) -> QueryResult<()> {
        for (source_id, Trace { rows, cells }) in &self.0 {
            let of_source = imports::table.filter(imports::source_id.eq(source_id));
            let numbers: BTreeSet<i64> = of_source.select(imports::id).load(connection).await?.into_iter().collect();
            // One at a time: a report may have megabytes.
            for id in numbers {
                let mut report: Value = imports::table.find(id).select(imports::report).first(connection).await?;
                if wipe_report(&mut report, id, rows, cells) {
                    diesel::update(imports::table.find(id)).set(imports::report.eq(report)).execute(connection).await?;
                }
            }
        }
        Ok(())
    }
}

/// Takes out of a report what it tells of these rows and cells. Whether there was something.
fn wipe_report(report: &mut Value, import_id: i64, rows: &HashSet<(i64, i64)>, cells: &HashSet<String>) -> bool {
    let mut has_changed = false;
    for list in ["rejections", "remarks"] {
        for remark in report.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let is_of_row = remark["row"].as_i64().is_some_and(|row| rows.contains(&(import_id, row)));
            if is_of_row || remark["cell"].as_str().is_some_and(|cell| shows_one_of(cell, cells)) {
                remark["cell"] = "".into();
                remark["message"] = ERASED.into();
                remark["message_zh"] = ERASED_ZH.into();
                has_changed = true;
            }
        }
    }
    for list in ["unknown_majors", "new_companies", "new_roles", "new_cities"] {
        if let Some(names) = report.get_mut(list).and_then(Value::as_array_mut) {
            let count = names.len();
            names.retain(|name| !name.as_str().is_some_and(|name| shows_one_of(name, cells)));
            has_changed |= names.len() != count;
        }
    }
    has_changed
}

/// What stands in place of what a report told of an erased case.
const ERASED: &str = "erased";
const ERASED_ZH: &str = "已删除";

/// Whether a text of a report is one of these cells, which it may show shortened.
fn shows_one_of(shown: &str, cells: &HashSet<String>) -> bool {
    let begins = |begin: &str| cells.iter().any(|cell| cell.starts_with(begin));
    !shown.is_empty() && (cells.contains(shown) || shown.strip_suffix('…').is_some_and(begins))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_tells_nothing_more_of_rows_and_cells_that_were_erased() {
        let remark =
            |row: i64, cell: &str| json!({"row": row, "column": "x", "cell": cell, "rule": "pay", "message": cell});
        let long = format!("{}…", "长".repeat(600));
        let report = json!({
            "rejections": [remark(1, "a"), remark(2, "面议")],
            "remarks": [remark(3, "面议"), remark(3, "b"), remark(4, &long), remark(5, "")],
            "unknown_majors": ["面议", "炼金术"], "coverage": {"pay": 3},
        });
        let rows = HashSet::from([(7, 1)]);
        let cells = HashSet::from(["面议".to_owned(), "长".repeat(2000)]);
        let mut wiped = report.clone();
        assert!(wipe_report(&mut wiped, 7, &rows, &cells));
        let cells_of = |list: &str| -> Vec<String> {
            let cells = wiped[list].as_array().expect("a list").iter();
            cells.map(|remark| format!("{}|{}", remark["cell"].as_str().unwrap_or("-"), remark["message"])).collect()
        };
        assert_eq!(cells_of("rejections"), ["|\"erased\"", "|\"erased\""]);
        assert_eq!(cells_of("remarks"), ["|\"erased\"", "b|\"b\"", "|\"erased\"", "|\"\""]);
        assert_eq!(wiped["unknown_majors"], json!(["炼金术"]));
        let mut other = report.clone();
        assert!(!wipe_report(&mut other, 8, &rows, &HashSet::from(["c".to_owned()])) && other == report);
    }
}
