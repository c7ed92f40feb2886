"""Telling the workers, through the broker, that a job waits. Nothing is lost when the bell is not heard: the row stays
and the sweeper rings again.
"""

import logging
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

log = logging.getLogger(__name__)

TASK = "atrium.run_job"
QUEUE = "atrium"
RING_AGAIN_SECONDS = 30
"""A job that waits longer is announced again; an announcement is worth nothing after twice that time."""
SQLITE = "sqla+sqlite:///"

_broker_url = ""


def install(broker_url: str) -> None:
    """Ring here from now on in this process."""
    global _broker_url
    _broker_url = broker_url


def ring(job_id: int) -> None:
    """Tell the workers of a committed job; a broker that does not answer is logged, never raised."""
    try:
        _celery(_broker_url).send_task(
            TASK, args=[job_id], queue=QUEUE, expires=2 * RING_AGAIN_SECONDS, retry=False, ignore_result=True
        )
    except Exception as fault:
        log.warning("the broker was not told of job %s, the sweeper will try again: %s", job_id, fault)


@lru_cache(maxsize=4)
def _celery(broker_url: str) -> Any:
    from core.jobs.config import make_celery  # Celery takes a moment to load: only who rings pays

    return make_celery(broker_url)


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
