drop index offer_cases_of_company;
drop index offer_cases_of_company_and_tier;
drop index offer_cases_of_role;
drop index offer_cases_of_major;
drop index offer_cases_of_tier;
create index offer_cases_company_id on offer_cases (company_id);
create index offer_cases_role_id on offer_cases (role_id);
create index offer_cases_major_id on offer_cases (major_id);
create index offer_cases_school_tier on offer_cases (school_tier);
