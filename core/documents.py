"""Workbooks to print, sign and fill by hand: A4 landscape, heading on every page, places to sign at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import accumulate
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.excel import HEAD, THIN, cleaned, put, sheet_title
from core.i18n import Text

FACTS_ACROSS = 3
LINE_HEIGHT = 15
"""Points."""
SIGN_HERE = Side(style="thin", color="000000")
GREY = "535D6B"


@dataclass(frozen=True)
class DocumentColumn:
    """`width` in characters; `format` as Excel writes it (`yyyy-mm-dd`, `@` for text that is to be typed)."""

    heading: str
    width: float
    hidden: bool = False
    format: str = ""


@dataclass(frozen=True)
class DocumentSheet:
    """A printed list: title, facts (label, value) in three columns, a table, places to sign side by side.

    Hidden columns stand last. `mark` is written into the last column beside the places to sign, so that whoever reads
    the sheet again knows these rows from the table's.
    """

    name: str
    title: str
    facts: Sequence[tuple[Text, Any]]
    columns: Sequence[DocumentColumn]
    rows: Sequence[Sequence[Any]]
    signatures: Sequence[str] = ()
    mark: str = ""
    running: str = ""
    """What stands at the foot of every page beside its number."""
    colon: str = "："

    @property
    def shown(self) -> Sequence[DocumentColumn]:
        return [column for column in self.columns if not column.hidden]


def write_document(sheets: Sequence[DocumentSheet]) -> bytes:
    """The workbook, one worksheet per part."""
    book = Workbook()
    book.remove(book.worksheets[0])
    used: list[str] = []
    for one in sheets:
        name = sheet_title(one.name, used)
        used.append(name)
        _write(book.create_sheet(name), one)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Worksheet, one: DocumentSheet) -> None:
    width = len(one.shown)
    put(sheet.cell(1, 1), one.title).font = Font(bold=True, size=16)
    _span(sheet, 1, 1, width).alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 30
    head = _facts(sheet, one) + 1
    last = _table(sheet, one, head)
    _places_to_sign(sheet, one, last + 2)
    for at, column in enumerate(one.columns, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = column.width
        sheet.column_dimensions[letter].hidden = column.hidden
    _set_up_page(sheet, one, head)
    # The filter takes the hidden column along, so that a sheet that is sorted with it stays whole.
    sheet.auto_filter.ref = f"A{head}:{get_column_letter(len(one.columns))}{last}"


def _span(sheet: Worksheet, row: int, first: int, last: int) -> Any:
    """One cell over columns `first` to `last`."""
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    return sheet.cell(row, first)


def spans(widths: Sequence[float], parts: int) -> list[tuple[int, int]]:
    """Columns (from 1) grouped into `parts` neighbouring spans, as even in width as the columns allow."""
    parts, ends = min(parts, len(widths)), list(accumulate(widths))
    found, first = list[tuple[int, int]](), 1
    for part in range(1, parts):
        goal = ends[-1] * part / parts
        last = min(range(first, len(widths) - parts + part + 1), key=lambda at: abs(ends[at - 1] - goal))
        found.append((first, last))
        first = last + 1
    return [*found, (first, len(widths))]


def lines_needed(text: str, width: float) -> int:
    """Lines that a text takes in a column of `width` characters; a Chinese character is as wide as two and a bit."""
    return sum(
        max(1, ceil(sum(2.1 if east_asian_width(char) in "WFA" else 1.05 for char in part) / max(1, width - 0.7)))
        for part in text.split("\n")
    )


def _facts(sheet: Worksheet, one: DocumentSheet) -> int:
    """Write the facts three to a row; returns the row after them."""
    across = spans([column.width for column in one.shown], FACTS_ACROSS)
    row = 2
    for at, (label, value) in enumerate(one.facts):
        row = 2 + at // len(across)
        first, last = across[at % len(across)]
        put(sheet.cell(row, first), f"{label}{one.colon}{value}")
        _span(sheet, row, first, last).alignment = Alignment(vertical="center", shrink_to_fit=True)
    return row + 1


def _table(sheet: Worksheet, one: DocumentSheet, head: int) -> int:
    """Write heading and rows; returns the last row."""
    for at, column in enumerate(one.columns, 1):
        cell = put(sheet.cell(head, at), column.heading)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD, THIN
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row, values in enumerate(one.rows, head + 1):
        for at, (column, value) in enumerate(zip(one.columns, values, strict=True), 1):
            cell = put(sheet.cell(row, at), value)
            cell.border, cell.alignment = THIN, Alignment(wrap_text=True, vertical="top", horizontal="left")
            if column.format:
                cell.number_format = column.format
        pairs = zip(one.columns, values, strict=True)
        lines = max(
            (lines_needed(text, column.width) for column, text in pairs if isinstance(text, str) and not column.hidden),
            default=1,
        )
        if lines > 1:  # said for programs that do not fit rows themselves; the others grow with what is typed in
            sheet.row_dimensions[row].height = LINE_HEIGHT * lines
    return head + len(one.rows)


def _places_to_sign(sheet: Worksheet, one: DocumentSheet, row: int) -> None:
    if not one.signatures:
        return
    across = spans([column.width for column in one.shown], len(one.signatures))
    for text, (first, last) in zip(one.signatures, across, strict=True):
        put(sheet.cell(row, first), text)
        _span(sheet, row, first, max(first, last - 1)).alignment = Alignment(vertical="bottom")
        for at in range(first, max(first, last - 1) + 1):
            sheet.cell(row, at).border = Border(bottom=SIGN_HERE)
    sheet.row_dimensions[row].height = 42
    if one.mark:
        put(sheet.cell(row, len(one.columns)), one.mark)


def _set_up_page(sheet: Worksheet, one: DocumentSheet, head: int) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.75
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.print_options.horizontalCentered = True
    sheet.print_title_rows = f"{head}:{head}"
    sheet.oddFooter.left.text = cleaned(one.running).replace("&", "&&")  # type: ignore[union-attr]
    sheet.oddFooter.right.text = "&P / &N"  # type: ignore[union-attr]
    sheet.freeze_panes = f"A{head + 1}"
