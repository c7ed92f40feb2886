"""The demo group as tests of findings use it: who acts, a finding made in a line, and what the database says after."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.access.context import as_system, through
from core.db import ScopedSession
from core.estate.models import Contractor, Place, Project, ProjectContractor
from core.history import Change, Event
from core.issues import services
from core.issues.models import Issue, IssueList
from core.platform import Platform

INSPECTOR, ELSEWHERE, LEADER, ADMIN = "sz.inspection", "cd.inspection", "sz.leader", "sz.admin"
HERE, THERE, UNHELD = "SZ-WH", "CD-LX", "SZ-QH"
"""A project of the inspector, one of another region, and one of the same region that the inspector does not hold."""
Office = Callable[[Path, str, Path], Path]
_serial = count(1)


class Site:
    """One platform; findings of different tests do not meet, as each is told by its own description."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        with as_system(), platform.database.unit(read_only=True) as session:
            self.projects = {row.code: row.id for row in session.scalars(select(Project))}
            self.homes = {
                code: {row.label: row.id for row in session.scalars(select(Place).where(Place.project_id == id))}
                for code, id in self.projects.items()
            }
            works = select(ProjectContractor.project_id, Contractor.id, Contractor.name, Contractor.trade)
            rows = session.execute(works.join(Contractor, Contractor.id == ProjectContractor.contractor_id))
            self.firms: dict[str, dict[str, int]] = {code: {} for code in self.projects}
            self.firm_names: dict[int, str] = {}
            codes = {id: code for code, id in self.projects.items()}
            for project_id, id, name, trade in rows:
                self.firms[codes[project_id]][trade or ""] = id
                self.firm_names[id] = name

    @contextmanager
    def acting(self, username: str = INSPECTOR, verb: str = "") -> Iterator[ScopedSession]:
        """A unit of work of somebody, committed at its end; `verb` is a verb to read rows through."""
        with self.platform.working_as(self.platform.principal_named(username)) as session:
            if not verb:
                yield session
                return
            with through(verb):
                yield session

    def finding(self, home: str = "", code: str = HERE, by: str = "", **given: Any) -> int:
        """A new finding, recorded by the inspector of the place; its id."""
        home = home or next(iter(self.homes[code]))
        values = {"category": "010301", "location": "living", "description": f"墙面空鼓约{next(_serial)}cm", **given}
        with self.acting(by or (ELSEWHERE if code == THERE else INSPECTOR)) as session:
            place = session.get_one(Place, self.homes[code][home])
            return services.record(session, place, origin="inspection", **values).id

    def findings(self, number: int, **given: Any) -> list[int]:
        return [self.finding(**given) for _ in range(number)]

    def in_state(self, state: str, **given: Any) -> int:
        """A finding that went the ordinary way to `state`."""
        issue = self.finding(**given)
        with self.acting() as session:
            row = session.get_one(Issue, issue)
            if state in ("listed", "rectifying", "to_verify"):
                (made,) = services.put_on_lists(session, [row])
                if state != "listed":
                    services.sign(session, made, by="韩工")
            if state == "to_verify":
                services.rectified(session, row, result="已修补", on=None, by="韩工")
            if state == "closed":
                services.close(session, row, services.closing_defaults(session, row))
        if state == "void":
            with self.acting(ADMIN, "void") as session:
                services.void(session, session.get_one(Issue, issue), reason="录重了")
        return issue

    def listed(self, issues: Sequence[int], **given: Any) -> list[int]:
        """Put findings on lists; the ids of the lists."""
        with self.acting() as session:
            rows = [session.get_one(Issue, one) for one in issues]
            return [one.id for one in services.put_on_lists(session, rows, **given)]

    def issue(self, id: int) -> Issue:
        """What stands in the database now."""
        with as_system(), self.platform.database.unit(read_only=True) as session:
            return session.get_one(Issue, id)

    def issues(self, ids: Iterable[int]) -> list[Issue]:
        return [self.issue(id) for id in ids]

    def made(self, id: int) -> IssueList:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            return session.get_one(IssueList, id)

    def events(self, row: Issue | IssueList) -> Sequence[Event]:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            found = select(Event).where(Event.kind == row.__tablename__, Event.record_id == row.id).order_by(Event.id)
            return session.scalars(found).all()

    def last_change(self, row: Issue | IssueList) -> Change:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            found = select(Change).where(Change.kind == row.__tablename__, Change.record_id == row.id)
            return session.scalars(found.order_by(Change.id.desc()).limit(1)).one()

    def account(self, username: str) -> int | None:
        return self.platform.principal_named(username).user_id
