-- The offer case, its history, the imports it came by, and how it is found.
--
-- Columns that are fields of a case have no comment here: the program has them from its table of fields, and sets them
-- when it has migrated.

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
    -- Writers take the lock of the dataset before they touch any case and keep it until they end: so ordinals are given
    -- in the order in which they are committed, and what a process lacks has a higher one than all that it knows.
    ordinal bigint generated always as identity,
    changed_in bigint,
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
create index offer_cases_bachelor_tier on offer_cases (bachelor_tier);
create index offer_cases_master_tier on offer_cases (master_tier);
create index offer_cases_doctor_tier on offer_cases (doctor_tier);
create index offer_cases_bachelor_school_id on offer_cases (bachelor_school_id);
create index offer_cases_school_id on offer_cases (school_id);
create index offer_cases_import_id on offer_cases (import_id);
create unique index offer_cases_ordinal on offer_cases (ordinal);
create index offer_cases_changed_in on offer_cases (changed_in) where changed_in is not null;
create index offer_cases_tags on offer_cases using gin (tags);
create index offer_cases_latest on offer_cases ((coalesce(offered_on, '-infinity'::date)) desc, id desc) where retired_at is null;

-- The commonest filters find their cases in the usual order of a list, so that a page reads what it shows and no more.
-- Each serves the foreign key of its first column too, so they hold retired cases as well.
create index offer_cases_of_company on offer_cases
    (company_id, (coalesce(offered_on, '-infinity'::date)) desc, id desc);
create index offer_cases_of_company_and_tier on offer_cases
    (company_id, school_tier, (coalesce(offered_on, '-infinity'::date)) desc, id desc);
create index offer_cases_of_role on offer_cases
    (role_id, (coalesce(offered_on, '-infinity'::date)) desc, id desc);
create index offer_cases_of_major on offer_cases
    (major_id, (coalesce(offered_on, '-infinity'::date)) desc, id desc);
create index offer_cases_of_tier on offer_cases
    (school_tier, (coalesce(offered_on, '-infinity'::date)) desc, id desc);

comment on table offer_cases is 'One row is one offer that one person got. Null always means unknown (or, for tiers, no such degree); nothing is guessed.';
comment on column offer_cases.import_id is 'The import that last changed the case; null = not changed by an import.';
comment on column offer_cases.ordinal is 'Goes up in the order in which cases are committed; differs between databases.';
comment on column offer_cases.changed_in is 'The version of the data at which the case last changed; null = not since it was stored.';
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
    new.changed_in := (select version + 1 from dataset);
    return new;
end
$$;
comment on function offer_cases_before_update is 'Counts revisions and says at which version the case changed, whoever writes.';
create trigger offer_cases_before_update before update on offer_cases
    for each row execute function offer_cases_before_update();

create function offer_cases_keep_revisions() returns trigger language plpgsql as $$
begin
    insert into offer_case_revisions (case_id, revision, replaced_by_import_id, earlier)
    select old_rows.id, old_rows.revision,
           case when new_rows.import_id is distinct from old_rows.import_id then new_rows.import_id end,
           to_jsonb(old_rows) - array['ordinal', 'changed_in']
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

-- Where the rows of an import stand between reading and merging.

create unlogged table staged_cases (
    id uuid not null,
    company_id integer,
    company_name text,
    role_id integer,
    role_name text,
    role_track role_track,
    major_id integer,
    bachelor_tier smallint,
    master_tier smallint,
    doctor_tier smallint,
    highest_degree degree,
    bachelor_school_id integer,
    school_id integer,
    offer_channel offer_channel,
    city text,
    offered_on date,
    offered_precision date_precision,
    pay_annual_min integer,
    pay_annual_max integer,
    pay_currency text not null default 'CNY',
    pay_monthly_base numeric(12, 2),
    pay_months numeric(4, 1),
    interview_rounds smallint,
    preparation_days smallint,
    tags text[],
    summary text,
    conflicts text[],
    verification verification,
    raw jsonb,
    source_key text not null,
    source_row integer,
    check ((company_id is null) <> (company_name is null)),
    check ((role_id is null) <> (role_name is null))
);
comment on table staged_cases is 'Rows of the import that is under way, by COPY; empty between imports. Unlogged: what is lost in a crash is read again.';
comment on column staged_cases.company_name is 'The name of a company that is to be made.';
comment on column staged_cases.role_name is 'The name of a role that is to be made.';

-- Words are found in summaries by an index of all pairs of neighbouring characters: Chinese has no spaces, and most of
-- its words have two characters.

create function search_terms(summary text) returns tsvector language plpgsql immutable strict parallel restricted cost 10000 as $$
begin
    -- A tsvector has a limit. What is longer is looked through itself.
    if length(summary) > 20000 then
        return array_to_tsvector('{LONG}');
    end if;
    -- Each character twice, with a space between: "abc" becomes "a ab bc c". No pair goes over a space.
    return array_to_tsvector(array_remove(string_to_array(
        regexp_replace(lower(normalize(summary, NFKC)), '(.)', '\1 \1', 'g'), ' '), ''));
end
$$;
comment on function search_terms is 'Every two neighbouring characters of a summary, and the first and last of each word alone; LONG where the summary is too long for that. It costs more than summary_matches, so that it is asked after it.';

create function summary_matches(summary text, pattern text) returns boolean language plpgsql immutable strict parallel restricted cost 5000 as $$
begin
    return lower(normalize(summary, NFKC)) ~ pattern;
end
$$;
comment on function summary_matches is 'Whether a summary, as it is searched, matches a regular expression. Its cost is what tells the planner to count the summaries that are looked through; starting parallel workers would take longer than a search.';

create index offer_cases_search on offer_cases using gin (search_terms(summary));
