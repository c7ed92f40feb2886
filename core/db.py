"""The engine and its sessions, with scope, write guard and history built in.

SQLite: WAL, foreign keys on, some seconds of patience, and BEGIN IMMEDIATE for every unit of work that may write (the
driver's default lost updates silently). A unit opened for reading refuses to flush.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from core.access import guard, leftovers
from core.access.context import current
from core.errors import ScopeError
from core.history import collect_changes, drop_undone, forget_notes, write_changes
from core.i18n import lazy

_read_only: ContextVar[bool] = ContextVar("atrium_read_only", default=False)
_hasty: ContextVar[bool] = ContextVar("atrium_hasty", default=False)
_engines: list[Engine] = []
HASTY_SECONDS = 0.25
"""How long a thing waits for a lock that is better left undone than waited for."""
CONNECT_SECONDS = 5
"""A PostgreSQL that does not answer is told as away after this time."""


class ScopedSession(Session):
    """A session whose doors round the ORM hooks are shut to everyone but the platform itself."""

    def connection(self, *args: Any, **kwargs: Any) -> Connection:
        if not current().is_system:
            raise ScopeError(lazy("Raw SQL on rows that have a scope is refused; use the session's mapped classes."))
        return super().connection(*args, **kwargs)

    def _refuse_bulk(self, *args: Any, **kwargs: Any) -> Any:
        raise ScopeError(
            lazy("Bulk changes of rows that have a scope are refused; change them through the session, row by row.")
        )

    bulk_insert_mappings = bulk_update_mappings = bulk_save_objects = _refuse_bulk

    def _identity_lookup(self, *args: Any, **kwargs: Any) -> Any:
        # Asked by get() and by lazy loading before the database is: SQLAlchemy's own hook for sharded sessions.
        return leftovers.unless_hidden(self, super()._identity_lookup(*args, **kwargs))


def refuse_while_reading() -> None:
    """Raise ScopeError where the unit of work was opened for reading."""
    if _read_only.get():
        raise ScopeError(lazy("This request was opened for reading and may not change anything."))


def _guard(session: Session, context: Any, instances: Any) -> None:
    refuse_while_reading()
    guard.complete_history(session)
    guard.guard_writes(session)
    collect_changes(session, context, instances)


event.listen(ScopedSession, "do_orm_execute", leftovers.limit_reads)
event.listen(ScopedSession, "before_flush", _guard)
event.listen(ScopedSession, "before_attach", guard.refuse_strangers)
event.listen(ScopedSession, "loaded_as_persistent", leftovers.mark)
event.listen(ScopedSession, "pending_to_persistent", leftovers.mark)
event.listen(ScopedSession, "before_commit", write_changes)
event.listen(ScopedSession, "after_soft_rollback", drop_undone)
event.listen(ScopedSession, "after_transaction_end", forget_notes)


class Database:
    """One database: `engine`, `sessions()` for a unit of work, `session` bound to the web request or thread."""

    def __init__(self, url: str, *, patience: float = 10.0, **options: Any) -> None:
        """`patience`: seconds that a statement waits for a lock of others before it gives up."""
        self.url = url
        self._patience = patience
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(url, **self._defaults(), **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", self._prepare_sqlite)
            event.listen(self.engine, "begin", self._be_patient)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            event.listen(self.engine, "begin", _be_hasty)
        self.sessions = sessionmaker(self.engine, class_=ScopedSession, expire_on_commit=False)
        self.session: scoped_session[ScopedSession] = scoped_session(self.sessions)
        _engines.append(self.engine)

    @property
    def has_file(self) -> bool:
        """Whether there is something to open; asking SQLite itself would make the file."""
        path = make_url(self.url).database
        return not self.is_sqlite or bool(path and Path(path).exists())

    def _defaults(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"timeout": self._patience, "check_same_thread": False}}
        own = make_url(self.url).query.get("options", "")  # what the operator asks for comes last and so wins
        options = f"-c lock_timeout={int(self._patience * 1000)} {own if isinstance(own, str) else ' '.join(own)}"
        return {
            "pool_pre_ping": True, "pool_size": 5, "max_overflow": 10,
            "connect_args": {"options": options.strip(), "connect_timeout": CONNECT_SECONDS},
        }  # fmt: skip

    @contextmanager
    def unit(self, *, read_only: bool = False, hasty: bool = False) -> Iterator[ScopedSession]:
        """A session that commits at the end of the block and rolls back on any exception.

        `hasty`: waits for a lock of others for a moment only.
        """
        mark = _hasty.set(hasty)
        try:
            with reading_only(read_only), self.sessions() as session:
                with session.begin():
                    yield session
        finally:
            _hasty.reset(mark)

    def _prepare_sqlite(self, connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None
        patience = f"busy_timeout={int(self._patience * 1000)}"
        for pragma in (patience, "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}")

    def _be_patient(self, connection: Connection) -> None:
        wanted = HASTY_SECONDS if _hasty.get() else self._patience
        if connection.info.get("patience", self._patience) != wanted:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wanted * 1000)}")
            connection.info["patience"] = wanted

    def dispose(self) -> None:
        self.session.remove()
        self.engine.dispose()
        if self.engine in _engines:
            _engines.remove(self.engine)


@contextmanager
def reading_only(on: bool = True) -> Iterator[None]:
    """Transactions begun within the block take no write lock and refuse to flush."""
    mark = _read_only.set(on)
    try:
        yield
    finally:
        _read_only.reset(mark)


def set_reading_only(on: bool) -> None:
    """As `reading_only`, for the rest of this context (one web request)."""
    _read_only.set(on)


def after_fork() -> None:
    """In a child process: forget connections inherited from the parent without closing them under it."""
    for engine in _engines:
        engine.dispose(close=False)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if _read_only.get() else "BEGIN IMMEDIATE")


def _be_hasty(connection: Connection) -> None:
    if _hasty.get():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(HASTY_SECONDS * 1000)}")
