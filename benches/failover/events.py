"""What happens to the rig: to whom, and how it is put right again."""

import dataclasses
import os
import signal
import threading
import time
from typing import Callable

# How long something is away, at least; where another one must lead, until it has led for a while.
AWAY_SECONDS = 12
# How long writes are lost in a failover that loses some.
TAIL_SECONDS = 2.5
ASYNCHRONOUS = {"synchronous_mode": False, "synchronous_mode_strict": False}
SYNCHRONOUS = {"synchronous_mode": True, "synchronous_mode_strict": True}


def nothing(_cluster, _leader):
    """Nothing is to be done: it is put right by itself."""


@dataclasses.dataclass
class Event:
    """Something that happens while one machine leads."""

    name: str
    begin: Callable
    end: Callable = nothing
    before: Callable = nothing
    after: Callable = nothing
    # Whether another machine must lead afterwards.
    changes_leader: bool = True
    # Whether acknowledged writes may be lost.
    lossy: bool = False
    seconds: float = AWAY_SECONDS


def of_host(begin, end, who=lambda _cluster, leader: leader):
    """Two steps that do something to one machine, the second to that of the first."""
    chosen = []

    def first(cluster, leader):
        chosen[:] = [who(cluster, leader)]
        begin(cluster, cluster.hosts[chosen[0]])

    return first, lambda cluster, _leader: end(cluster, cluster.hosts[chosen[0]])


def freeze(_cluster, host):
    """Everything on it stands still."""
    host.freeze()


def thaw(_cluster, host):
    """Everything on it goes on."""
    host.thaw()


def kill(_cluster, host):
    """Everything on it is gone."""
    host.kill()


def turn_on(cluster, host):
    """Everything on it is started."""
    cluster.start(host.name)


def lose_power(_cluster, host):
    """It is gone, and says nothing any more."""
    host.plug(False)
    host.kill()


def come_back(cluster, host):
    """It has power and a cable again."""
    host.plug(True)
    cluster.start(host.name)


def kill_postmaster(cluster, leader):
    """PostgreSQL dies, and Patroni lives."""
    pid = (cluster.folder / leader / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
    os.kill(int(pid), signal.SIGKILL)


def switch_over(cluster, _leader):
    """The lead is handed over, as `patronictl switchover` does; how soon is looked at beside it."""
    threading.Thread(target=cluster.switch_over, daemon=True).start()


def synchronous(cluster, _leader):
    """The replica that has all."""
    return cluster.replicas()[0]


def asynchronous(cluster, _leader):
    """The replica that may lag."""
    return cluster.replicas()[1]


def followers(action):
    """Does something to the PostgreSQL of both replicas."""
    def step(cluster, leader):
        for name, host in cluster.hosts.items():
            if name != leader:
                action(host, "postgres")
    return step


def majority(action):
    """Does something to the etcd of two machines."""
    def step(cluster, _leader):
        for host in list(cluster.hosts.values())[:2]:
            action(host, "etcd.yml")
    return step


def replication_is_cut(cluster, leader, on):
    """Replicas get nothing more of what the leader writes."""
    source = ["-s", cluster.hosts[leader].address, "-p", "tcp", "--sport", "5432"]
    for name, host in cluster.hosts.items():
        if name != leader:
            host.drop(on, source)


def may_lose(cluster, _leader):
    """Nobody waits for replicas, as Patroni has it where nothing is said."""
    cluster.configure(ASYNCHRONOUS)
    cluster.await_asynchronous()


def write_a_tail(cluster, leader):
    """Writes are acknowledged that no replica has; then the leader is gone, and can tell nobody any more."""
    replication_is_cut(cluster, leader, True)
    time.sleep(TAIL_SECONDS)
    lose_power(cluster, cluster.hosts[leader])
    replication_is_cut(cluster, leader, False)


def keep_all(cluster, _leader):
    """Two machines have what is acknowledged, again."""
    cluster.configure(SYNCHRONOUS)
    cluster.await_whole()


def of_leader(name, begin, end):
    """Something that happens to the machine that leads."""
    return Event(name, *of_host(begin, end))


def of_replica(name, begin, end, who):
    """Something that happens to a machine that does not lead."""
    return Event(name, *of_host(begin, end, who), changes_leader=False)


def known():
    """Every event by its name."""
    dropped = (lambda _cluster, host: host.drop(True)), (lambda _cluster, host: host.drop(False))
    unplugged = (lambda _cluster, host: host.plug(False)), (lambda _cluster, host: host.plug(True))
    patroni = "patroni.yml"
    events = [
        Event("switchover", switch_over),
        Event("postmaster killed", kill_postmaster),
        of_leader("leader frozen", freeze, thaw),
        of_leader("leader's packets dropped", *dropped),
        of_leader("leader's cable pulled", *unplugged),
        of_leader("leader killed", kill, turn_on),
        of_leader("leader without power", lose_power, come_back),
        of_leader("leader's Patroni killed", lambda _, host: host.kill(patroni), lambda all_, host: all_.start_patroni(host.name)),
        of_leader("leader's Patroni frozen", lambda _, host: host.freeze(patroni), lambda _, host: host.thaw(patroni)),
        of_replica("synchronous replica killed", kill, turn_on, synchronous),
        of_replica("synchronous replica frozen", freeze, thaw, synchronous),
        of_replica("synchronous replica's packets dropped", *dropped, synchronous),
        of_replica("asynchronous replica frozen", freeze, thaw, asynchronous),
        of_replica("etcd's leader killed", lambda _, host: host.kill("etcd.yml"),
                   lambda all_, host: all_.start_etcd(host.name), lambda all_, _: all_.etcd_leader()),
        Event("etcd without a majority", majority(lambda host, name: host.freeze(name)),
              majority(lambda host, name: host.thaw(name)), changes_leader=False, seconds=20),
        Event("PostgreSQL of both replicas frozen", followers(lambda host, name: host.freeze(name)),
              followers(lambda host, name: host.thaw(name)), changes_leader=False),
        Event("asynchronous, tail lost", write_a_tail, lambda all_, leader: come_back(all_, all_.hosts[leader]),
              may_lose, keep_all, lossy=True),
    ]
    return {event.name: event for event in events}
