"""Who is there to work: workers seen lately."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock
from core.jobs.models import Worker
from core.settings import Settings

SEEN_WITHIN = 60.0
"""Seconds within which a worker must have been seen."""


def workers_alive(session: Session, settings: Settings) -> int:
    """How many workers were seen within a minute (within two heartbeats where those are longer)."""
    limit = clock.running() - timedelta(seconds=max(SEEN_WITHIN, 2 * settings.heartbeat_seconds))
    return session.scalar(select(func.count()).select_from(Worker).where(Worker.seen_at >= limit)) or 0
