"""Option lists and trees as data: entries by stable code, and the five ways a layer may change them.

An entry is never removed: a hidden one keeps its labels, because records keep its code. All functions are pure; a
listing that a change cannot be put over gives back a fault for each reason and stays as it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from core.i18n import Text, lazy
from core.parameters.errors import At, Problems
from core.parameters.folding import folded
from core.parameters.labels import Labels
from core.parameters.nodes import shown

OWN_KEYS = frozenset({"code", "zh", "en", "aliases"})
"""what an option always has; its other keys are declared attributes"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One option as a layer wrote it: `values` are its own attributes, not those of its parents."""

    code: str
    labels: Labels
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Addition:
    entry: Entry
    before: str | None
    at: At


@dataclass(frozen=True, slots=True)
class ListChange:
    """What a layer does to a list, in the order it is done; each step with its place for errors."""

    add: tuple[Addition, ...] = ()
    relabel: tuple[tuple[str, Labels, At], ...] = ()
    change: tuple[tuple[str, Mapping[str, Any], At], ...] = ()
    hide: tuple[tuple[str, At], ...] = ()
    order: tuple[tuple[str, At], ...] = ()
    before: tuple[tuple[str, str, At], ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of a list; the order in which siblings stand among all others is theirs."""

    entries: Mapping[str, Entry]

    def siblings(self, code: str) -> list[str]:
        """The codes beside `code`, itself among them, in order."""
        parent = self.entries[code].parent
        return [other for other, entry in self.entries.items() if entry.parent == parent]


def changed(listing: Listing, change: ListChange, problems: Problems) -> Listing:
    """`listing` with `change` put over it; with any fault noted in `problems`, `listing` itself."""
    faults = Problems()
    entries = dict(listing.entries)
    for addition in change.add:
        _add(entries, addition, faults)
    for code, labels, at in change.relabel:
        if _known(entries, code, at, faults):
            entries[code] = replace(entries[code], labels=labels)
    for code, values, at in change.change:
        if _known(entries, code, at, faults):
            entries[code] = replace(entries[code], values={**entries[code].values, **values})
    for code, at in change.hide:
        if _known(entries, code, at, faults):
            entries[code] = replace(entries[code], hidden=True)
    known = [code for code, at in change.order if _known(entries, code, at, faults)]
    entries = _first(entries, known)
    for code, anchor, at in change.before:
        if _known(entries, code, at, faults) and _beside(entries, entries[code].parent, anchor, at, faults):
            entries = _put_before(entries, code, anchor)
    touched = [(addition.entry.code, addition.at) for addition in change.add]
    _labels_differ(entries, [*touched, *((code, at) for code, _, at in change.relabel)], faults)
    problems.extend(faults)
    return Listing(entries) if not len(faults) else listing


def _add(entries: dict[str, Entry], addition: Addition, faults: Problems) -> None:
    entry, at = addition.entry, addition.at
    if entry.code in entries:
        faults.add(at, lazy("The code %(code)s is in use already; an added option needs a new one.", code=entry.code))
    elif entry.parent is not None and entry.parent not in entries:
        faults.add(at, unknown_code(entry.parent))
    elif addition.before is None or _beside(entries, entry.parent, addition.before, at, faults):
        entries[entry.code] = entry
        if addition.before is not None:
            moved = _put_before(entries, entry.code, addition.before)
            entries.clear()
            entries.update(moved)


def _known(entries: Mapping[str, Entry], code: str, at: At, faults: Problems) -> bool:
    if code not in entries:
        faults.add(at, unknown_code(code))
    return code in entries


def _beside(entries: Mapping[str, Entry], parent: str | None, anchor: str, at: At, faults: Problems) -> bool:
    """Whether `anchor` exists and has the parent given: options move only among their siblings."""
    if not _known(entries, anchor, at, faults):
        return False
    if entries[anchor].parent != parent:
        faults.add(at, lazy("%(code)s stands under another parent; name an option beside this one.", code=anchor))
        return False
    return True


def unknown_code(code: str) -> Text:
    """The sentence for a code the list does not hold."""
    return lazy("There is no option with the code %(code)s here.", code=shown(code))


def _first(entries: dict[str, Entry], codes: Iterable[str]) -> dict[str, Entry]:
    """The entries with `codes` before all others; among siblings that is the order wished for."""
    ordered = dict.fromkeys(codes)
    return {code: entries[code] for code in [*ordered, *(code for code in entries if code not in ordered)]}


def _put_before(entries: Mapping[str, Entry], code: str, anchor: str) -> dict[str, Entry]:
    rest = [other for other in entries if other != code]
    if anchor == code:
        return dict(entries)
    place = rest.index(anchor)
    return {other: entries[other] for other in [*rest[:place], code, *rest[place:]]}


def _labels_differ(entries: Mapping[str, Entry], touched: Iterable[tuple[str, At]], faults: Problems) -> None:
    """Two visible siblings of one name could not be told apart on a screen or in an import."""
    for code, at in touched:
        entry = entries.get(code)
        if entry is None or entry.hidden:
            continue
        for other in entries.values():
            beside = other.code != code and other.parent == entry.parent and not other.hidden
            if beside and folded(other.labels.zh) == folded(entry.labels.zh):
                message = lazy("“%(label)s” is the name of %(code)s already.", label=entry.labels.zh, code=other.code)
                faults.add(at, message)
