"""People of the demo group in tests: their browsers and their units of work."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.access.reach import Principal
from core.db import ScopedSession
from core.demo import PASSWORD
from core.platform import Platform

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Somebody:
    """Somebody of the demo group."""

    platform: Platform
    made: Callable[[], Any]
    username: str

    @property
    def principal(self) -> Principal:
        """Their rights as they are now."""
        return self.platform.principal_named(self.username)

    def session(self) -> AbstractContextManager[ScopedSession]:
        """A unit of work within their scope, committed at its end."""
        return self.platform.working_as(self.principal)

    @cached_property
    def client(self) -> Any:
        """Their browser, signed in."""
        client = self.made().test_client()
        sent = {"username": self.username, "password": PASSWORD, "csrf_token": token_of(client.get("/login/").text)}
        answer = client.post("/login/", data=sent)
        if answer.status_code != 302:
            raise ValueError(f"{self.username} could not sign in: the demo group has nobody of that name")
        return client

    def post(self, address: str, **values: Any) -> Any:
        """Send a form from the page of that address, with its token."""
        token = token_of(self.client.get("/me/").text)
        return self.client.post(address, data={"csrf_token": token, **values})


def token_of(page: str) -> str:
    """The token of the forms on a page; empty where it has none."""
    found = TOKEN.search(page)
    return found[1] if found else ""
