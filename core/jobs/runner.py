"""Running one job: take it, be who asked for it, do the work, write what came of it. No Celery here."""

import logging
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import OperationalError

from core import clock, logs
from core.access.context import acting_as, as_system, doing
from core.access.reach import SYSTEM, Principal
from core.errors import RuleError
from core.faults import AWAY, BUSY, FULL, kind_of
from core.i18n import _, reading
from core.jobs import queue
from core.jobs.context import Cancelled, JobContext, Superseded
from core.jobs.kinds import job_kinds
from core.jobs.models import CANCELLED, DONE, FAILED, Job
from core.jobs.pulse import Pulse, process_name

if TYPE_CHECKING:
    from core.platform import Platform

log = logging.getLogger(__name__)

GIVEN_BACK = "queued"
"""What a run is called in the log that ended without an outcome: the job waits for the next one."""
MOST_TRIES = 3
"""Runs a job is given: one, and two more after a worker died or the database was away."""


def run(platform: "Platform", job_id: int) -> bool:
    """Do a waiting job; False when it is not waiting (any more), or waits for the end of safe mode."""
    if platform.settings.safe_mode and not _is_known(platform, job_id):
        return False
    job = queue.claim(platform.database, job_id, process_name())
    if job is None:
        return False
    context, started = JobContext(platform, job), perf_counter()
    state = GIVEN_BACK
    try:
        with _reader(platform, job), Pulse(platform.settings.heartbeat_seconds, context.beat):
            try:
                outcome = _work(platform, job, context)
            except BaseException:  # the worker is told to stop now: the next one does it
                _write(platform, job, queue.give_back)
                raise
        if outcome is not None:
            _write(platform, job, queue.end, **outcome)
            state = outcome["state"]
    finally:
        logs.write("jobs", _line(platform, job, state, started))
    return True


def _is_known(platform: "Platform", job_id: int) -> bool:
    with as_system(), platform.database.unit(read_only=True) as session:
        job = session.get(Job, job_id)
        return job is None or job.kind in job_kinds(platform.plugins)


def _line(platform: "Platform", job: Job, state: str, started: float) -> dict[str, Any]:
    """What the worker's log says of a run: nothing of its arguments, they hold what people typed."""
    region = platform.principals.organisation().regions.get(job.region_id) if job.region_id else None
    return {
        "at": clock.running().isoformat(timespec="milliseconds"), "job": job.id, "kind": job.kind, "user": job.user_id,
        "region": region.code if region else None, "state": state, "try": job.tries,
        "ms": round((perf_counter() - started) * 1000, 1),
    }  # fmt: skip


def _work(platform: "Platform", job: Job, context: JobContext) -> dict[str, Any] | None:
    """Run the job's kind; what `queue.end` is to write, or None when nothing is."""
    try:
        kind = job_kinds(platform.plugins).get(job.kind)
        if kind is None:
            return _failed(_("Nothing here does “%(kind)s”; the plugin that brought it is missing.", kind=job.kind))
        principal = _principal(platform, job)
        if principal is None:
            return _failed(_("The account that asked for this is not active any more."))
        with acting_as(principal), doing(job_id=job.id):
            result = kind.run(context, **job.arguments)
    except Cancelled:
        return {"state": CANCELLED}
    except Superseded:
        log.warning("job %s was given to another run meanwhile; this one is dropped", job.id)
        return None
    except RuleError as refusal:
        return _failed(str(refusal))
    except Exception as fault:
        met = kind_of(fault)
        if met in (BUSY, AWAY) or (isinstance(fault, OperationalError) and not met):
            return _again(platform, job, fault)
        if met == FULL:
            log.error("job %s (%s) found no room to write: %s", job.id, job.kind, fault)
            return _failed(_("The disk takes nothing more: it is full or failing, and nothing of this was kept. "
                             "Tell the administrator, and ask again when there is room."))  # fmt: skip
        log.exception("job %s (%s) failed", job.id, job.kind)
        return _failed(_("Something went wrong inside. Tell the administrator: the worker's log says what, under job "
                         "%(id)s.", id=job.id))  # fmt: skip
    return {"state": DONE, "result": result or {}, "total": context.total}


def _again(platform: "Platform", job: Job, fault: Exception) -> dict[str, Any] | None:
    log.warning("job %s (%s) lost the database at try %s: %s", job.id, job.kind, job.tries, fault)
    if job.tries >= MOST_TRIES:
        return _failed(_("The database was away or busy at each of %(n)s tries. Ask for it again later.", n=job.tries))
    _write(platform, job, queue.give_back)
    return None


def _failed(sentence: str) -> dict[str, Any]:
    return {"state": FAILED, "error": sentence}


def _principal(platform: "Platform", job: Job) -> Principal | None:
    return SYSTEM if job.user_id is None else platform.principal(job.user_id)


def _write(platform: "Platform", job: Job, step: Any, **values: Any) -> None:
    with as_system(), platform.database.unit() as session:
        step(session, job, **values)


def _reader(platform: "Platform", job: Job) -> Any:
    """The language it was asked in, and the words of its region or of who asked: as they read it on their pages."""
    region = platform.principals.organisation().regions.get(job.region_id) if job.region_id else None
    asked = _principal(platform, job)
    region = region or (asked.only_region if asked else None)
    return reading(job.language, platform.parameters.catalogue().words(region.code if region else None))
