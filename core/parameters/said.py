"""Values of parameters in words: each as lines that can be set side by side, and where each line comes from.

A value of one piece is one line, a list one for each option, a table one for each row. Pure: no session, no web.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.i18n import Text, _, lazy, ngettext
from core.parameters.catalogue import Step
from core.parameters.field_help import FieldHelp
from core.parameters.kinds import Kind, Scalar
from core.parameters.labels import Labels
from core.parameters.listing import Entry
from core.parameters.lists import Attribute, Options
from core.parameters.scalars import Boolean, Choice, Duration, Number, Whole
from core.parameters.schema import KINDS, Parameter
from core.parameters.tables import Table
from core.parameters.words import WordsKind

TYPES: Mapping[str, Text] = {
    "integer": lazy("Whole number"), "number": lazy("Number"), "boolean": lazy("Yes or no"), "text": lazy("Text"),
    "duration": lazy("Length of time"), "date": lazy("Day"), "choice": lazy("Choice"), "code": lazy("Option of a list"),
    "label": lazy("Text in two languages"), "options": lazy("Option list"), "tree": lazy("Option tree"),
    "table": lazy("Table"), "words": lazy("Words"), "field_help": lazy("Help texts"),
}  # fmt: skip
RIGHTS: Mapping[str, Text] = {
    "override": lazy("set a value of its own"), "add": lazy("add options"), "hide": lazy("hide options"),
    "relabel": lazy("rename options"), "change": lazy("change what options carry"), "reorder": lazy("change the order"),
}  # fmt: skip
UNITS: Mapping[str, Callable[[int], str]] = {
    "minute": lambda n: ngettext("%(n)s minute", "%(n)s minutes", n),
    "hour": lambda n: ngettext("%(n)s hour", "%(n)s hours", n),
    "day": lambda n: ngettext("%(n)s day", "%(n)s days", n),
    "month": lambda n: ngettext("%(n)s month", "%(n)s months", n),
}  # fmt: skip
Fill = Callable[[str, str], str]
"""(text, language) → the text with the words of the scope at hand."""
Names = Callable[[str, str], str]
"""(list parameter, code) → the label of an option in the scope at hand."""


@dataclass(frozen=True)
class Said:
    """One line of a value. `key` stays the same in every scope, `name` says what the line is about."""

    key: str
    name: str
    text: str
    depth: int = 0
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the value in force, the step that had the last word on it, and what the level above says instead."""

    said: Said
    step: Step
    above: Said | None = None
    """What held before, where the step changed it; None where the step brought the line."""
    differs: bool = False


@dataclass(frozen=True)
class Speaker:
    """Puts values into words for one reader in one scope."""

    lang: str
    fill: Fill
    names: Names

    def lines(self, kind: Kind, value: Any) -> list[Said]:
        """A value line by line."""
        if isinstance(kind, Options):
            return self._options(kind, value.entries)
        if isinstance(kind, Table):
            return [Said(code, self.names(kind.rows, code), self.text(kind.cell, one)) for code, one in value.items()]
        if isinstance(kind, WordsKind):
            return [Said(token, token, f"{one.zh} · {one.en} · {one.plural}") for token, one in value.items()]
        if isinstance(kind, FieldHelp):
            return [
                Said(f"{resource}.{name}", f"{resource}.{name}", self.said(text))
                for resource, texts in value.items() for name, text in texts.items()
            ]  # fmt: skip
        assert isinstance(kind, Scalar)
        return [Said("", "", self.text(kind, value))]

    def text(self, kind: Scalar, value: Any) -> str:
        """A value of one piece."""
        if isinstance(kind, Boolean):
            return _("yes") if value else _("no")
        if isinstance(value, Duration):
            return UNITS[value.unit](value.amount)
        if isinstance(value, Labels):
            return self.said(value)
        if isinstance(kind, Choice) and value in kind.titles:
            return self.said(kind.titles[value])
        lists = kind.lists()
        return self.names(next(iter(lists)), str(value)) if lists else str(kind.plain(value))

    def said(self, labels: Labels) -> str:
        """A text of a parameter, with the words of the scope."""
        found = labels.say(self.lang)
        return self.fill(found.text, found.lang)

    def _name_of(self, attribute: Attribute) -> str:
        return self.said(attribute.title) if attribute.title else attribute.name

    def _options(self, kind: Options, entries: Mapping[str, Entry]) -> list[Said]:
        below: dict[str | None, list[str]] = {}
        for code, entry in entries.items():
            below.setdefault(entry.parent if entry.parent in entries else None, []).append(code)
        found: list[Said] = []

        def walk(parent: str | None, depth: int) -> None:
            for code in below.get(parent, ()):
                entry = entries[code]
                carried = [
                    f"{self._name_of(kind.attributes[name])}: {self.text(kind.attributes[name].kind, value)}"
                    for name, value in entry.values.items()
                ]
                text = "; ".join([f"({', '.join(entry.aliases)})"] * bool(entry.aliases) + carried)
                found.append(Said(code, self.said(entry.labels), text, depth, entry.hidden))
                walk(code, depth + 1)

        walk(None, 0)
        return found


def lines_of(parameter: Parameter, steps: Sequence[Step], speaker: Speaker) -> list[Line]:
    """The value in force, each line with where it comes from."""
    last: dict[str, tuple[Step, Said | None]] = {}
    before: dict[str, Said] = {}
    for step in steps:
        said = {one.key: one for one in speaker.lines(parameter.kind, step.value)}
        for key, one in said.items():
            if before.get(key) != one:
                last[key] = step, before.get(key)
        before = said
    return [
        Line(one, last[one.key][0], last[one.key][1], last[one.key][0].level is not None)
        for one in speaker.lines(parameter.kind, steps[-1].value)
    ]


def changed(parameter: Parameter, before: Any, after: Any, speaker: Speaker) -> str:
    """What a step did, in a few words: the new value, or how many of its lines are new or other than before."""
    old = {one.key: one for one in speaker.lines(parameter.kind, before)}
    new = speaker.lines(parameter.kind, after)
    if len(new) == 1 and not new[0].key:
        return brief(parameter, after, speaker)
    count = sum(old.get(one.key) != one for one in new)
    return _("%(n)s changed or new", n=count) if count else _("the same as above")


def brief(parameter: Parameter, value: Any, speaker: Speaker) -> str:
    """A value in a few words: the value itself, or how many lines it has."""
    if isinstance(parameter.kind, Options):
        shown = sum(not entry.hidden for entry in value.entries.values())
        return ngettext("%(n)s option", "%(n)s options", shown)
    found = speaker.lines(parameter.kind, value)
    if len(found) == 1 and not found[0].key:
        unit = f" {speaker.said(parameter.unit)}" if parameter.unit else ""
        return f"{found[0].text}{unit}"
    return ngettext("%(n)s entry", "%(n)s entries", len(found))


def type_name(kind: Kind) -> Text:
    """What a type is called."""
    return next(TYPES[name] for name, one in KINDS.items() if type(kind) is one)


def limits(kind: Kind) -> Text:
    """What a number must lie between; empty where nothing limits it."""
    low, high = (kind.minimum, kind.maximum) if isinstance(kind, Whole | Number) else (None, None)
    if low is not None and high is not None:
        return _("%(low)s to %(high)s", low=low, high=high)
    if low is not None:
        return _("at least %(low)s", low=low)
    return _("at most %(high)s", high=high) if high is not None else ""
