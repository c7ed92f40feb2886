"""Jobs that start on time. What is due is told by the database, so that any beat may take over from another."""

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from core import clock
from core.access.context import as_system
from core.extend import Schedule
from core.jobs.models import ENDED, Job, ScheduleRun
from core.jobs.queue import changes_one
from core.jobs.services import enqueue

if TYPE_CHECKING:
    from core.platform import Platform
    from core.plugins import Plugins

log = logging.getLogger(__name__)

CORE_SCHEDULES = (Schedule("purge", "purge", 24 * 3600),)


def schedules(plugins: "Plugins") -> dict[str, Schedule]:
    """Name → schedule; a plugin's are named `<plugin>.<name>`."""
    found = {one.name: one for one in CORE_SCHEDULES}
    for plugin in plugins.loaded:
        found |= {f"{plugin.name}.{one.name}": one for one in plugin.schedules}
    return found


def run_due(platform: "Platform") -> list[int]:
    """Queue a job for each schedule whose time has come; a new schedule comes due an interval after it was first seen.

    One whose last job is not over yet waits. Returns the ids of the jobs.
    """
    moment = clock.running()
    with as_system(), platform.database.unit(read_only=True) as session:
        known = {row.name: row for row in session.scalars(select(ScheduleRun))}
        busy = set(
            session.scalars(
                select(Job.id).where(
                    Job.id.in_([row.job_id for row in known.values() if row.job_id]), Job.state.not_in(ENDED)
                )
            )
        )
    ids = []
    for name, schedule in schedules(platform.plugins).items():
        row = known.get(name)
        if row is None:
            _begin(platform, name)
        elif moment - row.last_at >= timedelta(seconds=schedule.seconds) and row.job_id not in busy:
            job_id = _queue(platform, row, schedule)
            ids += [job_id] if job_id else []
    return ids


def _begin(platform: "Platform", name: str) -> None:
    try:
        with as_system(), platform.database.unit() as session:
            session.add(ScheduleRun(name=name, last_at=clock.running()))
    except IntegrityError:
        log.info("schedule %s was begun by another beat in this moment", name)


def _queue(platform: "Platform", row: ScheduleRun, schedule: Schedule) -> int | None:
    """The job's id, or None when another beat was quicker: the run and its job are one transaction."""
    with as_system(), platform.database.unit() as session:
        was = (ScheduleRun.name == row.name, ScheduleRun.last_at == row.last_at)
        if not changes_one(session, update(ScheduleRun).where(*was).values(last_at=clock.running())):
            return None
        job = enqueue(session, schedule.task)
        changes_one(session, update(ScheduleRun).where(ScheduleRun.name == row.name).values(job_id=job.id))
    return job.id
