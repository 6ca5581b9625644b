-- How many rows each table has and a sum over them, kept by every change in its own transaction: rows that vanish in another
-- way, as when a file is cut short or a page is lost, are told when they are read.

create table row_sums (
    table_name text primary key,
    hash text not null check (hash <> ''),
    row_count bigint not null check (row_count >= 0),
    checksum numeric not null
);
comment on table row_sums is 'How many rows each table of data has, and a sum over what tells them apart, as changes left them.';
comment on column row_sums.table_name is 'The table.';
comment on column row_sums.hash is 'The SQL of a number made of a row: of its key, and of its revision where it has one.';
comment on column row_sums.row_count is 'How many rows there are.';
comment on column row_sums.checksum is 'The sum of the numbers of all rows.';

create function sum_rows() returns trigger language plpgsql as $$
declare
    summed constant text := (select format('select count(*), coalesce(sum(%s), 0)', hash) from row_sums where table_name = tg_table_name);
    more bigint := 0;
    less bigint := 0;
    more_sum numeric := 0;
    less_sum numeric := 0;
begin
    if tg_op = 'TRUNCATE' then
        update row_sums set row_count = 0, checksum = 0 where table_name = tg_table_name;
        return null;
    end if;
    if tg_op <> 'DELETE' then
        execute summed || ' from new_rows' into more, more_sum;
    end if;
    if tg_op <> 'INSERT' then
        execute summed || ' from old_rows' into less, less_sum;
    end if;
    if more <> less or more_sum <> less_sum then
        -- The lock that all writers take first, so that no two wait for each other.
        perform from dataset for no key update;
        update row_sums set row_count = row_count + more - less, checksum = checksum + more_sum - less_sum
        where table_name = tg_table_name;
    end if;
    return null;
end
$$;
comment on function sum_rows is 'Adds to row_sums what a statement has changed.';

create function renew_row_sums(renewed text default null) returns void language plpgsql as $$
declare
    kept record;
begin
    for kept in select table_name, hash from row_sums where renewed is null or table_name = renewed order by table_name loop
        execute format(
            'update row_sums set (row_count, checksum) = (select count(*), coalesce(sum(%s), 0) from %I) where table_name = %L',
            kept.hash, kept.table_name, kept.table_name);
    end loop;
end
$$;
comment on function renew_row_sums is 'Takes the rows that a table has now, or each of them, for all that it should have.';

create function keep_row_sums(summed regclass, by_hash text default null) returns void language plpgsql as $$
declare
    of_key constant text := (
        select format('hash_record_extended(row(%s), 0)', string_agg(quote_ident(attname), ', ' order by attnum))
        from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
        where indrelid = summed and indisprimary);
    occasion record;
begin
    insert into row_sums (table_name, hash, row_count, checksum) values (summed::text, coalesce(by_hash, of_key), 0, 0);
    perform renew_row_sums(summed::text);
    for occasion in
        select * from (values
            ('insert', 'referencing new table as new_rows'),
            ('update', 'referencing old table as old_rows new table as new_rows'),
            ('delete', 'referencing old table as old_rows'),
            ('truncate', '')
        ) as events (event, rows)
    loop
        execute format('create trigger %I after %s on %s %s for each statement execute function sum_rows()',
            summed || '_sum_rows_on_' || occasion.event, occasion.event, summed, occasion.rows);
    end loop;
end
$$;
comment on function keep_row_sums is 'Begins to keep the sum of a table''s rows; for migrations that make a table of data. Without by_hash a row is told by its primary key.';

do $$
declare
    summed text;
begin
    foreach summed in array array[
        'companies', 'company_aliases', 'roles', 'role_aliases', 'majors', 'major_aliases', 'school_tiers',
        'school_tier_aliases', 'schools', 'school_aliases', 'provinces', 'province_aliases', 'cities', 'city_aliases', 'tags',
        'sources', 'guide_entries', 'seed_entries', 'curations', 'imports', 'erased_cases']
    loop
        perform keep_row_sums(summed::regclass);
    end loop;
end
$$;
-- Of many rows: a function for their own types takes a tenth of the time.
select keep_row_sums('offer_cases', 'uuid_hash_extended(id, revision)');
select keep_row_sums('offer_case_revisions', 'uuid_hash_extended(case_id, revision)');

alter table dataset add column accepted_at timestamptz;
comment on column dataset.accepted_at is 'When somebody last took the rows that were there for all that there should be; null = never.';
