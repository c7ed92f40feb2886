"""How far plans have come, counted by the database in one statement however many plans there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, distinct, func, or_, select
from sqlalchemy.orm import Session

from core.issues import flow
from core.issues.models import Issue
from plugins.inspection.models import HomeInspection, Plan, PlanHome
from plugins.inspection.rules import OPEN
from plugins.inspection.services.ground import named_rounds

ORIGIN = "inspection"


@dataclass(frozen=True, slots=True)
class Progress:
    """Homes of a plan, those inspected, findings on them that are not void, and of these the ones not closed.

    Counted are the rounds that belong to the plan's kind (`rules.counts_for`).
    """

    homes: int = 0
    done: int = 0
    findings: int = 0
    open: int = 0

    @property
    def percent(self) -> int:
        """Homes inspected, of a hundred; rounded down, so that 100 means all."""
        return self.done * 100 // self.homes if self.homes else 0


@dataclass(frozen=True, slots=True)
class Running:
    """A plan that runs, with how far it has come."""

    plan: Plan
    progress: Progress


def progress(session: Session, plan_ids: Iterable[int]) -> Mapping[int, Progress]:
    """Plan id → how far it has come, for plans one may see; one statement."""
    ids = sorted(set(plan_ids))
    if not ids:
        return {}
    rows = session.execute(_counted(Plan.id, [Plan.id.in_(ids)]))
    return {row[0]: _progress(row) for row in rows}


def running(session: Session, project_ids: Sequence[int] | None = None, limit: int = 10) -> list[Running]:
    """Plans that run, those that end first at the top; one statement."""
    only = [Plan.state == OPEN]
    if project_ids is not None:
        only.append(Plan.project_id.in_(sorted(project_ids)))
    rows = session.execute(_counted(Plan, only).order_by(Plan.planned_to, Plan.id).limit(limit))
    return [Running(row[0], _progress(row)) for row in rows]


def _progress(row: Any) -> Progress:
    return Progress(row[1] or 0, row[2] or 0, row[3] or 0, row[4] or 0)


def _counted(what: Any, only: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """`what` of the plans that meet the conditions `only`, with their four counts."""
    homes, found = _homes(only), _findings(only)
    return (
        select(what, homes.c.homes, homes.c.done, found.c.findings, found.c.open)
        .outerjoin(homes, homes.c.plan_id == Plan.id)
        .outerjoin(found, found.c.plan_id == Plan.id)
        .where(*only)
    )


def _homes(only: Sequence[ColumnElement[bool]]) -> Subquery:
    """Per plan its homes, and those of them that are marked."""
    return (
        select(
            PlanHome.plan_id.label("plan_id"),
            func.count(distinct(PlanHome.place_id)).label("homes"),
            func.count(distinct(HomeInspection.place_id)).label("done"),
        )
        .join(Plan, Plan.id == PlanHome.plan_id)
        .outerjoin(
            HomeInspection,
            and_(HomeInspection.place_id == PlanHome.place_id, counted_rounds(Plan.kind, HomeInspection.round)),
        )
        .where(*only)
        .group_by(PlanHome.plan_id)
        .subquery()
    )


def _findings(only: Sequence[ColumnElement[bool]]) -> Subquery:
    """Per plan the findings on its homes, and those of them that are not closed."""
    return (
        select(
            PlanHome.plan_id.label("plan_id"),
            func.count().label("findings"),
            func.sum(case((Issue.state.in_(flow.ISSUE.open_codes), 1), else_=0)).label("open"),
        )
        .join(Plan, Plan.id == PlanHome.plan_id)
        .join(Issue, Issue.place_id == PlanHome.place_id)
        .where(*only, *counted_findings(Plan.kind))
        .group_by(PlanHome.plan_id)
        .subquery()
    )


def counted_findings(kind: Any) -> list[ColumnElement[bool]]:
    """Conditions for the findings that count for a kind of plan: of inspection, not void, of the kind's rounds."""
    return [Issue.origin == ORIGIN, Issue.state != flow.VOID, counted_rounds(kind, func.coalesce(Issue.round, ""))]


def counted_rounds(kind: Any, round: Any) -> ColumnElement[bool]:
    """`rules.counts_for` in SQL: whether what a round found counts for a kind of plan."""
    named = named_rounds()
    kinds: dict[str, list[str]] = {}
    for code, of in named.items():
        kinds.setdefault(of, []).append(code)
    own = [and_(kind == of, round.in_(codes)) for of, codes in kinds.items()]
    return or_(*own, and_(kind.not_in(sorted(kinds)), round.not_in(sorted(named))))
