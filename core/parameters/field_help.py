"""The type `field_help`: what a field means, in a sentence, by resource and field.

The names that may be explained are declared beside the texts, so that a misspelt one is refused when it is written and
not silently shown nowhere. A text is plain: what looks like markup is shown as it was typed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from core.i18n import lazy
from core.parameters.errors import Problems
from core.parameters.kinds import OVERRIDE, Change, Default, Kind
from core.parameters.labels import Labels, read_labels
from core.parameters.nodes import Json, Spot, shown

MOST_HELP = 300
Texts = Mapping[str, Mapping[str, Labels]]
"""resource → field → sentence"""


@dataclass(frozen=True)
class FieldHelp(Kind):
    """`field_help`: `fields:` names, for each resource, the fields that may be explained."""

    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)
    keys: ClassVar[frozenset[str]] = frozenset({"fields"})

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        if "fields" not in fields:
            spot.refuse(lazy("“%(key)s” is missing.", key="fields"))
            return None
        found = {}
        for resource, item in fields["fields"].fields().items():
            found[resource] = frozenset(filter(None, (name.text() for name in item.items())))
        return cls(found)

    def _read(self, spot: Spot, *, both: bool) -> dict[str, dict[str, Labels]]:
        found: dict[str, dict[str, Labels]] = {}
        for resource, item in spot.fields(self.fields.keys()).items():
            texts = {}
            for name, text in item.fields(self.fields[resource]).items():
                labels = read_labels(text, both=both, most=MOST_HELP)
                if labels is not None:
                    texts[name] = labels
            found[resource] = texts
        return found

    def read_default(self, spot: Spot) -> Default | None:
        return Default(self._read(spot, both=True), ())

    def read_change(self, spot: Spot) -> Change | None:
        texts = self._read(spot, both=False)
        json: dict[str, Json] = {
            shown(resource): {name: labels.json() for name, labels in of.items()} for resource, of in texts.items()
        }
        return Change(texts, json, ((OVERRIDE, spot.at),), (), spot.at)

    def merge(self, value: Any, change: Any, problems: Problems) -> Any:
        return {one: {**value.get(one, {}), **change.get(one, {})} for one in {**value, **change}}
