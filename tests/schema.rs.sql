-- Prints src/database/schema.rs from the migrated database, as one text.
-- `UPDATE_SCHEMA=1 cargo test schema_rs_is_current` writes it.
-- Of offer_cases it has only what queries of the crate name: the values of cases are selected by the table of fields
-- (src/cases/row.rs), and Diesel takes long to compile a table of as many columns.
with enums as (
    select t.typname::text as type_name, initcap(replace(t.typname, '_', ' ')) as words
    from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname = 'public' and t.typtype = 'e'
),
marker_types as (
    select type_name, replace(words, ' ', '') || 'Type' as marker from enums
),
columns as (
    select c.table_name::text, c.column_name::text, c.ordinal_position, c.is_nullable = 'YES' as nullable,
           col_description(format('public.%I', c.table_name)::regclass, c.ordinal_position::int) as remark,
           m.marker,
           coalesce(m.marker, case c.udt_name
               when 'int2' then 'SmallInt' when 'int4' then 'Integer' when 'int8' then 'BigInt'
               when 'text' then 'Text' when 'bool' then 'Bool' when 'uuid' then 'Uuid'
               when 'jsonb' then 'Jsonb' when 'date' then 'Date' when 'timestamptz' then 'Timestamptz'
               when 'numeric' then 'Numeric' when '_text' then 'Array<Text>'
           end) as sql_type
    from information_schema.columns c
    left join marker_types m on m.type_name = c.udt_name
    where c.table_schema = 'public' and c.table_name !~ '^__'
      and (c.table_name <> 'offer_cases'
           or c.column_name in ('id', 'source_id', 'retired_at', 'ordinal', 'changed_in'))
),
primary_keys as (
    select i.indrelid::regclass::text as table_name,
           string_agg(a.attname, ', ' order by array_position(i.indkey::int2[], a.attnum)) as key
    from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
    where i.indisprimary group by 1
),
tables as (
    select c.table_name,
           format(E'diesel::table! {\n    use diesel::sql_types::*;\n%s\n    /// %s\n    %s (%s) {\n%s\n    }\n}\n',
               coalesce('    use super::sql_types::{' || string_agg(distinct c.marker, ', ') || E'};\n', ''),
               obj_description(format('public.%I', c.table_name)::regclass),
               c.table_name, max(k.key),
               string_agg(format(E'        /// %s\n        %s -> %s,', c.remark, c.column_name,
                   case when c.nullable then format('Nullable<%s>', c.sql_type) else c.sql_type end),
                   E'\n' order by c.ordinal_position)) as declaration
    from columns c join primary_keys k using (table_name)
    group by c.table_name
)
select concat(
    E'//! The tables as Diesel knows them. Generated from the migrations; never edited.\n',
    E'//! Renew it with `UPDATE_SCHEMA=1 cargo test schema_rs_is_current`.\n\n',
    E'/// Markers of the database''s enums.\npub mod sql_types {\n',
    (select string_agg(format(
        E'    /// `%s`\n    #[derive(Debug, Clone, Copy, diesel::query_builder::QueryId, diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = "%s"))]\n    pub struct %s;\n',
        type_name, type_name, marker), E'\n' order by type_name collate "C") from marker_types),
    E'}\n\n',
    (select string_agg(declaration, E'\n' order by table_name collate "C") from tables)) as text
