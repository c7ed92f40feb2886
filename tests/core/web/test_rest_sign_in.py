"""The JWT sign-in: the form's limits hold, nothing tells which names exist, the demo's password opens no other home."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core.access.context import as_system
from core.access.models import SignInAttempt
from core.demo import PASSWORD
from core.platform import Platform
from core.settings import Settings
from tests.conftest import csrf_of
from tests.homes import at_work

URL = "/api/v1/security/login"


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


def ask(app: Any, username: str, password: str) -> Any:
    return app.test_client().post(URL, json={"username": username, "password": password, "provider": "db"})


def form(app: Any, username: str, password: str) -> int:
    client = app.test_client()
    token = csrf_of(client.get("/login/").get_data(as_text=True))
    sent = {"username": username, "password": password, "csrf_token": token}
    return int(client.post("/login/", data=sent).status_code)


def test_the_right_password_gives_a_token(app: Any) -> None:
    answer = ask(app, "cd.title", PASSWORD)
    assert answer.status_code == 200 and answer.json["access_token"]


def test_names_that_exist_and_names_that_do_not_answer_alike(app: Any) -> None:
    known, unknown = ask(app, "cd.title", "falsch"), ask(app, "nobody-here", "falsch")
    assert known.status_code == unknown.status_code == 401
    assert known.json == unknown.json


def test_failures_count_at_both_doors(app: Any) -> None:
    tries = [ask(app, "cd.follower", "falsch").status_code for _ in range(5)]
    tries += [form(app, "cd.follower", "falsch") for _ in range(5)]
    assert tries == [401] * 10
    locked = ask(app, "CD.follower", PASSWORD)
    assert locked.status_code == 429 and "10" in locked.json["message"]
    assert form(app, "cd.follower", PASSWORD) == 429
    assert ask(app, "cd.title", PASSWORD).status_code == 200, "others go on"


@pytest.mark.parametrize("body", [b"[" * 20_000, b"{", b"[]", b'{"username": 1}', b'{"username": "a", "password": {}}'])
def test_nonsense_is_refused(app: Any, body: bytes) -> None:
    answer = app.test_client().post(URL, data=body, content_type="application/json")
    assert answer.status_code == 400


def test_the_demo_s_password_opens_no_other_home(demo: Platform, app: Any) -> None:
    (demo.settings.home / "demo").unlink()
    assert not demo.settings.is_demo
    assert ask(app, "cd.title", PASSWORD).status_code == 401
    assert form(app, "cd.title", PASSWORD) == 401


def test_a_program_is_answered_as_one(app: Any) -> None:
    answer = app.test_client().get("/inspection/issues/", headers={"Authorization": "Bearer none"})
    assert answer.status_code == 401 and answer.json["message"]


def test_the_door_keeps_the_whole_address(app: Any) -> None:
    answer = app.test_client().get("/inspection/issues/?tab=all&q=墙")
    assert answer.headers["Location"] == "/login/?next=%2Finspection%2Fissues%2F%3Ftab%3Dall%26q%3D%E5%A2%99"


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_tries_are_counted_by_the_address_that_can_be_believed(
    settings: Settings, web: Any, proxies: int, counted: str
) -> None:
    """What a visitor writes into the header himself stands left of what our own proxy added."""
    with at_work(replace(settings, proxies=proxies)) as platform:
        client = web(platform).test_client()
        headers = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}
        sent = {"username": "cd.title", "password": "falsch", "provider": "db"}
        assert client.post(URL, json=sent, headers=headers).status_code == 401
        with as_system(), platform.database.unit(read_only=True) as session:
            keys = session.scalars(select(SignInAttempt.key).where(SignInAttempt.key.like("from:%"))).all()
    assert keys == [f"from:{counted}"]
