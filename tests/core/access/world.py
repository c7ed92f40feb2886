"""Rows of every scoped model in every project, and who may see which: told by hand, not by the code under test."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

from sqlalchemy import JSON, inspect, select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system
from core.access.models import Assignment, Person
from core.access.reach import Principal, Reach
from core.access.scope import scoped_classes
from core.attachments.models import Attachment
from core.estate.models import Contractor, Customer, Ownership, Project, ProjectContractor, Region
from core.issues.models import Issue, IssueList
from core.jobs.models import Job
from core.model import ProjectScoped
from core.platform import Platform

_serial = count(1)
Rows = Mapping[type[Any], list[Any]]


def models() -> list[type[Any]]:
    """Every model with a row scope."""
    return sorted(scoped_classes(), key=lambda model: model.__name__)


def fill(platform: Platform) -> None:
    """Give each project a row of each model that the demo left empty there."""
    with as_system(), platform.database.unit() as session:
        projects = session.scalars(select(Project).where(Project.code.in_(("SZ-WH", "SZ-QH", "CD-LX", "SH-JA")))).all()
        for model in models():
            if issubclass(model, ProjectScoped):
                for project in projects:
                    if session.scalar(select(model.id).where(model.project_id == project.id).limit(1)) is None:
                        session.add(_made(session, model, project))
                        session.flush()
        for person in session.scalars(select(Person)):
            session.add(Job(kind="test", user_id=person.id, created_at=clock.now(), sent_at=clock.now()))
        for issue in session.scalars(select(Issue)):
            if not session.scalar(select(Attachment.id).where(Attachment.project_id == issue.project_id).limit(1)):
                session.add(Attachment(
                    kind="core_issue", record_id=issue.id, project_id=issue.project_id, sha256="0" * 64, size=1,
                    mime="image/png", name="a.png", uploaded_at=clock.now(),
                ))  # fmt: skip
                session.flush()


def _made(session: Session, model: Any, project: Project) -> Any:
    """A row of a project with whatever its columns ask for."""
    values: dict[str, Any] = {"project_id": project.id}
    mapper = inspect(model)
    for one in mapper.column_attrs:
        name = one.columns[0]
        needed = not (name.nullable or name.default is not None or name.primary_key)
        if not needed or one.key in values or name is mapper.polymorphic_on:
            continue
        values[one.key] = _value(session, name, project)
    return model(**values)


def _value(session: Session, name: Any, project: Project) -> Any:
    for key in name.foreign_keys:
        target = next(one for one in models() if one.__table__ is key.column.table)
        found = select(target.id).limit(1)
        if issubclass(target, ProjectScoped):
            found = found.where(target.project_id == project.id)
        return session.scalar(found)
    if isinstance(name.type, JSON):
        return {}
    kind = getattr(name.type, "impl_instance", name.type).python_type
    if kind is str:
        return "inspection" if name.name == "origin" else f"{next(_serial)}"
    return {date: clock.today(), datetime: clock.now()}.get(kind, 0)


def everything(platform: Platform) -> dict[type[Any], list[Any]]:
    """All rows of all models, read past all scope and let go."""
    with as_system(), platform.database.unit(read_only=True) as session:
        found = {model: list(session.scalars(select(model).order_by(model.id))) for model in models()}
        session.expunge_all()
    return found


def visible(who: Principal, model: type[Any], rows: Rows) -> set[int]:
    """Ids of the rows this person may read."""
    rule = READING.get(model, _by_project)
    return {row.id for row in rows[model] if rule(lambda resource: who.reach(resource, "read"), row, rows, who)}


def writable(who: Principal, model: type[Any], rows: Rows) -> set[int]:
    """Ids of the rows this person holds some changing verb on."""
    rule = WRITING.get(model, _by_project)
    return {row.id for row in rows[model] if rule(who.writing, row, rows, who)}


Reaches = Callable[[str], Reach]
Rule = Callable[[Reaches, Any, Rows, Principal], bool]


def _by_project(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    return reach(row.__resource__).holds_project(row.project_id)


def _by_region(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    return reach(row.__resource__).holds_region(row.region_id)


def _region(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    found = reach("organisation")
    return found.everything or row.id in found.regions | found.touched


def _linked(link: type[Any], key: str) -> Rule:
    """Rows of a region, known to a project by rows of `link`."""

    def rule(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
        found = reach(row.__resource__)
        return found.holds_region(row.region_id) or any(
            found.holds_project(one.project_id) for one in _by_key(rows[link], key).get(row.id, ())
        )

    return rule


_indexes: dict[int, tuple[list[Any], dict[int, list[Any]]]] = {}


def _by_key(rows: list[Any], key: str) -> dict[int, list[Any]]:
    kept = _indexes.get(id(rows))
    if kept is None or kept[0] is not rows:
        found: dict[int, list[Any]] = {}
        for row in rows:
            found.setdefault(getattr(row, key), []).append(row)
        kept = _indexes[id(rows)] = (rows, found)
    return kept[1]


def _by_origin(part: str) -> Rule:
    return lambda reach, row, rows, who: reach(f"{row.origin}.{part}").holds_project(row.project_id)


def _assignment(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    return reach("user").holds(row.region_id, row.project_id)


def _attachment(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    """All those made here are of findings."""
    return reach("inspection.issue").holds_project(row.project_id)


def _person(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    found = reach("user")
    held = [one for one in rows[Assignment] if one.user_id == row.id]
    return row.id == who.user_id or (bool(found) and all(found.holds(one.region_id, one.project_id) for one in held))


def _job(reach: Reaches, row: Any, rows: Rows, who: Principal) -> bool:
    return row.user_id == who.user_id


_BOTH: dict[type[Any], Rule] = {
    Customer: _linked(Ownership, "customer_id"),
    Issue: _by_origin("issue"),
    IssueList: _by_origin("list"),
    Assignment: _assignment,
    Attachment: _attachment,
    Job: _job,
}
READING: dict[type[Any], Rule] = {
    **_BOTH,
    Region: _region,
    Project: lambda reach, row, rows, who: reach("organisation").holds_project(row.id),
    Contractor: _linked(ProjectContractor, "contractor_id"),
    Person: lambda reach, row, rows, who: True,
}
WRITING: dict[type[Any], Rule] = {
    **_BOTH,
    Region: lambda reach, row, rows, who: reach("organisation").holds_region(row.id),
    Project: _by_region,
    Contractor: _by_region,
    Person: _person,
}
