"""What became of the jobs one asked for: told in the header of every page until one has looked."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from core import clock
from core.access.context import as_system, current
from core.db import Database
from core.jobs.models import ENDED, Job
from core.jobs.queue import changes_one

MOST = 20
"""Jobs told at once; nobody waits for more."""


@dataclass(frozen=True)
class News:
    """Jobs of one's own that are under way, and those that are over and were not looked at yet; oldest first."""

    under_way: Sequence[Job]
    over: Sequence[Job]

    def __bool__(self) -> bool:
        return bool(self.under_way or self.over)


def news(database: Database, user_id: int | None = None) -> News:
    """For the person at work, or for who signs in just now; nothing for nobody."""
    user_id = user_id or current().user_id
    if user_id is None:
        return News((), ())
    mine = select(Job).where(Job.user_id == user_id, Job.seen_at.is_(None)).order_by(Job.id).limit(MOST)
    with as_system(), database.unit(read_only=True) as session:
        found = session.scalars(mine).all()
    return News([job for job in found if not job.is_over], [job for job in found if job.is_over])


def mark_seen(database: Database, job_id: int | None = None) -> None:
    """One of my jobs is over and I saw it; without an id, all of mine that are over. A unit of work of its own, as
    looking at a page writes nothing else."""
    unseen = update(Job).where(Job.user_id == current().user_id, Job.seen_at.is_(None), Job.state.in_(ENDED))
    if job_id is not None:
        unseen = unseen.where(Job.id == job_id)
    with as_system(), database.unit() as session:
        changes_one(session, unseen.values(seen_at=clock.now()))
