"""A machine of the rig: a network namespace with a cable to the others, and all that runs in it."""

import os
import pathlib
import signal
import subprocess
import time

from measure.machine import run

BRIDGE = "switch"
# Where instances and clients are.
HERE = "10.0.0.254"


def switch():
    """Joins the machines: a bridge, at which this process and the instances have an address, too."""
    run(["ip", "link", "set", "lo", "up"])
    run(["ip", "link", "add", BRIDGE, "type", "bridge"])
    run(["ip", "address", "add", f"{HERE}/24", "dev", BRIDGE])
    run(["ip", "link", "set", BRIDGE, "up"])


class Host:
    """A machine. What it runs is found by its namespace, so that nothing is forgotten and nobody else is meant."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        # It holds the namespace.
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        self.namespace = self._namespace()
        cable, inner = f"cable-{name}", f"inner-{name}"
        run(["ip", "link", "add", cable, "type", "veth", "peer", "name", inner])
        run(["ip", "link", "set", cable, "master", BRIDGE, "up"])
        run(["ip", "link", "set", inner, "netns", self.holder.pid])
        self.run(["ip", "link", "set", inner, "name", "eth0"])
        self.run(["ip", "link", "set", "lo", "up"])
        self.run(["ip", "address", "add", f"{address}/24", "dev", "eth0"])
        self.run(["ip", "link", "set", "eth0", "up"])

    def _namespace(self):
        own = os.readlink("/proc/self/ns/net")
        while True:
            found = os.readlink(f"/proc/{self.holder.pid}/ns/net")
            if found != own:
                return found
            time.sleep(0.01)

    def command(self, command):
        """A command as it runs on this machine."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", *(str(part) for part in command)]

    def run(self, command):
        """Runs a command on it to its end."""
        return run(self.command(command))

    def start(self, command, log):
        """Starts a program on it, whose output is added to a file."""
        with open(log, "a", encoding="utf-8") as output:
            return subprocess.Popen(
                self.command(command), stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True
            )

    def pids(self, name=""):
        """All that runs on it, or what has this in its command."""
        found = []
        for process in pathlib.Path("/proc").iterdir():
            try:
                if not process.name.isdigit() or os.readlink(process / "ns/net") != self.namespace:
                    continue
                if name in (process / "cmdline").read_text(encoding="utf-8", errors="replace"):
                    found.append(int(process.name))
            except OSError:
                # It has ended meanwhile.
                pass
        return sorted(pid for pid in found if pid != self.holder.pid)

    def signal(self, number, name=""):
        """Sends a signal to all that runs on it, until nothing new appears."""
        seen = set()
        while not seen.issuperset(left := self.pids(name)):
            for pid in left:
                if pid not in seen:
                    try:
                        os.kill(pid, number)
                    except ProcessLookupError:
                        pass
            seen.update(left)

    def freeze(self, name=""):
        """All stands still: what connects is taken by the kernel, and gets no answer."""
        self.signal(signal.SIGSTOP, name)

    def thaw(self, name=""):
        """All goes on."""
        self.signal(signal.SIGCONT, name)

    def kill(self, name=""):
        """All is gone; the kernel tells who is connected."""
        self.signal(signal.SIGKILL, name)

    def drop(self, on, rule=()):
        """Packets from and to it (or those of a rule) vanish without a word, as behind a router that is gone."""
        for chain, device in (("INPUT", "-i"), ("OUTPUT", "-o")):
            if not rule or chain == "INPUT":
                self.run(["iptables", "-I" if on else "-D", chain, device, "eth0", *rule, "-j", "DROP"])

    def plug(self, on):
        """Puts its cable in, or pulls it: nobody answers for its address any more, either."""
        run(["ip", "link", "set", f"cable-{self.name}", *(("master", BRIDGE) if on else ("nomaster",))])
