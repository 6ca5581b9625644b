//! Rows that would have the key of a case that they are not.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::super::ImportError;
use super::super::identity::row_number;
use super::super::key::{case_id, content_key};
use super::super::pipeline::Staged;
use super::super::report::Remark;
use super::{COMPARED_CELLS, naming_headers};
use crate::catalog::Entry;
use crate::parameters::{Message, message};

/// A key that is made of what a row says.
const CONTENT_KEY: &str = "^[0-9a-f]{32}-[0-9]{1,9}$";

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
    #[diesel(sql_type = Bool)]
    is_marked: bool,
    #[diesel(sql_type = Text)]
    mark: String,
    #[diesel(sql_type = Text)]
    company_cell: String,
    #[diesel(sql_type = Text)]
    company: String,
    #[diesel(sql_type = Text)]
    role: String,
}

impl Stranger {
    fn key(&self) -> String {
        content_key(self.content_hash, usize::try_from(self.ordinal).unwrap_or(usize::MAX))
    }

    fn remark(&self, staged: &Staged) -> Remark {
        let known_by = &staged.known_by;
        let (header, cell) = match self.is_marked {
            true => (&known_by.key_header, &self.mark),
            false => (&known_by.company_header, &self.company_cell),
        };
        Remark::new(row_number(self.source_row), header, cell, "key", self.message())
    }

    fn message(&self) -> Message {
        let Self { mark, company, role, .. } = self;
        match self.is_marked {
            true => message!(
                "number {mark} of a file of this name was {company}, {role} so far, and says something else now: taken as \
                 another case",
                "同名文件中的第 {mark} 号此前是 {company}，{role}，现在内容不同：作为另一案例"
            ),
            false => message!(
                "a case of {company}, {role} said this before it was corrected: taken as another case",
                "{company}，{role} 的一个案例在更正之前内容与此相同：作为另一案例"
            ),
        }
    }
}

/// Finds the rows that are other cases than those with their keys: these are another row's, or most of what they said is
/// otherwise now, or the file is no later version of theirs; and those which may as well be a case that was a stranger
/// before, of the same number, company and role.
pub(super) async fn find(
    connection: &mut AsyncPgConnection,
    staged: &Staged,
    is_version: bool,
) -> Result<(), ImportError> {
    diesel::sql_query(format!(
        "with twins as (
             select distinct company_id, role_id, named.raw ->> $3 as number
             from open_cases join offer_cases named using (id, company_id, role_id)
             where is_of_file and open_cases.retired_at is null and open_cases.source_key ~ $4
               and not exists (select from pairs where case_id = open_cases.id)
         )
         insert into strangers
         select open_rows.id, open_cases.id
         from open_rows join open_cases using (source_key)
             join staged_cases staged on staged.id = open_rows.id
             join offer_cases here on here.id = open_cases.id
             left join pairs on pairs.case_id = open_cases.id
             left join twins on twins.company_id = open_rows.company_id and twins.role_id = open_rows.role_id
                 and twins.number = staged.raw ->> $3
             cross join lateral {COMPARED_CELLS} as cells
         where not exists (select from pairs where row_id = open_rows.id)
           and (not $2 or not open_rows.is_marked or pairs.case_id is not null or twins.number is not null
               or (differing > 1 and differing > agreeing))"
    ))
    .bind::<Array<Text>, _>(naming_headers(staged))
    .bind::<Bool, _>(is_version)
    .bind::<Text, _>(&staged.known_by.key_header)
    .bind::<Text, _>(CONTENT_KEY)
    .execute(connection)
    .await?;
    Ok(())
}

/// Gives strangers keys of what they say, and tells it.
pub(super) async fn name(
    connection: &mut AsyncPgConnection,
    source: &Entry,
    staged: &mut Staged,
) -> Result<(), ImportError> {
    let strangers = list(connection, source, staged).await?;
    if strangers.is_empty() {
        return Ok(());
    }
    let keys: Vec<String> = strangers.iter().map(Stranger::key).collect();
    let ids: Vec<Uuid> = keys.iter().map(|key| case_id(source.slug(), key)).collect();
    diesel::sql_query(
        "update staged_cases staged set id = named.id, source_key = named.key
         from unnest($1, $2, $3) as named (row_id, id, key) where staged.id = named.row_id",
    )
    .bind::<Array<SqlUuid>, _>(strangers.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(keys)
    .execute(connection)
    .await?;
    for stranger in strangers {
        let remark = stranger.remark(staged);
        staged.remark(remark)?;
    }
    Ok(())
}

async fn list(
    connection: &mut AsyncPgConnection,
    source: &Entry,
    staged: &Staged,
) -> Result<Vec<Stranger>, ImportError> {
    let strangers = diesel::sql_query(
        "with named as (
             select open_rows.*, case_id, replace(content_hash::text, '-', '') as content
             from strangers join open_rows on open_rows.id = row_id
         ), taken as (
             select left(source_key, 32) as content, max(split_part(source_key, '-', 2)::bigint) as ordinal
             from (select source_key from offer_cases where source_id = $1
                   union all select source_key from staged_cases) as keys
             where source_key ~ $3 and left(source_key, 32) in (select content from named)
             group by 1
         )
         select named.id, named.content_hash, named.source_row, named.is_marked, named.mark,
             coalesce(staged.raw ->> $2, '') as company_cell, companies.name as company, roles.name as role,
             row_number() over (partition by named.content_hash order by named.source_row)
                 + coalesce(taken.ordinal, 0) as ordinal
         from named join staged_cases staged on staged.id = named.id join offer_cases on offer_cases.id = case_id
             join companies on companies.id = offer_cases.company_id join roles on roles.id = offer_cases.role_id
             left join taken on taken.content = named.content
         order by named.source_row",
    )
    .bind::<Integer, _>(source.id())
    .bind::<Text, _>(&staged.known_by.company_header)
    .bind::<Text, _>(CONTENT_KEY)
    .load(connection)
    .await?;
    Ok(strangers)
}
