"""Plain lists, however long: rows go straight into the file, a row at a time.

openpyxl takes a second for each 70,000 cells, and no faster library leaves the mark of a text (`quotePrefix`) to each
cell; so these few parts of a workbook are written here (docs/decisions/0015).
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl.utils import get_column_letter

from core.errors import RuleError
from core.excel.cells import Cells
from core.excel.parts import PARTS, SHEET_END, SHEET_HEAD, WORKBOOK
from core.excel.texts import sheet_title
from core.i18n import lazy

MOST_WRITTEN = 1_048_575
"""Rows a sheet holds below its heading."""
MOST_BYTES = 2**31 - 1
"""Of a sheet before it is packed: what every program that opens workbooks takes."""
LOOKED_AT = 100
"""Rows whose texts say how wide the columns are."""
AT_A_TIME = 500
LEVEL = 3
"""Of packing: a third larger than the tightest, in a third of its time."""
NARROW, WIDE = 9, 60


def write_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A plain list as the bytes of a workbook: one heading, no formatting beyond it."""
    out = BytesIO()
    write_table_to(out, title, headings, rows)
    return out.getvalue()


def write_table_to(
    target: Path | BytesIO, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> int:  # fmt: skip
    """The same into a file, row by row as `rows` brings them, however many; returns their number.

    What `rows` raises goes on to the caller, and no half of a file stays behind. Raises RuleError for more than a
    sheet holds.
    """
    try:
        with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=LEVEL) as packed:
            with packed.open("xl/worksheets/sheet1.xml", "w") as sheet:
                written = _write_sheet(sheet, [str(one) for one in headings], iter(rows))
            for name, text in PARTS.items():
                packed.writestr(name, text)
            packed.writestr("xl/workbook.xml", WORKBOOK.format(name=Cells.quoted(sheet_title(title, ()))))
        return written
    except BaseException:
        if isinstance(target, Path):
            target.unlink(missing_ok=True)
        raise


def _write_sheet(sheet: IO[bytes], headings: Sequence[str], rows: Iterator[Sequence[Any]]) -> int:
    first = list(islice(rows, LOOKED_AT))
    columns = max(map(len, (headings, *first)))
    cells = Cells()
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{_width(at, headings, first)}" customWidth="1"/>'
        for at in range(1, columns + 1)
    )
    head = SHEET_HEAD.format(columns=f"<cols>{widths}</cols>" if widths else "")
    sheet.write(f"{head}{cells.heading(headings)}".encode())
    written, size = 0, 0
    for part in _parts(first, rows):
        text = cells.rows(written + 2, part).encode()
        written, size = written + len(part), size + len(text)
        if size > MOST_BYTES or written > MOST_WRITTEN:
            raise RuleError(lazy("The list is larger than one sheet holds. Add a condition, such as a project, and try "
                                 "again."))  # fmt: skip
        sheet.write(text)
    whole = f"A1:{get_column_letter(max(1, len(headings)))}{written + 1}"
    sheet.write(SHEET_END.format(filter=f'<autoFilter ref="{whole}"/>' if headings else "").encode())
    return written


def _parts(first: list[Sequence[Any]], rows: Iterator[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    """The rows in parts, so that the file is written seldom and little is held."""
    yield first
    while part := list(islice(rows, AT_A_TIME)):
        yield part


def _width(column: int, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Characters: a column is as wide as its heading and first rows, within reason. Chinese counts double."""
    texts = (str(row[column - 1]) for row in (headings, *rows) if len(row) >= column and row[column - 1] is not None)
    widest = max((sum(2 if ord(char) > 0x2E7F else 1 for char in text[:WIDE]) for text in texts), default=0)
    return min(WIDE, max(NARROW, widest + 2))
