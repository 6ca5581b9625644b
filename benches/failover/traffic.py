"""Questions to all instances, and writes, throughout; what became of each is kept."""

import dataclasses
import hashlib
import http.client
import json
import threading
import time

from measure.machine import HOST

API = "/api/v1"
# Each kind of question is answered in another way: by SQL, from memory, as a stream over a connection of its own.
KINDS = {
    "list": f"{API}/offer-cases?limit=5&fields=id",
    "statistics": f"{API}/stats?group_by=company&limit=1000",
    "known": f"{API}/stats?group_by=major",
    "tags": f"{API}/tags",
    "export": f"{API}/offer-cases.csv?fields=id",
}
PAUSES = {"export": 0.5}
PAUSE = 0.1
LIMIT = 20


@dataclasses.dataclass
class Read:
    """A question and its answer."""

    instance: str
    kind: str
    begun: float
    ended: float
    status: int
    # The version of the data and the mark of its history.
    version: int = 0
    history: str = ""
    # The least version that had been acknowledged to a writer when it was asked.
    acknowledged: int = 0
    code: str = ""

    @property
    def good(self):
        """Whether it was answered."""
        return self.status in (200, 304)


@dataclasses.dataclass
class Write:
    """A write, and whether it was acknowledged."""

    kind: str
    keys: list
    begun: float
    ended: float
    acknowledged: bool
    said: str = ""


class Seen:
    """All that was asked, written and found to be wrong."""

    def __init__(self):
        self.lock = threading.Lock()
        self.reads, self.writes, self.wrong, self.late = [], [], [], []
        # The newest version that a writer knows to be stored.
        self.version = 0
        # Whether what is acknowledged may be lost.
        self.lossy = False
        # What an ETag of a question stands for: it never stands for anything else.
        self.bodies = {}

    def read(self, read):
        """Keeps a question."""
        with self.lock:
            self.reads.append(read)

    def wrote(self, write, version=0):
        """Keeps a write, and the version that it is in."""
        with self.lock:
            self.writes.append(write)
            if write.acknowledged:
                self.version = max(self.version, version)

    def fault(self, what):
        """Keeps what must not be."""
        with self.lock:
            self.wrong.append((time.time(), what))

    def compare(self, target, etag, body):
        """Looks whether a validator stands for these bytes, as it did before, whichever instance gave it."""
        digest = hashlib.sha256(body).hexdigest()
        with self.lock:
            before = self.bodies.setdefault((target, etag), digest)
        if before != digest:
            self.fault(f"{target}: the ETag {etag} stands for two different answers")


class Pulse(threading.Thread):
    """Looks how late this program itself is: where others take the whole machine, nobody answers soon."""

    EVERY = 0.05

    def __init__(self, seen, stopping):
        super().__init__(daemon=True)
        self.seen, self.stopping = seen, stopping

    def run(self):
        """Looks until it is told to stop."""
        before = time.time()
        while not self.stopping.wait(self.EVERY):
            now = time.time()
            self.seen.late.append((now, now - before - self.EVERY))
            before = now


def ask(connection, target, headers):
    """Status, headers and body of an answer."""
    connection.request("GET", target, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def parts(headers):
    """Number and history of the version of an answer."""
    number, _, history = (headers.get("Dataset-Version") or "0").partition("-")
    return int(number), history


class Reader(threading.Thread):
    """Asks an instance one kind of question again and again, over one connection."""

    def __init__(self, seen, instance, kind, stopping):
        super().__init__(daemon=True)
        self.seen, self.instance, self.kind, self.stopping = seen, instance, kind, stopping
        self.connection = None
        self.etag = None

    def run(self):
        """Asks until it is told to stop."""
        while not self.stopping.is_set():
            begun = time.time()
            acknowledged = self.seen.version
            status, code, version, history = self.once()
            ended = time.time()
            self.seen.read(Read(
                self.instance.name, self.kind, begun, ended, status, version, history, acknowledged, code
            ))
            self.stopping.wait(max(0.0, PAUSES.get(self.kind, PAUSE) - (ended - begun)))

    def once(self):
        """One question: status, what was wrong, version and history."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(HOST, self.instance.port, timeout=LIMIT)
            conditional = self.kind == "known" and self.etag
            status, headers, body = ask(self.connection, KINDS[self.kind], {"If-None-Match": self.etag} if conditional else {})
        except (OSError, http.client.HTTPException) as error:
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return 0, repr(error)[:120], 0, ""
        if status not in (200, 304):
            return status, problem(body), 0, ""
        self.look(status, headers, body)
        return status, "", *parts(headers)

    def look(self, status, headers, body):
        """Looks whether validators tell the truth."""
        etag = headers.get("ETag")
        if status == 304 and etag != self.etag:
            self.seen.fault(f"{self.instance.name}: 304 of {self.etag} has the ETag {etag}")
        if status == 200 and etag and self.kind != "export":
            self.seen.compare(KINDS[self.kind], etag, body)
        self.etag = etag


def problem(body):
    """The code of an error."""
    try:
        return json.loads(body)["code"]
    except (ValueError, KeyError, TypeError):
        return body[:60].decode(errors="replace")
