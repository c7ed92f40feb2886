"""Long lists: the writer of plain tables says what openpyxl would have said, row by row into the file."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from core.errors import RuleError
from core.excel import put, tables, write_table, write_table_to


class Colour(StrEnum):
    RED = "红"


class Rank(IntEnum):
    FIRST = 1


VALUES: list[Any] = [
    "墙面空鼓", "", "=1+1", "+86 199", "-主卧", "@SUM(A1)", "#N/A", "# 号楼", "<b>&\"'", " 前后 ", "行一\n行二", "a\tb",
    "_x000D_", "a_x0041_b", "中\x00止\ud800", "01-02", "12%", "2026-01-02", "TRUE", "'带引号", "x" * 32_770, Colour.RED,
    0, 1, -5, 12345678901234567890, 0.1, 1 / 3, -2.5e-7, float("inf"), float("nan"), Decimal("12.50"), Decimal("1E+3"),
    Rank.FIRST, True, False, None, date(2026, 2, 28), date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1),
    datetime(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5), datetime(2026, 1, 2, 23, 59, 59, 999_999),
    datetime(1900, 1, 5, 6), datetime(1899, 12, 30), time(8, 30), timedelta(hours=30, minutes=5),
]  # fmt: skip


def by_openpyxl(value: Any) -> Any:
    """What the cell becomes when openpyxl writes it, with the care that a formatted document takes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append([put(WriteOnlyCell(sheet), value) if value is not None else None])
    out = BytesIO()
    book.save(out)
    return load_workbook(BytesIO(out.getvalue())).worksheets[0]["A1"]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:20])
def test_a_cell_is_what_openpyxl_would_make_of_it(value: Any) -> None:
    content = write_table("表", ["甲"], [[value]])
    cell, wanted = load_workbook(BytesIO(content)).worksheets[0]["A2"], by_openpyxl(value)
    assert (cell.value, type(cell.value)) == (wanted.value, type(wanted.value))
    if wanted.value is not None:
        told = (cell.data_type, cell.number_format, cell.quotePrefix)
        assert told == (wanted.data_type, wanted.number_format, wanted.quotePrefix)


def test_gaps_and_rows_of_different_lengths_stay_where_they_are() -> None:
    sheet = load_workbook(BytesIO(write_table("表", ["甲", "乙"], [[None, 1], [], ["a", None, "c"]]))).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [
        ("甲", "乙", None), (None, 1, None), (None, None, None), ("a", None, "c"),
    ]  # fmt: skip


def test_the_heading_is_bold_stays_in_sight_and_filters() -> None:
    sheet = load_workbook(BytesIO(write_table("a/b&c", ["=甲", "签约日期"], [["x", date(2026, 1, 2)]]))).worksheets[0]
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("a b&c", "A2", "A1:B2")
    assert (sheet["A1"].value, sheet["A1"].data_type, sheet["A1"].font.b) == ("=甲", "s", True)
    assert sheet.column_dimensions["B"].width >= len("2026-01-02")


def test_a_list_without_rows_is_a_heading() -> None:
    sheet = load_workbook(BytesIO(write_table("表", ["甲"], []))).worksheets[0]
    assert list(sheet.iter_rows(values_only=True)) == [("甲",)]


def test_a_fault_on_the_way_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    def rows() -> Iterator[list[int]]:
        yield from ([at] for at in range(5_000))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_table_to(tmp_path / "a.xlsx", "表", ["甲"], rows())
    assert list(tmp_path.iterdir()) == []


def test_rows_are_asked_for_a_part_at_a_time(tmp_path: Path) -> None:
    """A job looks between two parts whether it is still wanted, and holds one part in memory."""
    path, seen = tmp_path / "a.xlsx", list[int]()

    def rows() -> Iterator[list[str]]:
        for at in range(20_000):
            if at % 5_000 == 0:
                seen.append(path.stat().st_size)
            yield [f"第 {at * 7919 % 10_007} 号"]

    assert write_table_to(path, "表", ["甲"], rows()) == 20_000
    assert seen[0] < seen[1] < seen[2] < seen[3] < path.stat().st_size


def test_what_a_sheet_does_not_hold_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tables, "MOST_WRITTEN", 1_000)
    with pytest.raises(RuleError, match="一张工作表装不下"):
        write_table_to(tmp_path / "a.xlsx", "表", ["甲"], ([at] for at in range(2_000)))
    monkeypatch.setattr(tables, "MOST_WRITTEN", 10_000)
    monkeypatch.setattr(tables, "MOST_BYTES", 1_000)
    with pytest.raises(RuleError, match="一张工作表装不下"):
        write_table_to(tmp_path / "a.xlsx", "表", ["甲"], ([at] for at in range(2_000)))


@pytest.mark.parametrize("value", [b"x", object(), datetime(2026, 1, 2, tzinfo=ZoneInfo("Asia/Shanghai"))])
def test_what_no_cell_holds_is_a_fault_of_the_program(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        write_table("表", ["甲"], [[value]])


def test_the_parts_are_those_of_a_workbook() -> None:
    with ZipFile(BytesIO(write_table("表", ["甲"], [[1]]))) as packed:
        assert packed.testzip() is None
        assert sorted(packed.namelist()) == [
            "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
        ]  # fmt: skip
