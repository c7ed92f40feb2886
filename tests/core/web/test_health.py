"""How the installation says it is: a word for everybody, the whole for operators."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from core import clock
from core.access.context import as_system
from core.jobs import enqueue
from core.jobs.models import Worker
from core.platform import Platform
from core.web.health import DEGRADED, FAILING, OK, health
from tests.homes import at_work, settings_of


def a_worker(platform: Platform, silent: float = 0) -> None:
    seen = clock.running() - timedelta(seconds=silent)
    with as_system(), platform.database.unit() as session:
        session.add(Worker(name=f"here:{silent}", started_at=seen, seen_at=seen))


def test_with_a_worker_all_is_well(any_demo: Platform) -> None:
    a_worker(any_demo)
    found = health(any_demo)
    assert (found["status"], found["migrations"], found["plugins"]) == (OK, {}, {})
    assert found["worker"]["alive"] == 1


def test_without_a_worker_people_work_and_jobs_wait(demo: Platform, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.jobs.services.ring", lambda job_id: None)
    a_worker(demo, silent=3600)
    with as_system(), demo.database.unit() as session:
        enqueue(session, "purge")
    found = health(demo)
    assert (found["status"], found["worker"]["alive"], found["jobs"]) == (DEGRADED, 0, {"queued": 1, "running": 0})


def test_a_plugin_that_failed_is_named_with_the_reason(demo: Platform) -> None:
    a_worker(demo)
    demo.plugins.found[0].state, demo.plugins.found[0].reason = "failed", "it has no manifest()"
    found = health(demo)
    assert (found["status"], found["plugins"]) == (DEGRADED, {"inspection": "it has no manifest()"})


def test_a_database_that_was_not_prepared_fails(tmp_path: Path) -> None:
    with at_work(settings_of(tmp_path / "new")) as platform:
        found = health(platform)
    assert found["status"] == FAILING
    assert "atrium init" in found["migrations"]["core"]


def test_a_database_from_an_older_version_fails(demo: Platform) -> None:
    with closing(sqlite3.connect(demo.settings.home / "atrium.db")) as connection, connection:
        connection.execute("UPDATE alembic_version_core SET version_num = 'core_0000'")
    assert health(demo)["status"] == FAILING


def test_everybody_hears_one_word_and_nothing_of_the_inside(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    for client in (app.test_client(), sign_in(app, "group.admin")):
        answer = client.get("/health")
        assert (answer.status_code, answer.json) == (200, {"status": DEGRADED})
        assert "Set-Cookie" not in answer.headers


def test_the_word_is_said_while_the_database_is_away(demo: Platform, web: Any) -> None:
    client = web(demo).test_client()
    demo.database.engine.dispose()
    (demo.settings.home / "atrium.db").write_bytes(b"no database at all" * 100)
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": FAILING})


def test_the_command_tells_operators_all(home: Path, atrium: Any) -> None:
    told = atrium(home, "health", "--json")
    assert (told.status, told.json["status"], told.json["worker"]) == (0, DEGRADED, {"alive": 0, "seen_at": None})
    assert "degraded" in atrium(home, "health").out
    empty = atrium(home.parent / "nothing", "health", "--json")
    assert (empty.status, json.loads(empty.out)["status"]) == (1, FAILING)
