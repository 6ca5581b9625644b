"""One event after the other, each under traffic, and what became of it."""

import dataclasses
import json
import threading
import time

from measure.machine import say

import configuration
import instances
import verdict
from cluster import Cluster
from traffic import KINDS, Pulse, Reader, Seen
from writers import ImportWriter, SqlWriter

# Traffic goes on for so long before an event, after another machine leads, and when all is whole again.
CALM_SECONDS = 3
LED_SECONDS = 8
WHOLE_SECONDS = 3
# No failover takes longer.
LIMIT_SECONDS = 60


@dataclasses.dataclass
class Outcome:
    """What became of an event."""

    name: str
    lossy: bool
    # Who led before and afterwards.
    leaders: tuple
    # After how many seconds another machine led; nothing where none had to.
    led: float | None
    # By instance: the longest time without a good answer, from the event on and with a leader there.
    silent: dict
    after: dict
    # By instance: answers that were older than what a writer had been told.
    behind: dict
    unacknowledged: float
    # How late the rig itself was, at most.
    late: float
    reads: int
    refused: int
    acknowledged: int
    lost: int
    backward: int
    agrees: bool
    failed: list


class Course:
    """The rig with its instances, and all that has been acknowledged since."""

    def __init__(self, binary, folder, cases):
        self.binary, self.folder = binary, folder
        self.kept = set()
        (folder / "traffic.jsonl").unlink(missing_ok=True)
        say("starting etcd, Patroni and HAProxy on three machines")
        self.cluster = Cluster(folder)
        self.cluster.await_whole(seconds=300)
        say(f"loading the seed and {cases} cases")
        self.load(["import"])
        file = instances.table(folder / "cases.csv", [f"case-{number}" for number in range(cases)])
        self.load(instances.importing(file))
        self.instances = [instances.Instance(name, binary, folder) for name in instances.WAYS]
        self.settle()

    def load(self, arguments):
        """Runs an import to its end."""
        status, printed = instances.command(self.binary, arguments, configuration.SEVERAL_HOSTS, 600)
        if status != 0:
            raise RuntimeError(f"{arguments} ended with {status}: {printed[-2000:]}")

    def settle(self):
        """Waits until all is as it should be."""
        self.cluster.await_whole()
        for instance in self.instances:
            Cluster.until(instance.is_ready, 60, f"{instance.name} is not ready")

    def address(self):
        """Where the server is that leads."""
        return configuration.MACHINES[Cluster.until(self.cluster.leader, LIMIT_SECONDS, "nobody leads")]

    def run(self, event):
        """Lets it happen while all ask and write; what became of it."""
        self.settle()
        leader = self.cluster.leader()
        event.before(self.cluster, leader)
        seen = Seen()
        seen.lossy = event.lossy
        stop = self.start_traffic(seen)
        time.sleep(CALM_SECONDS)
        moments = {}
        try:
            self.happen(event, leader, moments)
        finally:
            stop()
        outcome = self.look(event, seen, moments, leader)
        event.after(self.cluster, leader)
        return outcome

    def start_traffic(self, seen):
        """Begins to ask and to write; what ends that."""
        reading, writing = threading.Event(), threading.Event()
        readers = [Reader(seen, instance, kind, reading) for instance in self.instances for kind in KINDS]
        writers = [SqlWriter(seen, self.instances, writing), ImportWriter(seen, self.binary, self.folder, writing)]
        readers.append(Pulse(seen, reading))
        for thread in [*readers, *writers]:
            thread.start()

        def stop():
            for signal, threads in ((writing, writers), (reading, readers)):
                signal.set()
                for thread in threads:
                    thread.join(120)

        return stop

    def happen(self, event, leader, moments):
        """The event itself, until all is whole again."""
        moments["begin"] = time.time()
        event.begin(self.cluster, leader)
        if event.lossy:
            # Before this, only a tail was written.
            moments["begin"] = time.time()
        if event.changes_leader:
            self.await_another(leader, moments)
        time.sleep(max(0.0, moments["begin"] + event.seconds - time.time()))
        moments["mended"] = time.time()
        event.end(self.cluster, leader)
        self.cluster.await_whole(synchronous=not event.lossy)
        time.sleep(WHOLE_SECONDS)
        moments["end"] = time.time()

    def await_another(self, leader, moments):
        """Waits until another machine leads, and keeps when that was."""
        while time.time() < moments["begin"] + LIMIT_SECONDS:
            if self.cluster.leader(but=leader):
                moments["led"] = time.time()
                time.sleep(LED_SECONDS)
                return
            time.sleep(0.05)

    def look(self, event, seen, moments, leader):
        """Compares what is stored with what was acknowledged, and with what instances have in memory."""
        address = self.address()
        version, counts = verdict.truth(address)
        told = [verdict.differences(instance, version, counts) for instance in self.instances]
        acknowledged = {key for write in seen.writes if write.acknowledged for key in write.keys}
        lost = verdict.missing(address, acknowledged)
        self.kept |= acknowledged - lost
        found = {
            "differences": [what for what in told if what], "lost": lost, "after": {},
            "backward": verdict.backward(verdict.answered(event, seen.reads, moments)),
        }
        failed = verdict.judge(event, seen, moments, found)
        self.keep(event, seen, moments)
        of = {name: [read for read in seen.reads if read.instance == name] for name in instances.WAYS}
        return Outcome(
            event.name, event.lossy, (leader, self.cluster.leader()),
            moments["led"] - moments["begin"] if "led" in moments else None,
            {name: verdict.gap(reads, moments["begin"], moments["end"]) for name, reads in of.items()},
            found["after"], {name: len(verdict.behind(seen.reads, name)) for name in of},
            verdict.unacknowledged(seen.writes, moments["begin"], moments["end"]),
            max((late for moment, late in seen.late if moments["begin"] < moment < moments["end"]), default=0.0),
            len(seen.reads), sum(not read.good for read in seen.reads),
            sum(write.acknowledged for write in seen.writes), len(lost), len(found["backward"]), not any(told), failed,
        )

    def keep(self, event, seen, moments):
        """Writes all that was seen into a file, for whoever asks why."""
        with open(self.folder / "traffic.jsonl", "a", encoding="utf-8") as file:
            print(json.dumps({"event": event.name, **moments}), file=file)
            for one in [*seen.reads, *seen.writes]:
                print(json.dumps(dataclasses.asdict(one), ensure_ascii=False), file=file)

    def lost_for_good(self):
        """What was there after its own event, and is no longer."""
        return verdict.missing(self.address(), self.kept)

    def end(self):
        """Ends the instances; all else ends with the namespaces."""
        for instance in self.instances:
            instance.child.terminate()
        for instance in self.instances:
            instance.child.wait(60)
