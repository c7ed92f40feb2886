"""People and what they hold. Assignments are the only truth about rights."""

from datetime import date, datetime
from typing import Any

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, Integer, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.access.context import as_system, current
from core.access.reach import Principal, Reach
from core.access.scope import register_scoped
from core.model import Audited, Key, Model, UtcDateTime

GROUP, REGION, PROJECT = "group", "region", "project"


class Person(User, Audited):  # type: ignore[misc]  # its base is published without types
    """A user of Flask-AppBuilder with the name colleagues use and the language they read.

    Whoever works here may read what a colleague is called; only the person and those who manage them change anything.
    """

    __tablename__ = "ab_user"
    __resource__ = "user"
    audit_hidden = frozenset({
        "password", "last_login", "login_count", "fail_login_count", "created_on", "changed_on", "created_by_fk",
        "changed_by_fk",
    })  # fmt: skip

    display_name: Mapped[str | None] = mapped_column(String(100))
    language: Mapped[str | None] = mapped_column(String(5))
    mobile: Mapped[str | None] = mapped_column(String(40))

    @property
    def label(self) -> str:
        return self.display_name or self.username

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        return None

    def is_within(self, reach: Reach, session: Session) -> bool:
        if reach.everything or (self.id is not None and self.id == current().user_id):
            return True
        return bool(reach) and (self.id is None or all(reach.holds(*place) for place in places_of(session, self.id)))


class Assignment(Model, Audited):
    """One person, one role, one scope (the group, a region or a project), from one day to another."""

    __tablename__ = "core_assignment"
    __table_args__ = (Index("ix_core_assignment_user", "user_id", "starts_on"),)
    __resource__ = "user"

    user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(10))
    region_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_region.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_project.id"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        reach = principal.reading("user")
        if reach.everything:
            return None
        return or_(cls.region_id.in_(sorted(reach.regions)), cls.project_id.in_(sorted(reach.projects)))

    def is_within(self, reach: Reach, session: Session) -> bool:
        if self.scope == PROJECT:
            return reach.holds_project(self.project_id)
        return reach.holds_region(self.region_id) if self.scope == REGION else reach.everything


def places_of(session: Session, user_id: int) -> list[tuple[int | None, int | None]]:
    """(region, project) of each role a person holds or will hold, wherever; the group is (None, None)."""
    query = select(Assignment.region_id, Assignment.project_id).where(
        Assignment.user_id == user_id, or_(Assignment.ends_on.is_(None), Assignment.ends_on >= clock.today())
    )
    with as_system(), session.no_autoflush:
        return [(region, project) for region, project in session.execute(query)]


class UserSession(Model):
    """A signed-in browser. The cookie carries a random token; only its hash is kept here."""

    __tablename__ = "core_session"

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    address: Mapped[str | None] = mapped_column(String(60))
    agent: Mapped[str | None] = mapped_column(String(200))


class SignInAttempt(Model):
    """A failed sign-in, counted per name and per address across processes."""

    __tablename__ = "core_sign_in_attempt"
    __table_args__ = (Index("ix_core_sign_in_attempt_key_at", "key", "at"),)

    key: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Stamp(Model):
    """A number that grows when rights, the organisation or parameters change: processes then drop what they cached."""

    __tablename__ = "core_stamp"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    value: Mapped[int] = mapped_column(Key, default=0)


register_scoped(Person)
