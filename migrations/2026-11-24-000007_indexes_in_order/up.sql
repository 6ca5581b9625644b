-- The commonest filters find their cases in the usual order of a list, so that a page reads what it shows and no more.
-- Each serves the foreign key of its first column too, so they hold retired cases as well.

drop index offer_cases_company_id;
drop index offer_cases_role_id;
drop index offer_cases_major_id;
drop index offer_cases_school_tier;
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
