"""`make bench`: everybody does the same works in turn, round by round; then the table of ratios. No clock fails it."""

import os
import sys
from time import monotonic

from benchmarks import table
from benchmarks.apps import ATRIUM, PEERS, App, signed_in, start
from benchmarks.client import Client
from benchmarks.data import facts_of, site
from core import clock

ROWS = int(os.environ.get("ROWS") or 1_000_000)
ROUNDS = int(os.environ.get("ROUNDS") or 15)
MINUTES = float(os.environ.get("MINUTES") or "inf")
"""No round begins later than this for a database; what was measured until then makes the table."""
DATABASES = (os.environ.get("DATABASES") or "sqlite postgres").split()
WARM = int(os.environ.get("WARM") or 3)
"""Unmeasured rounds: each of the two workers of a server meets most pages."""


def work(app: App, client: Client, name: str, facts: dict[str, object], at: int) -> float:
    """Seconds of one work."""
    path = app.works[name](facts, at)
    if name != table.SAVE:
        client.get(path)
        return client.spent
    return client.save(path, client.prepare_save(path, f"墙面空鼓 {at} {app.name}"))


def measure(database: str) -> tuple[str, int]:
    """The table of one database, and of how many rounds it is."""
    where = site(database, ROWS)
    facts = facts_of(where, ROWS)
    people, servers, ports = [*ATRIUM, *PEERS], [], {}
    ends = monotonic() + MINUTES * 60
    try:
        for app in people:
            if app.server not in ports:
                server, ports[app.server] = start(app, where)
                servers.append(server)
        clients = {app.name: signed_in(app, ports[app.server]) for app in people}
        seconds = {name: {app.name: list[float]() for app in people if name in app.works} for name in table.WORKS}
        for at in range(-WARM, ROUNDS):
            if monotonic() > ends and at > 0:
                break
            began = monotonic()
            for name in table.WORKS:
                for turn in range(len(people)):
                    app = people[(turn + at) % len(people)]  # nobody is always first after the others
                    if name in app.works:
                        spent = work(app, clients[app.name], name, facts, at + WARM)
                        if at >= 0:
                            seconds[name][app.name].append(spent)
            told = f"round {at + 1} of {ROUNDS}" if at >= 0 else "warming up"
            print(f"{database}: {told}: {monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()
    peers = [app.name for app in PEERS]
    done = len(seconds[table.LIST][peers[0]])
    return table.markdown(table.lines(seconds, peers), [app.name for app in ATRIUM], peers), done


def main() -> int:
    for database in DATABASES:
        try:
            found, rounds = measure(database)
        except Exception as fault:
            print(f"\n{database}: not measured: {fault}")
            if os.environ.get("BENCH_RAISE"):
                raise
            continue
        print(f"\n{database}, {ROWS:,} findings, {rounds} rounds, {os.cpu_count()} cores, {clock.today()}\n\n{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
