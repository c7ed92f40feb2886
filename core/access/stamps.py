"""Numbers that grow when something cached changes, so that every process notices within a second.

The process that made the change notices at once: whoever saves sees on the next page what was saved.
"""

from collections.abc import Mapping
from time import monotonic
from typing import Any
from weakref import WeakSet

from sqlalchemy import event, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from core.access.context import as_system
from core.access.models import Assignment, Person, Stamp
from core.db import ScopedSession, reading_only
from core.estate.organisation import Project, Region
from core.parameters.models import ParameterRevision

ORGANISATION = "organisation"
ACCESS = "access"
PARAMETERS = "parameters"

WATCHED: Mapping[type[Any], str] = {
    Region: ORGANISATION,
    Project: ORGANISATION,
    Assignment: ACCESS,
    ParameterRevision: PARAMETERS,
}
OF_A_PERSON = ("active", "username", "display_name")
"""What rights and names depend on; the count of sign-ins is nobody's news."""


class Stamps:
    """What the stamps said when last asked, at most `seconds` ago."""

    def __init__(self, sessions: sessionmaker[ScopedSession], seconds: float) -> None:
        self._sessions = sessions
        self._seconds = seconds
        self._asked = float("-inf")
        self._values: Mapping[str, int] = {}
        self._forgotten = 0
        _all.add(self)

    def values(self) -> Mapping[str, int]:
        """name → number; asks the database when the last answer is too old."""
        if (now := monotonic()) - self._asked >= self._seconds:
            forgotten = self._forgotten
            with as_system(), reading_only(), self._sessions() as session:
                self._values = dict(session.execute(select(Stamp.name, Stamp.value)).all())
            if forgotten == self._forgotten:  # else something was saved while we read
                self._asked = now
        return self._values

    def forget(self) -> None:
        """Ask at the next question."""
        self._forgotten += 1
        self._asked = float("-inf")


_all: WeakSet[Stamps] = WeakSet()
"""Those of this process; a server has one, tests have several."""


def bump(session: Session, name: str) -> None:
    """Let the stamp grow in this transaction, from nothing if need be; another writer waits until it ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    grown = insert(Stamp).values(name=name, value=1)
    session.execute(grown.on_conflict_do_update(index_elements=["name"], set_={"value": Stamp.value + 1}))


TOUCHED, GROWN = "atrium_stamps", "atrium_stamps_grown"


@event.listens_for(ScopedSession, "after_flush")
def _notice(session: Session, context: Any) -> None:
    touched = session.info.setdefault(TOUCHED, set())
    for row in (*session.new, *session.dirty, *session.deleted):
        for model, name in WATCHED.items():
            if isinstance(row, model):
                touched.add(name)
        if isinstance(row, Person) and any(inspect(row).attrs[name].history.has_changes() for name in OF_A_PERSON):
            touched.add(ACCESS)


@event.listens_for(ScopedSession, "before_commit")
def _bump_touched(session: Session) -> None:
    if session.get_nested_transaction() is not None:
        return  # the end of a SAVEPOINT, which may yet be taken back with what encloses it
    session.flush()
    for name in sorted(session.info.pop(TOUCHED, ())):
        bump(session, name)
        session.info[GROWN] = True


@event.listens_for(ScopedSession, "after_commit")
def _notice_here(session: Session) -> None:
    if session.info.pop(GROWN, False):
        for stamps in tuple(_all):
            stamps.forget()


@event.listens_for(ScopedSession, "after_transaction_end")
def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(TOUCHED, None)
        session.info.pop(GROWN, None)
