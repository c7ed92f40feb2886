"""What happened: one `core_change` row per record and transaction, one `core_event` row per business event.

History pages, audit, the home passport and clocks by replay read these two; nothing keeps a second log.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import JSON, Index, Integer, String, inspect
from sqlalchemy.orm import Mapped, Session, SessionTransaction, UOWTransaction, mapped_column

from core import clock
from core.access.context import current, work
from core.garbage import uncollected
from core.many import insert_many
from core.model import Audited, Key, Model, UtcDateTime


class Change(Model):
    """Who changed which record when, by which verb, and each field's old → new. Creation stores no values."""

    __tablename__ = "core_change"
    __table_args__ = (Index("ix_core_change_record", "kind", "record_id", "id"),)

    kind: Mapped[str] = mapped_column(String(60))
    """Table name of the record."""
    record_id: Mapped[int] = mapped_column(Key)
    region_id: Mapped[int | None] = mapped_column(Key)
    project_id: Mapped[int | None] = mapped_column(Key, index=True)
    user_id: Mapped[int | None] = mapped_column(Integer)
    acting_for_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    request_id: Mapped[str | None] = mapped_column(String(40))
    job_id: Mapped[int | None] = mapped_column(Key)
    verb: Mapped[str | None] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(10))
    """`create`, `change` or `delete`."""
    reason: Mapped[str | None] = mapped_column(String(1000))
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Event(Model):
    """A business event, recorded in the transaction that caused it."""

    __tablename__ = "core_event"
    __table_args__ = (Index("ix_core_event_name", "name", "id"), Index("ix_core_event_record", "kind", "record_id"))

    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str | None] = mapped_column(String(60))
    record_id: Mapped[int | None] = mapped_column(Key)
    place_id: Mapped[int | None] = mapped_column(Key, index=True)
    project_id: Mapped[int | None] = mapped_column(Key)
    user_id: Mapped[int | None] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    fault: Mapped[str | None] = mapped_column(String(2000))
    """What a listener that failed said; the event waits for redelivery to it."""


Listener = Callable[[Event, Session], None]
_listeners: list[tuple[str, Listener]] = []


def listen(owner: str, listener: Listener) -> None:
    """Have `listener` called with each event, in the same transaction. It may raise; it is undone alone then."""
    _listeners.append((owner, listener))


def forget_listeners(owner: str) -> None:
    _listeners[:] = [pair for pair in _listeners if pair[0] != owner]


def record_event(session: Session, name: str, row: Any = None, **payload: Any) -> Event:
    """Record that `name` (`inspection.list_sent`) happened to `row`, and tell the listeners.

    Each listener runs in a SAVEPOINT of its own: one that fails is undone alone and its fault kept with the event.
    """
    event = Event(
        name=name,
        kind=getattr(row, "__tablename__", None),
        record_id=getattr(row, "id", None),
        place_id=getattr(row, "place_id", None),
        project_id=getattr(row, "project_id", None),
        user_id=current().user_id,
        at=clock.now(),
        payload={"v": 1, **{key: plain(value) for key, value in payload.items()}},
    )
    session.add(event)
    if _listeners:
        _tell(session, event)
    return event


def record_events(session: Session, name: str, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Record that `name` happened to many rows of `model`; each names `id`, where it lies, and its `payload`.

    Where nobody listens they are written in one statement; a listener hears of each as of a single one.
    """
    moment, kind, user_id = clock.now(), model.__tablename__, current().user_id
    made = [
        {
            "name": name, "kind": kind, "record_id": row["id"], "place_id": row.get("place_id"),
            "project_id": row.get("project_id"), "user_id": user_id, "at": moment,
            "payload": {"v": 1, **{key: plain(value) for key, value in row.get("payload", {}).items()}},
        }
        for row in rows
    ]  # fmt: skip
    if not _listeners:
        insert_many(session, Event.metadata.tables[Event.__tablename__], made)
        return
    for one in made:
        event = Event(**one)
        session.add(event)
        _tell(session, event)


def _tell(session: Session, event: Event) -> None:
    session.flush()
    for owner, listener in tuple(_listeners):
        try:
            with session.begin_nested():
                listener(event, session)
        except Exception as fault:
            event.fault = f"{event.fault or ''}{owner}: {type(fault).__name__}: {fault}\n"[:2000]


def plain(value: Any) -> Any:
    """`value` as JSON keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value


NOTES = "atrium_notes"
SKIPPED = frozenset({"id", "version", "walk"})


def collect_changes(session: Session, context: UOWTransaction, instances: Any) -> None:
    """`before_flush`: note what changes on audited rows; rows that are new get their ids in the flush."""
    for row in session.new:
        if isinstance(row, Audited):
            _note(session, row, "create", {})
    for row in session.dirty:
        if isinstance(row, Audited) and (changes := changes_of(row)):
            _note(session, row, "change", changes)
    for row in session.deleted:
        if isinstance(row, Audited):
            _note(session, row, "delete", {})


def changes_of(row: Any) -> dict[str, list[Any]]:
    """Field → [old, new] of what is not flushed yet."""
    state = inspect(row)
    found: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        if key in SKIPPED or key in row.audit_hidden:
            continue
        history = state.attrs[key].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            new = history.added[0] if history.added else None
            if old != new:
                found[key] = [plain(old), plain(new)]
    return found


def _note(session: Session, row: Any, action: str, changes: dict[str, list[Any]]) -> None:
    notes = session.info.setdefault(NOTES, [])
    notes.append((session.get_nested_transaction(), row, action, changes, work()))


class CreatedMany(NamedTuple):
    """Stands in the history for rows that never were objects."""

    table: str
    places: Sequence[tuple[int, int | None, int | None]]
    """(id, project, region) of each."""


def note_created(session: Session, model: type[Any], ids: Sequence[int], rows: Sequence[Mapping[str, Any]]) -> None:
    """Note rows inserted past the unit of work (`core.bulk`), as `collect_changes` notes those of a flush."""
    places = [(id, row.get("project_id"), row.get("region_id")) for id, row in zip(ids, rows, strict=True)]
    notes = session.info.setdefault(NOTES, [])
    notes.append((session.get_nested_transaction(), CreatedMany(model.__tablename__, places), "create", {}, work()))


def write_changes(session: Session) -> None:
    """`before_commit`: one row per record, however many flushes and SAVEPOINTs the transaction needed."""
    if session.get_nested_transaction() is not None:
        return  # the end of a SAVEPOINT
    session.flush()
    if notes := session.info.pop(NOTES, []):
        with uncollected():
            _write(session, notes)


def _write(session: Session, notes: Sequence[Any]) -> None:
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    moment, who = clock.now(), current()
    for _, row, action, changes, what in notes:
        if isinstance(row, CreatedMany):
            rows |= _rows(row, moment, who.user_id, what)
            continue
        key = (row.__tablename__, row.id)
        found = rows.get(key)
        if found is None:
            found = rows[key] = _row(row, action, moment, who.user_id, what)
        elif action == "delete":
            found["action"] = "delete" if found["action"] != "create" else "never"
        if found["action"] == "change":
            _merge(found["changes"], changes)
        found["verb"] = what.verb or found["verb"]
        found["reason"] = what.reason or found["reason"]
    kept = [row for row in rows.values() if row["action"] == "create" or row["action"] == "delete" or row["changes"]]
    if kept:
        insert_many(session, Change.metadata.tables[Change.__tablename__], kept)


def _rows(made: CreatedMany, at: datetime, user_id: int | None, what: Any) -> dict[tuple[str, int], dict[str, Any]]:
    table, alike = made.table, _alike("create", at, user_id, what)
    return {
        (table, id): {**alike, "kind": table, "record_id": id, "region_id": region_id, "project_id": project_id,
                      "changes": {}}
        for id, project_id, region_id in made.places
    }  # fmt: skip


def _row(row: Any, action: str, at: datetime, user_id: int | None, what: Any) -> dict[str, Any]:
    return {
        **_alike(action, at, user_id, what),
        "kind": row.__tablename__,
        "record_id": row.id,
        "region_id": getattr(row, "region_id", None),
        "project_id": getattr(row, "project_id", None),
        "changes": {},
    }


def _alike(action: str, at: datetime, user_id: int | None, what: Any) -> dict[str, Any]:
    """What rows of one deed have in common."""
    return {
        "user_id": user_id, "acting_for_id": None, "at": at, "request_id": what.request_id or None,
        "job_id": what.job_id, "verb": what.verb or None, "action": action, "reason": what.reason or None,
    }  # fmt: skip


def _merge(into: dict[str, list[Any]], changes: dict[str, list[Any]]) -> None:
    for key, (old, new) in changes.items():
        first = into.get(key, [old, new])[0]
        into[key] = [first, new]
        if first == new:
            del into[key]


def drop_undone(session: Session, transaction: SessionTransaction) -> None:
    """`after_soft_rollback`: what a rollback or a SAVEPOINT took back never enters the history."""
    if not transaction.nested:
        session.info.pop(NOTES, None)
        return
    notes: Sequence[Any] = session.info.get(NOTES, ())
    session.info[NOTES] = [note for note in notes if not _is_within(note[0], transaction)]


def forget_notes(session: Session, transaction: SessionTransaction) -> None:
    """`after_transaction_end`: a session that was closed without a word begins anew."""
    if transaction.parent is None:
        session.info.pop(NOTES, None)


def _is_within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    """Whether a SAVEPOINT is `outer` or was opened, and released, inside it."""
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.parent
    return False
