"""How the installation says it is: a word for everybody, the whole for operators."""

import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core import __version__, clock
from core.access.context import as_system
from core.jobs import doorbell, enqueue
from core.jobs.lease import BEAT, hold
from core.jobs.models import Worker
from core.platform import Platform
from core.web.health import DEGRADED, FAILING, OK, health
from tests.homes import at_work, settings_of


def a_worker(platform: Platform, silent: float = 0) -> None:
    seen = clock.running() - timedelta(seconds=silent)
    with as_system(), platform.database.unit() as session:
        session.add(Worker(name=f"here:{silent}", started_at=seen, seen_at=seen))


def a_beat(platform: Platform) -> None:
    assert hold(platform.database, BEAT, "here:1", 60)


def test_with_a_worker_and_a_beat_all_is_well(any_demo: Platform) -> None:
    a_worker(any_demo)
    assert health(any_demo)["status"] == DEGRADED, "nobody looks after schedules and lost jobs"
    a_beat(any_demo)
    found = health(any_demo)
    assert (found["status"], found["migrations"], found["plugins"]) == (OK, {}, {})
    assert (found["worker"]["alive"], found["beat"], found["broker"]) == (1, True, "")


def test_a_worker_counts_for_a_minute(demo: Platform) -> None:
    a_worker(demo, silent=57)
    a_worker(demo, silent=62)
    assert health(demo)["worker"]["alive"] == 1


def test_without_a_worker_people_work_and_jobs_wait(demo: Platform, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.jobs.services.ring", lambda job_id: None)
    a_worker(demo, silent=3600)
    with as_system(), demo.database.unit() as session:
        enqueue(session, "purge")
    found = health(demo)
    assert (found["status"], found["worker"]["alive"], found["jobs"]) == (DEGRADED, 0, {"queued": 1, "running": 0})


def test_a_plugin_that_failed_is_named_with_the_reason(demo: Platform, web: Any) -> None:
    a_worker(demo)
    a_beat(demo)
    client = web(demo).test_client()
    demo.plugins.found[0].state, demo.plugins.found[0].reason = "failed", "it has no manifest()"
    found = health(demo)
    assert (found["status"], found["plugins"]) == (DEGRADED, {"inspection": "it has no manifest()"})
    told = client.get("/health")
    assert told.json["plugins"] == ["inspection"] and "manifest" not in told.get_data(as_text=True)


def test_a_database_that_was_not_prepared_fails(tmp_path: Path) -> None:
    with at_work(settings_of(tmp_path / "new")) as platform:
        found = health(platform)
    assert found["status"] == FAILING
    assert "atrium init" in found["migrations"]["core"]


def test_a_database_from_an_older_version_fails(demo: Platform) -> None:
    with closing(sqlite3.connect(demo.settings.home / "atrium.db")) as connection, connection:
        connection.execute("UPDATE alembic_version_core SET version_num = 'core_0000'")
    assert health(demo)["status"] == FAILING


NOBODY_AT_WORK = {
    "status": DEGRADED, "version": __version__, "database": "ok", "broker": "ok", "worker": "away", "beat": "away",
    "plugins": [],
}  # fmt: skip


def test_everybody_hears_words_and_nothing_of_the_inside(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    for client in (app.test_client(), sign_in(app, "group.admin")):
        answer = client.get("/health")
        assert (answer.status_code, answer.json) == (200, NOBODY_AT_WORK)
        assert "Set-Cookie" not in answer.headers


def test_it_is_looked_up_once_however_often_it_is_asked(demo: Platform, web: Any, monkeypatch: Any) -> None:
    looked: list[str] = []
    monkeypatch.setattr("core.web.health.doorbell.fault_of", lambda url: looked.append(url) or "")
    patient = replace(demo, settings=replace(demo.settings, stamp_seconds=3600))
    client = web(patient).test_client()
    assert {client.get("/health").status_code for _ in range(20)} == {200}
    assert len(looked) == 1


def test_the_words_are_said_while_the_database_is_away(demo: Platform, web: Any) -> None:
    client = web(demo).test_client()
    demo.database.engine.dispose()
    (demo.settings.home / "atrium.db").write_bytes(b"no database at all" * 100)
    answer = client.get("/health")
    assert answer.status_code == 503
    assert (answer.json["status"], answer.json["database"], answer.json["broker"]) == (FAILING, FAILING, "ok")
    assert "atrium.db" not in answer.get_data(as_text=True) and "file is not" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("silent", [False, True], ids=["refused", "silent"])
def test_a_broker_that_is_away_is_told_at_once(
    demo: Platform, web: Any, dead_end: Any, monkeypatch: Any, silent: bool
) -> None:
    monkeypatch.setattr(doorbell, "PATIENCE", 0.3)
    away = replace(demo, settings=replace(demo.settings, broker_url=dead_end(silent)))
    a_worker(away)
    a_beat(away)
    began = time.monotonic()
    answer = web(away).test_client().get("/health")
    assert time.monotonic() - began < 8
    assert (answer.status_code, answer.json["status"], answer.json["broker"]) == (200, DEGRADED, "away")
    assert "127.0.0.1" not in answer.get_data(as_text=True)
    assert health(away)["broker"], "operators are told why"


@pytest.mark.redis
def test_a_broker_on_redis_is_asked(demo: Platform, redis_url: str) -> None:
    assert health(replace(demo, settings=replace(demo.settings, broker_url=redis_url)))["broker"] == ""


def test_a_damaged_broker_file_is_told(demo: Platform) -> None:
    (demo.settings.home / "broker.db").write_bytes(b"no database at all" * 100)
    assert "not a database" in health(demo)["broker"]


def test_the_command_tells_operators_all(home: Path, atrium: Any) -> None:
    told = atrium(home, "health", "--json")
    assert (told.status, told.json["status"], told.json["worker"]) == (0, DEGRADED, {"alive": 0, "seen_at": None})
    assert "degraded" in atrium(home, "health").out
    empty = atrium(home.parent / "nothing", "health", "--json")
    assert (empty.status, json.loads(empty.out)["status"]) == (1, FAILING)
