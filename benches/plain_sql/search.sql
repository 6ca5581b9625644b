select oc.id, c.name, r.name, m.name, oc.summary
from offer_cases oc
join companies c on c.id = oc.company_id
join roles r on r.id = oc.role_id
left join majors m on m.id = oc.major_id
where oc.retired_at is null and (c.name ilike $1 or r.name ilike $1 or m.name ilike $1 or oc.summary ilike $1)
order by coalesce(oc.offered_on, '-infinity'::date) desc, oc.id desc
limit 21;
