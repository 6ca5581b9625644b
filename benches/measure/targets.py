"""What is asked: for each kind of work some targets, from which both sides draw at random."""

import random
import urllib.parse

from . import machine

API = "/api/v1"
# As many as pgbench takes scripts, less a few.
MOST = 120
# Words of two characters that stand in many, in some and in hardly any summaries.
SEARCH_WORDS = [
    "实习", "面试", "项目", "经验", "能力", "业务", "行业", "数据", "电商", "支付", "搜索", "游戏", "医疗", "风控",
    "芯片", "光伏", "审计", "航天", "考古", "陶瓷", "量子", "稀土", "古籍", "蜜蜂", "星舟", "沧麟", "玄鲸", "碧霄",
]
FACETS = "company,role,major,school_tier,highest_degree,offer_channel"
THIN_FIELDS = "id,company,role,major,school_tier,offered_on,pay_annual_min"
MAJORS = ["finance", "psychology", "software-engineering", "law", "statistics", "physics"]

# Kind of work: what it is called in tables, and how many clients ask.
KINDS = {
    "list": ("filtered list, 20 rows", 16),
    "list64": ("filtered list, 20 rows", 64),
    "later": ("filtered list, fourth page", 16),
    "thin": ("filtered list, 20 rows, 7 fields", 16),
    "case": ("one case by id", 16),
    "not_modified": ("304 of a list", 16),
    "search": ("search, words of 2 characters", 4),
    "stats": ("pay percentiles by company, all cases", 2),
    "facets": ("6 facets, all cases", 2),
    "comparable": ("top 20 by similarity, all cases", 2),
}


def query(**parameters):
    """A target of the list of cases."""
    return f"{API}/offer-cases?{urllib.parse.urlencode(parameters)}"


def choices(data):
    """Pairs of company and school tier, the same at every run; companies of all sizes that fill several pages."""
    sql = """
        select c.slug, t.slug from offer_cases oc
        join companies c on c.id = oc.company_id join school_tiers t on t.id = oc.school_tier
        where oc.retired_at is null group by 1, 2 having count(*) > 100 order by 1, 2"""
    pairs = [tuple(line.split("|")) for line in data.psql(sql).split()]
    if not pairs:
        raise RuntimeError("no company has four pages of cases of one tier: take more cases")
    random.Random(7).shuffle(pairs)
    return pairs[:MOST]


class Targets:
    """The targets of one server, made by asking it."""

    def __init__(self, port, pairs):
        self.port = port
        self.pairs = pairs
        self.made = {}

    def of(self, kind):
        """The targets of a kind of work."""
        if kind not in self.made:
            self.made[kind] = getattr(self, f"_{kind}")()
        return self.made[kind]

    def _list(self):
        return [query(company=company, school_tier=tier) for company, tier in self.pairs]

    def _list64(self):
        return self._list()

    def _thin(self):
        return [query(company=company, school_tier=tier, fields=THIN_FIELDS) for company, tier in self.pairs]

    def _later(self):
        """The fourth page, reached by the server's own cursors."""
        targets = []
        for first in self._list():
            target = first
            for _ in range(3):
                cursor = machine.get_json(self.port, target)["next_cursor"]
                target = f"{first}&cursor={urllib.parse.quote(cursor)}"
            targets.append(target)
        return targets

    def _case(self):
        targets = []
        for place, target in enumerate(self._list()):
            items = machine.get_json(self.port, target)["items"]
            targets.append(f"{API}/offer-cases/{items[place % len(items)]['id']}")
        return targets

    def _not_modified(self):
        """Lists that the client has already, with the tag that says so."""
        return [(target, machine.get(self.port, target)[1]["ETag"]) for target in self._list()]

    def _search(self):
        return [query(q=word) for word in SEARCH_WORDS]

    def _stats(self):
        return [f"{API}/stats?group_by=company&metrics=share,pay"]

    def _facets(self):
        return [f"{API}/facets?dimensions={FACETS}"]

    def _comparable(self):
        profile = [(major, tier) for major in MAJORS for tier in ("985", "211", "overseas")]
        return [
            f"{API}/comparable-cases?major={major}&school_tier={tier}&highest_degree=master&limit=20"
            for major, tier in profile
        ]
