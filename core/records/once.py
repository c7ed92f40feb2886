"""Once-only: a form carries a token, the first time it is written wins, a second press is led to the same place."""

import secrets
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.access.context import current
from core.model import Key, Model, UtcDateTime


class Once(Model):
    """A form that was written, and where its sender went. Old rows are purged."""

    __tablename__ = "core_once"

    token: Mapped[str] = mapped_column(String(40), unique=True)
    user_id: Mapped[int | None] = mapped_column(Key)
    location: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def new_token() -> str:
    """For a form's hidden field `once`."""
    return secrets.token_urlsafe(18)


def written(session: Session, token: str) -> str | None:
    """Where this person's form with this token led, if it was written already."""
    if not token:
        return None
    return session.scalar(select(Once.location).where(Once.token == token[:40], Once.user_id == current().user_id))


def mark_written(session: Session, token: str, location: str) -> None:
    """Remember it in the form's own transaction; the unique constraint stops a second writer."""
    if token:
        session.add(Once(token=token[:40], user_id=current().user_id, location=location[:500], at=clock.now()))
        session.flush()


__all__ = ["IntegrityError", "Once", "mark_written", "new_token", "written"]
