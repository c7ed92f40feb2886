"""The workbook that goes to contractors: a sheet per list, to print and sign, to fill and send back.

A hidden column carries each line's mark: the list's number and the finding's, so that a line is known again however the
contractor sorts, cuts or fills the sheet.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.access.check import check
from core.documents import DocumentColumn, DocumentSheet, write_document
from core.i18n import Text, _, reading
from core.issues.list_table import COLUMNS, DAY, MARK, mark_of
from core.issues.models import IssueList
from core.issues.paper import HomeSheet, ListSheet
from core.issues.sheets import list_sheet
from core.parameters import store


def lists_workbook(session: Session, lists: Sequence[IssueList], lang: str = "zh") -> bytes:
    """One workbook of lists, a sheet each, named after its contractor, in the words of its region.

    Raises Forbidden for a list that may be read but not exported.
    """
    sheets = []
    for made in lists:
        check("export", made)
        one = list_sheet(session, made, lang)
        with reading(lang, store.catalogue().words(one.region)):
            sheets.append(_sheet(one))
    return write_document(sheets)


def _sheet(one: ListSheet) -> DocumentSheet:
    columns = [DocumentColumn(column.heading(one.lang), column.width, format=column.format) for column in COLUMNS]
    rows: list[list[Any]] = [
        [*(column.value(line, one.zone) for column in COLUMNS), mark_of(one.number, line.number)]
        for line in one.printed
    ]
    return DocumentSheet(
        name=one.contractor, title=_("List of findings to rectify"), facts=one.facts(),
        columns=[*columns, DocumentColumn(f"{MARK} {one.number}", 44, hidden=True)], rows=rows,
        signatures=[str(text) for text in one.signatures()], mark=mark_of(one.number, "-"),
        running=f"{one.number} {one.contractor}", colon=_colon(one.lang),
    )  # fmt: skip


def homes_workbook(homes: Iterable[HomeSheet], lang: str = "zh") -> bytes:
    """按户问题汇总: one sheet counts per home, one holds a line per finding; homes as given."""
    shown = list(homes)
    regions = {home.region for home in shown}
    with reading(lang, store.catalogue().words(regions.pop() if len(regions) == 1 else None)):
        lines = [(home, line) for home in shown for line in home.lines]
        facts: list[tuple[Text, Any]] = [
            (_("Project"), " ".join(dict.fromkeys(home.project for home in shown))),
            (_("Homes"), len(shown)),
            (_("Findings"), len(lines)),
        ]
        counted = DocumentSheet(
            _("Findings by home"), _("Findings by home"), facts,
            [DocumentColumn(_("Project"), 24), DocumentColumn(_("Home"), 16), DocumentColumn(_("Layout"), 16),
             DocumentColumn(_("Area"), 14), DocumentColumn(_("Findings"), 10), DocumentColumn(_("Not closed"), 10),
             DocumentColumn(_("Closed"), 10)],
            [[home.project, home.place, home.layout, home.area, len(home.lines),
              sum(line.is_open for line in home.lines), sum(not line.is_open for line in home.lines)]
             for home in shown],
            colon=_colon(lang),
        )  # fmt: skip
        told = DocumentSheet(
            _("Findings"), _("Findings by home"), facts,
            [DocumentColumn(_("Project"), 14), DocumentColumn(_("Home"), 14), DocumentColumn(_("Number"), 22),
             DocumentColumn(_("State"), 12), DocumentColumn(_("Location"), 10), DocumentColumn(_("Category"), 16),
             DocumentColumn(_("Description"), 40), DocumentColumn(_("Note"), 20),
             DocumentColumn(_("{Contractor}"), 22), DocumentColumn(_("Due"), 12, format=DAY)],
            [[home.project, home.place, line.number, str(line.state), line.location, line.category, line.description,
              line.note, line.contractor, line.due_on] for home, line in lines],
            colon=_colon(lang),
        )  # fmt: skip
        return write_document([counted, told])


def _colon(lang: str) -> str:
    return "：" if lang == "zh" else ": "
