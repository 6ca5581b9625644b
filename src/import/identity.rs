//! Which cases the staged rows are already: no row may change a case that is somebody else's.
//!
//! A row's key says it mostly. Beyond that,
//!
//! - a row whose case was **erased** for good is left out;
//! - a **key** that proves to be one, and whose case has another company or role so far, rejects its row;
//! - a row whose key does not find it is looked for among the cases of its file ([`super::recognition`]);
//! - rows that are **equal** to a case which another file brought are counted, and left out where that is asked for.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::erased;
use super::journal::shown_name;
use super::new_names::made_table;
use super::pipeline::{KnownKind, Staged};
use super::recognition::Recognition;
use super::report::{EQUAL, Remark};
use super::staging::name_column;
use super::{ImportError, ImportOptions};
use crate::catalog::Entry;
use crate::model::case::Field;
use crate::parameters::message;

/// The temporary table of what staged rows said that were left out.
pub const LEFT_OUT: &str = "left_out";

/// Finds the cases that the staged rows of a file are already. `is_first` says that the source has none.
pub async fn settle(
    connection: &mut AsyncPgConnection,
    source: &Entry,
    options: &ImportOptions,
    staged: &mut Staged,
    is_first: bool,
) -> Result<(), ImportError> {
    let left_out = format!("create temporary table {LEFT_OUT} (content_hash uuid) on commit drop");
    connection.batch_execute(&left_out).await?;
    erased::leave_out(connection, source.id(), staged).await?;
    staged.report.unchanged += staged.report.findings.erased;
    if is_first || staged.is_plain {
        return Ok(());
    }
    let kind = staged.known_by.kind;
    if kind == KnownKind::Key {
        reject_other_cases(connection, source.id(), staged).await?;
    }
    if kind != KnownKind::Export {
        Recognition { source, file_name: &staged.report.file_name.clone(), kind }.run(connection, staged).await?;
    }
    let kept_out = leave_out_kept_out(connection, source.id()).await?;
    staged.report.findings.kept_out = kept_out;
    staged.report.unchanged += kept_out;
    if kind != KnownKind::Export {
        tell_equal(connection, source.id(), options, staged).await?;
    }
    Ok(())
}

/// Takes out the rows whose cases were retired by hand: their file does not bring them back. Their number.
async fn leave_out_kept_out(connection: &mut AsyncPgConnection, source_id: i32) -> Result<usize, ImportError> {
    let kept_out: Count = diesel::sql_query(format!(
        "with gone as (
             delete from staged_cases staged using offer_cases here
             where here.source_id = $1 and here.kept_out and here.source_key = staged.source_key
             returning staged.content_hash
         ), told as (
             insert into {LEFT_OUT} select content_hash from gone where content_hash is not null
         )
         select count(*) as count from gone"
    ))
    .bind::<Integer, _>(source_id)
    .get_result(connection)
    .await?;
    Ok(usize::try_from(kept_out.count).unwrap_or_default())
}

/// How many there are.
#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// The company or role of a staged row, as a number: that it names, or that was made for it.
pub(super) fn number_of(field: Field) -> String {
    format!("coalesce(staged.{}, {}.id)", field.column().unwrap_or_default(), made_table(field))
}

/// Joins what was made of the new companies and roles of staged rows.
pub(super) fn made() -> String {
    let join = |field| {
        let (made, name) = (made_table(field), name_column(field));
        format!("left join {made} on {made}.name = staged.{name}")
    };
    format!("{} {}", join(Field::Company), join(Field::Role))
}

/// A row whose key is that of another case.
#[derive(QueryableByName)]
struct Refused {
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Text)]
    source_key: String,
    #[diesel(sql_type = Text)]
    company: String,
    #[diesel(sql_type = Text)]
    role: String,
}

impl Refused {
    fn reason(self, key_header: &str) -> Remark {
        let Self { source_row, source_key, company, role } = self;
        let message = message!(
            "key {source_key} is {company}, {role} so far; where it is the same case all the same, say --key {key_header}",
            "{source_key} 目前是 {company}，{role}；如果确实是同一案例，请加 --key {key_header}"
        );
        Remark::new(row_number(source_row), key_header, &source_key, "key", message)
    }
}

pub(super) fn row_number(source_row: Option<i32>) -> usize {
    source_row.and_then(|row| usize::try_from(row).ok()).unwrap_or_default()
}

/// Rejects the rows whose key is that of a case with another company or role; where the cells of both are as they were,
/// names are only read better than before.
async fn reject_other_cases(
    connection: &mut AsyncPgConnection,
    source_id: i32,
    staged: &mut Staged,
) -> Result<(), ImportError> {
    let (company, role) = (number_of(Field::Company), number_of(Field::Role));
    let refused: Vec<Refused> = diesel::sql_query(format!(
        "with others as (
             select staged.id, here.company_id, here.role_id
             from staged_cases staged {made}
                 join offer_cases here on here.source_id = $1 and here.source_key = staged.source_key
             where ({company}, {role}) is distinct from (here.company_id, here.role_id)
               and (staged.raw ->> $2, staged.raw ->> $3) is distinct from (here.raw ->> $2, here.raw ->> $3)
         ), gone as (
             delete from staged_cases staged using others where staged.id = others.id
             returning staged.source_row, staged.source_key, others.company_id, others.role_id
         )
         select source_row, source_key, companies.name as company, roles.name as role
         from gone join companies on companies.id = company_id join roles on roles.id = role_id
         order by source_row",
        made = made()
    ))
    .bind::<Integer, _>(source_id)
    .bind::<Text, _>(&staged.known_by.company_header)
    .bind::<Text, _>(&staged.known_by.role_header)
    .load(connection)
    .await?;
    for row in refused {
        staged.rejected_keys.push(row.source_key.clone());
        let reason = row.reason(&staged.known_by.key_header);
        staged.log.as_mut().map_or(Ok(()), |log| log.rejections.add(&reason))?;
        staged.report.reject(reason);
    }
    Ok(())
}

/// A row that is equal to a case which another file has brought.
#[derive(QueryableByName)]
struct Equal {
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    company_cell: Option<String>,
    #[diesel(sql_type = Text)]
    file_name: String,
}

/// Counts the rows that are equal to a case of another file, and leaves them out where that is asked for; those that are
/// equal to an earlier row are counted already.
async fn tell_equal(
    connection: &mut AsyncPgConnection,
    source_id: i32,
    options: &ImportOptions,
    staged: &mut Staged,
) -> Result<(), ImportError> {
    let equal =
        "select staged.id, staged.source_row, staged.content_hash, staged.raw ->> $3 as company_cell, others.file_name
         from staged_cases staged join (
             select distinct on (content_hash) content_hash, file_name
             from offer_cases here join imports on imports.id = here.import_id
             where here.source_id = $1 and retired_at is null and content_hash is not null and file_name <> $2
             order by content_hash, imports.id
         ) others using (content_hash)
         where not exists (
             select from offer_cases own join imports on imports.id = own.import_id
             where own.source_id = $1 and own.source_key = staged.source_key and file_name = $2)
           and not exists (
             select from staged_cases earlier
             where earlier.content_hash = staged.content_hash and earlier.source_row < staged.source_row)";
    let query = if options.skip_equal {
        format!(
            "with equal as ({equal}), gone as (delete from staged_cases where id in (select id from equal)),
                 told as (insert into {LEFT_OUT} select content_hash from equal)
             select source_row, company_cell, file_name from equal order by source_row"
        )
    } else {
        format!("select source_row, company_cell, file_name from ({equal}) equal order by source_row")
    };
    let equal: Vec<Equal> = diesel::sql_query(query)
        .bind::<Integer, _>(source_id)
        .bind::<Text, _>(&staged.report.file_name)
        .bind::<Text, _>(&staged.known_by.company_header)
        .load(connection)
        .await?;
    for Equal { source_row, company_cell, file_name } in equal {
        if options.skip_equal {
            staged.report.leave_out_equal();
            continue;
        }
        staged.report.findings.equal_rows += 1;
        let file_name = shown_name(&file_name);
        let message = message!(
            "a case that {file_name} brought is equal (--skip-equal leaves such rows out)",
            "与 {file_name} 带来的案例相同（--skip-equal 会略去这样的行）"
        );
        let cell = company_cell.unwrap_or_default();
        let row = row_number(source_row);
        let remark = Remark::new(row, &staged.known_by.company_header, &cell, EQUAL, message);
        staged.remark(remark)?;
    }
    Ok(())
}
