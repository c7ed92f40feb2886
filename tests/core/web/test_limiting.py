"""Who asks too often waits, and only they; a limit never costs anybody their page."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from core.platform import Platform
from core.settings import Settings
from core.web import limiting
from tests.conftest import csrf_of
from tests.homes import at_work

API = "/api/v1/inspection/issues/"


@contextmanager
def limited(settings: Settings, **limits: Any) -> Iterator[Platform]:
    with at_work(replace(settings, web_processes=1, **limits)) as platform:
        yield platform


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def counted(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """Settings whose requests are counted in memory, and in Redis."""
    if request.param == "memory":
        return settings
    return replace(settings, broker_url=request.getfixturevalue("redis_url"))


def test_a_person_waits_and_nobody_else(counted: Settings, web: Any, sign_in: Any) -> None:
    with limited(counted, rate="12 per minute") as platform:
        app = web(platform)
        hasty, calm = sign_in(app, "sz.inspection"), sign_in(app, "sz.leader")
        told = [hasty.get("/") for _ in range(14)]
        assert [one.status_code for one in told[:12]] == [200] * 12
        refused = told[12]
        assert refused.status_code == told[13].status_code == 429
        wait = int(refused.headers["Retry-After"])
        assert 0 < wait <= 60 and f"等 {wait} 秒" in refused.get_data(as_text=True)
        assert calm.get("/").status_code == 200
        assert hasty.get("/health").status_code == 200


def test_the_limit_is_the_persons_however_they_come(counted: Settings, web: Any, sign_in: Any) -> None:
    """Another browser, a token, another address: they share what one person is granted."""
    with limited(counted, rate="6 per minute") as platform:
        app = web(platform)
        client = sign_in(app, "sz.inspection")
        sent = {"username": "sz.inspection", "password": "Atrium-demo-2026", "provider": "db"}
        token = app.test_client().post("/api/v1/security/login", json=sent).json["access_token"]
        for _ in range(4):
            assert client.get("/").status_code == 200
        bearer = {"Authorization": f"Bearer {token}"}
        program = app.test_client()
        statuses = [
            program.get(API, headers=bearer, environ_base={"REMOTE_ADDR": f"10.0.0.{at}"}).status_code
            for at in range(3)
        ]  # fmt: skip
        assert statuses == [200, 200, 429]
        answer = program.get(API, headers=bearer)
        assert answer.json["message"].startswith("短时间内请求太多") and answer.headers["Retry-After"]


def test_nobody_is_counted_by_address_whatever_they_pretend(settings: Settings, web: Any) -> None:
    with limited(settings, rate="5 per minute") as platform:
        client = web(platform).test_client()
        pretended = [
            {"X-Forwarded-For": "1.2.3.4"}, {"Authorization": "Bearer forged"}, {"Cookie": "atrium=forged"},
            {"X-Real-IP": "5.6.7.8"}, {}, {"X-Forwarded-For": "9.9.9.9"}, {"Authorization": "Bearer another"},
        ]  # fmt: skip
        statuses = [client.get("/login/", headers=one).status_code for one in pretended]
        assert statuses == [200] * 5 + [429] * 2
        assert client.get("/login/", environ_base={"REMOTE_ADDR": "10.1.1.1"}).status_code == 200


def test_writing_has_a_limit_of_its_own(settings: Settings, web: Any, sign_in: Any) -> None:
    with limited(settings, rate="500 per minute", write_rate="3 per minute") as platform:
        client = sign_in(web(platform), "sz.inspection")  # signing in was nobody's
        token = csrf_of(client.get("/").get_data(as_text=True))
        sent = {"csrf_token": token, "next": "/"}
        assert [client.post("/language/zh", data=sent).status_code for _ in range(5)] == [302, 302, 302, 429, 429]
        page = client.post("/language/zh", data=sent).get_data(as_text=True)
        assert 'action="/language/zh"' in page and "<span>再发一次<" in page and 'name="next" value="/"' in page
        assert client.get("/").status_code == 200


def test_processes_share_a_limit(settings: Settings) -> None:
    """Counting in memory, each grants its part: together they never grant more than is said."""
    several = [limiting.Limiter(replace(settings, rate="100 per minute", web_processes=4)) for _ in range(4)]
    granted = 0
    for one in several:
        for _ in range(100):
            try:
                one.check("person:1", writes=False)
                granted += 1
            except limiting.TooMany:
                break
    assert granted == 100


@pytest.mark.redis
def test_processes_share_one_count_in_redis(settings: Settings, redis_url: str) -> None:
    shared = replace(settings, broker_url=redis_url, rate="10 per minute", web_processes=4)
    several = [limiting.Limiter(shared) for _ in range(4)]
    for at in range(10):
        several[at % 4].check("person:1", writes=False)
    for one in several:
        with pytest.raises(limiting.TooMany):
            one.check("person:1", writes=False)


@pytest.mark.parametrize("silent", [False, True], ids=["refused", "silent"])
def test_a_redis_that_is_away_costs_one_short_wait(
    settings: Settings, dead_end: Callable[[bool], str], monkeypatch: Any, silent: bool
) -> None:
    monkeypatch.setattr(limiting, "PATIENCE", 0.2)
    away = replace(settings, broker_url=dead_end(silent), rate="50 per minute", web_processes=1)
    limiter = limiting.Limiter(away)
    began = time.monotonic()
    for _ in range(50):
        limiter.check("person:1", writes=False)
    assert time.monotonic() - began < 7  # not 50 waits of 0.2 s
    with pytest.raises(limiting.TooMany):
        limiter.check("person:1", writes=False)


def test_a_limit_that_is_off_refuses_nobody(settings: Settings) -> None:
    limiter = limiting.Limiter(replace(settings, rate="", write_rate=""))
    for _ in range(2000):
        limiter.check("person:1", writes=True)


def test_counting_is_cheap(settings: Settings, record_property: Any) -> None:
    limiter = limiting.Limiter(replace(settings, rate="1000000 per minute", write_rate="1000000 per minute"))
    limiter.check("person:1", writes=True)
    began = time.perf_counter()
    for at in range(2000):
        limiter.check(f"person:{at % 50}", writes=True)
    each = (time.perf_counter() - began) / 2000 * 1000
    record_property("measured", f"counting a request that writes, in memory: {each:.3f} ms")
    assert each < 5


@pytest.mark.parametrize("text", ["many", "0", "-1 per minute", "10 per fortnight"])
def test_a_rate_that_is_none_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="ATRIUM_RATE must be a rate such as"):
        Settings.load({"ATRIUM_RATE": text})
    assert Settings.load({"ATRIUM_RATE": "off"}).rate == ""
