"""What is shown of issues: columns, tabs of a list, panels of a record."""

from typing import Any

from sqlalchemy import and_

from core import clock
from core.estate.models import Contractor, Place
from core.i18n import lazy
from core.issues import flow
from core.issues.models import Issue, IssueList
from core.records.columns import Column
from core.records.formats import short_number
from core.records.list_query import Pile
from core.records.parts import Cell
from core.records.reader import Reader


def overdue(reader: Reader) -> Any:
    """Open and past its due day, by the calendar day of Beijing where no region is at hand."""
    return and_(Issue.state.in_(flow.ISSUE.open_codes), Issue.due_on < clock.today())


def _state(*codes: str) -> Any:
    return lambda reader: Issue.state.in_(codes)


PILES = (
    Pile("open", lazy("Not closed"), _state(*flow.ISSUE.open_codes)),
    Pile("to_verify", lazy("To re-check"), _state(flow.TO_VERIFY)),
    Pile("overdue", lazy("Overdue"), overdue, red=True),
    Pile("recorded", lazy("On no list"), _state(flow.RECORDED)),
    Pile("listed", lazy("To sign for"), _state(flow.LISTED)),
    Pile("rectifying", lazy("Being rectified"), _state(flow.RECTIFYING)),
    Pile("closed", lazy("Closed"), _state(flow.CLOSED)),
    Pile("all", lazy("All")),
)


def category_cell(row: Issue, reader: Reader) -> Cell:
    """The branch and the leaf, with the code in grey: Floors / Ponding 010406."""
    path = reader.options("issues.category", reader.region_code(row)).path(row.category, reader.lang)
    return Cell(path[-1] if path else row.category, title=" / ".join(path), note="")


def list_cell(row: Issue, reader: Reader) -> Cell:
    """The number of the list a finding is on, leading to it; short, as the project stands beside it."""
    if row.list_id is None:
        return Cell("")
    number = reader.lookup.label(IssueList, row.list_id)
    base = reader.extra.get("lists_url", "")
    text = short_number(number, False)
    return Cell(text, "link" if base else "text", url=f"{base}/{row.list_id}" if base else "", title=number)


COLUMNS = (
    Column("state", lazy("State"), "state", flow=flow.ISSUE, width="w108", card="state"),
    Column("number", lazy("Number"), "number_link", width="w132", sort=Issue.number),
    Column("project_id", lazy("Project"), "project", width="w72"),
    Column("place_id", lazy("Home"), "ref", model=Place, width="w84", card="title", sort=Issue.walk),
    Column("category", lazy("Category"), "option", options="issues.category", width="w120", sort=Issue.category,
           cell=category_cell, reads=("category", "project_id")),
    Column("location", lazy("Location"), "option", options="issues.location", width="w76"),
    Column("description", lazy("Description"), card="detail", wide=True),
    Column("contractor_id", lazy("{Contractor}"), "ref", model=Contractor, width="w96", css="second", card="meta"),
    Column("list_id", lazy("List"), "ref", model=IssueList, width="w96", cell=list_cell,
           reads=("list_id",)),
    Column("entered_at", lazy("Entered"), "moment", width="w96", css="second nowrap", sort=Issue.entered_at),
    Column("due_on", lazy("Due"), "due", flow=flow.ISSUE, width="w112", card="edge", sort=Issue.due_on),
    Column("rework_count", lazy("Reworked"), "number", width="w84"),
    Column("note", lazy("Note"), in_list=False, wide=True),
    Column("severity", lazy("Severity"), "option", options="issues.severity", in_list=False),
    Column("round", lazy("Round"), in_list=False),
    Column("found_by", lazy("Found by"), in_list=False),
    Column("found_on", lazy("Found on"), "date", in_list=False),
    Column("signed_at", lazy("Signed for"), "moment", in_list=False),
    Column("rectified_on", lazy("Rectified on"), "date", in_list=False),
    Column("rectified_by", lazy("Rectified by"), in_list=False),
    Column("rectification", lazy("Result of rectifying"), in_list=False, wide=True),
    Column("business_stage", lazy("Business stage"), "option", options="issues.business_stage", in_list=False),
    Column("method", lazy("Method"), "option", options="issues.method", in_list=False),
    Column("close_type", lazy("Close type"), "option", options="issues.close_type", in_list=False),
    Column("confirmed_by", lazy("Confirmed by"), in_list=False),
    Column("closed_at", lazy("Closed at"), "moment", in_list=False),
    Column("solution", lazy("Solution"), in_list=False, wide=True),
    Column("close_note", lazy("Close note"), in_list=False, wide=True),
)  # fmt: skip
SECTIONS = (
    (lazy("Finding"), ("place_id", "category", "location", "description", "note", "severity", "round", "found_by",
                       "found_on", "entered_at", "project_id")),
    (lazy("Rectifying"), ("contractor_id", "list_id", "due_on", "signed_at", "rectified_on", "rectified_by",
                          "rework_count", "rectification")),
    (lazy("Closing"), ("business_stage", "method", "close_type", "confirmed_by", "closed_at", "solution",
                       "close_note")),
)  # fmt: skip
