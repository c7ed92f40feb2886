"""ID numbers, mobiles, telephones."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import COMPANY, OTHER, RESIDENT, BadValue, read_id_document, read_id_number, read_mobile, read_phone
from tests.core.values.refusing import refusal

BODIES = st.builds(
    lambda area, born, serial: f"{area:06}{born:%Y%m%d}{serial:03}",
    st.integers(0, 999_999),
    st.dates(date(1900, 1, 1), date(2026, 11, 25)),
    st.integers(0, 999),
)
WEIGHTS = [2 ** (17 - at) % 11 for at in range(17)]
"""GB 11643: the check digit makes the sum over all places, each times a power of two, 1 modulo 11."""


def checked(body: str) -> str:
    rest = (12 - sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11) % 11
    return body + ("X" if rest == 10 else str(rest))


@given(BODIES)
def test_a_number_with_its_right_check_digit_is_taken_whatever_the_area(body: str) -> None:
    number = checked(body)
    assert read_id_number(number) == number
    assert read_id_number(f" {number.lower()}\n") == number
    assert read_id_number("".join(chr(ord(char) + 0xFEE0) for char in number)) == number
    assert read_id_document(number) == (RESIDENT, number)


@given(BODIES, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, at: int, by: int) -> None:
    number = checked(body)
    digits = "0123456789"
    old = number[at]
    other = digits[(digits.index(old) + by) % 10] if old != "X" else digits[by]
    assert refusal(read_id_number, number[:at] + other + number[at + 1 :])


@given(BODIES, st.integers(0, 15))
def test_two_digits_that_changed_places_are_noticed(body: str, at: int) -> None:
    number = checked(body)
    swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if swapped != number:
        assert refusal(read_id_number, swapped)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("99010119610409914", "it has 17"), ("9901011961040991470", "it has 19"), ("", "it has 0"),
        ("99010119610409914Y", "only digits, and X"), ("990101991340123", "no real date of birth"),
        ("990101199002301231", "no real date of birth"), ("990101184901011231", "no real date of birth"),
        (990101196104099147, "Excel has cut"), (9.90101196104099e17, "Excel has cut"), ("9.90101E+17", "Excel has cut"),
    ],
)  # fmt: skip
def test_what_is_no_id_number_is_told_why(typed: Any, said: str) -> None:
    assert said in refusal(read_id_number, typed)


def test_the_old_kind_of_fifteen_digits_is_taken() -> None:
    assert read_id_number("990101610409914") == "990101610409914"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("91350100M000100Y43", COMPANY), ("E12345678", OTHER), ("h12345678", OTHER), ("M1234567(8)", OTHER),
        ("08012345", "refused"), ("护照", "refused"), ("ABCDEFG", "refused"), ("91350100M000100Y44", "refused"),
    ],
)  # fmt: skip
def test_other_papers_are_told_apart(typed: str, kind: str) -> None:
    if kind == "refused":
        assert refusal(read_id_document, typed)
    else:
        assert read_id_document(typed)[0] == kind


@given(st.integers(10_000_000_000, 19_999_999_999))
def test_a_mobile_comes_out_of_every_spelling(number: int) -> None:
    text = str(number)
    for typed in (
        number, float(number), text, f"{number}.0", f"{number:.10E}", f"+86{text}", f"0086 {text}", f"86{text}",
        f"{text[:3]}-{text[3:7]}-{text[7:]}", f"{text[:3]} {text[3:7]} {text[7:]}", f" {text}\n",
        "".join(chr(ord(char) + 0xFEE0) for char in text),
    ):  # fmt: skip
        assert read_mobile(typed) == text, typed


@pytest.mark.parametrize(
    "typed", ["1990087636", "199008763633", "29900876363", "1.99E10", "mobile", "+86", "1990087636a", ""]
)
def test_what_is_no_mobile_is_refused(typed: str) -> None:
    assert refusal(read_mobile, typed)


def test_a_mobile_from_abroad_keeps_its_country() -> None:
    assert read_mobile("+852 9123 4567") == "+85291234567"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0755-26881234", "0755-26881234"), (26881234.0, "26881234"), ("0755-26881234转802", "0755-26881234转802"),
        ("(0755) 2688 1234", "(0755) 2688 1234"), ("０７５５－２６８８１２３４", "0755-26881234"),
        ("0755-26881234、19900000001", "0755-26881234、19900000001"),
    ],
)  # fmt: skip
def test_a_telephone_number_of_any_kind(typed: Any, meant: str) -> None:
    assert read_phone(typed) == meant


@pytest.mark.parametrize("typed", ["1234", "没有", "-", "call me", "0" * 41, "1.2E11"])
def test_what_is_no_telephone_number_is_refused(typed: str) -> None:
    assert refusal(read_phone, typed)


@given(
    st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.from_regex(r"[0-9xX+() .E-]{1,24}", fullmatch=True))
)
def test_a_reader_answers_or_refuses_and_nothing_else(value: Any) -> None:
    for read in (read_mobile, read_phone, read_id_number, read_id_document):
        try:
            assert read(value)
        except BadValue as refused:
            assert str(refused)
