"""What a fault of the database or of the disk is, so that whoever meets one can say what to do."""

import errno
import sqlite3
from typing import Final, Literal

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

BUSY: Final = "busy"
AWAY: Final = "away"
FULL: Final = "full"
Kind = Literal["busy", "away", "full", ""]

_FULL_ERRNO = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
_BUSY_STATES = {"55P03", "57014", "40P01", "40001", "53300"}
"""PostgreSQL: lock or statement took too long, deadlock, serialization failure, too many connections."""
_FULL_STATES = {"53100"}
_BUSY_SQLITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FULL_SQLITE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}


def kind_of(fault: BaseException | None) -> Kind:
    """`busy`: it passes, send again; `away`: the database does not answer; `full`: the disk takes nothing more; empty:
    none of these. What a fault was raised from counts as the fault itself.
    """
    direct = True
    for _depth in range(20):
        if fault is None:
            break
        if isinstance(fault, OSError) and fault.errno in _FULL_ERRNO:
            return FULL
        if direct and isinstance(fault, PoolTimeout):
            return BUSY
        if direct and isinstance(fault, DBAPIError) and (kind := _of_database(fault)):
            return kind
        # A library that stumbles over a full disk may stumble once more while it clears up; a fault of ours that comes
        # while a busy database is dealt with is still ours.
        direct = direct and fault.__cause__ is not None
        fault = fault.__cause__ or fault.__context__
    return ""


def _of_database(fault: DBAPIError) -> Kind:
    orig = fault.orig
    if isinstance(orig, sqlite3.Error):
        code = getattr(orig, "sqlite_errorcode", 0) & 0xFF  # what is above is the detail
        if code in _BUSY_SQLITE:
            return BUSY
        if code in _FULL_SQLITE:
            return FULL
        return AWAY if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) else ""
    state = getattr(orig, "sqlstate", None)
    if state in _FULL_STATES:
        return FULL
    if state in _BUSY_STATES:
        return BUSY
    # Without a state the connection itself failed; classes 08 and 57P: lost, refused, going down, starting up.
    lost = state is None and type(orig).__name__ in ("OperationalError", "InterfaceError", "ConnectionTimeout")
    return AWAY if fault.connection_invalidated or lost or (state or "").startswith(("08", "57P")) else ""
