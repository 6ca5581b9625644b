//! Which cases the staged rows are already: no row may change a case that is somebody else's.
//!
//! A row's key says it mostly. Beyond that,
//!
//! - a row whose case was **erased** for good is left out;
//! - a **key** that proves to be one, and whose case has another company or role so far, rejects its row;
//! - a **marked** row that says just what a case of its file says is that case, whatever its number is now; one that says
//!   something else altogether than the case with its number is another case; and one whose key was made otherwise before
//!   is found by mark, company and role;
//! - rows that are **equal** to a case which another file brought are counted, and left out where that is asked for.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::key::{BEFORE_MARK, case_id, content_key, file_prefix};
use super::new_names::made_table;
use super::pipeline::{KnownKind, Staged};
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
    let erased = leave_out_erased(connection, source.id(), staged).await?;
    staged.report.findings.erased = erased.len();
    staged.report.findings.forget_rows(&erased);
    staged.report.unchanged += staged.report.findings.erased;
    if is_first || staged.is_plain {
        return Ok(());
    }
    let kind = staged.known_by.kind;
    if kind == KnownKind::Key {
        reject_other_cases(connection, source.id(), staged).await?;
    }
    if matches!(kind, KnownKind::Mark | KnownKind::Key | KnownKind::SaidKey) {
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

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// A row whose case was erased.
#[derive(QueryableByName)]
struct ErasedRow {
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
}

/// Takes out the rows whose cases were erased: by their keys, and, of rows that are not known by keys, by what they say.
/// Where several rows say the same, as many are left out as were erased. Their numbers.
async fn leave_out_erased(
    connection: &mut AsyncPgConnection,
    source_id: i32,
    staged: &Staged,
) -> Result<HashSet<usize>, ImportError> {
    let has_some = "select count(*) as count from (select from erased_cases where source_id = $1 limit 1) erased";
    let some: Count = diesel::sql_query(has_some).bind::<Integer, _>(source_id).get_result(connection).await?;
    if some.count == 0 || staged.is_plain {
        return Ok(HashSet::new());
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
             where source_id = $1 and {is_known_by_content} and key_hash not in (select key_hash from by_key)
             group by content_hash
         ), by_content as (
             select id from (
                 select staged.id, erased,
                     row_number() over (partition by staged.content_hash order by staged.source_row) as place
                 from staged_cases staged join others using (content_hash)
                 where staged.id not in (select id from by_key)
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
    Ok(erased.into_iter().map(|row| row_number(row.source_row)).collect())
}

/// The company or role of a staged row, as a number: that it names, or that was made for it.
fn number_of(field: Field) -> String {
    format!("coalesce(staged.{}, {}.id)", field.column().unwrap_or_default(), made_table(field))
}

/// Joins what was made of the new companies and roles of staged rows.
fn made() -> String {
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

fn row_number(source_row: Option<i32>) -> usize {
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

/// Finds the cases of marked rows, and of rows whose key column was taken otherwise before.
struct Recognition<'a> {
    source: &'a Entry,
    file_name: &'a str,
    kind: KnownKind,
}

/// A row that gets a key of its own, since that which it would have is another case's.
#[derive(QueryableByName)]
struct Stranger {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    content_hash: Uuid,
    #[diesel(sql_type = BigInt)]
    ordinal: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Text)]
    mark: String,
    #[diesel(sql_type = Text)]
    company: String,
    #[diesel(sql_type = Text)]
    role: String,
}

impl Recognition<'_> {
    async fn run(&self, connection: &mut AsyncPgConnection, staged: &mut Staged) -> Result<(), ImportError> {
        if !self.knows_file(connection).await? {
            return Ok(());
        }
        self.list_rows(connection).await?;
        let rows: Count = diesel::sql_query("select count(*) as count from open_rows").get_result(connection).await?;
        if rows.count > 0 {
            self.list_cases(connection).await?;
            if self.kind == KnownKind::Mark {
                self.pair_by_content(connection).await?;
                self.mark_strangers(connection, staged).await?;
            }
            self.pair_by_mark(connection).await?;
            // First: the case that a stranger would have been has its id, and another row may take that over.
            if self.kind == KnownKind::Mark {
                self.name_strangers(connection, staged).await?;
            }
            self.take_over(connection).await?;
            connection.batch_execute("drop table open_cases, pairs, strangers").await?;
        }
        connection.batch_execute("drop table open_rows").await?;
        Ok(())
    }

    /// Whether there may be cases of a file of this name.
    async fn knows_file(&self, connection: &mut AsyncPgConnection) -> Result<bool, ImportError> {
        let known: Count = diesel::sql_query(
            "select count(*) as count from (
                 select from imports where source_id = $1 and file_name = $2
                 union all select from offer_cases where source_id = $1 and starts_with(source_key, $3)
                 limit 1) as known",
        )
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(self.file_name)
        .bind::<Text, _>(file_prefix(self.file_name))
        .get_result(connection)
        .await?;
        Ok(known.count > 0)
    }

    /// The rows that are not just what the case with their key says.
    async fn list_rows(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        let (company, role) = (number_of(Field::Company), number_of(Field::Role));
        let is_marked = "starts_with(staged.source_key, $2)";
        // A key that has its case has found it.
        let content = if self.kind == KnownKind::Mark { "here.content_hash = staged.content_hash" } else { "true" };
        diesel::sql_query(format!(
            "create temporary table open_rows on commit drop as
             select staged.id, staged.source_key, staged.source_row, staged.content_hash, {company} as company_id,
                 {role} as role_id,
                 case when {is_marked} then substr(staged.source_key, {BEFORE_MARK} + 1) else staged.source_key end as mark
             from staged_cases staged {made}
             where ({is_marked} or $3)
               and not exists (
                   select from offer_cases here
                   where here.source_id = $1 and here.source_key = staged.source_key and {content})",
            made = made()
        ))
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(file_prefix(self.file_name))
        .bind::<diesel::sql_types::Bool, _>(self.kind != KnownKind::Mark)
        .execute(connection)
        .await?;
        connection.batch_execute("analyze open_rows").await?;
        Ok(())
    }

    /// The cases of the file that no row is found to be yet.
    async fn list_cases(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        diesel::sql_query(format!(
            "create temporary table open_cases on commit drop as
             select here.id, here.source_key, here.content_hash, here.company_id, here.role_id, here.retired_at,
                 case when starts_with(here.source_key, $2) then substr(here.source_key, {BEFORE_MARK} + 1)
                     else here.source_key end as mark
             from offer_cases here
             where here.source_id = $1
               and (starts_with(here.source_key, $2)
                   or here.import_id in (select id from imports where source_id = $1 and file_name = $3))
               and not exists (
                   select from staged_cases staged
                   where staged.source_key = here.source_key and staged.id not in (select id from open_rows))"
        ))
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(file_prefix(self.file_name))
        .bind::<Text, _>(self.file_name)
        .execute(connection)
        .await?;
        connection
            .batch_execute(
                "analyze open_cases;
                 create temporary table pairs (row_id uuid not null, case_id uuid not null, source_key text not null)
                     on commit drop;
                 create temporary table strangers (row_id uuid not null, case_id uuid not null) on commit drop",
            )
            .await?;
        Ok(())
    }

    /// A row that says just what a case says is that case, whatever its number is now.
    async fn pair_by_content(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        connection
            .batch_execute(
                "insert into pairs
                 select open_rows.id, open_cases.id, open_cases.source_key
                 from (select *, row_number() over (partition by content_hash order by source_row) as place
                       from open_rows) open_rows
                     join (select *, row_number() over (partition by content_hash
                               order by retired_at nulls first, source_key) as place
                           from open_cases where content_hash is not null) open_cases
                         using (content_hash, place)",
            )
            .await?;
        Ok(())
    }

    /// The rows that are other cases than those with their keys: these are another row's, or most of what they said is
    /// otherwise now.
    async fn mark_strangers(&self, connection: &mut AsyncPgConnection, staged: &Staged) -> Result<(), ImportError> {
        let known_by = &staged.known_by;
        let headers = [&known_by.key_header, &known_by.company_header, &known_by.role_header];
        diesel::sql_query(
            "insert into strangers
             select open_rows.id, open_cases.id
             from open_rows join open_cases using (source_key)
             where open_rows.id not in (select row_id from pairs)
               and (open_cases.id in (select case_id from pairs) or (
                   select count(*) filter (where differs) > 1 and 2 * count(*) filter (where differs) > count(*)
                   from (
                       select said.value is distinct from staged.raw ->> said.key as differs
                       from offer_cases here, staged_cases staged, jsonb_each_text(here.raw) said
                       where here.id = open_cases.id and staged.id = open_rows.id
                         and said.value <> '' and said.key <> all($1)
                   ) as cells))",
        )
        .bind::<Array<Text>, _>(headers.map(String::as_str).to_vec())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// A row whose key was made otherwise before is the case of the file with its mark, company and role.
    async fn pair_by_mark(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        connection
            .batch_execute(
                "insert into pairs
                 select open_rows.id, open_cases.id, open_cases.source_key
                 from (select *, row_number() over (partition by mark, company_id, role_id order by source_row) as place
                       from open_rows
                       where id not in (select row_id from pairs) and id not in (select row_id from strangers)
                         and not exists (select from open_cases here where here.source_key = open_rows.source_key)
                      ) open_rows
                     join (select *, row_number() over (partition by mark, company_id, role_id
                               order by retired_at nulls first, source_key) as place
                           from open_cases
                           where id not in (select case_id from pairs) and id not in (select case_id from strangers)
                             and not exists (select from open_rows here where here.source_key = open_cases.source_key)
                          ) open_cases
                         using (mark, company_id, role_id, place)",
            )
            .await?;
        Ok(())
    }

    async fn take_over(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        connection
            .batch_execute(
                "update staged_cases staged set id = pairs.case_id, source_key = pairs.source_key
                 from pairs where staged.id = pairs.row_id",
            )
            .await?;
        Ok(())
    }

    /// Gives strangers keys of what they say.
    async fn name_strangers(&self, connection: &mut AsyncPgConnection, staged: &mut Staged) -> Result<(), ImportError> {
        let strangers: Vec<Stranger> = diesel::sql_query(
            "select open_rows.id, open_rows.content_hash, open_rows.source_row, open_rows.mark,
                 companies.name as company, roles.name as role,
                 row_number() over (partition by open_rows.content_hash order by open_rows.source_row) + coalesce((
                     select max(split_part(source_key, '-', 2)::bigint)
                     from (select source_key, content_hash from offer_cases where source_id = $1
                           union all select source_key, content_hash from staged_cases) taken
                     where taken.content_hash = open_rows.content_hash
                       and source_key ~ '^[0-9a-f]{32}-[0-9]{1,9}$'), 0) as ordinal
             from strangers join open_rows on open_rows.id = row_id join offer_cases on offer_cases.id = case_id
                 join companies on companies.id = offer_cases.company_id join roles on roles.id = offer_cases.role_id
             order by open_rows.source_row",
        )
        .bind::<Integer, _>(self.source.id())
        .load(connection)
        .await?;
        if strangers.is_empty() {
            return Ok(());
        }
        let key = |row: &Stranger| content_key(row.content_hash, usize::try_from(row.ordinal).unwrap_or(usize::MAX));
        let keys: Vec<String> = strangers.iter().map(key).collect();
        let ids: Vec<Uuid> = keys.iter().map(|key| case_id(self.source.slug(), key)).collect();
        diesel::sql_query(
            "update staged_cases staged set id = named.id, source_key = named.key
             from unnest($1, $2, $3) as named (row_id, id, key) where staged.id = named.row_id",
        )
        .bind::<Array<SqlUuid>, _>(strangers.iter().map(|row| row.id).collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(keys)
        .execute(connection)
        .await?;
        for Stranger { source_row, mark, company, role, .. } in strangers {
            let message = message!(
                "number {mark} of a file of this name was {company}, {role} so far, and says something else now: taken as \
                 another case",
                "同名文件中的第 {mark} 号此前是 {company}，{role}，现在内容不同：作为另一案例"
            );
            let row = row_number(source_row);
            let remark = Remark::new(row, &staged.known_by.key_header, &mark, "key", message);
            staged.remark(remark)?;
        }
        Ok(())
    }
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
