"""A plugin whose jobs the tests can watch: they leave marks in a folder and wait there for leave to go on."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.access.context import current, work
from core.errors import RuleError
from core.estate.models import Contractor, Project
from core.estate.room_register import RoomRegister
from core.extend import JobKind, Manifest, Register, Schedule, hookimpl
from core.history import record_event
from core.jobs.context import JobContext

EVENT = "jobtest.happened"


def marks() -> Path:
    return Path(os.environ["JOBTEST_MARKS"])


def leave(name: str, text: object) -> None:
    with (marks() / name).open("a") as file:
        file.write(f"{text}\n")


def wait_for(name: str) -> None:
    while not (marks() / name).exists():
        time.sleep(0.02)


def who(context: JobContext) -> Mapping[str, Any]:
    """Who is at work, what they see, and a change of theirs."""
    with context.unit() as session:
        seen = sorted(session.scalars(select(Project.code)))
        firms = session.scalars(select(Contractor).order_by(Contractor.id)).all()
        if current().username == "sz.admin":
            firms[0].trade = "changed by a job"
    return {"name": current().username, "projects": seen, "firms": len(firms), "job": work().job_id}


def once(context: JobContext) -> None:
    """An effect and its outcome in one transaction, after which it waits before the commit."""
    leave("began", context.job.tries)
    with context.unit() as session:
        record_event(session, EVENT)
        session.flush()
        leave("flushed", context.job.tries)
        wait_for("go")
        context.complete(session, {"tries": context.job.tries})


def steps(context: JobContext, count: int = 1000) -> Mapping[str, Any]:
    """Small steps, with a look at the wish to stop between them."""
    for step in range(count):
        context.progress(step, count)
        context.stop_if_cancelled()
        leave("steps", step)
        time.sleep(0.05)
    return {"steps": count}


def line(context: JobContext, text: str) -> None:
    leave("lines", text)


def refuse(context: JobContext) -> None:
    raise RuleError("Close the window first.")


def crash(context: JobContext) -> None:
    raise ZeroDivisionError("password=secret")


def write_where_forbidden(context: JobContext) -> None:
    """A change outside the scope of who asked."""
    with context.unit() as session:
        session.scalars(select(Project)).first().name = "captured"  # type: ignore[union-attr]


class SlowRooms(RoomRegister):
    """The register of homes, which waits once everything is flushed."""

    kind = "slow-rooms"

    def write(self, session: Any, lines: Any) -> None:
        super().write(session, lines)
        session.flush()
        leave("flushed", len(lines))
        wait_for("go")


@hookimpl
def manifest() -> Manifest:
    return Manifest("jobtest", "Jobs of the tests")


@hookimpl
def register_jobs() -> list[JobKind]:
    kinds = (who, once, steps, line, refuse, crash, write_where_forbidden)
    return [JobKind(f"jobtest.{kind.__name__}", kind.__name__, kind) for kind in kinds]


@hookimpl
def register_schedules() -> list[Schedule]:
    return [Schedule("often", "jobtest.line", 1)]


@hookimpl
def register_registers() -> list[Register]:
    return [Register("slow-rooms", "Homes, slowly", "estate", lambda name: SlowRooms())]
