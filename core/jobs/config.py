"""One Celery for both brokers: SQLite beside a single host, Redis beside several."""

from typing import Any

from celery import Celery
from kombu.transport.sqlalchemy import Transport

from core.jobs.doorbell import QUEUE, SQLITE

LOOK_EVERY = 0.25
"""Seconds between two looks into a SQLite broker."""
QUICK = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
"""Who rings does not wait for a broker that is away; the sweeper rings again."""


def make_celery(broker_url: str, patience: float = 10.0) -> Celery:
    """A Celery application without tasks; results stay in the jobs table, so there is no result backend.

    `patience`: seconds to wait for a broker that does not answer.
    """
    celery = Celery("atrium", broker=broker_url, set_as_current=False)
    # Kombu hands every option of its database transport to the engine; the pause between two looks is the class's own.
    Transport.polling_interval = LOOK_EVERY
    celery.conf.update(
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=False,  # a job that a worker took to its grave comes back by its row, not by its message
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
        worker_enable_remote_control=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={**QUICK, **_transport(broker_url, patience)},
        enable_utc=True,
        timezone="UTC",
        beat_scheduler="core.jobs.worker:LeasedScheduler",
    )
    return celery


def _transport(broker_url: str, patience: float) -> dict[str, Any]:
    if broker_url.startswith(SQLITE):
        return {"connect_args": {"timeout": 2 * patience, "check_same_thread": False}}
    if broker_url.startswith("redis"):
        return {"socket_connect_timeout": min(patience, 3), "socket_timeout": patience, "health_check_interval": 30}
    return {}
