#!/usr/bin/env python3
"""How long a running service takes for its pages, one client, one request after another, over one connection.

`pages.py <address> [--requests N]`, as in `pages.py 127.0.0.1:8080`. Times are from the request to the end of the
compressed answer; sizes are those of it. See README.md beside this file.
"""

import argparse
import http.client
import json
import statistics
import time
import urllib.parse

WARM = 5


def asked(connection, path, accept):
    connection.request("GET", path, headers={"Accept": accept, "Accept-Encoding": "br, gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]}")
    return answer, body


def known(connection, path):
    """What the API answers."""
    connection.request("GET", f"/api/v1/{path}", headers={"Accept": "application/json"})
    return json.loads(connection.getresponse().read())


def paths(connection):
    case = known(connection, "offer-cases?limit=1&fields=id,company")["items"][0]
    major = urllib.parse.quote("计算机类")
    return (
        "/",
        "/explore",
        "/explore?highest_degree=master&school_tier=985",
        "/explore?view=table",
        "/explore?view=chart&group_by=company&value=share",
        "/explore?view=chart&group_by=school_tier,highest_degree&value=pay&pay_currency=CNY",
        f"/compare?major={major}&highest_degree=master&school_tier=211",
        f"/cases/{case['id']}",
        f"/companies/{case['company']['slug']}",
        "/guide",
        "/data",
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="host and port of the service")
    parser.add_argument("--requests", type=int, default=40, help="requests for each page [40]")
    chosen = parser.parse_args()
    connection = http.client.HTTPConnection(chosen.address)
    print(f"{'page':90} {'median':>9} {'p90':>9} {'size':>9}")
    for path in paths(connection):
        times = []
        for _ in range(WARM + chosen.requests):
            begun = time.perf_counter()
            _, body = asked(connection, path, "text/html")
            times.append((time.perf_counter() - begun) * 1e3)
        times = sorted(times[WARM:])
        p90 = times[int(len(times) * 0.9)]
        shown = urllib.parse.unquote(path)
        print(f"{shown:90} {statistics.median(times):6.1f} ms {p90:6.1f} ms {len(body) / 1e3:6.1f} kB")


if __name__ == "__main__":
    main()
