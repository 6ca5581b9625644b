select companies.slug, companies.name, oc.pay_currency, count(*),
    percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9])
        within group (order by (oc.pay_annual_min::bigint + oc.pay_annual_max) / 2.0)
from offer_cases oc join companies on companies.id = oc.company_id
where oc.retired_at is null
group by companies.slug, companies.name, oc.pay_currency
order by count(*) desc;
