"""Figures for Prometheus: right, of bounded size, and nobody's who is not welcome."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import clock
from core.access.context import as_system
from core.jobs.models import DONE, QUEUED, Job, Worker
from core.platform import Platform
from core.settings import ROOT, Settings
from core.web import metrics
from tests.homes import at_work

TOKEN = "prometheus-of-this-house"


def figures(client: Any, **asked: Any) -> dict[str, dict[tuple[str, ...], float]]:
    """name → label values (in the order of their names) → figure."""
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return parsed(answer.get_data(as_text=True))


def parsed(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = tuple(one.labels[name] for name in sorted(one.labels))
            found.setdefault(one.name, {})[labels] = one.value
    return found


def counted(client: Any, method: str, route: str, status: int) -> float:
    return figures(client).get("atrium_request_seconds_count", {}).get((method, route, str(status)), 0)


def test_requests_are_counted_by_route_never_by_path(demo: Platform, web: Any, sign_in: Any) -> None:
    client = sign_in(web(demo), "sz.inspection")
    route = "/inspection/issues/<int:pk>"
    before, strange = counted(client, "GET", route, 404), counted(client, "GET", "none", 404)
    for pk in range(999_000, 999_005):
        client.get(f"/inspection/issues/{pk}")
        client.get(f"/nothing/{pk}/%22%7D%0Ahere")
    client.open("/", method="BREW")
    assert counted(client, "GET", route, 404) == before + 5
    assert counted(client, "GET", "none", 404) == strange + 5
    text = client.get("/metrics").get_data(as_text=True)
    assert "/999000" not in text and "nothing" not in text and "BREW" not in text
    assert 'le="+Inf"' in text


def test_jobs_workers_and_plugins_are_as_the_tables_say(any_demo: Platform, web: Any) -> None:
    now = clock.now()
    with as_system(), any_demo.database.unit() as session:
        for state, waits in ((QUEUED, 90), (QUEUED, 30), (DONE, 500)):
            session.add(
                Job(kind="purge", state=state, created_at=now - timedelta(seconds=waits), sent_at=clock.running())
            )
        session.add(Worker(name="here:1", started_at=now, seen_at=clock.running()))
        session.add(Worker(name="gone:1", started_at=now, seen_at=clock.running() - timedelta(hours=1)))
    any_demo.plugins.found[0].state = "failed"
    found = figures(web(any_demo).test_client())
    assert found["atrium_jobs"][("purge", "queued")] == 2 and found["atrium_jobs"][("purge", "done")] == 1
    assert found["atrium_job_oldest_waiting_seconds"][()] == pytest.approx(90, abs=1)
    assert (found["atrium_workers"][()], found["atrium_beat_up"][()]) == (1, 0)
    assert (found["atrium_plugins_failed"][()], found["atrium_database_up"][()]) == (1, 1)


def test_a_database_that_is_away_is_a_figure_and_no_fault(demo: Platform, web: Any) -> None:
    client = web(demo).test_client()
    before = figures(client).get("atrium_faults_total", {}).get(("away",), 0)
    demo.database.engine.dispose()
    (demo.settings.home / "atrium.db").write_bytes(b"no database at all" * 100)
    client.get("/login/")
    found = figures(client)
    assert found["atrium_database_up"][()] == 0 and "atrium_jobs" not in found
    assert found["atrium_faults_total"][("away",)] == before + 1


# --- not for everybody ---------------------------------------------------------------------------


@contextmanager
def told_to(settings: Settings, web: Any, **changes: Any) -> Iterator[Any]:
    with at_work(replace(settings, **changes)) as platform:
        yield web(platform).test_client()


PRETENDED = [
    {"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9"}, {"Forwarded": "for=127.0.0.1"},
    {"X-Real-IP": "127.0.0.1"}, {"Via": "1.1 proxy"}, {"X-Forwarded-Host": "localhost"},
]  # fmt: skip


@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_from_elsewhere_comes_in_by_a_header(settings: Settings, web: Any, proxies: int) -> None:
    """Whoever comes through a proxy on this machine has its address: its headers give them away, or make no friend."""
    with told_to(settings, web, proxies=proxies) as client:
        for pretended in PRETENDED:
            for peer in ("127.0.0.1", "203.0.113.9"):
                answer = client.get("/metrics", headers=pretended, environ_base={"REMOTE_ADDR": peer})
                assert (pretended, peer, answer.status_code) == (pretended, peer, 404)
                assert "atrium_" not in answer.get_data(as_text=True)
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 200


def test_other_machines_find_nothing(demo: Platform, web: Any, sign_in: Any) -> None:
    app = web(demo)
    for client in (app.test_client(), sign_in(app, "group.admin")):
        for peer in ("203.0.113.9", "10.0.0.7", "127.0.0.1.example", "", "::2"):
            answer = client.get("/metrics", environ_base={"REMOTE_ADDR": peer})
            assert answer.status_code == 404 and "atrium_" not in answer.get_data(as_text=True)


def test_a_token_opens_and_nothing_else_does(settings: Settings, web: Any) -> None:
    with told_to(settings, web, metrics_token=TOKEN) as client:
        _try_tokens(client, "127.0.0.1")
        _try_tokens(client, "203.0.113.9")


def _try_tokens(client: Any, peer: str) -> None:

    def ask(header: str) -> int:
        return int(client.get(
            "/metrics", headers={"Authorization": header}, environ_base={"REMOTE_ADDR": peer}
        ).status_code)  # fmt: skip

    assert ask(f"Bearer {TOKEN}") == 200
    wrong = ["", "Bearer ", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", f"Bearer {TOKEN.upper()}", "Bearer 令牌",
             f"Basic {TOKEN}", "Bearer None"]  # fmt: skip
    assert {ask(one) for one in wrong} == {404}
    assert client.get("/metrics?token=" + TOKEN, environ_base={"REMOTE_ADDR": peer}).status_code == 404
    assert client.post("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code in (400, 405)


def test_a_token_that_would_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16 characters"):
        Settings.load({"ATRIUM_METRICS_TOKEN": "short"})


# --- several processes ---------------------------------------------------------------------------

COUNT = """
import os, sys
from core.web import metrics
pid = os.fork()
for _ in range(3 if pid else 4):
    metrics._requests.labels("/", "GET", "200").observe(0.02)
    metrics.count_fault("busy")
if not pid:
    os._exit(0)
os.waitpid(pid, 0)
from prometheus_client import generate_latest
sys.stdout.write(generate_latest(metrics._counted()).decode())
"""


def test_whichever_process_answers_tells_of_all(tmp_path: Any) -> None:
    environ = {**os.environ, metrics.SHARED: str(tmp_path), "PYTHONPATH": str(ROOT)}
    told = subprocess.run([sys.executable, "-c", COUNT], env=environ, capture_output=True, text=True, check=True)
    found = parsed(told.stdout)
    assert found["atrium_request_seconds_count"][("GET", "/", "200")] == 7
    assert found["atrium_faults_total"][("busy",)] == 7


def test_no_room_for_counts_keeps_no_page_from_anybody(demo: Platform, web: Any, monkeypatch: Any) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics._requests, "labels", full)
    assert web(demo).test_client().get("/login/").status_code == 200


def test_the_words_of_the_figures_are_ours(demo: Platform, web: Any) -> None:
    text = web(demo).test_client().get("/metrics").get_data(as_text=True)
    assert {name.split("_")[0] for name in re.findall(r"^# HELP (\w+)", text, re.MULTILINE)} == {"atrium"}
