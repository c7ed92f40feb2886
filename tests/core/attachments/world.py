"""Three regions (inspection is off in Shanghai), four projects, and people who hold this and that."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from werkzeug.security import generate_password_hash

from core import clock
from core.access.context import as_system
from core.access.models import Assignment, Person
from core.attachments import services
from core.attachments.models import Attachment
from core.attachments.receiving import Receipt, Upload, receive
from core.attachments.registry import attachable, kind_of, limits_of
from core.attachments.services import Added
from core.db import ScopedSession
from core.estate.models import Contractor, Project, Region, Room
from core.init import prepare
from core.issues import flow
from core.issues.models import Issue, IssueList
from core.platform import Platform, build
from core.settings import Settings

PASSWORD = "Lamp-post-26-yellow"
PEOPLE = {
    # username → (role, scope, code), several for those who hold several
    "insp": [("inspection", "project", "SZ-WH")],
    "two": [("inspection", "project", "SZ-WH"), ("project", "project", "SZ-QH")],
    "reader": [("region_leader", "region", "SZ")],
    "cd": [("inspection", "project", "CD-LX")],
    "sh": [("inspection", "project", "SH-JA")],
    "status": [("request", "project", "SZ-WH")],
    "group": [("group_leader", "group", "")],
    "admin": [("group_admin", "group", "")],
    "nobody": [],
}
_serial = count(1)


@dataclass
class World:
    """A platform filled for these tests; `projects`, `rooms` and `contractors` by project code."""

    platform: Platform
    projects: dict[str, int] = field(default_factory=dict)
    regions: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    contractors: dict[str, int] = field(default_factory=dict)

    def acting(self, username: str) -> AbstractContextManager[ScopedSession]:
        return self.platform.working_as(self.platform.principal_named(username))

    def issue(self, code: str = "SZ-WH", origin: str = "inspection") -> int:
        """A new finding; its id."""
        with as_system(), self.platform.database.unit() as session:
            row = Issue(
                origin=origin, project_id=self.projects[code], place_id=self.rooms[code], category="010301",
                location="living", description="空鼓", state=flow.RECORDED, entered_at=clock.now(), rework_count=0,
                number=f"T-{next(_serial)}",
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def sheet(self, code: str = "SZ-WH") -> int:
        with as_system(), self.platform.database.unit() as session:
            row = IssueList(
                origin="inspection", project_id=self.projects[code], contractor_id=self.contractors[code],
                exported_at=clock.now(), number=f"L-{next(_serial)}",
            )  # fmt: skip
            session.add(row)
            session.flush()
            return row.id

    def put(self, username: str, record_id: int, *uploads: Upload, model: Any = Issue, **words: str) -> Added:
        """Receive and add, as a form does; refusals of both steps together."""
        limits = limits_of(attachable(kind_of(model)))
        receipt: Receipt = receive(self.platform.files, uploads, limits)
        with self.acting(username) as session:
            record = services.record_of(session, kind_of(model), record_id)
            added = services.add_files(session, record, receipt.files, **words)
        return Added(added.rows, added.known, [*receipt.refused, *added.refused])

    def rows(self, record_id: int, kind: str = "core_issue") -> list[Attachment]:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            found = session.query(Attachment).filter_by(kind=kind, record_id=record_id).order_by(Attachment.id)
            return list(found)

    def bytes_of(self, sha256: str) -> Path:
        return self.platform.settings.files / sha256[:2] / sha256


def make(home: Path, database_url: str = "", **settings: Any) -> World:
    """A world in `home`, on SQLite unless another database is named."""
    environ = {"ATRIUM_HOME": str(home), "ATRIUM_STAMP_SECONDS": "0", **settings}
    if database_url:
        environ["ATRIUM_DATABASE_URL"] = database_url
    platform = build(Settings.load(environ))
    prepare(platform)
    world = World(platform)
    with as_system(), platform.database.unit() as session:
        _fill(session, world)
    platform.stamps.forget()
    return world


def _fill(session: ScopedSession, world: World) -> None:
    for code, name in (("SZ", "深圳"), ("CD", "成都"), ("SH", "上海")):
        region = Region(code=code, name=name)
        session.add(region)
        session.flush()
        world.regions[code] = region.id
    for code in ("SZ-WH", "SZ-QH", "CD-LX", "SH-JA"):
        region_id = world.regions[code[:2]]
        project = Project(code=code, name=code, region_id=region_id)
        contractor = Contractor(region_id=region_id, name=f"土建 {code}")
        session.add_all([project, contractor])
        session.flush()
        room = Room(project_id=project.id, label="3-1-502", walk="3-1-502", number="502")
        session.add(room)
        session.flush()
        world.projects[code], world.rooms[code] = project.id, room.id
        world.contractors[code] = contractor.id
    hashed, moment = generate_password_hash(PASSWORD, "pbkdf2:sha256:1000"), clock.now().replace(tzinfo=None)
    for username, held in PEOPLE.items():
        person = Person(
            username=username, first_name=username, last_name="", display_name=f"{username}（人）", active=True,
            email=f"{username}@example.com", password=hashed, created_on=moment, changed_on=moment,
        )  # fmt: skip
        session.add(person)
        session.flush()
        for role, scope, code in held:
            session.add(Assignment(
                user_id=person.id, role=role, scope=scope, region_id=world.regions.get(code),
                project_id=world.projects.get(code),
            ))  # fmt: skip


def statements(engine: Any, work: Callable[[], Any]) -> list[str]:
    """The SQL that `work` sends, transaction control left out."""
    from sqlalchemy import event

    found: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", hear)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    return found
