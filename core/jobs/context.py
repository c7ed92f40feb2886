"""What a kind of job is given to work with: sessions of who asked, progress, the wish to stop, the outcome."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from core.access.context import as_system
from core.db import ScopedSession
from core.jobs import queue
from core.jobs.models import DONE, Job

if TYPE_CHECKING:
    from core.platform import Platform

WRITE_EVERY = 0.5
"""Seconds between two looks at the jobs table, however often a job tells its progress."""


class Cancelled(Exception):
    """Who asked for the job wants it no more."""


class Superseded(Exception):
    """The job was given to another run, as this one had fallen silent; nothing of this one may be kept."""


class JobContext:
    """The job in hand. `run(context, **arguments)` works through it, step by step, each safe to do twice."""

    def __init__(self, platform: "Platform", job: Job) -> None:
        self.platform = platform
        self.job = job
        self._done, self.total = job.done, job.total
        self._cancelled = False
        self._looked_at = 0.0
        self._writing = False

    @contextmanager
    def unit(self, *, read_only: bool = False) -> Iterator[ScopedSession]:
        """A transaction on behalf of who asked. On SQLite a long one stops every other writer: judge first, outside."""
        before, self._writing = self._writing, self._writing or not read_only
        try:
            with self.platform.database.unit(read_only=read_only) as session:
                yield session
        finally:
            self._writing = before

    def progress(self, done: int, total: int) -> None:
        """Say how far it is; raises Superseded when another run has taken over."""
        self._done, self.total = done, total
        if monotonic() - self._looked_at >= WRITE_EVERY:
            self.heartbeat()

    @property
    def cancelled(self) -> bool:
        """Whether to stop: asked between steps, where nothing is half done."""
        if not self._cancelled and monotonic() - self._looked_at >= WRITE_EVERY:
            self.heartbeat()
        return self._cancelled

    def stop_if_cancelled(self) -> None:
        """Raise Cancelled when whoever asked wants it no more; what is not committed is undone."""
        if self.cancelled:
            raise Cancelled

    def heartbeat(self) -> None:
        """Say at once that the job is alive; raises Superseded when another run has taken over."""
        self._looked_at = monotonic()
        with as_system():
            if not self._holds_write_lock:
                with self.platform.database.unit() as session:
                    if not queue.touch(session, self.job, done=self._done, total=self.total):
                        raise Superseded
            with self.platform.database.unit(read_only=True) as session:
                self._cancelled = queue.is_cancelled(session, self.job)

    def beat(self) -> None:
        """The pulse's part, from a thread of its own: alive, and no more."""
        if not self._holds_write_lock:
            with as_system(), self.platform.database.unit() as session:
                queue.touch(session, self.job)

    def complete(self, session: ScopedSession, result: Mapping[str, Any], *, file: Path | None = None) -> None:
        """Write the outcome in the transaction of the work itself: both stand, or neither."""
        below = file.relative_to(self.platform.settings.home).as_posix() if file else None
        if not queue.end(session, self.job, DONE, result=result, file=below, total=self.total):
            raise Superseded

    def file(self, name: str) -> Path:
        """Where a file of the result goes."""
        folder = self.platform.settings.home / "jobs" / str(self.job.id)
        folder.mkdir(parents=True, exist_ok=True)
        return folder / Path(name).name

    @property
    def _holds_write_lock(self) -> bool:
        """SQLite has one writer: while it is this job's own transaction, a second connection would wait in vain."""
        return self._writing and self.platform.database.is_sqlite
