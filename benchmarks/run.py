"""`make bench`: everybody does the same works in turn, round by round; then the table of ratios. No clock fails it."""

import os
import sys

from benchmarks import table
from benchmarks.apps import ATRIUM, PEERS, App, signed_in, start
from benchmarks.client import Client
from benchmarks.data import facts_of, site
from core import clock

ROWS = int(os.environ.get("ROWS") or 1_000_000)
ROUNDS = int(os.environ.get("ROUNDS") or 15)
DATABASES = (os.environ.get("DATABASES") or "sqlite postgres").split()
WARM = 4
"""Unmeasured rounds: each of the two workers of a server meets each page."""


def work(app: App, client: Client, name: str, facts: dict[str, object], at: int) -> float:
    """Seconds of one work."""
    path = app.works[name](facts, at)
    if name != table.SAVE:
        client.get(path)
        return client.spent
    return client.save(path, client.prepare_save(path, f"墙面空鼓 {at} {app.name}"))


def measure(database: str) -> str:
    """The table of one database."""
    where = site(database, ROWS)
    facts = facts_of(where, ROWS)
    people, servers, ports = [*ATRIUM, *PEERS], [], {}
    try:
        for app in people:
            if app.server not in ports:
                server, ports[app.server] = start(app, where)
                servers.append(server)
        clients = {app.name: signed_in(app, ports[app.server]) for app in people}
        seconds = {name: {app.name: list[float]() for app in people if name in app.works} for name in table.WORKS}
        for at in range(-WARM, ROUNDS):
            for name in table.WORKS:
                for turn in range(len(people)):
                    app = people[(turn + at) % len(people)]  # nobody is always first after the others
                    if name in app.works:
                        spent = work(app, clients[app.name], name, facts, at + WARM)
                        if at >= 0:
                            seconds[name][app.name].append(spent)
            print(f"{database}: round {at + 1} of {ROUNDS}" if at >= 0 else f"{database}: warming up", file=sys.stderr)
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()
    peers = [app.name for app in PEERS]
    return table.markdown(table.lines(seconds, peers), [app.name for app in ATRIUM], peers)


def main() -> int:
    for database in DATABASES:
        try:
            found = measure(database)
        except Exception as fault:
            print(f"\n{database}: not measured: {fault}")
            if os.environ.get("BENCH_RAISE"):
                raise
            continue
        print(f"\n{database}, {ROWS:,} findings, {ROUNDS} rounds, {os.cpu_count()} cores, {clock.today()}\n\n{found}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
