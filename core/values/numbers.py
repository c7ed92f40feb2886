"""Whole numbers, decimals, money and areas. Numbers never pass through binary arithmetic: `Decimal(str(x))`."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.i18n import lazy
from core.values.refusal import refuse, shown
from core.values.text import tidy

CENT = Decimal("0.01")
MOST_MONEY = Decimal("999999999999.99")
"""Yuan; far above any contract, far below what a bigint of fen can hold."""
MOST_AREA = Decimal(100_000)
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
_NUMBER = re.compile(r"(?a)[+-]?(\d{1,20}|\d{1,3}(,\d{3}){1,6})(\.\d{1,20})?")
_MONEY_WORDS = re.compile(r"^(?:人民币|rmb|cny|¥|￥)|(?:元整?|rmb|cny)$", re.IGNORECASE)
_AREA_WORDS = re.compile(r"(?:平方米|平米|平方|㎡|m2|m²)$", re.IGNORECASE)


def read_decimal(value: Any, *, least: Decimal | int | None = None, most: Decimal | int | None = None) -> Decimal:
    """A number of any precision, between `least` and `most` where given."""
    return _within(_number(value), least, most)


def read_whole(value: Any, *, least: int | None = None, most: int | None = None) -> int:
    """A whole number; `3.0` is 3, `3.5` is refused."""
    number = _number(value)
    if number != number.to_integral_value():
        raise refuse(lazy("“%(value)s” is not a whole number.", value=shown(tidy(value))))
    return int(_within(number, least, most))


def read_money(value: Any, *, least: Decimal | int | None = 0, most: Decimal | int | None = MOST_MONEY) -> Decimal:
    """An amount in yuan, to the fen. `1,280.00`, `¥1280` and `1280元` are the same; 万元 is refused, not guessed."""
    text = unicodedata.normalize("NFKC", tidy(value)) if isinstance(value, str) else ""
    if re.search(r"[万億亿]", text):
        raise refuse(lazy("Write “%(value)s” in yuan and in figures, such as 1,280,000.00.", value=shown(text)))
    return _within(_cents(value, _MONEY_WORDS), least, most)


def read_area(value: Any, *, most: Decimal | int = MOST_AREA) -> Decimal:
    """An area in m², to two places, above 0 and at most `most`."""
    number = _cents(value, _AREA_WORDS)
    if number <= 0:
        raise refuse(lazy("An area of %(value)s m² cannot be: it must be above 0.", value=number))
    if number > most:
        raise refuse(lazy("%(value)s m² is too large. Is the decimal point missing?", value=f"{number:,}"))
    return number


def read_percent(value: Any) -> Decimal:
    """A share in per cent, 0 to 100, to two places; a cell Excel shows as 50% holds 0.5 and reads so."""
    return _within(_cents(value, re.compile(r"%$")), 0, 100)


def _cents(value: Any, words: re.Pattern[str]) -> Decimal:
    """To two places. Computed cells carry more and are rounded as Excel shows them; typed text with more is refused."""
    if isinstance(value, str):
        text = tidy(value)
        number = _number(words.sub("", words.sub("", text).strip()), text)
        if number != number.quantize(CENT, ROUND_HALF_UP):
            raise refuse(lazy("“%(value)s” has more than two decimal places.", value=shown(text)))
    else:
        number = _number(value)
    if abs(number) > Decimal(10) ** 20:
        raise refuse(lazy("%(value)s is too large to be meant.", value=shown(value)))
    return number.quantize(CENT, ROUND_HALF_UP)


def _number(value: Any, quoted: str | None = None) -> Decimal:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = value if isinstance(value, Decimal) else Decimal(str(value))
        if number.is_finite():
            return number
    elif isinstance(value, str):
        text = unicodedata.normalize("NFKC", tidy(value)).translate(_MINUS)
        if _NUMBER.fullmatch(text):
            return Decimal(text.replace(",", ""))
    typed = shown(quoted or tidy(value))
    raise refuse(lazy("“%(value)s” cannot be read as a number. Write it in figures, such as 89.20.", value=typed))


def _within(number: Decimal, least: Decimal | int | None, most: Decimal | int | None) -> Decimal:
    if least is not None and number < least:
        raise refuse(
            lazy("%(value)s is too small: at least %(least)s is needed.", value=f"{number:f}", least=f"{least:,}")
        )
    if most is not None and number > most:
        raise refuse(
            lazy(
                "%(value)s is too large: at most %(most)s is possible.",
                value=shown(f"{number:f}"),
                most=f"{most:,}",
            )
        )
    return number
