-- What the seed has brought, so that what is taken out of its files can be taken out here.

create table seed_entries (
    file text not null check (file <> ''),
    slug slug not null,
    primary key (file, slug)
);
comment on table seed_entries is 'What the seed files had when they were loaded last, and what was taken out of them since and is still pointed at.';
comment on column seed_entries.file is 'Path of the file below the folder of the seed.';
comment on column seed_entries.slug is 'Slug of a row of the file; for a file of cases that of its source.';
