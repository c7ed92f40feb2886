"""Every way we know to change rows through a session, each told the id of a row that is not one's own to change.

A way does what it can and flushes. Afterwards the table must be as it was.
"""

from collections.abc import Callable
from itertools import count
from typing import Any

from sqlalchemy import delete, insert, inspect, select, text, update
from sqlalchemy.orm import Session, make_transient_to_detached

from core.access.context import as_system
from core.access.models import Person

_serial = count(1)
Way = Callable[[Session, Any, int], Any]


def some_column(model: Any) -> Any:
    """A column whose text may be changed without another rule speaking first; None where there is none."""
    columns = [one for one in inspect(model).columns if not one.foreign_keys and not one.unique and not one.primary_key]
    words = [one for one in columns if kind_of(one) is str and one.name not in ("kind", "origin", "scope")]
    fitting = [one for one in words if one.type.length is None or one.type.length >= 10]
    return (fitting or columns or [one for one in inspect(model).columns if one.name == "place_id"])[0]


def kind_of(one: Any) -> type[Any]:
    """The Python type of a column, whatever wraps it."""
    return getattr(one.type, "impl_instance", one.type).python_type  # type: ignore[no-any-return]


def _values(model: Any) -> dict[str, Any]:
    one = some_column(model)
    return {one.key: f"other {next(_serial)}" if kind_of(one) is str else 1000 + next(_serial)}


def _keyed(session: Session, model: Any, one: int) -> dict[str, Any]:
    """As a bulk update by key wants it: with the version that stands."""
    version = {"version": _read(session, model, one).version} if "version" in inspect(model).column_attrs else {}
    return {"id": one, **version, **_values(model)}


def _saved_in_bulk(session: Session, model: Any, one: int) -> None:
    with as_system():
        row = session.get(model, one)
    for key, value in _values(model).items():
        setattr(row, key, value)
    session.bulk_save_objects([row])
    session.expunge(row)  # so that no flush does what the bulk door refused, or did


def copy_of(row: Any, **other: Any) -> Any:
    """A new row equal to `row` but for its key and what is unique."""
    mapper, values = inspect(type(row)), {}
    for one in mapper.column_attrs:
        name = one.columns[0]
        if one.key in ("id", "version") or name is mapper.polymorphic_on:
            continue
        value = getattr(row, one.key)
        values[one.key] = f"{value}x"[-(name.type.length or 99) :] if isinstance(value, str) and name.unique else value
    return type(row)(**values | other)


def _read(session: Session, model: Any, one: int) -> Any:
    with as_system():
        return session.get(model, one)


def _set(session: Session, model: Any, one: int) -> None:
    row = _read(session, model, one)
    for key, value in _values(model).items():
        setattr(row, key, value)
    session.flush()


def _delete(session: Session, model: Any, one: int) -> None:
    session.delete(_read(session, model, one))
    session.flush()


def _insert_beside(session: Session, model: Any, one: int) -> None:
    """A person beside a person is a new colleague, whom an administrator may add."""
    if model is Person:
        return
    session.add(copy_of(_read(session, model, one)))
    session.flush()


def _detached(session: Session, model: Any, one: int) -> None:
    with as_system():
        place = {key: getattr(session.scalars(select(model).limit(1)).one(), key) for key in ("id",)}
    row = model(**place | {"id": one})
    make_transient_to_detached(row)
    session.add(row)
    for key, value in _values(model).items():
        setattr(row, key, value)
    session.flush()


def _merge(session: Session, model: Any, one: int) -> None:
    session.merge(model(id=one, **_values(model)))
    session.flush()


def _merge_unread(session: Session, model: Any, one: int) -> None:
    row = model(id=one)
    make_transient_to_detached(row)
    found = session.merge(row, load=False)
    for key, value in _values(model).items():
        setattr(found, key, value)
    session.flush()


WAYS: dict[str, Way] = {
    "setting": _set,
    "deleting": _delete,
    "inserting beside it": _insert_beside,
    "a detached twin": _detached,
    "merging": _merge,
    "merging unread": _merge_unread,
    "update()": lambda s, m, one: s.execute(update(m).where(m.id == one).values(_values(m))),
    "update() by key": lambda s, m, one: s.execute(update(m), [_keyed(s, m, one)]),
    "delete()": lambda s, m, one: s.execute(delete(m).where(m.id == one)),
    "query.update": lambda s, m, one: s.query(m).filter(m.id == one).update(_values(m)),
    "query.delete": lambda s, m, one: s.query(m).filter(m.id == one).delete(),
    "insert()": lambda s, m, one: s.execute(insert(m), [{"id": 10**6, **_values(m)}]),
    "insert() from a select": lambda s, m, one: s.execute(
        insert(m.__table__).from_select(["id"], select(m.__table__.c.id + 10**6))
    ),
    "update() of the table": lambda s, m, one: s.execute(
        update(m.__table__).where(m.__table__.c.id == one).values(_values(m))
    ),
    "delete() of the table": lambda s, m, one: s.execute(delete(m.__table__).where(m.__table__.c.id == one)),
    "text": lambda s, m, one: s.execute(text(f"DELETE FROM {m.__table__.name} WHERE id = :one"), {"one": one}),
    "connection": lambda s, m, one: s.connection().execute(delete(m.__table__).where(m.__table__.c.id == one)),
    "bulk_save_objects": _saved_in_bulk,
    "bulk_update_mappings": lambda s, m, one: s.bulk_update_mappings(m, [_keyed(s, m, one)]),
    "bulk_insert_mappings": lambda s, m, one: s.bulk_insert_mappings(m, [{"id": 10**6, **_values(m)}]),
}  # fmt: skip
