"""A right that one process holds at a time: it is renewed while it lives and free again when it falls silent."""

from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system
from core.db import Database
from core.jobs.models import Lease
from core.jobs.queue import changes_one

BEAT = "beat"
"""The lease of whoever sweeps and starts what is due."""


def hold(database: Database, name: str, holder: str, seconds: float) -> bool:
    """Take or renew the lease `name` for `seconds`; False while another holds it."""
    moment = clock.running()
    until = moment + timedelta(seconds=seconds)
    mine_or_free = or_(Lease.holder == holder, Lease.until < moment)
    try:
        with as_system(), database.unit() as session:
            held = update(Lease).where(Lease.name == name, mine_or_free).values(holder=holder, until=until)
            if changes_one(session, held):
                return True
            if session.scalar(select(Lease.id).where(Lease.name == name)) is not None:
                return False
            session.add(Lease(name=name, holder=holder, until=until))
    except IntegrityError:  # somebody else made the row in this very moment
        return False
    return True


def is_held(session: Session, name: str) -> bool:
    """Whether somebody holds the lease at this moment."""
    return session.scalar(select(Lease.id).where(Lease.name == name, Lease.until >= clock.running())) is not None


def let_go(database: Database, name: str, holder: str) -> None:
    """Give the lease back, so that the next need not wait."""
    with as_system(), database.unit() as session:
        session.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
