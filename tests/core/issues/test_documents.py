"""Workbooks to print: text stays text whatever it begins with, and what no workbook can hold is left out."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.documents import DocumentColumn, DocumentSheet, lines_needed, spans, write_document
from core.excel import cleaned, read_sheets, sheet_title, write_table
from tests.core.issues.site import Office

ODD = (
    "=1+1", "+86 199", "-5℃时开裂", "@某人", '=HYPERLINK("http://127.0.0.1","x")', "#N/A", "#REF!", "'单引号", "1-2-3",
    "0012", "_x0041_", "行一\n行二", "TRUE", "2026-11-25", "3栋😀", " 前后空格 ", "a&b<c>\"d\"", "￥１２",
)  # fmt: skip
BROKEN = "空\x00鼓\x07\x0b\x1f\ufffe\uffff\ud800"


def document(rows, **given):
    columns = [DocumentColumn("序号", 6), DocumentColumn("描述", 20), DocumentColumn("标识", 10, hidden=True)]
    return write_document([DocumentSheet("甲", "清单", [("项目", "湾湖")], columns, rows, **given)])


def table_of(content):
    (sheet,) = read_sheets(content)
    return [list(cells)[1] for _, cells in sheet.rows[3:]]


@pytest.mark.parametrize("write", ["document", "table"])
def test_a_text_is_read_back_as_it_was_written(write):
    if write == "document":
        found = table_of(document([[at, text, "m"] for at, text in enumerate(ODD)]))
    else:
        (sheet,) = read_sheets(write_table("表", ["描述"], [[text] for text in ODD]))
        found = [cells[0] for _, cells in sheet.rows[1:]]
    assert found == list(ODD)


def test_no_cell_of_a_text_is_a_formula_an_error_or_a_number():
    book = load_workbook(BytesIO(document([[at, text, "m"] for at, text in enumerate(ODD)])))
    cells = [row[1] for row in book.active.iter_rows(min_row=5, max_row=4 + len(ODD))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells[:5]] == [True] * 5


def test_characters_no_workbook_can_hold_are_left_out():
    assert cleaned(BROKEN) == "空鼓"
    assert cleaned("表\t一\n二\r") == "表\t一\n二\r"
    content = document([[1, BROKEN, "m"]], signatures=[BROKEN, BROKEN], mark=BROKEN, running=BROKEN)
    assert table_of(content)[0] == "空鼓"
    load_workbook(BytesIO(write_table(BROKEN, ["a"], [[BROKEN]])))


@given(st.text())
def test_any_text_makes_a_workbook_that_opens(text):
    (sheet,) = read_sheets(document([[1, "x" + text, "m"]]))
    assert lines_of(list(sheet.rows[3][1])[1]) == lines_of("x" + cleaned(text))


def lines_of(text):
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def test_what_excel_takes_for_the_mark_of_a_character_is_kept_too():
    assert table_of(document([[1, "a_x000D_b", "m"]]))[0] == "a_x000D_b"


def test_libreoffice_opens_what_was_written_and_shows_texts(office: Office, tmp_path):
    path = tmp_path / "odd.xlsx"
    path.write_bytes(document([[at, text, "m"] for at, text in enumerate(ODD)]))
    again = office(path, "xlsx:Calc MS Excel 2007 XML", tmp_path / "again")
    assert table_of(again.read_bytes()) == list(ODD)
    listed = office(path, "csv:Text - txt - csv (StarCalc):44,34,76,1", tmp_path / "csv").read_text(encoding="utf-8")
    assert "=1+1" in listed and "-5℃时开裂" in listed and "Err:" not in listed


def test_the_page_is_set_up_for_paper():
    content = document([[1, "空鼓", "m"]] * 3, signatures=["承建商", "甲方代表"], mark="L/-", running="L & 甲")
    sheet = load_workbook(BytesIO(content)).active
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToWidth == 1
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$4:$4" and sheet.freeze_panes == "A5"
    assert sheet.oddFooter.right.text == "&P / &N" and sheet.oddFooter.left.text == "L && 甲"
    assert sheet.auto_filter.ref == "A4:C7"
    assert sheet.column_dimensions["C"].hidden and not sheet.column_dimensions["B"].hidden
    for cell in (sheet["A4"], sheet["B5"], sheet["B7"]):
        assert cell.border.left.style == cell.border.top.style == "thin"
    assert sheet["B5"].alignment.wrap_text
    assert [sheet["A9"].value, sheet["B9"].value, sheet["C9"].value] == ["承建商", "甲方代表", "L/-"]


def test_rows_that_wrap_are_as_high_as_their_text():
    sheet = load_workbook(BytesIO(document([[1, "短", "m"], [2, "墙" * 30, "m"], [3, "a\nb\nc", "m"]]))).active
    assert sheet.row_dimensions[5].height is None
    assert sheet.row_dimensions[6].height >= 4 * 15 and sheet.row_dimensions[7].height == 45
    assert lines_needed("", 10) == 1 and lines_needed("墙" * 10, 10) > lines_needed("a" * 10, 10)


@given(st.lists(st.floats(1, 80), min_size=1, max_size=20), st.integers(1, 4))
def test_spans_cover_all_columns_without_a_gap(widths, parts):
    found = spans(widths, parts)
    assert len(found) == min(parts, len(widths))
    assert [at for first, last in found for at in range(first, last + 1)] == list(range(1, len(widths) + 1))


def test_sheet_names_are_those_excel_allows():
    used: list[str] = []
    for text in ("甲[壹]:总包/一?*", "甲 壹 总包 一", "'名'", "", "长" * 40, "长" * 40, "\x00\n", "A", "a"):
        name = sheet_title(text, used)
        assert 0 < len(name) <= 31 and not set(name) & set("[]:*?/\\\n") and not name.startswith("'")
        assert name.casefold() not in {one.casefold() for one in used}
        used.append(name)
