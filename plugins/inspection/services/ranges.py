"""Which homes a plan takes in; no home stands in two running plans of a kind."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check
from core.access.context import doing
from core.errors import RuleError
from core.estate.models import Place, Project, Room
from core.history import record_event
from core.i18n import Text, lazy
from plugins.inspection.models import Plan, PlanHome
from plugins.inspection.rules import OPEN, HomeRef, pick
from plugins.inspection.services.ground import check_changeable

NAMED = 6
"""Homes named in a refusal; the rest are counted."""


def choose_homes(
    session: Session,
    plan: Plan,
    *,
    buildings: Iterable[int] = (),
    units: Iterable[int] = (),
    floors: Iterable[tuple[int, int]] = (),
    rooms: Iterable[int] = (),
) -> Plan:
    """Set the range of a plan to the union of whole buildings, whole units, floors (unit, floor) and single homes.

    Raises RuleError when something picked is not in the project, when a home stands in another running plan of the same
    kind, or when a running plan would be left without homes.
    """
    check("write", plan)
    check_changeable(plan)
    homes = session.execute(
        select(Room.id, Room.building_id, Room.unit_id, Room.floor).where(Room.project_id == plan.project_id)
    )
    picked = pick((HomeRef(*row) for row in homes), buildings=buildings, units=units, floors=floors, rooms=rooms)
    if picked.unknown:
        raise RuleError(lazy("Something chosen holds no home of this project any more; load the page anew and choose "
                             "again."), field="homes")  # fmt: skip
    if plan.state == OPEN and not picked.homes:
        raise RuleError(lazy("A running plan keeps at least one home; complete it instead."), field="homes")
    hold(session, plan.project_id)
    before = {row.place_id: row for row in session.scalars(select(PlanHome).where(PlanHome.plan_id == plan.id))}
    added = picked.homes - before.keys()
    _refuse_taken(session, plan, added if plan.state == OPEN else picked.homes)
    gone = [row for place_id, row in before.items() if place_id not in picked.homes]
    if not added and not gone:
        return plan
    with doing(verb="choose_homes"):
        session.add_all(
            PlanHome(project_id=plan.project_id, plan_id=plan.id, place_id=place_id) for place_id in sorted(added)
        )
        for row in gone:
            session.delete(row)
        plan.home_count = len(picked.homes)
        session.flush()
        record_event(session, "inspection.plan_homes_chosen", plan, homes=plan.home_count, added=len(added),
                     removed=len(gone))  # fmt: skip
    return plan


def homes_of(session: Session, plan: Plan) -> set[int]:
    """Ids of the homes in a plan's range."""
    return set(session.scalars(select(PlanHome.place_id).where(PlanHome.plan_id == plan.id)))


def drop_range(session: Session, plan: Plan) -> None:
    """Empty the range of a plan that is deleted."""
    for row in session.scalars(select(PlanHome).where(PlanHome.plan_id == plan.id)):
        session.delete(row)
    session.flush()


def hold(session: Session, project_id: int) -> None:
    """Let plans of a project start and take in homes one after the other, so that none takes a home of another."""
    locked = select(Project.id).where(Project.id == project_id).with_for_update(key_share=True, of=Project)
    session.scalar(locked)


@dataclass(frozen=True, slots=True)
class Taken:
    """A home that stands in another running plan of the same kind."""

    place_id: int
    label: str
    number: str
    subject: str


def taken(session: Session, plan: Plan, kind: str = "") -> list[Taken]:
    """Homes of the project in other running plans of a kind (this plan's, if none is named), in walking order."""
    with session.no_autoflush:
        rows = session.execute(
            select(PlanHome.place_id, Place.label, Plan.number, Plan.subject)
            .join(Plan, Plan.id == PlanHome.plan_id)
            .join(Place, Place.id == PlanHome.place_id)
            .where(
                Plan.project_id == plan.project_id,
                Plan.kind == (kind or plan.kind),
                Plan.state == OPEN,
                Plan.id != plan.id,
            )
            .order_by(Place.walk, Place.id)
        )
        return [Taken(row[0], row[1], row[2] or "", row[3]) for row in rows]


def check_free(session: Session, plan: Plan, kind: str = "") -> None:
    """Raise RuleError when a home of the plan stands in another running plan of a kind (its own, if none is named)."""
    _refuse_taken(session, plan, homes_of(session, plan), kind)


def _refuse_taken(session: Session, plan: Plan, places: Collection[int], kind: str = "") -> None:
    clash = [one for one in taken(session, plan, kind) if one.place_id in places] if places else []
    if not clash:
        return
    first = [one for one in clash if one.number == clash[0].number]
    raise RuleError(_taken_text(first), field="homes")


def _taken_text(clash: list[Taken]) -> Text:
    homes, plan = str(lazy(", ")).join(one.label for one in clash[:NAMED]), clash[0]
    if len(clash) > NAMED:
        return lazy(
            "%(homes)s and %(n)s other homes stand in the running plan %(number)s “%(subject)s” of the same kind. "
            "Leave them out here, or complete that plan first.",
            homes=homes, n=len(clash) - NAMED, number=plan.number, subject=plan.subject,
        )  # fmt: skip
    return lazy(
        "%(homes)s: in the running plan %(number)s “%(subject)s” of the same kind. Leave out here what stands "
        "there, or complete that plan first.",
        homes=homes, number=plan.number, subject=plan.subject,
    )  # fmt: skip
