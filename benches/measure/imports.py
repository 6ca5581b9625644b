"""The program's import against psql's `\\copy` into the same table with the same indexes."""

import time

from .machine import WORK, Process, kilobytes, say

EMPTY = "truncate offer_case_revisions, offer_cases; delete from imports"
# Generated columns cannot be written, and the import that a case came by is forgotten with the others.
COLUMNS = """
    select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
    where table_schema = 'public' and table_name = 'offer_cases' and is_generated = 'NEVER'
      and column_name <> 'import_id'"""


def measure(service, rounds):
    """Rows a second of both, alternating; the table is as full at the end as it was before."""
    data = service.data
    columns = data.psql(COLUMNS).strip()
    file = WORK / "copied.csv"
    rows = int(data.psql("select count(*) from offer_cases"))
    data.mark.unlink(missing_ok=True)
    taken = {"ours": [], "theirs": []}
    memory = []
    say(f"import: {rows} rows")
    data.psql(f"\\copy (select {columns} from offer_cases) to '{file}' csv")
    for number in range(rounds):
        _empty(data, rows)
        seconds, peak = _import(data)
        memory.append(peak)
        taken["ours"].append(_figures(rows, seconds))
        # Otherwise they would be copied into what the import left of its table.
        _empty(data, rows)
        started = time.monotonic()
        data.psql(f"\\copy offer_cases ({columns}) from '{file}' csv")
        taken["theirs"].append(_figures(rows, time.monotonic() - started))
        say(f"  round {number + 1}: {taken['ours'][-1]['rate']:.0f} and {taken['theirs'][-1]['rate']:.0f} rows a second")
    file.unlink()
    _empty(data, rows)
    _import(data)
    data.note_loaded()
    return {
        "kind": "import", "what": "import of a CSV file, rows", "clients": 1, "other": "psql \\copy",
        "rounds": [{"ours": ours, "theirs": theirs} for ours, theirs in zip(taken["ours"], taken["theirs"])],
        "memory_mb": max(memory),
    }


def _empty(data, rows):
    data.psql(f"begin; {EMPTY}; commit")
    data.psql("vacuum")
    data.psql("checkpoint")
    if data.psql("select count(*) from offer_cases").strip() != "0":
        raise RuntimeError(f"{rows} rows did not go")


def _import(data):
    """Seconds, and the most memory that it took in MB."""
    command = [data.binary, "import", data.file, "--source", "synthetic", "--data-dir", data.data_dir]
    started = time.monotonic()
    process = Process("import", command)
    peak = 0
    while process.child.poll() is None:
        try:
            peak = max(peak, kilobytes(process.pid, "VmHWM"))
        except (FileNotFoundError, ProcessLookupError):
            pass
        time.sleep(0.01)
    seconds = time.monotonic() - started
    if process.child.returncode != 0:
        raise RuntimeError(f"the import ended with {process.child.returncode}: see {process.log}")
    return seconds, peak * 1024 / 1e6


def _figures(rows, seconds):
    return {"rate": rows / seconds, "p50_ms": seconds * 1000, "p99_ms": seconds * 1000, "errors": 0}
