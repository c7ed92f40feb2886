"""Many rows into one table in one statement of the driver: values are prepared column by column, not row by row.

For `core.bulk` and `core.history` only: nobody is asked here whether the rows may be written.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from core.access.context import as_system

AT_A_TIME = 5_000


def insert_many(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert `rows` (column key → value; all name the same columns). Columns left out take the database's default."""
    if not rows:
        return
    keys = list(rows[0])
    left_out = [column for column in table.columns if column.key not in rows[0] and column.default is not None]
    with as_system():
        connection = session.connection()
        compiled = insert(table).compile(dialect=connection.dialect, column_keys=keys)
        if left_out or not compiled.positional:
            session.execute(insert(table), rows)
            return
        values = [_prepared(table, name, rows, connection.dialect) for name in compiled.positiontup or ()]
        made = list(zip(*values, strict=True))
        for begin in range(0, len(made), AT_A_TIME):
            connection.exec_driver_sql(str(compiled), made[begin : begin + AT_A_TIME])


def _prepared(table: Table, name: str, rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> list[Any]:
    """A column's values as the driver takes them; one that comes again is prepared once."""
    prepare: Callable[[Any], Any] | None = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
    values = [row[name] for row in rows]
    if prepare is None:
        return values
    kinds = set(map(type, values)) - {type(None)}
    alike = len(kinds) <= 1 and not kinds & {dict, list}
    keys = values if alike else [(type(value), repr(value)) for value in values]  # 1, True and 1.0 would be one key
    known = {key: prepare(value) for key, value in dict(zip(keys, values, strict=True)).items()}
    return [known[key] for key in keys]
