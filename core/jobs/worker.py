"""The processes that Celery starts: the worker with its one task, and beat with its lease (`core.jobs:celery`)."""

import logging
import os
from functools import cache
from typing import Any

from celery import signals
from celery.beat import Scheduler

from core.db import after_fork
from core.jobs import runner
from core.jobs.config import make_celery
from core.jobs.doorbell import TASK, prepare_broker
from core.jobs.lease import BEAT, hold, let_go
from core.jobs.pulse import Presence, process_name
from core.jobs.schedules import run_due
from core.jobs.sweep import sweep
from core.logs import lines_to_stderr
from core.platform import Platform, build
from core.settings import Settings

log = logging.getLogger(__name__)

LEASE_BEATS = 4
"""Heartbeats after which a silent beat is followed by another."""

settings = Settings.load()
celery = make_celery(settings.broker_url)
celery.set_default()


@cache
def platform() -> Platform:
    """The one platform of this process."""
    found = build(settings)
    found.leave_out_unmigrated()
    return found


@celery.task(name=TASK)
def run_job(job_id: int) -> None:
    """Somebody rang: do the job, unless it is taken, over or taken back."""
    runner.run(platform(), job_id)


@cache
def _presence() -> Presence:
    return Presence(platform().database, settings.heartbeat_seconds)


@signals.worker_init.connect
def _before_the_first_message(**_: Any) -> None:
    lines_to_stderr(os.environ.get("ATRIUM_LOG_LEVEL", "info"))
    prepare_broker(settings.broker_url)
    platform()


@signals.worker_ready.connect
def _ready(**_: Any) -> None:
    _presence().begin()


@signals.worker_shutdown.connect
def _going(**_: Any) -> None:
    _presence().end()


@signals.worker_process_init.connect
def _forked(**_: Any) -> None:
    after_fork()


class LeasedScheduler(Scheduler):
    """Sweeps and queues what is due, if it is this beat's turn; Celery's own schedule stays empty."""

    def setup_schedule(self) -> None:
        self._holder = process_name()
        platform()

    def tick(self, *_: Any, **__: Any) -> float:
        """One turn; returns the seconds to sleep. A fault of one turn is no reason to miss the next."""
        seconds = settings.heartbeat_seconds
        try:
            if hold(platform().database, BEAT, self._holder, LEASE_BEATS * seconds):
                sweep(platform())
                run_due(platform())
        except Exception:
            log.exception("beat missed a turn")
        return seconds

    def close(self) -> None:
        try:
            let_go(platform().database, BEAT, self._holder)
        except Exception:
            log.exception("the lease could not be given back")
        super().close()
