"""What people do to their own account, as verbs: name, mobile, language, password, and the browsers signed in.

None of it asks for a role; all of it is about whoever is at work and nobody else. The caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from core import clock
from core.access.context import as_system, current
from core.access.models import Assignment, Person, UserSession
from core.access.passwords import check_password, hash_of
from core.errors import Forbidden, Invalid, RuleError
from core.i18n import LANGUAGES, Text, lazy
from core.values.people import read_mobile
from core.values.text import read_line, tidy


@dataclass(frozen=True)
class HeldRole:
    """A role one holds or will hold: its code, where (region or project id, neither for the group), from–to."""

    role: str
    region_id: int | None
    project_id: int | None
    starts_on: date | None
    ends_on: date | None


def myself(session: Session) -> Person:
    """The account of whoever is at work."""
    found = session.get(Person, current().user_id) if current().is_signed_in else None
    if found is None:
        raise Forbidden(lazy("Sign in first."))
    return found


def change_profile(session: Session, *, name: str, mobile: str, language: str) -> Person:
    """Raises Invalid with a sentence per field."""
    person = myself(session)
    faults: dict[str, Text] = {}
    said: dict[str, Any] = {"language": language}
    try:
        said["name"] = read_line(name)
    except RuleError as refusal:
        faults["name"] = refusal.message
    if not tidy(name):
        faults["name"] = lazy("Nothing is filled in here.")
    try:
        said["mobile"] = read_mobile(mobile) if tidy(mobile) else None
    except RuleError as refusal:
        faults["mobile"] = refusal.message
    if language not in LANGUAGES:
        faults["language"] = lazy("Choose one of the languages.")
    if faults:
        raise Invalid(faults)
    person.display_name, person.first_name = said["name"], said["name"][:64]
    person.mobile, person.language = said["mobile"], said["language"]
    session.flush()
    return person


def change_password(session: Session, old: str, new: str, again: str, *, keep: str = "") -> None:
    """A new password in place of the old; every browser but the one with the token hash `keep` is signed out.

    Raises Invalid with a sentence per field: `old`, `new` or `again`.
    """
    person = myself(session)
    if not check_password_hash(person.password or "", old):
        raise Invalid({"old": lazy("This is not your password now.")})
    faults: dict[str, Text] = {}
    try:
        check_password(new, person.username)
    except Invalid as refusal:
        faults["new"] = refusal.errors["password"]
    if new == old:
        faults["new"] = lazy("This is the password you have; choose another.")
    if new != again:
        faults["again"] = lazy("The two new passwords differ.")
    if faults:
        raise Invalid(faults)
    person.password = hash_of(new)
    end_sessions(session, person.id, keep=keep)
    session.flush()


def roles_held(session: Session) -> list[HeldRole]:
    """What one holds today and will hold."""
    columns = (
        Assignment.role, Assignment.region_id, Assignment.project_id, Assignment.starts_on, Assignment.ends_on
    )  # fmt: skip
    query = (
        select(*columns)
        .where(
            Assignment.user_id == current().user_id,
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= clock.today()),
        )
        .order_by(Assignment.id)
    )
    with as_system():
        return [HeldRole(*row) for row in session.execute(query)]


def browsers(session: Session) -> Sequence[UserSession]:
    """Where one is signed in, the latest first."""
    query = select(UserSession).where(UserSession.user_id == current().user_id)
    return session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc())).all()


def sign_out_elsewhere(session: Session, keep: str) -> int:
    """End all sessions of one's own but the one with the token hash `keep`; how many there were."""
    return end_sessions(session, myself(session).id, keep=keep)


def end_sessions(session: Session, user_id: int, *, keep: str = "") -> int:
    """Sign a person out, at once and on the server; for verbs that checked the right."""
    query = delete(UserSession).where(UserSession.user_id == user_id, UserSession.token_hash != keep)
    ended = session.execute(query)
    return int(ended.rowcount)  # type: ignore[attr-defined]
