-- A source can be closed: its cases then stand in statistics alone.

create type source_visibility as enum ('open', 'aggregates_only');
comment on type source_visibility is 'In which answers the cases of a source stand.';

alter table sources add column visibility source_visibility not null default 'open';
comment on column sources.visibility is 'Whether its cases are shown, or stand in statistics alone, each without what too few of them have in common.';
comment on column sources.min_group_size is 'Groups with fewer cases of this source are shown together in statistics; of a closed source so many cases at least are alike.';

-- What is kept in memory of its cases is other then.
create trigger sources_reread_cases after update on sources
    for each row when (old.visibility <> new.visibility or old.min_group_size <> new.min_group_size)
    execute function reread_dataset();

-- Names that only cases of closed sources have are not told: where there is such a source, any change of cases may change which.
create or replace function raise_dataset_version() returns trigger language plpgsql as $$
begin
    if exists (select from changed_rows) then
        update dataset
        set version = version + 1,
            catalog_version = case
                when tg_argv[0] = 'catalog' then version + 1
                when tg_table_name = 'offer_cases'
                    and exists (select from sources where visibility = 'aggregates_only') then version + 1
                else catalog_version
            end,
            changed_at = now();
    end if;
    return null;
end
$$;
