"""How the installation is: words for load balancers at `/health`, the whole for operators (`atrium health`)."""

import time
from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import __version__, migrate
from core.access.context import as_system
from core.jobs import doorbell
from core.jobs.lease import BEAT, is_held
from core.jobs.models import QUEUED, RUNNING, Job, Worker
from core.jobs.presence import workers_alive
from core.platform import Platform

OK, DEGRADED, FAILING = "ok", "degraded", "failing"
AWAY = "away"


def health(platform: Platform) -> dict[str, Any]:
    """`status`: `ok`; `degraded` where people can work but jobs wait or a plugin is out; `failing` where they cannot.

    Beside it `version`, `database` and `broker` (empty, or the fault), `migrations` (fault by owner), `worker` (how
    many are alive, when one was last seen), `beat` (whether one is at work), `jobs` (how many wait and run) and
    `plugins` (those that failed, with the reason). Safe mode is `degraded` and says so under `safe_mode`.
    """
    failed = {one.name: one.reason for one in platform.plugins.found if one.state == "failed"}
    found: dict[str, Any] = {"status": FAILING, "version": __version__, "database": "", "plugins": failed}
    found["broker"] = doorbell.fault_of(platform.settings.broker_url)
    try:
        behind = _behind(platform)
        if migrate.CORE.name in behind:
            return {**found, "migrations": behind}
        found |= {"migrations": behind, **_work(platform)}
    except SQLAlchemyError as fault:
        said = str(getattr(fault, "orig", None) or fault).strip().partition("\n")[0]
        return {**found, "database": said or type(fault).__name__}
    safe = {"safe_mode": "no plugin is loaded"} if platform.settings.safe_mode else {}
    well = found["worker"]["alive"] and found["beat"] and not (failed or behind or found["broker"] or safe)
    return {**found, **safe, "status": OK if well else DEGRADED}


def words(found: dict[str, Any]) -> dict[str, Any]:
    """What everybody may hear of it: words, and names of plugins; no reasons, no hosts, no figures."""
    failing = bool(found["database"]) or found["status"] == FAILING
    return {
        "status": found["status"], "version": found["version"],
        "database": FAILING if failing else OK,
        "broker": AWAY if found["broker"] else OK,
        "worker": OK if found.get("worker", {}).get("alive") else AWAY,
        "beat": OK if found.get("beat") else AWAY,
        "plugins": sorted({*found["plugins"], *found.get("migrations", {})} - {migrate.CORE.name}),
    }  # fmt: skip


def beat_is_there(session: Session) -> bool:
    """Whether somebody keeps schedules and looks after lost jobs."""
    return is_held(session, BEAT)


def _behind(platform: Platform) -> dict[str, str]:
    engine = platform.database.engine
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    if migrate.CORE.name not in migrate.owners_in(engine):
        return {migrate.CORE.name: "this database was not prepared; run `atrium init`"}
    return migrate.behind(engine, migrate.owners_of(platform.plugins))


def _work(platform: Platform) -> dict[str, Any]:
    states = select(Job.state, func.count().label("number")).where(Job.state.in_((QUEUED, RUNNING))).group_by(Job.state)
    with as_system(), platform.database.unit(read_only=True) as session:
        seen = session.scalar(select(func.max(Worker.seen_at)))
        alive = workers_alive(session, platform.settings)
        beat = beat_is_there(session)
        counts = {row.state: row.number for row in session.execute(states)}
    worker = {"alive": alive, "seen_at": seen.isoformat() if seen else None}
    return {"worker": worker, "beat": beat, "jobs": {state: counts.get(state, 0) for state in (QUEUED, RUNNING)}}


def health_page(platform: Platform) -> Blueprint:
    """`/health`: words alone, as everybody may ask; 503 where people cannot work. Looked up anew once in a while only,
    however often it is asked."""
    page = Blueprint("health", __name__)
    told: tuple[float, dict[str, Any]] | None = None

    @page.get("/health")
    def word() -> tuple[Response, int]:
        nonlocal told
        if told is None or time.monotonic() - told[0] >= platform.settings.stamp_seconds:
            told = time.monotonic(), words(health(platform))
        return jsonify(told[1]), 503 if told[1]["status"] == FAILING else 200

    return page
