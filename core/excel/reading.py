"""Registers with their row numbers, whatever program wrote them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from core.errors import RuleError
from core.excel.quick import Doubt, quick_sheets
from core.excel.texts import decoded
from core.i18n import lazy

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_ROWS = 200_000


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
        try:
            return [Sheet(name, rows) for name, rows in quick_sheets(content, MOST_ROWS)]
        except Doubt:
            return _careful_sheets(content)
    except RuleError:
        raise
    except (BadZipFile, KeyError, ValueError, OSError, SyntaxError, TypeError, AttributeError) as fault:
        raise RuleError(lazy("This is not an .xlsx workbook. Open it in Excel or WPS and save it as .xlsx.")) from fault


def _careful_sheets(content: bytes) -> list[Sheet]:
    """By openpyxl, which knows formulas and every way to write a cell."""
    typed = _sheets(content, data_only=False)
    if not any(_is_formula(cell) for sheet in typed for _, cells in sheet.rows for cell in cells):
        return typed
    return [_computed(*pair) for pair in zip(typed, _sheets(content, data_only=True), strict=True)]


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
            yield number, [decoded(cell) if isinstance(cell, str) else cell for cell in cells]


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
