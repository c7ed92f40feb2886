"""Two readers, one reading: whatever the fast one takes, it tells cell by cell and type by type as openpyxl does."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from core.errors import RuleError
from core.excel import plain, quick, read_sheets, reading, write_table
from core.excel.quick import Doubt, quick_sheets
from core.settings import ROOT

DATA = sorted((ROOT.parent / "shared" / "data").glob("*.xlsx"))
FORMATS = [
    "General", "0", "0.00", "#,##0.00", "0%", "@", "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', "yyyy-mm-dd h:mm:ss",
    "yyyy/m/d;@", "h:mm:ss", "[hh]:mm:ss", "yyyy-mm", "¥#,##0.00", "mm-dd-yy", "d-mmm-yy", "m/d/yy h:mm", "[Red]0.00",
    "mmm-yy", "h:mm AM/PM", '0.00"m"', "[$-804]yyyy-mm-dd", "dd/mm/yyyy", "0.00E+00", "# ?/?", '"d"0',
]  # fmt: skip


def told(rows: Any) -> list[Any]:
    """Rows with the type of each cell, without the emptiness at their end."""
    found = []
    for number, cells in rows:
        shown = [(type(cell).__name__, cell) for cell in cells]
        while shown and shown[-1][1] is None:
            shown.pop()
        found.append((number, shown))
    return found


def check_alike(content: bytes) -> bool:
    """Compare the readers; whether the fast one took the workbook at all."""
    try:
        fast = quick_sheets(content, reading.MOST_ROWS)
    except Doubt:
        return False
    careful = reading._sheets(content, data_only=False)
    assert [name for name, _ in fast] == [sheet.name for sheet in careful]
    for (_, rows), sheet in zip(fast, careful, strict=True):
        assert told(rows) == told(sheet.rows)
    return True


def saved(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.stem)
def test_shared_registers_are_read_alike(path: Path) -> None:
    check_alike(path.read_bytes())


def some_value(chance: random.Random) -> Any:
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(-9000, 9000))
    return chance.choice([
        None, None, "墙面空鼓", f"{chance.randrange(30)}-{chance.randrange(3000)}", " 前后 ", "行一\n行二", "a\tb",
        "<&\"'>", "#N", chance.randrange(-10**6, 10**6), chance.randrange(10**15), chance.random() * 10**4, 0,
        round(chance.random() * 1e6, 2), True, False, day, datetime(day.year, day.month, day.day),
        datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60), chance.randrange(60)),
        "x" * 300,
    ])  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("streamed", [False, True], ids=["shared strings", "inline strings"])
def test_random_grids_are_read_alike(seed: int, streamed: bool) -> None:
    chance = random.Random(seed)
    book = Workbook(write_only=streamed)
    sheet = book.create_sheet("甲") if streamed else book.worksheets[0]
    for _ in range(60):
        sheet.append([some_value(chance) for _ in range(chance.randrange(0, 12))])
    if not streamed and seed % 2:
        sheet.merge_cells("A1:C2")
        book.create_sheet("空")
    assert check_alike(saved(book))


@pytest.mark.parametrize("seed", range(6))
def test_what_the_writer_of_long_lists_wrote_is_read_alike(seed: int) -> None:
    chance = random.Random(seed)
    rows = [[some_value(chance) for _ in range(9)] for _ in range(80)]
    assert check_alike(write_table("表", list("甲乙丙丁戊己庚辛壬"), rows))


@pytest.mark.filterwarnings("ignore:Cell .* is marked as a date:UserWarning")
@pytest.mark.parametrize("code", FORMATS)
@pytest.mark.parametrize("value", [46000, 46000.5, 46000.123456, 0, 0.25, 1, 59, 60, 61, -1, 3_000_000, 12.34])
def test_each_format_makes_of_a_number_the_same_or_is_left_to_openpyxl(code: str, value: float) -> None:
    book = Workbook()
    cell = book.worksheets[0]["B2"]
    cell.value, cell.number_format = value, code
    check_alike(saved(book))


def with_cell(xml: str) -> bytes:
    """A workbook with one cell, written by hand."""
    out = BytesIO()
    with ZipFile(BytesIO(write_table("表", ["甲"], [["x"]]))) as given, ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in given.namelist():
            text = given.read(name).decode()
            if name.endswith("sheet1.xml"):
                begin, end = text.index('<row r="2">'), text.index("</sheetData>")
                text = text[:begin] + f'<row r="2">{xml}</row>' + text[end:]
            made.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(("xml", "plain"), [
    ('<c r="A2"><f>1+1</f><v>2</v></c>', False),
    ('<c r="A2"><f>1+1</f></c>', False),
    ('<c r="A2" t="e"><v>#N/A</v></c>', False),
    ('<c r="A2" t="d"><v>2026-01-02</v></c>', False),
    ('<c r="A2" t="str"><v>text</v></c>', False),
    ('<c r="A2"><v>5.0</v></c>', False), ('<c r="A2"><v>5.00</v></c>', False), ('<c r="A2"><v>1E+3</v></c>', False),
    ('<c r="A2"><v>1.5e3</v></c>', False), ('<c r="A2"><v>110101199003071234</v></c>', False),
    ('<c r="A2"><v>999999999999999</v></c>', True), ('<c r="A2"><v>0.5</v></c>', True),
    ('<c r="A2"><v>-7</v></c>', True),
    ('<c r="A2" s="2"><v>46000</v></c>', True), ('<c r="A2" s="1"><v>46000.25</v></c>', True),
    ('<c r="A2" s="2"><v>0</v></c>', False), ('<c r="A2" s="5"><v>0.5</v></c>', False),
    ('<c r="A2" t="b"><v>1</v></c>', True),
    ('<c r="A2" t="inlineStr"><is><t>   </t></is></c>', False), ('<c r="A2" t="inlineStr"><is><t/></is></c>', False),
    ('<c r="A2" t="inlineStr"><is><t>_x000D_</t></is></c>', False),
    ('<c r="A2" t="inlineStr"><is><t>a&#10;b</t></is></c>', False),
    ('<c r="A2" t="inlineStr"><is><t>a\r\nb</t></is></c>', False),
    ('<c r="A2" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', True),
    ("<c r='A2' t='e'><v>#N/A</v></c>", False),
    ('<c><v>1</v></c>', False), ('<c r="XFD2"><v>1</v></c>', False),
])  # fmt: skip
def test_a_doubtful_cell_is_left_to_openpyxl(xml: str, plain: bool) -> None:
    assert check_alike(with_cell(xml)) is plain


def test_a_cell_far_away_takes_no_memory() -> None:
    for xml in ('<c r="XFD1048576"><v>1</v></c>', '<c r="CZ199999"><v>1</v></c>'):
        assert not plain.is_plain(
            with_cell(xml + '</row><row r="199999"><c r="A199999"><v>1</v></c>'), reading.MOST_ROWS
        )


def test_blank_rows_count_towards_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    book = Workbook()
    book.worksheets[0]["A1"], book.worksheets[0]["A300"] = "甲", 1
    content = saved(book)
    assert [number for number, _ in read_sheets(content)[0].rows] == [1, 300]
    monkeypatch.setattr(reading, "MOST_ROWS", 299)
    with pytest.raises(RuleError, match="299 行"):
        read_sheets(content)


def _break(name: str, change: Callable[[bytes], bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(BytesIO(write_table("表", ["甲"], [["x"]]))) as given, ZipFile(out, "w") as made:
        for one in given.namelist():
            made.writestr(one, change(given.read(one)) if one == name else given.read(one))
    return out.getvalue()


@pytest.mark.parametrize("content", [
    b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    _break("xl/worksheets/sheet1.xml", lambda text: text[:-40]),
    _break("xl/workbook.xml", lambda text: text[:-40]),
    _break("xl/workbook.xml", lambda text: text.replace(b"rId1", b"rId9")),
    write_table("表", ["甲"], [["x"]])[:-200],
], ids=["empty", "torn", "xls", "half a sheet", "half a book", "no such sheet", "half a file"])  # fmt: skip
def test_what_is_no_workbook_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(RuleError, match=r"这不是 \.xlsx 工作簿"):
        read_sheets(content)


def test_a_fault_of_the_fast_reader_is_the_other_ones_to_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: Any) -> Any:
        raise quick.CalamineError("no")

    monkeypatch.setattr(quick, "CalamineWorkbook", type("Broken", (), {"from_filelike": staticmethod(broken)}))
    assert read_sheets(write_table("表", ["甲"], [["x"]]))[0].rows == [(1, ["甲"]), (2, ["x"])]
