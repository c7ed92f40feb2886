"""The screens of issues, the same for every module that has an origin in the shared table."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import Select, or_, select

from core.access.context import current
from core.estate.models import Building, Contractor, Place
from core.i18n import Text, _, lazy
from core.issues import flow, services
from core.issues.models import Issue, IssueList
from core.records import sources
from core.records.columns import Column
from core.records.filters import Filter, Source, contains
from core.records.formats import date_text, moment_text
from core.records.issue_columns import COLUMNS, PILES, SECTIONS
from core.records.issue_verbs import VERBS
from core.records.parts import Cell, Option
from core.records.reader import Reader
from core.records.show_page import Fact, Section
from core.records.verbs import Verb
from core.records.view import RecordView

MOST_OTHERS = 8


class IssueView(RecordView):
    """Issues of one `origin`; a module declares origin, resource and titles."""

    origin: ClassVar[str]
    lists_url: ClassVar[str] = ""
    """Address of the module's lists to contractors; empty when it makes none."""
    model = Issue
    explained_as = ("issue",)
    columns: ClassVar[Sequence[Column]] = COLUMNS
    verbs: ClassVar[Sequence[Verb]] = VERBS
    piles, sections = PILES, SECTIONS
    default_sort = "place_id"
    search = (Issue.number, Issue.description)
    found_order = 30
    search_words = lazy("Number, home, description")
    day_column = staticmethod(lambda: Issue.entered_at)
    mine = staticmethod(lambda: Issue.entered_by_id == current().user_id)
    filters: ClassVar[Sequence[Filter]] = (
        Filter("building", lazy("{Building}"), "ref", model=Building, source=sources.buildings,
               apply=lambda query, value: query.where(
                   Issue.place_id.in_(select(Place.id).where(Place.building_id == int(value))))),
        Filter("contractor", lazy("{Contractor}"), "ref", Issue.contractor_id, model=Contractor,
               source=sources.contractors()),
        Filter("category", lazy("Category"), "tree", Issue.category, options="issues.category", level=4),
        Filter("state", lazy("State"), "state", Issue.state, flow=flow.ISSUE),
        Filter("entered", lazy("Entered"), "moment", Issue.entered_at),
        Filter("place", lazy("Home"), "ref", Issue.place_id, model=Place, source=sources.places()),
        Filter("location", lazy("Location"), "option", Issue.location, options="issues.location"),
        Filter("list", lazy("List"), "ref", Issue.list_id, model=IssueList, source=None),
        Filter("due", lazy("Due"), "date", Issue.due_on),
        Filter("severity", lazy("Severity"), "option", Issue.severity, options="issues.severity"),
    )  # fmt: skip
    new_label = lazy("New finding")
    quick_new = True
    told_by_number = ("project_id", "place_id")
    with_files = True
    prepare_reads = ()
    singular = lazy("Finding")
    editable = staticmethod(lambda row: row.state == flow.RECORDED)
    edit = services.edit
    several = ("category", "location", "note")
    empty_title = lazy("No findings here")

    def rows(self) -> Select[Any]:
        return select(Issue).where(Issue.origin == self.origin)

    def searched(self, query: Select[Any], typed: str) -> Select[Any]:
        for word in typed.split()[:5]:
            homes = select(Place.id).where(contains(Place.label, word))
            query = query.where(
                or_(contains(Issue.number, word), contains(Issue.description, word), Issue.place_id.in_(homes))
            )
        return query

    def heading(self, row: Any) -> str:
        return str(row.description)

    def taken_back(self, session: Any, row: Any, verb: str) -> None:
        """Whoever heard that a finding was closed hears that it was not."""
        if verb != "edit":
            services.undone(session, row, verb)

    def prepare_rows(self, rows: Sequence[Any], reader: Reader) -> None:
        reader.extra["lists_url"] = self.lists_url

    def panels_of(self, row: Any) -> Sequence[tuple[Text, Sequence[str]]]:
        """What closing said stands only where it was closed."""
        return SECTIONS if row.closed_at is not None else SECTIONS[:-1]

    def rail_words(self, row: Any, reader: Reader) -> Mapping[str, str]:
        """When each state was reached, where it is known; missing times stay empty."""
        zone, today = reader.zone_of(row), reader.today_of(row)
        return {
            flow.RECORDED: f"{moment_text(row.entered_at, zone)} {row.found_by or ''}".strip(),
            flow.LISTED: moment_text(row.listed_at, zone),
            flow.RECTIFYING: moment_text(row.signed_at, zone),
            flow.TO_VERIFY: date_text(row.rectified_on, today),
            flow.CLOSED: moment_text(row.closed_at, zone),
        }

    def side(self, row: Any, reader: Reader) -> Sequence[Section]:
        """The home, and its other open findings."""
        place = reader.session.scalars(select(Place).where(Place.id == row.place_id)).one_or_none()
        others = self.rows().where(
            Issue.place_id == row.place_id, Issue.id != row.id, Issue.state.in_(flow.ISSUE.open_codes)
        )
        found = list(reader.session.scalars(others.order_by(Issue.id).limit(MOST_OTHERS)))
        sections = []
        if place is not None:
            area = f"{place.gross_area} ㎡" if place.gross_area else ""
            facts = [Fact(_("Home"), Cell(place.label, "link", url=f"/estate/homes/{place.id}"))]
            if place.layout or area:
                facts.append(Fact(_("Layout"), Cell(" · ".join(filter(None, (place.layout or "", area))))))
            facts.append(
                Fact(_("All findings"), Cell(_("look"), "link", url=f"{reader.base}/?tab=all&place={place.id}"))
            )
            sections.append(Section(_("Home"), facts))
        if found:
            names = reader.options("issues.category", reader.region_code(row))
            places = reader.options("issues.location", reader.region_code(row))
            lines = [
                Fact(
                    places.label(one.location, reader.lang),
                    Cell(names.label(one.category, reader.lang), "link", url=f"{reader.base}/{one.id}"),
                )
                for one in found
            ]
            sections.append(Section(_("Other open findings here"), lines))
        return sections

    def list_columns(self) -> list[Column]:
        """The project stands in the list only where one looks at several; there is no room for reworks then."""
        several = self.project_id() is None and len(self._projects()) != 1
        return [one for one in super().list_columns() if one.name != ("rework_count" if several else "project_id")]

    def _projects(self) -> frozenset[int]:
        reach = current().reading(self.resource)
        return frozenset(current().organisation.projects) if reach.everything else reach.projects


def list_numbers(origin: str) -> Source:
    """Lists of one origin by number, newest first."""

    def source(session: Any, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
        query = select(IssueList.id, IssueList.number).where(IssueList.origin == origin).order_by(IssueList.id.desc())
        query = query.where(contains(IssueList.number, typed.strip())) if typed.strip() else query
        return [Option(str(row.id), row.number or "") for row in session.execute(query.limit(30))]

    return source
