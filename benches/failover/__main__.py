"""Events that happen to a database with failover, under traffic, and what became of answers and writes; see ../README.md."""

import argparse
import pathlib
import sys

# Nothing is left in the source tree, and what measures has tools in common.
sys.dont_write_bytecode = True
sys.path.insert(1, str(pathlib.Path(__file__).resolve().parents[1]))

from measure.machine import TARGET, WORK, Missing, say

import surroundings

# Every kind at least once, and those that change the leader from several machines to several others.
COURSE = [
    "switchover", "postmaster killed", "leader frozen", "leader's packets dropped", "leader killed", "leader's Patroni killed",
    "asynchronous, tail lost", "leader's cable pulled", "synchronous replica killed", "asynchronous replica frozen",
    "etcd's leader killed", "switchover", "leader frozen", "leader's Patroni frozen", "leader's packets dropped",
    "synchronous replica frozen", "etcd without a majority", "asynchronous, tail lost", "postmaster killed",
    "PostgreSQL of both replicas frozen", "leader without power", "switchover", "leader frozen",
    "synchronous replica's packets dropped",
]


def arguments():
    """What is asked on the command line."""
    parser = argparse.ArgumentParser(prog="python3 benches/failover", description=__doc__)
    parser.add_argument("--binary", type=pathlib.Path, default=TARGET / "release" / "offer-cases", help="the program")
    parser.add_argument("--data", type=pathlib.Path, default=WORK / "failover", help="where all of it is kept [%(default)s]")
    parser.add_argument("--cases", type=int, default=20_000, help="cases to begin with [%(default)s]")
    parser.add_argument("--events", help="these alone, with semicolons between them: " + "; ".join(sorted(set(COURSE))))
    return parser.parse_args()


def main():
    """Makes the rig, lets it all happen, tells; ends with 1 where something does not hold."""
    options = arguments()
    options.binary, options.data = options.binary.resolve(), options.data.resolve()
    try:
        surroundings.enter(options.data)
    except Missing as error:
        sys.exit(f"the rig needs {error}")
    # These need the environment that has just been entered.
    import events
    import report
    from course import Course

    known = events.known()
    names = [name.strip() for name in options.events.split(";")] if options.events else COURSE
    if unknown := set(names) - set(known):
        sys.exit(f"no such event: {', '.join(sorted(unknown))}; there are {'; '.join(known)}")
    course = Course(options.binary, options.data, options.cases)
    done = []
    try:
        for number, name in enumerate(names, 1):
            say(f"{number} of {len(names)}: {name}")
            done.append(course.run(known[name]))
            say(report.line(done[-1]))
        finally_lost = course.lost_for_good()
    finally:
        course.end()
        text = report.markdown(done, len(done) == len(names))
        (options.data / "results.md").write_text(text, encoding="utf-8")
        print(text)
    if finally_lost:
        print(f"Acknowledged, and lost by a later event: {sorted(finally_lost)[:20]}")
    sys.exit(1 if finally_lost or any(one.failed for one in done) else 0)


if __name__ == "__main__":
    main()
