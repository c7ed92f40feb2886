"""How places are named, found and ordered."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.estate.rules import (
    Floor,
    PlaceName,
    floor_of,
    normal_building,
    normal_number,
    normal_unit,
    parse_floor,
    parse_place,
    place_label,
    walk_key,
)

names = st.from_regex(r"[1-9][0-9]?|[A-H]|[A-H][1-9]", fullmatch=True)
numbers = st.from_regex(r"[1-9][0-9]{2,3}|[1-9]A0[1-9]|S[0-9]{2}", fullmatch=True)


def wide(text: str) -> str:
    """The same in full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@pytest.mark.parametrize(
    "typed", ["3", "03", "3栋", "第3栋", "3幢", "3号楼", "3#", "3#楼", "3 楼", "３栋", " 3栋\n", 3, 3.0, "3.0"]
)
def test_a_building_has_one_name(typed: Any) -> None:
    assert normal_building(typed) == "3"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("1单元", "1"), ("1座", "1"), ("01", "1"), ("１单元", "1"), ("A座", "A"), ("a", "A"), ("无", ""), ("-", ""),
        ("/", ""), ("单元", "单元"),
    ],
)  # fmt: skip
def test_a_unit_has_one_name_and_none_is_none(typed: str, name: str) -> None:
    assert normal_unit(typed) == name


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("502室", "502"), ("502房", "502"), ("0502", "0502"), (502.0, "502"), ("５０２", "502"), ("b-12", "B-12"),
        ("3A01户", "3A01"),
    ],
)  # fmt: skip
def test_a_number_keeps_its_leading_zeros(typed: Any, number: str) -> None:
    assert normal_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "3-1-502", "3栋1单元502", "３－１－５０２", "3栋1单元502室", "3幢1座502", "3号楼1单元502房", "3#1-502",
        "3#楼1单元502", "3/1/502",
        "3 1 502", "3 - 1 - 502", "3栋-1单元-502", "第3栋第1单元502", "03-01-502", "3—1—502", "3_1_502",
        " 3栋 1单元 502 ",
        "３栋１单元５０２",
    ],
)  # fmt: skip
def test_a_home_is_found_however_it_is_written(typed: str) -> None:
    assert parse_place(typed) == PlaceName("3", "1", "502")


@pytest.mark.parametrize("typed", ["3-502", "3栋502", "３－５０２", "3号楼502室", "3幢-502", "3 502", "3座502"])
def test_a_home_without_its_unit(typed: str) -> None:
    assert parse_place(typed) == PlaceName("3", None, "502")


@pytest.mark.parametrize("typed", ["", " ", "502", "-", "--", "3-", "-502", "1-2-3-4", "地下车库B区", "会所"])
def test_what_names_no_home_is_none(typed: str) -> None:
    assert parse_place(typed) is None


@given(names, names, numbers)
def test_what_a_label_says_is_read_back(building: str, unit: str, number: str) -> None:
    label = place_label(building, unit, number)
    assert parse_place(label) == PlaceName(building, unit, number)
    assert parse_place(wide(label)) == parse_place(label)
    assert parse_place(f"{building}栋{unit}单元{number}室") == parse_place(label)
    assert parse_place(place_label(building, "", number)) == PlaceName(building, None, number)


@given(st.text(max_size=40))
def test_any_text_is_answered(text: str) -> None:
    found = parse_place(text)
    assert found is None or (found.building and found.number)
    for name in (normal_building, normal_unit, normal_number):
        assert name(name(text)) == name(text)
    assert parse_floor(text) is None or isinstance(parse_floor(text), Floor)


@given(
    st.lists(st.tuples(st.integers(1, 120), st.integers(1, 12), st.integers(-9, 99), st.integers(1, 20)), min_size=2)
)
def test_walking_order_is_building_unit_floor_number_as_numbers(homes: list[tuple[int, int, int, int]]) -> None:
    def key(home: tuple[int, int, int, int]) -> str:
        building, unit, floor, door = home
        return walk_key(str(building), str(unit), floor, f"{floor}{door:02}" if floor > 0 else f"B{-floor}{door:02}")

    above = [home for home in homes if home[2] > 0]
    assert sorted(above, key=key) == sorted(above)
    assert [home[:3] for home in sorted(homes, key=key)] == [home[:3] for home in sorted(homes)]
    assert all(len(key(home)) <= 120 for home in homes)


def test_the_ground_floor_comes_between_basement_and_first() -> None:
    order = [
        walk_key("1", "1", floor, number) for floor, number in ((-2, "B201"), (-1, "B101"), (1, "101"), (10, "1001"))
    ]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("typed", "floor"),
    [
        (5, Floor(5)), ("5", Floor(5)), ("5层", Floor(5)), ("5F", Floor(5)), ("第5层", Floor(5)), ("5楼", Floor(5)),
        (5.0, Floor(5)),
        ("五层", Floor(5)), ("十层", Floor(10)), ("十二层", Floor(12)), ("二十一层", Floor(21)), (-1, Floor(-1)),
        ("-1", Floor(-1)),
        ("B1", Floor(-1)), ("b2层", Floor(-2)), ("负一层", Floor(-1)), ("地下2层", Floor(-2)), ("3A", Floor(4, "3A")),
        ("13A", Floor(14, "13A")), ("3B", Floor(5, "3B")), ("５层", Floor(5)), (200, Floor(200)), (-9, Floor(-9)),
    ],
)  # fmt: skip
def test_a_floor_in_every_spelling(typed: Any, floor: Floor) -> None:
    assert parse_floor(typed) == floor


@pytest.mark.parametrize("typed", [0, "0", "", "屋顶", 201, -10, 999, "五千层", "1.5", "A", "层"])
def test_what_is_no_floor_is_none(typed: Any) -> None:
    assert parse_floor(typed) is None


@given(st.integers(1, 99), st.integers(0, 99))
def test_a_number_tells_its_floor(floor: int, door: int) -> None:
    assert floor_of(f"{floor}{door:02}") == floor


@given(st.text("0123456789AB-", max_size=8))
def test_a_number_that_tells_no_floor_is_none(number: str) -> None:
    assert (floor_of(number) is None) == (re.fullmatch(r"[0-9]{3,4}", number) is None)
