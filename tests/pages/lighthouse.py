"""Measures pages on a throttled phone, as Lighthouse does by itself: `lighthouse.py <address> <folder of tools>`. Ends with 1
where a page has less than 95 in performance, accessibility or best practices."""

import json
import os
import subprocess
import sys
from pathlib import Path

PATHS = ("/", "/explore", "/explore?view=chart&group_by=school_tier&value=share", "/compare?major=心理学&school_tier=211", "/guide", "/data")
CATEGORIES = ("performance", "accessibility", "best-practices")
LEAST = 95

# Installed on demand only: it is too large for every change. Later versions need a newer Node.js than Debian has.
LIGHTHOUSE = "lighthouse@12.8.2"


def measured(address, path, folder):
    report = Path(folder, "lighthouse.json")
    flags = "--headless=new --disable-dev-shm-usage" + (" --no-sandbox" if os.geteuid() == 0 else "")
    command = ["npx", "--yes", LIGHTHOUSE, address + path, "--quiet", "--output=json", f"--output-path={report}"]
    subprocess.run([*command, f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}"], check=True)
    return json.loads(report.read_text(encoding="utf-8"))


failed = False
print(f"{'page':60} {'  '.join(CATEGORIES)}  largest paint  shift")
for path in PATHS:
    report = measured(sys.argv[1], path, sys.argv[2])
    scores = [round(100 * report["categories"][category]["score"]) for category in CATEGORIES]
    paint = report["audits"]["largest-contentful-paint"]["displayValue"]
    shift = report["audits"]["cumulative-layout-shift"]["displayValue"]
    print(f"{path:60} {scores[0]:11}  {scores[1]:13}  {scores[2]:14}  {paint:>13}  {shift}")
    for audit in report["audits"].values():
        if audit.get("score") is not None and audit["score"] < 0.9 and audit.get("scoreDisplayMode") in ("binary", "numeric", "metricSavings"):
            print(f"    {audit['id']}: {audit['title']} {audit.get('displayValue', '')}")
    failed |= min(scores) < LEAST
sys.exit(1 if failed else 0)
