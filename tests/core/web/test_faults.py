"""The database locked, lost or slow: a sentence in good time, nothing half written, and what was typed goes on."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from core import clock
from core.access.context import as_system
from core.faults import AWAY, BUSY, FULL, kind_of
from core.platform import Platform
from core.settings import Settings
from tests.core.web.site import Desk
from tests.homes import NOW, at_work

PATIENCE = 0.2
BUSY_WORDS = "数据库正忙"


@pytest.fixture
def desk(settings: Settings, web: Any, sign_in: Any) -> Iterator[Desk]:
    with at_work(replace(settings, database_seconds=PATIENCE)) as platform:
        yield Desk(platform, sign_in(web(platform), "sz.inspection"))


@contextmanager
def locked(platform: Platform) -> Iterator[None]:
    """Another program writes and does not come to an end."""
    with closing(sqlite3.connect(platform.settings.home / "atrium.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_locked_database_costs_a_moment_and_nothing_typed(desk: Desk) -> None:
    sent, before = desk.finding(description='窗 "A" <b>'), desk.counts()
    with locked(desk.platform):
        began = time.monotonic()
        refused = desk.send(sent)
        assert time.monotonic() - began < 8
        page = refused.get_data(as_text=True)
        assert refused.status_code == 503 and BUSY_WORDS in page and refused.headers["Retry-After"] == "2"
        assert "at-side" in page, "the menu is there: reading goes on"
        assert "回到表单" in page and "data-keep-drafts" in page
        again = desk.send_again(page)
        assert again.status_code == 503, "still locked"
    assert desk.counts() == before
    assert desk.send_again(again.get_data(as_text=True)).status_code == 302
    assert desk.send_again(page).status_code == 302, "pressed twice"
    assert desk.counts() == (before[0] + 1, before[1])
    found = desk.client.get("/inspection/issues/?q=窗").get_data(as_text=True)
    assert "窗 &#34;A&#34; &lt;b&gt;" in found


def test_reading_goes_on_while_the_database_is_locked(desk: Desk) -> None:
    desk.client.get("/inspection/issues/")
    clock.set_frozen(
        NOW + timedelta(minutes=5)
    )  # the session's last moment would be noted now, and a list's conditions
    with locked(desk.platform):
        for path in ("/", "/inspection/issues/?q=a&project=SZ-WH", "/inspection/issues/export", "/health"):
            began = time.monotonic()
            assert (path, desk.client.get(path).status_code) == (path, 200)
            assert time.monotonic() - began < 8
    assert desk.send(desk.finding()).status_code == 302, "patience is back with the next who writes"


def test_programs_are_told_when_to_come_back(desk: Desk, web: Any) -> None:
    client = web(desk.platform).test_client()
    sent = {"username": "sz.inspection", "password": "Atrium-demo-2026", "provider": "db"}
    bearer = {"Authorization": f"Bearer {client.post('/api/v1/security/login', json=sent).json['access_token']}"}
    body = {"place_id": desk.place(), "category": "010301", "location": "living", "description": "东墙空鼓"}
    with locked(desk.platform):
        refused = client.post(
            "/api/v1/inspection/issues/", json=body, headers={**bearer, "Idempotency-Key": "k-000001"}
        )
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert refused.json["message"].startswith(BUSY_WORDS) and refused.json["request"]
    done = client.post("/api/v1/inspection/issues/", json=body, headers={**bearer, "Idempotency-Key": "k-000001"})
    assert done.status_code == 201


def test_the_door_says_so_too(desk: Desk, web: Any) -> None:
    """Signing in writes: the page that comes must not itself wait for the lock once more."""
    client = web(desk.platform).test_client()
    with locked(desk.platform):
        began = time.monotonic()
        answer = client.get("/login/")
        assert answer.status_code == 503 and BUSY_WORDS in answer.get_data(as_text=True)
        assert time.monotonic() - began < 5 * PATIENCE + 8
    assert client.get("/login/").status_code == 200


# --- PostgreSQL ----------------------------------------------------------------------------------


@pytest.fixture
def on_postgres(postgres_settings: Settings, web: Any, sign_in: Any) -> Iterator[Desk]:
    with at_work(replace(postgres_settings, database_seconds=PATIENCE)) as platform:

        def lose() -> str:
            with as_system():
                platform.database.session().execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            return "never"

        app = web(platform)
        app.add_url_rule("/lose", "lose", lose)
        yield Desk(platform, sign_in(app, "sz.inspection"))


@contextmanager
def table_locked(url: str, table: str) -> Iterator[None]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as other:
        other.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        yield
        other.rollback()


@pytest.mark.postgres
def test_a_locked_table_costs_a_moment_and_nothing_typed(on_postgres: Desk) -> None:
    sent, before = on_postgres.finding(), on_postgres.counts()
    with table_locked(on_postgres.platform.settings.database_url, "core_counter"):
        began = time.monotonic()
        refused = on_postgres.send(sent)
        assert time.monotonic() - began < 8
        page = refused.get_data(as_text=True)
        assert refused.status_code == 503 and BUSY_WORDS in page
    assert on_postgres.counts() == before
    assert on_postgres.send_again(page).status_code == 302
    assert on_postgres.counts() == (before[0] + 1, before[1])


@pytest.mark.postgres
def test_a_statement_that_takes_longer_than_the_operator_allows(
    postgres_settings: Settings, web: Any, sign_in: Any
) -> None:
    url = postgres_settings.database_url
    slow = replace(postgres_settings, database_url=f"{url}?options=-c%20statement_timeout%3D150")
    with at_work(slow) as platform:
        client = sign_in(web(platform), "sz.inspection")
        with table_locked(url, "core_issue"):
            answer = client.get("/inspection/issues/")
            assert answer.status_code == 503 and BUSY_WORDS in answer.get_data(as_text=True)
        assert client.get("/inspection/issues/").status_code == 200


@pytest.mark.postgres
def test_a_connection_lost_at_work_is_told_and_the_next_request_has_another(on_postgres: Desk) -> None:
    answer = on_postgres.client.get("/lose")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503 and "数据库没有应答" in page and "terminat" not in page
    assert on_postgres.client.get("/inspection/issues/").status_code == 200


@pytest.mark.postgres
def test_connections_that_died_while_idle_are_noticed_by_nobody(on_postgres: Desk) -> None:
    url = on_postgres.platform.settings.database_url
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as other:
        gone = other.scalars(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                 "WHERE datname = current_database() AND pid <> pg_backend_pid()")
        ).all()  # fmt: skip
    assert gone
    assert on_postgres.send(on_postgres.finding()).status_code == 302


# --- what is what --------------------------------------------------------------------------------


def wrapped(orig: Exception, cause: Exception | None = None) -> Exception:
    fault = OperationalError("SELECT 1", {}, orig)
    if cause is not None:
        fault.__cause__ = cause
    return fault


def sqlite_fault(code: int) -> Exception:
    found = sqlite3.OperationalError("said by SQLite")
    found.sqlite_errorcode = code  # type: ignore[attr-defined]
    return found


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (wrapped(sqlite_fault(sqlite3.SQLITE_BUSY)), BUSY),
        (wrapped(sqlite_fault(sqlite3.SQLITE_BUSY_SNAPSHOT)), BUSY),
        (wrapped(sqlite_fault(sqlite3.SQLITE_FULL)), FULL),
        (wrapped(sqlite_fault(sqlite3.SQLITE_IOERR_WRITE)), FULL),
        (wrapped(sqlite_fault(sqlite3.SQLITE_READONLY)), FULL),
        (wrapped(sqlite_fault(sqlite3.SQLITE_CANTOPEN)), AWAY),
        (wrapped(sqlite_fault(sqlite3.SQLITE_ERROR)), ""),
        (OSError(28, "No space left on device"), FULL),
        (OSError(2, "No such file"), ""),
        (KeyError("ours"), ""),
        (None, ""),
    ],
)
def test_a_fault_is_known_for_what_it_is(fault: Exception | None, kind: str) -> None:
    assert kind_of(fault) == kind


def test_a_fault_of_ours_beside_a_busy_database_is_ours() -> None:
    try:
        try:
            raise wrapped(sqlite_fault(sqlite3.SQLITE_BUSY))
        except OperationalError:
            {}["missing"]
    except KeyError as fault:
        assert kind_of(fault) == ""
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError:
            raise ValueError("the archive cannot be closed")  # noqa: B904  as zipfile does it
    except ValueError as fault:
        assert kind_of(fault) == FULL
