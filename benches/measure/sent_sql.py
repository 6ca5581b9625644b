"""The very SQL that the service sends: it is asked once with PostgreSQL logging every statement, and the log is read.

So pgbench is always given what the service sends now, with the same parameters.
"""

import re
import time

from . import machine

ENTRY = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \S+ \[(\d+)\] (\w+):  (.*)$")
EXECUTE = re.compile(r"^(?:duration: \S+ ms  )?execute [^:]+: (.*)$", re.S)
# What a connection asks once, or around a request: its types, transactions and settings.
BESIDE = re.compile(r"(?i)^\s*(begin|commit|rollback|set )|\bpg_catalog\.")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")


class Log:
    """PostgreSQL's log while every statement is in it."""

    def __init__(self, service):
        self.service = service
        self.file = service.data.data_dir / "postgres.log"

    def __enter__(self):
        self._log("all")
        return self

    def __exit__(self, *_):
        self._log("none")

    def _log(self, which):
        self.service.data.psql(f"alter system set log_statement = '{which}'")
        self.service.data.psql("select pg_reload_conf()")
        time.sleep(0.5)

    def of(self, target):
        """The statements of one request, each with its parameters.

        It is asked twice, since the first time may look up more than later ones.
        """
        machine.get(self.service.port, target)
        start = self.file.stat().st_size
        status, _, body = machine.get(self.service.port, target)
        if status != 200:
            raise RuntimeError(f"{target} was answered with {status}: {body[:300]!r}")
        # The answer may be sent before the last line is written.
        time.sleep(0.02)
        with open(self.file, "rb") as log:
            log.seek(start)
            return statements(log.read().decode("utf-8", "replace"))


def statements(log):
    """The statements that were executed, in their order, with their parameters."""
    found = []
    for severity, text in _entries(log):
        executed = EXECUTE.match(text) if severity == "LOG" else None
        if executed:
            found.append((executed.group(1).strip(), []))
        elif severity == "DETAIL" and found and text.lower().startswith("parameters: "):
            found[-1] = (found[-1][0], _parameters(text))
    return [entry for entry in found if not BESIDE.search(entry[0])]


def _entries(log):
    entry = None
    for line in log.splitlines():
        start = ENTRY.match(line)
        if start:
            if entry:
                yield entry
            entry = (start.group(2), start.group(3))
        elif entry:
            entry = (entry[0], entry[1] + "\n" + line.removeprefix("\t"))
    if entry:
        yield entry


def _parameters(text):
    values = []
    for _, value in PARAMETER.findall(text):
        if value == "NULL":
            raise RuntimeError("pgbench cannot send a null")
        values.append(value[1:-1].replace("''", "'"))
    return values
