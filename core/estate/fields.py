"""What may be typed about a record of the estate: declared once per kind, read alike for a new and a changed one.

A verb takes its fields as keyword arguments, as typed or as values; what cannot be meant is refused with a sentence per
field. A verb that edits touches only the fields it is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from core.access.context import current
from core.access.scope import resource_of
from core.errors import Forbidden, Invalid, RuleError
from core.i18n import Text, language, lazy, listed
from core.parameters import store
from core.parameters.options import Option
from core.values.refusal import shown
from core.values.text import is_blank, tidy

NOT_HERE = lazy("You may not do this here. Ask your administrator for the role that does it in this project.")

MOST_OFFERED = 12


@dataclass(frozen=True)
class Field:
    """How a value is read; `options` names the list its code comes from, `default` is for a new record without it."""

    read: Callable[[Any], Any] = tidy
    required: bool = False
    default: Any = None
    options: str = ""


Fields = Mapping[str, Field]


class Faults:
    """Sentences by field, collected so that a form shows all of them at once."""

    def __init__(self) -> None:
        self.by_field: dict[str, Text] = {}

    def add(self, field: str, sentence: Text) -> None:
        """Note what is wrong with a field; its first sentence stays."""
        self.by_field.setdefault(field, sentence)

    def __contains__(self, field: str) -> bool:
        return field in self.by_field

    def refuse_if_any(self) -> None:
        """Raise Invalid when something was noted."""
        if self.by_field:
            raise Invalid(self.by_field)


def read_new(fields: Fields, given: Mapping[str, Any], region: str = "") -> tuple[dict[str, Any], Faults]:
    """The values of a new record. `region` is the code of the region whose option lists hold."""
    faults = Faults()
    _refuse_unknown(fields, given)
    values = {}
    for name, field in fields.items():
        typed = given.get(name)
        values[name] = _read(name, field, field.default if is_blank(typed) else typed, region, faults)
    return values, faults


def read_changes(row: Any, fields: Fields, given: Mapping[str, Any], region: str = "") -> tuple[dict[str, Any], Faults]:
    """The values that differ from what `row` holds; what stays is not judged again (an option may be hidden now)."""
    faults = Faults()
    _refuse_unknown(fields, given)
    values = {}
    for name, typed in given.items():
        if typed == getattr(row, name):
            continue
        value = _read(name, fields[name], typed, region, faults)
        if name in faults or value != getattr(row, name):
            values[name] = value
    return values, faults


def put(row: Any, values: Mapping[str, Any]) -> None:
    """Set what was read."""
    for name, value in values.items():
        setattr(row, name, value)


def option_code(key: str, typed: Any, region: str = "") -> str:
    """The code of the option typed by code, name or alias; raises RuleError with what may be chosen."""
    options = store.catalogue().options(key, region or None)
    text = tidy(typed)
    found = options.find(text)
    if found is None and text.isascii() and text.isdigit():
        found = options.find(f"0{text}")  # a code that Excel took for a number
    if found is None:
        raise RuleError(
            lazy(
                "“%(value)s” is not known here. Choose one of: %(allowed)s.",
                value=shown(text),
                allowed=_offered(options.selectable, text),
            )
        )
    return found.code


def _offered(options: Sequence[Option], typed: str) -> str:
    """A dozen labels for a sentence; of a long list those that look like what was typed, in either language."""
    labels = {text: option.label(language()).text for option in options for text in option.labels.texts.values()}
    near = get_close_matches(typed, labels, n=6, cutoff=0.4) if len(options) > MOST_OFFERED else []
    found = [labels[text] for text in near] or list(dict.fromkeys(labels.values()))[:MOST_OFFERED]
    return listed(dict.fromkeys(found)) + ("…" if len(found) < len(options) else "")


def check_region(resource: str, verb: str, region_id: int) -> None:
    """Raise Forbidden unless `verb` is granted for a region's own rows."""
    if not current().reach(resource, verb).holds_region(region_id):
        raise Forbidden(NOT_HERE)


def region_code(project_id: int) -> str:
    """The region whose parameters hold for a project's records."""
    region = current().organisation.region_of(project_id)
    return region.code if region else ""


def is_there(row: Any, project_id: int) -> bool:
    """Whether `row` was found, belongs to the project, and may be read by whoever is at work."""
    if row is None or row.project_id != project_id:
        return False
    return current().reading(resource_of(row)).holds_project(project_id)


def _refuse_unknown(fields: Fields, given: Mapping[str, Any]) -> None:
    unknown = given.keys() - fields.keys()
    if unknown:
        raise TypeError(f"no such fields: {', '.join(sorted(unknown))}")


def _read(name: str, field: Field, typed: Any, region: str, faults: Faults) -> Any:
    if is_blank(typed):
        if field.required:
            faults.add(name, lazy("Nothing is filled in here."))
        return None
    try:
        return option_code(field.options, typed, region) if field.options else field.read(typed)
    except RuleError as refusal:
        faults.add(name, refusal.message)
        return None
