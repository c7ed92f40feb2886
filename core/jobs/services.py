"""Asking for work and taking it back."""

from typing import Any

from sqlalchemy import event, inspect, select, update
from sqlalchemy.orm import Session, SessionTransaction

from core import clock
from core.access.context import as_system, current
from core.db import ScopedSession
from core.errors import NotFound, RuleError
from core.history import plain
from core.i18n import language, lazy
from core.jobs.doorbell import ring
from core.jobs.models import CANCELLED, FAILED, QUEUED, RUNNING, Job

WAITING, ASKED = "atrium_jobs", "atrium_jobs_asked"


def enqueue(session: Session, kind: str, **arguments: Any) -> Job:
    """Put a job of `kind` into the queue on behalf of the person at work; the caller commits, then the workers hear.

    `arguments` are what JSON keeps and reach the kind's `run(context, **arguments)`. `project_id` and `region_id`
    among them say where the job belongs.
    """
    who = current()
    job = Job(
        kind=kind,
        arguments={key: plain(value) for key, value in arguments.items()},
        user_id=who.user_id,
        language=language(),
        region_id=arguments.get("region_id"),
        project_id=arguments.get("project_id"),
        state=QUEUED,
        created_at=clock.now(),
        sent_at=clock.running(),
    )
    session.add(job)
    session.flush()
    session.info.setdefault(WAITING, []).append(job)
    return job


def has_asked(session: Session) -> bool:
    """Whether jobs were put into the queue by this session: who did it is to hear of them."""
    return bool(session.info.get(ASKED))


def asked_already(session: Session, kind: str, **arguments: Any) -> Job | None:
    """A job of one's own of this kind, with these arguments, that is not over yet: pressed twice, it is asked once."""
    mine = select(Job).where(Job.kind == kind, Job.user_id == current().user_id, Job.state.in_((QUEUED, RUNNING)))
    wanted = {key: plain(value) for key, value in arguments.items()}
    same_language = (job for job in session.scalars(mine.order_by(Job.id)) if job.language == language())
    return next((job for job in same_language if job.arguments == wanted and not job.cancel_wanted), None)


def cancel(session: Session, job_id: int) -> Job:
    """Take back a job of one's own: at once while it waits, else at its next step. The caller commits."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(lazy("There is no such job."))
    session.flush()
    with as_system():  # one statement, so that a worker takes the job either before or not at all
        session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state == QUEUED)
            .values(state=CANCELLED, ended_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(Job).where(Job.id == job_id).values(cancel_wanted=True).execution_options(synchronize_session=False)
        )
        session.refresh(job)
    return job


def retry(session: Session, job_id: int) -> Job:
    """Put a job that failed or was stopped into the queue again, as it was asked. The caller commits.

    Raises NotFound for one that is not one's to see, RuleError for one that waits, runs or is done.
    """
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(lazy("There is no such job."))
    session.flush()
    again = {
        "state": QUEUED, "tries": 0, "worker": None, "cancel_wanted": False, "done": 0, "total": 0, "result": {},
        "result_file": None, "error": None, "started_at": None, "ended_at": None, "heartbeat_at": None,
        "seen_at": None, "sent_at": clock.running(),
    }  # fmt: skip
    with as_system():  # one statement, so that two people who press at once start it once
        found = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.state.in_((FAILED, CANCELLED)))
            .values(**again)
            .execution_options(synchronize_session=False)
        )
        session.refresh(job)
    if not found.rowcount:  # type: ignore[attr-defined]
        raise RuleError(lazy("This job waits, is at work or is done; there is nothing to try again."))
    session.info.setdefault(WAITING, []).append(job)
    return job


@event.listens_for(ScopedSession, "after_commit")
def _tell(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for job in session.info.pop(WAITING, ()):
        if inspect(job).has_identity and not inspect(job).transient:  # one of a SAVEPOINT taken back is no job
            session.info[ASKED] = True
            ring(job.id)


@event.listens_for(ScopedSession, "after_soft_rollback")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if not transaction.nested:
        session.info.pop(WAITING, None)
