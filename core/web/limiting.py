"""How often one person may ask: counted by the library `limits`, in Redis where the broker is one, else in memory.

In memory each web process counts for itself and grants its share of the limit, so that together they never grant more;
a database write for each request would cost more than it protects.
"""

import logging
import time
from collections.abc import Sequence
from math import ceil
from typing import Any

from flask import Flask, request
from limits import RateLimitItem, RateLimitItemPerSecond, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter

from core.access.context import current
from core.errors import TooMany
from core.i18n import lazy
from core.settings import Settings
from core.web import metrics
from core.web.sessions import NOBODYS

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that a request may lose to a Redis that does not answer."""
SILENT_SECONDS = 30.0
"""So long after that it is not asked again, and memory counts."""
CHANGES = frozenset(("POST", "PUT", "PATCH", "DELETE"))


class Limiter:
    """Counts requests of persons, and of addresses for nobody."""

    def __init__(self, settings: Settings) -> None:
        self._all = _item(settings.rate, "all")
        self._writes = _item(settings.write_rate, "writes")
        self._processes = settings.web_processes
        self._memory: FixedWindowRateLimiter | None = None
        self._redis = _redis(settings.broker_url) if settings.rate or settings.write_rate else None
        self._silent_until = 0.0

    def check(self, whose: str, *, writes: bool) -> None:
        """Raise TooMany, with the seconds to wait, when `whose` asked too often."""
        asked = [one for one in (self._all, self._writes if writes else None) if one is not None]
        if asked and (wait := self._wait(asked, whose)):
            metrics.count_limited(whose.partition(":")[0])
            raise TooMany(
                lazy("Too many requests in a short time. Wait %(n)s seconds and go on.", n=wait), retry_after=wait
            )

    def _wait(self, asked: Sequence[RateLimitItem], whose: str) -> int:
        """Seconds until it is this one's turn again; 0 when it is now."""
        if self._redis is not None and time.monotonic() >= self._silent_until:
            try:
                return _count(self._redis, asked, whose)
            except (StorageError, OSError) as fault:
                self._silent_until = time.monotonic() + SILENT_SECONDS
                log.warning("requests are counted in memory for a while, Redis does not answer: %s", fault)
        if self._memory is None:  # in the process that serves: its storage keeps a thread
            self._memory = FixedWindowRateLimiter(MemoryStorage())
        return _count(self._memory, [_share(one, self._processes) for one in asked], whose)


def install(app: Flask, settings: Settings) -> None:
    """Ask before anything of the request is read or looked up for its page."""
    limiter = Limiter(settings)

    @app.before_request
    def _limit() -> None:
        if request.path.startswith(NOBODYS):
            return
        who = current()
        whose = f"person:{who.user_id}" if who.is_signed_in else f"address:{request.remote_addr}"
        limiter.check(whose, writes=request.method in CHANGES)


def _count(limiter: FixedWindowRateLimiter, asked: Sequence[RateLimitItem], whose: str) -> int:
    for item in asked:
        if not limiter.hit(item, item.namespace, whose):
            return max(1, ceil(limiter.get_window_stats(item, item.namespace, whose).reset_time - time.time()))
    return 0


def _item(rate: str, name: str) -> RateLimitItem | None:
    if not rate:
        return None
    found = parse(rate)
    found.namespace = f"atrium:{name}"
    return found


def _share(item: RateLimitItem, processes: int) -> RateLimitItem:
    """A process's part of a limit."""
    return RateLimitItemPerSecond(max(1, ceil(item.amount / processes)), item.get_expiry(), item.namespace)


def _redis(broker_url: str) -> FixedWindowRateLimiter | None:
    if not broker_url.startswith(("redis://", "rediss://")):
        return None
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    patience: dict[str, Any] = {
        "socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE, "retry": Retry(NoBackoff(), 0),
    }  # fmt: skip
    storage: Storage = RedisStorage(broker_url, wrap_exceptions=True, **patience)
    return FixedWindowRateLimiter(storage)
