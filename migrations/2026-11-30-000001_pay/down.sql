truncate staged_cases;
alter table staged_cases
    alter column pay_currency set default 'CNY',
    alter column pay_currency set not null,
    drop column pay_sign_on,
    drop column pay_stock_annual,
    drop column pay_annual_base,
    drop column pay_monthly_max,
    drop column pay_monthly_min;
alter table offer_cases disable trigger user;
update offer_cases set pay_currency = 'CNY' where pay_currency is null;
alter table offer_cases enable trigger user;
alter table offer_cases
    drop constraint offer_cases_pay_has_currency,
    alter column pay_currency set default 'CNY',
    alter column pay_currency set not null,
    drop column pay_sign_on,
    drop column pay_stock_annual,
    drop column pay_annual_base,
    drop column pay_monthly_max,
    drop column pay_monthly_min;
