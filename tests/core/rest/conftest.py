"""Programs at work: a client that bears somebody's token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from core.demo import PASSWORD
from core.platform import Platform


@dataclass
class Program:
    """Requests of one person's program."""

    client: Any
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"json": body} if body is not None else {}
        bearer = {"Authorization": f"Bearer {self.token}"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/v1{path}", method=method, headers={**bearer, **given}, **sent)

    def get(self, path: str, **conditions: Any) -> Any:
        bearer = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(f"/api/v1{path}", query_string=conditions, headers=bearer)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Mapping[str, Any]) -> Any:
        return self.ask("PATCH", path, body)


@pytest.fixture
def app(demo: Platform, web: Any) -> Any:
    return web(demo)


@pytest.fixture
def program(app: Any) -> Callable[[str], Program]:
    """`program("sz.inspection")` is a client with that person's token."""

    def signed_in(username: str) -> Program:
        sent = {"username": username, "password": PASSWORD, "provider": "db"}
        answer = app.test_client().post("/api/v1/security/login", json=sent)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return Program(app.test_client(), answer.json["access_token"])

    return signed_in
