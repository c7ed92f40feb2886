"""What a desk says to somebody new: the first steps of their roles (`config/hints.yaml`), until they have read them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from core.i18n import _, language

SEEN = "hints"
"""What is kept for a person who has read theirs."""
MOST = 5


@dataclass(frozen=True)
class Hint:
    """A step, and the page it leads to."""

    zh: str
    en: str
    to: str

    @property
    def text(self) -> str:
        """The sentence in the reader's language, with the words of their region."""
        said = self.zh if language() == "zh" else self.en
        return _(said)


@lru_cache(maxsize=8)
def load_hints(config: Path) -> Mapping[str, Sequence[Hint]]:
    """Role → its steps; none without the file. Raises ValueError naming the file when it cannot be used."""
    path = config / "hints.yaml"
    if not path.exists():
        return {}
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {role: tuple(Hint(one["zh"], one["en"], one["to"]) for one in steps) for role, steps in rows.items()}
    except (OSError, KeyError, TypeError, AttributeError, yaml.YAMLError) as fault:
        raise ValueError(f"{path} cannot be read as steps by role: {fault}") from fault


def hints_for(hints: Mapping[str, Sequence[Hint]], roles: Iterable[str], pages: Collection[str]) -> list[Hint]:
    """The steps of these roles in their order, each page once, of those `pages` that may be opened."""
    held = set(roles)
    found: dict[str, Hint] = {}
    for one in (step for role, steps in hints.items() if role in held for step in steps if step.to in pages):
        found.setdefault(one.to, one)
    return list(found.values())[:MOST]
