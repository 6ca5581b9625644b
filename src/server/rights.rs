//! What a role needs of a database that somebody else runs, seen before anything is changed there.

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// What a database lacks.
#[derive(Debug, thiserror::Error)]
#[error("this database cannot be used:\n  {}", .0.join("\n  "))]
pub struct Unusable(Vec<String>);

#[derive(QueryableByName)]
struct Database {
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    database: String,
    #[diesel(sql_type = Text)]
    encoding: String,
    #[diesel(sql_type = Nullable<Text>)]
    schema: Option<String>,
    #[diesel(sql_type = Bool)]
    may_create: bool,
    #[diesel(sql_type = Bool)]
    may_make_temporary: bool,
    /// A table that is there and belongs to another role.
    #[diesel(sql_type = Nullable<Text>)]
    owned_by_another: Option<String>,
}

/// What is asked of the server.
const STATE: &str = "
    select current_user::text as role, current_database()::text as database,
        pg_encoding_to_char(encoding)::text as encoding, current_schema()::text as schema,
        coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
        has_database_privilege(current_database(), 'temporary') as may_make_temporary,
        (select tablename || ' (' || tableowner || ')' from pg_tables
         where schemaname = current_schema() and tablename in ('dataset', 'offer_cases', '__diesel_schema_migrations')
             and not pg_has_role(tableowner, 'usage')
         order by tablename limit 1) as owned_by_another
    from pg_database where datname = current_database()";

/// Looks at encoding and rights.
///
/// # Errors
/// [`Unusable`] with all that is lacking, and what to do.
pub async fn check(connection: &mut AsyncPgConnection) -> anyhow::Result<()> {
    let found: Database = sql_query(STATE).get_result(connection).await?;
    let Database { role, database, encoding, .. } = &found;
    let mut lacking = Vec::new();
    if encoding != "UTF8" {
        lacking.push(format!(
            "its encoding is {encoding}, and names are Chinese: make one with `create database {database} encoding 'UTF8' template template0`"
        ));
    }
    match &found.schema {
        None => lacking.push(format!(
            "no schema of the search path is there: `create schema {role} authorization {role}`, or set `search_path`"
        )),
        Some(schema) if !found.may_create => lacking.push(format!(
            "the role {role} may make no tables in the schema {schema}: `grant create, usage on schema {schema} to {role}`"
        )),
        Some(_) => {}
    }
    if !found.may_make_temporary {
        lacking.push(format!(
            "the role {role} may make no temporary tables, which imports need: `grant temporary on database {database} to {role}`"
        ));
    }
    if let Some(table) = &found.owned_by_another {
        lacking.push(format!("the table {table} belongs to another role: connect as that, or `reassign owned`"));
    }
    if lacking.is_empty() { Ok(()) } else { Err(Unusable(lacking).into()) }
}
