"""What is printed about issues: a list to a contractor, the findings of a home, a blank inspection sheet."""

from collections.abc import Iterable, Sequence

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from core.access.context import current
from core.access.models import Person
from core.estate.models import Contractor, Place, Project, ProjectContractor
from core.i18n import Text, language
from core.issues import flow
from core.issues.ground import region_code, zone_of
from core.issues.models import Issue, IssueList
from core.issues.origins import origin_resources
from core.issues.paper import HomeSheet, ListSheet, SheetHead, SheetLine, printed_words
from core.parameters import store
from core.records.labels import Lookup

__all__ = ["HomeSheet", "ListSheet", "SheetHead", "SheetLine", "blank_sheets", "home_sheets", "list_sheet",
           "project_name", "sheet_head"]  # fmt: skip

BLANK_ROWS = 16
"""As many as fit on a page with head and signatures."""
MOST_ASKED = 500
"""Ids per IN list, well below what either database takes."""


def project_name(project_id: int, lang: str) -> str:
    """A project's name for readers of `lang`."""
    return current().organisation.projects[project_id].name_in(lang)


def sheet_head(session: Session, title: Text, project_id: int, *, back_url: str = "") -> SheetHead:
    """The head of a sheet about one project."""
    name = project_name(project_id, language())
    return SheetHead(title, project=name, printed=printed_words(zone_of(project_id)), back_url=back_url)


def list_sheet(session: Session, made: IssueList, lang: str = "zh") -> ListSheet:
    """A list with its lines in their order, in three statements."""
    issues = session.scalars(select(Issue).where(Issue.list_id == made.id).order_by(Issue.list_line, Issue.id)).all()
    lookup = _names(session, issues)
    lookup.want(Person, made.exported_by_id)
    lookup.want(Contractor, made.contractor_id)
    lookup.load()
    at_work = and_(ProjectContractor.project_id == Project.id, ProjectContractor.contractor_id == made.contractor_id)
    people = session.execute(
        select(Project.client_representative, ProjectContractor.contact, ProjectContractor.phone)
        .outerjoin(ProjectContractor, at_work)
        .where(Project.id == made.project_id)
    ).one_or_none()
    representative, contact, phone = people or (None, None, None)
    return ListSheet(
        made.number or "", project_name(made.project_id, lang), lookup.label(Contractor, made.contractor_id),
        contact or "", phone or "", made.entered_from, made.entered_to, lookup.label(Person, made.exported_by_id),
        made.exported_at, made.promised_on, made.signed_by or "", made.signed_on, representative or "", made.copies,
        zone_of(made.project_id), region_code(made.project_id), lang,
        [_line(one, one.list_line or at, lookup, lang) for at, one in enumerate(issues, 1)],
    )  # fmt: skip


def home_sheets(
    session: Session, place_ids: Iterable[int], origin: str, lang: str = "zh", *, open_only: bool = False
) -> list[HomeSheet]:
    """按户问题汇总: the homes in walking order, each with its findings that are not void.

    A home in whose project one may not read findings is left out: a sheet without any would say there are none.
    """
    reach = current().reading(origin_resources("issue")[origin])
    places = [one for one in _places(session, place_ids) if reach.holds_project(one.project_id)]
    states = flow.ISSUE.open_codes if open_only else (*flow.ISSUE.open_codes, flow.CLOSED)
    issues: list[Issue] = []
    for part in _chunks([one.id for one in places]):
        query = select(Issue).where(Issue.origin == origin, Issue.place_id.in_(part), Issue.state.in_(states))
        issues += session.scalars(query.order_by(Issue.entered_at, Issue.id))
    lookup = _names(session, issues)
    lookup.load()
    by_place: dict[int, list[Issue]] = {}
    for issue in issues:
        by_place.setdefault(issue.place_id, []).append(issue)
    return [
        _home(place, lang, [_line(one, at, lookup, lang) for at, one in enumerate(by_place.get(place.id, ()), 1)])
        for place in places
    ]


def blank_sheets(session: Session, place_ids: Iterable[int], lang: str = "zh") -> list[HomeSheet]:
    """验房表: a sheet per home with empty numbered rows, in walking order."""
    return [_home(place, lang, (), BLANK_ROWS) for place in _places(session, place_ids)]


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + MOST_ASKED] for at in range(0, len(ids), MOST_ASKED))


def _places(session: Session, place_ids: Iterable[int]) -> list[Place]:
    found: list[Place] = []
    for part in _chunks(sorted(set(place_ids))):
        found += session.scalars(select(Place).where(Place.id.in_(part)))
    return sorted(found, key=lambda one: (one.project_id, one.walk, one.id))


def _home(place: Place, lang: str, lines: Sequence[SheetLine], blank_rows: int = 0) -> HomeSheet:
    area = f"{place.gross_area} ㎡" if place.gross_area else ""
    return HomeSheet(place.label, place.layout or "", area, project_name(place.project_id, lang),
                     zone_of(place.project_id), region_code(place.project_id), lines, blank_rows)  # fmt: skip


def _names(session: Session, issues: Sequence[Issue]) -> Lookup:
    """The names of homes and contractors on these findings, wanted but not yet read."""
    lookup = Lookup(session)
    for one in issues:
        lookup.want(Place, one.place_id)
        lookup.want(Contractor, one.contractor_id)
    return lookup


def _line(one: Issue, at: int, lookup: Lookup, lang: str) -> SheetLine:
    parameters, region = store.catalogue(), region_code(one.project_id)
    state = flow.ISSUE.state(one.state)
    return SheetLine(
        one.id, at, one.number or "", lookup.label(Place, one.place_id),
        parameters.options("issues.location", region).label(one.location, lang),
        parameters.options("issues.category", region).label(one.category, lang), one.description, one.note or "",
        one.entered_at, one.due_on, state.label, state.family, one.state == flow.VOID, state.is_open,
        lookup.label(Contractor, one.contractor_id), one.rectification or "", one.rectified_on, one.rectified_by or "",
        one.confirmed_by or "",
    )  # fmt: skip
