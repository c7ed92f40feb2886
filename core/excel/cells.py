"""Values as the XML of cells, as openpyxl would write them, only faster: texts that come again are made once."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any, Final
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, to_excel

from core.excel.texts import LIKE_FORMULA, escaped

GENERAL, MOMENT, DAY, QUOTED, HEAD, TIME, SPAN = range(7)
"""Styles, by their place in `core.excel.parts.STYLES`."""
KEPT: Final = 20_000
"""Texts and days that are remembered: names, states and dates come again in most rows."""
_EPOCH = WINDOWS_EPOCH
_LONG_AGO = _EPOCH + dt.timedelta(days=61)
"""Before this day the count of days has a hole, which openpyxl knows about."""


class Cells:
    """Turns rows into XML. Each value becomes what stands between `<c r="A1"` and the next cell."""

    def __init__(self) -> None:
        self._letters: list[str] = []
        self._said: dict[Any, str] = {}
        self._ways: dict[type[Any], Callable[[Any], str]] = {
            str: self._text, int: _number, float: _number, Decimal: _number, bool: _flag, dt.date: self._day,
            dt.datetime: _moment, dt.time: _time, dt.timedelta: _span, type(None): _nothing,
        }  # fmt: skip

    @staticmethod
    def quoted(text: str) -> str:
        """For an attribute."""
        return escape(text, {'"': "&quot;"})

    def row(self, number: int, values: Sequence[Any]) -> str:
        """A row of the sheet. Raises ValueError for what no cell holds."""
        letters, said, ways = self._letters, self._said, self._ways
        if len(values) > len(letters):
            letters += [f'<c r="{get_column_letter(at)}' for at in range(len(letters) + 1, len(values) + 1)]
        found = []
        for letter, value in zip(letters, values, strict=False):
            kind = type(value)
            if kind is str:
                rest = said.get(value)
                if rest is None:
                    rest = self._text(value)
            else:
                rest = ways[kind](value) if kind in ways else self._other(value)
            if rest:
                found.append(f'{letter}{number}"{rest}')
        return f'<row r="{number}">{"".join(found)}</row>'

    def heading(self, texts: Sequence[str]) -> str:
        cells = (
            f'<c r="{get_column_letter(at)}1" s="{HEAD}" t="inlineStr">{_string(escaped(text))}</c>'
            for at, text in enumerate(texts, 1)
        )
        return f'<row r="1">{"".join(cells)}</row>'

    def _text(self, value: str) -> str:
        text = escaped(value)
        style = f' s="{QUOTED}"' if text.startswith(LIKE_FORMULA) else ""
        rest = f'{style} t="inlineStr">{_string(text)}</c>' if text else ""
        return self._keep(value, rest)

    def _day(self, value: dt.date) -> str:
        known = self._said.get(value)
        if known is None:
            known = self._keep(value, f' s="{DAY}"><v>{_serial(value)}</v></c>')
        return known

    def _keep(self, value: Any, rest: str) -> str:
        if len(self._said) < KEPT:
            self._said[value] = rest
        return rest

    def _other(self, value: Any) -> str:
        """Of a class of its own: what it inherits from says what it is; a flag is a number too, a moment a day."""
        for kind in (bool, str, int, float, Decimal, dt.datetime, dt.date, dt.time, dt.timedelta):
            if isinstance(value, kind):
                way = self._ways[type(value)] = self._ways[kind]
                return way(value)
        raise ValueError(f"{type(value).__name__} is nothing that a cell holds")


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
