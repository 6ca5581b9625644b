create function current_lineage() returns text language plpgsql volatile as $$
begin
    return (select system_identifier from pg_control_system()) || '.'
        || ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer;
exception when insufficient_privilege then
    -- A server that does not tell keeps its histories apart by nothing.
    return '';
end
$$;
comment on function current_lineage() is 'The system identifier of the server and its timeline, which goes up when a replica takes over; only where writes are allowed.';

create or replace function dataset_keep_lineage() returns trigger language plpgsql as $$
begin
    new.lineage := current_lineage();
    return new;
end
$$;
drop function current_lineage(regclass);

update dataset set version = version;
