#!/usr/bin/env python3
"""Measures offer-cases against what limits it and what others would use; see README.md beside this file."""

import argparse
import os
import pathlib
import sys
import time

# Nothing is left in the source tree.
sys.dont_write_bytecode = True

from measure import agreement, imports, report
from measure.data import Data, Service, build
from measure.machine import WORK, Missing, program, resident_mb, run, say
from measure.subjects import Earlier, EqualBytes, FastApi, Fastify, Offer, PgBench
from measure.targets import KINDS, choices

WARM_SECONDS = 2


def arguments():
    """What is asked on the command line."""
    kinds = [*KINDS, "import"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=1_000_000, help="made-up cases [1000000]")
    parser.add_argument("--seed", type=int, default=7, help="what they are drawn by [7]")
    parser.add_argument("--seconds", type=int, default=8, help="how long each side is loaded in a round [8]")
    parser.add_argument("--rounds", type=int, default=5, help="how often both sides take turns [5]")
    parser.add_argument("--import-rounds", type=int, default=2, help="the same for imports [2]")
    parser.add_argument("--only", default=",".join(kinds), help=f"kinds of work, of {','.join(kinds)}")
    parser.add_argument("--against", default="pgbench,equal,fastapi,fastify", help="what it is measured against")
    parser.add_argument("--profile", default="dist", help="the profile of cargo that programs are built with [dist]")
    parser.add_argument("--binary", type=pathlib.Path, help="measure this program and build none")
    parser.add_argument("--earlier", type=pathlib.Path, help="another build, for --against earlier")
    parser.add_argument("--data-dir", type=pathlib.Path, help="where the database is kept [target/benches/data]")
    parser.add_argument("--out", type=pathlib.Path, default=WORK / "results", help="the folder of the results")
    chosen = parser.parse_args()
    chosen.only = chosen.only.split(",")
    chosen.against = chosen.against.split(",")
    for kind in chosen.only:
        if kind not in kinds:
            parser.error(f"`{kind}` is none of {', '.join(kinds)}")
    if "earlier" in chosen.against:
        if not (chosen.earlier and chosen.earlier.is_file()):
            parser.error("--against earlier needs a program by --earlier")
        chosen.earlier = chosen.earlier.resolve()
    return chosen


class Run:
    """One run with its results."""

    def __init__(self, options, service):
        self.options = options
        self.service = service
        self.left_out = {}
        self.rows = []
        self.memory = {"offer-cases, just started": resident_mb(service.pid)}
        self.offer = Offer(service, choices(service.data))
        self.others = []

    def find_others(self):
        """Finds what it is measured against; what is missing is told."""
        make = {
            "earlier": lambda: Earlier(self.options.earlier, self.offer, self.offer.targets.pairs),
            "pgbench": lambda: PgBench(self.service, self.offer),
            "equal": lambda: EqualBytes(self.options.profile, self.offer),
            "fastapi": lambda: FastApi(self.service, self.offer.targets.pairs),
            "fastify": lambda: Fastify(self.service, self.offer.targets.pairs),
        }
        for name in self.options.against:
            try:
                self.others.append(make[name]())
            except (Missing, RuntimeError) as error:
                self.leave_out(name, error)

    def leave_out(self, what, why):
        """Notes what is not measured."""
        say(f"!!! left out: {what}: {why}")
        self.left_out[what] = str(why)[:300]

    def measure(self, kind):
        """Measures a kind of work against everything that can do it, one after the other, each by turns."""
        what, clients = KINDS[kind]
        against = 0
        for other in self.others:
            if not other.can(kind):
                continue
            try:
                self.measure_against(kind, other)
                against += 1
            except (Missing, RuntimeError, agreement.Disagreement) as error:
                self.leave_out(f"{what}, {clients} clients, {other.name}", error)
            finally:
                # Nothing of it, such as its connections to the database, is left beside the next.
                other.end()
        if against == 0:
            say(f"{what}, {clients} clients, alone")
            self.offer.measure(kind, clients, WARM_SECONDS)
            rounds = [
                {"ours": self.offer.measure(kind, clients, self.options.seconds), "theirs": None}
                for _ in range(self.options.rounds)
            ]
            self.add(kind, None, rounds)

    def measure_against(self, kind, other):
        """Measures a kind of work against one other."""
        what, clients = KINDS[kind]
        other.prepare(kind)
        if hasattr(other, "targets"):
            agreement.check(kind, self.offer.targets, other.targets)
        say(f"{what}, {clients} clients: {other.name}")
        # Both are warm before anything counts.
        for side in (self.offer, other):
            side.measure(kind, clients, WARM_SECONDS)
        rounds = []
        for number in range(self.options.rounds):
            ours, theirs = self.pair(kind, clients, other, number)
            if other.sends_equal_bytes and abs(theirs["bytes"] / ours["bytes"] - 1) > 0.05:
                raise RuntimeError(f"{other.name} sent {theirs['bytes']:.0f} bytes for {ours['bytes']:.0f}")
            rounds.append({"ours": ours, "theirs": theirs})
            say(f"  round {number + 1}: {ours['rate'] / theirs['rate']:.3f}"
                f" ({ours['rate']:.0f}/s and {theirs['rate']:.0f}/s)")
        memory = other.memory()
        if memory:
            self.memory[other.name] = max(memory, self.memory.get(other.name, 0))
        self.add(kind, other.name, rounds)

    def add(self, kind, other, rounds):
        """Adds a row of the table."""
        what, clients = KINDS[kind]
        self.rows.append({"kind": kind, "what": what, "clients": clients, "other": other, "rounds": rounds})

    def pair(self, kind, clients, other, number):
        """Both sides one after the other, the other one first every second time."""
        sides = [self.offer, other] if number % 2 == 0 else [other, self.offer]
        taken = {side.name: side.measure(kind, clients, self.options.seconds) for side in sides}
        for name, figures in taken.items():
            if figures["rate"] == 0:
                raise RuntimeError(f"{name} answered nothing within {self.options.seconds} s")
        return taken[self.offer.name], taken[other.name]

    def result(self):
        """All of it, for the report."""
        options = self.options
        return {
            "cases": options.cases, "seed": options.seed, "rounds": options.rounds, "seconds": options.seconds,
            "cores": os.cpu_count(), "postgres": run([program("postgres"), "--version"]).strip(),
            "when": time.strftime("%Y-%m-%d %H:%M"), "rows": self.rows, "memory_mb": self.memory,
            "left_out": self.left_out,
        }


def main():
    """Makes the data, starts everything, measures, tells."""
    options = arguments()
    try:
        for needed in ("wrk", "psql"):
            program(needed)
        binary = options.binary.resolve() if options.binary else build(options.profile)
    except Missing as error:
        sys.exit(f"nothing can be measured: {error}; Debian has wrk, postgresql and postgresql-client")
    WORK.mkdir(parents=True, exist_ok=True)
    data = Data(binary, options.cases, options.seed, options.data_dir and options.data_dir.resolve())
    data.load()
    service = Service(data)
    try:
        service.settle()
        measured = Run(options, service)
        measured.find_others()
        for kind in options.only:
            if kind in KINDS:
                try:
                    measured.measure(kind)
                except RuntimeError as error:
                    measured.leave_out(KINDS[kind][0], error)
                # What is measured is not lost, whatever comes.
                report.write(measured.result(), options.out)
        measured.memory["offer-cases, after all"] = resident_mb(service.pid)
        if "import" in options.only:
            row = imports.measure(service, options.import_rounds)
            measured.memory["offer-cases import, at most"] = row.pop("memory_mb")
            measured.rows.append(row)
    finally:
        service.end()
    print(report.write(measured.result(), options.out))
    say(f"also in {options.out}")


if __name__ == "__main__":
    main()
