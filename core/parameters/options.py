"""An effective list as screens and rules use it: by code, by name, by what people type."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.parameters.folding import folded
from core.parameters.labels import Label, Labels
from core.parameters.listing import Entry
from core.parameters.lists import Options
from core.parameters.pinyin import sounds, spelled_at


@dataclass(frozen=True, slots=True)
class Option:
    """One option with its attributes, those of its branch included."""

    code: str
    labels: Labels
    parent: str | None
    aliases: tuple[str, ...]
    values: Mapping[str, Any]
    hidden: bool
    is_leaf: bool

    def label(self, lang: str) -> Label:
        return self.labels.say(lang)


@dataclass(frozen=True)
class OptionSet:
    """The options of one list in one scope, in order. Hidden ones keep their labels for old records."""

    options: Mapping[str, Option]
    _names: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def get(self, code: str | None) -> Option | None:
        return self.options.get(code or "")

    def label(self, code: str | None, lang: str) -> str:
        """The label of a code, hidden or not; the code itself where the list never had it."""
        found = self.get(code)
        return found.label(lang).text if found else (code or "")

    @property
    def selectable(self) -> list[Option]:
        """The leaves one may choose."""
        return [option for option in self.options.values() if option.is_leaf and not self._is_hidden(option)]

    def _is_hidden(self, option: Option | None) -> bool:
        while option is not None:
            if option.hidden:
                return True
            option = self.get(option.parent)
        return False

    def is_selectable(self, code: str | None) -> bool:
        found = self.get(code)
        return found is not None and found.is_leaf and not self._is_hidden(found)

    def path(self, code: str | None, lang: str) -> list[str]:
        """Labels from the top down to the option."""
        found, names = self.get(code), []
        while found is not None:
            names.append(found.label(lang).text)
            found = self.get(found.parent)
        return names[::-1]

    def find(self, text: str) -> Option | None:
        """The one selectable option that `text` names: by code, name, alias, or a path such as 墙面/空鼓."""
        key = folded(text)
        found = self.get(text.strip())
        if found is not None and self.is_selectable(found.code):
            return found
        codes = self._by_name().get(key, [])
        return self.options[codes[0]] if len(codes) == 1 else None

    def _by_name(self) -> Mapping[str, list[str]]:
        if not self._names:
            for option in self.selectable:
                names = {folded(text) for text in (*option.labels.texts.values(), *option.aliases)}
                for lang in ("zh", "en"):
                    path = self.path(option.code, lang)
                    names |= {folded("/".join(path[at:])) for at in range(len(path))}
                for name in names:
                    self._names.setdefault(name, []).append(option.code)
        return self._names

    def search(self, text: str, limit: int = 20) -> list[Option]:
        """What a type-ahead offers: names and codes that hold `text`, and names whose sounds it spells; best first."""
        key = folded(text)
        ranked = []
        for at, option in enumerate(self.selectable):
            rank = _rank(key, option)
            if rank is not None:
                ranked.append((rank, at, option))
        return [option for _, _, option in sorted(ranked, key=lambda one: one[:2])[:limit]]


def _rank(key: str, option: Option) -> int | None:
    if not key:
        return 9
    if option.code.startswith(key):
        return 0
    for text in (*option.labels.texts.values(), *option.aliases):
        at = folded(text).find(key)
        if at >= 0:
            return 1 if at == 0 else 3
    at_sound = spelled_at(key, sounds(option.labels.zh))
    return None if at_sound is None else (2 if at_sound == 0 else 4)


def option_set(kind: Options, entries: Mapping[str, Entry]) -> OptionSet:
    """The effective list from its entries; inherited attributes come down the branch."""
    parents = {entry.parent for entry in entries.values()}
    inherited = {name for name, attribute in kind.attributes.items() if attribute.inherit}

    def values(entry: Entry) -> dict[str, Any]:
        parent = entries.get(entry.parent) if entry.parent is not None else None
        above = values(parent) if parent is not None else {}
        return {**{name: value for name, value in above.items() if name in inherited}, **entry.values}

    return OptionSet(
        {
            code: Option(
                code, entry.labels, entry.parent, entry.aliases, values(entry), entry.hidden, code not in parents
            )
            for code, entry in _in_order(entries)
        }
    )


def _in_order(entries: Mapping[str, Entry]) -> Iterable[tuple[str, Entry]]:
    below: dict[str | None, list[str]] = {}
    for code, entry in entries.items():
        below.setdefault(entry.parent if entry.parent in entries else None, []).append(code)

    def walk(parent: str | None) -> Iterable[tuple[str, Entry]]:
        for code in below.get(parent, ()):
            yield code, entries[code]
            yield from walk(code)

    return walk(None)
