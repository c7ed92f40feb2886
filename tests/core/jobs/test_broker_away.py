"""The broker away: who asks is answered at once and told that the job waits; when it is back the job runs."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core import clock
from core.access.context import as_system
from core.jobs import doorbell, enqueue
from core.jobs.models import DONE, QUEUED, Job, Worker
from core.jobs.sweep import sweep
from core.jobs.waiting import why_it_waits
from core.platform import Platform
from core.settings import Settings
from tests.conftest import csrf_of
from tests.core.jobs.conftest import Stack
from tests.homes import at_work


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def own_redis(port: int, folder: Path) -> Iterator[None]:
    """A Redis of this test's own."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
               "--dir", str(folder)]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 10
        while doorbell.fault_of(f"redis://127.0.0.1:{port}/0"):
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def silent() -> Iterator[str]:
    """A Redis that takes connections and never says a word."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(8)
        yield f"redis://127.0.0.1:{held.getsockname()[1]}/0"


def import_of(platform: Platform, web: Any, sign_in: Any, workbook: bytes) -> tuple[Any, Any, float]:
    """(client, answer, seconds) of somebody who asks for a job on a page."""
    import io

    client = sign_in(web(platform), "sz.admin")
    token = csrf_of(client.get("/imports/").get_data(as_text=True))
    sent = {"csrf_token": token, "kind": "rooms", "once": "", "file": (io.BytesIO(workbook), "rooms.xlsx")}
    began = time.monotonic()
    answer = client.post("/imports/", data=sent)
    return client, answer, time.monotonic() - began


@pytest.mark.parametrize("how", ["refused", "silent"])
def test_a_page_that_asks_for_a_job_is_answered_at_once(
    settings: Settings, web: Any, sign_in: Any, silent: str, how: str
) -> None:
    url = silent if how == "silent" else f"redis://127.0.0.1:{free_port()}/0"
    with at_work(replace(settings, broker_url=url, rate="", write_rate="")) as platform:
        client, answer, seconds = import_of(platform, web, sign_in, b"PK\x03\x04")
        assert answer.status_code == 302 and seconds < 8
        page = client.get(answer.location).get_data(as_text=True)
        assert "作业正在等待：暂时通知不到后台程序" in page
        assert client.get("/health").json["broker"] == "away"
        with as_system(), platform.database.unit(read_only=True) as session:
            assert session.query(Job.state).filter(Job.kind == "import_register").scalar() == QUEUED


def test_whoever_asks_next_does_not_wait_again(settings: Settings, silent: str) -> None:
    with at_work(replace(settings, broker_url=silent)) as platform:
        spent = []
        for _ in range(4):
            began = time.monotonic()
            with as_system(), platform.database.unit() as session:
                enqueue(session, "purge")
            spent.append(time.monotonic() - began)
        assert spent[0] < 8 and max(spent[1:]) < max(spent[0], 0.5)


def test_without_a_worker_the_page_says_so(demo: Platform, monkeypatch: Any) -> None:
    monkeypatch.setattr("core.jobs.services.ring", lambda job_id: None)
    with as_system(), demo.database.unit() as session:
        job = enqueue(session, "purge")
    assert "一分钟内没有后台程序" in why_it_waits(demo, job)
    with as_system(), demo.database.unit() as session:
        session.add(Worker(name="here:1", started_at=clock.running(), seen_at=clock.running()))
    assert why_it_waits(demo, job) == ""
    job.state = DONE
    assert why_it_waits(demo, job) == ""


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="left out: Redis")
def test_when_the_broker_is_back_the_job_runs(
    stack_of: Callable[..., Stack], settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.jobs.sweep.RING_AGAIN_SECONDS", 0)
    port = free_port()
    stack = stack_of(settings, f"redis://127.0.0.1:{port}/0")
    job_id = stack.ask("jobtest.line", "sz.inspection", text="late")
    assert stack.job(job_id).state == QUEUED
    with as_system(), stack.platform.database.unit() as session:
        session.add(Worker(name="here:1", started_at=clock.running(), seen_at=clock.running()))
    sweep(stack.platform)
    assert stack.job(job_id).state == QUEUED
    with own_redis(port, tmp_path):
        stack.worker()
        monkeypatch.setattr(doorbell, "_silent_until", 0.0)
        assert stack.ended(job_id, sweeping=True).state == DONE
        assert stack.traces("lines") == ["late"]
        stack.close()
