"""openpyxl once: reading registers with their row numbers, and writing workbooks in which text stays text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ERROR_CODES, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from core.errors import RuleError
from core.i18n import Text, lazy

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_ROWS = 200_000
MOST_WRITTEN = 1_048_575
"""Rows a sheet holds below its heading."""
VERDICT_HEADING = "检查结果"
BAD = PatternFill("solid", start_color="FDEAE8")
HEAD = PatternFill("solid", start_color="EDEFF2")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold: a workbook with one of these counts as broken."""
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_LIKE_FORMULA = ("=", "+", "-", "@")
THIN = Border(*(Side(style="thin", color="B8BEC7"),) * 4)


@dataclass(frozen=True)
class Sheet:
    """One worksheet: `rows` are (Excel row number, cells), blank ones left out."""

    name: str
    rows: Sequence[tuple[int, Sequence[Any]]]


def read_sheets(source: Path | bytes) -> list[Sheet]:
    """Every worksheet with its values (formulas by their last result). Raises RuleError with a sentence."""
    content = source.read_bytes() if isinstance(source, Path) else source
    if len(content) > MOST_BYTES:
        raise RuleError(lazy("The workbook is larger than %(n)s MB; split it.", n=MOST_BYTES // 1024 // 1024))
    try:
        with ZipFile(BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise RuleError(lazy("The workbook unpacks to more than this can read; split it."))
        typed = _sheets(content, data_only=False)
        if not any(_is_formula(cell) for sheet in typed for _, cells in sheet.rows for cell in cells):
            return typed
        return [_computed(*pair) for pair in zip(typed, _sheets(content, data_only=True), strict=True)]
    except RuleError:
        raise
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, AttributeError) as fault:
        raise RuleError(lazy("This is not an .xlsx workbook. Open it in Excel or WPS and save it as .xlsx.")) from fault


def _sheets(content: bytes, *, data_only: bool) -> list[Sheet]:
    book = load_workbook(BytesIO(content), read_only=True, data_only=data_only)
    try:
        return [Sheet(sheet.title, list(_rows(sheet))) for sheet in book.worksheets]
    finally:
        book.close()


def _rows(sheet: Any) -> Iterable[tuple[int, Sequence[Any]]]:
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > MOST_ROWS:
            raise RuleError(lazy("The sheet has more than %(n)s rows; split it.", n=MOST_ROWS))
        if any(cell is not None and str(cell).strip() for cell in cells):
            yield number, [_decoded(cell) for cell in cells]


def _decoded(cell: Any) -> Any:
    """Excel writes what XML cannot hold as `_x000D_`: the line ends that people paste; and `_x005F_` for the mark."""
    return (
        _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell) if isinstance(cell, str) and "_x00" in cell else cell
    )


def _is_formula(cell: Any) -> bool:
    """Whether a cell read with its formula may be one; a text that begins with `=` looks alike."""
    return (isinstance(cell, str) and cell.startswith("=")) or isinstance(cell, ArrayFormula | DataTableFormula)


def _computed(typed: Sheet, shown: Sheet) -> Sheet:
    """Formulas by their last result; one that was never calculated stays the text it is."""
    results = dict(shown.rows)
    return Sheet(typed.name, [(number, _results(cells, results.get(number, ()))) for number, cells in typed.rows])


def _results(typed: Sequence[Any], shown: Sequence[Any]) -> Sequence[Any]:
    found = list(typed)
    for at, cell in enumerate(typed):
        if _is_formula(cell):
            result = shown[at] if at < len(shown) else None
            found[at] = result if result is not None else getattr(cell, "text", cell if isinstance(cell, str) else None)
    return found


def is_excel_error(cell: Any) -> bool:
    """Whether a cell shows what Excel shows for a formula that has no result."""
    return isinstance(cell, str) and cell in ERROR_CODES


def cleaned(text: str) -> str:
    """`text` without the characters that no workbook can hold."""
    return _FORBIDDEN.sub("", text)


def put(cell: Cell | MergedCell, value: Any) -> Cell:
    """Write `value`; a text that begins like a formula stays the text it is, without what a workbook cannot hold."""
    assert isinstance(cell, Cell), "only the first cell of a merged range holds a value"
    if isinstance(value, str):
        cell.value = value = _LIKE_ESCAPED.sub("_x005F_", cleaned(value))
        cell.data_type = "s"
        if value.startswith(_LIKE_FORMULA):
            cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def _needs_care(text: str) -> bool:
    """Whether a workbook would make something else of a text than it is."""
    return bool(text.startswith((*_LIKE_FORMULA, "#")) or _FORBIDDEN.search(text) or _LIKE_ESCAPED.search(text))


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


def write_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A plain list as the bytes of a workbook: one heading, no formatting beyond it."""
    out = BytesIO()
    write_table_to(out, title, headings, rows)
    return out.getvalue()


def write_table_to(
    target: Path | BytesIO, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:  # fmt: skip
    """The same into a file, row by row as `rows` brings them, however many; returns their number."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_title(title, ()))
    from openpyxl.cell import WriteOnlyCell

    def cell(value: Any) -> Any:
        if isinstance(value, str) and _needs_care(value):
            return put(WriteOnlyCell(sheet), value)
        return value

    sheet.append(list(headings))
    number = 0
    try:
        for row in rows:
            sheet.append([cell(value) for value in row])
            number += 1
    except BaseException:
        sheet.close()  # its temporary file is let go of here, not at some later moment
        raise
    book.save(target)
    return number


def _heading(sheet: Worksheet, at: int, headings: Sequence[str]) -> None:
    for column, heading in enumerate(headings, 1):
        cell = put(sheet.cell(at, column), heading)
        cell.font = Font(bold=True)
        cell.fill = HEAD
        cell.border = THIN


def sheet_title(text: str, used: Sequence[str]) -> str:
    """A name Excel allows: no []:*?/\\, at most 31 characters, unlike the others."""
    plain = "".join(" " if char in "[]:*?/\\\t\r\n" else char for char in cleaned(text)).strip("' ") or "Sheet"
    name, at = plain[:31].rstrip("' "), 2
    while name.casefold() in {one.casefold() for one in used}:
        name = f"{plain[:27]} {at}"
        at += 1
    return name


__all__ = ["Sheet", "Text", "cleaned", "put", "read_sheets", "sheet_title", "write_checked", "write_table",
           "write_table_to"]  # fmt: skip
