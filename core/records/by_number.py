"""Records that somebody may void or reopen without reading them: addressed by number, shown as number, place, state.

Domain.md 1.2 gives region administrators such verbs on business records, and says they hold no business data: what a
page tells them of a record is what the same table allows a sample to say. See docs/decisions/0007.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from core.access.check import may
from core.access.context import current, through
from core.access.reach import Principal, Reach
from core.errors import NotFound
from core.i18n import Text, _
from core.model import Numbered
from core.records.form_page import Input
from core.records.once import new_token
from core.records.page import session
from core.records.parts import Action, Cell
from core.records.reader import Reader
from core.records.show_page import Fact
from core.records.showing import action_of
from core.records.verbs import Verb

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_TYPED = 40


@dataclass(frozen=True, slots=True)
class NumberPage:
    """`atrium/by_number.html`: the question, and the record found."""

    title: Text
    action_url: str
    number: Input
    leads_to: str = ""
    """The page of the record, where one may read it after all."""
    name: str = ""
    facts: Sequence[Fact] = ()
    state: Cell | None = None
    actions: Sequence[Action] = ()
    version: int = 0
    once: str = ""


def exceeds(reach: Reach, reading: Reach) -> bool:
    """Whether `reach` holds somewhere that `reading` does not."""
    if reading.everything:
        return False
    return reach.everything or bool(reach.regions - reading.regions or reach.projects - reading.projects)


def verbs_of(view: "type[RecordView] | RecordView", who: Principal | None = None) -> list[Verb]:
    """The verbs of one record that a person (the one at work) holds where they may not read; none without a number."""
    who = who or current()
    if not issubclass(view.model, Numbered):
        return []
    reading = who.reach(view.resource, "read")
    return [one for one in view.verbs if one.single and exceeds(who.reach(view.resource, one.granted_by), reading)]


def entrance(view: "RecordView") -> list[Action]:
    """The way from a list to the records beyond it, for whoever reads some and may void others."""
    return [Action(_("By number"), f"{view.route_base}/by-number", "search")] if verbs_of(view) else []


def is_beyond(row: Any) -> bool:
    """Whether the person at work reaches the record by a verb alone, and may not read it."""
    return isinstance(row, Numbered) and not may("read", row)


def address_of(view: "RecordView", row: Any) -> str:
    """Where the person at work finds the record: its page, or the page that tells only what its verbs need."""
    if is_beyond(row):
        return f"{view.route_base}/by-number?number={quote(row.number or '')}"
    return f"{view.route_base}/{row.id}"


@contextmanager
def at_hand(view: "RecordView", verb: Verb, record_id: int, *, lock: bool) -> Iterator[Any]:
    """The record for one verb: a readable one, or one that the verb itself reaches. Raises NotFound for others."""
    try:
        row = view.one(record_id, lock=lock)
    except NotFound:
        if verb not in verbs_of(view):
            raise
        with through(verb.granted_by):
            yield view.one(record_id, lock=lock)
    else:
        yield row


def page_of(view: "RecordView", typed: str) -> NumberPage:
    """The page that asks for a number, with the record of that number when one may do something to it."""
    action_url = f"{view.route_base}/by-number"
    number = unicodedata.normalize("NFKC", typed).strip().upper()
    if not number:
        return NumberPage(view.title, action_url, _asked(view, typed))
    for verb in verbs_of(view):
        with through(verb.granted_by):
            query = view.rows().where(view.model.number == number[:MOST_TYPED])
            row = session().scalars(query).one_or_none()
            if row is not None:
                if may("read", row):
                    return NumberPage(view.title, action_url, _asked(view, typed), address_of(view, row))
                return _told(view, row, _asked(view, typed))
    missing = _("There is no record of this number, or it is not in your scope. Copy it from the list or the sheet.")
    return NumberPage(view.title, action_url, _asked(view, typed, missing))


def _asked(view: "RecordView", typed: str, error: Text = "") -> Input:
    return Input(
        "number", _("Number"), value=typed, error=error, required=True, maxlength=MOST_TYPED, focus=True, span=6,
        hint=_("Such as %(number)s.", number=f"SZWH-{view.model.number_letter}2611-00042"),
    )  # fmt: skip


def _told(view: "RecordView", row: Any, number: Input) -> NumberPage:
    named = {column.name: column for column in view.columns}
    shown = [named[name] for name in view.told_by_number if name in named]
    state = named.get("state")
    reader = Reader(session(), view.route_base)
    for column in shown:
        column.want(row, reader)
    reader.load()
    return NumberPage(
        view.title, f"{view.route_base}/by-number", number, name=row.number or "",
        facts=[Fact(column.label, _unlinked(column.draw(row, reader))) for column in shown],
        state=state.draw(row, reader) if state is not None else None,
        actions=[action_of(view, row, verb) for verb in view.verbs if verb.single and verb.allowed(row)],
        version=getattr(row, "version", 0) or 0, once=new_token(),
    )  # fmt: skip


def _unlinked(cell: Cell) -> Cell:
    return Cell(cell.title or cell.text) if cell.kind == "link" else cell
