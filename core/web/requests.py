"""A line for each request in the web server's log, as JSON: who asked what, how it ended, how long it took."""

import json
import logging
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from core import clock
from core.access.context import current

log = logging.getLogger("atrium.requests")
QUIET = ("/assets/", "/health", "/metrics")
"""What is asked all the time and tells nothing."""


def install(app: Flask) -> None:
    """Write the lines; nothing of what was typed stands in them, only the path."""

    @app.before_request
    def _start() -> None:
        g.started = perf_counter()

    @app.after_request
    def _line(response: Response) -> Response:
        if log.isEnabledFor(logging.INFO) and not request.path.startswith(QUIET):
            log.info("%s", json.dumps(line_of(response), ensure_ascii=False, separators=(",", ":")))
        return response


def line_of(response: Response) -> dict[str, Any]:
    """`at` (UTC), `request` (the number a refusal shows), `user`, `region` (codes where roles are held), `ms` …"""
    who = current()
    tree = who.organisation
    touched: set[int] = set()
    for held in who.held:
        reach = tree.reach_of(held)
        touched |= set(tree.regions) if reach.everything else reach.touched
    return {
        "at": clock.running().isoformat(timespec="milliseconds"), "request": g.get("request_id", ""),
        "user": who.user_id, "region": sorted(tree.regions[one].code for one in touched if one in tree.regions),
        "method": request.method, "path": request.path, "status": response.status_code,
        "ms": round((perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        "bytes": response.content_length,
    }  # fmt: skip


def to_stderr(level: str) -> None:
    """Have the lines written, and warnings of everything else beside them (a web server's process, not a test's)."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(message)s"))
    log.handlers, log.propagate = [lines], False
    log.setLevel(level.upper())
