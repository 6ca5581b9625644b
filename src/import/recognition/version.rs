//! Whether a file is a later version of the one of its name that was imported before.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::super::ImportError;
use super::super::key::file_prefix;
use super::super::pipeline::{KnownKind, Staged};
use super::{COMPARED_CELLS, MAX_ALIKE, Recognition, list, naming_headers};

/// A later version has at least one row in so many that says what a case of the earlier one says.
const SAME_ROWS_OF: i64 = 4;

/// What the rows of a file have to do with the cases of the file of its name.
#[derive(Debug, Clone, Copy, QueryableByName)]
struct Evidence {
    /// Rows of the file.
    #[diesel(sql_type = BigInt)]
    rows: i64,
    /// Cases of the file of its name.
    #[diesel(sql_type = BigInt)]
    cases: i64,
    /// Rows that say nothing else than one of these cases.
    #[diesel(sql_type = BigInt)]
    same: i64,
    /// Rows whose number is that of a case with another company or role, which no other row is.
    #[diesel(sql_type = BigInt)]
    otherwise_numbered: i64,
}

impl Evidence {
    fn proves_version(self, kind: KnownKind) -> bool {
        let is_like_it = self.same > 0 && self.same * SAME_ROWS_OF >= self.rows.min(self.cases);
        // All numbers stand for what they stood for, and only what is told of it has changed.
        is_like_it || (kind == KnownKind::Mark && self.otherwise_numbered == 0)
    }
}

impl Recognition<'_> {
    /// Whether the file shows itself to be a later version of the one of its name; rows that say just the same are paired.
    pub(super) async fn is_later_version(
        &self,
        connection: &mut AsyncPgConnection,
        staged: &Staged,
    ) -> Result<bool, ImportError> {
        let rows = "select *, count(*) over (partition by mark, company_id, role_id) as alike from open_rows
             where is_marked and not exists (select from pairs where row_id = open_rows.id)";
        let cases = "select *, count(*) over (partition by mark, company_id, role_id) as alike from open_cases
             where is_of_file";
        list(connection, &[("left_rows", rows), ("left_cases", cases)]).await?;
        let evidence: Evidence = diesel::sql_query(format!(
            "with found as (
                 select count(*) as count
                 from staged_cases staged join offer_cases here
                     on here.source_id = $2 and here.source_key = staged.source_key
                 where not exists (select from open_rows where open_rows.id = staged.id)
                   and (starts_with(here.source_key, $3)
                       or here.import_id in (select id from imports where source_id = $2 and file_name = $4))
             ), completed as (
                 select count(distinct left_rows.id) as count
                 from left_rows join left_cases using (mark, company_id, role_id)
                     join staged_cases staged on staged.id = left_rows.id
                     join offer_cases here on here.id = left_cases.id
                     cross join lateral {COMPARED_CELLS} as cells
                 where left_rows.alike <= {MAX_ALIKE} and left_cases.alike <= {MAX_ALIKE} and differing = 0
             ), others as (
                 select count(*) as count
                 from left_rows
                 where exists (
                     select from left_cases
                     where left_cases.mark = left_rows.mark
                       and not exists (select from pairs where case_id = left_cases.id)
                       and (left_rows.company_id, left_rows.role_id)
                           is distinct from (left_cases.company_id, left_cases.role_id))
             )
             select (select count(*) from staged_cases) as rows,
                 found.count + (select count(*) from open_cases where is_of_file) as cases,
                 found.count + completed.count
                     + (select count(*) from pairs join open_cases on open_cases.id = case_id where is_of_file) as same,
                 others.count as otherwise_numbered
             from found, completed, others"
        ))
        .bind::<Array<Text>, _>(naming_headers(staged))
        .bind::<Integer, _>(self.source.id())
        .bind::<Text, _>(file_prefix(self.file_name))
        .bind::<Text, _>(self.file_name)
        .get_result(connection)
        .await?;
        connection.batch_execute("drop table left_rows, left_cases").await?;
        Ok(evidence.proves_version(self.kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_later_version_where_enough_of_it_says_the_same_or_no_number_stands_for_another_row() {
        for (rows, cases, same, otherwise_numbered, kind, expected) in [
            (30, 30, 29, 0, KnownKind::Mark, true),
            (31, 30, 29, 30, KnownKind::Mark, true),
            (30, 30, 0, 0, KnownKind::Mark, true),
            (1, 1, 0, 0, KnownKind::Mark, true),
            (30, 30, 0, 28, KnownKind::Mark, false),
            (30, 30, 1, 28, KnownKind::Mark, false),
            (8, 30, 2, 5, KnownKind::Mark, true),
            (8, 30, 1, 5, KnownKind::Mark, false),
            (30, 30, 29, 0, KnownKind::Content, true),
            (300, 30, 29, 0, KnownKind::Content, true),
            (30, 30, 0, 0, KnownKind::Content, false),
            (1, 1, 0, 0, KnownKind::Content, false),
        ] {
            let evidence = Evidence { rows, cases, same, otherwise_numbered };
            assert_eq!(evidence.proves_version(kind), expected, "{evidence:?} {kind:?}");
        }
    }
}
