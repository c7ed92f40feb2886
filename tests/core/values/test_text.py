"""Texts as people type and paste them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.values import (
    BadValue,
    fold,
    is_blank,
    plain,
    read_code,
    read_line,
    read_names,
    read_one_of,
    read_several,
    read_text,
    read_yes_no,
    shown,
    split,
    tidy,
)
from tests.core.values.refusing import refusal

WIDE = str.maketrans({code: code + 0xFEE0 for code in (*range(48, 58), *range(65, 91), *range(97, 123))})
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\ufeff"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (3.0, "3"), (3.5, "3.5"), (19900876363.0, "19900876363"), (True, "TRUE"), (Decimal("1E+3"), "1000"),
        (datetime(2024, 3, 5), "2024-03-05"), (datetime(2024, 3, 5, 9, 2, 25), "2024-03-05 09:02:25"),
        (date(2024, 3, 5), "2024-03-05"), (1e15, "1000000000000000.0"), (-2.0, "-2"), ("  x ", "  x "),
    ],
)  # fmt: skip
def test_a_cell_reads_as_the_text_it_shows(value: Any, text: str) -> None:
    assert plain(value) == text


@given(texts)
def test_tidy_text_stays_as_it_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(texts, st.sampled_from(INVISIBLE), st.integers(0, 60))
@example("0\r\n0", INVISIBLE[0], 2)
def test_what_cannot_be_seen_never_decides(text: str, mark: str, at: int) -> None:
    assert tidy(text[:at] + mark + text[at:]) == tidy(text)


@given(texts, st.text(" \t\r\n\u00a0\u3000\u2007", max_size=6), st.text(" \t\r\n\u00a0\u3000", max_size=6))
def test_blanks_and_line_ends_around_a_text_go(text: str, before: str, after: str) -> None:
    assert tidy(f"{before}{text}{after}") == tidy(text)


@given(st.text("0123456789abcXYZ-栋室", min_size=1, max_size=20))
def test_full_width_letters_and_digits_are_the_half_width_ones(text: str) -> None:
    assert tidy(text.translate(WIDE)) == text.strip()
    assert fold(text.translate(WIDE)) == fold(text)


def test_chinese_punctuation_stays_as_written() -> None:
    assert tidy("（演示）；、。") == "（演示）；、。"
    assert fold("（演示）") == fold("(演示)")


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000\n", "\u200b", "\ufeff \u00a0"])
def test_a_cell_with_nothing_to_see_is_blank(value: Any) -> None:
    assert is_blank(value)
    assert refusal(read_line, value) == "Nothing is filled in here."


@pytest.mark.parametrize("value", [0, 0.0, False, "0", "-", "."])
def test_a_cell_with_something_to_see_is_not(value: Any) -> None:
    assert not is_blank(value)


def test_a_line_is_one_line_and_a_text_keeps_its_lines() -> None:
    assert read_line(" 三房\r\n两厅  朝南 ") == "三房 两厅 朝南"
    assert read_text(" 第一行 \r\n第二行\r\n\n第四行 ") == "第一行\n第二行\n\n第四行"


@given(st.integers(1, 1200))
def test_a_text_fits_or_is_refused_with_both_numbers(length: int) -> None:
    if length <= 1000:
        assert len(read_text("长" * length)) == length
    else:
        assert f"has {length} characters; at most 1000 fit" in refusal(read_text, "长" * length)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\ufffe", "\ud800"])
def test_a_character_that_cannot_be_kept_is_refused(char: str) -> None:
    assert "control character" in refusal(read_line, f"主卧{char}空鼓")


@given(texts)
def test_a_reader_answers_or_refuses_and_nothing_else(value: str) -> None:
    for read in (read_line, read_text, read_code, read_names, read_yes_no):
        try:
            read(value)
        except BadValue as refused:
            assert str(refused)


def test_a_code_has_no_blanks_and_is_half_width() -> None:
    assert read_code(" ＳＺ － ＨＨ\n") == "SZ-HH"


@given(st.lists(st.text("赵钱孙李 ", min_size=1, max_size=4), min_size=1, max_size=5), st.sampled_from("、；;/／\n"))
def test_parts_of_a_cell_come_apart_and_empty_ones_go(parts: list[str], between: str) -> None:
    assert split(between.join(parts)) == [part.strip() for part in parts if part.strip()]


def test_each_part_is_read() -> None:
    assert read_several("1/2", int) == [1, 2]
    assert refusal(lambda value: read_several(value, int), "、；") == "Nothing is filled in here."


def test_one_of_several_labels_is_found_and_others_are_told() -> None:
    labels = {"正常关闭": 1, "Forced": 2}
    assert read_one_of(" 正常 关闭", labels) == 1
    assert read_one_of("ｆｏｒｃｅｄ", labels) == 2
    told = refusal(lambda value: read_one_of(value, labels), "关了")
    assert told == "“关了” is not known here. Choose one of: 正常关闭, Forced."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("是", True), ("√", True), (True, True), (1, True), ("Ｙ", True), ("否", False), (0, False), ("No", False),
        ("×", False),
    ],
)  # fmt: skip
def test_yes_and_no_in_the_ways_people_write_them(typed: Any, meant: bool) -> None:
    assert read_yes_no(typed) is meant
    assert "neither yes nor no" in refusal(read_yes_no, "也许")


@given(st.text(max_size=200))
def test_what_is_quoted_in_a_sentence_is_short_and_on_one_line(text: str) -> None:
    assert len(shown(text)) <= 31
    assert "\n" not in shown(text)
