-- A dump that is loaded again, in this database or in another one of the same server, goes on with another history: later
-- versions have the same numbers and stand for other data. What is loaded has a table, and perhaps a database, of its own.

create function current_lineage(kept_in regclass) returns text language plpgsql volatile as $$
declare
    place constant text := (select oid from pg_database where datname = current_database()) || '-' || kept_in::oid;
begin
    return (select system_identifier from pg_control_system()) || '-' || place || '.'
        || ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer;
exception when insufficient_privilege then
    -- A server that does not tell keeps the histories of failovers apart by nothing.
    return '-' || place;
end
$$;
comment on function current_lineage(regclass) is 'The system identifier of the server, the numbers of the database and of the table dataset in it, and the timeline, which goes up when a replica takes over; only where writes are allowed.';

create or replace function dataset_keep_lineage() returns trigger language plpgsql as $$
begin
    new.lineage := current_lineage(tg_relid);
    return new;
end
$$;
drop function current_lineage();

update dataset set version = version;
