"""Plain workbooks by calamine, in a fifth of openpyxl's time.

What it says otherwise than openpyxl is put right, or raises `Doubt`, and openpyxl reads.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from core.excel.plain import is_plain

LARGE = 1e15
"""From here on a fraction does not tell each whole number."""
FIRST_DAY = datetime(1900, 3, 1)  # noqa: DTZ001 – days of a sheet have no zone
"""Before it the two count days differently."""


class Doubt(Exception):
    """The fast reader may say something else than openpyxl."""


def quick_sheets(content: bytes, most_rows: int) -> list[tuple[str, list[tuple[int, Sequence[Any]]]]]:
    """Name and rows of every worksheet, as openpyxl would tell them, blank rows left out. Raises Doubt."""
    if not is_plain(content, most_rows):
        raise Doubt
    try:
        with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
            if any(one.typ is not SheetTypeEnum.WorkSheet for one in book.sheets_metadata):
                raise Doubt
            return [(name, list(_rows(book.get_sheet_by_name(name)))) for name in book.sheet_names]
    except (CalamineError, OSError, ValueError, OverflowError) as fault:
        raise Doubt from fault  # openpyxl says what is wrong, in the sentence there is for it


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[Any]]]:
    found: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    for number, cells in enumerate(found, 1):
        filled = False
        for at, cell in enumerate(cells):
            kind = type(cell)
            if kind is str:
                if cell == "":
                    cells[at] = None
                elif not filled:
                    filled = not cell.isspace()
                continue
            filled = True
            if kind is float:
                if cell.is_integer():
                    if not -LARGE < cell < LARGE:
                        raise Doubt
                    cells[at] = int(cell)
            elif kind is not bool and kind is not int:
                cells[at] = _moment(cell)
        if filled:
            yield number, cells


def _moment(cell: Any) -> datetime:
    """openpyxl tells a day as its midnight, and rounds to the millisecond."""
    if type(cell) is date:
        cell = datetime.combine(cell, time())
    if type(cell) is not datetime or cell < FIRST_DAY or cell.microsecond:
        raise Doubt
    return cell
