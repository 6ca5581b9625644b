//! Which cases of its file a row is whose key does not find it: rows of numbered tables, of tables without a key, and of
//! tables whose key column was taken otherwise before.
//!
//! A file is a **later version** of the one of its name where rows of it say what cases of that file say. Only then is a
//! row that says something else a case of the file, corrected; otherwise it is somebody else's file, and a case of its own.

mod pairing;
mod strangers;
mod version;

use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::ImportError;
use super::identity::{Count, made, number_of};
use super::key::{BEFORE_MARK, file_prefix};
use super::pipeline::{KnownKind, Staged};
use crate::catalog::Entry;
use crate::model::case::Field;

/// Where a company and role has more open rows or cases in one file than this, none of them is told from the others by its
/// cells: that would be work for each pair of them.
const MAX_ALIKE: usize = 8;

/// Finds the cases of rows that their keys do not find.
pub(super) struct Recognition<'a> {
    pub(super) source: &'a Entry,
    pub(super) file_name: &'a str,
    pub(super) kind: KnownKind,
}

/// The key of a staged row or of a case, without what is before a mark. `$2` is the prefix of the file.
fn mark(of: &str) -> String {
    format!(
        "case when starts_with({of}.source_key, $2) then substr({of}.source_key, {BEFORE_MARK} + 1)
             else {of}.source_key end"
    )
}

impl Recognition<'_> {
    /// Finds them, and makes the rows theirs.
    pub(super) async fn run(&self, connection: &mut AsyncPgConnection, staged: &mut Staged) -> Result<(), ImportError> {
        let is_known = self.knows_file(connection).await?;
        // A key that is said to be one is looked for in every file, and what rows say too.
        if !is_known && matches!(self.kind, KnownKind::Mark | KnownKind::Key) {
            return Ok(());
        }
        self.list_rows(connection, is_known).await?;
        let rows: Count = diesel::sql_query("select count(*) as count from open_rows").get_result(connection).await?;
        if rows.count > 0 {
            connection.batch_execute("analyze staged_cases").await?;
            self.list_cases(connection).await?;
            self.pair(connection, staged, is_known).await?;
            connection.batch_execute("drop table open_cases, pairs, strangers").await?;
        }
        connection.batch_execute("drop table open_rows").await?;
        Ok(())
    }

    async fn pair(
        &self,
        connection: &mut AsyncPgConnection,
        staged: &mut Staged,
        is_known: bool,
    ) -> Result<(), ImportError> {
        if matches!(self.kind, KnownKind::Key | KnownKind::SaidKey) {
            if is_known {
                pairing::by_mark(connection).await?;
            }
            if self.kind == KnownKind::SaidKey {
                self.pair_by_key_cell(connection, staged).await?;
            }
            return pairing::take_over(connection).await;
        }
        pairing::by_content(connection).await?;
        let is_version = is_known && self.is_later_version(connection, staged).await?;
        strangers::find(connection, staged, is_version).await?;
        if is_version {
            if self.kind == KnownKind::Mark {
                pairing::by_mark(connection).await?;
            }
            self.pair_corrected(connection, staged).await?;
        }
        // First: the case that a stranger would have been has its id, and another row may take that over.
        strangers::name(connection, self.source, staged).await?;
        pairing::take_over(connection).await
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

    /// Lists the rows that are not just what the case with their key says; of a file that is not known, those whose key
    /// is that of a case which says something else by now.
    async fn list_rows(&self, connection: &mut AsyncPgConnection, is_known: bool) -> Result<(), ImportError> {
        let (company, role) = (number_of(Field::Company), number_of(Field::Role));
        let is_keyed = matches!(self.kind, KnownKind::Key | KnownKind::SaidKey);
        diesel::sql_query(format!(
            "create temporary table open_rows on commit drop as
             select staged.id, staged.source_key, staged.source_row, staged.content_hash, {company} as company_id,
                 {role} as role_id, {mark} as mark, starts_with(staged.source_key, $2) as is_marked
             from staged_cases staged {made}
                 left join offer_cases here on here.source_id = $1 and here.source_key = staged.source_key
             where case
                 when here.id is null then $3 or $4
                 -- A key that has its case has found it.
                 when $4 then false
                 when not starts_with(staged.source_key, $2) and here.content_hash is null then false
                 else here.content_hash is distinct from staged.content_hash end",
            mark = mark("staged"),
            made = made()
        ))
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(file_prefix(self.file_name))
        .bind::<Bool, _>(is_known)
        .bind::<Bool, _>(is_keyed)
        .execute(connection)
        .await?;
        connection.batch_execute("analyze open_rows").await?;
        Ok(())
    }

    /// Lists the cases of the file that no row is found to be yet, and those whose keys rows have that say something else.
    async fn list_cases(&self, connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
        diesel::sql_query(format!(
            "create temporary table open_cases on commit drop as
             with open_keys as (
                 select distinct source_key from open_rows
             ), settled as (
                 select source_key from staged_cases staged
                 where not exists (select from open_rows where open_rows.id = staged.id)
             )
             select here.id, here.source_key, here.content_hash, here.company_id, here.role_id, here.retired_at,
                 here.kept_out, here.source_row, {mark} as mark,
                 starts_with(here.source_key, $2)
                     or here.import_id in (select id from imports where source_id = $1 and file_name = $3) as is_of_file
             from offer_cases here left join open_keys on open_keys.source_key = here.source_key
             where here.source_id = $1
               and (starts_with(here.source_key, $2)
                   or here.import_id in (select id from imports where source_id = $1 and file_name = $3)
                   or open_keys.source_key is not null)
               and not exists (select from settled where settled.source_key = here.source_key)",
            mark = mark("here")
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

    /// Pairs rows with the cases whose rows have the same cell in the key column, which came in when that column was not
    /// taken for it: those of the same company and role, and those of a file of the same name. Where there are several, the
    /// cell tells none apart.
    async fn pair_by_key_cell(&self, connection: &mut AsyncPgConnection, staged: &Staged) -> Result<(), ImportError> {
        diesel::sql_query(
            "insert into pairs
             select row_id, case_id, source_key
             from (
                 select open_rows.id as row_id, here.id as case_id, here.source_key,
                     count(*) over (partition by open_rows.id) as cases, count(*) over (partition by here.id) as rows
                 from open_rows join staged_cases staged using (id)
                     join offer_cases here
                         on here.source_id = $1 and here.raw ->> $2 = staged.raw ->> $2 and here.retired_at is null
                     left join imports on imports.id = here.import_id
                 where not exists (select from pairs where row_id = open_rows.id)
                   and not exists (select from pairs where case_id = here.id)
                   and ((here.company_id, here.role_id) = (open_rows.company_id, open_rows.role_id)
                       or imports.file_name = $3)
                   and not exists (select from staged_cases other where other.source_key = here.source_key)
             ) as found
             where cases = 1 and rows = 1",
        )
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(&staged.known_by.key_header)
        .bind::<Text, _>(self.file_name)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Makes temporary tables of what queries give, and tells the planner what is in them: of a subquery it may guess that it has
/// one row, and look at every pair of two.
async fn list(connection: &mut AsyncPgConnection, tables: &[(&str, &str)]) -> Result<(), ImportError> {
    for (name, query) in tables {
        let create = format!("create temporary table {name} on commit drop as {query}; analyze {name}");
        connection.batch_execute(&create).await?;
    }
    Ok(())
}

/// The headers of the cells that say which row it is, and not what of it: key, company and role.
fn naming_headers(staged: &Staged) -> Vec<&str> {
    let known_by = &staged.known_by;
    [&known_by.key_header, &known_by.company_header, &known_by.role_header].map(String::as_str).to_vec()
}

/// A subquery of how many filled cells of a case `here` differ in the row `staged`, and in how many they agree; cells of
/// columns that the file no longer has are not looked at, nor those whose headers stand in `$1`.
const COMPARED_CELLS: &str = "(select count(*) filter (where said.value <> staged.raw ->> said.key) as differing,
                                   count(*) filter (where said.value = staged.raw ->> said.key) as agreeing
                               from jsonb_each_text(here.raw) said
                               where said.value <> '' and staged.raw ? said.key and said.key <> all($1))";
