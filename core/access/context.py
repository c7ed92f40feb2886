"""Who is at work here and now. Nobody by default: what forgot to say who asks sees no rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from core.access.reach import NOBODY, SYSTEM, Principal


@dataclass(frozen=True)
class Work:
    """What the history says besides who: the request, the verb, the job."""

    request_id: str = ""
    verb: str = ""
    job_id: int | None = None
    reason: str = ""


_principal: ContextVar[Principal | Callable[[], Principal]] = ContextVar("atrium_principal", default=NOBODY)
NO_WORK = Work()
_work: ContextVar[Work] = ContextVar("atrium_work", default=NO_WORK)


def current() -> Principal:
    """The person at work; found at the first question (a web request knows its user late)."""
    found = _principal.get()
    if callable(found):
        _principal.set(SYSTEM)
        try:
            found = found()
        except BaseException:
            _principal.set(NOBODY)
            raise
        _principal.set(found)
    return found


def set_current(principal: Principal | Callable[[], Principal]) -> None:
    """For the rest of this context: a web request or a job."""
    _principal.set(principal)


@contextmanager
def acting_as(principal: Principal) -> Iterator[Principal]:
    """Work as `principal` within the block."""
    mark = _principal.set(principal)
    try:
        yield principal
    finally:
        _principal.reset(mark)


def as_system() -> AbstractContextManager[Principal]:
    """Work as the platform itself, within a block: loading users, migrations, sweeping. Never on behalf of a person."""
    return acting_as(SYSTEM)


@contextmanager
def through(verb: str) -> Iterator[Principal]:
    """Read through `verb` as well within the block (an import compares rows its owner may not otherwise read)."""
    with acting_as(current().through(verb)) as principal:
        yield principal


def work() -> Work:
    return _work.get()


@contextmanager
def doing(**what: object) -> Iterator[Work]:
    """Name the verb, request, job or reason for the history within the block."""
    mark = _work.set(replace(_work.get(), **what))  # type: ignore[arg-type]
    try:
        yield _work.get()
    finally:
        _work.reset(mark)


def set_work(what: Work) -> None:
    _work.set(what)
