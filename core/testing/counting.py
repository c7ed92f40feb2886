"""How many SQL statements a page takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.platform import Platform

NONE = ("BEGIN", "PRAGMA busy_timeout", "SET LOCAL lock_timeout")
"""Opening a transaction and what says how long to wait for others read nothing."""
SAVEPOINTS = ("SAVEPOINT", "RELEASE")
STAMPS = "FROM core_stamp"
"""Asked now and then, whatever the page."""


@contextmanager
def counted(platform: Platform, *, savepoints: bool = True) -> Iterator[list[str]]:
    """The statements sent within the block; with `savepoints=False` only those that read or write."""
    left_out = NONE if savepoints else (*NONE, *SAVEPOINTS)
    found: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(left_out) and STAMPS not in statement:
            found.append(statement)

    event.listen(platform.database.engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(platform.database.engine, "before_cursor_execute", hear)
