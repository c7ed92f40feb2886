"""Values as the XML of cells, as openpyxl would write them, only faster: texts that come again are made once."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import zip_longest
from math import isfinite
from typing import Any, Final
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, to_excel

from core.excel.texts import LIKE_FORMULA, MOST_CHARACTERS, escaped

GENERAL, MOMENT, DAY, QUOTED, HEAD, TIME, SPAN = range(7)
"""Styles, by their place in `core.excel.parts.STYLES`."""
KEPT: Final = 20_000
"""Texts and days that are remembered: names, states and dates come again in most rows."""
_PARTICULAR = re.compile(r"[\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]|^[=+\-@\s]|\s$")
"""What a text may have in it that must be written otherwise than it stands."""
_TEXT, _DAY = {str, type(None)}, {dt.date, type(None)}
_EPOCH = WINDOWS_EPOCH
_LONG_AGO = _EPOCH + dt.timedelta(days=61)
"""Before this day the count of days has a hole, which openpyxl knows about."""


class _Remembered(dict[Any, str]):
    """Value → what stands in its cell, made when it is first asked for; the first ones are kept."""

    def __init__(self, way: Callable[[Any], str]) -> None:
        self._way = way
        self[None] = ""

    def __missing__(self, value: Any) -> str:
        made = self._way(value)
        if len(self) < KEPT:
            self[value] = made
        return made


class Cells:
    """Turns rows into XML, column by column: what a column holds is asked once for all its cells.

    Each value becomes what stands between `<c r="A1"` and the next cell.
    """

    def __init__(self) -> None:
        self._letters: list[str] = []
        self._texts, self._days = _Remembered(_text), _Remembered(_day)
        self._ways: dict[type[Any], Callable[[Any], str]] = {
            str: self._texts.__getitem__, int: _number, float: _number, Decimal: _number, bool: _flag,
            dt.date: self._days.__getitem__, dt.datetime: _moment, dt.time: _time, dt.timedelta: _span,
            type(None): _nothing,
        }  # fmt: skip

    @staticmethod
    def quoted(text: str) -> str:
        """For an attribute."""
        return escape(text, {'"': "&quot;"})

    def rows(self, first: int, rows: Sequence[Sequence[Any]]) -> str:
        """Rows of the sheet, numbered from `first` on. Raises ValueError for what no cell holds."""
        numbers = [f'{number}"' for number in range(first, first + len(rows))]
        columns = list(zip_longest(*rows))
        if len(columns) > len(self._letters):
            self._letters = [f'<c r="{get_column_letter(at)}' for at in range(1, len(columns) + 1)]
        drawn: list[list[str]] = []
        for letter, column in zip(self._letters, columns, strict=False):
            rest = self._column(column)
            drawn.append([f"{letter}{number}{one}" if one else "" for number, one in zip(numbers, rest, strict=True)])
        whole = map("".join, zip(*drawn, strict=True)) if drawn else [""] * len(rows)
        return "".join([f'<row r="{number}>{cells}</row>' for number, cells in zip(numbers, whole, strict=True)])

    def _column(self, values: Sequence[Any]) -> list[str]:
        kinds = set(map(type, values))
        if kinds <= _TEXT:
            texts = self._texts
            return [texts[value] for value in values]
        if kinds <= _DAY:
            days = self._days
            return [days[value] for value in values]
        ways = self._ways
        return [ways[type(value)](value) if type(value) in ways else self._other(value) for value in values]

    def heading(self, texts: Sequence[str]) -> str:
        cells = (
            f'<c r="{get_column_letter(at)}1" s="{HEAD}" t="inlineStr">{_string(escaped(text))}</c>'
            for at, text in enumerate(texts, 1)
        )
        return f'<row r="1">{"".join(cells)}</row>'

    def _other(self, value: Any) -> str:
        """Of a class of its own: what it inherits from says what it is; a flag is a number too, a moment a day."""
        for kind in (bool, str, int, float, Decimal, dt.datetime, dt.date, dt.time, dt.timedelta):
            if isinstance(value, kind):
                way = self._ways[type(value)] = self._ways[kind]
                return way(value)
        raise ValueError(f"{type(value).__name__} is nothing that a cell holds")


def _text(value: str) -> str:
    if len(value) <= MOST_CHARACTERS and not _PARTICULAR.search(value):
        return f' t="inlineStr"><is><t>{value}</t></is></c>' if value else ""
    text = escaped(value)
    style = f' s="{QUOTED}"' if text.startswith(LIKE_FORMULA) else ""
    return f'{style} t="inlineStr">{_string(text)}</c>' if text else ""


def _day(value: dt.date) -> str:
    return f' s="{DAY}"><v>{_serial(value)}</v></c>'


def _string(text: str) -> str:
    space = ' xml:space="preserve"' if text != text.strip() else ""
    if "&" in text or "<" in text or ">" in text:
        text = escape(text)
    return f"<is><t{space}>{text}</t></is>"


def _number(value: Any) -> str:
    return f"><v>{float(value):.16g}</v></c>" if isfinite(value) else ""


def _flag(value: bool) -> str:
    return f' t="b"><v>{value:d}</v></c>'


def _moment(value: dt.datetime) -> str:
    if value.tzinfo is not None:
        raise TypeError("a workbook knows no zones: give the moment as the clock on the wall shows it")
    if value < _LONG_AGO:
        return f' s="{MOMENT}"><v>{_serial(value)}</v></c>'
    past = value - _EPOCH
    return f' s="{MOMENT}"><v>{past.days + (past.seconds + past.microseconds / 1e6) / 86400:.16g}</v></c>'


def _serial(value: Any) -> str:
    return f"{to_excel(value):.16g}"  # type: ignore[no-untyped-call]


def _time(value: dt.time) -> str:
    return f' s="{TIME}"><v>{_serial(value)}</v></c>'


def _span(value: dt.timedelta) -> str:
    return f' s="{SPAN}"><v>{_serial(value)}</v></c>'


def _nothing(value: None) -> str:
    return ""
