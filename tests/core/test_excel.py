"""Workbooks as they leave: text stays text, and what is written is read back."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from core.excel import read_sheets, sheet_title, write_table

FORMULAS = ["=1+1", "+86 19900000001", "-主卧", "@SUM(A1)", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_leaves_and_comes_back_as_text(text: str) -> None:
    content = write_table("问题", ["问题描述"], [[text]])
    cell = load_workbook(BytesIO(content)).worksheets[0]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert read_sheets(content)[0].rows[1][1][0] == text


@pytest.mark.parametrize("mark", ["\x00", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_left_out_and_the_rest_stays(mark: str) -> None:
    content = write_table("问题", ["问题描述"], [[f"墙面{mark}空鼓"]])
    assert read_sheets(content)[0].rows[1][1][0] == "墙面空鼓"


ANY_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"),
    min_size=1, max_size=40,
)  # fmt: skip


@given(st.lists(ANY_TEXT, max_size=8))
def test_what_is_written_is_read_back(texts: list[str]) -> None:
    (sheet,) = read_sheets(write_table("问题", ["甲"], [[text] for text in texts]))
    assert [cells[0] for _, cells in sheet.rows] == ["甲", *(text for text in texts if text.strip())]


@given(st.lists(st.text(max_size=50), max_size=12))
def test_names_of_sheets_are_allowed_and_told_apart(names: list[str]) -> None:
    used: list[str] = []
    for name in names:
        used.append(sheet_title(name, used))
    for title in used:
        assert 0 < len(title) <= 31
        assert not set(title) & set("[]:*?/\\")
        assert not title.startswith("'")
    assert len({title.casefold() for title in used}) == len(used)
