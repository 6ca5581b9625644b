-- One number that goes up with every change of data: the base of every ETag, and what tells a
-- process that what it keeps in memory is out of date.

create table dataset (
    singleton boolean primary key default true check (singleton),
    version bigint not null default 1 check (version > 0),
    catalog_version bigint not null default 1 check (catalog_version between 1 and version),
    changed_at timestamptz not null default now(),
    seed_sha256 text check (seed_sha256 ~ '^[0-9a-f]{64}$'),
    reread_version bigint not null default 1 check (reread_version between 1 and version)
);
comment on table dataset is 'The version of all data, in one row.';
comment on column dataset.singleton is 'Always true: there is one row.';
comment on column dataset.version is 'Raised in the same transaction as any change of data.';
comment on column dataset.catalog_version is 'The version at which reference data last changed.';
comment on column dataset.changed_at is 'When data last changed (start of the transaction).';
comment on column dataset.seed_sha256 is 'SHA-256 of the seed files that were loaded last; null = none.';
comment on column dataset.reread_version is 'The version at which cases were last removed: what was read before is to be read anew.';
insert into dataset default values;

create function raise_dataset_version() returns trigger language plpgsql as $$
begin
    if exists (select from changed_rows) then
        update dataset
        set version = version + 1,
            catalog_version = case when tg_argv[0] = 'catalog' then version + 1 else catalog_version end,
            changed_at = now();
    end if;
    return null;
end
$$;
comment on function raise_dataset_version is 'Raises dataset.version where a statement changed rows; the row lock makes writers commit one after another.';

do $$
declare
    changed record;
    occasion record;
begin
    for changed in
        select * from (values
            ('companies', 'catalog'), ('company_aliases', 'catalog'),
            ('roles', 'catalog'), ('role_aliases', 'catalog'),
            ('majors', 'catalog'), ('major_aliases', 'catalog'),
            ('school_tiers', 'catalog'), ('school_tier_aliases', 'catalog'),
            ('schools', 'catalog'), ('school_aliases', 'catalog'),
            ('tags', 'catalog'), ('sources', 'catalog'),
            ('guide_entries', 'rows'), ('imports', 'rows'), ('offer_cases', 'rows')
        ) as tables (name, part)
    loop
        for occasion in
            select * from (values ('insert', 'new'), ('update', 'new'), ('delete', 'old')) as events (event, side)
        loop
            execute format(
                'create trigger %I after %s on %I referencing %s table as changed_rows
                 for each statement execute function raise_dataset_version(%L)',
                changed.name || '_raise_version_on_' || occasion.event, occasion.event,
                changed.name, occasion.side, changed.part);
        end loop;
    end loop;
end
$$;

create function lock_dataset() returns trigger language plpgsql as $$
begin
    perform from dataset for no key update;
    return null;
end
$$;
comment on function lock_dataset is 'Makes writers of cases wait for each other before they touch any.';
create trigger offer_cases_lock_dataset before insert or update or delete on offer_cases
    for each statement execute function lock_dataset();

create function reread_dataset() returns trigger language plpgsql as $$
begin
    update dataset set version = version + 1, reread_version = version + 1, changed_at = now();
    return null;
end
$$;
comment on function reread_dataset is 'Tells that cases were removed.';
create trigger offer_cases_removed after delete on offer_cases
    for each statement execute function reread_dataset();
create trigger offer_cases_truncated before truncate on offer_cases
    for each statement execute function reread_dataset();
