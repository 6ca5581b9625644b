"""What a reader knows and a schema cannot say.

Requests are made from the specification alone. It cannot list all names of companies or schools, nor say that the
thirty-first of February is no day or that two parameters do not go together. In requests that are meant to be right,
such values are replaced by others that are; requests that are meant to be wrong stay as they are.
"""

import re

import schemathesis

# Names that are in the seed: slugs, names, aliases.
NAMES = {
    "company": ["baidu", "B站", "Tencent"],
    "role": ["llm-product", "Java工程师"],
    "major": ["工科", "psychology", "finance"],
    "company_group": ["baidu", "Tencent"],
    "major_class": ["计算机类", "finance"],
    "major_discipline": ["工学", "science"],
    "school": ["zhejiang-university", "北邮"],
    "tag": ["career-switch", "unicorn"],
    "tags": ["career-switch", "unicorn"],
    "source": ["llm-product-article", "own-records"],
    "tier": ["985"],
    "country": ["CN"],
    "city": ["beijing", "上海", "Shenzhen"],
    "province": ["zhejiang", "北京"],
    **{name: ["985", "海外", "211"] for name in ("school_tier", "bachelor_tier", "master_tier", "doctor_tier", "any_tier")},
}
RANGES = {
    "updated_at": ["2026", "2026-11-01..", "2026-11-01T08:00:00Z..", "..2030-01"],
    **{name: ["2024", "2023-01..2024-06", "2024..", "unknown"] for name in ("offered_on", "updated_at")},
    **{name: ["3", "2..5", "..7", "unknown"] for name in ("pay_annual", "interview_rounds", "preparation_days")},
}
PROFILE = (
    "major", "highest_degree", "school_tier", "bachelor_tier", "company", "role", "role_track", "city", "tags", "offered_on",
)


@schemathesis.deserializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def bytes_as_text(context, response):
    """Bytes as a schema of JSON sees them: text of any characters."""
    return response.content.decode("latin-1")


@schemathesis.hook
def filter_case(context, case):
    """A parameter without a value asks nothing, which of an enumeration no schema says."""
    is_meant_right = case.meta is None or case.meta.generation.mode.is_positive
    return is_meant_right or not any(map(asks_nothing, (case.query or {}).values()))


def asks_nothing(value):
    """Whether nothing stands behind the `=` of a parameter; of an object its names do."""
    if isinstance(value, (dict, list)):
        return all(map(asks_nothing, value))
    return value is None or not str(value).strip()


def ask_for_a_version_that_is_there(case):
    """Of a version that nobody has seen yet it is rightly said that it is not there, by 503."""
    asked = (case.headers or {}).get("Min-Dataset-Version")
    if asked is not None and re.fullmatch("[0-9]{1,18}(-[0-9a-f]{8})?", str(asked), re.ASCII):
        case.headers["Min-Dataset-Version"] = "1"


@schemathesis.hook
def before_call(context, case, kwargs):
    ask_for_a_version_that_is_there(case)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query = dict(case.query or {})
    # A place in a list comes from a page of it.
    query.pop("cursor", None)
    is_profile = case.path.endswith("/comparable-cases")
    for name in list(query):
        known = name.removeprefix("filter.")
        if known in RANGES and is_profile and name == known:
            query[name] = "2024-05"
        elif known == "pay_annual" and case.path.endswith("/position"):
            continue
        elif known in NAMES or known in RANGES:
            query[name] = existing(query[name], (NAMES | RANGES)[known], one=is_profile and name in PROFILE and name != "tags")
    if "q" in query and not case.path.endswith("/resolve"):
        query["q"] = " ".join(str(query["q"]).split()[:8])[:100]
    for adapt in (adapt_statistics, adapt_list, adapt_comparison):
        adapt(case.path, query)
    case.query = query


def items(value):
    """A parameter's values, whether they stand in a list or with commas between them."""
    return [str(item) for item in value] if isinstance(value, list) else str(value).split(",")


def existing(value, names, one):
    """As many of the names as there are values, with the same signs; one where no list is taken."""
    values = items(value)
    if one or not isinstance(value, list):
        return names[0]
    signs = ["!" if item.startswith("!") else "" for item in values]
    return ",".join(sign + name for sign, name in zip(signs, names, strict=False))


def adapt_statistics(path, query):
    if path.endswith("/stats"):
        if query.get("histogram"):
            for name in ("group_by", "metrics", "min_count", "normalize", "sort", "limit"):
                query.pop(name, None)
        else:
            query.setdefault("group_by", "company")
            for name in ("bins", "pay"):
                query.pop(name, None)
    if path.endswith(("/stats", "/charts/comparison.svg")):
        adapt_compared(query)
    group_by = items(query.get("group_by", ""))
    shares = query.get("value") == "share" if path.endswith(".svg") else "share" in items(query.get("metrics", "share"))
    if len(group_by) == 1 or not shares:
        query.pop("normalize", None)
    if len(group_by) == 2 and "limit" in query and not path.endswith(".svg"):
        query["limit"] = min(int(query["limit"]), 200)
    if path.endswith("/stats") and "pay" not in items(query.get("metrics", "")) and "pay_median" in str(query.get("sort")):
        del query["sort"]


def adapt_compared(query):
    """Two groups are of the first dimension, and are adjusted by no dimension that is grouped by."""
    if "compare" not in query or query.get("histogram"):
        query.pop("compare", None)
        query.pop("adjust", None)
        return
    query["group_by"] = ",".join(["company", *[name for name in items(query["group_by"])[1:] if name != "company"]])
    query["compare"] = "baidu,bilibili"
    has_pay = "pay" in items(query.get("metrics", "")) or query.get("value") == "pay_median"
    left = [name for name in items(query.get("adjust", "")) if name and name not in items(query["group_by"])]
    if left and (has_pay or "," in query["group_by"]):
        query["adjust"] = ",".join(left)
    else:
        query.pop("adjust", None)


def adapt_list(path, query):
    if "/offer-cases" in path and "sort" in query:
        by_key = {key.removeprefix("-"): key for key in items(query["sort"])}
        query["sort"] = ",".join(by_key.values())


def adapt_comparison(path, query):
    if path.endswith("/comparable-cases") and not any(name in query for name in PROFILE):
        query["major"] = "psychology"
    if "weights" in query:
        dimensions = dict.fromkeys(item.split(":")[0] for item in items(query["weights"]))
        query["weights"] = ",".join(f"{dimension}:2.5" for dimension in dimensions)
