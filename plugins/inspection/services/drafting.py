"""The text a summary begins with: what a plan's figures say, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, distinct, exists, func, select
from sqlalchemy.orm import Session

from core.estate.fields import region_code
from core.estate.models import Contractor
from core.i18n import _, language, lazy
from core.issues import flow
from core.issues.models import Issue
from core.parameters import store
from plugins.inspection.models import HomeInspection, Plan, PlanHome
from plugins.inspection.services.figures import BRANCH
from plugins.inspection.services.ground import today_of
from plugins.inspection.services.progress import Progress, counted_findings, counted_rounds, progress

MOST = 5
"""Categories and contractors that are named."""


@dataclass(frozen=True, slots=True)
class Found:
    """Findings of a plan in one category (level 2) with one contractor."""

    category: str
    contractor: str
    count: int
    open: int
    overdue: int


def draft_summary(session: Session, plan: Plan) -> str:
    """What was inspected and found, by category and by contractor, and headings for what only people know.

    Three statements at most. Nothing is refused: who may read the plan may read its figures.
    """
    counts = progress(session, [plan.id]).get(plan.id, Progress())
    lines = [_homes_line(session, plan, counts)]
    if counts.findings:
        found = _found(session, plan)
        lines += [_findings_line(counts, sum(one.overdue for one in found)), _by_category(found, plan, counts.findings)]
        lines.append(_by_contractor(found))
    return "\n".join([*lines, "", _("What stands out:"), "", _("What follows from it:"), ""])


def _homes_line(session: Session, plan: Plan, counts: Progress) -> str:
    if not counts.done:
        return _("None of the %(homes)s homes was inspected yet.", homes=counts.homes)
    nothing = ~exists().where(Issue.place_id == HomeInspection.place_id, *counted_findings(Plan.kind))
    first, last, clean = session.execute(
        select(
            func.min(HomeInspection.inspected_on),
            func.max(HomeInspection.inspected_on),
            func.count(distinct(case((nothing, HomeInspection.place_id)))),
        )
        .join(PlanHome, PlanHome.place_id == HomeInspection.place_id)
        .join(Plan, Plan.id == PlanHome.plan_id)
        .where(Plan.id == plan.id, counted_rounds(Plan.kind, HomeInspection.round))
    ).one()
    return _(
        "Inspected from %(first)s to %(last)s: %(done)s of %(homes)s homes; nothing was found in %(clean)s of them.",
        first=first, last=last, done=counts.done, homes=counts.homes, clean=clean,
    )  # fmt: skip


def _findings_line(counts: Progress, overdue: int) -> str:
    if not counts.done:
        return _(
            "%(n)s findings, of which %(open)s are not closed and %(overdue)s overdue.",
            n=counts.findings, open=counts.open, overdue=overdue,
        )  # fmt: skip
    return _(
        "%(n)s findings, %(average)s per home inspected, of which %(open)s are not closed and %(overdue)s overdue.",
        n=counts.findings, average=f"{counts.findings / counts.done:.1f}", open=counts.open, overdue=overdue,
    )  # fmt: skip


def _found(session: Session, plan: Plan) -> list[Found]:
    branch, is_open = func.substr(Issue.category, 1, BRANCH), Issue.state.in_(flow.ISSUE.open_codes)
    is_late = and_(is_open, Issue.due_on < today_of(plan.project_id))
    rows = session.execute(
        select(
            branch,
            func.coalesce(Contractor.name, ""),
            func.count(),
            func.sum(case((is_open, 1), else_=0)),
            func.sum(case((is_late, 1), else_=0)),
        )
        .select_from(PlanHome)
        .join(Plan, Plan.id == PlanHome.plan_id)
        .join(Issue, Issue.place_id == PlanHome.place_id)
        .outerjoin(Contractor, Contractor.id == Issue.contractor_id)
        .where(Plan.id == plan.id, *counted_findings(Plan.kind))
        .group_by(branch, Contractor.name)
    )
    return [Found(*row) for row in rows]


def _by_category(found: Sequence[Found], plan: Plan, total: int) -> str:
    options, sums = store.catalogue().options("issues.category", region_code(plan.project_id) or None), dict[str, int]()
    for one in found:
        sums[one.category] = sums.get(one.category, 0) + one.count
    named = (
        f"{options.label(code, language())} {count} ({round(count * 100 / total)}%)" for code, count in _largest(sums)
    )
    return _("Most frequent: %(list)s.", list=_joined(named))


def _by_contractor(found: Sequence[Found]) -> str:
    sums, still_open = dict[str, int](), dict[str, int]()
    for one in found:
        sums[one.contractor] = sums.get(one.contractor, 0) + one.count
        still_open[one.contractor] = still_open.get(one.contractor, 0) + one.open
    named = (
        _("%(name)s %(n)s (%(open)s not closed)", name=name or _("nobody set"), n=count, open=still_open[name])
        for name, count in _largest(sums)
    )
    return _("By {contractor}: %(list)s.", list=_joined(named))


def _largest(sums: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]


def _joined(parts: Iterable[str]) -> str:
    return str(lazy(", ")).join(parts)
