#!/usr/bin/env python3
"""Fills the disk of a private server by imports, and looks what is told, kept and recovered; see README.md beside this file.

The disk is a file system in memory that nobody else sees. Needs root.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# Nothing is left in the source tree.
sys.dont_write_bytecode = True

from measure.expectations import expect
from measure.machine import HOST, TARGET, free_port, get, get_json, run, say

INSIDE = "OFFER_CASES_FULL_DISK_INSIDE"
ROWS = 10_000
# Room for the seed and an import or two; and then for more.
SMALL, LARGE = "120m", "700m"
STATISTICS = "/api/v1/stats?group_by=company&limit=1"
SECONDS = 60


def arguments():
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, default=TARGET / "release" / "offer-cases", help="the program")
    return parser.parse_args()


def enter():
    """Goes on where mounts are seen by nobody else."""
    if os.geteuid() != 0:
        sys.exit("this needs root, to mount a file system")
    if not os.environ.get(INSIDE):
        os.execvpe("unshare", ["unshare", "--mount", sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


class Disk:
    """A small disk with a private server's data, and a service on it."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.mount = folder / "disk"
        self.mount.mkdir()
        run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=755", "tmpfs", self.mount])
        self.port = free_port()
        self.log = folder / "service.log"
        with open(self.log, "w", encoding="utf-8") as log:
            command = [binary, "--listen", f"{HOST}:{self.port}", "--data-dir", self.mount / "data"]
            self.service = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.await_ready()

    def await_ready(self):
        """Waits until all can be answered, and how long that took."""
        begun = time.monotonic()
        while time.monotonic() < begun + SECONDS:
            try:
                if get(self.port, "/health/ready")[0] == 200:
                    return time.monotonic() - begun
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"never ready: {self.log.read_text(encoding='utf-8')[-3000:]}")

    def import_rows(self, number):
        """Imports so many new cases: how that ended, and what it said."""
        file = self.folder / f"{number}.csv"
        rows = "".join(f"disk-{number}-{row},腾讯,后端开发,软件工程,211本985硕\n" for row in range(ROWS))
        file.write_text("编号,公司,岗位,专业,学历\n" + rows, encoding="utf-8")
        command = [self.binary, "import", file, "--source", "own-records", "--key", "编号", "--lang", "en"]
        command += ["--data-dir", self.mount / "data"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        return done.returncode, done.stderr

    def total(self):
        """How many cases the service counts."""
        return get_json(self.port, STATISTICS)["total"]

    def make_room(self):
        """There is more room on the disk."""
        run(["mount", "-o", f"remount,size={LARGE}", self.mount])


def fill(disk):
    """Imports until nothing fits any more: how many imports were acknowledged, and what the last one said."""
    for number in range(100):
        status, said = disk.import_rows(number)
        if status != 0:
            return number, status, said
        say(f"{ROWS} cases more are stored")
    raise RuntimeError("the disk is never full")


def look(disk):
    """All that must hold; whether it does."""
    seed = disk.total()
    number, status, said = fill(disk)
    print("The import that did not fit ended with", status, "and said:", *said.strip().splitlines()[-3:], sep="\n  ")
    holds = [
        expect(status == 1 and ("MiB left" in said or "No space left" in said), "it says that the disk is full", said),
    ]
    time.sleep(3)
    disk.make_room()
    seconds = disk.await_ready()
    log = disk.log.read_text(encoding="utf-8")
    holds += [
        expect(True, f"with room again, the service is ready by itself after {seconds:.1f} s"),
        expect("MiB left" in log or "No space left" in log, "its log says why it was not", log[-2000:]),
        expect(disk.total() == seed + number * ROWS, "what was acknowledged is there, and nothing of what was not", disk.total()),
    ]
    status, said = disk.import_rows(number)
    holds.append(expect(status == 0 and disk.total() == seed + (number + 1) * ROWS, "the same import is stored now", said))
    check = [disk.binary, "database", "check", "--data-dir", disk.mount / "data"]
    checked = subprocess.run(check, capture_output=True, text=True, check=False)
    holds.append(expect(checked.returncode == 0, "all rows are there", checked.stdout + checked.stderr))
    return all(holds)


def main():
    """Fills the disk and looks; ends with 1 where something does not hold."""
    options = arguments()
    options.binary = options.binary.resolve()
    enter()
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder)
        path.chmod(0o755)
        disk = Disk(options.binary, path)
        try:
            holds = look(disk)
        finally:
            disk.service.terminate()
            disk.service.wait(60)
            run(["umount", disk.mount])
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
