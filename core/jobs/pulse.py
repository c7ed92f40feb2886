"""Signs of life: a thread that says every few seconds that its process, or the job in hand, is still there."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from typing import Self

from sqlalchemy import delete, update

from core import clock
from core.access.context import as_system
from core.db import Database
from core.jobs.models import Worker
from core.jobs.queue import changes_one

log = logging.getLogger(__name__)


def process_name() -> str:
    """This process, as logs and tables call it."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


class Pulse:
    """Calls `beat` every `seconds` until the block ends; a beat that fails is logged and the next one tried."""

    def __init__(self, seconds: float, beat: Callable[[], object]) -> None:
        self._seconds = seconds
        self._beat = beat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        while not self._over.wait(self._seconds):
            try:
                self._beat()
            except Exception as fault:
                log.warning("a sign of life could not be written: %s", fault)


class Presence:
    """The row that says this worker is alive."""

    def __init__(self, database: Database, seconds: float) -> None:
        self._database = database
        self._name = process_name()
        self._pulse = Pulse(seconds, self.show)

    def begin(self) -> None:
        self.show()
        self._pulse.__enter__()

    def show(self) -> None:
        moment = clock.running()
        with as_system(), self._database.unit() as session:
            if not changes_one(session, update(Worker).where(Worker.name == self._name).values(seen_at=moment)):
                session.add(Worker(name=self._name, started_at=moment, seen_at=moment))

    def end(self) -> None:
        self._pulse.__exit__()
        with as_system(), self._database.unit() as session:
            session.execute(delete(Worker).where(Worker.name == self._name))
