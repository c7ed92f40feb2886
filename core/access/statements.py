"""What a statement reaches past the session's row scope: tables that are not read as mapped classes, and raw text."""

from typing import Any

from sqlalchemy import Column, Table, TextClause
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.selectable import AliasedReturnsRows, TableClause


def touches(statement: Any, tables: frozenset[Table]) -> bool:
    """Whether a statement names one of `tables`, in whatever depth and way."""
    names = {table.name for table in tables}
    return any(_is_raw(part, names) or _table_of(part) in tables for part in visitors.iterate(statement))


def bypasses(statement: Any, tables: frozenset[Table]) -> bool:
    """Whether an ORM statement reads one of `tables` where the criteria of mapped classes do not reach.

    They are put on mapped classes and their aliases only: a `Table` of the schema, a table or column made by name, and
    text are read as they stand. 30 µs for a usual statement.
    """
    if _is_get(statement):
        return False
    names = {table.name for table in tables}
    mapped: set[Any] = set()
    bare: set[Any] = set()
    for part in visitors.iterate(statement):
        if _is_raw(part, names):
            return True
        mapper = getattr(part, "_annotations", {}).get("parentmapper")
        if mapper is not None:
            mapped.update(mapper.tables)
            mapped.add(part.table if isinstance(part, ColumnClause) else part)
        elif _table_of(part) in tables:
            source = part.table if isinstance(part, Column) else part
            if source is not part and isinstance(source, Table):
                return True  # a column of the table itself; one of an alias may belong to a mapped class
            bare.add(source)
    return not bare <= mapped


def _is_get(statement: Any) -> bool:
    """Whether this is `Session.get()`, whose key SQLAlchemy takes from the table."""
    subject = getattr(statement, "_propagate_attrs", {}).get("plugin_subject")
    where: Any = getattr(statement, "_where_criteria", ())
    return isinstance(subject, Mapper) and len(where) == 1 and where[0] is subject._get_clause[0]


def _is_raw(part: Any, names: set[str]) -> bool:
    if isinstance(part, TextClause):
        return True
    if isinstance(part, TableClause) and not isinstance(part, Table):
        return part.name in names
    if isinstance(part, ColumnClause) and part.is_literal:
        return any(name in part.name for name in names)
    return False


def _table_of(part: Any) -> Table | None:
    """The schema's table a part stands for: itself, what it is an alias of, or where the column lives."""
    if isinstance(part, Column):
        part = part.table
    while isinstance(part, AliasedReturnsRows):
        part = part.element
    return part if isinstance(part, Table) else None
