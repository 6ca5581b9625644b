"""What the rig runs in: an environment of Python with Patroni, and namespaces of their own for network and processes."""

import os
import pathlib
import shutil
import subprocess
import sys

from measure.machine import Missing, program, run, say

# The user that PostgreSQL and Patroni run as; neither runs as root.
USER = "postgres"
PACKAGES = ["patroni[etcd3,psycopg2-binary]>=4"]
PROGRAMS = {
    "etcd": "etcd-server", "haproxy": "haproxy", "ip": "iproute2", "iptables": "iptables", "unshare": "util-linux",
    "nsenter": "util-linux", "setpriv": "util-linux", "initdb": "postgresql",
}
INSIDE = "OFFER_CASES_RIG_INSIDE"


def as_user(command):
    """A command of the user that PostgreSQL runs as."""
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "env", "HOME=/tmp", *command]


def needed():
    """Says what is lacking, before anything is begun."""
    if os.geteuid() != 0:
        raise Missing("root: each machine of the rig is a network namespace")
    for name, package in PROGRAMS.items():
        try:
            program(name)
        except Missing:
            raise Missing(f"`{name}`, which Debian has in {package}") from None


def python():
    """The path of a Python that the user of PostgreSQL may run, too."""
    for candidate in (sys.executable, shutil.which("python3", path="/usr/bin")):
        test = [str(candidate), "-c", "import ensurepip, venv"]
        if candidate and subprocess.run(as_user(test), capture_output=True, check=False).returncode == 0:
            return candidate
    raise Missing(f"a Python with venv that {USER} may run (python3-venv)")


def environment(data):
    """An environment of Python below the data folder, with Patroni; made where it is not there."""
    data.mkdir(parents=True, exist_ok=True)
    if subprocess.run(as_user(["test", "-x", str(data)]), check=False).returncode != 0:
        raise Missing(f"a data folder that {USER} may enter: {data} is not")
    made = data / "venv"
    if not (made / "bin" / "patroni").exists():
        say(f"installing {', '.join(PACKAGES)} below {made}")
        run([python(), "-m", "venv", made])
        run([made / "bin" / "pip", "install", "--quiet", *PACKAGES])
    return made / "bin"


def enter(data):
    """Goes on in namespaces of its own: what it starts ends with it, and nobody else's addresses and ports are touched.

    A shell is the first process there, so that children whose parents have died are waited for by somebody.
    """
    if os.environ.get(INSIDE):
        return
    needed()
    interpreter = environment(data) / "python"
    command = ["unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", '"$@"; exit $?', "rig"]
    folder = pathlib.Path(__file__).parent
    os.execvpe(command[0], [*command, str(interpreter), str(folder), *sys.argv[1:]], {**os.environ, INSIDE: "1"})
