"""Writing while others read, and looking whether each write is seen at once."""

import concurrent.futures
import json
import random
import subprocess
import threading
import time
import uuid

from . import machine
from .targets import API

# Cases of one transaction; all of one company.
CASES = 5
# What the keys of written cases start with, by which they are taken out again.
KEY = "soak-"


class Psql:
    """A session of psql that takes one piece of SQL after the other."""

    def __init__(self, data):
        command = [*data.psql_command(), "-At"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, bufsize=1
        )

    def run(self, sql):
        """Runs it to its end."""
        mark = uuid.uuid4().hex
        self.process.stdin.write(f"{sql};\n\\echo {mark}\n")
        self.process.stdin.flush()
        told = []
        for line in self.process.stdout:
            if line.strip() == mark:
                return "".join(told)
            told.append(line)
        raise RuntimeError(f"psql ended: {''.join(told)}")

    def end(self):
        """Ends the session."""
        self.process.stdin.close()
        self.process.wait(10)


class Writer(threading.Thread):
    """Adds cases in small transactions, and has each looked for as soon as it is committed."""

    def __init__(self, service, companies, cases_a_second):
        super().__init__(daemon=True)
        self.service = service
        self.companies = companies
        self.pause = CASES / cases_a_second
        self.session = Psql(service.data)
        rows = service.data.psql("""
            select c.slug, count(oc.id) filter (where oc.retired_at is null)
            from companies c left join offer_cases oc on oc.company_id = c.id group by 1""")
        # Cases of each company: of what is committed for sure, and of what may be.
        self.committed = {slug: int(count) for slug, count in (line.split("|") for line in rows.split())}
        self.begun = dict(self.committed)
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.errors = []
        self.checked = 0
        self.written = 0
        self.late_ms = []

    def run(self):
        """Writes until it is told to stop."""
        chance = random.Random(7)
        due = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            while not self.stopping.is_set():
                company = chance.choice(self.companies)
                try:
                    case_id = self.write(company)
                except RuntimeError as error:
                    self.wrong(f"a write failed: {error}")
                    break
                pool.submit(self.check, company, case_id, chance.randrange(3))
                due += self.pause
                time.sleep(max(0.0, due - time.monotonic()))
        self.session.end()

    def write(self, company):
        """One transaction; the id of one of its cases."""
        ids = [str(uuid.uuid4()) for _ in range(CASES)]
        values = ", ".join(f"('{case_id}'::uuid, '{KEY}{case_id}')" for case_id in ids)
        with self.lock:
            self.begun[company] += CASES
        # Every writer takes the version first, so that no two wait for each other.
        self.session.run(f"""
            begin;
            select version from dataset for update;
            insert into offer_cases (id, company_id, role_id, highest_degree, master_tier, offered_on,
                offered_precision, pay_annual_min, pay_annual_max, summary, raw, source_id, source_key)
            select new.id, c.id, (select min(id) from roles), 'master', 1, date '2025-06-30', 'day', 300000, 300000,
                '写入时的案例', '{{}}', s.id, new.key
            from (values {values}) as new (id, key), companies c, sources s
            where c.slug = '{company}' and s.slug = 'synthetic';
            commit""")
        with self.lock:
            self.committed[company] += CASES
            self.written += CASES
        return ids[0]

    def check(self, company, case_id, way):
        """Asks for what was committed, in one of three ways."""
        started = time.monotonic()
        try:
            self._check(company, case_id, way)
        except (OSError, ValueError, KeyError, IndexError) as error:
            self.wrong(f"a check failed: {error!r}")
        with self.lock:
            self.checked += 1
            self.late_ms.append((time.monotonic() - started) * 1000)

    def _check(self, company, case_id, way):
        with self.lock:
            least = self.committed[company]
        target = [
            f"{API}/offer-cases?company={company}&count=exact&limit=1",
            f"{API}/stats?group_by=company&company={company}",
            f"{API}/offer-cases/{case_id}",
        ][way]
        status, _, body = machine.get(self.service.port, target)
        if status != 200:
            self.wrong(f"{target} was answered with {status}")
            return
        if way == 2:
            return
        total = json.loads(body)["total"]
        with self.lock:
            most = self.begun[company]
        if not least <= total <= most:
            self.wrong(f"{target} tells {total} cases, and there are {least} to {most}")

    def wrong(self, what):
        """Notes what must not be."""
        with self.lock:
            self.errors.append(what)

    def stop(self):
        """Ends it."""
        self.stopping.set()
        self.join(60)

    def take_out(self):
        """Removes what was written; the service must not be asked anything afterwards."""
        self.service.data.psql(f"""
            begin;
            select version from dataset for update;
            delete from offer_cases where source_key like '{KEY}%';
            commit""")
