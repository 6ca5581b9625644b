-- Which history a version is of: after a failover that lost what came last, or where a backup was restored and went on, the
-- same number may stand for other data.

create function current_lineage() returns text language plpgsql volatile as $$
begin
    return (select system_identifier from pg_control_system()) || '.'
        || ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::integer;
exception when insufficient_privilege then
    -- A server that does not tell keeps its histories apart by nothing.
    return '';
end
$$;
comment on function current_lineage is 'The system identifier of the server and its timeline, which goes up when a replica takes over; only where writes are allowed.';

alter table dataset add column lineage text not null default '';
comment on column dataset.lineage is 'The history that the version is of: current_lineage() of the server that wrote it.';

create function dataset_keep_lineage() returns trigger language plpgsql as $$
begin
    new.lineage := current_lineage();
    return new;
end
$$;
comment on function dataset_keep_lineage is 'Says of each version which history it is of.';
create trigger dataset_keep_lineage before insert or update on dataset for each row execute function dataset_keep_lineage();

-- Of several seeds the newer one stays: a program with an older one does not take it back.
alter table dataset add column seed_serial bigint check (seed_serial > 0);
comment on column dataset.seed_serial is 'The number of the seed that was loaded last, which goes up with each change of it; null = none is known.';

update dataset set version = version;
