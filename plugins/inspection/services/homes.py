"""Marking homes as inspected (本户验完), and what the grid shows of the homes around one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.access.context import current, doing
from core.errors import RuleError
from core.estate.fields import Field, put, read_new, region_code
from core.estate.models import Place, Room
from core.history import record_event
from core.i18n import lazy
from core.issues import flow
from core.issues.models import Issue
from core.values.dates import read_day
from core.values.text import read_line
from plugins.inspection.models import HomeInspection, Plan, PlanHome
from plugins.inspection.rules import OPEN, PlanRef, plan_of
from plugins.inspection.services.ground import named_rounds, today_of
from plugins.inspection.services.progress import ORIGIN

FIELDS = {
    "round": Field(options="inspection.round", required=True, default="first"),
    "inspected_on": Field(read_day, required=True),
    "inspector": Field(read_line, required=True),
}


def mark_inspected(
    session: Session, place: Place, *, round: str = "first", inspected_on: date | None = None, inspector: str = ""
) -> HomeInspection:
    """A home was inspected in a round, whether or not anything was found; by me today unless something else is said.

    Marked again it stays one mark; another day or inspector corrects it. Raises Forbidden, RuleError for a common area,
    or Invalid with a sentence per field.
    """
    check_project("inspection.issue", "write", place.project_id)
    if not isinstance(place, Room):
        raise RuleError(lazy("%(place)s is a common area; only homes are marked as inspected.", place=place.label))
    today = today_of(place.project_id)
    given = {"round": round, "inspected_on": inspected_on or today, "inspector": inspector or current().name}
    values, faults = read_new(FIELDS, given, region_code(place.project_id))
    if values["inspected_on"] and values["inspected_on"] > today:
        faults.add("inspected_on", lazy("This day has not come yet; write the day on which the home was inspected."))
    faults.refuse_if_any()
    mark = mark_of(session, place.id, values["round"])
    with doing(verb="inspect"):
        if mark is not None:
            put(mark, values)
            session.flush()
            return mark
        mark = HomeInspection(
            project_id=place.project_id, place_id=place.id,
            plan_id=_running_plan(session, place.id, values["round"]), **values,
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(mark)
        except IntegrityError:
            # Marked by somebody else at the same moment: theirs stands.
            return session.scalars(_mark(place.id, values["round"])).one()
        record_event(session, "inspection.home_inspected", mark, round=mark.round)
    return mark


def unmark(session: Session, place: Place, *, round: str) -> bool:
    """Take the mark off a home again; False when there was none."""
    check_project("inspection.issue", "write", place.project_id)
    mark = mark_of(session, place.id, round)
    if mark is None:
        return False
    check("write", mark)
    with doing(verb="unmark"):
        record_event(session, "inspection.home_unmarked", mark, round=mark.round, inspected_on=mark.inspected_on,
                     inspector=mark.inspector)  # fmt: skip
        session.delete(mark)
        session.flush()
    return True


def mark_of(session: Session, place_id: int, round: str) -> HomeInspection | None:
    """The mark of a home in a round, if it has one."""
    return session.scalars(_mark(place_id, round)).one_or_none()


def _mark(place_id: int, round: str) -> Select[HomeInspection]:
    return select(HomeInspection).where(HomeInspection.place_id == place_id, HomeInspection.round == round)


def _running_plan(session: Session, place_id: int, round: str) -> int | None:
    rows = session.execute(
        select(Plan.id, Plan.kind, Plan.planned_from)
        .join(PlanHome, PlanHome.plan_id == Plan.id)
        .where(PlanHome.place_id == place_id, Plan.state == OPEN)
    )
    return plan_of(round, [PlanRef(*row) for row in rows], named_rounds())


# --- beside the grid ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HomeState:
    """A home in the grid's side panel: its findings of the round that are not void, and whether it is marked."""

    place_id: int
    label: str
    number: str
    floor: int | None
    floor_label: str
    done: bool
    findings: int
    here: bool

    @property
    def state(self) -> Literal["done", "findings", "blank"]:
        """`done` marked as inspected, `findings` with findings only, `blank` neither."""
        if self.done:
            return "done"
        return "findings" if self.findings else "blank"


def floor_state(session: Session, place: Place, round: str, *, around: int = 1) -> Sequence[HomeState]:
    """The homes of a place's floor and of `around` floors above and below it, in walking order; two statements.

    They are those of the place's unit; of its building where it lies in none. Empty for a place outside buildings.
    """
    if place.building_id is None:
        return ()
    query = select(Room.id, Room.label, Room.number, Room.floor, Room.floor_label, HomeInspection.id.label("mark"))
    query = query.outerjoin(
        HomeInspection, and_(HomeInspection.place_id == Room.id, HomeInspection.round == round)
    ).where(Room.building_id == place.building_id)
    if place.unit_id is not None:
        query = query.where(Room.unit_id == place.unit_id)
    if place.floor is None:
        query = query.where(Room.floor.is_(None))
    else:
        query = query.where(Room.floor.between(place.floor - around, place.floor + around))
    rows = session.execute(query.order_by(Room.walk, Room.id)).all()
    counts = _findings(session, [row.id for row in rows], round)
    return [
        HomeState(row.id, row.label, row.number or row.label, row.floor, row.floor_label or "", row.mark is not None,
                  counts.get(row.id, 0), row.id == place.id)
        for row in rows
    ]  # fmt: skip


def _findings(session: Session, place_ids: Sequence[int], round: str) -> dict[int, int]:
    query = (
        select(Issue.place_id, func.count())
        .where(Issue.place_id.in_(place_ids), Issue.origin == ORIGIN, Issue.round == round, Issue.state != flow.VOID)
        .group_by(Issue.place_id)
    )
    return {row[0]: row[1] for row in session.execute(query)} if place_ids else {}


def next_home(session: Session, place: Place) -> Room | None:
    """The home one comes to next when walking; None after the project's last one."""
    after = or_(Room.walk > place.walk, and_(Room.walk == place.walk, Room.id > place.id))
    query = select(Room).where(Room.project_id == place.project_id, after).order_by(Room.walk, Room.id).limit(1)
    return session.scalars(query).one_or_none()
