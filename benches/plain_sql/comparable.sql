select oc.id,
    3000::bigint * case when oc.major_id = wanted.id then 1000000 when m.parent_id = wanted.parent_id then 600000 else 0 end
    + 2000::bigint * case when oc.highest_degree = 'master' then 1000000
        when oc.highest_degree in ('bachelor', 'doctor') then 500000 else 0 end
    + 2000::bigint * case when oc.school_tier = 2 then 1000000 when oc.school_tier in (1, 3) then 750000
        when oc.school_tier = 4 then 500000 when oc.school_tier = 5 then 250000 else 0 end as points
from offer_cases oc
left join majors m on m.id = oc.major_id
cross join (select id, parent_id from majors where slug = 'psychology') as wanted
where oc.retired_at is null
order by points desc, oc.id
limit 20;
