"""Figures for Prometheus at `/metrics`: requests as every web process counts them, jobs as the database tells them.

Behind Gunicorn the processes share what they count through small files in memory (`core.webserver` names the folder),
so any of them answers for all. Labels are routes and words of ours: nothing a visitor writes makes a new series.
"""

import hmac
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from time import perf_counter
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core import clock
from core.access.context import as_system
from core.jobs.models import QUEUED, Job
from core.jobs.presence import workers_alive
from core.platform import Platform
from core.web.health import beat_is_there

log = logging.getLogger(__name__)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own name for the folder through which processes share their counts."""
METHODS = frozenset(("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"))
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")

_own = CollectorRegistry()
_requests = Histogram(
    "atrium_request_seconds", "Requests by route, method and status, and how long they took",
    ("route", "method", "status"), registry=_own, buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)  # fmt: skip
_faults = Counter(
    "atrium_faults", "Requests that met a database busy or away, a full disk, or a fault of ours", ("kind",),
    registry=_own,
)  # fmt: skip
_limited = Counter("atrium_limited", "Requests refused because somebody asked too often", ("whose",), registry=_own)


def install(app: Flask) -> None:
    """Count every request but those that are asked all the time and tell nothing."""
    from core.web.requests import QUIET

    @app.after_request
    def _count(response: Response) -> Response:
        if not request.path.startswith(QUIET):
            rule = request.url_rule.rule if request.url_rule is not None else "none"
            method = request.method if request.method in METHODS else "other"
            started = g.get("started")
            with _never_in_the_way():
                known = _requests.labels(rule, method, str(response.status_code))
                known.observe(perf_counter() - started if started is not None else 0.0)
        return response


def count_fault(kind: str) -> None:
    """`busy`, `away`, `full` or `bug`."""
    with _never_in_the_way():
        _faults.labels(kind).inc()


def count_limited(whose: str) -> None:
    """`person` or `address`."""
    with _never_in_the_way():
        _limited.labels(whose).inc()


def _never_in_the_way() -> Any:
    return suppress(OSError, ValueError)  # no room for one more file of counts: the request matters more


class Inside(Collector):
    """What the database and the plugins tell at this moment."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Without the database only that it is away, and the plugins."""
        failed = sum(one.state == "failed" for one in self._platform.plugins.found)
        yield GaugeMetricFamily("atrium_plugins_failed", "Plugins that did not load", value=failed)
        try:
            found = self._of_database()
        except SQLAlchemyError as fault:
            log.warning("the figures of the database could not be read: %s", fault)
            found = []
        yield GaugeMetricFamily("atrium_database_up", "1 where the database answers", value=float(bool(found)))
        yield from found

    def _of_database(self) -> list[GaugeMetricFamily]:
        query = select(Job.state, Job.kind, func.count()).group_by(Job.state, Job.kind)
        oldest = select(func.min(Job.created_at)).where(Job.state == QUEUED)
        with as_system(), self._platform.database.unit(read_only=True) as session:
            rows = session.execute(query).all()
            since = session.scalar(oldest)
            workers = workers_alive(session, self._platform.settings)
            beat = beat_is_there(session)
        jobs = GaugeMetricFamily("atrium_jobs", "Jobs in the table by state and kind", labels=("state", "kind"))
        for state, kind, count in rows:
            jobs.add_metric((state, kind), count)
        waits = max(0.0, (clock.now() - since).total_seconds()) if since is not None else 0.0
        return [
            jobs,
            GaugeMetricFamily("atrium_job_oldest_waiting_seconds", "How long the oldest waiting job has waited", waits),
            GaugeMetricFamily("atrium_workers", "Workers seen within a minute", value=workers),
            GaugeMetricFamily("atrium_beat_up", "1 where somebody holds the beat", value=float(beat)),
        ]


def metrics_page(platform: Platform) -> Blueprint:
    """`/metrics`: for this machine itself, or for whoever bears `ATRIUM_METRICS_TOKEN`; for all others not there."""
    page = Blueprint("metrics", __name__)
    inside = Inside(platform)

    @page.get("/metrics")
    def figures() -> Response:
        if not _is_welcome(platform.settings.metrics_token):
            abort(404)
        counted = generate_latest(_counted())
        told = CollectorRegistry()
        told.register(inside)
        return Response(counted + generate_latest(told), content_type=CONTENT_TYPE_LATEST)

    return page


def _counted() -> CollectorRegistry:
    folder = os.environ.get(SHARED)
    if not folder:
        return _own
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=folder)
    return shared


def _is_welcome(token: str) -> bool:
    """With a token only the token opens; without one only a direct visit from this machine: a proxy on the same
    machine speaks for others, and says so in its headers."""
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), token.encode())
    if any(name in request.headers for name in FORWARDED):
        return False
    before = request.environ.get("werkzeug.proxy_fix.orig", {})
    peer = before.get("REMOTE_ADDR", request.environ.get("REMOTE_ADDR", ""))
    return peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1")
