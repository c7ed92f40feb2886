"""How many SQL statements a page takes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.platform import Platform

NONE = ("BEGIN", "PRAGMA busy_timeout", "SET LOCAL lock_timeout")
"""Opening a transaction reads nothing, and says how long to wait for others."""
STAMPS = "FROM core_stamp"
"""Asked now and then, whatever the page."""


@contextmanager
def counted(platform: Platform) -> Iterator[list[str]]:
    """The statements sent within the block."""
    found: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(NONE) and STAMPS not in statement:
            found.append(statement)

    event.listen(platform.database.engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        event.remove(platform.database.engine, "before_cursor_execute", hear)
