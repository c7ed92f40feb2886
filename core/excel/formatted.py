"""Workbooks that people look at cell by cell: marked, coloured, with notes. openpyxl writes them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.excel.texts import LIKE_FORMULA, escaped, sheet_title

VERDICT_HEADING = "检查结果"
BAD = PatternFill("solid", start_color="FDEAE8")
HEAD = PatternFill("solid", start_color="EDEFF2")
THIN = Border(*(Side(style="thin", color="B8BEC7"),) * 4)


def put(cell: Cell | MergedCell, value: Any) -> Cell:
    """Write `value`; a text that begins like a formula stays the text it is, without what a workbook cannot hold."""
    assert isinstance(cell, Cell), "only the first cell of a merged range holds a value"
    if isinstance(value, str):
        cell.value = value = escaped(value)
        cell.data_type = "s"
        if value.startswith(LIKE_FORMULA):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def write_checked(
    path: Path,
    title: str,
    headings: Sequence[str],
    rows: Iterable[tuple[Sequence[Any], Mapping[int, str], Mapping[str, str]]],
) -> None:
    """The bad rows, ready to be mended and imported again: cells marked, the sentences in a last column.

    `rows`: cells, position of a cell to mark (from 0) → its sentence, heading → sentence.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = sheet_title(title, ())
    put(sheet.cell(1, 1), title).font = Font(bold=True, size=14)
    _heading(sheet, 2, [*headings, VERDICT_HEADING])
    for at, (cells, marked, errors) in enumerate(rows, 3):
        for column in range(len(headings)):
            cell = put(sheet.cell(at, column + 1), cells[column] if column < len(cells) else None)
            if column in marked:
                cell.fill = BAD
                cell.comment = Comment(marked[column], "Atrium")
        put(sheet.cell(at, len(headings) + 1), "；".join(f"{key}：{text}" for key, text in errors.items()))
    sheet.column_dimensions[get_column_letter(len(headings) + 1)].width = 60
    sheet.freeze_panes = "A3"
    book.save(path)


def _heading(sheet: Worksheet, at: int, headings: Sequence[str]) -> None:
    for column, heading in enumerate(headings, 1):
        cell = put(sheet.cell(at, column), heading)
        cell.font = Font(bold=True)
        cell.fill = HEAD
        cell.border = THIN
