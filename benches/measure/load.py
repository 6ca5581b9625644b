"""Load: HTTP by wrk, SQL by pgbench. Each gives its rate, its latencies and what went wrong."""

import glob
import json
import pathlib
import re
import shutil

from . import machine
from .machine import WORK, program, run

LUA = pathlib.Path(__file__).with_name("wrk.lua")


def http(port, targets, clients, seconds, name="targets"):
    """Loads a server with targets drawn at random; a target may have an entity tag behind it.

    `name` tells loads apart that run at the same time.
    """
    file = WORK / f"{name}.txt"
    lines = [target if isinstance(target, str) else "\t".join(target) for target in targets]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    threads = min(2, clients)
    told = run([
        program("wrk"), "-t", threads, "-c", clients, "-d", f"{seconds}s", "--timeout", "30s", "-s", LUA,
        f"http://{machine.HOST}:{port}/", "--", file,
    ])
    result = json.loads(re.search(r"^RESULT (.*)$", told, re.M).group(1))
    return {
        "rate": result["requests"] / result["microseconds"] * 1e6,
        "p50_ms": result["p50"] / 1000,
        "p99_ms": result["p99"] / 1000,
        "bytes": result["bytes"] / max(result["requests"], 1),
        "errors": result["wrong"] + result["broken"],
    }


def sql(data, scripts, clients, seconds):
    """Loads the database with transactions drawn at random.

    A script is a list of statements, each with its parameters. They are prepared, and parameters are sent as such.
    """
    folder = WORK / "pgbench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = [
        program("pgbench"), "-n", "-M", "prepared", "-h", data.data_dir, "-U", "offer_cases", "-c", clients,
        "-j", min(2, clients), "-T", seconds, "-l", "--log-prefix", folder / "log",
    ]
    one = _as_one(scripts) if are_one(scripts) else None
    if one:
        # So many transactions are soon done that to write each of them down takes a share of the time.
        command += ["--sampling-rate", "0.1"]
    for number, script in enumerate(scripts[:1] if one else scripts):
        lines, variables = (one, {}) if one else _fixed(script, number)
        file = folder / f"{number}.sql"
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        command += [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        command += ["-f", file]
    told = run([*command, "offer_cases"], cwd=folder)
    latencies = sorted(latency for log in glob.glob(f"{folder}/log.*") for latency in _latencies(log))
    if not latencies:
        raise RuntimeError(f"pgbench finished no transaction in {seconds} s: {told[-500:]}")
    rate = float(re.search(r"^tps = ([0-9.]+)", told, re.M).group(1))
    failed = re.search(r"failed transactions: (\d+)", told)
    return {
        "rate": rate,
        "p50_ms": percentile(latencies, 50) / 1000,
        "p99_ms": percentile(latencies, 99) / 1000,
        "errors": int(failed.group(1)) if failed else 0,
    }


def are_one(scripts):
    """Whether scripts differ only in whole numbers, which pgbench can draw by itself.

    It prepares the statements of each script for each client anew, and PostgreSQL plans each of them several times
    before it keeps a plan: with a hundred scripts that alone takes up to half of a short run.
    """
    statements = [[statement for statement, _ in script] for script in scripts]
    is_number = re.compile(r"-?\d{1,18}").fullmatch
    values = [value for script in scripts for _, values in script for value in values]
    return len(scripts) > 1 and all(other == statements[0] for other in statements) and all(map(is_number, values))


def _as_one(scripts):
    """Scripts that differ only in whole numbers as a single one that draws these."""
    parameters = [[value for _, values in script for value in values] for script in scripts]

    def drawn(first, last, place):
        """An expression that finds the parameter of the drawn script by halving."""
        if first == last:
            return parameters[first][place]
        middle = (first + last) // 2
        return f"case when :drawn <= {middle} then {drawn(first, middle, place)} else {drawn(middle + 1, last, place)} end"

    last = len(scripts) - 1
    lines = [f"\\set drawn random(0, {last})"]
    names = [f"v{place}" for place in range(len(parameters[0]))]
    lines += [f"\\set {name} {drawn(0, last, place)}" for place, name in enumerate(names)]
    for statement, values in scripts[0]:
        lines.append(_with_variables(statement, names[:len(values)]))
        names = names[len(values):]
    return lines


def _fixed(script, number):
    """The lines of a script whose parameters are fixed, and the variables that hold these."""
    lines, variables = [], {}
    for place, (statement, values) in enumerate(script):
        names = [f"s{number}_{place}_{index}" for index in range(len(values))]
        variables |= zip(names, values)
        lines.append(_with_variables(statement, names))
    return lines, variables


def _with_variables(statement, names):
    return re.sub(r"\$(\d+)", lambda found: f":{names[int(found.group(1)) - 1]}", statement) + ";"


def _latencies(log):
    with open(log, encoding="utf-8") as lines:
        for line in lines:
            yield int(line.split()[2])


def percentile(ordered, percent):
    """The value below which this much of an ordered list lies."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
