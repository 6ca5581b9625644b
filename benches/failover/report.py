"""The table of what was measured."""

import instances

HEAD = ["event", "led by", "new leader after", *(f"{name}: no good answer for" for name in instances.WAYS),
        "with a leader there", "rig late by", "no acknowledged write for", "went back", "older than acknowledged", "memory = SQL",
        "acknowledged", "lost"]


def seconds(value):
    """A time in seconds."""
    return "–" if value is None else f"{value:.1f} s"


def cells(one):
    """The cells of an event."""
    before, after = one.leaders
    return [
        one.name, before if before == after else f"{before} → {after}", seconds(one.led),
        *(seconds(one.silent[name]) for name in instances.WAYS),
        ", ".join(f"{one.after[name]:.1f}" for name in instances.WAYS), seconds(one.late), seconds(one.unacknowledged), str(one.backward),
        ", ".join(str(one.behind[name]) for name in instances.WAYS), "yes" if one.agrees else "**no**",
        str(one.acknowledged), f"{one.lost}, as configured" if one.lossy else str(one.lost),
    ]


def line(one):
    """An event as soon as it is over."""
    told = "; ".join(f"{name} {value}" for name, value in list(zip(HEAD, cells(one)))[1:])
    return "\n".join([f"   {told}", *(f"   FAILED: {what}" for what in one.failed[:10])])


def markdown(outcomes, whole):
    """All of it as Markdown; it is not whole where the rig itself came to an end."""
    ways = "; ".join(f"{name}: {way}" for name, (way, _) in instances.WAYS.items())
    lines = [ways, "", "| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD)]
    lines += ["| " + " | ".join(cells(one)) + " |" for one in outcomes]
    kept = [one for one in outcomes if not one.lossy]
    lines += [
        "", f"{sum(one.acknowledged for one in kept):,} writes acknowledged in {len(kept)} events that must lose none, "
        f"{sum(one.lost for one in kept)} lost; {sum(one.reads for one in outcomes):,} requests, "
        f"{sum(one.refused for one in outcomes):,} without a good answer.", "",
    ]
    failed = [f"- {one.name}: {what}" for one in outcomes for what in one.failed]
    if not whole:
        failed.append("- the rig came to an end after these")
    return "\n".join([*lines, *(["**Does not hold:**", *failed] if failed else ["All holds."])]) + "\n"
