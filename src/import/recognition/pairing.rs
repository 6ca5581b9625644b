//! Rows and the cases that they are, pair by pair.

use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

use super::super::ImportError;
use super::super::identity::row_number;
use super::super::pipeline::Staged;
use super::super::report::Remark;
use super::{COMPARED_CELLS, MAX_ALIKE, Recognition, list, naming_headers};
use crate::parameters::message;

/// Pairs rows that say just what a case says, whatever their numbers are now.
pub(super) async fn by_content(connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
    connection
        .batch_execute(
            "insert into pairs
             select open_rows.id, open_cases.id, open_cases.source_key
             from (select *, row_number() over (partition by content_hash order by source_row) as place
                   from open_rows) open_rows
                 join (select *, row_number() over (partition by content_hash
                           order by retired_at nulls first, source_key) as place
                       from open_cases where content_hash is not null and is_of_file) open_cases
                     using (content_hash, place);
             analyze pairs",
        )
        .await?;
    Ok(())
}

/// Pairs rows whose keys were made otherwise before with the cases of the file with their mark, company and role.
pub(super) async fn by_mark(connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
    let rows = "select id, mark, company_id, role_id,
             row_number() over (partition by mark, company_id, role_id order by source_row) as place
         from open_rows
         where not exists (select from pairs where row_id = open_rows.id)
             and not exists (select from strangers where row_id = open_rows.id)
             and not exists (select from open_cases here where here.source_key = open_rows.source_key)";
    let cases = "select id, source_key, mark, company_id, role_id,
             row_number() over (partition by mark, company_id, role_id
                 order by retired_at nulls first, source_key) as place
         from open_cases
         where not exists (select from pairs where case_id = open_cases.id)
             and not exists (select from strangers where case_id = open_cases.id)
             and not exists (select from open_rows here where here.source_key = open_cases.source_key)";
    list(connection, &[("left_rows", rows), ("left_cases", cases)]).await?;
    connection
        .batch_execute(
            "insert into pairs
             select left_rows.id, left_cases.id, left_cases.source_key
             from left_rows join left_cases using (mark, company_id, role_id, place);
             drop table left_rows, left_cases;
             analyze pairs",
        )
        .await?;
    Ok(())
}

/// Makes the rows of the pairs their cases.
pub(super) async fn take_over(connection: &mut AsyncPgConnection) -> Result<(), ImportError> {
    connection
        .batch_execute(
            "update staged_cases staged set id = pairs.case_id, source_key = pairs.source_key
             from pairs where staged.id = pairs.row_id",
        )
        .await?;
    Ok(())
}

/// A row that is a case of its file, corrected.
#[derive(QueryableByName)]
struct Corrected {
    #[diesel(sql_type = Nullable<diesel::sql_types::Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Text)]
    company_cell: String,
    #[diesel(sql_type = Nullable<diesel::sql_types::Integer>)]
    earlier_row: Option<i32>,
}

impl Recognition<'_> {
    /// Pairs rows with the cases that they correct, whatever their numbers: of the same company and role, with at least
    /// as many cells that agree as that do not, where no other row or case of the file is so too. Each is told.
    pub(super) async fn pair_corrected(
        &self,
        connection: &mut AsyncPgConnection,
        staged: &mut Staged,
    ) -> Result<(), ImportError> {
        let rows = format!(
            "select * from (
                 select *, count(*) over (partition by company_id, role_id) as alike from open_rows
                 where not exists (select from pairs where row_id = open_rows.id)
             ) as counted where alike <= {MAX_ALIKE}"
        );
        let cases = format!(
            "select * from (
                 select *, count(*) over (partition by company_id, role_id) as alike from open_cases
                 where not exists (select from pairs where case_id = open_cases.id)
                   and is_of_file and (retired_at is null or kept_out)
             ) as counted where alike <= {MAX_ALIKE}"
        );
        list(connection, &[("left_rows", &rows), ("left_cases", &cases)]).await?;
        let corrected: Vec<Corrected> = diesel::sql_query(format!(
            "with candidates as (
                 select left_rows.id as row_id, left_cases.id as case_id, left_cases.source_key, left_rows.source_row,
                     left_cases.source_row as earlier_row, coalesce(staged.raw ->> $2, '') as company_cell
                 from left_rows join left_cases using (company_id, role_id)
                     join staged_cases staged on staged.id = left_rows.id
                     join offer_cases here on here.id = left_cases.id
                     cross join lateral {COMPARED_CELLS} as cells
                 where agreeing > 0 and agreeing >= differing
             ), certain as (
                 select * from candidates
                 where row_id in (select row_id from candidates group by row_id having count(*) = 1)
                   and case_id in (select case_id from candidates group by case_id having count(*) = 1)
             ), paired as (
                 insert into pairs select row_id, case_id, source_key from certain
             ), known as (
                 delete from strangers where row_id in (select row_id from certain)
             )
             select source_row, company_cell, earlier_row from certain order by source_row"
        ))
        .bind::<Array<Text>, _>(naming_headers(staged))
        .bind::<Text, _>(staged.known_by.company_header.clone())
        .load(connection)
        .await?;
        connection.batch_execute("drop table left_rows, left_cases").await?;
        for Corrected { source_row, company_cell, earlier_row } in corrected {
            let earlier = row_number(earlier_row);
            let message = message!(
                "taken as row {earlier} of the earlier version of this file, corrected",
                "视为本文件上一版第 {earlier} 行的更正"
            );
            let row = row_number(source_row);
            staged.remark(Remark::new(row, &staged.known_by.company_header, &company_cell, "key", message))?;
        }
        Ok(())
    }
}
