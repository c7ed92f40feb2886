"""Days and moments in the ways registers hold them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import BadValue, read_day, read_moment
from tests.core.values.refusing import refusal

BEIJING = ZoneInfo("Asia/Shanghai")
days = st.dates(date(1955, 1, 1), date(2100, 12, 31))
walls = st.datetimes(datetime(1992, 1, 1), datetime(2100, 12, 31)).map(lambda wall: wall.replace(microsecond=0))
"""Since 1992 Beijing has had no summer time."""


@given(days)
def test_a_day_comes_out_of_every_spelling(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    serial = (day - date(1899, 12, 30)).days
    for typed in (
        day, datetime(y, m, d, 23, 59), serial, float(serial) + 0.5, str(serial), y * 10000 + m * 100 + d,
        f"{day:%Y%m%d}", f"{y}-{m}-{d}", f"{y}/{m:02}/{d:02}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日",
        f"{y} 年 {m} 月 {d} 号",
        f" {day.isoformat()} 10:30", f"{day.isoformat()} 星期三", f"{day.isoformat()}T23:59:59",
    ):  # fmt: skip
        assert read_day(typed) == day, typed


@given(walls)
def test_a_wall_clock_without_a_zone_is_beijing_s(wall: datetime) -> None:
    meant = wall.replace(tzinfo=BEIJING).astimezone(UTC)
    for typed in (
        wall,
        wall.isoformat(" "),
        wall.isoformat(),
        f"{wall:%Y年%m月%d日 %H时%M分%S秒}",
        f"{wall:%Y/%m/%d %H:%M:%S}",
    ):
        found = read_moment(typed)
        assert (found, found.tzinfo) == (meant, UTC), typed


@given(walls, st.integers(-12 * 60, 14 * 60))
def test_a_moment_with_a_zone_keeps_its_instant(wall: datetime, minutes: int) -> None:
    moment = wall.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_moment(moment) == moment
    assert read_moment(moment.isoformat()) == moment


@given(walls)
def test_an_excel_serial_gives_the_second_again(wall: datetime) -> None:
    serial = (wall - datetime(1899, 12, 30)) / timedelta(days=1)
    assert read_moment(serial) == wall.replace(tzinfo=BEIJING).astimezone(UTC)


def test_another_zone_s_wall_clock() -> None:
    assert read_moment("2024-03-05 09:00", zone="Asia/Tokyo") == datetime(2024, 3, 5, tzinfo=UTC)
    assert read_day("2024-03-05T23:00Z") == date(2024, 3, 6)


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("2024-03-05 上午9:05", 9, 5), ("2024-03-05 下午 3:05", 15, 5), ("2024-03-05 下午3点5分", 15, 5),
        ("2024-03-05 晚上11点", 23, 0), ("2024-03-05 中午12:30", 12, 30), ("2024-03-05 中午1点", 13, 0),
        ("2024-03-05 凌晨12:10", 0, 10), ("2024-03-05 12:10 AM", 0, 10), ("2024-03-05 9:05 pm", 21, 5),
        ("2024-03-05 9:05PM", 21, 5),
    ],
)  # fmt: skip
def test_the_half_of_the_day_may_be_said(typed: str, hour: int, minute: int) -> None:
    local = read_moment(typed).astimezone(BEIJING)
    assert (local.hour, local.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2024-02-30", "no such day"), ("2023-02-29", "no such day"), ("2024-00-10", "no such day"),
        ("20240231", "no such day"),
        ("2024-03-05 24:01", "no such time"), ("2024-03-05 10:61", "no such time"),
        ("0024-03-05", "year"), ("2500-01-01", "year"), (date(1850, 1, 1), "year"),
        ("05.03.2024", "cannot be read"), ("March 5", "cannot be read"), ("", "cannot be read"), (7, "cannot be read"),
        (float("nan"), "cannot be read"), (1e9, "cannot be read"), (True, "cannot be read"),
        ("2024-03", "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(typed: Any, said: str) -> None:
    assert said in refusal(read_day, typed)


@given(
    st.one_of(
        st.text(max_size=30), st.floats(), st.integers(), st.from_regex(r"[0-9年月日/. :-]{1,20}", fullmatch=True)
    )
)
def test_a_reader_answers_or_refuses_and_nothing_else(value: Any) -> None:
    for read in (read_day, read_moment):
        try:
            found = read(value)
        except BadValue:
            continue
        assert 1899 <= found.year <= 2200
