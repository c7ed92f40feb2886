"""The rows of the jobs table as a queue: each step is one statement that says whether it was ours to take."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system
from core.db import Database
from core.jobs.models import QUEUED, RUNNING, Job


def claim(database: Database, job_id: int, worker: str) -> Job | None:
    """Take a waiting job, so that nobody else does; None when it no longer waits."""
    moment = clock.running()
    taken = (
        update(Job)
        .where(Job.id == job_id, Job.state == QUEUED, Job.cancel_wanted.is_(False))
        .values(state=RUNNING, tries=Job.tries + 1, worker=worker, heartbeat_at=moment, started_at=clock.now())
    )
    with as_system(), database.unit() as session:
        if not changes_one(session, taken):
            return None
        return session.get_one(Job, job_id)


def touch(session: Session, job: Job, **values: Any) -> bool:
    """Say that the run is alive, and how far; False when the job is no longer this run's."""
    return changes_one(session, _mine(job).values(heartbeat_at=clock.running(), **values))


def end(
    session: Session,
    job: Job,
    state: str,
    *,
    result: Mapping[str, Any] | None = None,
    file: str | None = None,
    error: str | None = None,
    total: int | None = None,
) -> bool:
    """Write the outcome; False when another run has taken the job over. Within the session's transaction.

    `total` is told where all steps were done.
    """
    values: dict[str, Any] = {"state": state, "ended_at": clock.now(), "error": error[:1000] if error else None}
    if result is not None:
        values["result"] = dict(result)
    if file is not None:
        values["result_file"] = file
    if total is not None:
        values |= {"done": total, "total": total}
    return changes_one(session, _mine(job).values(**values))


def give_back(session: Session, job: Job) -> bool:
    """Put a job back into the queue after a fault that may pass."""
    return changes_one(session, _mine(job).values(state=QUEUED, sent_at=clock.running(), worker=None))


def is_cancelled(session: Session, job: Job) -> bool:
    """Whether the person who asked wants it no more."""
    return bool(session.scalar(select(Job.cancel_wanted).where(Job.id == job.id)))


def silent(session: Session, limit: datetime) -> Sequence[Job]:
    """Running jobs whose heartbeat is older than `limit`."""
    return session.scalars(select(Job).where(Job.state == RUNNING, Job.heartbeat_at < limit).order_by(Job.id)).all()


def unheard(session: Session, limit: datetime, most: int) -> Sequence[int]:
    """Ids of waiting jobs that the broker was told of before `limit`, the oldest first."""
    waiting = select(Job.id).where(Job.state == QUEUED, Job.sent_at < limit).order_by(Job.sent_at, Job.id).limit(most)
    return session.scalars(waiting).all()


def mark_sent(session: Session, ids: Sequence[int]) -> None:
    session.execute(
        update(Job).where(Job.id.in_(ids)).values(sent_at=clock.running()).execution_options(synchronize_session=False)
    )


def take_from(session: Session, job: Job, limit: datetime, **values: Any) -> bool:
    """Change a running job whose heartbeat is still older than `limit`."""
    return changes_one(session, _mine(job).where(Job.heartbeat_at < limit).values(**values))


def _mine(job: Job) -> Update:
    return update(Job).where(Job.id == job.id, Job.state == RUNNING, Job.tries == job.tries)


def changes_one(session: Session, statement: Update) -> bool:
    """Run an UPDATE of the platform's own (whoever is at work) and say whether it found its row."""
    session.flush()  # by who is at work, under their own rights
    with as_system():
        found = session.execute(statement.execution_options(synchronize_session=False))
    return bool(found.rowcount)  # type: ignore[attr-defined]
