"""The numbers of the inspection desk, each in one statement that counts in the database, within the reader's scope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.estate.models import Contractor, Project
from core.issues import flow
from core.issues.models import Issue
from plugins.inspection.models import Plan
from plugins.inspection.rules import VOID, Matrix, needs_plan, tabulate
from plugins.inspection.services.ground import today_of, window
from plugins.inspection.services.progress import ORIGIN

BRANCH = 4
"""Digits of a category's code that name its level 2 (`0103` walls)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The first numbers of the inspection desk: 今日录入, 未出单, 待签收, 超整改期, 待复验. All count findings."""

    entered_today: int = 0
    unlisted: int = 0
    to_sign: int = 0
    overdue: int = 0
    to_verify: int = 0


def desk(session: Session, project_ids: Sequence[int] | None = None) -> Desk:
    """The desk's numbers, of some projects or of all one may see. What is void counts nowhere."""
    open_codes = flow.ISSUE.open_codes
    row = session.execute(
        select(
            _count(and_(Issue.state != flow.VOID, _entered_today())),
            _count(Issue.state == flow.RECORDED),
            _count(Issue.state == flow.LISTED),
            _count(and_(Issue.state.in_(open_codes), _overdue())),
            _count(Issue.state == flow.TO_VERIFY),
        ).where(Issue.origin == ORIGIN, *_within(Issue.project_id, project_ids))
    ).one()
    return Desk(*(number or 0 for number in row))


def _count(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _within(column: Any, project_ids: Sequence[int] | None) -> list[ColumnElement[bool]]:
    return [] if project_ids is None else [column.in_(sorted(project_ids))]


def _zones() -> dict[str, list[int]]:
    """Time zone → projects that lie in it."""
    tree, found = current().organisation, dict[str, list[int]]()
    for project in tree.projects.values():
        region = tree.regions.get(project.region_id)
        found.setdefault(region.zone if region else clock.DEFAULT_ZONE, []).append(project.id)
    return found


def _by_day(condition: Callable[[str], ColumnElement[bool]]) -> ColumnElement[bool]:
    """`condition(zone)` put over the projects of each zone; where all lie in one, over everything."""
    zones = _zones() or {clock.DEFAULT_ZONE: []}
    if len(zones) == 1:
        return condition(next(iter(zones)))
    return or_(*(and_(Issue.project_id.in_(sorted(ids)), condition(zone)) for zone, ids in sorted(zones.items())))


def _entered_today() -> ColumnElement[bool]:
    def today(zone: str) -> ColumnElement[bool]:
        day = clock.today(zone)
        return and_(Issue.entered_at >= _midnight(day, zone), Issue.entered_at < _midnight(day + timedelta(1), zone))

    return _by_day(today)


def _midnight(day: date, zone: str) -> datetime:
    return clock.from_local(datetime.combine(day, time()), zone)


def _overdue() -> ColumnElement[bool]:
    return _by_day(lambda zone: Issue.due_on < clock.today(zone))


def open_findings(
    session: Session, project_ids: Sequence[int] | None = None, *, categories: int = 8, contractors: int = 6
) -> Matrix:
    """Open findings by category (level 2) and contractor, the largest first, what is left over summed up."""
    branch = func.substr(Issue.category, 1, BRANCH)
    rows = session.execute(
        select(branch, Issue.contractor_id, Contractor.name, func.count())
        .outerjoin(Contractor, Contractor.id == Issue.contractor_id)
        .where(
            Issue.origin == ORIGIN,
            Issue.state.in_(flow.ISSUE.open_codes),
            *_within(Issue.project_id, project_ids),
        )
        .group_by(branch, Issue.contractor_id, Contractor.name)
    )
    found = [(row[0], row[1], row[2], row[3]) for row in rows]
    return tabulate(found, categories=categories, contractors=contractors)


@dataclass(frozen=True, slots=True)
class Planless:
    """A project whose contract handover comes near and that has no inspection plan."""

    project_id: int
    handover_on: date
    days: int
    """From today to the handover."""


def projects_without_plan(session: Session, project_ids: Sequence[int] | None = None) -> list[Planless]:
    """Projects that should have a plan by now (`rules.needs_plan`), the nearest handover first."""
    reach = current().reading("inspection.plan")
    planned = exists().where(Plan.project_id == Project.id, Plan.state != VOID)
    query = select(Project.id, Project.contract_handover_on).where(
        Project.active, Project.contract_handover_on.is_not(None), ~planned, *_within(Project.id, project_ids)
    )
    if not reach.everything:
        query = query.where(Project.id.in_(sorted(reach.projects)))
    found = []
    for project_id, handover_on in session.execute(query.order_by(Project.contract_handover_on, Project.code)):
        today = today_of(project_id)
        if handover_on and needs_plan(handover_on, today, False, opens=window(project_id)[0]):
            found.append(Planless(project_id, handover_on, (handover_on - today).days))
    return found
