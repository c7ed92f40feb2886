"""Telling the workers, through the broker, that a job waits. Nothing is lost when the bell is not heard: the row stays
and the sweeper rings again.
"""

import logging
import os
import sqlite3
import time
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

import redis
from sqlalchemy import make_url

log = logging.getLogger(__name__)

TASK = "atrium.run_job"
QUEUE = "atrium"
RING_AGAIN_SECONDS = 30
"""A job that waits longer is announced again; an announcement is worth nothing after twice that time."""
SQLITE = "sqla+sqlite:///"

PATIENCE = 0.6
"""Seconds that somebody who waits for a page may lose to a broker that does not answer."""
QUIET_SECONDS = 5.0
"""After a broker did not answer nobody rings for so long: the sweeper does."""

_broker_url = ""
_silent_until = 0.0


def install(broker_url: str) -> None:
    """Ring here from now on in this process."""
    global _broker_url, _silent_until
    _broker_url, _silent_until = broker_url, 0.0


def ring(job_id: int) -> None:
    """Tell the workers of a committed job; a broker that does not answer is logged, never raised."""
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        _celery(_broker_url, PATIENCE).send_task(
            TASK, args=[job_id], queue=QUEUE, expires=2 * RING_AGAIN_SECONDS, retry=False, ignore_result=True
        )
    except Exception as fault:
        _silent_until = time.monotonic() + QUIET_SECONDS
        log.warning("the broker was not told of job %s, the sweeper will try again: %s", job_id, fault)


def fault_of(broker_url: str) -> str:
    """Why the broker does not answer, within a second or so; empty where it does."""
    path = broker_file(broker_url)
    try:
        if path is not None:
            _look_into(path)
        elif broker_url.startswith(("redis://", "rediss://")):
            never = redis.retry.Retry(redis.backoff.NoBackoff(), 0)
            with redis.Redis.from_url(
                broker_url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=never
            ) as client:
                client.ping()
        else:
            with _celery(broker_url, PATIENCE).connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE)
    except Exception as fault:
        return str(fault).partition("\n")[0] or type(fault).__name__
    return ""


def _look_into(path: Path) -> None:
    """A file that is not there yet is made by who rings first, where the folder lets them."""
    if not path.exists():
        if not os.access(path.parent, os.W_OK):
            raise OSError(f"{path.parent} cannot be written to")
        return
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True, timeout=PATIENCE)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()


@lru_cache(maxsize=8)
def _celery(broker_url: str, patience: float = 10.0) -> Any:
    from core.jobs.config import make_celery  # Celery takes a moment to load: only who rings pays

    return make_celery(broker_url, patience)


def prepare_broker(broker_url: str) -> None:
    """Create the SQLite broker's file, tables and queue before several processes would at once; others need nothing."""
    path = broker_file(broker_url)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    with _celery(broker_url).connection_for_write() as connection, connection.channel() as channel:
        channel.queue_declare(queue=QUEUE)


def purge_broker(broker_url: str) -> int:
    """Delete the messages that were delivered, which the SQLite broker keeps; their number."""
    path = broker_file(broker_url)
    if path is None or not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
        return connection.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount


def broker_file(broker_url: str) -> Path | None:
    """The file of a SQLite broker; None for every other kind."""
    if not broker_url.startswith(SQLITE):
        return None
    return Path(make_url(broker_url.removeprefix("sqla+")).database or "")
