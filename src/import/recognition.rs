//! Rows that are known by marks, or whose key column was taken otherwise before: which cases of their file they are.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use uuid::Uuid;

use super::ImportError;
use super::identity::{Count, made, number_of, row_number};
use super::key::{BEFORE_MARK, case_id, content_key, file_prefix};
use super::pipeline::{KnownKind, Staged};
use super::report::Remark;
use crate::catalog::Entry;
use crate::model::case::Field;
use crate::parameters::message;

/// Finds the cases of marked rows, and of rows whose key column was taken otherwise before.
pub(super) struct Recognition<'a> {
    pub(super) source: &'a Entry,
    pub(super) file_name: &'a str,
    pub(super) kind: KnownKind,
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
    /// Finds them, and makes the rows theirs.
    pub(super) async fn run(&self, connection: &mut AsyncPgConnection, staged: &mut Staged) -> Result<(), ImportError> {
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
