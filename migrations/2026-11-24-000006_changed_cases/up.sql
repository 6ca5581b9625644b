-- What tells a process that keeps cases in memory which of them it lacks.
--
-- New cases: writers take the lock of the dataset row before they touch any case, and keep it until they end. So ordinals
-- are given in the order in which they are committed, and all that is missing has a higher ordinal than all that is known.
-- Changed cases: they say at which version they last changed.

alter table offer_cases add column ordinal bigint generated always as identity;
alter table offer_cases add column changed_in bigint;
create unique index offer_cases_ordinal on offer_cases (ordinal);
create index offer_cases_changed_in on offer_cases (changed_in) where changed_in is not null;
comment on column offer_cases.ordinal is 'Goes up in the order in which cases are committed; differs between databases.';
comment on column offer_cases.changed_in is 'The version of the data at which the case last changed; null = not since it was stored.';

alter table dataset add column reread_version bigint not null default 1 check (reread_version between 1 and version);
comment on column dataset.reread_version is 'The version at which cases were last removed: what was read before is to be read anew.';

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

create or replace function offer_cases_before_update() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    new.created_at := old.created_at;
    new.updated_at := now();
    new.changed_in := (select version + 1 from dataset);
    return new;
end
$$;
comment on function offer_cases_before_update is 'Counts revisions and says at which version the case changed, whoever writes.';

create or replace function offer_cases_keep_revisions() returns trigger language plpgsql as $$
begin
    insert into offer_case_revisions (case_id, revision, replaced_by_import_id, earlier)
    select old_rows.id, old_rows.revision,
           case when new_rows.import_id is distinct from old_rows.import_id then new_rows.import_id end,
           to_jsonb(old_rows) - array['ordinal', 'changed_in']
    from old_rows join new_rows using (id);
    return null;
end
$$;
