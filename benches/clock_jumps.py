#!/usr/bin/env python3
"""Sets the clock of a service and its private PostgreSQL forward and back while it is asked and imports; see README.md beside this file.

No other program sees that clock: libfaketime tells it, by the package `faketime` of Debian.
"""

import argparse
import glob
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone

# Nothing is left in the source tree.
sys.dont_write_bytecode = True

from measure.expectations import expect
from measure.machine import HOST, TARGET, Process, free_port, get, get_json

LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1"
DAY_SECONDS = 86_400
# Each counts from the true time.
JUMPS = [("ten years on", 3_650), ("a month back", -30), ("ten years back", -3_650), ("an hour on", 1 / 24), ("as it is", 0)]
TARGETS = ["/health/live", "/health/ready", "/api/v1/offer-cases?company=tencent", "/api/v1/stats?group_by=company&limit=1", "/"]
PAUSE_SECONDS = 0.05
# What an answer may take while the clock jumps.
LIMIT_SECONDS = 2.0


def arguments():
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, default=TARGET / "release" / "offer-cases", help="the program")
    return parser.parse_args()


class Clock:
    """The time that programs are told which run with `environment`."""

    def __init__(self, folder):
        libraries = glob.glob(LIBRARY)
        if not libraries:
            sys.exit("this needs libfaketime (Debian: faketime)")
        self.file = folder / "offset"
        self.set_to(0)
        # Waits are measured by a clock that nobody can set.
        self.environment = {
            **os.environ,
            "LD_PRELOAD": libraries[0],
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_to(self, days):
        """The clock is off by so many days."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{days * DAY_SECONDS:+.0f}\n", encoding="ascii")
        new.chmod(0o644)
        new.replace(self.file)


class Asking(threading.Thread):
    """Asks for everything in turn until it is ended, and keeps what went wrong and the longest answer."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.ended = port, threading.Event()
        self.asked, self.longest_s, self.wrong = 0, 0.0, []

    def run(self):
        while not self.ended.wait(PAUSE_SECONDS):
            target = TARGETS[self.asked % len(TARGETS)]
            begun = time.monotonic()
            try:
                status = get(self.port, target, {"Accept": "*/*"})[0]
            except OSError as error:
                status = error
            self.longest_s = max(self.longest_s, time.monotonic() - begun)
            self.asked += 1
            if status != 200:
                self.wrong.append((target, status))

    def end(self):
        """Ends asking."""
        self.ended.set()
        self.join()


class Service:
    """A service under a clock, with data of its own."""

    def __init__(self, binary, folder):
        self.binary, self.folder, self.clock = binary, folder, Clock(folder)
        self.data = folder / "data"
        self.start()

    def start(self):
        """Starts it and waits until it is ready."""
        self.port = free_port()
        command = [self.binary, "--listen", f"{HOST}:{self.port}", "--data-dir", self.data]
        environment = {**self.clock.environment, "OFFER_CASES_REQUESTS_PER_SECOND": "0"}
        self.process = Process("clock-jumps", command, env=environment)
        self.process.await_answer(self.port, "/health/ready")

    def run(self, *command):
        """Runs a command of the program under the same clock: how that ended, and what it said."""
        command = [self.binary, *command, "--data-dir", self.data, "--lang", "en"]
        environment = self.clock.environment
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=environment)
        return done.returncode, done.stdout + done.stderr

    def import_case(self, number):
        """Imports one more case."""
        file = self.folder / f"{number}.csv"
        file.write_text(f"编号,公司,岗位,专业,学历\nclock-{number},腾讯,后端开发,软件工程,211本985硕\n", encoding="utf-8")
        return self.run("import", file, "--source", "own-records", "--key", "编号")

    def total(self):
        """How many cases it counts."""
        return get_json(self.port, "/api/v1/stats?group_by=company&limit=1")["total"]

    def stored_at(self):
        """When each case of the imports was stored, by the database's clock: by id."""
        answer = get_json(self.port, "/api/v1/offer-cases?source=own-records&fields=id,updated_at&limit=200")
        return {case["id"]: datetime.fromisoformat(case["updated_at"]) for case in answer["items"]}


def jump(service, number, what, days):
    """One jump: what must hold after it, and while it is there."""
    before, stored = service.total(), service.stored_at()
    asking = Asking(service.port)
    asking.start()
    service.clock.set_to(days)
    status, said = service.import_case(number)
    after = service.total()
    (new,) = [at for case, at in service.stored_at().items() if case not in stored] or [None]
    expected = datetime.now(timezone.utc) + timedelta(days=days)
    time.sleep(1)
    asking.end()
    return [
        expect(new and abs(new - expected) < timedelta(minutes=5), f"{what}: the database has that time", (new, expected)),
        expect(status == 0 and after == before + 1, f"{what}: an import is stored, and seen at once", (status, said, before, after)),
        expect(not asking.wrong, f"{what}: all of {asking.asked} requests are answered with 200", asking.wrong[:5]),
        expect(asking.longest_s < LIMIT_SECONDS, f"{what}: the longest answer took {asking.longest_s:.2f} s"),
    ]


def look(service):
    """All that must hold; whether it does."""
    holds = []
    for number, (what, days) in enumerate(JUMPS):
        holds += jump(service, number, what, days)
    total = service.total()
    for what, days in [("a month back", -30), ("ten years on", 3_650)]:
        service.process.end()
        service.clock.set_to(days)
        service.start()
        holds.append(expect(service.total() == total, f"started again {what}, it has all cases", service.total()))
    status, said = service.run("database", "check")
    return all([*holds, expect(status == 0, "all rows are there", said)])


def main():
    """Sets the clock and looks; ends with 1 where something does not hold."""
    options = arguments()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)
        service = Service(options.binary.resolve(), path)
        try:
            holds = look(service)
        finally:
            service.process.end()
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
