"""How places are named and ordered, as pure functions."""

import re
import unicodedata
from typing import NamedTuple

from core.values.text import tidy

_BUILDING_WORD = re.compile(r"(?:号?楼|栋|幢|座|#)+$")
_UNIT_WORD = re.compile(r"(?:单元|座|门)+$")
_NUMBER_WORD = re.compile(r"(?:室|房|号|户)+$")
_NO_UNIT = frozenset({"无", "-", "/", "—", "无单元"})
_PLACE = re.compile(
    r"(?P<building>[^-]+?)(?:(?:号楼|楼栋|栋|幢|座|#楼?)-?|-)"
    r"(?:(?P<unit>[^-]+?)(?:(?:单元|座|门)-?|-))?"
    r"(?P<number>[^-]+?)"
)
_DASHES = re.compile(r"[‐‑‒–—―−－~～_/／]")
_DIGITS = re.compile(r"\d+")
_BASEMENT = re.compile(r"(?:B|地下|负|-)(\d{1,2})")
_LIFT_FLOOR = re.compile(r"(\d{1,3})([A-C])")
_TENS = re.compile(r"([2-9]?)十([1-9]?)")
_CHINESE_DIGITS = str.maketrans("一二三四五六七八九", "123456789")

LOWEST_FLOOR, HIGHEST_FLOOR = -9, 200


class PlaceName(NamedTuple):
    """The parts people type for a home; `unit` is None where they left it out."""

    building: str
    unit: str | None
    number: str


class Floor(NamedTuple):
    """A storey counted from the ground (signed), and what the lift calls it where that differs."""

    level: int
    label: str | None = None


def _plain(text: object) -> str:
    """Without blanks, half-width, capitals. Excel turns 502 into 502.0; leading zeros are kept."""
    found = "".join(unicodedata.normalize("NFKC", tidy(text)).split()).upper()
    return _whole(unicodedata.normalize("NFKC", found))


def _whole(text: str) -> str:
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def _bare(text: object, word: re.Pattern[str]) -> str:
    """`text` less the word at its end; what consists of nothing else keeps it."""
    plain = _plain(text)
    return _whole(word.sub("", plain) or plain)


def _without_zeros(text: str) -> str:
    return str(int(text)) if text.isascii() and text.isdigit() else text


def _counted(text: object, word: re.Pattern[str]) -> str:
    """The name of something that is counted: no zeros before it, no 第."""
    bare = _bare(text, word)
    return _without_zeros(bare.lstrip("第") or bare)


def normal_building(text: object) -> str:
    """`3栋`, `第3幢`, `3号楼`, `03` and `3` are one building."""
    return _counted(text, _BUILDING_WORD)


def normal_unit(text: object) -> str:
    """`1单元`, `1座`, `01` and `1` are one unit; `无` and `-` are none."""
    plain = _plain(text)
    return "" if plain in _NO_UNIT else _counted(plain, _UNIT_WORD)


def normal_number(text: object) -> str:
    """`502室`, `502` and `502.0` are one home; leading zeros are part of its number."""
    return _bare(text, _NUMBER_WORD)


def parse_place(text: str) -> PlaceName | None:
    """`3-1-502`, `3栋1单元502`, `３－１－５０２`, or `3-502` without a unit; None when it names no home."""
    # Blanks beside a word or a dash mean nothing; between figures they part them.
    parted = re.sub(r"(?<=[0-9A-Za-z])\s+(?=[0-9A-Za-z])", "-", unicodedata.normalize("NFKC", tidy(text)))
    found = _PLACE.fullmatch(_DASHES.sub("-", _plain(parted)))
    if found is None:
        return None
    unit = None if found["unit"] is None else normal_unit(found["unit"])
    return PlaceName(normal_building(found["building"]), unit, normal_number(found["number"]))


def place_label(building: str, unit: str, number: str) -> str:
    """`3-1-502`; a building without units gives `3-502`."""
    return "-".join(part for part in (building, unit, number) if part)


def walk_key(building: str, unit: str, floor: int | None, number: str) -> str:
    """Text whose order is walking order: building, unit, floor, number; figures compare as figures."""
    floor_part = f"{500 + floor:04}" if floor is not None else "0500"
    return "/".join((_padded(building)[:32], _padded(unit)[:32], floor_part, _padded(number)[:48]))


def _padded(text: str) -> str:
    return _DIGITS.sub(lambda found: found[0].zfill(6), text)


def floor_of(number: str) -> int | None:
    """The floor a home's number tells (502 → 5, 1203 → 12), where the register does not say."""
    return int(number[:-2]) if number.isascii() and number.isdigit() and len(number) in (3, 4) else None


def parse_floor(text: object) -> Floor | None:
    """`5`, `5层`, `5F`, `十二层`, `-1`, `B1`, `负一层`, and lifts that skip a four: `3A` is the storey above the third.

    None when it names no floor between the ninth basement and the 200th storey.
    """
    plain = re.sub(r"(?:楼层|层|楼|F)$", "", _plain(text).removeprefix("第")).translate(_CHINESE_DIGITS)
    plain = _TENS.sub(lambda found: (found[1] or "1") + (found[2] or "0"), plain)
    below = _BASEMENT.fullmatch(plain)
    if below:
        return _within(-int(below[1]))
    skipped = _LIFT_FLOOR.fullmatch(plain)
    if skipped:
        return _within(int(skipped[1]) + "ABC".index(skipped[2]) + 1, plain)
    return _within(int(plain)) if plain.isascii() and plain.isdigit() else None


def _within(level: int, label: str | None = None) -> Floor | None:
    return Floor(level, label) if LOWEST_FLOOR <= level <= HIGHEST_FLOOR and level != 0 else None
