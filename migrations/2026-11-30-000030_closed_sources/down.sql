create or replace function raise_dataset_version() returns trigger language plpgsql as $$
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
drop trigger sources_reread_cases on sources;
alter table sources drop column visibility;
drop type source_visibility;
comment on column sources.min_group_size is 'Groups with fewer cases of this source are not shown in statistics.';
