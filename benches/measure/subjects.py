"""What offer-cases is measured against."""

import json
import os
import pathlib
import shutil

from . import load, machine
from .data import Data, Service, build
from .machine import WORK, Missing, Process, free_port, program, run, say
from .sent_sql import Log
from .targets import Targets

BENCHES = pathlib.Path(__file__).resolve().parents[1]
# Processes of the services in other languages: one a core, as offer-cases has threads.
PROCESSES = 2
# pgbench prepares the statements of each script for each client; with more of them that would be a good part of its work.
FEW_SCRIPTS = 8
# Connections of each of their pools: as many as offer-cases has together.
POOL = 8


class Offer:
    """The service itself."""

    name = "offer-cases"

    def __init__(self, service, pairs):
        self.service = service
        self.targets = Targets(service.port, pairs)

    def measure(self, kind, clients, seconds):
        """Loads it with a kind of work."""
        return load.http(self.service.port, self.targets.of(kind), clients, seconds)

    def memory(self):
        """Resident memory in MB."""
        return machine.resident_mb(self.service.pid)


class Earlier:
    """Another build of the service, such as that of an earlier version, with a database of its own."""

    name = "earlier"
    sends_equal_bytes = False

    def __init__(self, binary, offer, pairs):
        ours = offer.service.data
        self.data = Data(binary, ours.cases, ours.seed, WORK / "earlier-data")
        self.pairs = pairs
        self.service = None
        self.targets = None

    def can(self, _kind):
        """It does all kinds of work."""
        return True

    def prepare(self, _kind):
        """Starts it with the same cases."""
        self.data.load()
        self.service = Service(self.data, self.name)
        self.service.settle()
        self.targets = Targets(self.service.port, self.pairs)

    def measure(self, kind, clients, seconds):
        """Loads it with a kind of work."""
        return load.http(self.service.port, self.targets.of(kind), clients, seconds)

    def memory(self):
        """Resident memory in MB."""
        return machine.resident_mb(self.service.pid)

    def end(self):
        """Ends it, if it runs."""
        if self.service:
            self.service.end()
        self.service = None


class PgBench:
    """PostgreSQL with what the service sends it, or with plain SQL where the service does without."""

    name = "pgbench"
    sends_equal_bytes = False
    sent = ("list", "list64", "later", "thin", "case")
    plain = ("stats", "facets", "comparable", "search")

    def __init__(self, service, offer):
        program("pgbench")
        self.service = service
        self.offer = offer
        self.scripts = {}

    def can(self, kind):
        """Whether there is SQL of this kind of work."""
        return kind in self.sent or kind in self.plain

    def prepare(self, kind):
        """Finds the SQL; the service must not be asked anything else meanwhile."""
        if kind in self.plain:
            statements = (BENCHES / "plain_sql" / f"{kind}.sql").read_text(encoding="utf-8").split(";\n")
            script = [(text.strip(), []) for text in statements if text.strip()]
            self.scripts[kind] = [script]
            if kind == "search":
                from .targets import SEARCH_WORDS
                self.scripts[kind] = [[(script[0][0], [f"%{word}%"])] for word in SEARCH_WORDS]
            return
        with Log(self.service) as log:
            scripts = [log.of(target) for target in self.offer.targets.of(kind)]
        if not any(scripts):
            raise Missing("the service sends no SQL for it")
        self.scripts[kind] = scripts if load.are_one(scripts) else scripts[:FEW_SCRIPTS]
        shown = WORK / "sent" / f"{kind}.json"
        shown.parent.mkdir(exist_ok=True)
        shown.write_text(json.dumps(self.scripts[kind][:2], ensure_ascii=False, indent=1), encoding="utf-8")

    def measure(self, kind, clients, seconds):
        """Loads the database with a kind of work."""
        return load.sql(self.service.data, self.scripts[kind], clients, seconds)

    def memory(self):
        """It is not the program that is compared."""
        return None

    def end(self):
        """Nothing runs."""


class EqualBytes:
    """The HTTP framework alone: it has the answers of the service in memory and sends the same bytes."""

    name = "equal bytes"
    sends_equal_bytes = True

    def __init__(self, profile, offer):
        self.binary = build(profile, "equal_bytes")
        self.offer = offer
        self.process = None
        self.port = None

    def can(self, kind):
        """Whether the answer is one that the framework alone could send."""
        return kind in ("list", "list64", "later", "thin", "case", "not_modified")

    def prepare(self, kind):
        """Takes the answers of the service."""
        self.end()
        file = WORK / "answers.jsonl"
        with open(file, "w", encoding="utf-8") as out:
            for target in self.offer.targets.of(kind):
                target, tag = (target, None) if isinstance(target, str) else target
                headers = {"If-None-Match": tag} if tag else {}
                status, told, body = machine.get(self.offer.service.port, target, headers)
                kept = [(name, value) for name, value in told.items() if name.lower() not in ("content-length", "date")]
                answer = {"target": target, "status": status, "headers": kept, "body": body.decode("utf-8")}
                out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        self.port = free_port()
        self.process = Process("equal-bytes", [self.binary, f"{machine.HOST}:{self.port}", file])
        self.process.await_answer(self.port, "/ready")

    def measure(self, kind, clients, seconds):
        """Loads it with the same targets."""
        return load.http(self.port, self.offer.targets.of(kind), clients, seconds)

    def memory(self):
        """Resident memory in MB."""
        return machine.resident_mb(self.process.pid)

    def end(self):
        """Ends it."""
        if self.process:
            self.process.end()
        self.process = None


class Other:
    """A service that its users would write instead, on the same database."""

    sends_equal_bytes = False
    kinds = ("list", "list64", "later", "case", "search", "stats", "facets")

    def __init__(self, service, pairs):
        self.install()
        self.service = service
        self.pairs = pairs
        self.process = None
        self.port = None
        self.targets = None

    def can(self, kind):
        """Whether it does this kind of work."""
        return kind in self.kinds

    def prepare(self, kind):
        """Starts it."""
        self.port = free_port()
        environment = {
            **os.environ, "PGHOST": str(self.service.data.data_dir), "PGUSER": "offer_cases",
            "PGDATABASE": "offer_cases", "PORT": str(self.port), "POOL": str(POOL), "PROCESSES": str(PROCESSES),
            "NODE_ENV": "production",
        }
        self.process = Process(self.folder.name, self.command(), env=environment, cwd=self.folder)
        self.process.await_answer(self.port, "/health")
        self.targets = Targets(self.port, self.pairs)

    def measure(self, kind, clients, seconds):
        """Loads it with a kind of work."""
        return load.http(self.port, self.targets.of(kind), clients, seconds)

    def memory(self):
        """Resident memory of all its processes in MB."""
        return machine.resident_mb(self.process.pid)

    def end(self):
        """Ends it, if it runs."""
        if self.process:
            self.process.end()
        self.process = None


class FastApi(Other):
    """FastAPI with asyncpg."""

    name = "FastAPI + asyncpg"
    folder = WORK / "fastapi"

    def install(self):
        """Makes a virtual environment of its own, unless it is there as wanted."""
        _copy("fastapi", self.folder)
        wanted = (self.folder / "requirements.txt").read_text()
        mark = self.folder / "installed.txt"
        if mark.exists() and mark.read_text() == wanted:
            return
        say("installing FastAPI")
        try:
            run([program("python3"), "-m", "venv", self.folder / "venv"])
            run([self.folder / "venv/bin/pip", "install", "--quiet", "-r", self.folder / "requirements.txt"])
        except RuntimeError as error:
            raise Missing(f"FastAPI cannot be installed: {error}") from error
        mark.write_text(wanted)

    def command(self):
        """uvicorn with a process a core."""
        return [
            self.folder / "venv/bin/uvicorn", "service:app", "--host", machine.HOST, "--port", str(self.port),
            "--workers", PROCESSES, "--no-access-log", "--log-level", "warning",
        ]


class Fastify(Other):
    """Fastify with pg."""

    name = "Fastify + pg"
    folder = WORK / "fastify"

    def install(self):
        """Installs what the lock file says, unless it is there as wanted."""
        _copy("fastify", self.folder)
        wanted = (self.folder / "package-lock.json").read_text()
        mark = self.folder / "installed.json"
        if mark.exists() and mark.read_text() == wanted:
            return
        say("installing Fastify")
        try:
            run([program("npm"), "ci", "--silent", "--no-audit", "--no-fund"], cwd=self.folder)
        except RuntimeError as error:
            raise Missing(f"Fastify cannot be installed: {error}") from error
        mark.write_text(wanted)

    def command(self):
        """Node, which makes a process a core by itself."""
        return [program("node"), self.folder / "service.js"]


def _copy(name, folder):
    """What is installed does not belong in the source tree."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in (BENCHES / name).iterdir():
        if file.is_file():
            shutil.copy(file, folder)
