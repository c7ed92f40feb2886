"""What the platform read for itself in somebody's session is not theirs to find there.

A session gives back an object it holds without asking the database. Those that came in `as_system` are marked; the
first time a person asks for one, the question is put to the database within their scope.
"""

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import InstanceState, ORMExecuteState, Session
from sqlalchemy.orm.base import LoaderCallableStatus

from core.access import scope
from core.access.context import current
from core.access.scope import is_scoped
from core.errors import ScopeError
from core.i18n import lazy

MARK = "atrium_system"


def mark(session: Session, row: Any) -> None:
    """`loaded_as_persistent`, `pending_to_persistent`: remember that nobody's scope was asked."""
    if current().is_system and is_scoped(type(row)):
        inspect(row).info[MARK] = True


def unless_hidden(session: Session, found: Any) -> Any:
    """An object of the identity map, or None when the person at work may not read it."""
    if found is None or isinstance(found, LoaderCallableStatus) or not is_scoped(type(found)):
        return found
    return None if is_hidden(session, inspect(found)) else found


def is_hidden(session: Session, state: InstanceState[Any], *, whoever_read_it: bool = False) -> bool:
    """Whether the person at work may not read a row this session holds; one they read themselves is not asked again."""
    if current().is_system or state.identity is None or not (whoever_read_it or MARK in state.info):
        return False
    model = state.class_
    with session.no_autoflush:
        if session.scalar(select(model.id).where(model.id == state.identity[0])) is None:
            return True
    state.info.pop(MARK, None)
    return False


def check_refresh(execution: ORMExecuteState) -> None:
    """Raise ScopeError for reading again a row that is hidden; SQLAlchemy puts no criteria on such loads."""
    state = execution.load_options._refresh_state
    if state is None or not is_scoped(state.class_):
        return
    if is_hidden(execution.session, state, whoever_read_it=bool(execution.load_options._is_user_refresh)):
        raise ScopeError(lazy("There is no such page or record, or it is not yours to see."))


def limit_reads(execution: ORMExecuteState) -> None:
    """`do_orm_execute`: refreshes are judged by the row, everything else by the statement."""
    if execution.is_column_load:
        check_refresh(execution)
    scope.limit_reads(execution)
