"""Printed things about issues, as values that templates and workbooks draw: no session, nothing to look up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from core.access.context import current
from core.i18n import Text, _
from core.issues.list_table import COLUMNS, ListColumn


@dataclass(frozen=True)
class SheetHead:
    """The head of a printed sheet, as `atrium/print.html` draws it."""

    title: Text
    number: str = ""
    project: Text = ""
    printed: Text = ""
    copy: str = ""
    back_url: str = ""
    landscape: bool = False


@dataclass(frozen=True)
class SheetLine:
    """A finding on a sheet; `id` leads to its record."""

    id: int
    at: int
    """Its number on the list, which it keeps on every copy; on a home's sheet its place in the order."""
    number: str
    place: str
    location: str
    category: str
    description: str
    note: str
    entered_at: datetime
    due_on: date | None
    state: Text
    family: str
    is_void: bool = False
    is_open: bool = True
    contractor: str = ""
    result: str = ""
    rectified_on: date | None = None
    rectified_by: str = ""
    confirmed_by: str = ""


@dataclass(frozen=True)
class ListSheet:
    """A list to a contractor; moments are UTC, `zone` is where its days are counted, `region` whose words hold."""

    number: str
    project: str
    contractor: str
    contact: str
    phone: str
    entered_from: datetime | None
    entered_to: datetime | None
    exported_by: str
    exported_at: datetime
    promised_on: date | None
    signed_by: str
    signed_on: date | None
    representative: str
    copies: int
    zone: str
    region: str
    lang: str
    lines: Sequence[SheetLine]
    """Every line, also what was voided since; `printed` is what goes to the contractor."""

    @property
    def printed(self) -> Sequence[SheetLine]:
        return [line for line in self.lines if not line.is_void]

    @property
    def columns(self) -> Sequence[ListColumn]:
        return COLUMNS

    def wall(self, moment: datetime | None) -> str:
        """A moment as the project's clocks show it."""
        return f"{clock.local(moment, self.zone):%Y-%m-%d %H:%M}" if moment else ""

    def facts(self) -> list[tuple[Text, str]]:
        """The header block: label and value."""
        entered = " – ".join(dict.fromkeys(filter(None, (self.wall(self.entered_from), self.wall(self.entered_to)))))
        found: list[tuple[Text, str]] = [
            (_("Number"), self.number),
            (_("Project"), self.project),
            (_("{Contractor}"), self.contractor),
            (_("Contact"), " ".join(filter(None, (self.contact, self.phone)))),
            (_("Entered"), entered),
            (_("Made"), f"{self.wall(self.exported_at)} {self.exported_by}".strip()),
            (_("Promised finish"), _day(self.promised_on)),
            (_("Findings"), str(len(self.printed))),
        ]
        return found + ([(_("Copy number"), str(self.copies))] if self.copies > 1 else [])

    def signatures(self) -> list[Text]:
        """Who signs at the end."""
        if not self.representative:
            return [_("{Contractor} received (signature, date):"), _("Site representative (signature, date):")]
        return [
            _("{Contractor} received (signature, date):"),
            _("Site representative %(name)s (signature, date):", name=self.representative),
        ]

    def head(self, back_url: str = "") -> SheetHead:
        """For the printed page."""
        return SheetHead(_("List of findings to rectify"), self.number, self.project, printed_words(self.zone),
                         str(self.copies) if self.copies > 1 else "", back_url, landscape=True)  # fmt: skip


@dataclass(frozen=True)
class HomeSheet:
    """A home and its findings; without lines a blank sheet to write on."""

    place: str
    layout: str
    area: str
    project: str
    zone: str
    region: str = ""
    lines: Sequence[SheetLine] = ()
    blank_rows: int = 0


def printed_words(zone: str) -> str:
    """When and by whom a sheet is printed."""
    return f"{clock.local(clock.now(), zone):%Y-%m-%d %H:%M} {current().name}".strip()


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
