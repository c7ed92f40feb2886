"""A document as it was written: scalars as text, with their lines.

Scalars stay text until the parameter's type reads them, so a code `010301` never becomes an octal number, `no` never
becomes false by itself, and a value from a revision's JSON reads exactly as one from a file.
"""

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from core.i18n import Text, lazy
from core.parameters.errors import At, Problems

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Scalar:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class ItemList:
    items: tuple["Node", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    entries: Mapping[str, tuple[int, "Node"]]
    """key → (line of the key, value), in the order written"""
    line: int


Node = Scalar | ItemList | Fields


def from_json(value: object, line: int = 0) -> Node:
    """The node a JSON value stands for; booleans as `true`/`false`, null as nothing."""
    if isinstance(value, dict):
        return Fields({str(key): (line, from_json(item, line)) for key, item in value.items()}, line)
    if isinstance(value, list):
        return ItemList(tuple(from_json(item, line) for item in value), line)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", line)
    return Scalar("" if value is None else str(value), line)


def to_json(node: Node) -> Json:
    """The JSON of a node nobody can interpret yet (its plugin is absent): every scalar stays text."""
    if isinstance(node, Fields):
        return {key: to_json(value) for key, (_, value) in node.entries.items()}
    if isinstance(node, ItemList):
        return [to_json(item) for item in node.items]
    return node.text


def shown(text: str) -> str:
    """A key or value fit for a sentence: short, on one line, nothing unprintable."""
    clean = "".join(char if char.isprintable() else "�" for char in text)
    return clean if len(clean) <= 60 else clean[:57] + "…"


@dataclass(frozen=True)
class Spot:
    """A node with its path and the list that collects faults; readers ask it and it refuses in one voice."""

    node: Node
    file: str
    path: str
    problems: Problems

    @property
    def at(self) -> At:
        return At(self.file, self.node.line, self.path)

    def refuse(self, message: Text) -> None:
        self.problems.add(self.at, message)

    def down(self, key: str, node: Node) -> "Spot":
        return Spot(node, self.file, f"{self.path}.{shown(key)}" if self.path else shown(key), self.problems)

    @property
    def is_empty(self) -> bool:
        return isinstance(self.node, Scalar) and not self.node.text

    def fields(self, allowed: Collection[str] | None = None, required: Collection[str] = ()) -> dict[str, "Spot"]:
        """The entries of a mapping (an empty value has none); unknown and missing keys are refused, the rest given."""
        if not isinstance(self.node, Fields):
            if not self.is_empty:
                self.refuse(lazy("Here “key: value” pairs are expected."))
            elif required:
                self.refuse(lazy("“%(key)s” is missing.", key=sorted(required)[0]))
            return {}
        found: dict[str, Spot] = {}
        for key, (line, node) in self.node.entries.items():
            if allowed is not None and key not in allowed:
                self.problems.add(At(self.file, line, self.down(key, node).path), unknown_key(key, allowed))
            else:
                found[key] = self.down(key, node)
        for key in required:
            if key not in self.node.entries:
                self.refuse(lazy("“%(key)s” is missing.", key=key))
        return found

    def items(self) -> list["Spot"]:
        """The items of a list (an empty value has none)."""
        if isinstance(self.node, ItemList):
            return [self.down(str(number), item) for number, item in enumerate(self.node.items, 1)]
        if not self.is_empty:
            self.refuse(lazy("Here a list is expected, one item a line with “- ” before it."))
        return []

    def text(self) -> str | None:
        """The text of a scalar, without blanks around it; None (and refused) where a list or mapping stands."""
        if isinstance(self.node, Scalar):
            return self.node.text.strip()
        self.refuse(lazy("Here one value is expected, not a list or “key: value” pairs."))
        return None


def unknown_key(key: str, allowed: Collection[str]) -> Text:
    """The sentence for a key that does not exist, with the nearest one or all that do."""
    near = difflib.get_close_matches(key, list(allowed), n=1)
    if near:
        return lazy("“%(key)s” is not known here; did you mean “%(near)s”?", key=shown(key), near=near[0])
    return lazy("“%(key)s” is not known here; allowed: %(allowed)s.", key=shown(key), allowed=listed(allowed))


def listed(words: Collection[str], most: int = 20) -> str:
    """The allowed words for a sentence, sorted; a long list ends with an ellipsis."""
    ordered = sorted(words)
    return ", ".join(ordered[:most]) + (", …" if len(ordered) > most else "")
