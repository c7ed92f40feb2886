"""Entering the findings of a home: what the grid shows about it, and what becomes of the rows it sends."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check_project
from core.access.context import current
from core.errors import Invalid, NotFound, RuleError
from core.estate.finding import find_place
from core.estate.models import Place
from core.estate.rules import parse_place, place_label
from core.i18n import Text, lazy
from core.issues.entering import Outcome, TypedRow, record_many
from core.parameters import store
from core.values import BadValue, read_line, read_text
from core.values.text import tidy

ORIGIN = "inspection"
RESOURCE = "inspection.issue"
MOST_ROWS = 200
MOST_PLACES = 30
_COMMA = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True)
class Head:
    """What holds for every row sent together."""

    found_by: str
    found_on: date | None
    round: str


@dataclass(frozen=True)
class Line:
    """A row as the grid sends it; every value is text."""

    uuid: str
    category: str = ""
    location: str = ""
    description: str = ""
    note: str = ""
    contractor_id: str = ""
    also: str = ""
    """Further homes with the same finding: `3-1-602、702`."""
    anyway: bool = False

    @classmethod
    def read(cls, given: Any) -> "Line":
        """From JSON; what is no text there counts as empty."""
        values = given if isinstance(given, Mapping) else {}
        texts = {name: values.get(name) for name in cls.__dataclass_fields__ if name != "anyway"}
        return cls(
            **{name: text if isinstance(text, str) else "" for name, text in texts.items()},
            anyway=values.get("anyway") is True,
        )


def place_to_enter(session: Session, place_id: int) -> Place:
    """The place whose findings one may record; raises NotFound where it is not visible, Forbidden without the verb."""
    found = session.get(Place, place_id)
    if found is None or not current().reading(RESOURCE).holds_project(found.project_id):
        raise NotFound(lazy("There is no such home, or it is not yours to see."))
    check_project(RESOURCE, "write", found.project_id)
    return found


def find(session: Session, project_id: int, typed: str) -> Place:
    """The place of a project that was typed; raises RuleError with a sentence."""
    if not current().reading(RESOURCE).holds_project(project_id):
        raise NotFound(lazy("There is no such home, or it is not yours to see."))
    check_project(RESOURCE, "write", project_id)
    if not tidy(typed):
        raise RuleError(lazy("Type the home, such as 3-1-502, or the name of a common area."), field="place")
    return find_place(session, project_id, read_line(typed))


def enter(session: Session, place: Place, head: Head, lines: Sequence[Line]) -> list[Outcome]:
    """Record the rows typed at a place; good ones are recorded, each of the others comes back with its sentences.

    Raises Invalid for the head line, RuleError for too many rows; the caller commits.
    """
    check_project(RESOURCE, "write", place.project_id)
    also = [_named(line.also) for line in lines]
    if len(lines) + sum(map(len, also)) > MOST_ROWS:
        raise RuleError(
            lazy(
                "At most %(n)s findings are saved at once, further homes counted; these are %(count)s. "
                "Save part of them first.",
                n=MOST_ROWS, count=len(lines) + sum(map(len, also)),
            )
        )  # fmt: skip
    _check_head(head, place.project_id)
    homes = _Homes(session, place, [part for parts in also for part in parts])
    rows = [_typed(place, line, homes, parts) for line, parts in zip(lines, also, strict=True)]
    return record_many(
        session, rows, origin=ORIGIN, found_by=tidy(head.found_by), found_on=head.found_on, round=head.round or None
    )


def _named(also: str) -> list[str]:
    """The homes named in a cell; none where the text itself is refused, which `_typed` tells."""
    try:
        return [part for part in _COMMA.split(read_text(also)) if part] if tidy(also) else []
    except BadValue:
        return []


def _check_head(head: Head, project_id: int) -> None:
    region = current().organisation.region_of(project_id)
    faults: dict[str, Text] = {}
    try:
        if tidy(head.found_by):
            read_line(head.found_by)
    except BadValue as refusal:
        faults["found_by"] = refusal.message
    if head.found_on is not None and head.found_on > clock.today(region.zone if region else clock.DEFAULT_ZONE):
        faults["found_on"] = lazy("The day of the inspection lies in the future; correct it.")
    rounds = store.catalogue().options("inspection.round", region.code if region else "")
    if head.round and not rounds.is_selectable(head.round):
        faults["round"] = lazy("Choose one from the list.")
    if faults:
        raise Invalid(faults)


def _typed(place: Place, line: Line, homes: "_Homes", also: Sequence[str]) -> TypedRow:
    faults: dict[str, Text] = {}
    texts = {}
    for name in ("description", "note", "also"):
        texts[name] = tidy(getattr(line, name))
        try:
            if texts[name]:
                read_text(texts[name])
        except BadValue as refusal:
            faults[name] = refusal.message
    try:
        uuid = str(UUID(line.uuid))
    except ValueError:
        uuid, faults["row"] = line.uuid[:36], lazy("This row has lost its mark; type it in a new row.")
    contractor = line.contractor_id
    if contractor and not (contractor.isascii() and contractor.isdigit() and len(contractor) < 19):
        contractor, faults["contractor_id"] = "", lazy("Choose a {contractor} from the list.")
    places = [place]
    try:
        places += homes.found(also)
    except RuleError as refusal:
        faults["also"] = refusal.message
    return TypedRow(
        uuid, places, _code("issues.category", line.category, place), _code("issues.location", line.location, place),
        texts["description"], texts["note"], int(contractor) if contractor else None, line.anyway, faults,
    )  # fmt: skip


def _code(key: str, typed: str, place: Place) -> str:
    """The code of what was chosen, or typed in words: pasted cells say 墙面空鼓 or 墙面/墙面空鼓."""
    region = current().organisation.region_of(place.project_id)
    options = store.catalogue().options(key, region.code if region else "")
    if options.is_selectable(typed):
        return typed
    found = options.find(typed[:100]) if typed.strip() else None
    return found.code if found else ""


class _Homes:
    """Further homes named in any row, most of them read with one statement."""

    def __init__(self, session: Session, place: Place, typed: Iterable[str]) -> None:
        self.session, self.place = session, place
        labels = {self._label(one) for one in typed}
        known = select(Place).where(Place.project_id == place.project_id, Place.label.in_(labels))
        self.by_label = {one.label: one for one in session.scalars(known)} if labels else {}

    def _label(self, typed: str) -> str:
        """`602` stands for the home of that number in the same unit."""
        name = parse_place(typed)
        if name is not None and name.unit is not None:
            return place_label(name.building, name.unit, name.number)
        if self.place.number and name is None:
            return self.place.label.removesuffix(self.place.number) + typed.upper()
        return typed

    def found(self, typed: Sequence[str]) -> list[Place]:
        """The homes meant, each once and without the row's own; raises RuleError with a sentence."""
        if len(typed) > MOST_PLACES:
            raise RuleError(lazy("At most %(n)s further homes fit in a row.", n=MOST_PLACES))
        places = [
            self.by_label.get(self._label(one)) or find_place(self.session, self.place.project_id, one[:100])
            for one in typed
        ]
        return [one for one in dict.fromkeys(places) if one.id != self.place.id]
