"""The data that everything is measured on: made-up cases in the service's own private PostgreSQL."""

import json
import shutil

from . import machine
from .machine import WORK, Process, free_port, program, run, say

READY = "/health/ready"


def build(profile, bench=None):
    """Builds the program, or one of the benches, and gives its path."""
    command = ["cargo", "build", "--locked", "--profile", profile, "--message-format", "json"]
    command += ["--bench", bench] if bench else ["--bin", "offer-cases"]
    say(f"building {bench or 'offer-cases'} with profile {profile}")
    told = run(command, cwd=machine.REPOSITORY)
    name = bench or "offer-cases"
    for line in told.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("executable") and message.get("target", {}).get("name") == name:
            return message["executable"]
    raise RuntimeError(f"cargo told no path of {name}")


class Data:
    """Files of made-up cases, and a database that has them."""

    def __init__(self, binary, cases, seed, data_dir=None):
        self.binary = binary
        self.cases = cases
        self.seed = seed
        self.folder = WORK / f"cases-{cases}-{seed}"
        self.data_dir = data_dir or WORK / "data"
        # Not within the data directory, in which the service wants nothing that it does not know.
        self.mark = WORK / f"{self.data_dir.name}.json"

    @property
    def file(self):
        """The file of cases."""
        return self.folder / "cases" / "synthetic.csv"

    @property
    def is_loaded(self):
        """Whether the database has just these cases."""
        wanted = {"cases": self.cases, "seed": self.seed}
        return self.data_dir.exists() and self.mark.exists() and json.loads(self.mark.read_text()) == wanted

    def generate(self):
        """Makes the files, unless they are there."""
        wanted = f"synthetic --cases {self.cases} --seed {self.seed}\n"
        mark = self.folder / ".generated"
        if not (mark.exists() and mark.read_text() == wanted):
            say(f"generating {self.cases} cases")
            synthetic = ["cargo", "run", "--locked", "--release", "--package", "synthetic", "--"]
            run([*synthetic, "--cases", self.cases, "--seed", self.seed, "--out", self.folder], cwd=machine.REPOSITORY)

    def load(self):
        """Loads the database by the program's own import, unless it is loaded."""
        self.generate()
        if self.is_loaded:
            return
        self.mark.unlink(missing_ok=True)
        shutil.rmtree(self.data_dir, ignore_errors=True)
        # First the reference data alone: a seed with a million cases would be read into memory whole.
        reference = WORK / "reference"
        shutil.rmtree(reference, ignore_errors=True)
        reference.mkdir()
        for file in self.folder.glob("*.csv"):
            shutil.copy(file, reference)
        run([self.binary, "import", "--seed-dir", reference, "--data-dir", self.data_dir])
        say(f"importing {self.cases} cases")
        self.import_file()
        self.note_loaded()

    def import_file(self):
        """Imports the cases, also beside a running service."""
        return run([self.binary, "import", self.file, "--source", "synthetic", "--data-dir", self.data_dir])

    def note_loaded(self):
        """Remembers which cases the database has."""
        self.mark.write_text(json.dumps({"cases": self.cases, "seed": self.seed}))

    def psql(self, sql, tuples=True):
        """What psql prints of some SQL; the private server must run."""
        flags = ["-At"] if tuples else []
        return run([*self.psql_command(), *flags, "-c", sql])

    def psql_command(self):
        """psql on the database."""
        return [
            program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.data_dir), "-U", "offer_cases",
            "-d", "offer_cases",
        ]


class Service:
    """The service with its private PostgreSQL, which all others use too while it runs."""

    name = "offer-cases"

    def __init__(self, data, name="service"):
        self.data = data
        self.port = free_port()
        listen = f"{machine.HOST}:{self.port}"
        command = [data.binary, "serve", "--no-seed", "--data-dir", data.data_dir, "--listen", listen]
        self.process = Process(name, command)
        self.process.await_answer(self.port, READY, seconds=300)

    @property
    def pid(self):
        """The id of its process."""
        return self.process.pid

    def settle(self):
        """Lets the database finish what loading has left to do."""
        self.data.psql("vacuum analyze")
        self.data.psql("checkpoint")

    def end(self):
        """Ends it, and its database with it."""
        self.process.end()
