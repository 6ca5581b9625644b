-- The offer case, its history, and the imports it came by.

create type degree as enum ('associate', 'bachelor', 'master', 'doctor');
comment on type degree is 'Academic degrees, lowest first.';

create type role_track as enum ('platform', 'application');
comment on type role_track is 'The two kinds of post that the guide tells apart.';

create type offer_channel as enum ('campus', 'intern_conversion', 'experienced', 'internship');
comment on type offer_channel is 'How the offer came about: campus recruiting, conversion of an internship, experienced hire; or an offer of an internship.';

create type date_precision as enum ('day', 'month', 'year');
comment on type date_precision is 'How much of a date is known; the rest of it is 1.';

create type verification as enum ('none', 'self_reported', 'source_published', 'document');
comment on type verification is 'What stands behind a case, weakest first.';

create table imports (
    id bigint generated always as identity primary key,
    source_id integer not null references sources (id),
    file_name text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    finished_at timestamptz not null default now(),
    rows_read bigint not null check (rows_read >= 0),
    created bigint not null check (created >= 0),
    updated bigint not null check (updated >= 0),
    unchanged bigint not null check (unchanged >= 0),
    rejected bigint not null check (rejected >= 0),
    retired bigint not null check (retired >= 0),
    report jsonb not null,
    check (rows_read = created + updated + unchanged + rejected)
);
create index imports_source_id on imports (source_id);
comment on table imports is 'Every import that was committed, with its report.';
comment on column imports.id is 'Number in order of import.';
comment on column imports.source_id is 'The source that the file was imported as.';
comment on column imports.file_name is 'Name of the file, without its folder.';
comment on column imports.sha256 is 'SHA-256 of the file''s bytes, in hexadecimal.';
comment on column imports.finished_at is 'When the import was committed (start of its transaction).';
comment on column imports.rows_read is 'Rows of the table in the file, header excluded.';
comment on column imports.created is 'Rows that made a new case.';
comment on column imports.updated is 'Rows that changed a case.';
comment on column imports.unchanged is 'Rows that were there already as they are.';
comment on column imports.rejected is 'Rows that were not imported; the report says why.';
comment on column imports.retired is 'Cases of the source that the file no longer has, where pruning was asked for.';
comment on column imports.report is 'The whole report: rejected rows, remarks, new names.';

create table offer_cases (
    id uuid primary key,
    company_id integer not null references companies (id),
    role_id integer not null references roles (id),
    role_track role_track,
    major_id integer references majors (id),
    bachelor_tier smallint references school_tiers (id),
    master_tier smallint references school_tiers (id),
    doctor_tier smallint references school_tiers (id),
    highest_degree degree,
    school_tier smallint generated always as (
        case highest_degree
            when 'doctor' then doctor_tier
            when 'master' then master_tier
            when 'bachelor' then bachelor_tier
            when 'associate' then 6::smallint
        end
    ) stored references school_tiers (id),
    bachelor_school_id integer references schools (id),
    school_id integer references schools (id),
    offer_channel offer_channel,
    city text check (city <> ''),
    offered_on date,
    offered_precision date_precision,
    pay_annual_min integer check (pay_annual_min > 0),
    pay_annual_max integer check (pay_annual_max > 0),
    pay_currency text not null default 'CNY' check (pay_currency ~ '^[A-Z]{3}$'),
    pay_monthly_base numeric(12, 2) check (pay_monthly_base > 0),
    pay_months numeric(4, 1) check (pay_months > 0),
    interview_rounds smallint check (interview_rounds > 0),
    preparation_days smallint check (preparation_days >= 0),
    tags text[] not null default '{}' check (array_position(tags, null) is null),
    summary text check (summary <> ''),
    conflicts text[] not null default '{}' check (array_position(conflicts, null) is null),
    verification verification not null default 'none',
    raw jsonb not null check (jsonb_typeof(raw) = 'object'),
    source_id integer not null references sources (id),
    source_key text not null check (source_key <> ''),
    source_row integer check (source_row > 0),
    -- Deferred: the import is stored when it is known what it has changed.
    import_id bigint references imports (id) deferrable initially deferred,
    revision integer not null default 1 check (revision > 0),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    retired_at timestamptz,
    unique (source_id, source_key),
    constraint offer_cases_pay_range check (pay_annual_min <= pay_annual_max),
    constraint offer_cases_pay_range_whole check ((pay_annual_min is null) = (pay_annual_max is null)),
    constraint offer_cases_date_has_precision check ((offered_on is null) = (offered_precision is null)),
    constraint offer_cases_doctor_tier_needs_degree
        check (doctor_tier is null or coalesce(highest_degree = 'doctor', false)),
    constraint offer_cases_master_tier_needs_degree
        check (master_tier is null or coalesce(highest_degree >= 'master', false)),
    constraint offer_cases_bachelor_tier_needs_degree
        check (bachelor_tier is null or coalesce(highest_degree >= 'bachelor', false))
);
create index offer_cases_company_id on offer_cases (company_id);
create index offer_cases_role_id on offer_cases (role_id);
create index offer_cases_major_id on offer_cases (major_id);
create index offer_cases_bachelor_tier on offer_cases (bachelor_tier);
create index offer_cases_master_tier on offer_cases (master_tier);
create index offer_cases_doctor_tier on offer_cases (doctor_tier);
create index offer_cases_school_tier on offer_cases (school_tier);
create index offer_cases_bachelor_school_id on offer_cases (bachelor_school_id);
create index offer_cases_school_id on offer_cases (school_id);
create index offer_cases_import_id on offer_cases (import_id);
create index offer_cases_tags on offer_cases using gin (tags);
create index offer_cases_latest on offer_cases ((coalesce(offered_on, '-infinity'::date)) desc, id desc) where retired_at is null;
comment on table offer_cases is 'One row is one offer that one person got. Null always means unknown (or, for tiers, no such degree); nothing is guessed.';
comment on column offer_cases.id is 'UUID version 5 of source and key, so that the same file gives the same ids everywhere.';
comment on column offer_cases.company_id is 'Who made the offer.';
comment on column offer_cases.role_id is 'For which post.';
comment on column offer_cases.role_track is 'Platform or application side; null = unknown.';
comment on column offer_cases.major_id is 'What the person studied, as finely as the source says; null = unknown.';
comment on column offer_cases.bachelor_tier is 'Tier of the bachelor''s school; null = unknown or no such degree.';
comment on column offer_cases.master_tier is 'Tier of the master''s school; null = unknown or no such degree.';
comment on column offer_cases.doctor_tier is 'Tier of the doctoral school; null = unknown or no such degree.';
comment on column offer_cases.highest_degree is 'Highest degree; null = unknown.';
comment on column offer_cases.school_tier is 'Tier of the school of the highest degree; an associate degree is always vocational.';
comment on column offer_cases.bachelor_school_id is 'School of the bachelor''s degree where it is named.';
comment on column offer_cases.school_id is 'School of the highest degree where it is named.';
comment on column offer_cases.offer_channel is 'How the offer came about; null = unknown.';
comment on column offer_cases.city is 'City of the post; null = unknown.';
comment on column offer_cases.offered_on is 'Date of the offer; null = unknown.';
comment on column offer_cases.offered_precision is 'How much of offered_on is known.';
comment on column offer_cases.pay_annual_min is 'Lower end of the whole promised cash package, pay_currency a year before tax; null = unknown.';
comment on column offer_cases.pay_annual_max is 'Upper end of the same; equal to the lower end where one figure is given.';
comment on column offer_cases.pay_currency is 'ISO 4217 code of all pay figures.';
comment on column offer_cases.pay_monthly_base is 'Monthly base pay, pay_currency a month before tax; null = unknown.';
comment on column offer_cases.pay_months is 'Months paid a year; null = unknown.';
comment on column offer_cases.interview_rounds is 'Number of interviews; null = unknown.';
comment on column offer_cases.preparation_days is 'Days from the start of preparation to the offer; null = unknown.';
comment on column offer_cases.tags is 'Slugs of tags.';
comment on column offer_cases.summary is 'What the source says in words, verbatim; null = nothing.';
comment on column offer_cases.conflicts is 'What the source says against itself, in words.';
comment on column offer_cases.verification is 'What stands behind the case.';
comment on column offer_cases.raw is 'The row as it was read: column header to cell, verbatim.';
comment on column offer_cases.source_id is 'Where the case comes from.';
comment on column offer_cases.source_key is 'What identifies the row within its source.';
comment on column offer_cases.source_row is 'Number of the row in the file, from 1, header excluded; null = not from a file.';
comment on column offer_cases.import_id is 'The import that last changed the case; null = not changed by an import.';
comment on column offer_cases.revision is 'Goes up by one with every change.';
comment on column offer_cases.created_at is 'When the case was first stored.';
comment on column offer_cases.updated_at is 'When the case was last changed.';
comment on column offer_cases.retired_at is 'When the case was taken out; null = in use. Retired cases are kept, and are out of every query.';

create table offer_case_revisions (
    case_id uuid not null references offer_cases (id),
    revision integer not null,
    replaced_at timestamptz not null default now(),
    replaced_by_import_id bigint references imports (id) deferrable initially deferred,
    earlier jsonb not null,
    primary key (case_id, revision)
);
create index offer_case_revisions_replaced_by_import_id on offer_case_revisions (replaced_by_import_id);
comment on table offer_case_revisions is 'Earlier states of cases: nothing is lost by an import or an edit.';
comment on column offer_case_revisions.case_id is 'The case.';
comment on column offer_case_revisions.revision is 'The revision that was replaced.';
comment on column offer_case_revisions.replaced_at is 'When it was replaced.';
comment on column offer_case_revisions.replaced_by_import_id is 'The import that replaced it; null = another way.';
comment on column offer_case_revisions.earlier is 'The whole earlier row.';

create function offer_cases_before_update() returns trigger language plpgsql as $$
begin
    new.revision := old.revision + 1;
    new.created_at := old.created_at;
    new.updated_at := now();
    return new;
end
$$;
comment on function offer_cases_before_update is 'Counts revisions, whoever writes.';
create trigger offer_cases_before_update before update on offer_cases
    for each row execute function offer_cases_before_update();

create function offer_cases_keep_revisions() returns trigger language plpgsql as $$
begin
    insert into offer_case_revisions (case_id, revision, replaced_by_import_id, earlier)
    select old_rows.id, old_rows.revision,
           case when new_rows.import_id is distinct from old_rows.import_id then new_rows.import_id end,
           to_jsonb(old_rows)
    from old_rows join new_rows using (id);
    return null;
end
$$;
comment on function offer_cases_keep_revisions is 'Keeps the earlier state of every changed case.';
create trigger offer_cases_keep_revisions after update on offer_cases
    referencing old table as old_rows new table as new_rows
    for each statement execute function offer_cases_keep_revisions();

create function offer_cases_check_tags() returns trigger language plpgsql as $$
declare
    unknown_tag text;
begin
    select tag into unknown_tag
    from (select distinct unnest(tags) as tag from new_rows) used
    where not exists (select from tags where tags.slug = used.tag)
    limit 1;
    if unknown_tag is not null then
        raise foreign_key_violation using message = format('tag "%s" is not in table tags', unknown_tag),
            constraint = 'offer_cases_tags_known';
    end if;
    return null;
end
$$;
comment on function offer_cases_check_tags is 'The foreign key from the elements of offer_cases.tags to tags.slug.';
create trigger offer_cases_check_tags_on_insert after insert on offer_cases
    referencing new table as new_rows for each statement execute function offer_cases_check_tags();
create trigger offer_cases_check_tags_on_update after update on offer_cases
    referencing new table as new_rows for each statement execute function offer_cases_check_tags();
