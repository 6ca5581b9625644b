-- What education and posts are told apart by: tiers beside 985 and 211, how a tier is known, levels and families of posts.

-- 双非 (not of the double first class) is another thing than 二本 (a batch of admission), and Sino-foreign universities are
-- another thing than both.
update school_tiers set rank = rank + 100 where rank > 4;
insert into school_tiers (id, slug, rank, name, name_en) values
    (11, 'ordinary', 5, '双非', 'Ordinary undergraduate'),
    (12, 'sino_foreign', 8, '中外合作大学', 'Sino-foreign university');
update school_tiers set rank = ranked.rank
from (values ('second_tier', 6), ('vocational', 7), ('hong_kong', 9), ('macau_taiwan', 10), ('overseas', 11), ('other', 12))
    as ranked (slug, rank)
where ranked.slug = school_tiers.slug;

update schools set school_tier_id = 12 where slug in (
    'beijing-normal-university-hong-kong-baptist-university-united-international-college', 'duke-kunshan-university',
    'guangdong-technion-israel-institute-of-technology', 'nyu-shanghai', 'shenzhen-msu-bit-university',
    'the-chinese-university-of-hong-kong-shenzhen', 'the-hong-kong-university-of-science-and-technology-guangzhou',
    'university-of-nottingham-ningbo-china', 'wenzhou-kean-university', 'xian-jiaotong-liverpool-university');
update schools set school_tier_id = 11 where school_tier_id = 5;

create type tier_basis as enum ('word', 'school', 'mixed');
comment on type tier_basis is 'How the tiers of a case are known: by the source''s word, by the school that it names, or each in another way.';
create type role_level as enum ('intern', 'junior', 'mid', 'senior', 'lead', 'staff', 'principal', 'manager', 'director', 'executive');
comment on type role_level is 'The level that a title says beside the post, lowest first.';
alter table offer_cases add column tier_basis tier_basis, add column role_level role_level;
alter table staged_cases add column tier_basis tier_basis, add column role_level role_level;

-- Cases of before say 双非 and 二本 with one tier. All 二本 are 双非, so that this is true of both; an import of the same file
-- tells them apart. Where the school is named it decides. What a case says stays as it is: this is no revision.
alter table offer_cases disable trigger user;
update offer_cases
set bachelor_tier = case when bachelor_tier = 5 then coalesce(
            (select school_tier_id from schools where id = coalesce(bachelor_school_id, case when highest_degree = 'bachelor' then school_id end)), 11) else bachelor_tier end,
    master_tier = case when master_tier = 5 then coalesce((select school_tier_id from schools where id = school_id and highest_degree = 'master'), 11) else master_tier end,
    doctor_tier = case when doctor_tier = 5 then coalesce((select school_tier_id from schools where id = school_id), 11) else doctor_tier end
where 5 in (bachelor_tier, master_tier, doctor_tier);
-- Of a master's school below a doctorate it is not stored whether it was named.
update offer_cases
set tier_basis = case
        when bachelor_school_id is null and school_id is null then 'word'
        when doctor_tier is not null and master_tier is not null then null
        when (bachelor_tier is null or bachelor_school_id is not null or (highest_degree = 'bachelor' and school_id is not null))
            and (coalesce(doctor_tier, master_tier) is null or school_id is not null) then 'school'
        else 'mixed'
    end::tier_basis
where coalesce(bachelor_tier, master_tier, doctor_tier) is not null;
-- What was changed twice waits for a check at the end, and as long as it does the table cannot be altered.
set constraints all immediate;
alter table offer_cases enable trigger user;
update offer_case_revisions
set earlier = earlier || (
    select jsonb_object_agg(key, case when value = '5' then '11' else value end)
    from jsonb_each(earlier)
    where key in ('bachelor_tier', 'master_tier', 'doctor_tier', 'school_tier'))
where '5' in (earlier -> 'bachelor_tier', earlier -> 'master_tier', earlier -> 'doctor_tier', earlier -> 'school_tier');

-- There are families for more than the trades of software, and none where the title tells none.
alter type role_family rename to role_family_of_before;
create type role_family as enum (
    'product', 'engineering', 'algorithm', 'data', 'design', 'operations', 'hardware', 'manufacturing', 'construction', 'game',
    'marketing', 'sales', 'project_management', 'supply_chain', 'consulting', 'finance', 'administration', 'civil_service',
    'teaching', 'research', 'media', 'medical', 'other');
comment on type role_family is 'The family of work a role belongs to.';
alter table roles alter column family drop not null,
    alter column family type role_family using family::text::role_family;
comment on column roles.family is 'Family of work; null = the title tells none.';
drop type role_family_of_before;

-- What a process has read is to be read anew.
update dataset set version = version + 1, catalog_version = version + 1, reread_version = version + 1, changed_at = now();
