"""Writes while others read: transactions of plain SQL, and imports; each is looked for as its writer may expect."""

import http.client
import itertools
import random
import re
import select
import threading
import time
import uuid

import psycopg2
from psycopg2 import extensions

from measure.machine import HOST

import configuration
import instances
from traffic import API, LIMIT, Write, ask, parts, problem

# Something that takes longer is given up, and is not acknowledged.
PATIENCE = 8
# One host may take this long to let somebody in.
ENTRY = 2
PAUSE = 0.2
IMPORT_PAUSE = 1.0
VERSION = re.compile(r"at version (\d+)-\w+ now")
# How long this thread waits for the database at present, where that is not as long as usual.
waiting = threading.local()


def patient(connection):
    """Waits for the database as long as it makes sense: what is frozen is given up."""
    deadline = time.monotonic() + getattr(waiting, "seconds", PATIENCE)
    while (state := connection.poll()) != extensions.POLL_OK:
        left = deadline - time.monotonic()
        lists = ([connection.fileno()], []) if state == extensions.POLL_READ else ([], [connection.fileno()])
        if left <= 0 or not any(select.select(*lists, [], left)):
            raise psycopg2.OperationalError("no answer")


# Every connection of this process waits so.
extensions.set_wait_callback(patient)


def connect(address=None):
    """A connection to the server that takes writes, or to this one. libpq has no limit over all of it."""
    waiting.seconds = ENTRY
    try:
        for host in [address] if address else random.sample(list(configuration.MACHINES.values()), len(configuration.MACHINES)):
            try:
                return psycopg2.connect(configuration.url(host, parameters="" if address else "?target_session_attrs=read-write"))
            except psycopg2.Error:
                continue
        raise psycopg2.OperationalError("no host takes writes")
    finally:
        waiting.seconds = PATIENCE


class SqlWriter(threading.Thread):
    """A transaction of a new case and a changed one, several times a second; the case is asked of an instance at once."""

    def __init__(self, seen, asked, stopping):
        super().__init__(daemon=True)
        self.seen, self.stopping = seen, stopping
        self.asked = itertools.cycle(asked)
        self.connection = None

    def run(self):
        """Writes until it is told to stop."""
        while not self.stopping.is_set():
            case, begun, version, said = str(uuid.uuid4()), time.time(), 0, ""
            try:
                version = self.write(case)
            except psycopg2.Error as error:
                said = " ".join(str(error).split())[:160]
                if self.connection is not None:
                    self.connection.close()
                self.connection = None
            self.seen.wrote(Write("sql", [f"rig-{case}"], begun, time.time(), not said, said), version)
            if not said:
                threading.Thread(target=self.look_for, args=(next(self.asked), case, version), daemon=True).start()
            self.stopping.wait(max(0.0, PAUSE - (time.time() - begun)))

    def write(self, case):
        """One transaction; the version that it made."""
        if self.connection is None:
            self.connection = connect()
        cursor = self.connection.cursor()
        # The one row that every write changes is taken first, so that no two wait for each other.
        cursor.execute("select version from dataset for update")
        cursor.execute(
            """insert into offer_cases (id, company_id, role_id, raw, source_id, source_key)
               values (%s, (select id from companies order by id offset %s limit 1), (select min(id) from roles), '{}',
                       (select id from sources where slug = %s), %s)""",
            (case, random.randint(0, 9), instances.SOURCE, f"rig-{case}"),
        )
        cursor.execute(
            """update offer_cases set company_id = (select id from companies order by id offset %s limit 1)
               where id = (select id from offer_cases where source_key like 'rig-%%' order by random() limit 1)""",
            (random.randint(0, 9),),
        )
        cursor.execute("select version from dataset")
        version = cursor.fetchone()[0]
        self.connection.commit()
        return version

    def look_for(self, instance, case, version):
        """What was written is there for who asks with its version, or it is said that it is not there yet."""
        connection = http.client.HTTPConnection(HOST, instance.port, timeout=LIMIT)
        try:
            status, headers, body = ask(connection, f"{API}/offer-cases/{case}", {"Min-Dataset-Version": str(version)})
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()
        # What a failover has lost, as it was configured to, is there no more.
        if status == 503 or self.seen.lossy:
            return
        if status != 200 or parts(headers)[0] < version:
            self.seen.fault(
                f"{instance.name}: the case of version {version} was answered with {status} {problem(body)} "
                f"at {headers.get('Dataset-Version')}"
            )


class ImportWriter(threading.Thread):
    """Imports of the service, one after the other; by several hosts and by HAProxy in turn."""

    def __init__(self, seen, binary, folder, stopping):
        super().__init__(daemon=True)
        self.seen, self.binary, self.folder, self.stopping = seen, binary, folder, stopping

    def run(self):
        """Imports until it is told to stop."""
        ways = itertools.cycle([configuration.SEVERAL_HOSTS, configuration.THROUGH_HAPROXY])
        while not self.stopping.is_set():
            name, begun = uuid.uuid4().hex, time.time()
            keys = [f"import-{name}-{row}" for row in range(instances.ROWS_OF_AN_IMPORT)]
            file = instances.table(self.folder / "import.csv", keys)
            arguments = [*instances.importing(file), "--lang", "en"]
            status, printed = instances.command(self.binary, arguments, next(ways))
            found = VERSION.search(printed)
            said = "" if status == 0 else f"{status}: {' '.join(printed.split())[-200:]}"
            self.seen.wrote(Write("import", keys, begun, time.time(), not said, said), int(found[1]) if found else 0)
            self.stopping.wait(max(0.0, IMPORT_PAUSE - (time.time() - begun)))
