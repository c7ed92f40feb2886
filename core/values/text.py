"""Texts as people type and paste them: blanks, line ends, full-width digits, invisible characters.

What cannot be seen never decides: zero-width and direction marks go, blanks around a value go. What can be seen stays:
only full-width letters and digits are folded, Chinese punctuation is left as written.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from core.i18n import lazy, listed
from core.values.refusal import refuse, shown

T = TypeVar("T")

MOST_NAME = 100
MOST_TEXT = 1000

# Zero-width blanks and joiners, soft hyphen, direction marks: pasted along unnoticed, and they make equal texts differ.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x061C,
        0x180E,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
    ]
)
_BLANKS = {0x00A0: " ", 0x2007: " ", 0x202F: " ", 0x3000: " ", 0x0009: " "}
_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_ANY_WIDE = re.compile(f"[{''.join(map(chr, _WIDE))}]")
_LINE_ENDS = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
_SEPARATORS = re.compile(r"[、；;/／\n]")


def plain(value: Any) -> str:
    """`value` of a cell as text: a number that is a float loses its `.0`, a date reads 2024-03-05, None is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return (
            value.isoformat(" ", "seconds")
            if value.time().replace(tzinfo=None) != value.min.time()
            else value.date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def tidy(value: Any) -> str:
    """`value` as text without what cannot be seen; line ends are LF, blanks at the ends of lines and text are gone."""
    text = plain(value)
    if text.isprintable():  # what cannot be seen, odd blanks and line ends are not
        text = text.strip()
        if text.isascii():
            return text
        return unicodedata.normalize("NFC", text.translate(_WIDE) if _ANY_WIDE.search(text) else text)
    text = _LINE_ENDS.sub("\n", text.translate(_INVISIBLE)).translate(_BLANKS)  # nothing unseen parts a CR from its LF
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    return unicodedata.normalize("NFC", text.translate(_WIDE))


def is_blank(value: Any) -> bool:
    """Whether there is nothing to see in a cell."""
    return value is None or (
        isinstance(value, str) and (not value or value.isspace() or (not value.isprintable() and not tidy(value)))
    )


def fold(value: Any) -> str:
    """`value` for comparing: full-width and half-width, letter case and blanks make no difference."""
    return "".join(unicodedata.normalize("NFKC", tidy(value)).split()).casefold()


def read_line(value: Any, *, most: int = MOST_NAME) -> str:
    """A text of one line, at most `most` characters; line ends and runs of blanks within become one blank."""
    return _checked(" ".join(tidy(value).split()), most)


def read_text(value: Any, *, most: int = MOST_TEXT) -> str:
    """A text of any number of lines, at most `most` characters."""
    return _checked(tidy(value), most)


def read_code(value: Any, *, most: int = 60) -> str:
    """A code or number that people quote (`SZ-HH`, `I2611-00042`): no blanks, half-width, as cased."""
    return _checked("".join(unicodedata.normalize("NFKC", tidy(value)).split()), most)


def read_one_of(value: Any, labels: Mapping[str, T]) -> T:
    """The value whose label was typed; letter case, width and blanks do not matter. The refusal lists the labels."""
    wanted = fold(value)
    for label, found in labels.items():
        if fold(label) == wanted:
            return found
    allowed = listed(labels)
    raise refuse(
        lazy("“%(value)s” is not known here. Choose one of: %(allowed)s.", value=shown(tidy(value)), allowed=allowed)
    )


_YES = {
    label: answer
    for answer, labels in ((True, "是 有 对 √ ✓ ✔ y yes true 1"), (False, "否 无 没有 不 × ✗ n no false 0"))
    for label in labels.split()
}


def read_yes_no(value: Any) -> bool:
    """是/否 in the ways people write it."""
    answer = _YES.get(fold(value))
    if answer is None:
        raise refuse(lazy("“%(value)s” is neither yes nor no. Write 是 or 否.", value=shown(tidy(value))))
    return answer


def split(value: Any) -> list[str]:
    """The parts of a cell that holds several, separated by 、 ； ; / or a line end; empty parts are dropped."""
    return [part for part in map(tidy, _SEPARATORS.split(_LINE_ENDS.sub("\n", plain(value)))) if part]


def read_several(value: Any, read: Callable[[str], T]) -> list[T]:
    """Each part of a cell that holds several, read by `read`, in the order written."""
    parts = split(value)
    if not parts:
        raise refuse(lazy("Nothing is filled in here."))
    return [read(part) for part in parts]


def read_names(value: Any) -> list[str]:
    """Names of one or several people: joint owners are separated by 、 ； ; or /."""
    return read_several(value, read_line)


def _checked(text: str, most: int) -> str:
    if not text:
        raise refuse(lazy("Nothing is filled in here."))
    if len(text) > most:
        raise refuse(
            lazy("The text has %(count)s characters; at most %(most)s fit. Shorten it.", count=len(text), most=most)
        )
    if not text.isprintable() and any(map(_is_forbidden, text)):
        raise refuse(lazy("The text holds a control character that cannot be kept. Type the text anew."))
    return text


def _is_forbidden(char: str) -> bool:
    return char != "\n" and (unicodedata.category(char) in ("Cc", "Cs") or ord(char) & 0xFFFE == 0xFFFE)
