-- What a row says without what numbers it, so that it is known again where its number is another; which import takes back
-- which; what was erased for good, without anything of its content.

alter table offer_cases add column content_hash uuid;
comment on column offer_cases.content_hash is 'The first half of the SHA-256 of the cells of the row, without what numbers it; null = not read from a table, or before this was kept.';
-- Rows without a key have it in their keys. What a case says stays as it is: this is no revision.
alter table offer_cases disable trigger user;
update offer_cases set content_hash = left(source_key, 32)::uuid where source_key ~ '^[0-9a-f]{32}-[0-9]+$';
alter table offer_cases enable trigger user;

alter table offer_cases add column kept_out boolean not null default false,
    add constraint offer_cases_kept_out_is_retired check (not kept_out or retired_at is not null);
comment on column offer_cases.kept_out is 'Whether the case was retired by hand, so that its file does not bring it back.';
create index offer_cases_kept_out on offer_cases (source_id) where kept_out;

alter table staged_cases add column content_hash uuid;
comment on column staged_cases.content_hash is 'As in offer_cases.';

alter table imports add column reverts bigint references imports (id);
create index imports_reverts on imports (reverts);
comment on column imports.reverts is 'The import that this one took back; null = it brought a file.';

create table erased_cases (
    source_id integer not null references sources (id) on delete cascade,
    key_hash text not null check (key_hash ~ '^[0-9a-f]{64}$'),
    content_hashes text[] not null default '{}',
    erased_at timestamptz not null default now(),
    primary key (source_id, key_hash)
);
comment on table erased_cases is 'Cases that were erased for good, so that the files that they came by do not bring them back; nothing of what they said is here.';
comment on column erased_cases.source_id is 'The source that the case was of.';
comment on column erased_cases.key_hash is 'SHA-256 of its key in that source, in hexadecimal.';
comment on column erased_cases.content_hashes is 'What offer_cases.content_hash was, now and earlier.';
comment on column erased_cases.erased_at is 'When it was erased.';
