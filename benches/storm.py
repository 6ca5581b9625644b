#!/usr/bin/env python3
"""Asks offer-cases for what takes the longest, many at a time, and looks whether it still answers everybody else.

One kind of costly request after another, by 50 clients for some seconds each. Meanwhile others ask once in a while for a
case by its id and for the service's health. See README.md beside this file.
"""

import argparse
import asyncio
import collections
import os
import pathlib
import random
import re
import statistics
import sys
import time
import urllib.parse

# Nothing is left in the source tree.
sys.dont_write_bytecode = True

from measure import load, report
from measure.data import Data, Service, build
from measure.machine import HOST, WORK, get_json, resident_mb, say

API = "/api/v1"
# How often the others ask, each on a connection of its own.
PROBE_SECONDS = 0.02
# What must hold meanwhile: within so many milliseconds for 99 of 100, and memory within so much of what it was before.
MOST_MS = 100
MOST_GROWTH = 1.3
REST_SECONDS = 60
WORDS = ["实习", "面试", "项目", "经验", "能力", "业务", "行业", "数据", "电商", "支付", "搜索", "游戏"]


def arguments():
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=50, help="clients that storm [50]")
    parser.add_argument("--seconds", type=float, default=10, help="how long each kind [10]")
    parser.add_argument("--only", help="only these kinds, with commas between them")
    parser.add_argument("--limits", action="store_true", help="keep the limits of what an address may ask")
    parser.add_argument("--rest", type=float, default=REST_SECONDS, help="seconds until memory is looked at again [60]")
    parser.add_argument("--cases", type=int, default=1_000_000, help="made-up cases [1000000]")
    parser.add_argument("--seed", type=int, default=7, help="what they are drawn by [7]")
    parser.add_argument("--profile", default="dist", help="the profile of cargo that the program is built with [dist]")
    parser.add_argument("--binary", type=pathlib.Path, help="storm this program and build none")
    parser.add_argument("--data-dir", type=pathlib.Path, help="where the database is kept [target/benches/data]")
    parser.add_argument("--as-it-is", action="store_true", help="take the data directory as it is, whatever is in it")
    parser.add_argument("--out", type=pathlib.Path, default=WORK / "results", help="the folder of the results")
    return parser.parse_args()


def jumble(chance):
    """A word of the letters of `university of`, as which many names of schools are spelt nearly."""
    letters = list("universityof" * 3)
    chance.shuffle(letters)
    return "".join(letters)


def query(path, **parameters):
    """A target of the API."""
    return f"{API}/{path}?{urllib.parse.urlencode(parameters)}"


# Each kind of request with what makes its next target.
KINDS = {
    "statistics": lambda chance: query(
        "stats", group_by=chance.choice(["company,school_tier", "company,major", "role,city"]), metrics="pay"
    ),
    "facets": lambda chance: query("facets", q=chance.choice(WORDS)),
    "heat map": lambda chance: query("charts/heatmap.svg", group_by="company,school_tier", value="pay_median"),
    "comparable": lambda chance: query("comparable-cases", major="金融", school_tier=chance.choice(["985", "211"])),
    "pages": lambda chance: f"/explore?q={urllib.parse.quote(chance.choice(WORDS))}",
    "names": lambda chance: query("offer-cases", school=",".join(jumble(chance) for _ in range(20))),
    "resolve": lambda chance: query("resolve", kind="school", q=jumble(chance)),
    "specification": lambda chance: "/openapi.json",
    "slow readers": lambda chance: f"{API}/offer-cases.ndjson",
    "slow senders": lambda chance: f"{API}/offer-cases",
}


async def answer(reader):
    """The status of an answer, which is read to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    if length:
        await reader.readexactly(int(length[1]))
        return status
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()
    return status


def request(target):
    """The bytes of a request, as a browser would ask."""
    return f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: br, gzip\r\n\r\n".encode()


class Asked:
    """What became of requests of one kind."""

    def __init__(self):
        self.milliseconds = []
        self.statuses = collections.Counter()

    def note(self, started, status):
        self.milliseconds.append((time.monotonic() - started) * 1e3)
        self.statuses[status] += 1

    def percentile(self, of):
        """So many of a hundred took at most so long."""
        return load.percentile(sorted(self.milliseconds), of) if self.milliseconds else None

    def told(self):
        """As it stands in the results."""
        return {"p50_ms": self.percentile(50), "p99_ms": self.percentile(99), "statuses": dict(self.statuses)}


async def ask(port, asked, until, next_target, pause=0.0):
    """Asks one after another over a connection, which is made anew where it broke."""
    writer = None
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(HOST, port)
            writer.write(request(next_target()))
            asked.note(started, await asyncio.wait_for(answer(reader), 30))
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError, IndexError):
            asked.note(started, "broken")
            if writer is not None:
                writer.close()
            writer = None
        await asyncio.sleep(pause)
    if writer is not None:
        writer.close()


async def read_slowly(port, asked, until, target):
    """Reads an answer at some 10 kB/s, and leaves."""
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            # A small buffer: what is not read stays with the service.
            reader, writer = await asyncio.open_connection(HOST, port, limit=4096)
            writer.write(f"GET {target} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            head = await reader.readuntil(b"\r\n\r\n")
            asked.note(started, int(head.split(b" ", 2)[1]))
            while time.monotonic() < until and await reader.read(1024):
                await asyncio.sleep(0.1)
            writer.close()
        except (OSError, asyncio.IncompleteReadError, ValueError, IndexError):
            asked.note(started, "broken")
        await asyncio.sleep(0.1)


async def send_slowly(port, asked, until, target):
    """Sends a request a byte at a time."""
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            _, writer = await asyncio.open_connection(HOST, port)
            for byte in request(target)[:-2]:
                if time.monotonic() > until:
                    break
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.2)
            writer.close()
            asked.note(started, "not ended")
        except OSError:
            asked.note(started, "broken")


def clients(kind, port, asked, until, count):
    """What the clients of a kind do."""
    make = KINDS[kind]
    for number in range(count):
        chance = random.Random(number)
        if kind == "slow readers":
            yield read_slowly(port, asked, until, make(chance))
        elif kind == "slow senders":
            yield send_slowly(port, asked, until, make(chance))
        else:
            yield ask(port, asked, until, lambda chance=chance: make(chance))


async def watch_memory(pid, until, samples):
    """Looks at the memory of the service again and again."""
    while time.monotonic() < until:
        samples.append(resident_mb(pid))
        await asyncio.sleep(0.2)


async def storm(kind, service, case, options):
    """One kind of request for its time; what became of it, and of what the others asked."""
    port, until = service.port, time.monotonic() + options.seconds
    stormed, samples = Asked(), []
    probes = {"case": f"{API}/offer-cases/{case}", "live": "/health/live", "ready": "/health/ready"}
    probed = {name: Asked() for name in probes}
    await asyncio.gather(
        *clients(kind, port, stormed, until, options.clients),
        *(ask(port, probed[name], until, lambda target=target: target, PROBE_SECONDS) for name, target in probes.items()),
        watch_memory(service.pid, until, samples),
    )
    return {
        "kind": kind, "rate": len(stormed.milliseconds) / options.seconds, "asked": stormed.told(),
        **{name: asked.told() for name, asked in probed.items()}, "memory_mb": max(samples, default=0),
    }


def failures(found):
    """What must not be, in words."""
    failed = []
    for row in found["kinds"]:
        for name in ("case", "live", "ready"):
            p99, statuses = row[name]["p99_ms"], row[name]["statuses"]
            if p99 is None or (name != "ready" and p99 > MOST_MS):
                failed.append(f"{row['kind']}: {name} within {p99 or 0:.0f} ms for 99 of 100, and not {MOST_MS}")
            if set(statuses) != {200}:
                failed.append(f"{row['kind']}: {name} was answered with {statuses}")
        failed += [f"{row['kind']}: {status}" for status in row["asked"]["statuses"] if status in (500, 502, 504)]
    growth = found["memory_mb"]["a minute after"] / found["memory_mb"]["before"]
    if growth > MOST_GROWTH:
        failed.append(f"memory is {growth:.2f} of what it was before")
    return failed


def markdown(found):
    """All of it as Markdown."""
    lines = [
        f"{found['clients']} clients of each kind for {found['seconds']} s.", "",
        "| kind | answers | of them | a case p50, p99 (ms) | `/health/live` | `/health/ready` | memory at most |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in found["kinds"]:
        times = [f"{row[name]['p50_ms'] or 0:.1f}, {row[name]['p99_ms'] or 0:.0f}" for name in ("case", "live", "ready")]
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(row["asked"]["statuses"].items(), key=str))
        lines.append(f"| {row['kind']} | {row['rate']:.0f}/s | {statuses} | {' | '.join(times)} | {row['memory_mb']:.0f} MB |")
    told = ", ".join(f"{when} {megabytes:.0f} MB" for when, megabytes in found["memory_mb"].items())
    failed = failures(found)
    lines += ["", f"Resident memory: {told}.", "", "All is well." if not failed else "**Failed:**"]
    return "\n".join(lines + [f"- {what}" for what in failed]) + "\n"


def stormed(service, options):
    """All kinds, one after the other."""
    kinds = options.only.split(",") if options.only else list(KINDS)
    case = get_json(service.port, f"{API}/offer-cases?limit=1&fields=id")["items"][0]["id"]
    # What everything else takes is there before it is measured.
    for kind in kinds:
        if not kind.startswith("slow"):
            asyncio.run(ask(service.port, Asked(), time.monotonic() + 0.5, lambda kind=kind: KINDS[kind](random.Random(0))))
    memory = {"before": resident_mb(service.pid)}
    rows = []
    for kind in kinds:
        say(f"{kind}: {options.clients} clients for {options.seconds} s")
        rows.append(asyncio.run(storm(kind, service, case, options)))
    memory["at most"] = max(row["memory_mb"] for row in rows)
    say(f"{options.rest} s of rest")
    time.sleep(options.rest)
    memory["a minute after"] = statistics.median(resident_mb(service.pid) for _ in range(3))
    return {"clients": options.clients, "seconds": options.seconds, "kinds": rows, "memory_mb": memory}


def main():
    """Makes the data, starts the service, storms it, tells; ends with 1 where others had to suffer."""
    options = arguments()
    binary = options.binary.resolve() if options.binary else build(options.profile)
    WORK.mkdir(parents=True, exist_ok=True)
    if not options.limits:
        # All clients have one address here, of which none would be let through for long.
        os.environ["OFFER_CASES_REQUESTS_PER_SECOND"] = "0"
    data = Data(binary, options.cases, options.seed, options.data_dir and options.data_dir.resolve())
    if not options.as_it_is:
        data.load()
    service = Service(data, "storm")
    try:
        found = stormed(service, options)
    finally:
        service.end()
    print(report.save(options.out, "storm", found, markdown(found)))
    sys.exit(1 if failures(found) else 0)


if __name__ == "__main__":
    main()
