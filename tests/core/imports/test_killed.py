"""A process killed in the middle of an import leaves all of it or nothing.

The process is a real `atrium import`; a plugin loaded beside the others kills it (SIGKILL, nothing is cleaned up) right
after a statement of the import, or just before or after its commit.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Building, Contract, Customer, Ownership, Place, Unit
from core.history import Change, Event
from core.issues.models import Issue
from core.numbers import Counter
from core.settings import Settings
from tests.factories import finding_row, sold_row, workbook
from tests.homes import at_work

ROOT = Path(__file__).parents[3]
TABLES = (Building, Unit, Place, Contract, Customer, Ownership, Issue, Change, Event, Counter)
KILLER = """
import os, signal
from sqlalchemy import event
from sqlalchemy.engine import Engine
from core.extend import Manifest, hookimpl

POINT = os.environ["KILL_AT"]
seen = []

def die():
    os.kill(os.getpid(), signal.SIGKILL)

@event.listens_for(Engine, "after_cursor_execute")
def _statement(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith("INSERT INTO"):
        seen.append(statement)
    if statement.startswith(f"INSERT INTO {POINT} "):
        die()

@event.listens_for(Engine, "commit")
def _commit(connection):
    if POINT == "commit" and seen:
        die()

@event.listens_for(Engine, "checkin")
def _after(connection, record):
    if POINT == "after commit" and seen:
        die()

@hookimpl
def manifest():
    return Manifest("killer", "Killer")
"""


def counts(settings: Settings) -> dict[str, int]:
    """Table → rows in it."""
    with at_work(settings) as platform, as_system(), platform.database.unit(read_only=True) as session:
        return {model.__tablename__: session.scalar(select(func.count(model.id))) or 0 for model in TABLES}


def import_and_die(settings: Settings, tmp_path: Path, kind: str, rows: list[dict[str, Any]], point: str) -> int:
    """Exit status of the real command, killed at `point`."""
    folder = tmp_path / "deadly" / "killer"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.py").write_text(KILLER, encoding="utf-8")
    file = tmp_path / "register.xlsx"
    file.write_bytes(workbook(rows))
    environ = os.environ | {
        "ATRIUM_HOME": str(settings.home), "ATRIUM_DATABASE_URL": settings.database_url, "KILL_AT": point,
        "ATRIUM_PLUGIN_DIRS": f"{ROOT / 'plugins'}{os.pathsep}{folder.parent}", "ATRIUM_STRICT_PLUGINS": "1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    words = ["import", kind, str(file), "--as", "group.admin", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", *words],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


HOMES = [sold_row(f"{floor}0{door}", 楼层=floor) for floor in range(1, 16) for door in range(1, 5)]
FINDINGS = [finding_row(f"第{at}条", 录入时间=None) for at in range(60)]
REGISTERS = {"rooms": (HOMES, "core_place"), "inspection-issues": (FINDINGS, "core_issue")}
"""Kind → rows, and the table that holds as many."""
SQLITE = [
    ("rooms", "core_unit"), ("rooms", "core_place"), ("rooms", "core_ownership"), ("rooms", "core_change"),
    ("rooms", "commit"), ("inspection-issues", "core_issue"), ("inspection-issues", "core_event"),
]  # fmt: skip
POSTGRES = [
    ("rooms", "commit"), *(pytest.param(*one, marks=pytest.mark.deep)
                           for one in (("rooms", "core_place"), ("inspection-issues", "core_issue"))),
]  # fmt: skip


def nothing_is_left(settings: Settings, tmp_path: Path, kind: str, point: str) -> None:
    """Killed at `point` an import leaves nothing, and the next one is whole."""
    rows, table = REGISTERS[kind]
    before = counts(settings)
    assert import_and_die(settings, tmp_path, kind, rows, point) == -signal.SIGKILL
    assert counts(settings) == before
    if point == "commit":
        assert import_and_die(settings, tmp_path, kind, rows, "never") == 0
        assert counts(settings)[table] == before[table] + len(rows)


@pytest.mark.parametrize(("kind", "point"), SQLITE)
def test_killed_before_the_commit_nothing_is_there(settings: Settings, tmp_path: Path, kind: str, point: str) -> None:
    nothing_is_left(settings, tmp_path, kind, point)


@pytest.mark.postgres
@pytest.mark.parametrize(("kind", "point"), POSTGRES)
def test_killed_before_the_commit_nothing_is_there_on_postgresql(
    postgres_settings: Settings, tmp_path: Path, kind: str, point: str
) -> None:
    nothing_is_left(postgres_settings, tmp_path, kind, point)


@pytest.mark.parametrize("kind", list(REGISTERS))
def test_killed_after_the_commit_everything_is_there(settings: Settings, tmp_path: Path, kind: str) -> None:
    rows, table = REGISTERS[kind]
    before = counts(settings)
    assert import_and_die(settings, tmp_path, kind, rows, "after commit") == -signal.SIGKILL
    after = counts(settings)
    assert after[table] == before[table] + len(rows)
    assert after["core_change"] > before["core_change"]
