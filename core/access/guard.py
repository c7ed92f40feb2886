"""Row scope in the session, the writing half: what a person may not change is never flushed.

A row must lie in the write reach where it stood and where it will stand, told by its columns and by the related objects
set in their stead. Each service verb then checks its own verb; this is the wall behind them.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.attributes import NO_VALUE
from sqlalchemy.orm.interfaces import MANYTOONE

from core.access.context import as_system, current
from core.access.reach import Principal, Reach
from core.access.scope import is_scoped, resource_of
from core.errors import ScopeError
from core.i18n import lazy
from core.model import Audited, ProjectScoped, RegionScoped

PLACES = ("project_id", "region_id")
NEVER_CHANGED = ("origin",)
"""What decides whose permissions a row falls under stays as it was recorded."""
OUTSIDE = lazy("This lies outside the projects and regions you may change; nothing was saved.")


def complete_history(session: Session) -> None:
    """`before_flush`: read the old values that were overwritten unread, which guard and history must know."""
    for row in session.dirty:
        if not (isinstance(row, Audited) or is_scoped(type(row))):
            continue
        state = inspect(row)
        columns = state.mapper.column_attrs
        unread = [key for key, old in state.committed_state.items() if old is NO_VALUE and key in columns]
        if unread and state.identity is not None:
            kept = select(*(getattr(type(row), key) for key in unread)).where(type(row).id == state.identity[0])
            with as_system(), session.no_autoflush:
                found = session.execute(kept).one_or_none()
            if found is not None:
                state.committed_state.update(zip(unread, found, strict=True))


def guard_writes(session: Session) -> None:
    """`before_flush`: refuse new, changed and deleted rows that the person at work may not write."""
    principal = current()
    if principal.is_system:
        return
    dirty = session.dirty  # made anew at each asking: looked through once, not once for each row
    for row in (*session.new, *dirty, *session.deleted):
        if is_scoped(type(row)) and (row not in dirty or session.is_modified(row, include_collections=False)):
            check_write(session, row, principal)


def check_write(session: Session, row: Any, principal: Principal) -> None:
    """Raise ScopeError unless `principal` holds some changing verb where `row` stands and stood."""
    reach = principal.writing(resource_of(row))
    if _allowed(session, row, reach) and not any(_moved(row, name) for name in NEVER_CHANGED):
        return
    raise ScopeError(OUTSIDE)


def refuse_strangers(session: Session, row: Any) -> None:
    """`before_attach`: a row from elsewhere may claim to stand anywhere; it is read again, not attached."""
    state = inspect(row)
    if state.key is not None and not current().is_system and is_scoped(type(row)):
        raise ScopeError(lazy("A record from another unit of work is read again before it is changed."))


def _allowed(session: Session, row: Any, reach: Reach) -> bool:
    own = getattr(row, "is_within", None)
    if own is not None:
        return bool(own(reach, session)) and all(
            _holds(reach, name, _values(row, name)) for name in PLACES if _moved(row, name)
        )
    if reach.everything:
        return True
    if isinstance(row, ProjectScoped):
        return _holds(reach, "project_id", _values(row, "project_id"))
    if isinstance(row, RegionScoped):
        return _holds(reach, "region_id", _values(row, "region_id"))
    return bool(reach)


def _holds(reach: Reach, column: str, ids: set[int | None]) -> bool:
    holds = reach.holds_project if column == "project_id" else reach.holds_region
    return all(holds(one) for one in ids)


def _moved(row: Any, column: str) -> bool:
    """Whether a row that was saved before points elsewhere now."""
    state = inspect(row)
    return column in state.mapper.column_attrs and state.key is not None and len(_values(row, column)) > 1


def _values(row: Any, column: str) -> set[int | None]:
    """The ids a row points at by a column, before and after, told by the column and by related objects set for it."""
    state = inspect(row)
    history = state.attrs[column].history
    found: set[int | None] = {*history.unchanged, *history.added, *history.deleted}
    for relation in _relations(state.mapper, column):
        others = state.attrs[relation].history.added if relation in state.dict else ()
        found |= {getattr(other, "id", None) for other in others}
        if others and getattr(row, column) is None:
            found.discard(None)  # not yet filled from the related object
            found |= {getattr(other, "id", None) for other in others}
    return found or {None}


def _relations(mapper: Mapper[Any], column: str) -> Iterator[str]:
    """Names of the many-to-one relationships that fill `column` at flush."""
    if column not in mapper.column_attrs:
        return
    filled = set(mapper.column_attrs[column].columns)
    for relation in mapper.relationships:
        if relation.direction is MANYTOONE and filled & relation.local_columns:
            yield relation.key
