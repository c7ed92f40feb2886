"""The types `options` and `tree`: how a declaration, a default and a layer's change of a list are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, ClassVar, Self

from core.i18n import lazy
from core.parameters.errors import Problems
from core.parameters.kinds import LIST_RIGHTS, Change, Default, Kind, Ref, Scalar
from core.parameters.labels import Labels, labels_of, read_labels, read_text
from core.parameters.list_changes import read_list_change
from core.parameters.listing import OWN_KEYS, Entry, Listing, changed
from core.parameters.nodes import Spot, listed
from core.parameters.scalars import CODE, SCALARS, Boolean, Whole, refuse_value

MOST_OPTIONS = 2000


@dataclass(frozen=True)
class Attribute:
    """What an option of a list has beside its label; an inherited one holds for the branch below."""

    name: str
    kind: Scalar
    inherit: bool = False
    locked: bool = False
    title: Labels | None = None
    """What people read; its name where nothing is declared."""


@dataclass(frozen=True)
class Options(Kind):
    """`options`: a list of codes with labels and declared attributes."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    digits: tuple[int, ...] = ()
    keys: ClassVar[frozenset[str]] = frozenset({"attributes"})
    rights: ClassVar[tuple[str, ...]] = LIST_RIGHTS
    is_tree: ClassVar[bool] = False

    @classmethod
    def declare(cls, spot: Spot, fields: Mapping[str, Spot]) -> Self | None:
        found = fields["attributes"].fields() if "attributes" in fields else {}
        attributes = {name: _attribute(name, item) for name, item in found.items()}
        digits = [Whole(1, 6).read(item) for item in fields["digits"].items()] if "digits" in fields else []
        return cls(
            {name: attribute for name, attribute in attributes.items() if attribute is not None},
            tuple(number for number in digits if number is not None),
        )

    @property
    def lengths(self) -> tuple[int, ...]:
        """The length of a code on each level of a tree whose codes are built from digits."""
        return tuple(accumulate(self.digits))

    def parent_of(self, code: str) -> str | None:
        """In a tree of digits the code above `code`; elsewhere only the layer can say."""
        shorter = [length for length in self.lengths if length < len(code)]
        return code[: shorter[-1]] if shorter else None

    def read_default(self, spot: Spot) -> Default | None:
        entries: dict[str, Entry] = {}
        refs: list[Ref] = []
        self._read_branch(spot, None, entries, refs)
        return Default(Listing(entries), tuple(refs))

    def _read_branch(self, spot: Spot, parent: str | None, entries: dict[str, Entry], refs: list[Ref]) -> None:
        allowed = OWN_KEYS | set(self.attributes) | ({"children"} if self.is_tree else set())
        for item in spot.items():
            fields = item.fields(allowed, required=("code", "zh", "en"))
            entry = self.read_entry(item, fields, refs, parent=parent, both=True)
            if entry is None:
                continue
            if entry.code in entries or len(entries) >= MOST_OPTIONS:
                item.refuse(
                    lazy("The code %(code)s is in use already; an added option needs a new one.", code=entry.code)
                )
                continue
            entries[entry.code] = entry
            if "children" in fields:
                self._read_branch(fields["children"], entry.code, entries, refs)

    def read_entry(
        self, spot: Spot, fields: Mapping[str, Spot], refs: list[Ref], *, parent: str | None, both: bool
    ) -> Entry | None:
        """One option from its fields; None where its code or label was refused."""
        code = self.read_code(fields["code"], parent) if "code" in fields else None
        labels = labels_of(fields, both=both) if "zh" in fields else None
        values = self.read_values(fields, refs, both=both)
        aliases = [read_text(item) for item in fields["aliases"].items()] if "aliases" in fields else []
        if code is None or labels is None:
            return None
        return Entry(code, labels, parent, tuple(alias for alias in aliases if alias), values)

    def read_values(self, fields: Mapping[str, Spot], refs: list[Ref], *, both: bool = False) -> dict[str, Any]:
        """The declared attributes among `fields`."""
        values: dict[str, Any] = {}
        for name, attribute in self.attributes.items():
            if name in fields and (value := attribute.kind.read(fields[name], both=both)) is not None:
                values[name] = value
                refs.extend(attribute.kind.refs(value, fields[name].at))
        return values

    def read_code(self, spot: Spot, parent: str | None) -> str | None:
        """A code of the form the list asks for; in a tree of digits it begins with its parent's."""
        text = spot.text()
        if text is None:
            return None
        if self.digits:
            above = len(parent) if parent else 0
            below = [length for length in self.lengths if length > above]
            is_number = text.isascii() and text.isdigit()
            if is_number and len(text) in below[:1] and text.startswith(parent or ""):
                return text
            lengths = ", ".join(str(length) for length in self.lengths)
            refuse_value(
                spot, text, lazy("a code of %(lengths)s digits that begins with the code above it", lengths=lengths)
            )
        elif CODE.fullmatch(text):
            return text
        else:
            refuse_value(spot, text, lazy("a code of small letters, digits and _"))
        return None

    def read_change(self, spot: Spot) -> Change | None:
        return read_list_change(self, spot)

    def merge(self, value: Any, change: Any, problems: Problems) -> Any:
        return changed(value, change, problems)

    def lists(self) -> frozenset[str]:
        return frozenset().union(*(attribute.kind.lists() for attribute in self.attributes.values()))


@dataclass(frozen=True)
class Tree(Options):
    """`tree`: options below options; `digits: [2, 2, 2]` builds each code on its parent's."""

    keys: ClassVar[frozenset[str]] = frozenset({"attributes", "digits"})
    is_tree: ClassVar[bool] = True


def _attribute(name: str, spot: Spot) -> Attribute | None:
    everything = {"type", "inherit", "locked", "title"}.union(*(kind.keys for kind in SCALARS.values()))
    fields = spot.fields(everything, required=("type",))
    kind_name = fields["type"].text() if "type" in fields else None
    if kind_name is None:
        return None
    if kind_name not in SCALARS:
        refuse_value(fields["type"], kind_name, lazy("one of: %(allowed)s", allowed=listed(SCALARS)))
        return None
    kind = SCALARS[kind_name].declare(spot, fields)
    flags = {key: Boolean().read(fields[key]) or False for key in ("inherit", "locked") if key in fields}
    title = read_labels(fields["title"], both=True) if "title" in fields else None
    if name in OWN_KEYS | {"children", "under", "before"}:
        spot.refuse(lazy("“%(key)s” cannot name an attribute.", key=name))
        return None
    return Attribute(name, kind, **flags, title=title) if kind is not None else None
