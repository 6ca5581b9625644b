-- A database as the migrations up to 2026-11-23-000003 made it, with cases of imports, corrected, retired and (later) erased ones.
-- Written once by pg_dump --inserts --no-owner --no-comments, and never again: every later program must bring it up to date.
SELECT pg_catalog.set_config('search_path', '', false);
CREATE DOMAIN public.alias_key AS text
	CONSTRAINT alias_key_check CHECK (((VALUE <> ''::text) AND (VALUE !~ '\s'::text)));
CREATE TYPE public.company_kind AS ENUM (
    'big_tech',
    'unicorn',
    'listed',
    'startup',
    'state_owned',
    'foreign',
    'other'
);
CREATE TYPE public.date_precision AS ENUM (
    'day',
    'month',
    'year'
);
CREATE TYPE public.degree AS ENUM (
    'associate',
    'bachelor',
    'master',
    'doctor'
);
CREATE TYPE public.guide_kind AS ENUM (
    'track',
    'stage',
    'criterion',
    'interview_check',
    'advice',
    'remark',
    'caveat'
);
CREATE TYPE public.major_level AS ENUM (
    'discipline',
    'class',
    'major',
    'broad'
);
CREATE TYPE public.offer_channel AS ENUM (
    'campus',
    'intern_conversion',
    'experienced',
    'internship'
);
CREATE TYPE public.role_family AS ENUM (
    'product',
    'engineering',
    'algorithm',
    'data',
    'design',
    'operations',
    'other'
);
CREATE TYPE public.role_track AS ENUM (
    'platform',
    'application'
);
CREATE DOMAIN public.slug AS text
	CONSTRAINT slug_check CHECK ((VALUE ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'::text));
CREATE TYPE public.source_kind AS ENUM (
    'coaching_ad',
    'survey',
    'crowd',
    'own_records',
    'synthetic'
);
CREATE TYPE public.verification AS ENUM (
    'none',
    'self_reported',
    'source_published',
    'document'
);
CREATE FUNCTION public.lock_dataset() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    perform from dataset for no key update;
    return null;
end
$$;
CREATE FUNCTION public.offer_cases_before_update() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    new.revision := old.revision + 1;
    new.created_at := old.created_at;
    new.updated_at := now();
    new.changed_in := (select version + 1 from dataset);
    return new;
end
$$;
CREATE FUNCTION public.offer_cases_check_tags() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.offer_cases_keep_revisions() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    insert into offer_case_revisions (case_id, revision, replaced_by_import_id, earlier)
    select old_rows.id, old_rows.revision,
           case when new_rows.import_id is distinct from old_rows.import_id then new_rows.import_id end,
           to_jsonb(old_rows) - array['ordinal', 'changed_in']
    from old_rows join new_rows using (id);
    return null;
end
$$;
CREATE FUNCTION public.raise_dataset_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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
CREATE FUNCTION public.reread_dataset() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
    update dataset set version = version + 1, reread_version = version + 1, changed_at = now();
    return null;
end
$$;
CREATE FUNCTION public.search_terms(summary text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT COST 10000 PARALLEL RESTRICTED
    AS $$
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
CREATE FUNCTION public.summary_matches(summary text, pattern text) RETURNS boolean
    LANGUAGE plpgsql IMMUTABLE STRICT COST 5000 PARALLEL RESTRICTED
    AS $$
begin
    return lower(normalize(summary, NFKC)) ~ pattern;
end
$$;
CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);
CREATE TABLE public.companies (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    name text NOT NULL,
    name_en text,
    kind public.company_kind,
    parent_id integer,
    CONSTRAINT companies_check CHECK ((parent_id <> id)),
    CONSTRAINT companies_name_check CHECK ((name <> ''::text)),
    CONSTRAINT companies_name_en_check CHECK ((name_en <> ''::text))
);
ALTER TABLE public.companies ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.companies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.company_aliases (
    company_id integer NOT NULL,
    alias_key public.alias_key NOT NULL,
    alias text NOT NULL,
    former boolean DEFAULT false NOT NULL,
    ambiguous boolean DEFAULT false NOT NULL,
    CONSTRAINT company_aliases_alias_check CHECK ((alias <> ''::text))
);
CREATE TABLE public.dataset (
    singleton boolean DEFAULT true NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    catalog_version bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    seed_sha256 text,
    reread_version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT dataset_check CHECK (((catalog_version >= 1) AND (catalog_version <= version))),
    CONSTRAINT dataset_check1 CHECK (((reread_version >= 1) AND (reread_version <= version))),
    CONSTRAINT dataset_seed_sha256_check CHECK ((seed_sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT dataset_singleton_check CHECK (singleton),
    CONSTRAINT dataset_version_check CHECK ((version > 0))
);
CREATE TABLE public.guide_entries (
    id integer NOT NULL,
    kind public.guide_kind NOT NULL,
    slug public.slug NOT NULL,
    "position" smallint NOT NULL,
    title text NOT NULL,
    title_en text NOT NULL,
    description text NOT NULL,
    description_en text NOT NULL,
    advice text,
    advice_en text,
    source_id integer NOT NULL,
    CONSTRAINT guide_entries_advice_check CHECK ((advice <> ''::text)),
    CONSTRAINT guide_entries_advice_en_check CHECK ((advice_en <> ''::text)),
    CONSTRAINT guide_entries_check CHECK (((advice IS NULL) = (advice_en IS NULL))),
    CONSTRAINT guide_entries_description_check CHECK ((description <> ''::text)),
    CONSTRAINT guide_entries_description_en_check CHECK ((description_en <> ''::text)),
    CONSTRAINT guide_entries_position_check CHECK (("position" > 0)),
    CONSTRAINT guide_entries_title_check CHECK ((title <> ''::text)),
    CONSTRAINT guide_entries_title_en_check CHECK ((title_en <> ''::text))
);
ALTER TABLE public.guide_entries ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.guide_entries_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.imports (
    id bigint NOT NULL,
    source_id integer NOT NULL,
    file_name text NOT NULL,
    sha256 text NOT NULL,
    finished_at timestamp with time zone DEFAULT now() NOT NULL,
    rows_read bigint NOT NULL,
    created bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    rejected bigint NOT NULL,
    retired bigint NOT NULL,
    report jsonb NOT NULL,
    CONSTRAINT imports_check CHECK ((rows_read = (((created + updated) + unchanged) + rejected))),
    CONSTRAINT imports_created_check CHECK ((created >= 0)),
    CONSTRAINT imports_rejected_check CHECK ((rejected >= 0)),
    CONSTRAINT imports_retired_check CHECK ((retired >= 0)),
    CONSTRAINT imports_rows_read_check CHECK ((rows_read >= 0)),
    CONSTRAINT imports_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT imports_unchanged_check CHECK ((unchanged >= 0)),
    CONSTRAINT imports_updated_check CHECK ((updated >= 0))
);
ALTER TABLE public.imports ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.imports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.major_aliases (
    major_id integer NOT NULL,
    alias_key public.alias_key NOT NULL,
    alias text NOT NULL,
    ambiguous boolean DEFAULT false NOT NULL,
    CONSTRAINT major_aliases_alias_check CHECK ((alias <> ''::text))
);
CREATE TABLE public.majors (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    code text,
    level public.major_level NOT NULL,
    parent_id integer,
    name text NOT NULL,
    name_en text,
    CONSTRAINT majors_check CHECK ((parent_id <> id)),
    CONSTRAINT majors_check1 CHECK (((level = ANY (ARRAY['class'::public.major_level, 'major'::public.major_level])) = (parent_id IS NOT NULL))),
    CONSTRAINT majors_code_check CHECK ((code ~ '^[0-9]{2}([0-9]{2}([0-9]{2,3}[A-Z]{0,2})?)?$'::text)),
    CONSTRAINT majors_name_check CHECK ((name <> ''::text)),
    CONSTRAINT majors_name_en_check CHECK ((name_en <> ''::text))
);
ALTER TABLE public.majors ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.majors_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.offer_case_revisions (
    case_id uuid NOT NULL,
    revision integer NOT NULL,
    replaced_at timestamp with time zone DEFAULT now() NOT NULL,
    replaced_by_import_id bigint,
    earlier jsonb NOT NULL
);
CREATE TABLE public.offer_cases (
    id uuid NOT NULL,
    company_id integer NOT NULL,
    role_id integer NOT NULL,
    role_track public.role_track,
    major_id integer,
    bachelor_tier smallint,
    master_tier smallint,
    doctor_tier smallint,
    highest_degree public.degree,
    school_tier smallint GENERATED ALWAYS AS (
CASE highest_degree
    WHEN 'doctor'::public.degree THEN doctor_tier
    WHEN 'master'::public.degree THEN master_tier
    WHEN 'bachelor'::public.degree THEN bachelor_tier
    WHEN 'associate'::public.degree THEN (6)::smallint
    ELSE NULL::smallint
END) STORED,
    bachelor_school_id integer,
    school_id integer,
    offer_channel public.offer_channel,
    city text,
    offered_on date,
    offered_precision public.date_precision,
    pay_annual_min integer,
    pay_annual_max integer,
    pay_currency text DEFAULT 'CNY'::text NOT NULL,
    pay_monthly_base numeric(12,2),
    pay_months numeric(4,1),
    interview_rounds smallint,
    preparation_days smallint,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    summary text,
    conflicts text[] DEFAULT '{}'::text[] NOT NULL,
    verification public.verification DEFAULT 'none'::public.verification NOT NULL,
    raw jsonb NOT NULL,
    source_id integer NOT NULL,
    source_key text NOT NULL,
    source_row integer,
    import_id bigint,
    revision integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    ordinal bigint NOT NULL,
    changed_in bigint,
    CONSTRAINT offer_cases_bachelor_tier_needs_degree CHECK (((bachelor_tier IS NULL) OR COALESCE((highest_degree >= 'bachelor'::public.degree), false))),
    CONSTRAINT offer_cases_city_check CHECK ((city <> ''::text)),
    CONSTRAINT offer_cases_conflicts_check CHECK ((array_position(conflicts, NULL::text) IS NULL)),
    CONSTRAINT offer_cases_date_has_precision CHECK (((offered_on IS NULL) = (offered_precision IS NULL))),
    CONSTRAINT offer_cases_doctor_tier_needs_degree CHECK (((doctor_tier IS NULL) OR COALESCE((highest_degree = 'doctor'::public.degree), false))),
    CONSTRAINT offer_cases_interview_rounds_check CHECK ((interview_rounds > 0)),
    CONSTRAINT offer_cases_master_tier_needs_degree CHECK (((master_tier IS NULL) OR COALESCE((highest_degree >= 'master'::public.degree), false))),
    CONSTRAINT offer_cases_pay_annual_max_check CHECK ((pay_annual_max > 0)),
    CONSTRAINT offer_cases_pay_annual_min_check CHECK ((pay_annual_min > 0)),
    CONSTRAINT offer_cases_pay_currency_check CHECK ((pay_currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT offer_cases_pay_monthly_base_check CHECK ((pay_monthly_base > (0)::numeric)),
    CONSTRAINT offer_cases_pay_months_check CHECK ((pay_months > (0)::numeric)),
    CONSTRAINT offer_cases_pay_range CHECK ((pay_annual_min <= pay_annual_max)),
    CONSTRAINT offer_cases_pay_range_whole CHECK (((pay_annual_min IS NULL) = (pay_annual_max IS NULL))),
    CONSTRAINT offer_cases_preparation_days_check CHECK ((preparation_days >= 0)),
    CONSTRAINT offer_cases_raw_check CHECK ((jsonb_typeof(raw) = 'object'::text)),
    CONSTRAINT offer_cases_revision_check CHECK ((revision > 0)),
    CONSTRAINT offer_cases_source_key_check CHECK ((source_key <> ''::text)),
    CONSTRAINT offer_cases_source_row_check CHECK ((source_row > 0)),
    CONSTRAINT offer_cases_summary_check CHECK ((summary <> ''::text)),
    CONSTRAINT offer_cases_tags_check CHECK ((array_position(tags, NULL::text) IS NULL))
);
ALTER TABLE public.offer_cases ALTER COLUMN ordinal ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.offer_cases_ordinal_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.role_aliases (
    role_id integer NOT NULL,
    alias_key public.alias_key NOT NULL,
    alias text NOT NULL,
    ambiguous boolean DEFAULT false NOT NULL,
    CONSTRAINT role_aliases_alias_check CHECK ((alias <> ''::text))
);
CREATE TABLE public.roles (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    name text NOT NULL,
    name_en text,
    family public.role_family NOT NULL,
    CONSTRAINT roles_name_check CHECK ((name <> ''::text)),
    CONSTRAINT roles_name_en_check CHECK ((name_en <> ''::text))
);
ALTER TABLE public.roles ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.roles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.school_aliases (
    school_id integer NOT NULL,
    alias_key public.alias_key NOT NULL,
    alias text NOT NULL,
    ambiguous boolean DEFAULT false NOT NULL,
    CONSTRAINT school_aliases_alias_check CHECK ((alias <> ''::text))
);
CREATE TABLE public.school_tier_aliases (
    school_tier_id smallint NOT NULL,
    alias_key public.alias_key NOT NULL,
    alias text NOT NULL,
    ambiguous boolean DEFAULT false NOT NULL,
    CONSTRAINT school_tier_aliases_alias_check CHECK ((alias <> ''::text))
);
CREATE TABLE public.school_tiers (
    id smallint NOT NULL,
    slug public.slug NOT NULL,
    rank smallint NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT school_tiers_name_check CHECK ((name <> ''::text)),
    CONSTRAINT school_tiers_name_en_check CHECK ((name_en <> ''::text)),
    CONSTRAINT school_tiers_rank_check CHECK ((rank > 0))
);
CREATE TABLE public.schools (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    name text NOT NULL,
    name_en text,
    country text NOT NULL,
    province text,
    city text,
    school_tier_id smallint NOT NULL,
    CONSTRAINT schools_city_check CHECK ((city <> ''::text)),
    CONSTRAINT schools_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT schools_name_check CHECK ((name <> ''::text)),
    CONSTRAINT schools_name_en_check CHECK ((name_en <> ''::text)),
    CONSTRAINT schools_province_check CHECK ((province <> ''::text))
);
ALTER TABLE public.schools ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.schools_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.seed_entries (
    file text NOT NULL,
    slug public.slug NOT NULL,
    CONSTRAINT seed_entries_file_check CHECK ((file <> ''::text))
);
CREATE TABLE public.sources (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    title text NOT NULL,
    title_en text,
    url text,
    kind public.source_kind NOT NULL,
    licence text,
    note text,
    note_en text,
    min_group_size integer DEFAULT 1 NOT NULL,
    CONSTRAINT sources_licence_check CHECK ((licence <> ''::text)),
    CONSTRAINT sources_min_group_size_check CHECK ((min_group_size >= 1)),
    CONSTRAINT sources_note_check CHECK ((note <> ''::text)),
    CONSTRAINT sources_note_en_check CHECK ((note_en <> ''::text)),
    CONSTRAINT sources_title_check CHECK ((title <> ''::text)),
    CONSTRAINT sources_title_en_check CHECK ((title_en <> ''::text)),
    CONSTRAINT sources_url_check CHECK ((url <> ''::text))
);
ALTER TABLE public.sources ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.sources_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE UNLOGGED TABLE public.staged_cases (
    id uuid NOT NULL,
    company_id integer,
    company_name text,
    role_id integer,
    role_name text,
    role_track public.role_track,
    major_id integer,
    bachelor_tier smallint,
    master_tier smallint,
    doctor_tier smallint,
    highest_degree public.degree,
    bachelor_school_id integer,
    school_id integer,
    offer_channel public.offer_channel,
    city text,
    offered_on date,
    offered_precision public.date_precision,
    pay_annual_min integer,
    pay_annual_max integer,
    pay_currency text DEFAULT 'CNY'::text NOT NULL,
    pay_monthly_base numeric(12,2),
    pay_months numeric(4,1),
    interview_rounds smallint,
    preparation_days smallint,
    tags text[],
    summary text,
    conflicts text[],
    verification public.verification,
    raw jsonb,
    source_key text NOT NULL,
    source_row integer,
    CONSTRAINT staged_cases_check CHECK (((company_id IS NULL) <> (company_name IS NULL))),
    CONSTRAINT staged_cases_check1 CHECK (((role_id IS NULL) <> (role_name IS NULL)))
);
CREATE TABLE public.tags (
    id integer NOT NULL,
    slug public.slug NOT NULL,
    name text NOT NULL,
    name_en text NOT NULL,
    meaning text NOT NULL,
    meaning_en text NOT NULL,
    keywords text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT tags_keywords_check CHECK ((array_position(keywords, ''::text) IS NULL)),
    CONSTRAINT tags_meaning_check CHECK ((meaning <> ''::text)),
    CONSTRAINT tags_meaning_en_check CHECK ((meaning_en <> ''::text)),
    CONSTRAINT tags_name_check CHECK ((name <> ''::text)),
    CONSTRAINT tags_name_en_check CHECK ((name_en <> ''::text))
);
ALTER TABLE public.tags ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.tags_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
INSERT INTO public.__diesel_schema_migrations VALUES
	('20261123000001', '2026-11-30 12:10:32.055748'),
	('20261123000002', '2026-11-30 12:10:32.383285'),
	('20261123000003', '2026-11-30 12:10:32.876284');
INSERT INTO public.companies VALUES
	(1, 'baidu', '百度', 'Baidu', 'big_tech', NULL),
	(2, 'tencent', '腾讯', 'Tencent', 'big_tech', NULL),
	(3, 'bilibili', '哔哩哔哩', 'bilibili', 'big_tech', NULL),
	(4, 'xing-he-ke-ji', '星河科技', NULL, NULL, NULL);
INSERT INTO public.company_aliases VALUES
	(3, 'b站', 'B站', false, false);
INSERT INTO public.dataset VALUES
	(true, 15, 9, '2026-11-30 12:10:33.356358+00', NULL, 1);
INSERT INTO public.imports OVERRIDING SYSTEM VALUE VALUES
	(1, 1, 'mine.csv', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '2026-11-30 12:10:33.312306+00', 5, 4, 0, 0, 1, 0, '{"remarks": [], "rejections": [{"row": 5, "cell": "", "rule": "needed", "column": "公司", "message": "a company is needed"}], "new_companies": ["星河科技"]}'),
	(2, 1, 'mine.csv', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '2026-11-30 12:10:33.336408+00', 3, 0, 1, 2, 0, 1, '{"remarks": [], "rejections": []}');
INSERT INTO public.majors VALUES
	(1, 'economics-discipline', '02', 'discipline', NULL, '经济学', NULL),
	(2, 'finance', '0203', 'class', 1, '金融学类', 'Finance');
INSERT INTO public.offer_case_revisions VALUES
	('00000000-0000-4000-8000-00000000000a', 1, '2026-11-30 12:10:33.339842+00', 2, '{"id": "00000000-0000-4000-8000-00000000000a", "raw": {"公司": "腾讯", "编号": "a", "薪资": "20k*15"}, "city": "深圳", "tags": ["career-switch"], "role_id": 1, "summary": "从金融转来，两轮面试。", "major_id": 2, "revision": 1, "conflicts": [], "import_id": 1, "school_id": 1, "source_id": 1, "company_id": 2, "created_at": "2026-11-01T08:00:00+00:00", "offered_on": "2024-05-17", "pay_months": 15.0, "retired_at": null, "role_track": null, "source_key": "a", "source_row": 1, "updated_at": "2026-11-01T08:00:00+00:00", "doctor_tier": null, "master_tier": 1, "school_tier": 1, "pay_currency": "CNY", "verification": "self_reported", "bachelor_tier": 2, "offer_channel": "campus", "highest_degree": "master", "pay_annual_max": 300000, "pay_annual_min": 300000, "interview_rounds": 3, "pay_monthly_base": 20000.00, "preparation_days": 14, "offered_precision": "day", "bachelor_school_id": null}'),
	('00000000-0000-4000-8000-00000000000d', 1, '2026-11-30 12:10:33.352419+00', 2, '{"id": "00000000-0000-4000-8000-00000000000d", "raw": {"公司": "百度", "编号": "d"}, "city": null, "tags": [], "role_id": 1, "summary": "会被停用的一行", "major_id": null, "revision": 1, "conflicts": [], "import_id": 1, "school_id": null, "source_id": 1, "company_id": 1, "created_at": "2026-11-01T08:00:00+00:00", "offered_on": null, "pay_months": null, "retired_at": null, "role_track": null, "source_key": "d", "source_row": 4, "updated_at": "2026-11-01T08:00:00+00:00", "doctor_tier": null, "master_tier": null, "school_tier": null, "pay_currency": "CNY", "verification": "self_reported", "bachelor_tier": null, "offer_channel": null, "highest_degree": null, "pay_annual_max": null, "pay_annual_min": null, "interview_rounds": null, "pay_monthly_base": null, "preparation_days": null, "offered_precision": null, "bachelor_school_id": null}'),
	('00000000-0000-4000-8000-00000000000c', 1, '2026-11-30 12:10:33.356358+00', NULL, '{"id": "00000000-0000-4000-8000-00000000000c", "raw": {"公司": "B站", "编号": "c"}, "city": "上海", "tags": [], "role_id": 1, "summary": null, "major_id": null, "revision": 1, "conflicts": [], "import_id": 1, "school_id": 2, "source_id": 1, "company_id": 3, "created_at": "2026-11-01T08:00:00+00:00", "offered_on": "2023-01-01", "pay_months": null, "retired_at": null, "role_track": null, "source_key": "c", "source_row": 3, "updated_at": "2026-11-01T08:00:00+00:00", "doctor_tier": null, "master_tier": null, "school_tier": 1, "pay_currency": "CNY", "verification": "self_reported", "bachelor_tier": 1, "offer_channel": "intern_conversion", "highest_degree": "bachelor", "pay_annual_max": 240000, "pay_annual_min": 180000, "interview_rounds": null, "pay_monthly_base": null, "preparation_days": null, "offered_precision": "year", "bachelor_school_id": 2}');
INSERT INTO public.offer_cases OVERRIDING SYSTEM VALUE VALUES
	('00000000-0000-4000-8000-00000000000b', 4, 2, NULL, NULL, 5, NULL, NULL, 'bachelor', DEFAULT, NULL, NULL, NULL, '某地', '2024-05-01', 'month', NULL, NULL, 'CNY', NULL, NULL, NULL, NULL, '{}', NULL, '{}', 'self_reported', '{"公司": "星河科技", "编号": "b"}', 1, 'b', 2, 1, 1, '2026-11-01 08:00:00+00', '2026-11-01 08:00:00+00', NULL, 2, NULL),
	('00000000-0000-4000-8000-00000000000a', 2, 1, NULL, 2, 2, 1, NULL, 'master', DEFAULT, NULL, 1, 'campus', '深圳', '2024-05-17', 'day', 450000, 450000, 'CNY', 30000.00, 15.0, 3, 14, '{career-switch}', '从金融转来，两轮面试。', '{}', 'self_reported', '{"公司": "腾讯", "编号": "a", "薪资": "30k*15"}', 1, 'a', 1, 2, 2, '2026-11-01 08:00:00+00', '2026-11-30 12:10:33.339842+00', NULL, 1, 13),
	('00000000-0000-4000-8000-00000000000d', 1, 1, NULL, NULL, NULL, NULL, NULL, NULL, DEFAULT, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'CNY', NULL, NULL, NULL, NULL, '{}', '会被停用的一行', '{}', 'self_reported', '{"公司": "百度", "编号": "d"}', 1, 'd', 4, 2, 2, '2026-11-01 08:00:00+00', '2026-11-30 12:10:33.352419+00', '2026-11-02 08:00:00+00', 4, 14),
	('00000000-0000-4000-8000-00000000000c', 3, 1, NULL, NULL, 1, NULL, NULL, 'bachelor', DEFAULT, 2, 2, 'intern_conversion', '杭州', '2023-01-01', 'year', 180000, 240000, 'CNY', NULL, NULL, NULL, NULL, '{}', NULL, '{}', 'self_reported', '{"公司": "B站", "编号": "c"}', 1, 'c', 3, 1, 2, '2026-11-01 08:00:00+00', '2026-11-30 12:10:33.356358+00', NULL, 3, 15);
INSERT INTO public.roles VALUES
	(1, 'llm-product', '大模型产品', 'Large-model product manager', 'product'),
	(2, 'shou-xi-guan-cha-yuan', '首席观察员', NULL, 'other');
INSERT INTO public.school_tiers VALUES
	(1, '985', 1, '985', 'Project 985'),
	(2, '211', 2, '211', 'Project 211'),
	(3, 'double_first_class', 3, '双一流', 'Double First-Class'),
	(4, 'first_tier', 4, '一本', 'First tier'),
	(5, 'second_tier', 5, '二本', 'Second tier'),
	(6, 'vocational', 6, '大专', 'Vocational college'),
	(7, 'hong_kong', 7, '香港', 'Hong Kong'),
	(8, 'macau_taiwan', 8, '澳门和台湾', 'Macau and Taiwan'),
	(9, 'overseas', 9, '海外', 'Overseas'),
	(10, 'other', 10, '其他', 'Other');
INSERT INTO public.schools VALUES
	(1, 'tsinghua-university', '清华大学', 'Tsinghua University', 'CN', '北京', '北京', 1),
	(2, 'zhejiang-university', '浙江大学', 'Zhejiang University', 'CN', '浙江', '杭州', 1);
INSERT INTO public.seed_entries VALUES
	('companies.csv', 'baidu'),
	('companies.csv', 'tencent'),
	('companies.csv', 'bilibili'),
	('roles.csv', 'llm-product'),
	('majors.csv', 'economics-discipline'),
	('majors.csv', 'finance'),
	('schools.csv', 'tsinghua-university'),
	('schools.csv', 'zhejiang-university'),
	('sources.csv', 'own-records'),
	('tags.csv', 'career-switch');
INSERT INTO public.sources VALUES
	(1, 'own-records', '自己的记录', 'Own records', NULL, 'own_records', NULL, NULL, NULL, 1),
	(2, 'friends', '朋友', NULL, NULL, 'crowd', NULL, NULL, NULL, 1);
INSERT INTO public.tags VALUES
	(1, 'career-switch', '转行', 'Career switch', '从别的方向转来。', 'Came from another field.', '{}');
SELECT pg_catalog.setval('public.companies_id_seq', 4, true);
SELECT pg_catalog.setval('public.guide_entries_id_seq', 1, false);
SELECT pg_catalog.setval('public.imports_id_seq', 2, true);
SELECT pg_catalog.setval('public.majors_id_seq', 2, true);
SELECT pg_catalog.setval('public.offer_cases_ordinal_seq', 4, true);
SELECT pg_catalog.setval('public.roles_id_seq', 2, true);
SELECT pg_catalog.setval('public.schools_id_seq', 2, true);
SELECT pg_catalog.setval('public.sources_id_seq', 2, true);
SELECT pg_catalog.setval('public.tags_id_seq', 1, true);
ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.company_aliases
    ADD CONSTRAINT company_aliases_pkey PRIMARY KEY (company_id, alias_key);
ALTER TABLE ONLY public.dataset
    ADD CONSTRAINT dataset_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY public.guide_entries
    ADD CONSTRAINT guide_entries_kind_position_key UNIQUE (kind, "position") DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.guide_entries
    ADD CONSTRAINT guide_entries_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.guide_entries
    ADD CONSTRAINT guide_entries_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.major_aliases
    ADD CONSTRAINT major_aliases_pkey PRIMARY KEY (major_id, alias_key);
ALTER TABLE ONLY public.majors
    ADD CONSTRAINT majors_code_key UNIQUE (code) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.majors
    ADD CONSTRAINT majors_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.majors
    ADD CONSTRAINT majors_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.offer_case_revisions
    ADD CONSTRAINT offer_case_revisions_pkey PRIMARY KEY (case_id, revision);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_source_id_source_key_key UNIQUE (source_id, source_key);
ALTER TABLE ONLY public.role_aliases
    ADD CONSTRAINT role_aliases_pkey PRIMARY KEY (role_id, alias_key);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.roles
    ADD CONSTRAINT roles_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.school_aliases
    ADD CONSTRAINT school_aliases_pkey PRIMARY KEY (school_id, alias_key);
ALTER TABLE ONLY public.school_tier_aliases
    ADD CONSTRAINT school_tier_aliases_pkey PRIMARY KEY (school_tier_id, alias_key);
ALTER TABLE ONLY public.school_tiers
    ADD CONSTRAINT school_tiers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.school_tiers
    ADD CONSTRAINT school_tiers_rank_key UNIQUE (rank);
ALTER TABLE ONLY public.school_tiers
    ADD CONSTRAINT school_tiers_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.seed_entries
    ADD CONSTRAINT seed_entries_pkey PRIMARY KEY (file, slug);
ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_slug_key UNIQUE (slug);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_slug_key UNIQUE (slug);
CREATE INDEX companies_parent_id ON public.companies USING btree (parent_id);
CREATE INDEX company_aliases_alias_key ON public.company_aliases USING btree (alias_key);
CREATE INDEX guide_entries_source_id ON public.guide_entries USING btree (source_id);
CREATE INDEX imports_source_id ON public.imports USING btree (source_id);
CREATE INDEX major_aliases_alias_key ON public.major_aliases USING btree (alias_key);
CREATE INDEX majors_parent_id ON public.majors USING btree (parent_id);
CREATE INDEX offer_case_revisions_replaced_by_import_id ON public.offer_case_revisions USING btree (replaced_by_import_id);
CREATE INDEX offer_cases_bachelor_school_id ON public.offer_cases USING btree (bachelor_school_id);
CREATE INDEX offer_cases_bachelor_tier ON public.offer_cases USING btree (bachelor_tier);
CREATE INDEX offer_cases_changed_in ON public.offer_cases USING btree (changed_in) WHERE (changed_in IS NOT NULL);
CREATE INDEX offer_cases_doctor_tier ON public.offer_cases USING btree (doctor_tier);
CREATE INDEX offer_cases_import_id ON public.offer_cases USING btree (import_id);
CREATE INDEX offer_cases_latest ON public.offer_cases USING btree (COALESCE(offered_on, '-infinity'::date) DESC, id DESC) WHERE (retired_at IS NULL);
CREATE INDEX offer_cases_master_tier ON public.offer_cases USING btree (master_tier);
CREATE INDEX offer_cases_of_company ON public.offer_cases USING btree (company_id, COALESCE(offered_on, '-infinity'::date) DESC, id DESC);
CREATE INDEX offer_cases_of_company_and_tier ON public.offer_cases USING btree (company_id, school_tier, COALESCE(offered_on, '-infinity'::date) DESC, id DESC);
CREATE INDEX offer_cases_of_major ON public.offer_cases USING btree (major_id, COALESCE(offered_on, '-infinity'::date) DESC, id DESC);
CREATE INDEX offer_cases_of_role ON public.offer_cases USING btree (role_id, COALESCE(offered_on, '-infinity'::date) DESC, id DESC);
CREATE INDEX offer_cases_of_tier ON public.offer_cases USING btree (school_tier, COALESCE(offered_on, '-infinity'::date) DESC, id DESC);
CREATE UNIQUE INDEX offer_cases_ordinal ON public.offer_cases USING btree (ordinal);
CREATE INDEX offer_cases_school_id ON public.offer_cases USING btree (school_id);
CREATE INDEX offer_cases_search ON public.offer_cases USING gin (public.search_terms(summary));
CREATE INDEX offer_cases_tags ON public.offer_cases USING gin (tags);
CREATE INDEX role_aliases_alias_key ON public.role_aliases USING btree (alias_key);
CREATE INDEX school_aliases_alias_key ON public.school_aliases USING btree (alias_key);
CREATE INDEX school_tier_aliases_alias_key ON public.school_tier_aliases USING btree (alias_key);
CREATE INDEX schools_school_tier_id ON public.schools USING btree (school_tier_id);
CREATE TRIGGER companies_raise_version_on_delete AFTER DELETE ON public.companies REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER companies_raise_version_on_insert AFTER INSERT ON public.companies REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER companies_raise_version_on_update AFTER UPDATE ON public.companies REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER company_aliases_raise_version_on_delete AFTER DELETE ON public.company_aliases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER company_aliases_raise_version_on_insert AFTER INSERT ON public.company_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER company_aliases_raise_version_on_update AFTER UPDATE ON public.company_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER guide_entries_raise_version_on_delete AFTER DELETE ON public.guide_entries REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER guide_entries_raise_version_on_insert AFTER INSERT ON public.guide_entries REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER guide_entries_raise_version_on_update AFTER UPDATE ON public.guide_entries REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER imports_raise_version_on_delete AFTER DELETE ON public.imports REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER imports_raise_version_on_insert AFTER INSERT ON public.imports REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER imports_raise_version_on_update AFTER UPDATE ON public.imports REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER major_aliases_raise_version_on_delete AFTER DELETE ON public.major_aliases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER major_aliases_raise_version_on_insert AFTER INSERT ON public.major_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER major_aliases_raise_version_on_update AFTER UPDATE ON public.major_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER majors_raise_version_on_delete AFTER DELETE ON public.majors REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER majors_raise_version_on_insert AFTER INSERT ON public.majors REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER majors_raise_version_on_update AFTER UPDATE ON public.majors REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER offer_cases_before_update BEFORE UPDATE ON public.offer_cases FOR EACH ROW EXECUTE FUNCTION public.offer_cases_before_update();
CREATE TRIGGER offer_cases_check_tags_on_insert AFTER INSERT ON public.offer_cases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.offer_cases_check_tags();
CREATE TRIGGER offer_cases_check_tags_on_update AFTER UPDATE ON public.offer_cases REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.offer_cases_check_tags();
CREATE TRIGGER offer_cases_keep_revisions AFTER UPDATE ON public.offer_cases REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION public.offer_cases_keep_revisions();
CREATE TRIGGER offer_cases_lock_dataset BEFORE INSERT OR DELETE OR UPDATE ON public.offer_cases FOR EACH STATEMENT EXECUTE FUNCTION public.lock_dataset();
CREATE TRIGGER offer_cases_raise_version_on_delete AFTER DELETE ON public.offer_cases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER offer_cases_raise_version_on_insert AFTER INSERT ON public.offer_cases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER offer_cases_raise_version_on_update AFTER UPDATE ON public.offer_cases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('rows');
CREATE TRIGGER offer_cases_removed AFTER DELETE ON public.offer_cases FOR EACH STATEMENT EXECUTE FUNCTION public.reread_dataset();
CREATE TRIGGER offer_cases_truncated BEFORE TRUNCATE ON public.offer_cases FOR EACH STATEMENT EXECUTE FUNCTION public.reread_dataset();
CREATE TRIGGER role_aliases_raise_version_on_delete AFTER DELETE ON public.role_aliases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER role_aliases_raise_version_on_insert AFTER INSERT ON public.role_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER role_aliases_raise_version_on_update AFTER UPDATE ON public.role_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER roles_raise_version_on_delete AFTER DELETE ON public.roles REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER roles_raise_version_on_insert AFTER INSERT ON public.roles REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER roles_raise_version_on_update AFTER UPDATE ON public.roles REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_aliases_raise_version_on_delete AFTER DELETE ON public.school_aliases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_aliases_raise_version_on_insert AFTER INSERT ON public.school_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_aliases_raise_version_on_update AFTER UPDATE ON public.school_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tier_aliases_raise_version_on_delete AFTER DELETE ON public.school_tier_aliases REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tier_aliases_raise_version_on_insert AFTER INSERT ON public.school_tier_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tier_aliases_raise_version_on_update AFTER UPDATE ON public.school_tier_aliases REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tiers_raise_version_on_delete AFTER DELETE ON public.school_tiers REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tiers_raise_version_on_insert AFTER INSERT ON public.school_tiers REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER school_tiers_raise_version_on_update AFTER UPDATE ON public.school_tiers REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER schools_raise_version_on_delete AFTER DELETE ON public.schools REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER schools_raise_version_on_insert AFTER INSERT ON public.schools REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER schools_raise_version_on_update AFTER UPDATE ON public.schools REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER sources_raise_version_on_delete AFTER DELETE ON public.sources REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER sources_raise_version_on_insert AFTER INSERT ON public.sources REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER sources_raise_version_on_update AFTER UPDATE ON public.sources REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER tags_raise_version_on_delete AFTER DELETE ON public.tags REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER tags_raise_version_on_insert AFTER INSERT ON public.tags REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
CREATE TRIGGER tags_raise_version_on_update AFTER UPDATE ON public.tags REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION public.raise_dataset_version('catalog');
ALTER TABLE ONLY public.companies
    ADD CONSTRAINT companies_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.companies(id);
ALTER TABLE ONLY public.company_aliases
    ADD CONSTRAINT company_aliases_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.guide_entries
    ADD CONSTRAINT guide_entries_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.sources(id);
ALTER TABLE ONLY public.imports
    ADD CONSTRAINT imports_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.sources(id);
ALTER TABLE ONLY public.major_aliases
    ADD CONSTRAINT major_aliases_major_id_fkey FOREIGN KEY (major_id) REFERENCES public.majors(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.majors
    ADD CONSTRAINT majors_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES public.majors(id);
ALTER TABLE ONLY public.offer_case_revisions
    ADD CONSTRAINT offer_case_revisions_case_id_fkey FOREIGN KEY (case_id) REFERENCES public.offer_cases(id);
ALTER TABLE ONLY public.offer_case_revisions
    ADD CONSTRAINT offer_case_revisions_replaced_by_import_id_fkey FOREIGN KEY (replaced_by_import_id) REFERENCES public.imports(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_bachelor_school_id_fkey FOREIGN KEY (bachelor_school_id) REFERENCES public.schools(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_bachelor_tier_fkey FOREIGN KEY (bachelor_tier) REFERENCES public.school_tiers(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_company_id_fkey FOREIGN KEY (company_id) REFERENCES public.companies(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_doctor_tier_fkey FOREIGN KEY (doctor_tier) REFERENCES public.school_tiers(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_import_id_fkey FOREIGN KEY (import_id) REFERENCES public.imports(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_major_id_fkey FOREIGN KEY (major_id) REFERENCES public.majors(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_master_tier_fkey FOREIGN KEY (master_tier) REFERENCES public.school_tiers(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_school_tier_fkey FOREIGN KEY (school_tier) REFERENCES public.school_tiers(id);
ALTER TABLE ONLY public.offer_cases
    ADD CONSTRAINT offer_cases_source_id_fkey FOREIGN KEY (source_id) REFERENCES public.sources(id);
ALTER TABLE ONLY public.role_aliases
    ADD CONSTRAINT role_aliases_role_id_fkey FOREIGN KEY (role_id) REFERENCES public.roles(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.school_aliases
    ADD CONSTRAINT school_aliases_school_id_fkey FOREIGN KEY (school_id) REFERENCES public.schools(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.school_tier_aliases
    ADD CONSTRAINT school_tier_aliases_school_tier_id_fkey FOREIGN KEY (school_tier_id) REFERENCES public.school_tiers(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.schools
    ADD CONSTRAINT schools_school_tier_id_fkey FOREIGN KEY (school_tier_id) REFERENCES public.school_tiers(id);
