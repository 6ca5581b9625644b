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
comment on column staged_cases.id is 'As in offer_cases, and so are all columns that are called as there.';
comment on column staged_cases.company_id is 'The company, where it is known.';
comment on column staged_cases.company_name is 'The name of a company that is to be made.';
comment on column staged_cases.role_id is 'The role, where it is known.';
comment on column staged_cases.role_name is 'The name of a role that is to be made.';
comment on column staged_cases.role_track is 'As in offer_cases.';
comment on column staged_cases.major_id is 'As in offer_cases.';
comment on column staged_cases.bachelor_tier is 'As in offer_cases.';
comment on column staged_cases.master_tier is 'As in offer_cases.';
comment on column staged_cases.doctor_tier is 'As in offer_cases.';
comment on column staged_cases.highest_degree is 'As in offer_cases.';
comment on column staged_cases.bachelor_school_id is 'As in offer_cases.';
comment on column staged_cases.school_id is 'As in offer_cases.';
comment on column staged_cases.offer_channel is 'As in offer_cases.';
comment on column staged_cases.city is 'As in offer_cases.';
comment on column staged_cases.offered_on is 'As in offer_cases.';
comment on column staged_cases.offered_precision is 'As in offer_cases.';
comment on column staged_cases.pay_annual_min is 'As in offer_cases.';
comment on column staged_cases.pay_annual_max is 'As in offer_cases.';
comment on column staged_cases.pay_currency is 'As in offer_cases.';
comment on column staged_cases.pay_monthly_base is 'As in offer_cases.';
comment on column staged_cases.pay_months is 'As in offer_cases.';
comment on column staged_cases.interview_rounds is 'As in offer_cases.';
comment on column staged_cases.preparation_days is 'As in offer_cases.';
comment on column staged_cases.tags is 'As in offer_cases.';
comment on column staged_cases.summary is 'As in offer_cases.';
comment on column staged_cases.conflicts is 'As in offer_cases.';
comment on column staged_cases.verification is 'As in offer_cases.';
comment on column staged_cases.raw is 'As in offer_cases.';
comment on column staged_cases.source_key is 'As in offer_cases.';
comment on column staged_cases.source_row is 'As in offer_cases.';
