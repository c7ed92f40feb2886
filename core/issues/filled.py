"""A sheet of a list as a contractor sends it back: where its heading stands, and what each row says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import RuleError
from core.excel import Sheet, is_excel_error
from core.i18n import Text, lazy
from core.issues.ground import MOST_NAME, MOST_TEXT
from core.issues.list_table import HEADINGS, MARK, read_mark
from core.values import fold, is_blank, read_day, read_line, read_text, tidy

HEADING_WITHIN = 40
"""Rows with something in them, from the top, among which the heading stands."""
LEAST_HEADINGS = 4
SHOWN = ("at", "place", "description")
"""What a row shows of the finding its mark names."""


@dataclass
class ReturnedRow:
    """`mark`: (list, finding), two empty texts where the row has none; `shown`: column → text, of what is there."""

    row: int
    mark: tuple[str, str]
    shown: Mapping[str, str]
    result: str = ""
    on: date | None = None
    by: str = ""
    says_anything: bool = False
    faults: list[Text] = field(default_factory=list)


@dataclass
class Filled:
    """A sheet that is a list of ours: its number and its rows, or why it cannot be taken back."""

    sheet: str
    number: str = ""
    rows: Sequence[ReturnedRow] = ()
    fault: Text = ""


def read_filled(sheet: Sheet) -> Filled | None:
    """What a sheet holds; None when it is no list of ours."""
    for at, (_number, cells) in enumerate(sheet.rows[:HEADING_WITHIN]):
        places, mark = _places(cells)
        if len(places) < LEAST_HEADINGS or (mark is None and "result" not in places):
            continue  # a register of findings, for one, has many of the words
        if mark is None:
            return Filled(sheet.name, fault=lazy(
                "Sheet “%(name)s” lacks its hidden column “%(mark)s”, by which lines are known. Fill the workbook that "
                "was sent; rows may be sorted, columns may not be removed.", name=sheet.name, mark=MARK))  # fmt: skip
        if "result" not in places:
            return Filled(sheet.name, fault=lazy("Sheet “%(name)s” has no column for the result any more. Fill the "
                                                 "workbook that was sent.", name=sheet.name))  # fmt: skip
        rows = [_row(number, cells, places, mark) for number, cells in sheet.rows[at + 1 :]]
        number = tidy(cells[mark]).removeprefix(MARK).strip() or _only_list(rows)
        return Filled(sheet.name, number, [row for row in rows if _is_line(row)])
    return None


def _places(cells: Sequence[Any]) -> tuple[dict[str, int], int | None]:
    """Column → position in a row that may be the heading, and where the marks stand."""
    places: dict[str, int] = {}
    mark = None
    for at, cell in enumerate(cells):
        if isinstance(cell, str):
            if tidy(cell).startswith(MARK):
                mark = at
            elif (name := HEADINGS.get(fold(cell))) is not None:
                places.setdefault(name, at)
    return places, mark


def _only_list(rows: Sequence[ReturnedRow]) -> str:
    """The list that all marks name, where the heading lost its number; empty when they name several."""
    named = {row.mark[0] for row in rows if row.mark[0]}
    return named.pop() if len(named) == 1 else ""


def _is_line(row: ReturnedRow) -> bool:
    """Not the row of signatures, nor a note below the table."""
    if row.mark[1]:
        return row.mark[1] != "-"
    return bool(row.result or row.faults or row.shown.get("place") or row.shown.get("description"))


def _row(number: int, cells: Sequence[Any], places: Mapping[str, int], mark: int) -> ReturnedRow:
    def cell(name: str) -> Any:
        at = places.get(name)
        return cells[at] if at is not None and at < len(cells) else None

    shown = {name: tidy(cell(name)) for name in SHOWN if name in places}
    row = ReturnedRow(number, read_mark(cells[mark] if mark < len(cells) else None), shown)
    row.says_anything = any(not is_blank(cell(name)) for name in ("result", "on", "by"))
    row.result = _read(row, cell("result"), lambda value: read_text(value, most=MOST_TEXT)) or ""
    row.on = _read(row, cell("on"), read_day)
    row.by = _read(row, cell("by"), lambda value: read_line(value, most=MOST_NAME)) or ""
    return row


def _read(row: ReturnedRow, value: Any, read: Any) -> Any:
    if is_blank(value):
        return None
    try:
        if is_excel_error(value):
            raise RuleError(lazy("The cell shows Excel's error %(error)s; type the value.", error=value))
        return read(value)
    except RuleError as refusal:
        row.faults.append(refusal.message)
        return None
