"""Every kind of job: the platform's own and the plugins'."""

import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select

from core import clock
from core.access.models import SignInAttempt, UserSession
from core.extend import JobKind
from core.i18n import lazy
from core.jobs.context import JobContext
from core.jobs.doorbell import purge_broker
from core.jobs.models import ENDED, Job

if TYPE_CHECKING:
    from core.plugins import Plugins

JOBS_KEPT_DAYS = 90
UPLOADS_KEPT_DAYS = 7
"""A register that was uploaded is needed until its import is over."""


def purge(context: JobContext) -> dict[str, Any]:
    """Delete what nobody needs any more: old sessions, sign-in attempts and jobs, told messages, files of no record."""
    from core.attachments.cleaning import purge_orphans
    from core.jobs.sweep import forget_workers
    from core.web.attempts import WINDOW
    from core.web.sessions import IDLE, LONGEST

    moment, home = clock.now(), context.platform.settings.home
    with context.unit() as session:
        old = or_(UserSession.seen_at < moment - IDLE, UserSession.created_at < moment - LONGEST)
        sessions = session.execute(delete(UserSession).where(old)).rowcount  # type: ignore[attr-defined]
        attempts = session.execute(delete(SignInAttempt).where(SignInAttempt.at < moment - WINDOW)).rowcount  # type: ignore[attr-defined]
        forget_workers(session)
        over = Job.state.in_(ENDED) & (Job.ended_at < moment - timedelta(days=JOBS_KEPT_DAYS))
        jobs = session.scalars(select(Job.id).where(over)).all()
        session.execute(delete(Job).where(over))
    for job_id in jobs:
        shutil.rmtree(home / "jobs" / str(job_id), ignore_errors=True)
    uploads = _old_files(home / "imports", UPLOADS_KEPT_DAYS)
    for path in uploads:
        path.unlink(missing_ok=True)
    messages = purge_broker(context.platform.settings.broker_url)
    return {
        "sessions": sessions,
        "attempts": attempts,
        "jobs": len(jobs),
        "uploads": len(uploads),
        "files": purge_orphans(context.platform),
        "messages": messages,
    }


def _old_files(folder: Path, days: int) -> list[Path]:
    limit = time.time() - days * 24 * 3600
    return [path for path in folder.glob("*") if path.stat().st_mtime < limit] if folder.is_dir() else []


def job_kinds(plugins: "Plugins") -> dict[str, JobKind]:
    """Name → kind."""
    from core.imports import job as imports
    from core.records import exporting

    found = [
        JobKind("import_register", lazy("Import of a register"), imports.import_register, imports.about,
                imports.outcome, lambda job: f"/imports/{job.id}"),
        JobKind(exporting.KIND, lazy("Export of a list"), exporting.export_list, exporting.about, exporting.outcome),
        JobKind("purge", lazy("Clearing up"), purge),
        *(kind for plugin in plugins.loaded for kind in plugin.jobs),
    ]  # fmt: skip
    return {one.name: one for one in found}
