"""The effective parameters of every scope: plugin default ← group ← region. Immutable; a new one replaces it whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from core.i18n import lazy
from core.parameters.checking import check_lists, check_refs
from core.parameters.errors import Problems
from core.parameters.field_help import FieldHelp
from core.parameters.kinds import Ref
from core.parameters.labels import Labels
from core.parameters.listing import Entry, Listing
from core.parameters.lists import Options
from core.parameters.nodes import Spot
from core.parameters.options import OptionSet, option_set
from core.parameters.reading import read_text
from core.parameters.schema import Level, Parameter, Schema
from core.parameters.words import Word, WordsKind, fill, forms

WORDS = "platform.words"
ZONE = "platform.zone"
META = frozenset({"name", "modules"})


@dataclass(frozen=True)
class Origin:
    """The published revision a layer was read from: who wrote it, who approved it, and from which day it holds."""

    revision: int
    author: str
    approver: str | None
    effective_on: date
    created_at: datetime


@dataclass(frozen=True)
class Step:
    """A value on its way down: what holds after the default, the group or a region has spoken."""

    level: Level | None
    """None: the default that the module ships."""
    origin: Origin | None
    value: Any


@dataclass(frozen=True)
class Layer:
    """What one revision changes: parameter key → value for the type's `merge`; and which modules are off."""

    level: Level
    scope: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    modules: Mapping[str, bool] = field(default_factory=dict)
    refs: tuple[Ref, ...] = ()
    """Codes of other lists it names."""
    origin: Origin | None = None
    """None for what no revision holds yet, such as a file that is being judged."""


def read_layer(text: str, name: str, level: Level, scope: str, schemas: Sequence[Schema]) -> Layer:
    """A document `{owner: {parameter: change}, modules: {plugin: on|off}}`; ParametersRefused tells all faults."""
    problems = Problems()
    known = {schema.owner: schema for schema in schemas}
    changes: dict[str, Any] = {}
    modules: dict[str, bool] = {}
    refs: list[Ref] = []
    for owner, spot in Spot(read_text(text, name), name, "", problems).fields().items():
        if owner == "modules":
            modules = _modules(spot)
        elif owner in META or owner not in known:
            # A plugin that is not installed here keeps its values in the file.
            continue
        else:
            for key, item in spot.fields({full.partition(".")[2] for full in known[owner].parameters}).items():
                refs += _read_change(known[owner].parameters[f"{owner}.{key}"], item, level, changes)
    problems.refuse_if_any()
    return Layer(level, scope, changes, modules, tuple(refs))


def _modules(spot: Spot) -> dict[str, bool]:
    found = {}
    for name, item in spot.fields().items():
        word = (item.text() or "").lower()
        if word not in ("on", "off", "true", "false"):
            item.refuse(lazy("A module is on or off."))
        found[name] = word in ("on", "true")
    return found


def _read_change(parameter: Parameter, spot: Spot, level: Level, into: dict[str, Any]) -> tuple[Ref, ...]:
    change = parameter.kind.read_change(spot)
    if change is None:
        return ()
    for right, at in change.needs:
        if not parameter.grants(level, right):
            spot.problems.add(
                at, lazy("“%(key)s” belongs to the group; a region cannot change this.", key=parameter.key)
            )
    into[parameter.key] = change.value
    return change.refs


class Catalogue:
    """Answers what holds where. `region` is a region's code; none means the group's values."""

    def __init__(self, schemas: Sequence[Schema], layers: Sequence[Layer] = ()) -> None:
        self.parameters = {key: one for schema in schemas for key, one in schema.parameters.items()}
        self._layers = {(layer.level, layer.scope): layer for layer in layers}
        self._values: dict[tuple[str, str], Any] = {}
        self._sets: dict[tuple[str, str], OptionSet] = {}
        self._helps: dict[tuple[tuple[str, ...], str], Mapping[str, Labels]] = {}
        problems = Problems()
        for scope in ["", *self.regions]:
            for key in self.parameters:
                self._values[key, scope] = self._merged(key, scope, problems)
        problems.refuse_if_any()
        check_lists(self.parameters, problems)
        for scope in ["", *self.regions]:
            self._check(scope, problems)
        problems.refuse_if_any()

    def _check(self, scope: str, problems: Problems) -> None:
        """Whether what holds in a scope fits together."""

        def codes(key: str) -> Mapping[str, object] | None:
            value = self._values.get((key, scope))
            return value.entries if isinstance(value, Listing) else None

        layer = self._layers.get((Level.REGION, scope) if scope else (Level.GROUP, ""))
        check_refs(layer.refs if layer else (), codes, problems)
        for parameter in self.parameters.values():
            if not scope:
                check_refs(parameter.default_refs, codes, problems)
            gap = parameter.kind.gap(self._values[parameter.key, scope], codes)
            if gap is not None:
                problems.add(parameter.at, gap)

    @property
    def regions(self) -> list[str]:
        """Codes of the regions that say anything of their own."""
        return sorted(scope for level, scope in self._layers if level is Level.REGION)

    def _merged(self, key: str, region: str, problems: Problems) -> Any:
        parameter = self.parameters[key]
        value = parameter.default
        for level, scope in ((Level.GROUP, ""), (Level.REGION, region)):
            layer = self._layers.get((level, scope))
            if layer is not None and key in layer.changes:
                value = parameter.kind.merge(value, layer.changes[key], problems)
        return value

    def steps(self, key: str, region: str | None = None) -> list[Step]:
        """How the value in force came about: the default, then each layer that says something about it."""
        parameter, problems = self.parameters[key], Problems()
        found = [Step(None, None, parameter.default)]
        for level, scope in ((Level.GROUP, ""), (Level.REGION, region)):
            layer = self._layers.get((level, scope)) if scope is not None else None
            if layer is not None and key in layer.changes:
                merged = parameter.kind.merge(found[-1].value, layer.changes[key], problems)
                found.append(Step(level, layer.origin, merged))
        return found

    def differs(self, key: str, region: str) -> bool:
        """Whether a region has another value than the group."""
        return bool(self.value(key, region) != self.value(key))

    def value(self, key: str, region: str | None = None) -> Any:
        """The value in force; KeyError for a name nobody declared."""
        return self._values.get((key, region or ""), self._values[key, ""])

    def options(self, key: str, region: str | None = None) -> OptionSet:
        """The options in force of a list or tree."""
        scope = region if (key, region or "") in self._values else ""
        mark = (key, scope or "")
        if mark not in self._sets:
            kind, value = self.parameters[key].kind, self._values[mark]
            assert isinstance(kind, Options) and isinstance(value, Listing)
            self._sets[mark] = option_set(kind, self._worded(value.entries, scope or ""))
        return self._sets[mark]

    def _worded(self, entries: Mapping[str, Entry], region: str) -> Mapping[str, Entry]:
        """Labels with the region's words in place of their tokens."""
        if not any("{" in text for entry in entries.values() for text in entry.labels.texts.values()):
            return entries
        words = self.words(region)
        return {
            code: replace(entry, labels=entry.labels.filled(lambda text, lang: fill(text, words[lang])))
            for code, entry in entries.items()
        }

    def field_help(self, names: Sequence[str], region: str | None = None) -> Mapping[str, Labels]:
        """Field → what it means, over all owners that explain one of `names`; the later name has the last word."""
        scope = region if region in self.regions else ""
        mark = (tuple(names), scope or "")
        if mark not in self._helps:
            keys = [key for key, one in self.parameters.items() if isinstance(one.kind, FieldHelp)]
            words = self.words(scope)
            found: dict[str, Labels] = {}
            for name in names:
                for key in keys:
                    found |= self.value(key, scope).get(name, {})
            self._helps[mark] = {
                one: text.filled(lambda said, lang: fill(said, words[lang])) for one, text in found.items()
            }
        return self._helps[mark]

    def words(self, region: str | None = None) -> dict[str, dict[str, str]]:
        """language → token → word."""
        found: Mapping[str, Word] = self.value(WORDS, region)
        return {lang: forms(found, lang) for lang in ("zh", "en")}

    def synonyms(self, token: str) -> tuple[str, ...]:
        """Every word used for an idea, in any region or in files of old."""
        kind = self.parameters[WORDS].kind
        assert isinstance(kind, WordsKind)
        used = [self.value(WORDS, scope)[token] for scope in ["", *self.regions]]
        return tuple(dict.fromkeys([*(word.zh for word in used), *kind.synonyms.get(token, ()), *(w.en for w in used)]))

    def is_on(self, module: str, region: str) -> bool:
        """Whether a region uses a module: its own word, else the group's, else yes."""
        for mark in ((Level.REGION, region), (Level.GROUP, "")):
            layer = self._layers.get(mark)
            if layer is not None and module in layer.modules:
                return layer.modules[module]
        return True

    def zone(self, region: str | None = None) -> str:
        return str(self.value(ZONE, region))
