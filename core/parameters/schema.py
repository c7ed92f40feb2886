"""`parameters.yaml`: what an owner (a part of core or a plugin) lets a group, region or project tune.

A declaration has a type with its limits, the level it belongs to, what the levels below may do, a title and a help in
Chinese and English, and a default that works.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from core.i18n import lazy
from core.parameters.errors import At, Problems
from core.parameters.field_help import FieldHelp
from core.parameters.kinds import Kind, Ref
from core.parameters.labels import MOST_TEXT, Labels, read_labels
from core.parameters.lists import Options, Tree
from core.parameters.nodes import ItemList, Spot, listed
from core.parameters.reading import read_file
from core.parameters.scalars import SCALARS, Choice, refuse_value
from core.parameters.tables import Table
from core.parameters.words import WordsKind

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
KINDS: dict[str, type[Kind]] = {
    **SCALARS, "options": Options, "tree": Tree, "table": Table, "words": WordsKind, "field_help": FieldHelp,
}  # fmt: skip
"""type: as written in `parameters.yaml` → class"""
COMMON = frozenset({"type", "level", "allow", "title", "help", "unit", "default", "default_file"})


class Level(IntEnum):
    """Who a parameter belongs to; each level is put over the one before."""

    GROUP = 0
    REGION = 1
    PROJECT = 2

    @property
    def word(self) -> str:
        """`group`, `region`, `project`: as in files and tables."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> "Level":
        return cls[word.upper()]


@dataclass(frozen=True)
class Parameter:
    """One declared parameter; `key` (`inspection.rectify_days`) names it everywhere."""

    key: str
    kind: Kind
    level: Level
    allow: frozenset[str]
    default: Any
    default_refs: tuple[Ref, ...]
    title: Labels
    help: Labels
    unit: Labels | None
    at: At

    def grants(self, level: Level, right: str) -> bool:
        """Whether a layer of `level` may make use of `right`: the owner and those above may do anything."""
        return level <= self.level or right in self.allow


@dataclass(frozen=True)
class Schema:
    """The parameters of one owner, in the order declared."""

    owner: str
    parameters: Mapping[str, Parameter]
    is_core: bool = False
    """A part of core cannot be switched off for a region; a plugin can."""


def load_schema(owner: str, path: Path, *, name: str | None = None, is_core: bool = False) -> Schema:
    """The schema in the file at `path`; `name` is what errors call the file.

    Raises ParametersRefused with every fault found.
    """
    problems = Problems()
    file = name or f"{owner}/{path.name}"
    root, _ = read_file(path, file)
    parameters: dict[str, Parameter] = {}
    for key, spot in Spot(root, file, "", problems).fields().items():
        if not NAME.fullmatch(key):
            spot.refuse(lazy("A parameter's name is of small letters, digits and _."))
            continue
        parameter = _declared(f"{owner}.{key}", spot, path.parent)
        if parameter is not None:
            parameters[parameter.key] = parameter
    problems.refuse_if_any()
    return Schema(owner, parameters, is_core)


def _declared(key: str, spot: Spot, folder: Path) -> Parameter | None:
    everything = COMMON.union(*(kind.keys for kind in KINDS.values()))
    fields = spot.fields(everything, required=("type", "level", "title", "help"))
    type_name = Choice(tuple(KINDS)).read(fields["type"]) if "type" in fields else None
    level = Choice(tuple(one.word for one in Level)).read(fields["level"]) if "level" in fields else None
    title = read_labels(fields["title"], both=True) if "title" in fields else None
    text = read_labels(fields["help"], both=True, most=MOST_TEXT) if "help" in fields else None
    unit = read_labels(fields["unit"], both=True) if "unit" in fields else None
    if type_name is None:
        return None
    for extra in set(fields) - COMMON - KINDS[type_name].keys:
        fields[extra].refuse(lazy("“%(key)s” does not go with the type %(type)s.", key=extra, type=type_name))
    kind = KINDS[type_name].declare(spot, fields)
    allow = _allowed(KINDS[type_name], fields.get("allow"))
    source = _default_spot(spot, fields, folder)
    default = kind.read_default(source) if kind is not None and source is not None else None
    if kind is None or default is None or level is None or title is None or text is None:
        return None
    return Parameter(key, kind, Level.named(level), allow, default.value, default.refs, title, text, unit, spot.at)


def _allowed(kind: type[Kind], spot: Spot | None) -> frozenset[str]:
    """`allow: locked` (the default), one right, or a list of rights."""
    if spot is None:
        return frozenset()
    words = spot.items() if isinstance(spot.node, ItemList) else [spot]
    found: set[str] = set()
    for item in words:
        word = item.text()
        if word == "locked" and len(words) == 1:
            return frozenset()
        if word in kind.rights:
            found.add(word)
        elif word is not None:
            refuse_value(item, word, lazy("one of: %(allowed)s", allowed=listed({*kind.rights, "locked"})))
    return frozenset(found)


def _default_spot(spot: Spot, fields: Mapping[str, Spot], folder: Path) -> Spot | None:
    """Where the default stands: under `default:` or, for a long list, in a file beside the schema."""
    if "default" in fields and "default_file" in fields:
        fields["default_file"].refuse(lazy("Give either default or default_file, not both."))
    if "default" in fields:
        return fields["default"]
    name = fields["default_file"].text() if "default_file" in fields else None
    if not name:
        spot.refuse(lazy("“%(key)s” is missing.", key="default"))
        return None
    if not re.fullmatch(r"[a-z][a-z0-9_]*\.yaml", name):
        refuse_value(fields["default_file"], name, lazy("the name of a .yaml file in the same folder"))
        return None
    file = spot.file.rsplit("/", 1)[0] + "/" + name if "/" in spot.file else name
    root, _ = read_file(folder / name, file)
    return Spot(root, file, spot.path, spot.problems)
