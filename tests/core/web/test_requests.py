"""The web server's log: a JSON line for each request, with nothing of what was typed."""

import json
import logging
from typing import Any

import pytest

from core.platform import Platform
from tests.conftest import csrf_of


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """The lines written since."""
    caplog.set_level(logging.INFO, logger="atrium.requests")
    return lambda: [json.loads(one.message) for one in caplog.records if one.name == "atrium.requests"]


def test_who_asked_what_and_how_it_ended(demo: Platform, web: Any, sign_in: Any, lines: Any) -> None:
    client = sign_in(web(demo), "sz.inspection")
    client.get("/inspection/issues/?q=13800138000")
    found = lines()[-1]
    assert (found["method"], found["path"], found["status"]) == ("GET", "/inspection/issues/", 200)
    assert found["user"] == demo.principal_named("sz.inspection").user_id and found["region"] == ["SZ"]
    assert found["ms"] > 0 and found["bytes"] > 0 and found["at"].endswith("+00:00")


def test_a_refusal_names_the_request_it_shows(demo: Platform, web: Any, sign_in: Any, lines: Any) -> None:
    client = sign_in(web(demo), "sz.inspection")
    page = client.get("/inspection/issues/999999999").get_data(as_text=True)
    found = lines()[-1]
    assert found["status"] == 404 and len(found["request"]) == 12 and found["request"] in page


def test_nothing_typed_and_nothing_idle_is_written(demo: Platform, web: Any, lines: Any) -> None:
    client = web(demo).test_client()
    token = csrf_of(client.get("/login/").get_data(as_text=True))
    client.post("/login/?next=/secret", data={"username": "sz.admin", "password": "geheim-99", "csrf_token": token})
    client.get("/health")
    told = json.dumps(lines())
    assert "geheim" not in told and "sz.admin" not in told and "secret" not in told and "/health" not in told
    assert [one["user"] for one in lines()] == [None, None]
