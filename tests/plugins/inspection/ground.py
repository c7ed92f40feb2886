"""What the tests of plans, homes, summaries and figures stand on."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from core.access.context import as_system
from core.access.models import Assignment, Person
from core.estate.models import Building, Place, Project, Room, Unit
from core.history import Change, Event
from core.platform import Platform
from plugins.inspection.models import Plan
from plugins.inspection.services import plans, ranges
from tests.homes import NOW

TODAY = NOW.date()


def project_id(session: Any, code: str = "SZ-WH") -> int:
    with as_system():
        found: int = session.scalar(select(Project.id).where(Project.code == code))
    return found


def building(session: Any, name: str, code: str = "SZ-WH") -> Building:
    with as_system():
        query = select(Building).where(Building.project_id == project_id(session, code), Building.name == name)
        found: Building = session.scalars(query).one()
    return found


def unit(session: Any, building_name: str, name: str, code: str = "SZ-WH") -> Unit:
    with as_system():
        of = building(session, building_name, code).id
        found: Unit = session.scalars(select(Unit).where(Unit.building_id == of, Unit.name == name)).one()
    return found


def home(session: Any, label: str, code: str = "SZ-WH") -> Place:
    with as_system():
        query = select(Place).where(Place.project_id == project_id(session, code), Place.label == label)
        found: Place = session.scalars(query).one()
    return found


def rooms(session: Any, *labels: str, code: str = "SZ-WH") -> list[int]:
    return [home(session, label, code).id for label in labels]


def count_homes(session: Any, *conditions: Any) -> int:
    with as_system():
        return session.scalar(select(func.count()).select_from(Room).where(*conditions)) or 0


def draft(session: Any, code: str = "SZ-WH", **given: Any) -> Plan:
    """A plan of one day, today."""
    said = {"subject": "试验房", "kind": "mass", "planned_from": TODAY, "planned_to": TODAY, **given}
    return plans.create_plan(session, project_id=project_id(session, code), **said)


def running(session: Any, *labels: str, code: str = "SZ-WH", **given: Any) -> Plan:
    """A plan that runs with these homes."""
    plan = draft(session, code, **given)
    ranges.choose_homes(session, plan, rooms=rooms(session, *labels, code=code))
    return plans.open_plan(session, plan)


def a_plan(platform: Platform, state: str = "draft", code: str = "SZ-WH", **given: Any) -> int:
    """The id of a plan in a state, made by the platform itself; home 3-1-1804 of SZ-WH is its range."""
    labels = {"SZ-WH": "3-1-1804", "SZ-QH": "2-2-1501", "CD-LX": "16-401"}
    with as_system(), platform.database.unit() as session:
        plan = draft(session, code, **given)
        if state != "draft":
            label = labels[code]
            place = session.scalars(
                select(Room.id).where(Room.project_id == plan.project_id).order_by(Room.walk.desc()).limit(1)
            ).one() if code != "SZ-WH" else home(session, label).id  # fmt: skip
            ranges.choose_homes(session, plan, rooms=[place])
            plans.open_plan(session, plan)
        if state == "done":
            plans.finish_plan(session, plan)
        if state == "void":
            plans.void_plan(session, plan, reason="试")
        return plan.id


def get(session: Any, model: Any, record_id: int) -> Any:
    """A row, whoever may see it."""
    with as_system():
        return session.get_one(model, record_id)


def state_of(platform: Platform, plan_id: int) -> str:
    with as_system(), platform.database.unit(read_only=True) as session:
        return session.get_one(Plan, plan_id).state


def events(platform: Platform, kind: str, record_id: int) -> list[str]:
    """Names of the events of a record, in their order."""
    with as_system(), platform.database.unit(read_only=True) as session:
        query = select(Event.name).where(Event.kind == kind, Event.record_id == record_id).order_by(Event.id)
        return list(session.scalars(query))


def changes(platform: Platform, kind: str, record_id: int) -> list[Change]:
    with as_system(), platform.database.unit(read_only=True) as session:
        query = select(Change).where(Change.kind == kind, Change.record_id == record_id).order_by(Change.id)
        return list(session.scalars(query))


def assign(platform: Platform, username: str, role: str, code: str) -> None:
    """Let a person hold a role on one more project."""
    with as_system(), platform.database.unit() as session:
        user_id = session.scalar(select(Person.id).where(Person.username == username))
        session.add(Assignment(user_id=user_id, role=role, scope="project", project_id=project_id(session, code)))
    platform.stamps.forget()


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run in threads at the same moment; what each returned, or raised."""
    import contextvars
    import threading

    gate, found = threading.Barrier(len(works)), list[Any]([None] * len(works))

    def run(at: int, work: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[at] = work()
        except Exception as fault:
            found[at] = fault

    threads = [threading.Thread(target=contextvars.copy_context().run, args=(run, at, work))
               for at, work in enumerate(works)]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
