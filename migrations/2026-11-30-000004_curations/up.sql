-- What people put right in reference data: laid over the seed whenever that is loaded, so that it survives.

create type curation_action as enum ('set', 'add_alias', 'remove_alias', 'merge');
comment on type curation_action is 'What a curation does with an entry: sets an attribute, adds or removes an alias, or makes it one with another entry.';

create table curations (
    id bigint generated always as identity primary key,
    file text not null check (file <> ''),
    slug slug not null,
    action curation_action not null,
    attribute text check (attribute <> ''),
    argument text check (argument <> ''),
    made_at timestamptz not null default now(),
    check ((action = 'set') = (attribute is not null)),
    check (action = 'set' or argument is not null)
);
create index curations_file_slug on curations (file, slug);
comment on table curations is 'What people put right in reference data, in order; laid over the seed whenever that is loaded.';
comment on column curations.id is 'The order in which they were made.';
comment on column curations.file is 'The seed file of the entry''s table.';
comment on column curations.slug is 'The entry.';
comment on column curations.action is 'What was done with it.';
comment on column curations.attribute is 'The attribute that was set; null for other actions.';
comment on column curations.argument is 'The value that was set, by slug where it is another entry, null = unknown; the alias; the slug of the entry that it was merged into.';
comment on column curations.made_at is 'When.';
