alter table offer_cases drop column role_level, drop column tier_basis;
alter table staged_cases drop column role_level, drop column tier_basis;
drop type role_level, tier_basis;

alter type role_family rename to role_family_of_after;
create type role_family as enum ('product', 'engineering', 'algorithm', 'data', 'design', 'operations', 'other');
comment on type role_family is 'The family of work a role belongs to.';
alter table roles alter column family type role_family using case
    when family in ('hardware', 'manufacturing', 'construction') then 'engineering'
    when family = 'game' then 'product'
    when family in ('product', 'engineering', 'algorithm', 'data', 'design', 'operations') then family::text
    else 'other'
end::role_family;
alter table roles alter column family set not null;
comment on column roles.family is 'Family of work.';
drop type role_family_of_after;

update schools set school_tier_id = 5 where school_tier_id in (11, 12);
alter table offer_cases disable trigger user;
update offer_cases
set bachelor_tier = case when bachelor_tier in (11, 12) then 5 else bachelor_tier end,
    master_tier = case when master_tier in (11, 12) then 5 else master_tier end,
    doctor_tier = case when doctor_tier in (11, 12) then 5 else doctor_tier end
where bachelor_tier in (11, 12) or master_tier in (11, 12) or doctor_tier in (11, 12);
-- What was changed twice waits for a check at the end, and as long as it does the table cannot be altered.
set constraints all immediate;
alter table offer_cases enable trigger user;
update offer_case_revisions
set earlier = earlier - array['role_level', 'tier_basis'] || (
    select coalesce(jsonb_object_agg(key, case when value in ('11', '12') then '5' else value end), '{}')
    from jsonb_each(earlier)
    where key in ('bachelor_tier', 'master_tier', 'doctor_tier', 'school_tier'));
delete from school_tiers where id in (11, 12);
update school_tiers set rank = rank + 100 where rank > 4;
update school_tiers set rank = id where rank > 4;
update dataset set version = version + 1, catalog_version = version + 1, reread_version = version + 1, changed_at = now();
