"""Sign-in attempts, counted in the database so that limits hold across processes. The same for form and REST."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from core import clock
from core.access.context import as_system
from core.access.models import SignInAttempt
from core.db import Database
from core.errors import TooMany
from core.i18n import lazy

WINDOW = timedelta(minutes=10)
PER_NAME, PER_ADDRESS = 10, 60


def check_attempts(database: Database, username: str, address: str) -> None:
    """Raise TooMany when this name or address failed too often lately."""
    since = clock.now() - WINDOW
    with as_system(), database.unit(read_only=True) as session:
        for key, most in ((f"name:{username.casefold()[:60]}", PER_NAME), (f"from:{address}", PER_ADDRESS)):
            count = session.scalar(select(func.count()).where(SignInAttempt.key == key, SignInAttempt.at > since))
            if (count or 0) >= most:
                minutes = int(WINDOW.total_seconds() // 60)
                raise TooMany(
                    lazy("Too many tries. Wait %(n)s minutes and sign in again.", n=minutes), retry_after=minutes * 60
                )


def count_failure(database: Database, username: str, address: str) -> None:
    """Remember a failed try, and forget old ones."""
    moment = clock.now()
    with as_system(), database.unit() as session:
        session.execute(delete(SignInAttempt).where(SignInAttempt.at < moment - WINDOW))
        for key in (f"name:{username.casefold()[:60]}", f"from:{address}"):
            session.add(SignInAttempt(key=key, at=moment))
