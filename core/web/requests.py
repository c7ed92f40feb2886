"""A line for each request in the web server's log, as JSON: who asked what, how it ended, how long it took."""

import logging
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from core import clock
from core.access.context import current, set_current
from core.access.reach import NOBODY, Principal
from core.logs import write

log = logging.getLogger(__name__)
QUIET = ("/assets/", "/health", "/metrics")
"""What is asked all the time and tells nothing."""


def install(app: Flask) -> None:
    """Write the lines; nothing of what was typed stands in them, only the path."""

    @app.after_request
    def _line(response: Response) -> Response:
        if not request.path.startswith(QUIET):
            write("requests", line_of(response))
        return response


def line_of(response: Response) -> dict[str, Any]:
    """`at` (UTC), `request` (the number a refusal shows), `user`, `region` (codes where roles are held), `ms` …"""
    who = _who()
    return {
        "at": clock.running().isoformat(timespec="milliseconds"), "request": g.get("request_id", ""),
        "user": who.user_id, "region": regions_of(who),
        "method": request.method, "path": request.path, "status": response.status_code,
        "ms": round((perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        "bytes": response.content_length,
    }  # fmt: skip


def regions_of(who: Principal) -> list[str]:
    """Codes of the regions where somebody holds a role."""
    tree = who.organisation
    touched: set[int] = set()
    for held in who.held:
        reach = tree.reach_of(held)
        touched |= set(tree.regions) if reach.everything else reach.touched
    return sorted(tree.regions[one].code for one in touched if one in tree.regions)


def _who() -> Principal:
    """The person at work; nobody where even that cannot be asked, as the database is away."""
    try:
        return current()
    except Exception as fault:
        set_current(NOBODY)
        log.warning("request %s: who asked could not be told: %s", g.get("request_id", ""), fault)
        return NOBODY
