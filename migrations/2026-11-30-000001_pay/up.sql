-- Pay beside the whole package: a range of monthly pay, the base of a year, stock, and what is paid once.

alter table offer_cases
    add column pay_monthly_min numeric(12, 2) check (pay_monthly_min > 0),
    add column pay_monthly_max numeric(12, 2) check (pay_monthly_max > 0),
    add column pay_annual_base integer check (pay_annual_base > 0),
    add column pay_stock_annual integer check (pay_stock_annual > 0),
    add column pay_sign_on integer check (pay_sign_on > 0),
    add constraint offer_cases_pay_monthly_range check (pay_monthly_min <= pay_monthly_max),
    add constraint offer_cases_pay_monthly_range_whole check ((pay_monthly_min is null) = (pay_monthly_max is null));

-- No currency is assumed: one stands beside figures, and is null where there are none.
alter table offer_cases alter column pay_currency drop default, alter column pay_currency drop not null;
alter table offer_cases disable trigger user;
update offer_cases set pay_currency = null where pay_annual_max is null and pay_monthly_base is null;
alter table offer_cases enable trigger user;
alter table offer_cases add constraint offer_cases_pay_has_currency check (pay_currency is not null or num_nonnulls(
    pay_annual_max, pay_annual_base, pay_monthly_base, pay_monthly_max, pay_stock_annual, pay_sign_on) = 0);

alter table staged_cases
    alter column pay_currency drop default,
    alter column pay_currency drop not null,
    add column pay_monthly_min numeric(12, 2),
    add column pay_monthly_max numeric(12, 2),
    add column pay_annual_base integer,
    add column pay_stock_annual integer,
    add column pay_sign_on integer;
