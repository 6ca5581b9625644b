//! Rows whose cases were erased for good: they are left out of an import, and of what it tells.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::ImportError;
use super::identity::LEFT_OUT;
use super::pipeline::{KnownKind, Staged};

/// A row whose case was erased.
#[derive(QueryableByName)]
struct ErasedRow {
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
}

/// Takes out the rows whose cases were erased: by their keys, and, of rows that are not known by keys, by what they say.
/// Where several rows say the same, as many are left out as were erased. They are counted, and what was
/// remarked on them is told nowhere.
pub(super) async fn leave_out(
    connection: &mut AsyncPgConnection,
    source_id: i32,
    staged: &mut Staged,
) -> Result<(), ImportError> {
    let is_any =
        sql::<Bool>("select exists (select from erased_cases where source_id = ").bind::<Integer, _>(source_id);
    let is_any: bool = is_any.sql(")").get_result(connection).await?;
    if !is_any || staged.is_plain {
        return Ok(());
    }
    let is_known_by_content = matches!(staged.known_by.kind, KnownKind::Mark | KnownKind::Content);
    let erased: Vec<ErasedRow> = diesel::sql_query(format!(
        "with by_key as (
             select staged.id, erased.key_hash
             from staged_cases staged join erased_cases erased
                 on erased.source_id = $1 and erased.key_hash = encode(sha256(convert_to(staged.source_key, 'UTF8')), 'hex')
         ), others as (
             select content_hash::uuid as content_hash, count(*) as erased
             from erased_cases, unnest(content_hashes) as content_hash
             where source_id = $1 and {is_known_by_content} and not exists (
                 select from by_key where by_key.key_hash = erased_cases.key_hash)
             group by content_hash
         ), by_content as (
             select id from (
                 select staged.id, erased,
                     row_number() over (partition by staged.content_hash order by staged.source_row) as place
                 from staged_cases staged join others using (content_hash)
                 where not exists (select from by_key where by_key.id = staged.id)
                   and not exists (
                       select from offer_cases here where here.source_id = $1 and here.source_key = staged.source_key
                           and here.content_hash = staged.content_hash)
             ) as equal where place <= erased
         ), gone as (
             delete from staged_cases where id in (select id from by_key union select id from by_content)
             returning content_hash, source_row
         ), told as (
             insert into {LEFT_OUT} select content_hash from gone where content_hash is not null
         )
         select source_row from gone"
    ))
    .bind::<Integer, _>(source_id)
    .load(connection)
    .await?;
    let findings = &mut staged.report.findings;
    findings.erased = erased.len();
    // The rows of an export have the numbers of other files.
    if staged.known_by.kind != KnownKind::Export {
        let rows = erased.into_iter().filter_map(|row| usize::try_from(row.source_row?).ok());
        findings.forget_rows(&rows.collect());
    }
    Ok(())
}
