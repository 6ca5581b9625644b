"""Calls every operation of the specification by the client that openapi-python-client generates from it, with each of its
parameters in turn, and checks that nothing of an answer is lost in its types.

Which operations and parameters there are, and what to give for them, is read from the specification of the service.
"""

import datetime
import enum
import importlib
import inspect
import json
import sys
import typing
import urllib.request
import uuid

from offer_cases_client import Client
from offer_cases_client.types import File

ADDRESS = sys.argv[1]
# What an operation needs though no parameter is required by itself: a profile may be of anything, but not of nothing;
# statistics are of groups or of a histogram.
NEEDED = {"list_comparable_cases": {"major"}, "get_stats": {"group_by"}}
OF_A_HISTOGRAM = {"histogram", "bins", "pay"}
# What is adjusted is a comparison, of pay where there is one dimension.
OF_AN_ADJUSTED_COMPARISON = {"compare", "metrics", "adjust"}
# A place among groups is of one version of the data, so that no example of it works.
WITHOUT_CURSOR = {"get_stats", "get_facets", "export_stats_csv", "export_facets_csv"}


def specification():
    with urllib.request.urlopen(f"{ADDRESS}/openapi.json") as answer:
        return json.load(answer)


SPECIFICATION = specification()


def resolved(thing):
    """A thing, or what its reference refers to."""
    while "$ref" in thing:
        place, thing = thing["$ref"], SPECIFICATION
        for part in place.removeprefix("#/").split("/"):
            thing = thing[part]
    return thing


def operations():
    """Every operation with the parameters that it takes."""
    for item in SPECIFICATION["paths"].values():
        for method in item.keys() & {"get", "put", "post", "delete", "patch", "head", "options", "trace"}:
            operation = item[method]
            yield operation, [resolved(parameter) for parameter in operation.get("parameters", [])]


def example(parameter):
    return parameter["example"] if "example" in parameter else parameter["schema"]["examples"][0]


def fit(value, hint):
    """A value as the generated function wants it: enumerations and identifiers have types of their own."""
    for choice in typing.get_args(hint) if typing.get_origin(hint) not in (list, None) else [hint]:
        if typing.get_origin(choice) is list and isinstance(value, list):
            return [fit(item, typing.get_args(choice)[0]) for item in value]
        if isinstance(choice, type) and issubclass(choice, (enum.Enum, uuid.UUID)):
            return choice(value)
    return value


def called(function, name):
    """What the generated function calls a parameter: in it a name has no dot, hyphen or capital and is no word of the language."""
    plain = name.replace(".", "_").replace("-", "_").lower()
    return plain if plain in inspect.signature(function).parameters else plain + "_"


def same(left, right):
    """Whether two JSON values say the same; instants may be written in two ways."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[name], right[name]) for name in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, str) and isinstance(right, str) and left != right:
        return datetime.datetime.fromisoformat(left) == datetime.datetime.fromisoformat(right)
    return left == right


def check(answer, operation, what):
    kind = answer.headers["content-type"].partition(";")[0]
    assert answer.status_code == 200, f"{what}: {answer.status_code} {answer.content[:500]!r}"
    assert kind in resolved(operation["responses"]["200"])["content"], f"{what}: {kind} is not specified"
    if kind == "application/json":
        told = json.loads(answer.content)
        assert same(answer.parsed.to_dict(), told), f"{what}: {answer.parsed} is less than {told}"
    elif isinstance(answer.parsed, File):
        assert answer.parsed.payload.read() == answer.content != b"", what
    else:
        # Lines of no case are no lines.
        assert answer.parsed == answer.content.decode() and (answer.parsed or "ndjson" in kind), what


def call_with_each_parameter(client, operation, parameters):
    """Calls an operation with what it needs, then with one parameter more at a time; returns the number of calls."""
    name = operation["operationId"]
    package = operation["tags"][0].lower().replace(" ", "_")
    function = importlib.import_module(f"offer_cases_client.api.{package}.{name}").sync_detailed
    hints = typing.get_type_hints(function)
    given = {}
    for parameter in parameters:
        argument = called(function, parameter["name"])
        given[argument] = fit(example(parameter), hints[argument])
    needed = {called(function, parameter["name"]) for parameter in parameters if parameter.get("required")}
    needed |= NEEDED.get(name, set())
    more = given.keys() - needed - ({"cursor"} if name in WITHOUT_CURSOR else set())
    of_a_histogram = more & OF_A_HISTOGRAM if name == "get_stats" else set()
    adjusted = more & {"adjust"} if name == "get_stats" else set()
    choices = [needed, *(needed | {argument} for argument in more - of_a_histogram - adjusted)]
    choices += [needed | OF_AN_ADJUSTED_COMPARISON for _ in adjusted]
    choices += [{"histogram", argument} for argument in of_a_histogram]
    for choice in choices:
        arguments = {argument: given[argument] for argument in choice}
        check(function(client=client, **arguments), operation, f"{name} {arguments}")
    return len(choices)


def check_problem(client):
    from offer_cases_client.api.offer_cases import list_offer_cases
    from offer_cases_client.models import Problem

    wrong = list_offer_cases.sync(client=client, company=["bidu"])
    assert isinstance(wrong, Problem) and wrong.errors[0].did_you_mean == "baidu", wrong


client = Client(base_url=ADDRESS)
every = list(operations())
calls = sum(call_with_each_parameter(client, operation, parameters) for operation, parameters in every)
check_problem(client)
print(f"the client of openapi-python-client made {calls} calls of {len(every)} operations")
