create or replace function offer_cases_keep_revisions() returns trigger language plpgsql as $$
begin
    insert into offer_case_revisions (case_id, revision, replaced_by_import_id, earlier)
    select old_rows.id, old_rows.revision,
           case when new_rows.import_id is distinct from old_rows.import_id then new_rows.import_id end,
           to_jsonb(old_rows)
    from old_rows join new_rows using (id);
    return null;
end
$$;

create or replace function offer_cases_before_update() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    new.created_at := old.created_at;
    new.updated_at := now();
    return new;
end
$$;
comment on function offer_cases_before_update is 'Counts revisions, whoever writes.';

drop function reread_dataset() cascade;
drop function lock_dataset() cascade;
alter table dataset drop column reread_version;
alter table offer_cases drop column ordinal, drop column changed_in;
