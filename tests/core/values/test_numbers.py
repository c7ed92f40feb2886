"""Whole numbers, decimals, money, areas and shares."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import BadValue, read_area, read_decimal, read_money, read_percent, read_whole
from tests.core.values.refusing import refusal

cents = st.decimals(Decimal("0.01"), Decimal(99_999), places=2)


@given(cents)
def test_an_amount_comes_out_of_every_spelling_to_the_fen(amount: Decimal) -> None:
    for typed in (
        amount, float(amount), f"{amount}", f"¥{amount:,}", f"￥ {amount}", f"{amount:,}元", f"人民币{amount}",
        f"{amount} RMB",
        f"  {amount}\n", f"{amount}元整", "".join(chr(ord(char) + 0xFEE0) for char in str(amount)),
    ):  # fmt: skip
        assert read_money(typed) == amount, typed
    assert read_money(amount).as_tuple().exponent == -2


@given(cents)
def test_an_area_comes_out_of_every_spelling(area: Decimal) -> None:
    for typed in (area, float(area), f"{area}㎡", f"{area} m2", f"{area}m²", f"{area}平方米", f"{area:,}平米"):
        assert read_area(typed) == area, typed


def test_a_computed_cell_is_rounded_as_excel_shows_it_and_typed_text_is_not() -> None:
    assert read_area(89.19999999999999) == Decimal("89.20")
    assert read_area(0.1 + 0.2) == Decimal("0.30")
    assert read_money(2.675) == Decimal("2.68")
    assert "more than two decimal places" in refusal(read_area, "89.205")


@pytest.mark.parametrize(
    ("read", "value", "said"),
    [
        (read_area, 0, "above 0"), (read_area, "-89.2", "above 0"), (read_area, "−89.2", "above 0"),
        (read_area, 100_001, "too large"),
        (read_money, -1, "too small"), (read_money, "1.5万", "in yuan"), (read_money, "3亿", "in yuan"),
        (read_money, "1e400", "cannot be read"), (read_money, 1e30, "too large"),
        (read_money, "12,34", "cannot be read"),
        (read_whole, "3.5", "not a whole number"), (read_decimal, "", "cannot be read"),
        (read_decimal, True, "cannot be read"),
        (read_decimal, float("inf"), "cannot be read"), (read_decimal, "½", "cannot be read"),
        (read_percent, 101, "too large"),
        (read_percent, "-1%", "too small"),
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_refused(read: Any, value: Any, said: str) -> None:
    assert said in refusal(read, value)


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_reads_as_it_is(number: int) -> None:
    assert read_whole(number) == number
    assert read_whole(f"{number:,}") == number


def test_limits_are_told() -> None:
    assert refusal(read_whole, 0, least=1) == "0 is too small: at least 1 is needed."
    assert refusal(read_decimal, 12, most=10) == "12 is too large: at most 10 is possible."


def test_a_share_is_in_per_cent() -> None:
    assert (read_percent("50%"), read_percent(33.333), read_percent(0.5)) == (
        Decimal(50),
        Decimal("33.33"),
        Decimal("0.5"),
    )


@given(
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.from_regex(r"[0-9,.¥元eE+-]{1,24}", fullmatch=True))
)
def test_a_reader_answers_or_refuses_and_nothing_else(value: Any) -> None:
    for read in (read_decimal, read_whole, read_money, read_area, read_percent):
        try:
            assert abs(read(value)) < 10**340
        except BadValue as refused:
            assert str(refused)
