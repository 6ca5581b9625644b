"""Whether two services answer alike: figures of different answers are not comparable."""

from . import machine


class Disagreement(Exception):
    """They answer differently."""


def check(kind, ours, theirs):
    """Compares answers to the same questions.

    `ours` and `theirs` are `Targets`, in the same order.
    """
    if kind == "not_modified":
        # There is no answer to compare.
        return
    pairs = list(zip(ours.of(kind), theirs.of(kind)))
    for our_target, their_target in pairs[:5]:
        our, their = machine.get_json(ours.port, our_target), machine.get_json(theirs.port, their_target)
        if _essence(kind, our) != _essence(kind, their):
            raise Disagreement(f"{our_target} and {their_target} are answered differently")


def _essence(kind, answer):
    """What both must say, however they write it."""
    if kind in ("list", "list64", "later"):
        return [_case(case) for case in answer["items"]]
    if kind == "case":
        return _case(answer)
    if kind == "stats":
        # Ours names groups by their keys.
        return [(group["count"], round(_share(group), 4)) for group in answer["groups"][:20]]
    return None


def _case(case):
    times = ("created_at", "updated_at")
    return {name: value for name, value in case.items() if name not in times}


def _share(group):
    share = group["share"]
    return share["value"] if isinstance(share, dict) else share
