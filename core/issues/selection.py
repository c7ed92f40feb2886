"""Which findings a list takes."""

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import RuleError
from core.estate.models import Contractor, ProjectContractor
from core.i18n import lazy
from core.issues import flow
from core.issues.models import Issue
from core.values import fold
from core.values.refusal import shown


def unlisted(
    session: Session,
    origin: str,
    project_id: int,
    *,
    contractor: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Issue]:
    """Findings with a contractor that are on no list yet, by entry time; `contractor` narrows to one, by name.

    Raises RuleError when nobody of that name works on the project.
    """
    query = select(Issue).where(
        Issue.origin == origin,
        Issue.project_id == project_id,
        Issue.state == flow.RECORDED,
        Issue.contractor_id.is_not(None),
    )
    if contractor:
        query = query.where(Issue.contractor_id.in_(_named(session, project_id, contractor)))
    if since:
        query = query.where(Issue.entered_at >= since)
    if until:
        query = query.where(Issue.entered_at <= until)
    return list(session.scalars(query.order_by(Issue.entered_at, Issue.id)))


def _named(session: Session, project_id: int, name: str) -> list[int]:
    """Contractors of the project called so; width of brackets, letter case and blanks do not matter."""
    works = select(ProjectContractor.contractor_id).where(ProjectContractor.project_id == project_id)
    firms = session.execute(select(Contractor.id, Contractor.name).where(Contractor.id.in_(works)))
    found = [row.id for row in firms if fold(row.name) == fold(name)]
    if not found:
        raise RuleError(lazy("No {contractor} “%(name)s” works on this project.", name=shown(name)))
    return found


def days_of(start: date | None, end: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The moments a span of calendar days begins and ends at, in a zone; both days included."""
    since = clock.from_local(datetime.combine(start, time()), zone) if start else None
    until = clock.from_local(datetime.combine(end, time.max), zone) if end else None
    return since, until
