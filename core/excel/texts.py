"""What a workbook does to texts, and how a text stays the text it is."""

import re
from collections.abc import Sequence

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold: a workbook with one of these counts as broken."""
_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff])_")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
LIKE_FORMULA = ("=", "+", "-", "@")
"""How a text begins that a person's next keystroke in the cell would make a formula of."""
MOST_CHARACTERS = 32_767
"""Of a cell."""


def cleaned(text: str) -> str:
    """`text` without the characters that no workbook can hold."""
    return _FORBIDDEN.sub("", text)


def escaped(text: str) -> str:
    """`text` as a cell holds it: cleaned, cut where a cell ends, `_x000D_` written so that it is read as typed."""
    return _LIKE_ESCAPED.sub("_x005F_", cleaned(text))[:MOST_CHARACTERS]


def decoded(text: str) -> str:
    """Excel writes what XML cannot hold as `_x000D_`: the line ends that people paste; and `_x005F_` for the mark."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x00" in text else text


def sheet_title(text: str, used: Sequence[str]) -> str:
    """A name Excel allows: no []:*?/\\, at most 31 characters, unlike the others."""
    plain = "".join(" " if char in "[]:*?/\\\t\r\n" else char for char in cleaned(text)).strip("' ") or "Sheet"
    name, at = plain[:31].rstrip("' "), 2
    while name.casefold() in {one.casefold() for one in used}:
        name = f"{plain[:27]} {at}"
        at += 1
    return name
