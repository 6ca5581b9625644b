"""Instances of the service, each with another way to the database, and commands of it."""

import os
import subprocess

from measure.machine import HOST, get_json

import configuration

# Where each finds what is written, and where it reads; the ways of deploy/README.md.
WAYS = {
    "A": ("several hosts", {"DATABASE_URL": configuration.SEVERAL_HOSTS}),
    "B": ("HAProxy", {"DATABASE_URL": configuration.THROUGH_HAPROXY}),
    "C": ("HAProxy, reads from replicas", {
        "DATABASE_URL": configuration.THROUGH_HAPROXY, "READ_DATABASE_URL": configuration.REPLICAS,
    }),
}
FIRST_PORT = 8081
SOURCE = "own-records"
ROWS_OF_AN_IMPORT = 3


def environment(settings):
    """The environment of a program of the service: nothing of ours that is meant for another database."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("OFFER_CASES_", "DATABASE_", "PG"))}
    return {**ours, **settings}


class Instance:
    """One that serves until it is ended."""

    def __init__(self, name, binary, folder):
        self.name = name
        self.port = FIRST_PORT + list(WAYS).index(name)
        self.way, settings = WAYS[name]
        with open(folder / f"instance-{name}.log", "w", encoding="utf-8") as log:
            self.child = subprocess.Popen(
                [binary, "--no-seed", "--listen", f"{HOST}:{self.port}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=environment({"RUST_LOG": "info", **settings}),
            )

    def is_ready(self):
        """Whether it can answer all."""
        try:
            return get_json(self.port, "/health/ready")["status"] == "ready"
        except (OSError, RuntimeError, ValueError):
            return False


def command(binary, arguments, database_url, seconds=90):
    """Runs a command of the service on a database; how it ended and all that it printed."""
    try:
        done = subprocess.run(
            [binary, *map(str, arguments)], env=environment({"DATABASE_URL": database_url, "RUST_LOG": "warn"}),
            capture_output=True, text=True, check=False, timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        return None, f"not done within {seconds} s"
    return done.returncode, done.stdout + done.stderr


def importing(file):
    """How a table of `table` is imported: its first column names the cases for good."""
    return ["import", file, "--source", SOURCE, "--key", "编号"]


def table(path, keys):
    """Writes a table of cases with these keys."""
    rows = "".join(f"{key},腾讯,后端开发,软件工程,211本985硕\n" for key in keys)
    path.write_text("编号,公司,岗位,专业,学历\n" + rows, encoding="utf-8")
    return path
