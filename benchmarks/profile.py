"""Where a page of Atrium spends its time: `python -m benchmarks.profile`, after `make bench` built the data."""

import cProfile
import io
import os
import pstats
import re
import sys

from benchmarks import table
from benchmarks.apps import ATRIUM
from benchmarks.data import facts_of, site
from benchmarks.peers.given import PASSWORD
from benchmarks.run import DATABASES, ROWS

TIMES = 3
PAGES = (table.LIST, table.FILTER, table.RECORD)


def profile(database: str) -> None:
    """Print the dearest functions and statements of the pages in question."""
    where = site(database, ROWS)
    facts = facts_of(where, ROWS)
    os.environ.update(where.environ)
    from sqlalchemy import Engine, event

    from core.app import create_app
    from core.platform import build

    platform = build()
    app = create_app(platform)
    told: list[str] = []
    event.listen(Engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    for person in ATRIUM:
        client = app.test_client()
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
        assert token
        form = {"username": person.user, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/login/", data=form).status_code == 302
        for name in PAGES:
            path = person.works[name](facts, 0)
            client.get(path)
            told.clear()
            seen = cProfile.Profile()
            seen.enable()
            for _ in range(TIMES):
                client.get(path)
            seen.disable()
            out = io.StringIO()
            found = pstats.Stats(seen, stream=out).strip_dirs()
            print(f"\n=== {database}: {person.name}: {name}: {len(told) // TIMES} statements")
            found.sort_stats("tottime").print_stats(14)
            found.sort_stats("cumulative").print_stats(r"(core|records|list|show|frame|listing|page|sqlalchemy)", 40)
            print("\n".join(line for line in out.getvalue().splitlines() if re.match(r"\s+\d", line)))
    platform.close()


if __name__ == "__main__":
    sys.exit(max((profile(one) or 0) for one in DATABASES))
