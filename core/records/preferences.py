"""What a person likes kept from one sign-in to the next: conditions of lists, the project, the language."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.model import Model


class Preference(Model):
    """One thing kept for one person."""

    __tablename__ = "core_preference"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(JSON)


def remember(session: Session, user_id: int, name: str, value: Any) -> None:
    """Keep `value` under `name`; the caller commits."""
    row = session.scalars(
        select(Preference).where(Preference.user_id == user_id, Preference.name == name)
    ).one_or_none()
    if row is None:
        session.add(Preference(user_id=user_id, name=name, value=value))
    else:
        row.value = value


def preferences_of(session: Session, user_id: int) -> dict[str, Any]:
    """name → value."""
    rows = session.execute(select(Preference.name, Preference.value).where(Preference.user_id == user_id))
    return dict(rows.all())
