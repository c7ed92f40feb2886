"""Row scope in the session: what a person may not see is never read.

Deny by default. Reads get their criteria in `do_orm_execute`, for every ORM statement whatever page or job asks. Core,
text and bulk statements on scoped tables are refused: the ORM hooks cannot see into them. `core.access.guard` does the
same for writes.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, event, false, inspect, or_
from sqlalchemy.orm import FromStatement, Mapper, ORMExecuteState, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from core.access.context import current
from core.access.reach import Principal, Reach
from core.access.statements import bypasses, touches
from core.errors import ScopeError
from core.i18n import lazy
from core.model import ProjectScoped, RegionScoped, mapped_models

LABELS = object()
"""Execution option value that only `core.records.labels` sets: the label of what a visible row points at."""

RAW = lazy("Raw SQL on rows that have a scope is refused; use the session's mapped classes.")

_scoped: dict[type[Any], None] = {}


def scoped_classes() -> Iterable[type[Any]]:
    return tuple(_scoped)


def register_scoped(model: type[Any]) -> None:
    """Let the session guard `model`; called for every mapped class with a `__resource__`."""
    _scoped[model] = None
    _tables.clear()


def forget_scoped(model: type[Any]) -> None:
    _scoped.pop(model, None)
    _tables.clear()


_tables: list[frozenset[Table]] = []


def scoped_tables() -> frozenset[Table]:
    """The tables whose rows have a scope."""
    if not _tables:
        _tables.append(frozenset(inspect(model).local_table for model in _scoped))
    return _tables[0]


def resource_of(row: Any) -> str:
    """The resource a row falls under: its class's, or by a column (an issue's origin)."""
    by = getattr(row, "resource_by_row", None)
    return str(by() if by else row.__resource__)


def criteria(model: type[Any], principal: Principal) -> ColumnElement[bool] | None:
    """What limits reads of `model` for `principal`; None when nothing does."""
    own = getattr(model, "scope_criteria", None)
    if own is not None:
        return own(principal)  # type: ignore[no-any-return]
    return default_criteria(model, principal.reading(model.__resource__))


def default_criteria(model: type[Any], reach: Reach) -> ColumnElement[bool] | None:
    if reach.everything:
        return None
    if issubclass(model, ProjectScoped):
        return model.project_id.in_(sorted(reach.projects)) if reach.projects else false()
    if issubclass(model, RegionScoped):
        return model.region_id.in_(sorted(reach.regions)) if reach.regions else false()
    return None if reach else false()


def _options(principal: Principal) -> list[LoaderCriteriaOption]:
    key = ("", principal.lens or "")
    cached = principal._cache.get(key)
    if cached is None or cached[0] != len(_scoped):  # type: ignore[index]
        found = []
        for model in _scoped:
            limit = criteria(model, principal)
            if limit is not None:
                # Passed on to loaders: joined eager loading asks for that, and lazy loading then has them already.
                found.append(with_loader_criteria(model, limit, include_aliases=True))
        cached = principal._cache[key] = (len(_scoped), found)  # type: ignore[assignment]
    return cached[1]  # type: ignore[index, no-any-return]


def limit_reads(state: ORMExecuteState) -> None:
    """`do_orm_execute`: put the person's scope on the statement, or refuse it."""
    principal = current()
    if principal.is_system:
        return
    option = state.execution_options.get("atrium")
    if option is LABELS:
        return
    statement, tables = state.statement, scoped_tables()
    if isinstance(statement, FromStatement) or not state.is_orm_statement:
        if isinstance(statement, FromStatement) or touches(statement, tables):
            raise ScopeError(RAW)
        return
    if not state.is_select:
        if touches(statement, tables):
            raise ScopeError(
                lazy("Bulk changes of rows that have a scope are refused; change them through the session, row by row.")
            )
        return
    if state.is_column_load:
        return  # of a row the session holds: core.access.leftovers judges it
    if not state.is_relationship_load and bypasses(statement, tables):
        raise ScopeError(RAW)
    known = set(statement._with_options)
    state.statement = statement.options(*(one for one in _options(principal) if one not in known))


def is_scoped(model: type[Any]) -> bool:
    """Whether rows of `model` (or of a class it inherits from) have a scope."""
    return any(base in _scoped for base in model.__mro__)


@event.listens_for(Mapper, "after_mapper_constructed")
def _scope_mapped(mapper: Mapper[Any], model: type[Any]) -> None:
    """Guard each mapped class that names a resource; single-table subclasses ride with their base."""
    if getattr(model, "__resource__", None) and mapper.inherits is None:
        register_scoped(model)


for _early in mapped_models():  # imported before this module: scope must not depend on who imports whom first
    _scope_mapped(_early.__mapper__, _early)


def any_of(*limits: ColumnElement[bool] | None) -> ColumnElement[bool] | None:
    """`or_` that knows that None limits nothing."""
    if any(limit is None for limit in limits):
        return None
    return or_(*(limit for limit in limits if limit is not None))
