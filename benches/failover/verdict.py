"""What an event meant to those who asked and wrote, from all that was seen."""

import json
import time


from measure.machine import get

import instances
from traffic import KINDS, PAUSE, PAUSES, parts
from writers import connect

# What must hold: a good answer again so soon after another machine leads.
SOON_SECONDS = 3.0
STATISTICS = "/api/v1/stats?group_by=company&limit=1000"
COUNT = """select c.slug, count(*) from offer_cases o join companies c on c.id = o.company_id
           where o.retired_at is null group by 1"""


def gap(reads, begin, end):
    """The longest time without a good answer of one kind; asking itself has pauses, which do not count."""
    longest = 0.0
    for kind in KINDS:
        moments = sorted(read.ended for read in reads if read.kind == kind and read.good and begin <= read.ended <= end)
        points = [begin, *moments, end]
        of_kind = max(later - earlier for earlier, later in zip(points, points[1:]))
        longest = max(longest, of_kind - PAUSES.get(kind, PAUSE))
    return max(0.0, longest)


def unacknowledged(writes, begin, end):
    """The longest time without an acknowledged write."""
    points = [begin, *sorted(write.ended for write in writes if write.acknowledged and begin <= write.ended <= end), end]
    return max(later - earlier for earlier, later in zip(points, points[1:]))


def backward(reads):
    """Answers of an instance that are earlier than what it had answered before they were asked for.

    Of two histories the one that appeared later is the later one, whatever its numbers are.
    """
    appeared = {}
    for read in sorted(reads, key=lambda read: read.begun):
        if read.history:
            appeared.setdefault(read.history, len(appeared))
    found = []
    for name in {read.instance for read in reads}:
        own = [read for read in reads if read.instance == name and read.history and read.good]
        place = {id(read): (appeared[read.history], read.version) for read in own}
        finished = sorted(own, key=lambda read: read.ended)
        floor, next_one = (-1, 0), 0
        for read in sorted(own, key=lambda read: read.begun):
            while next_one < len(finished) and finished[next_one].ended <= read.begun:
                floor = max(floor, place[id(finished[next_one])])
                next_one += 1
            if place[id(read)] < floor:
                found.append(read)
    return found


def behind(reads, name):
    """Answers that were earlier than what had been acknowledged to a writer before they were asked for."""
    return [read for read in reads if read.instance == name and read.good and 0 < read.version < read.acknowledged]


def missing(address, keys):
    """Which of these keys no case has."""
    connection = connect(address)
    try:
        cursor = connection.cursor()
        cursor.execute("select source_key from offer_cases where source_key = any(%s)", (list(keys),))
        return set(keys) - {key for key, in cursor.fetchall()}
    finally:
        connection.close()


def truth(address):
    """Version, and cases by company, as the server says that leads."""
    connection = connect(address)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor = connection.cursor()
        cursor.execute("select version from dataset")
        version = cursor.fetchone()[0]
        cursor.execute(COUNT)
        return version, dict(cursor.fetchall())
    finally:
        connection.close()


def differences(instance, version, counts, seconds=10):
    """In what the memory of an instance is not what SQL says; nothing where they agree."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            status, headers, body = get(instance.port, STATISTICS, {"Min-Dataset-Version": str(version)})
        except OSError as error:
            status, headers, body = 0, {}, str(error).encode()
        if status == 200:
            break
        if time.monotonic() > deadline:
            return f"{instance.name} answers {status}: {body[:200]!r}"
        time.sleep(0.2)
    told = json.loads(body)
    mine = {group["keys"][0]["value"]: group["count"] for group in told["groups"]}
    if parts(headers)[0] != version:
        return f"{instance.name} is at version {parts(headers)[0]}, SQL at {version}"
    wrong = {slug: (mine.get(slug, 0), counts.get(slug, 0)) for slug in {*mine, *counts} if mine.get(slug, 0) != counts.get(slug, 0)}
    if told["total"] != sum(counts.values()):
        wrong["total"] = (told["total"], sum(counts.values()))
    return f"{instance.name} has in memory and in SQL {wrong}" if wrong else ""


def answered(event, reads, moments):
    """Answers that may not go back: of those of a failover that loses what came last, what was asked after it."""
    return [read for read in reads if not event.lossy or read.begun >= moments.get("led", moments["end"])]


def judge(event, seen, moments, found):
    """What must not be, in words."""
    failed = [f"{what} ({moment - moments['begin']:+.1f} s)" for moment, what in seen.wrong]
    failed += found["differences"]
    if event.changes_leader and "led" not in moments:
        failed.append("no other machine led")
    since = moments.get("led", moments["begin"])
    for name in instances.WAYS:
        late = gap([read for read in seen.reads if read.instance == name], since, moments["end"])
        found["after"][name] = late
        if late > SOON_SECONDS:
            failed.append(f"{name} gave no good answer for {late:.1f} s, with a leader there")
    for name in instances.WAYS:
        if back := [read for read in found["backward"] if read.instance == name]:
            first = f"the first to {back[0].version}-{back[0].history} ({back[0].kind}, {back[0].begun - moments['begin']:+.1f} s)"
            failed.append(f"{name} went back {len(back)} times, {first}")
    if found["lost"] and not event.lossy:
        failed.append(f"acknowledged and lost: {sorted(found['lost'])[:5]}")
    return failed
