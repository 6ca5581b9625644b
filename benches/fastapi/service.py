"""Offer cases by FastAPI and asyncpg, as its users would write it: pydantic models, joins, a pool a process."""

import base64
import binascii
import datetime
import json
import os
import uuid
from contextlib import asynccontextmanager
from typing import Annotated

import asyncpg
from fastapi import FastAPI, HTTPException, Query
from pydantic import BaseModel

PREFIX = "/api/v1"


class Reference(BaseModel):
    slug: str
    name: str
    name_en: str | None


class OfferCase(BaseModel):
    id: uuid.UUID
    company: Reference
    role: Reference
    role_track: str | None
    major: Reference | None
    bachelor_tier: Reference | None
    master_tier: Reference | None
    doctor_tier: Reference | None
    highest_degree: str | None
    school_tier: Reference | None
    bachelor_school: Reference | None
    school: Reference | None
    offer_channel: str | None
    city: Reference | None
    offered_on: datetime.date | None
    offered_precision: str | None
    pay_annual_min: int | None
    pay_annual_max: int | None
    pay_currency: str | None
    pay_monthly_base: float | None
    pay_months: float | None
    interview_rounds: int | None
    preparation_days: int | None
    tags: list[str]
    summary: str | None
    conflicts: list[str]
    verification: str
    revision: int
    created_at: datetime.datetime
    updated_at: datetime.datetime


class Page(BaseModel):
    items: list[OfferCase]
    next_cursor: str | None


class Group(BaseModel):
    slug: str
    name: str
    count: int
    share: float
    pay: dict[str, list[float]]


class Statistics(BaseModel):
    total: int
    groups: list[Group]


class FacetValue(BaseModel):
    value: str | None
    count: int


REFERENCES = {
    "company": "c", "role": "r", "major": "m", "bachelor_tier": "bt", "master_tier": "mt", "doctor_tier": "dt",
    "school_tier": "st", "bachelor_school": "bs", "school": "s", "city": "ci",
}
PLAIN = [name for name in OfferCase.model_fields if name not in REFERENCES]
COLUMNS = ", ".join(
    [f"oc.{name}" for name in PLAIN]
    + [f"{table}.{part} as {name}_{part}" for name, table in REFERENCES.items() for part in ("slug", "name", "name_en")]
)
SELECT = f"""
    select {COLUMNS}
    from offer_cases oc
    join companies c on c.id = oc.company_id
    join roles r on r.id = oc.role_id
    left join majors m on m.id = oc.major_id
    left join school_tiers bt on bt.id = oc.bachelor_tier
    left join school_tiers mt on mt.id = oc.master_tier
    left join school_tiers dt on dt.id = oc.doctor_tier
    left join school_tiers st on st.id = oc.school_tier
    left join schools bs on bs.id = oc.bachelor_school_id
    left join schools s on s.id = oc.school_id
    left join cities ci on ci.id = oc.city_id
    where oc.retired_at is null"""
# The expression that the index of the table is on.
OFFERED = "coalesce(oc.offered_on, '-infinity'::date)"

FACETS = {
    "company": "select c.slug, count(*) from offer_cases oc join companies c on c.id = oc.company_id",
    "role": "select r.slug, count(*) from offer_cases oc join roles r on r.id = oc.role_id",
    "major": "select m.slug, count(*) from offer_cases oc left join majors m on m.id = oc.major_id",
    "school_tier": "select t.slug, count(*) from offer_cases oc left join school_tiers t on t.id = oc.school_tier",
    "highest_degree": "select oc.highest_degree::text, count(*) from offer_cases oc",
    "offer_channel": "select oc.offer_channel::text, count(*) from offer_cases oc",
}

STATISTICS = """
    select c.slug, c.name, oc.pay_currency, oc.pay_annual_max is not null as has_pay, count(*) as count,
        percentile_cont(array[0.1, 0.25, 0.5, 0.75, 0.9])
            within group (order by (oc.pay_annual_min::bigint + oc.pay_annual_max) / 2.0) as pay
    from offer_cases oc join companies c on c.id = oc.company_id
    where oc.retired_at is null
    group by 1, 2, 3, 4"""


@asynccontextmanager
async def lifespan(app: FastAPI):
    app.state.pool = await asyncpg.create_pool(min_size=1, max_size=int(os.environ.get("POOL", "8")))
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)


def to_case(row: asyncpg.Record) -> OfferCase:
    values = {name: row[name] for name in PLAIN}
    for name in REFERENCES:
        slug = row[f"{name}_slug"]
        values[name] = slug and Reference(slug=slug, name=row[f"{name}_name"], name_en=row[f"{name}_name_en"])
    if row["pay_annual_max"] is None and row["pay_monthly_base"] is None:
        values["pay_currency"] = None
    return OfferCase(**values)


def encode(row: asyncpg.Record) -> str:
    offered_on = row["offered_on"] or datetime.date.min
    return base64.urlsafe_b64encode(json.dumps([offered_on.isoformat(), str(row["id"])]).encode()).decode()


def decode(cursor: str) -> tuple[datetime.date, uuid.UUID]:
    try:
        offered_on, case_id = json.loads(base64.urlsafe_b64decode(cursor))
        return datetime.date.fromisoformat(offered_on), uuid.UUID(case_id)
    except (ValueError, TypeError, binascii.Error) as error:
        raise HTTPException(400, "this is no cursor") from error


@app.get("/health")
async def health() -> str:
    return "ok"


@app.get(PREFIX + "/offer-cases")
async def list_cases(
    company: str | None = None,
    school_tier: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Page:
    conditions, values = [], []

    def add(condition: str, *parameters) -> None:
        numbers = [f"${len(values) + place}" for place in range(1, len(parameters) + 1)]
        conditions.append(condition.format(*numbers))
        values.extend(parameters)

    if company:
        add("c.slug = {}", company)
    if school_tier:
        add("st.slug = {}", school_tier)
    if q:
        add("(c.name ilike {0} or r.name ilike {0} or m.name ilike {0} or oc.summary ilike {0})", f"%{q}%")
    if cursor:
        add(f"({OFFERED}, oc.id) < ({{}}, {{}})", *decode(cursor))
    where = "".join(f" and {condition}" for condition in conditions)
    values.append(limit + 1)
    sql = f"{SELECT}{where} order by {OFFERED} desc, oc.id desc limit ${len(values)}"
    rows = await app.state.pool.fetch(sql, *values)
    next_cursor = encode(rows[limit - 1]) if len(rows) > limit else None
    return Page(items=[to_case(row) for row in rows[:limit]], next_cursor=next_cursor)


@app.get(PREFIX + "/offer-cases/{case_id}")
async def get_case(case_id: uuid.UUID) -> OfferCase:
    row = await app.state.pool.fetchrow(f"{SELECT} and oc.id = $1", case_id)
    if row is None:
        raise HTTPException(404, "no such case")
    return to_case(row)


@app.get(PREFIX + "/stats")
async def statistics(group_by: str = "company", metrics: str = "share,pay") -> Statistics:
    groups: dict[str, Group] = {}
    rows = await app.state.pool.fetch(STATISTICS)
    total = sum(row["count"] for row in rows)
    for row in rows:
        group = groups.setdefault(row["slug"], Group(slug=row["slug"], name=row["name"], count=0, share=0, pay={}))
        group.count += row["count"]
        group.share = group.count / total
        if row["has_pay"]:
            group.pay[row["pay_currency"]] = row["pay"]
    return Statistics(total=total, groups=sorted(groups.values(), key=lambda group: -group.count)[:200])


@app.get(PREFIX + "/facets")
async def facets(dimensions: str) -> dict[str, list[FacetValue]]:
    found = {}
    for dimension in dimensions.split(","):
        if dimension not in FACETS:
            raise HTTPException(400, f"there is no dimension {dimension}")
        sql = f"{FACETS[dimension]} where oc.retired_at is null group by 1 order by 2 desc limit 20"
        found[dimension] = [FacetValue(value=value, count=count) for value, count in await app.state.pool.fetch(sql)]
    return found
