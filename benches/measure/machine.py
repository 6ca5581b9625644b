"""Programs, processes and memory of this machine."""

import glob
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
# All that measuring leaves behind, outside of the sources.
WORK = TARGET / "benches"

HOST = "127.0.0.1"


class Missing(Exception):
    """Something that this machine does not have; the rows that need it are left out."""


def say(text):
    """Tells how far it is, beside the results."""
    print(text, file=sys.stderr, flush=True)


def program(name):
    """The path of a program; PostgreSQL's own are looked for where Debian puts them too."""
    found = shutil.which(name)
    if found:
        return found
    directories = glob.glob("/usr/lib/postgresql/*/bin")
    directories.sort(key=lambda directory: int(pathlib.Path(directory).parent.name))
    for directory in [os.environ.get("PG_BIN_DIR", "")] + directories[::-1]:
        path = pathlib.Path(directory) / name
        if directory and path.exists():
            return str(path)
    raise Missing(f"`{name}` is not installed")


def run(command, **options):
    """Runs a command to its end; its output is told where it fails."""
    options = {"check": False, "capture_output": True, "text": True, **options}
    done = subprocess.run([str(part) for part in command], **options)
    if done.returncode != 0:
        told = "\n".join(text.strip()[-2000:] for text in (done.stdout, done.stderr) if text)
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {told}")
    return done.stdout


def free_port():
    """A port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


def get(port, target, headers=None):
    """Status, headers and body of an answer."""
    request = urllib.request.Request(f"http://{HOST}:{port}{target}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def get_json(port, target):
    """The body of a 200 as JSON."""
    status, _, body = get(port, target)
    if status != 200:
        raise RuntimeError(f"{target} was answered with {status}: {body[:500]!r}")
    return json.loads(body)


def kilobytes(pid, field):
    """A figure of memory of a process, such as `VmRSS`."""
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    return 0


def family(pid):
    """A process with all that it has started, without PostgreSQL."""
    try:
        with open(f"/proc/{pid}/comm", encoding="utf-8") as name:
            if name.read().strip() in ("postgres", "postmaster"):
                return []
        with open(f"/proc/{pid}/task/{pid}/children", encoding="utf-8") as children:
            pids = [int(child) for child in children.read().split()]
    except FileNotFoundError:
        return []
    # Threads may start processes too.
    return [pid] + [member for child in pids for member in family(child)]


def resident_mb(pid):
    """Resident memory of a program with all its processes, in MB (10⁶ bytes)."""
    total = 0
    for member in family(pid):
        try:
            total += kilobytes(member, "VmRSS")
        except FileNotFoundError:
            pass
    return total * 1024 / 1e6


class Process:
    """A program that runs until it is ended; ended with its children, and only these."""

    def __init__(self, name, command, **options):
        WORK.mkdir(parents=True, exist_ok=True)
        self.log = WORK / f"{name}.log"
        self.name = name
        with open(self.log, "w", encoding="utf-8") as log:
            command = [str(part) for part in command]
            self.child = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **options
            )

    @property
    def pid(self):
        """The id of its first process."""
        return self.child.pid

    def await_answer(self, port, target, seconds=120):
        """Waits until it answers with 200."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.child.poll() is not None:
                break
            try:
                if get(port, target)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        text = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        self.end()
        raise RuntimeError(f"{self.name} never answered: {text}")

    def end(self):
        """Asks it to end, and waits for that."""
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(30)
            except subprocess.TimeoutExpired:
                for member in reversed(family(self.pid)):
                    os.kill(member, 9)
                self.child.wait()
