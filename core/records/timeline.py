"""A record's history from `core_change`, in the words of its view's columns."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system
from core.access.models import Person
from core.history import Change
from core.i18n import Text, _, lazy
from core.records.columns import Column
from core.records.formats import moment_text, since_text
from core.records.reader import Reader
from core.records.show_page import Entry

MOST = 60
WORDS: Mapping[str, Text] = {
    "create": lazy("recorded"), "change": lazy("changed"), "delete": lazy("removed"), "import": lazy("imported"),
    "edit": lazy("corrected"), "undo": lazy("took back the last change"),
    "demo": lazy("recorded for the demo"), "record": lazy("recorded"),
}  # fmt: skip


def changes_of(session: Session, kind: str, record_id: int, most: int = MOST) -> list[Change]:
    """The newest changes of a record that was read through its own scope; one more than `most` if there are more."""
    query = select(Change).where(Change.kind == kind, Change.record_id == record_id).order_by(Change.id.desc())
    with as_system():
        return list(session.scalars(query.limit(most + 1)))


def want(changes: Sequence[Change], columns: Mapping[str, Column], reader: Reader) -> None:
    """Ask for the labels the history names."""
    for one in changes:
        reader.lookup.want(Person, one.user_id)
        for name, (old, new) in one.changes.items():
            column = columns.get(name)
            if column is not None and column.kind == "ref" and column.model is not None:
                reader.lookup.want(column.model, old)
                reader.lookup.want(column.model, new)


def entries(
    changes: Sequence[Change], row: Any, columns: Mapping[str, Column], verbs: Mapping[str, Text], reader: Reader
) -> list[tuple[datetime, Entry]]:
    """Newest first, each with its moment; fields without a column of the view are left out."""
    zone = reader.zone_of(row)
    found = []
    for one in changes[:MOST]:
        said = []
        for name, (old, new) in one.changes.items():
            column = columns.get(name)
            if column is not None:
                said.append((column.label, _say(column, old, row, reader), _say(column, new, row, reader)))
        verb = one.verb or one.action
        label = verbs.get(verb) or WORDS.get(verb) or WORDS[one.action]
        who = reader.lookup.label(Person, one.user_id) or _("Atrium")
        entry = Entry(
            who, _lower(str(label), reader.lang), since_text(one.at, zone), said, one.reason or "",
            job=one.job_id is not None or verb == "import",
            kind="state" if "state" in one.changes else "change" if said else "", when_exact=moment_text(one.at, zone),
        )  # fmt: skip
        found.append((one.at, entry))
    return found


def _lower(text: str, lang: str) -> str:
    return text[:1].lower() + text[1:] if lang == "en" else text


def _say(column: Column, value: Any, row: Any, reader: Reader) -> str:
    """A value of the history (as JSON keeps it) in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, str) and column.kind in ("moment", "date", "due"):
        try:
            if column.kind == "moment":
                return moment_text(datetime.fromisoformat(value), reader.zone_of(row))
            return date.fromisoformat(value).isoformat()
        except ValueError:
            return value
    if column.needs:
        return column.say(value, row, reader) if _open(column, row) else "***"
    return column.say(value, row, reader)


def _open(column: Column, row: Any) -> bool:
    from core.access.check import may

    return may(column.needs, row)


__all__ = ["changes_of", "clock", "entries", "want"]
