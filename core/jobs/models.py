"""Work for the worker, and who keeps it going. The table is the truth; the broker only rings (architecture 15)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.access.context import current
from core.access.reach import Principal, Reach
from core.model import Key, Model, UtcDateTime

QUEUED, RUNNING, DONE, FAILED, CANCELLED = "queued", "running", "done", "failed", "cancelled"
ENDED = (DONE, FAILED, CANCELLED)


class Job(Model):
    """One piece of work: what was asked, by whom, how far it is and what came of it.

    Seen by who asked for it, and by whoever holds `oversee` on `job`; its result is for who asked alone.
    """

    __tablename__ = "core_job"
    __table_args__ = (
        Index("ix_core_job_state", "state", "sent_at"),
        Index("ix_core_job_user", "user_id", "id"),
        Index("ix_core_job_news", "user_id", "seen_at", "state"),
    )
    __resource__ = "job"

    kind: Mapped[str] = mapped_column(String(60))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    """On whose behalf it runs, within their scope; None for the platform itself (schedules)."""
    language: Mapped[str] = mapped_column(String(5), default="zh")
    """What the sentences in its result are written in."""
    region_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_region.id"))
    project_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_project.id"))

    state: Mapped[str] = mapped_column(String(12), default=QUEUED)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    """Counted when a worker takes it; a run whose count was passed by another may no longer write anything."""
    worker: Mapped[str | None] = mapped_column(String(80))
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)

    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    result_file: Mapped[str | None] = mapped_column(String(255))
    """Path below ATRIUM_HOME."""
    error: Mapped[str | None] = mapped_column(String(1000))
    """A sentence for who asked."""

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the broker was last told, by the real clock as the heartbeat is."""
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When who asked looked at the outcome; until then it is news."""

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        if principal.reach("job", "oversee").everything:
            return None
        return cls.user_id == principal.user_id

    def is_within(self, reach: Reach, session: Session) -> bool:
        return self.is_mine or current().reach("job", "oversee").everything

    @property
    def is_mine(self) -> bool:
        """Whether the person at work asked for it."""
        who = current().user_id
        return who is not None and self.user_id == who

    @property
    def is_over(self) -> bool:
        return self.state in ENDED


class Worker(Model):
    """A worker process that is, or was lately, alive."""

    __tablename__ = "core_worker"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    """host:process id"""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Lease(Model):
    """Something only one process at a time may do, until it lets go or falls silent."""

    __tablename__ = "core_lease"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    holder: Mapped[str] = mapped_column(String(80))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class ScheduleRun(Model):
    """When a schedule last put a job into the queue, and which."""

    __tablename__ = "core_schedule"

    name: Mapped[str] = mapped_column(String(100), unique=True)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    job_id: Mapped[int | None] = mapped_column(Key)
