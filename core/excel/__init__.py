"""Workbooks: registers are read with their row numbers, and in what is written text stays text."""

from core.excel.formatted import BAD, HEAD, THIN, VERDICT_HEADING, put, write_checked
from core.excel.reading import MOST_BYTES, MOST_ROWS, MOST_UNPACKED, Sheet, is_excel_error, read_sheets
from core.excel.tables import MOST_WRITTEN, write_table, write_table_to
from core.excel.texts import cleaned, sheet_title

__all__ = [
    "BAD", "HEAD", "MOST_BYTES", "MOST_ROWS", "MOST_UNPACKED", "MOST_WRITTEN", "THIN", "VERDICT_HEADING", "Sheet",
    "cleaned", "is_excel_error", "put", "read_sheets", "sheet_title", "write_checked", "write_table",
    "write_table_to",
]  # fmt: skip
