select company_id, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
select role_id, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
select major_id, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
select school_tier, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
select highest_degree, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
select offer_channel, count(*) from offer_cases where retired_at is null group by 1 order by 2 desc;
