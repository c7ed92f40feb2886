"""What the pages of parameters are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Text
from core.parameters.said import Line
from core.records.parts import Crumb, EmptyState


@dataclass(frozen=True)
class Row:
    """A parameter in the catalogue."""

    key: str
    url: str
    title: Text
    kind: Text
    value: str
    level: Text
    differing: Sequence[tuple[str, str]]
    """(name of a region that differs, where its value stands)"""


@dataclass(frozen=True)
class Module:
    title: Text
    rows: Sequence[Row]


@dataclass(frozen=True)
class CataloguePage:
    typed: str
    regions: Sequence[tuple[str, str, bool]]
    """(code, name, chosen) to narrow the catalogue to what differs there"""
    modules: Sequence[Module]
    count: int
    empty: EmptyState | None


@dataclass(frozen=True)
class ShownLine:
    line: Line
    source: str
    since: str
    above: str
    """What the level above says instead, where this line differs from it."""


@dataclass(frozen=True)
class ParameterPage:
    title: Text
    help: Text
    crumbs: Sequence[Crumb]
    facts: Sequence[tuple[Text, Text]]
    scopes: Sequence[tuple[str, str, bool, bool]]
    """(name, address, chosen, differs from the group)"""
    scope: str
    has_names: bool
    rows: Sequence[ShownLine]
    steps: Sequence[tuple[str, str, str]]
    """(whose, what was said in a few words, by whom and since when), from the default down"""
    own: int
    """Lines that are not the default's."""
    only: bool
    """Whether none but those are shown."""
    here: str


@dataclass(frozen=True)
class ComparePage:
    """Two scopes beside each other: the lines in which they differ."""

    crumbs: Sequence[Crumb]
    scopes: Sequence[tuple[str, str]]
    """(code, name) of those that may be chosen; the group's code is empty"""
    left: tuple[str, str]
    right: tuple[str, str]
    rows: Sequence[tuple[str, str, str, str, str]]
    """(address and title of the parameter, the entry, what the left says, what the right says)"""


@dataclass(frozen=True)
class HistoryPage:
    """What was published, and what one of the revisions changed."""

    crumbs: Sequence[Crumb]
    revisions: Sequence[tuple[str, int, str, str, str, str, bool]]
    """(address, number, whose, author, approver, in force from, whether it holds now)"""
    chosen: int
    rows: Sequence[tuple[str, str, str, str, str]]
    fault: Text
