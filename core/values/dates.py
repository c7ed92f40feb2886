"""Days and moments in the ways registers hold them: Excel dates, serial numbers, and text in several orders.

A time without a zone is the wall clock of `zone` (Beijing time unless the region has another).
"""

import math
import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from core import clock
from core.i18n import lazy
from core.values.refusal import refuse, shown
from core.values.text import tidy

FIRST_YEAR, LAST_YEAR = 1900, 2199
# A bare number is an Excel serial only where it means a day from 1954 to 2119; others were rather typed by mistake.
_SERIALS = range(20_000, 80_400)
_EXCEL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock, the zone is put on later

_DAY = r"(?P<year>\d{4})(?:\s*年\s*|\s*[-/.]\s*)(?P<month>\d{1,2})(?:\s*月\s*|\s*[-/.]\s*)(?P<day>\d{1,2})\s*[日号]?"
_PACKED = r"(?P<packed>\d{8})"
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_NOON = r"(?P<noon>上午|下午|中午|晚上|早上|凌晨|am|pm)?"
_SECOND = r"(?:\s*[:分]\s*(?:(?P<second>\d{1,2})(?P<fraction>\.\d{1,9})?\s*秒?)?)?"
_CLOCK = rf"(?P<hour>\d{{1,2}})\s*[:时点]\s*(?P<minute>\d{{1,2}})?{_SECOND}"
_ZONE = r"(?:\s*(?P<zone>z|utc|gmt|[+-]\d{2}:?\d{2}))?"
_MOMENT = re.compile(
    rf"(?:{_DAY}|{_PACKED}){_WEEKDAY}(?:[\st]*{_NOON}\s*{_CLOCK}\s*(?P<after>am|pm)?{_ZONE})?", re.IGNORECASE | re.ASCII
)


def read_day(value: Any, *, zone: str = clock.DEFAULT_ZONE) -> date:
    """The calendar day meant; a time of day beside it is left out. A moment with a zone gives the day in `zone`."""
    wall = _wall(value)
    return (clock.local(wall, zone) if wall.tzinfo else wall).date()


def read_moment(value: Any, *, zone: str = clock.DEFAULT_ZONE) -> datetime:
    """The moment meant, aware and in UTC, to the second; a day alone is its first minute in `zone`."""
    wall = _wall(value)
    rounded = wall + timedelta(microseconds=500_000)
    return clock.from_local(rounded.replace(microsecond=0), zone)


def _wall(value: Any) -> datetime:
    if isinstance(value, datetime):
        return _sane(value, value)
    if isinstance(value, date):
        return _sane(datetime.combine(value, time()), value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _from_number(value)
    text = unicodedata.normalize("NFKC", tidy(value))
    found = _MOMENT.fullmatch(text)
    if found:
        return _sane(_from_match(found, text), text)
    if re.fullmatch(r"(?a)\d{5}(?:\.\d{1,12})?", text):
        return _from_number(float(text))
    raise _unreadable(text)


def _from_number(number: float) -> datetime:
    if not math.isfinite(number):
        raise _unreadable(number)
    if number == int(number) and 19_000_101 <= number <= 21_991_231:
        return _wall(str(int(number)))
    if int(number) in _SERIALS:
        return _EXCEL_ZERO + timedelta(milliseconds=round(number * 86_400_000))
    raise _unreadable(number)


def _from_match(found: re.Match[str], text: str) -> datetime:
    part = found.groupdict()
    packed = part["packed"]
    digits = (packed[:4], packed[4:6], packed[6:]) if packed else (part["year"], part["month"], part["day"])
    year, month, day = map(int, digits)
    try:
        found_day = date(year, month, day)
    except ValueError:
        raise refuse(lazy("There is no such day as “%(value)s”.", value=shown(text))) from None
    if part["hour"] is None:
        return datetime.combine(found_day, time())
    hour = _hour(int(part["hour"]), (part["noon"] or part["after"] or "").lower())
    minute, second = int(part["minute"] or 0), int(part["second"] or 0)
    micro = round(float(part["fraction"] or 0) * 1_000_000)
    try:
        wall = datetime.combine(found_day, time(hour, minute, second)) + timedelta(microseconds=micro)
    except ValueError:
        raise refuse(lazy("There is no such time of day as in “%(value)s”.", value=shown(text))) from None
    return wall.replace(tzinfo=_zone(part["zone"])) if part["zone"] else wall


def _hour(hour: int, noon: str) -> int:
    if noon in ("下午", "晚上", "pm", "中午") and 1 <= hour < 12 and not (noon == "中午" and hour >= 11):
        return hour + 12
    if noon in ("凌晨", "am", "上午") and hour == 12:
        return 0
    return hour


def _zone(text: str) -> Any:
    if text[0] not in "+-":
        return UTC
    return datetime.strptime(text.replace(":", ""), "%z").tzinfo


def _sane(wall: datetime, typed: Any) -> datetime:
    if FIRST_YEAR <= wall.year <= LAST_YEAR:
        return wall
    raise refuse(
        lazy(
            "The year of “%(value)s” cannot be meant. Write it with four digits, such as 2024-03-05.",
            value=shown(typed),
        )
    )


def _unreadable(typed: Any) -> Exception:
    return refuse(
        lazy(
            "“%(value)s” cannot be read as a date. Write year, month and day, such as 2024-03-05.",
            value=shown(tidy(typed)),
        )
    )
