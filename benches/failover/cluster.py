"""Three machines with etcd, Patroni and PostgreSQL, and HAProxy before them."""

import http.client
import json
import shutil
import subprocess
import time

from measure.machine import say

import configuration
from host import Host, switch
from surroundings import USER, as_user
from writers import connect

HAPROXY = configuration.FILES / "haproxy.cfg"


class Cluster:
    """All of it, made anew below a folder."""

    def __init__(self, folder):
        self.folder = folder
        switch()
        self.hosts = {name: Host(name, address) for name, address in configuration.MACHINES.items()}
        for name in self.hosts:
            shutil.rmtree(folder / name, ignore_errors=True)
            (folder / name).mkdir(parents=True)
            shutil.chown(folder / name, USER, USER)
            configuration.etcd(folder / name, name)
            configuration.patroni(folder / name, name)
        for name in self.hosts:
            self.start_etcd(name)
        for name in self.hosts:
            self.start_patroni(name)
        self.haproxy = subprocess.Popen(["haproxy", "-db", "-f", HAPROXY], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def start_etcd(self, name):
        """Starts etcd of a machine."""
        path = self.folder / name
        self.hosts[name].start(as_user(["etcd", "--config-file", path / "etcd.yml"]), path / "etcd.log")

    def start_patroni(self, name):
        """Starts Patroni of a machine, which starts PostgreSQL."""
        path = self.folder / name
        patroni = self.folder / "venv" / "bin" / "patroni"
        self.hosts[name].start(as_user([patroni, path / "patroni.yml"]), path / "patroni.log")

    def start(self, name):
        """Turns a machine on again."""
        self.start_etcd(name)
        self.start_patroni(name)

    def ask(self, name, target, body=None, method="GET"):
        """What Patroni of a machine says: status and JSON; nothing where it gives no answer."""
        connection = http.client.HTTPConnection(self.hosts[name].address, 8008, timeout=1 if body is None else 60)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, target, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told = answer.read().decode()
            return answer.status, json.loads(told) if told.startswith("{") else told
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            connection.close()

    def leader(self, but=None):
        """The machine whose Patroni holds the lead, and whose PostgreSQL takes writes; another one than that which is named."""
        leads = [name for name in self.hosts if name != but and self.ask(name, "/primary")[0] == 200]
        return leads[0] if leads else None

    def replicas(self):
        """The machine that has all that is acknowledged, and the one that may lag."""
        of_leader = self.leader()
        synchronous = [name for name in self.hosts if name != of_leader and self.ask(name, "/synchronous")[0] == 200]
        others = [name for name in self.hosts if name not in (of_leader, *synchronous)]
        return (synchronous + others)[0], others[-1]

    def is_whole(self, synchronous=True):
        """Whether there is one leader, which two others follow."""
        leads = [name for name in self.hosts if self.ask(name, "/primary")[0] == 200]
        if len(leads) != 1:
            return False
        _, cluster = self.ask(leads[0], "/cluster")
        members = cluster.get("members", []) if isinstance(cluster, dict) else []
        followers = [member for member in members if member["role"] != "leader" and member["state"] == "streaming"]
        at_once = sum(member["role"] == "sync_standby" for member in followers)
        return len(followers) == 2 and (at_once == 1 or not synchronous)

    def await_whole(self, synchronous=True, seconds=180):
        """Waits until all follow one."""
        self.until(lambda: self.is_whole(synchronous), seconds, "the cluster does not come together again")

    def await_asynchronous(self):
        """Waits until commits wait for nobody."""
        def waits_for_nobody():
            connection = connect(configuration.MACHINES[self.leader()])
            try:
                cursor = connection.cursor()
                cursor.execute("show synchronous_standby_names")
                return cursor.fetchone()[0] == ""
            finally:
                connection.close()

        self.until(waits_for_nobody, 60, "replication does not become asynchronous")

    @staticmethod
    def until(is_so, seconds, why):
        """Waits until something is so; the answer to that."""
        deadline = time.monotonic() + seconds
        while not (found := is_so()):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{why} within {seconds} s")
            time.sleep(0.1)
        return found

    def configure(self, settings):
        """Changes what holds for all, as `patronictl edit-config` does."""
        status, told = self.ask(self.leader(), "/config", settings, "PATCH")
        if status != 200:
            raise RuntimeError(f"the settings {settings} were refused: {told}")

    def switch_over(self):
        """Hands the lead over to the one that has all."""
        leader = self.leader()
        status, told = self.ask(leader, "/switchover", {"leader": leader, "candidate": self.replicas()[0]}, "POST")
        if status != 200:
            say(f"the switchover was answered with {status}: {told}")

    def etcd_leader(self):
        """The machine whose etcd leads."""
        for name, host in self.hosts.items():
            done = subprocess.run(
                ["etcdctl", "--endpoints", f"{host.address}:2379", "endpoint", "status", "--write-out", "json"],
                capture_output=True, text=True, check=False, env={"ETCDCTL_API": "3", "PATH": "/usr/bin:/bin"},
            )
            if done.returncode == 0:
                status = json.loads(done.stdout)[0]["Status"]
                if status["leader"] == status["header"]["member_id"]:
                    return name
        return next(iter(self.hosts))
