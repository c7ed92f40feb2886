"""What the entry screen shows about a home: its owners, what is recorded there, how that compares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.estate.models import HOME, Contractor, Customer, Ownership, Place, ProjectContractor
from core.issues import flow
from core.issues.models import Issue

ORIGIN = "inspection"


@dataclass(frozen=True)
class HomeSheet:
    """`owners` is None for those who may not read customers; `average` is findings per home that has any."""

    place: Place
    recorded: int
    open: int
    average: Decimal | None
    owners: Sequence[str] | None


def sheet_of(session: Session, place: Place) -> HomeSheet:
    """The facts of a place beside its grid."""
    here = select(func.count(), func.count().filter(Issue.state.in_(flow.ISSUE.open_codes))).where(
        Issue.origin == ORIGIN, Issue.place_id == place.id, Issue.state != flow.VOID
    )
    recorded, still_open = session.execute(here).one()
    return HomeSheet(place, recorded, still_open, _average(session, place.project_id), _owners(session, place))


def _average(session: Session, project_id: int) -> Decimal | None:
    counted = (
        select(func.count(), func.count(Issue.place_id.distinct()))
        .join(Place, and_(Place.id == Issue.place_id, Place.kind == HOME))
        .where(Issue.origin == ORIGIN, Issue.project_id == project_id, Issue.state != flow.VOID)
    )
    findings, homes = session.execute(counted).one()
    return (Decimal(findings) / homes).quantize(Decimal("0.1")) if homes else None


def _owners(session: Session, place: Place) -> list[str] | None:
    if place.kind != HOME or not current().reading("customer").holds_project(place.project_id):
        return None
    owned = (
        select(Customer.name)
        .join(Ownership, Ownership.customer_id == Customer.id)
        .where(Ownership.place_id == place.id, or_(Ownership.ends_on.is_(None), Ownership.ends_on >= clock.today()))
        .order_by(Ownership.is_main.desc(), Ownership.id)
    )
    return list(session.scalars(owned))


def open_findings(session: Session, place: Place, most: int) -> list[Issue]:
    """The last `most` findings of a place that are not closed, oldest first."""
    found = session.scalars(
        select(Issue)
        .where(Issue.origin == ORIGIN, Issue.place_id == place.id, Issue.state.in_(flow.ISSUE.open_codes))
        .order_by(Issue.id.desc())
        .limit(most)
    )
    return list(found)[::-1]


def contractors_of(session: Session, project_id: int) -> list[tuple[int, str, str]]:
    """(id, name, trade) of those at work on a project."""
    at_work = (
        select(Contractor.id, Contractor.name, Contractor.trade)
        .join(ProjectContractor, ProjectContractor.contractor_id == Contractor.id)
        .where(ProjectContractor.project_id == project_id)
        .order_by(Contractor.name)
    )
    return [(row.id, row.name, row.trade or "") for row in session.execute(at_work)]


def entered_today(session: Session, project_id: int) -> tuple[int, int]:
    """(homes and common areas, findings) this person entered today on a project."""
    region = current().organisation.region_of(project_id)
    zone = region.zone if region else clock.DEFAULT_ZONE
    since = clock.from_local(datetime.combine(clock.today(zone), time()), zone)
    counted = select(func.count(Issue.place_id.distinct()), func.count()).where(
        Issue.origin == ORIGIN, Issue.project_id == project_id, Issue.entered_by_id == current().user_id,
        Issue.entered_at >= since,
    )  # fmt: skip
    homes, findings = session.execute(counted).one()
    return homes, findings


def common_here(session: Session, place: Place, most: int = 4) -> list[dict[str, str]]:
    """What is found most often in homes of this layout on the project: category and location."""
    if not place.layout:
        return []
    counted = (
        select(Issue.category, Issue.location)
        .join(Place, and_(Place.id == Issue.place_id, Place.layout == place.layout))
        .where(Issue.origin == ORIGIN, Issue.project_id == place.project_id, Issue.state != flow.VOID)
        .group_by(Issue.category, Issue.location)
        .order_by(func.count().desc(), Issue.category, Issue.location)
        .limit(most)
    )
    return [{"category": row.category, "location": row.location} for row in session.execute(counted)]
