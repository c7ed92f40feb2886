"""What a layer writes under a list: `add`, `relabel`, `change`, `hide`, `order`, `before`."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from core.i18n import lazy
from core.parameters.errors import At
from core.parameters.kinds import Change, Ref
from core.parameters.labels import Labels, read_labels
from core.parameters.listing import OWN_KEYS, Addition, Entry, ListChange
from core.parameters.nodes import Json, Spot

if TYPE_CHECKING:
    from core.parameters.lists import Options

T = TypeVar("T")
RIGHT_OF = {
    "add": "add",
    "relabel": "relabel",
    "change": "change",
    "hide": "hide",
    "order": "reorder",
    "before": "reorder",
}
"""key in a layer → the right it needs"""


def read_list_change(kind: "Options", spot: Spot) -> Change | None:
    """The steps a layer takes with a list; None only where it is no mapping at all."""
    fields = spot.fields(RIGHT_OF)
    if not fields and not spot.is_empty:
        return None
    refs: list[Ref] = []
    steps = ListChange(
        add=tuple(_additions(kind, fields.get("add"), refs)),
        relabel=tuple(_each(fields.get("relabel"), read_labels)),
        change=tuple(_each(fields.get("change"), lambda item: _values(kind, item, refs))),
        hide=tuple(_codes(fields.get("hide"))),
        order=tuple(_codes(fields.get("order"))),
        before=tuple(_each(fields.get("before"), Spot.text)),
    )
    needs = [(RIGHT_OF[key], item.at) for key, item in fields.items()]
    for _, values, at in steps.change:
        needs += [("locked", at) for name in values if kind.attributes[name].locked]
    return Change(steps, _json(kind, steps), tuple(needs), tuple(refs), spot.at)


def _additions(kind: "Options", spot: Spot | None, refs: list[Ref]) -> list[Addition]:
    found: list[Addition] = []
    place = {"before", "under"} if kind.is_tree and not kind.digits else {"before"}
    for item in spot.items() if spot is not None else []:
        fields = item.fields(OWN_KEYS | set(kind.attributes) | place, required=("code", "zh"))
        parent = fields["under"].text() if "under" in fields else None
        if kind.digits and "code" in fields:
            parent = kind.parent_of(fields["code"].text() or "")
        entry = kind.read_entry(item, fields, refs, parent=parent or None, both=False)
        before = fields["before"].text() if "before" in fields else None
        if entry is not None:
            found.append(Addition(entry, before or None, item.at))
    return found


def _codes(spot: Spot | None) -> list[tuple[str, At]]:
    found: dict[str, At] = {}
    for item in spot.items() if spot is not None else []:
        code = item.text()
        if not code:
            if code is not None:
                item.refuse(lazy("A code is missing here."))
        elif code in found:
            item.refuse(lazy("The code %(code)s stands here twice.", code=code))
        else:
            found[code] = item.at
    return list(found.items())


def _each(spot: Spot | None, read: Callable[[Spot], T | None]) -> list[tuple[str, T, At]]:
    items = spot.fields() if spot is not None else {}
    return [(code, value, item.at) for code, item in items.items() if (value := read(item)) is not None]


def _values(kind: "Options", spot: Spot, refs: list[Ref]) -> Mapping[str, Any] | None:
    return kind.read_values(spot.fields(set(kind.attributes)), refs)


def _json(kind: "Options", steps: ListChange) -> Json:
    """The same steps as a revision keeps them: only those taken, in a fixed order of keys."""
    whole: dict[str, Json] = {
        "add": [_entry_json(kind, addition.entry, addition.before) for addition in steps.add],
        "relabel": {code: _label_json(labels) for code, labels, _ in steps.relabel},
        "change": {code: _values_json(kind, values) for code, values, _ in steps.change},
        "hide": [code for code, _ in steps.hide],
        "order": [code for code, _ in steps.order],
        "before": {code: anchor for code, anchor, _ in steps.before},
    }
    return {key: value for key, value in whole.items() if value}


def _entry_json(kind: "Options", entry: Entry, before: str | None) -> Json:
    found: dict[str, Json] = {"code": entry.code, **entry.labels.json()}
    if entry.parent is not None and not kind.digits:
        found["under"] = entry.parent
    if before is not None:
        found["before"] = before
    if entry.aliases:
        found["aliases"] = list(entry.aliases)
    return {**found, **_values_json(kind, entry.values)}


def _label_json(labels: Labels) -> Json:
    return dict(labels.json())


def _values_json(kind: "Options", values: Mapping[str, Any]) -> dict[str, Json]:
    return {name: kind.attributes[name].kind.plain(value) for name, value in values.items()}
