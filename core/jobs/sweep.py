"""What a killed worker or an unheard bell left behind: done again, or ended with a sentence."""

import logging
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from core import clock
from core.access.context import as_system
from core.i18n import _, reading
from core.jobs import queue
from core.jobs.doorbell import RING_AGAIN_SECONDS, ring
from core.jobs.models import CANCELLED, FAILED, QUEUED, Job, Worker
from core.jobs.runner import MOST_TRIES

if TYPE_CHECKING:
    from core.db import ScopedSession
    from core.platform import Platform

log = logging.getLogger(__name__)

SILENT_BEATS = 6
"""Heartbeats that may be missing before a job or a worker is given up."""
AT_ONCE = 200
"""Waiting jobs announced again in one sweep."""


def sweep(platform: "Platform") -> list[int]:
    """Give back what fell silent and announce what waits too long; the ids that were announced.

    Run by beat itself and not as a job: with one worker, a sweep would wait behind what it is to look after.
    """
    seconds = platform.settings.heartbeat_seconds
    limit = clock.running() - timedelta(seconds=SILENT_BEATS * seconds)
    with as_system(), platform.database.unit(read_only=True) as session:
        suspects = queue.silent(session, limit)
        waiting = queue.unheard(session, clock.running() - timedelta(seconds=RING_AGAIN_SECONDS), AT_ONCE)
        listening = _worker_is_alive(session, limit)
    if suspects:
        time.sleep(seconds)  # one that held SQLite's write lock all the time speaks again at once
    with as_system(), platform.database.unit(read_only=not (suspects or waiting)) as session:
        ids = [job.id for job in suspects if _given_back(session, job, limit)]
        if listening:
            ids += waiting
        if ids:
            queue.mark_sent(session, ids)
    for job_id in ids:
        ring(job_id)
    return ids


def _given_back(session: "ScopedSession", job: Job, limit: datetime) -> bool:
    """Whether the job is to run again; else it was ended, or is alive after all."""
    ended = {"ended_at": clock.now(), "worker": job.worker}
    if job.cancel_wanted:
        queue.take_from(session, job, limit, state=CANCELLED, **ended)
        return False
    if job.tries >= MOST_TRIES:
        with reading(job.language):
            said = _("It broke off %(n)s times, as the worker ended each time. Tell the administrator.", n=job.tries)
        queue.take_from(session, job, limit, state=FAILED, error=said, **ended)
        return False
    log.warning("job %s (%s) fell silent at try %s on %s", job.id, job.kind, job.tries, job.worker)
    return queue.take_from(session, job, limit, state=QUEUED, worker=None)


def _worker_is_alive(session: "ScopedSession", limit: datetime) -> bool:
    return session.scalar(select(Worker.id).where(Worker.seen_at >= limit).limit(1)) is not None


def forget_workers(session: "ScopedSession") -> None:
    """Delete the rows of workers that have been silent for a day."""
    session.execute(delete(Worker).where(Worker.seen_at < clock.running() - timedelta(days=1)))
