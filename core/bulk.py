"""The door for many new rows at once: the same guard and the same history as the session's, without an object per row.

The session's own bulk methods stay refused; they ask nobody.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, inspect, select

from core.access import guard
from core.access.context import as_system, current
from core.access.scope import is_scoped
from core.db import ScopedSession, refuse_while_reading
from core.history import note_created
from core.many import insert_many
from core.model import Audited

SCOPE = (*guard.PLACES, *guard.NEVER_CHANGED)


def insert_rows(session: Any, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert `rows` (attribute → value; all name the same attributes) and return their ids in the same order.

    What the session holds is flushed first. Raises ScopeError, and writes nothing, when one of the rows lies where the
    person at work may not write. The rows do not come into the session; read them there when needed.
    """
    assert isinstance(session, ScopedSession)
    refuse_while_reading()
    if not rows:
        return []
    session.flush()
    _guard(session, model, rows)
    mapper = inspect(model)
    given = {mapper.column_attrs[name].columns[0].key: name for name in rows[0]}
    fixed: dict[str, Any] = {}
    if mapper.polymorphic_on is not None:
        fixed[str(mapper.polymorphic_on.key)] = mapper.polymorphic_identity
    if all(column == name for column, name in given.items()):
        made = [{**row, **fixed} for row in rows]
    else:
        made = [{column: row[name] for column, name in given.items()} | fixed for row in rows]
    with as_system():  # asked above, row by row
        ids = _insert(session, mapper.local_table, made)
    if issubclass(model, Audited):
        note_created(session, model, ids, rows)
    return ids


def _guard(session: ScopedSession, model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Ask the guard of single rows about each row; rows that differ in nothing it looks at are asked about once."""
    principal = current()
    if principal.is_system or not is_scoped(model):
        return
    looked_at = getattr(model, "scope_columns", None)
    if looked_at is None:
        looked_at = [name for name in rows[0] if name in SCOPE or hasattr(model, "is_within")]
    for one in {tuple(row.get(name) for name in looked_at) for row in rows}:
        guard.check_write(session, model(**dict(zip(looked_at, one, strict=True))), principal)


def _insert(session: ScopedSession, table: Any, rows: list[dict[str, Any]]) -> list[int]:
    if session.get_bind().dialect.name != "sqlite":
        added = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        return [int(one) for one in session.scalars(added, rows)]
    # SQLite has one writer, who is us until the end: the next ids are ours, and no row is asked for its own.
    last = session.scalar(select(func.max(table.c.id))) or 0
    for at, row in enumerate(rows, last + 1):
        row["id"] = at
    insert_many(session, table, rows)
    return list(range(last + 1, last + 1 + len(rows)))
