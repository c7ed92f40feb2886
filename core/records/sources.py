"""Pick lists over the shared ground, within the reader's scope. Each is a few rows, found as one types."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.context import current
from core.access.reach import Reach
from core.estate.models import HOME, Building, Contractor, Customer, Place, Project, ProjectContractor, Region, Unit
from core.estate.rules import parse_place, place_label
from core.i18n import language
from core.records.filters import Source, contains
from core.records.labels import label_of
from core.records.parts import Option

MOST = 30


def _id(given: Mapping[str, str], name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _typed(query: Any, columns: Sequence[Any], typed: str) -> Any:
    from core.records.filters import search_clause

    return query.where(*search_clause(columns, typed)) if typed.strip() else query


def _within(query: Any, column: Any, reach: Reach) -> Any:
    return query if reach.everything else query.where(column.in_(sorted(reach.projects)))


def projects(resource: str = "", verb: str = "write") -> Source:
    """Projects in which one may do `verb` on `resource`; all that are visible when no resource is named."""

    def source(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
        query = select(Project.id, label_of(Project).label("name"), Project.code).order_by(Project.code).limit(MOST)
        if resource:
            query = _within(query, Project.id, current().reach(resource, verb))
        region = _id(given, "region_id")
        query = query.where(Project.region_id == region) if region else query
        rows = session.execute(_typed(query, (Project.name, Project.code, Project.name_en), typed))
        return [Option(str(row.id), row.name, hint=row.code) for row in rows]

    return source


def regions(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
    query = select(Region.id, label_of(Region).label("name"), Region.code).order_by(Region.code).limit(MOST)
    rows = session.execute(_typed(query, (Region.name, Region.code, Region.name_en), typed))
    return [Option(str(row.id), row.name, hint=row.code) for row in rows]


def buildings(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
    query = (
        select(Building.id, Building.name, Building.project_id).order_by(Building.project_id, Building.name).limit(MOST)
    )
    project = _project(given)
    query = query.where(Building.project_id == project) if project else query
    names, lang = current().organisation.projects, language()
    rows = session.execute(_typed(query, (Building.name,), typed))
    return [Option(str(row.id), row.name, hint="" if project else names[row.project_id].name_in(lang)) for row in rows]


def units(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
    query = (
        select(Unit.id, Unit.name, Building.name.label("building"), Unit.project_id)
        .join(Building, Building.id == Unit.building_id)
        .order_by(Unit.project_id, Building.name, Unit.name)
        .limit(MOST)
    )
    project, building = _project(given), _id(given, "building_id")
    query = query.where(Unit.project_id == project) if project else query
    query = query.where(Unit.building_id == building) if building else query
    names, lang = current().organisation.projects, language()
    rows = session.execute(_typed(query, (Unit.name, Building.name), typed.replace("-", " ")))
    return [
        Option(
            str(row.id),
            place_label(row.building, row.name, ""),
            hint="" if project else names[row.project_id].name_in(lang),
        )
        for row in rows
    ]


def _project(given: Mapping[str, str]) -> int | None:
    """The project named beside the pick, else the one chosen in the header."""
    from core.web.frame import chosen_project

    return _id(given, "project_id") or _id(given, "project") or chosen_project()


def places(*, homes_only: bool = False, resource: str = "", verb: str = "write") -> Source:
    """Homes and common areas by what people type: 3-1-502, 3栋1单元502, 大堂."""

    def source(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
        query = select(Place.id, Place.label, Place.project_id).order_by(Place.walk, Place.id).limit(MOST)
        if homes_only:
            query = query.where(Place.kind == HOME)
        if resource:
            query = _within(query, Place.project_id, current().reach(resource, verb))
        project = _project(given)
        query = query.where(Place.project_id == project) if project else query
        name = parse_place(typed) if typed.strip() else None
        if name is not None:
            label = place_label(name.building, name.unit or "", name.number)
            query = query.where(Place.label.startswith(label, autoescape=True) | contains(Place.label, typed.strip()))
        elif typed.strip():
            query = query.where(contains(Place.label, typed.strip()))
        names, lang = current().organisation.projects, language()
        return [
            Option(str(row.id), row.label, hint="" if project else names[row.project_id].name_in(lang))
            for row in session.execute(query)
        ]

    return source


def contractors(*, at_work: bool = True) -> Source:
    """Contractors of the project at hand; with `at_work` false those of the region."""

    def source(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
        query = select(Contractor.id, Contractor.name, Contractor.trade).order_by(Contractor.name).limit(MOST)
        project = _project(given)
        if at_work and project:
            works = select(ProjectContractor.contractor_id).where(ProjectContractor.project_id == project)
            query = query.where(Contractor.id.in_(works))
        elif project:
            found = current().organisation.region_of(project)
            query = query.where(Contractor.region_id == (found.id if found else 0))
        rows = session.execute(_typed(query, (Contractor.name, Contractor.trade), typed))
        return [Option(str(row.id), row.name, hint=row.trade or "") for row in rows]

    return source


def customers(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
    query = select(Customer.id, Customer.name, Customer.region_id).order_by(Customer.name, Customer.id).limit(MOST)
    names, lang = current().organisation.regions, language()
    rows = session.execute(_typed(query, (Customer.name, Customer.mobile), typed))
    return [Option(str(row.id), row.name, hint=names[row.region_id].name_in(lang)) for row in rows]


SourceMaker = Callable[..., Source]
