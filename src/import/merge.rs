//! Merging: the rows of the staging table into the table of cases, by set-based SQL in the caller's transaction.

use std::fmt;
use std::str::FromStr;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::json;

use super::ImportOptions;
use super::identity::{self, LEFT_OUT};
use super::journal::shown_name;
use super::key::{BEFORE_MARK, file_prefix};
use super::new_names::{self, made_table};
use super::pipeline::Staged;
use super::report::{MAX_REPORTED, one_line};
use super::staging::{CONTENT_HASH, name_column};
use crate::catalog::{Catalog, Entry};
use crate::database::schema::offer_cases;
use crate::model::case::Field;
use crate::model::field::{CREATES, MERGED};
use crate::parameters::message;

/// Which cases that a file no longer has are retired.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Prune {
    /// None.
    #[default]
    Nothing,
    /// Those that came by a file of the same name: others of the source are somebody else's.
    SameFile,
    /// All of the source, unless these are too many.
    Source,
}

/// The most cases of a source that an import may retire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtMost {
    /// So many.
    Cases(u64),
    /// So many of a hundred of those that are in use; one in any case.
    Percent(u64),
}

impl Default for AtMost {
    /// What a table loses from one version to the next; a wrong table lacks most of the cases.
    fn default() -> Self {
        Self::Percent(25)
    }
}

impl AtMost {
    /// Whether so many of `all` are allowed.
    fn allows(self, retired: u64, all: u64) -> bool {
        match self {
            Self::Cases(most) => retired <= most,
            Self::Percent(percent) => retired <= 1 || retired.saturating_mul(100) <= all.saturating_mul(percent),
        }
    }
}

impl FromStr for AtMost {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is neither a number of cases, such as 30, nor a share, such as 20%");
        match text.trim().strip_suffix(['%', '％']) {
            Some(percent) => match percent.trim().parse() {
                Ok(percent) if percent <= 100 => Ok(Self::Percent(percent)),
                _ => Err(wrong()),
            },
            None => text.trim().parse().map(Self::Cases).map_err(|_| wrong()),
        }
    }
}

impl fmt::Display for AtMost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cases(cases) => write!(formatter, "{cases}"),
            Self::Percent(percent) => write!(formatter, "{percent}%"),
        }
    }
}

/// Merges the rows of the staging table as those of a source, and completes the report, which is stored with the import.
/// Where the report says that it is refused, the caller must not commit. The caller holds `dataset::lock`.
pub async fn merge(
    connection: &mut AsyncPgConnection,
    source: &Entry,
    options: &ImportOptions,
    staged: &mut Staged,
    catalog: &Catalog,
) -> Result<(), super::ImportError> {
    for field in Field::that_can(CREATES) {
        staged.report.name_new(field, new_names::make(connection, field, catalog).await?);
    }
    let is_first = is_first(connection, source.id()).await?;
    identity::settle(connection, source, options, staged, is_first).await?;
    let in_use = if options.prune == Prune::Source { in_use(connection, source.id()).await? } else { 0 };
    let next_id = "select nextval(pg_get_serial_sequence('imports', 'id'))";
    let import_id: i64 = sql::<BigInt>(next_id).get_result(connection).await?;
    let written = upsert(connection, (source.id(), import_id), staged.is_plain, is_first).await?;
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    staged.report.created = number(written.created);
    staged.report.updated = number(written.updated);
    staged.report.unchanged += number(written.staged - written.created - written.updated);
    prune(connection, (source.id(), import_id), options, staged, in_use).await?;
    // Loading the same file twice leaves no trace.
    if staged.report.created + staged.report.updated + staged.report.retired > 0 {
        record(connection, (source.id(), import_id), staged).await?;
    }
    for field in Field::that_can(CREATES) {
        connection.batch_execute(&format!("drop table {}", made_table(field))).await?;
    }
    connection.batch_execute(&format!("drop table {LEFT_OUT}")).await?;
    Ok(())
}

#[derive(Debug, Clone, Copy, QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    staged: i64,
    #[diesel(sql_type = BigInt)]
    created: i64,
    #[diesel(sql_type = BigInt)]
    updated: i64,
}

/// Writes the rows that are new or have changed, and nothing for the others.
async fn upsert(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    is_plain: bool,
    is_first: bool,
) -> QueryResult<Written> {
    // `source_row` is none of these: a row that only moved has not changed.
    let merged = |sql: fn(Field, &str) -> String| {
        let columns = Field::that_can(MERGED).filter_map(|field| Some(sql(field, field.column()?)));
        columns.collect::<Vec<_>>().join(", ")
    };
    let columns = merged(|_, column| column.to_owned());
    let staged = merged(if is_plain { completed_value } else { staged_value });
    // A plain export leaves where its cases come from as it is.
    let (came_from, here) = match is_plain {
        true => ("here.source_key, here.source_row", "join offer_cases here on here.id = staged.id"),
        false => ("staged.source_key, staged.source_row", ""),
    };
    let old = merged(|_, column| format!("earlier.{column}"));
    let new = merged(|_, column| format!("excluded.{column}"));
    let made: String = Field::that_can(CREATES)
        .map(|field| (made_table(field), name_column(field)))
        .map(|(made, name)| format!(" left join {made} on {made}.name = staged.{name}"))
        .collect();
    // A number is taken from the sequence of ordinals for each row that is written, and it ends: none for what is as it is.
    let kept = merged(|_, column| format!("kept.{column}"));
    let but_unchanged = if is_first {
        String::new()
    } else {
        let key = if is_plain { "here.source_key" } else { "staged.source_key" };
        format!(
            "left join offer_cases kept on kept.source_id = $1 and kept.source_key = {key}
             where kept.id is null or kept.retired_at is not null or ({kept}) is distinct from ({staged})"
        )
    };
    // The first import of a source meets no case that it could change, and need not look for one row by row.
    let on_conflict = if is_first {
        String::new()
    } else {
        format!(
            "on conflict (source_id, source_key) do update
             set ({columns}) = row({new}), source_row = excluded.source_row, import_id = excluded.import_id,
                 {CONTENT_HASH} = coalesce(excluded.{CONTENT_HASH}, earlier.{CONTENT_HASH}),
                 retired_at = null, kept_out = false
             where ({old}) is distinct from ({new})
                 or earlier.retired_at is not null"
        )
    };
    diesel::sql_query(format!(
        "with written as (
             insert into offer_cases as earlier
                 (id, source_id, source_key, source_row, import_id, {CONTENT_HASH}, {columns})
             select staged.id, $1, {came_from}, $2, staged.{CONTENT_HASH}, {staged}
             from staged_cases staged {here} {made} {but_unchanged}
             {on_conflict}
             returning revision = 1 as created
         )
         select (select count(*) from staged_cases) as staged, count(*) filter (where created) as created,
             count(*) filter (where not created) as updated
         from written"
    ))
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(import_id)
    .get_result(connection)
    .await
}

/// What is merged of a staged row: its column, or what was made of a new name.
fn staged_value(field: Field, column: &str) -> String {
    if field.can(CREATES) {
        format!("coalesce(staged.{column}, {}.id)", made_table(field))
    } else {
        format!("staged.{column}")
    }
}

/// The same of a row that may lack the row as it was read, which its case has.
fn completed_value(field: Field, column: &str) -> String {
    match field {
        Field::Raw => format!("coalesce(staged.{column}, here.{column})"),
        _ => staged_value(field, column),
    }
}

/// Whether there is no case of a source yet, not even a retired one.
async fn is_first(connection: &mut AsyncPgConnection, source_id: i32) -> QueryResult<bool> {
    let of_source = offer_cases::table.filter(offer_cases::source_id.eq(source_id));
    let has_some: bool = diesel::select(diesel::dsl::exists(of_source)).get_result(connection).await?;
    Ok(!has_some)
}

/// How many cases of a source are in use.
async fn in_use(connection: &mut AsyncPgConnection, source_id: i32) -> QueryResult<u64> {
    let of_source = offer_cases::table.filter(offer_cases::source_id.eq(source_id));
    let in_use = of_source.filter(offer_cases::retired_at.is_null()).count();
    Ok(in_use.get_result::<i64>(connection).await?.unsigned_abs())
}

/// Retires what the file no longer has, where that is asked for; refuses where that cannot be meant.
async fn prune(
    connection: &mut AsyncPgConnection,
    of: (i32, i64),
    options: &ImportOptions,
    staged: &mut Staged,
    in_use: u64,
) -> QueryResult<()> {
    let report = &mut staged.report;
    // A file of which nothing could be read says nothing of what it no longer has.
    let says_nothing = report.rejected > 0 && report.rejected == report.rows_read;
    match options.prune {
        Prune::Nothing => return Ok(()),
        Prune::SameFile if says_nothing => return Ok(()),
        Prune::Source if says_nothing || report.rows_read == 0 => {
            report.refused = Some(match report.rows_read {
                0 => message!(
                    "the table has no rows, and --prune would retire all cases of the source",
                    "表格没有任何行，--prune 会停用该来源的全部案例"
                ),
                _ => message!(
                    "no row could be read, and --prune would retire all cases of the source",
                    "没有一行能读，--prune 会停用该来源的全部案例"
                ),
            });
            return Ok(());
        }
        Prune::SameFile | Prune::Source => {}
    }
    let gone = retire_missing(connection, of, options.prune, staged).await?;
    let report = &mut staged.report;
    report.retired = gone.as_slice().first().map_or(0, |first| usize::try_from(first.all_gone).unwrap_or_default());
    report.findings.retired_cases = gone.iter().map(Gone::told).collect();
    let retired = report.retired as u64;
    if options.prune == Prune::Source && !options.prune_at_most.allows(retired, in_use) {
        let limit = options.prune_at_most;
        report.refused = Some(message!(
            "--prune would retire {retired} of {in_use} cases of the source, more than {limit}; if they shall go, say \
             --prune-at-most {retired}",
            "--prune 会停用该来源 {in_use} 个案例中的 {retired} 个，超过 {limit}；确实要停用，请加 --prune-at-most {retired}"
        ));
    }
    Ok(())
}

/// A case that a file no longer has.
#[derive(Debug, QueryableByName)]
struct Gone {
    #[diesel(sql_type = BigInt)]
    all_gone: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    source_row: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    file_name: Option<String>,
    #[diesel(sql_type = Text)]
    company: String,
    #[diesel(sql_type = Text)]
    role: String,
}

impl Gone {
    fn told(&self) -> String {
        let Self { company, role, .. } = self;
        let row = self.source_row.map(|row| format!("row {row}"));
        let file = self.file_name.as_ref().map(|file| format!("of {}", one_line(&shown_name(file))));
        let place: Vec<String> = row.into_iter().chain(file).collect();
        if place.is_empty() { format!("{company}, {role}") } else { format!("{company}, {role} ({})", place.join(" ")) }
    }
}

/// Retires the cases that the file no longer has; those whose rows were rejected or left out stay, since it still has
/// them. The first of them.
async fn retire_missing(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    prune: Prune,
    staged: &Staged,
) -> QueryResult<Vec<Gone>> {
    diesel::sql_query(format!(
        "with gone as (
             update offer_cases set retired_at = now(), import_id = $2
             from offer_cases earlier
             where earlier.id = offer_cases.id and earlier.source_id = $1 and earlier.retired_at is null
               and ($3 or earlier.import_id in (select id from imports where source_id = $1 and file_name = $4))
               and not exists (select from staged_cases where staged_cases.source_key = earlier.source_key)
               and not exists (select from {LEFT_OUT} where {LEFT_OUT}.{CONTENT_HASH} = earlier.{CONTENT_HASH})
               and not exists (
                   select from unnest($5) as rejected (key)
                   where rejected.key = case when starts_with(earlier.source_key, $6)
                       then substr(earlier.source_key, {BEFORE_MARK} + 1) else earlier.source_key end)
             returning earlier.source_row, earlier.import_id, earlier.company_id, earlier.role_id
         )
         select (select count(*) from gone) as all_gone, source_row, file_name, companies.name as company,
             roles.name as role
         from gone join companies on companies.id = company_id join roles on roles.id = role_id
             left join imports on imports.id = gone.import_id
         order by gone.import_id, source_row limit {MAX_REPORTED}"
    ))
    .bind::<Integer, _>(source_id)
    .bind::<BigInt, _>(import_id)
    .bind::<Bool, _>(prune == Prune::Source)
    .bind::<Text, _>(&staged.report.file_name)
    .bind::<Array<Text>, _>(&staged.rejected_keys)
    .bind::<Text, _>(file_prefix(&staged.report.file_name))
    .load(connection)
    .await
}

/// Stores the import, at which the cases that it changed point already.
async fn record(
    connection: &mut AsyncPgConnection,
    (source_id, import_id): (i32, i64),
    staged: &Staged,
) -> QueryResult<()> {
    diesel::sql_query(
        "insert into imports (id, source_id, file_name, sha256, rows_read, created, updated, unchanged, rejected,
             retired, report)
         overriding system value
         select $1, $2, $3, $4, counts.*, $5
         from jsonb_to_record($5) as counts (rows_read bigint, created bigint, updated bigint, unchanged bigint,
             rejected bigint, retired bigint)",
    )
    .bind::<BigInt, _>(import_id)
    .bind::<Integer, _>(source_id)
    .bind::<Text, _>(&staged.report.file_name)
    .bind::<Text, _>(&staged.sha256)
    .bind::<Jsonb, _>(json!(staged.report))
    .execute(connection)
    .await
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_on_what_is_retired_is_a_number_or_a_share_of_what_is_in_use() {
        for (limit, retired, all, allowed) in [
            ("25%", 1, 1, true),
            ("25%", 2, 8, true),
            ("25%", 2, 7, false),
            ("0%", 1, 100, true),
            ("100%", 9, 9, true),
            ("3", 3, 3, true),
            ("3", 4, 1000, false),
            ("0", 1, 1000, false),
        ] {
            let limit: AtMost = limit.parse().expect(limit);
            assert_eq!(limit.allows(retired, all), allowed, "{limit}: {retired} of {all}");
        }
        for wrong in ["", "x", "-1", "101%", "%", "1.5%"] {
            assert!(wrong.parse::<AtMost>().is_err_and(|message| message.contains("20%")), "{wrong}");
        }
    }
}
