"""Findings in the words of inspectors, put together from the parts in `phrases.yaml`."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

import yaml


@cache
def parts() -> dict[str, Any]:
    """The file, read once."""
    return dict(yaml.safe_load((Path(__file__).parent / "phrases.yaml").read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Phrase:
    """One way to write a finding, before its measures are put in; weights are about percent."""

    category: str
    location: str
    text: str
    weight: float


def phrases() -> Iterator[Phrase]:
    """Every spot of every defect with every text."""
    groups = {name: list(spots.items()) for name, spots in parts()["spots"].items()}
    for one in parts()["defects"]:
        spots = groups[one["spots"]] if isinstance(one["spots"], str) else one["spots"]
        weight = one["share"] / (len(spots) * len(one["texts"]))
        for spot, location in spots:
            for text in one["texts"]:
                yield Phrase(one["category"], location, spot + text, weight)


def measured(text: str, dice: Random) -> str:
    """`text` with measures in it."""
    return text.format(
        c=dice.randint(6, 60), w=dice.randint(4, 25), m=dice.randint(2, 9), n=dice.randint(2, 5),
        h=f"{dice.randint(3, 22) / 10:.1f}",
    )  # fmt: skip


def note(dice: Random) -> str | None:
    """What stands beside one finding in fourteen."""
    return dice.choice(parts()["notes"]) if dice.random() < 0.07 else None


def result(category: str, dice: Random) -> str:
    """What the contractor reports about a finding."""
    results = parts()["results"]
    return str(dice.choice(results.get(category) or results.get(category[:4]) or results["other"]))


class Writer:
    """Writes the findings of homes, so many in each category as life has them."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self._known = list(phrases())
        self._fitting: dict[str, tuple[list[Phrase], list[float]]] = {}

    def home(self, layout: str | None, count: int) -> list[tuple[str, str, str]]:
        """`count` findings (category, location, description) of a home; no two alike in category and location."""
        known, weights = self._of((layout or "")[:2])
        found: dict[tuple[str, str], str] = {}
        while len(found) < count:
            one = self.dice.choices(known, cum_weights=weights)[0]
            if (one.category, one.location) not in found:
                found[one.category, one.location] = measured(one.text, self.dice)
        return [(category, location, text) for (category, location), text in found.items()]

    def _of(self, layout: str) -> tuple[list[Phrase], list[float]]:
        """What can be found in a home of this layout, with running weights."""
        if layout not in self._fitting:
            lacking = parts()["lacking"].get(layout, ())
            known = [one for one in self._known if one.location not in lacking]
            self._fitting[layout] = known, list(accumulate(one.weight for one in known))
        return self._fitting[layout]
