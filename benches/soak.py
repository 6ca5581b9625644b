#!/usr/bin/env python3
"""Loads offer-cases with everything at once while cases are added; see README.md beside this file."""

import argparse
import concurrent.futures
import pathlib
import statistics
import sys
import threading
import time

# Nothing is left in the source tree.
sys.dont_write_bytecode = True

from measure import load, report
from measure.data import Data, Service, build
from measure.machine import WORK, Missing, program, resident_mb, say
from measure.targets import Targets, choices
from measure.writing import Writer

# How often each kind of work is asked for, of the clients that do not ask for lists.
MIXED = {"case": 40, "later": 20, "not_modified": 20, "search": 10, "comparable": 3, "stats": 4, "facets": 3}
# Three of four clients ask for lists.
LISTS = 0.75
SAMPLE_SECONDS = 5
# Memory settles within this time.
WARM_SECONDS = 60
# How much more memory it may take at the end than when it had settled.
GROWTH = 1.05


def arguments():
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="how long [5]")
    parser.add_argument("--clients", type=int, default=64, help="clients that read [64]")
    parser.add_argument("--writes", type=int, default=50, help="cases that are added a second [50]")
    parser.add_argument("--cases", type=int, default=1_000_000, help="made-up cases to begin with [1000000]")
    parser.add_argument("--seed", type=int, default=7, help="what they are drawn by [7]")
    parser.add_argument("--profile", default="dist", help="the profile of cargo that the program is built with [dist]")
    parser.add_argument("--binary", type=pathlib.Path, help="load this program and build none")
    parser.add_argument("--data-dir", type=pathlib.Path, help="where the database is kept [target/benches/data]")
    parser.add_argument("--out", type=pathlib.Path, default=WORK / "results", help="the folder of the results")
    return parser.parse_args()


def mixed(targets):
    """Targets of all kinds but lists, each kind as often as it is asked for."""
    return [
        target
        for kind, weight in MIXED.items()
        for place in range(weight * 5)
        for target in [targets.of(kind)[place % len(targets.of(kind))]]
    ]


class Memory(threading.Thread):
    """Looks at the memory of a process again and again."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.samples = []
        self.stopping = threading.Event()

    def run(self):
        """Samples until told to stop."""
        started = time.monotonic()
        while not self.stopping.wait(SAMPLE_SECONDS):
            self.samples.append((round(time.monotonic() - started), round(resident_mb(self.pid), 1)))

    def growth(self):
        """Memory at the end over memory when it had settled; `None` where it was too short to tell."""
        settled = [megabytes for seconds, megabytes in self.samples if seconds >= WARM_SECONDS]
        part = len(settled) // 4
        if part < 2:
            return None
        return statistics.median(settled[-part:]) / statistics.median(settled[:part])


def soak(service, options):
    """Reads and writes at once; all that was found."""
    pairs = choices(service.data)
    targets = Targets(service.port, pairs)
    lists, others = targets.of("list"), mixed(targets)
    writer = Writer(service, sorted({company for company, _ in pairs}), options.writes)
    memory = Memory(service.pid)
    seconds = max(1, round(options.minutes * 60))
    of_lists = max(1, round(options.clients * LISTS))
    of_others = max(1, options.clients - of_lists)
    say(f"{seconds} s of {of_lists} clients with lists, {of_others} with the rest, {options.writes} new cases a second")
    memory.start()
    writer.start()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        first = pool.submit(load.http, service.port, lists, of_lists, seconds, "lists")
        second = pool.submit(load.http, service.port, others, of_others, seconds, "others")
        read, rest = first.result(), second.result()
    writer.stop()
    memory.stopping.set()
    memory.join()
    writer.take_out()
    return {
        "cases": options.cases, "seconds": seconds, "clients": options.clients, "lists": read, "others": rest,
        "written": writer.written, "checked": writer.checked, "wrong": writer.errors[:50],
        "check_p99_ms": load.percentile(sorted(writer.late_ms), 99) if writer.late_ms else None,
        "memory_mb": memory.samples, "memory_growth": memory.growth(),
    }


def failures(found):
    """What must not be, in words."""
    failed = list(found["wrong"])
    for name in ("lists", "others"):
        if found[name]["errors"]:
            failed.append(f"{found[name]['errors']} requests of {name} failed")
    if found["memory_growth"] is not None and found["memory_growth"] > GROWTH:
        failed.append(f"memory grew to {found['memory_growth']:.2f} of what it was after {WARM_SECONDS} s")
    if found["checked"] == 0:
        failed.append("no write was looked for")
    return failed


def markdown(found):
    """All of it as Markdown."""
    lines = [
        f"{found['cases']:,} cases, {found['clients']} clients for {found['seconds']} s, "
        f"{found['written']:,} cases added meanwhile and looked for {found['checked']:,} times at once.",
        "", "| what | rate | p50, p99 (ms) | errors |", "|---|---|---|---|",
    ]
    for name, what in (("lists", "lists"), ("others", "everything else")):
        told = found[name]
        rate, p50, p99 = (report.number(told[figure]) for figure in ("rate", "p50_ms", "p99_ms"))
        lines.append(f"| {what} | {rate}/s | {p50}, {p99} | {told['errors']} |")
    samples = [megabytes for _, megabytes in found["memory_mb"]]
    if samples:
        growth = found["memory_growth"]
        told = "too short to tell growth" if growth is None else f"{growth:.3f} of what it was after a minute"
        lines += ["", f"Resident memory {min(samples):.0f} to {max(samples):.0f} MB; at the end {told}."]
    failed = failures(found)
    lines += ["", "All is well." if not failed else "**Failed:**"] + [f"- {what}" for what in failed]
    return "\n".join(lines) + "\n"


def main():
    """Makes the data, starts the service, loads it, tells; ends with 1 where anything failed."""
    options = arguments()
    try:
        for needed in ("wrk", "psql"):
            program(needed)
    except Missing as error:
        sys.exit(f"nothing can be measured: {error}; Debian has wrk and postgresql-client")
    binary = options.binary.resolve() if options.binary else build(options.profile)
    WORK.mkdir(parents=True, exist_ok=True)
    data = Data(binary, options.cases, options.seed, options.data_dir and options.data_dir.resolve())
    data.load()
    service = Service(data)
    # Unless all that is written is taken out again, the data are not what they were.
    data.mark.unlink(missing_ok=True)
    try:
        service.settle()
        found = soak(service, options)
        data.note_loaded()
    finally:
        service.end()
    print(report.save(options.out, "soak", found, markdown(found)))
    sys.exit(1 if failures(found) else 0)


if __name__ == "__main__":
    main()
