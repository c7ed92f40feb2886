"""What a test caused beyond the rows it changed: events that were recorded and jobs that were asked for."""

from collections.abc import Sequence

from sqlalchemy import func, select

from core.access.context import as_system
from core.history import Event
from core.jobs.models import Job
from core.platform import Platform


class Outbox:
    """Everything committed since it was made."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        with as_system(), platform.database.unit(read_only=True) as session:
            self._event = session.scalar(select(func.max(Event.id))) or 0
            self._job = session.scalar(select(func.max(Job.id))) or 0

    def events(self, name: str = "") -> Sequence[Event]:
        """Business events, of one name or all."""
        wanted = select(Event).where(Event.id > self._event).order_by(Event.id)
        with as_system(), self._platform.database.unit(read_only=True) as session:
            return session.scalars(wanted.where(Event.name == name) if name else wanted).all()

    def jobs(self, kind: str = "") -> Sequence[Job]:
        """Work for the worker, of one kind or all."""
        wanted = select(Job).where(Job.id > self._job).order_by(Job.id)
        with as_system(), self._platform.database.unit(read_only=True) as session:
            return session.scalars(wanted.where(Job.kind == kind) if kind else wanted).all()
