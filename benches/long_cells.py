#!/usr/bin/env python3
"""How long it takes to say that a cell is too long: 10 MB of text in each column of a file of each format.

Makes a database of its own, imports each file, and prints for each format and text the longest time of all columns: seconds of
a processor of the import, so that what else runs on the machine does not count. It fails (exit code 1) where such a row is not
rejected or the file refused, or where that takes more than a second.
"""

import argparse
import csv
import io
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

BYTES = 10_000_000
LIMIT_SECONDS = 1.0
COLUMNS = ["公司", "岗位", "专业", "学历", "薪资", "日期", "城市", "备注"]
ROW = ["腾讯", "后端开发", "软件工程", "硕士", "24w", "2024-05", "深圳", "好"]
TEXTS = {
    "letters": "x",
    "ideographs": "地",
    "digits": "20k*15",
    "words": "北京 ",
    "one that grows in NFKC": "\ufdfa",
    "combining marks": "e\u0301\u0301",
    "quotes": '"\'',
    "brackets": "(（",
    "line breaks": "a\n",
    "emoji": "👩‍👩‍👧",
}


def table(place: int, text: str) -> list[list[str]]:
    long = list(ROW)
    long[place] = text
    return [COLUMNS, ROW, long]


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_json(rows):
    return json.dumps([dict(zip(rows[0], row)) for row in rows[1:]], ensure_ascii=False).encode()


def as_ndjson(rows):
    return "\n".join(json.dumps(dict(zip(rows[0], row)), ensure_ascii=False) for row in rows[1:]).encode()


def as_markdown(rows):
    line = lambda row: "|" + "|".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + "|"
    return "\n".join([line(rows[0]), line(["---"] * len(rows[0])), *map(line, rows[1:])]).encode()


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, text, stored)
    return out.getvalue()


def as_xlsx(rows):
    cell = lambda text: f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
    data = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    of_type = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{of_type}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{of_type}worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relationships}"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relationships}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData></worksheet>',
    })


def as_ods(rows):
    names = "urn:oasis:names:tc:opendocument:xmlns"
    cell = lambda text: f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
    data = "".join("<table:table-row>" + "".join(map(cell, row)) + "</table:table-row>" for row in rows)
    return zipped({
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": f'<?xml version="1.0"?><office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="a">{data}</table:table></office:spreadsheet></office:body></office:document-content>',
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>',
    })


FORMATS = {"csv": as_csv, "json": as_json, "ndjson": as_ndjson, "md": as_markdown, "xlsx": as_xlsx, "ods": as_ods}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/offer-cases")
    parser.add_argument("--formats", default=",".join(FORMATS))
    parser.add_argument("--texts", default=",".join(TEXTS))
    options = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        data_dir = f"{folder}/data"
        environment = {**os.environ, "RUST_LOG": "info", "LC_ALL": "C.UTF-8"}
        serve = [options.binary, "serve", "--data-dir", data_dir, "--listen", "127.0.0.1:0"]
        service = subprocess.Popen(serve, stderr=subprocess.PIPE, text=True, env=environment)
        while "ready: http://" not in service.stderr.readline():
            pass
        print("| format | text | longest | of the column |\n|---|---|---|---|", flush=True)
        for form in options.formats.split(","):
            for name in options.texts.split(","):
                failed |= measure(options.binary, folder, form, name, environment)
        service.send_signal(signal.SIGTERM)
        service.communicate()
    return int(failed)


def measure(binary, folder, form, name, environment) -> bool:
    piece = TEXTS[name]
    text = piece * (BYTES // len(piece.encode()))
    longest, failed = (0.0, ""), False
    for place, column in enumerate(COLUMNS):
        file = Path(folder, f"long.{form}")
        file.write_bytes(FORMATS[form](table(place, text)))
        arguments = [binary, "import", str(file), "--source", "own-records", "--data-dir", f"{folder}/data", "--dry-run"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ended = subprocess.run(arguments, capture_output=True, text=True, env={**environment, "RUST_LOG": "off"}, timeout=300)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        longest = max(longest, (seconds, column))
        said = ended.stdout + ended.stderr
        # Rejected with its length; or the whole file is refused.
        if not (ended.returncode in (1, 3) and len(said) < 10_000):
            print(f"{form}, {name} in {column}: ended with {ended.returncode}: {said[:300]}", file=sys.stderr)
            failed = True
    seconds, column = longest
    failed |= seconds > LIMIT_SECONDS
    print(f"| {form} | {name} | {seconds:.2f} s | {column} |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
