"""A plugin as the conformance suite sees it: loaded, on a home with the demo group, with its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from core.demo import PEOPLE
from core.platform import Platform
from core.plugins import Plugin
from core.records.view import RecordView
from core.testing.people import Somebody

ROLES = {
    "group_admin": "group.admin", "group_leader": "group.leader", "region_admin": "sz.admin",
    "region_leader": "sz.leader", "project_lead": "sz.projectlead",
    **{post: f"sz.{post}" for post in PEOPLE if post not in ("admin", "leader", "manager", "projectlead")},
}  # fmt: skip
"""Role → somebody of the demo group who holds it, in Shenzhen where it has a place."""


@dataclass
class Subject:
    """`app` is the web application over `platform`; the demo group must be loaded."""

    platform: Platform
    app: Any
    plugin: Plugin
    _clients: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.plugin.name

    @property
    def folder(self) -> Path:
        if self.plugin.folder is None:
            raise ValueError(f"{self.name} is a single module; a plugin that is checked has a folder")
        return self.plugin.folder

    @cached_property
    def views(self) -> list[RecordView]:
        """Its generated screens as they stand in the application."""
        own = [view for view in self.app.appbuilder.baseviews if isinstance(view, RecordView)]
        return [view for view in own if view.route_base.startswith(f"/{self.name}/")]

    def client(self, username: str) -> Any:
        """A browser in which somebody of the demo group is signed in."""
        if username not in self._clients:
            self._clients[username] = Somebody(self.platform, lambda: self.app, username).client
            self._clients[username].get("/?lang=zh")
        return self._clients[username]

    def reader_of(self, view: RecordView) -> tuple[str, Any] | None:
        """Somebody who reads rows of a view, and the first row's id; None where nobody has one."""
        for username in ROLES.values():
            if not self.platform.principal_named(username).may(view.resource, "read"):
                continue
            found = self.first_of(view, username)
            if found is not None:
                return username, found
        return None

    def first_of(self, view: RecordView, username: str) -> int | None:
        """The id of a row somebody sees."""
        with self.platform.working_as(self.platform.principal_named(username), read_only=True) as session:
            query = view.rows().with_only_columns(view.model.id).order_by(view.model.id).limit(1)
            found: int | None = session.scalar(query)
            return found

    def holders(self) -> Iterator[tuple[str, str]]:
        """(role, user name) of everybody asked."""
        yield from ROLES.items()
