alter table offer_cases add column city text check (city <> '');
alter table offer_cases disable trigger user;
update offer_cases set city = cities.name from cities where cities.id = offer_cases.city_id;
alter table offer_cases enable trigger user;
update offer_case_revisions
set earlier = earlier - 'city_id'
    || jsonb_build_object('city', (select name from cities where id = (earlier ->> 'city_id')::integer))
where earlier ? 'city_id';
alter table offer_cases drop column city_id;
truncate staged_cases;
alter table staged_cases drop column city_id, drop column city_name;
alter table staged_cases add column city text;
drop table city_aliases, cities, province_aliases, provinces;
