"""Finding Chinese names by how they sound: initials, whole syllables or a mixture (`qmkg`, `qiangmiankg`)."""

from collections.abc import Sequence
from functools import lru_cache

from core.parameters.folding import folded

Sounds = tuple[tuple[str, ...], ...]
"""for each character what may be typed for it: its readings, or the character itself where it is not Chinese"""


@lru_cache(maxsize=20_000)
def sounds(text: str) -> Sounds:
    """The readings of each character: the one in this phrase and the two most usual ones alone (给 gěi and jǐ)."""
    from pypinyin import Style, pinyin  # its tables take a moment to load: only who searches pays

    found: list[tuple[str, ...]] = []
    plain = folded(text).replace("/", "")
    in_phrase = pinyin(plain, style=Style.NORMAL, errors=list)  # type: ignore[arg-type]  # a list, too
    for char, readings in zip(plain, in_phrase, strict=True):
        alone = pinyin(char, style=Style.NORMAL, heteronym=True, errors=list)[0][:2]  # type: ignore[arg-type]
        found.append(tuple(dict.fromkeys([*readings, *alone])))
    return tuple(found)


def spelled_from(query: str, readings: Sequence[tuple[str, ...]]) -> bool:
    """Whether `query` spells the beginning of `readings`, each character by at least its first letter."""
    reached = {0}
    for syllables in readings:
        reached = {end for start in reached for end in _ends(query, start, syllables)}
        if len(query) in reached:
            return True
        if not reached:
            return False
    return False


def _ends(query: str, start: int, syllables: Sequence[str]) -> set[int]:
    ends: set[int] = set()
    for syllable in syllables:
        for length in range(1, len(syllable) + 1):
            if not query.startswith(syllable[:length], start):
                break
            ends.add(start + length)
    return ends


def spelled_at(query: str, readings: Sounds) -> int | None:
    """The first character of the name from which `query` spells on; None where it spells nothing."""
    if not query.isascii():
        return None
    for place in range(len(readings)):
        if spelled_from(query, readings[place:]):
            return place
    return None
