"""How the installation is: one word for load balancers at `/health`, the whole for operators (`atrium health`)."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from core import clock, migrate
from core.access.context import as_system
from core.jobs.models import QUEUED, RUNNING, Job, Worker
from core.jobs.sweep import SILENT_BEATS
from core.platform import Platform

OK, DEGRADED, FAILING = "ok", "degraded", "failing"


def health(platform: Platform) -> dict[str, Any]:
    """`status`: `ok`; `degraded` where people can work but jobs wait or a plugin is out; `failing` where they cannot.

    Beside it `database` and `migrations` (fault by owner), `worker` (how many are alive, when one was last seen),
    `jobs` (how many wait and run) and `plugins` (those that failed, with the reason). Safe mode is `degraded` and says
    so under `safe_mode`.
    """
    failed = {one.name: one.reason for one in platform.plugins.found if one.state == "failed"}
    try:
        behind = _behind(platform)
        if migrate.CORE.name in behind:
            return {"status": FAILING, "database": "", "migrations": behind, "plugins": failed}
        worker, jobs = _work(platform)
    except SQLAlchemyError as fault:
        said = str(getattr(fault, "orig", None) or fault).partition("\n")[0]
        return {"status": FAILING, "database": said, "plugins": failed}
    safe = platform.settings.safe_mode
    status = OK if worker["alive"] and not failed and not behind and not safe else DEGRADED
    told = {"safe_mode": "no plugin is loaded"} if safe else {}
    return {
        "status": status, "database": "", "migrations": behind, "worker": worker, "jobs": jobs, "plugins": failed,
        **told,
    }  # fmt: skip


def _behind(platform: Platform) -> dict[str, str]:
    engine = platform.database.engine
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if migrate.CORE.name not in migrate.owners_in(engine):
        return {migrate.CORE.name: "this database was not prepared; run `atrium init`"}
    return migrate.behind(engine, migrate.owners_of(platform.plugins))


def _work(platform: Platform) -> tuple[dict[str, Any], dict[str, int]]:
    limit = clock.running() - timedelta(seconds=SILENT_BEATS * platform.settings.heartbeat_seconds)
    states = select(Job.state, func.count().label("number")).where(Job.state.in_((QUEUED, RUNNING))).group_by(Job.state)
    with as_system(), platform.database.unit(read_only=True) as session:
        seen = session.scalars(select(Worker.seen_at)).all()
        counts = {row.state: row.number for row in session.execute(states)}
    worker = {"alive": sum(moment >= limit for moment in seen), "seen_at": max(seen).isoformat() if seen else None}
    return worker, {state: counts.get(state, 0) for state in (QUEUED, RUNNING)}


def health_page(platform: Platform) -> Blueprint:
    """`/health`: the word alone, as everybody may ask; 503 where people cannot work."""
    page = Blueprint("health", __name__)

    @page.get("/health")
    def word() -> tuple[Response, int]:
        status = health(platform)["status"]
        return jsonify(status=status), 503 if status == FAILING else 200

    return page
