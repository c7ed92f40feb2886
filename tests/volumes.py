"""Realistic volumes: a hundred thousand homes, a million findings; written past the services, which take hours."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from core import clock
from core.access.context import as_system
from core.estate.models import HOME, Building, Contractor, Place, Unit
from core.estate.rules import place_label, walk_key
from core.issues import flow
from core.issues.models import Issue
from core.platform import Platform

PART = 20_000
"""Rows written at a time."""
BUILDINGS, FLOORS, DOORS = 40, 50, 10
CATEGORIES = ("010301", "010302", "010101", "010201")
STATES = ((flow.CLOSED, 80), (flow.RECORDED, 8), (flow.LISTED, 5), (flow.RECTIFYING, 4), (flow.TO_VERIFY, 3))
"""Of a hundred findings, as years of work leave them: most are closed."""


def fill(platform: Platform, codes: tuple[str, ...], findings: int, buildings: int = BUILDINGS) -> None:
    """20,000 homes more in each project of `codes`, and `findings` spread evenly over them, newest last."""
    tree = platform.principals.organisation()
    projects = [next(one.id for one in tree.projects.values() if one.code == code) for code in codes]
    states = [state for state, share in STATES for _ in range(share)]
    with as_system(), platform.database.unit() as session:
        contractors = list(session.scalars(select(Contractor.id).order_by(Contractor.id))) or [None]
        homes: list[list[Any]] = []
        for project in projects:
            for part in _parts(_homes(session, project, buildings)):
                session.execute(insert(Place.__table__), part)
            query = select(Place.id, Place.walk).where(Place.project_id == project, Place.kind == HOME)
            homes.append(list(session.execute(query.order_by(Place.id))))
        start = clock.now() - timedelta(days=900)
        rows = (
            {
                "origin": "inspection", "project_id": projects[at % len(projects)],
                "place_id": home.id, "walk": home.walk,
                "category": CATEGORIES[at % 4], "location": "living", "description": f"墙面空鼓 {at}",
                "state": states[at * 37 % 100], "contractor_id": contractors[at // 11 % len(contractors)],
                "contractor_by_hand": False, "rework_count": 0, "version": 1, "extra": {},
                "number": f"VOL-I2401-{at:07}", "entered_at": start + timedelta(minutes=at),
            }
            for at in range(findings)
            for home in (homes[at % len(projects)][at * 7919 % len(homes[at % len(projects)])],)
        )  # fmt: skip
        for part in _parts(rows):
            session.execute(insert(Issue.__table__), part)


def _homes(session: Any, project: int, buildings: int) -> Iterator[dict[str, Any]]:
    for at in range(buildings):
        building = Building(project_id=project, name=f"{900 + at}")
        unit = Unit(project_id=project, building=building, name="1")
        session.add_all([building, unit])
        session.flush()
        for floor in range(1, FLOORS + 1):
            for door in range(1, DOORS + 1):
                name, number = (building.name, unit.name), f"{floor}{door:02}"
                yield {
                    "kind": HOME, "project_id": project, "building_id": building.id, "unit_id": unit.id,
                    "floor": floor, "number": number, "label": place_label(*name, number),
                    "walk": walk_key(*name, floor, number), "product": "residential", "keys_kept": False,
                    "sales_state": "signed", "version": 1,
                }  # fmt: skip


def _parts(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(row)
        if len(part) == PART:
            yield part
            part = []
    if part:
        yield part
