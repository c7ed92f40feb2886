"""People and what they are granted, as verbs. Each checks the right, changes and returns; the caller commits.

A group administrator manages everybody. A region's administrator manages the people of the region: those who hold
something there and nowhere else, and those who hold nothing yet.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import as_system, current
from core.access.models import GROUP, PROJECT, REGION, Assignment, Person, places_of
from core.access.own import end_sessions
from core.access.passwords import check_password, hash_of
from core.access.reach import Reach
from core.access.roles import Role
from core.errors import Forbidden, Invalid, RuleError
from core.estate.organisation import Project, Region
from core.i18n import Text, lazy
from core.values.people import read_mobile
from core.values.text import read_line, tidy

Roles = Mapping[str, Role]
GROUP_ADMIN = "group_admin"
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")


def add_person(
    session: Session,
    username: str,
    name: str,
    password: str,
    *,
    email: str = "",
    language: str = "zh",
    mobile: str = "",
) -> Person:
    """A new account; what it may do comes with `grant`. Raises Forbidden without the right, Invalid with a sentence per
    field."""
    _managing()
    username = tidy(username).lower()
    faults: dict[str, Text] = {}
    if not USERNAME.fullmatch(username):
        faults["username"] = lazy(
            "A user name has 3 to 64 small letters, figures, dots and dashes, such as lin.xiaolan."
        )
    elif session.scalar(select(Person.id).where(Person.username == username)) is not None:
        faults["username"] = lazy("Somebody uses the user name %(name)s already.", name=username)
    email = tidy(email) or f"{username}@example.com"
    if session.scalar(select(Person.id).where(Person.email == email)) is not None:
        faults.setdefault("email", lazy("Somebody uses this e-mail address already."))
    said: dict[str, Any] = {}
    if not tidy(name):
        faults["name"] = lazy("Nothing is filled in here.")
    for field, read, value in (("name", read_line, name), ("mobile", read_mobile, mobile)):
        try:
            said[field] = read(value) if value or field == "name" else None
        except RuleError as refusal:
            faults[field] = refusal.message
    try:
        check_password(password, username)
    except Invalid as refusal:
        faults |= refusal.errors
    if faults:
        raise Invalid(faults)
    moment = clock.now().replace(tzinfo=None)
    person = Person(
        username=username, first_name=said["name"][:64], last_name="", display_name=said["name"], mobile=said["mobile"],
        language=language, active=True, email=email, password=hash_of(password), created_on=moment, changed_on=moment,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def set_password(session: Session, person: Person, password: str) -> None:
    """That of somebody whom one manages, who is signed out by it; one's own is changed with the old one (`own`)."""
    check_managed(session, person)
    check_password(password, person.username)
    person.password = hash_of(password)
    end_sessions(session, person.id)
    session.flush()


def set_active(session: Session, person: Person, active: bool) -> None:
    """Let an account sign in, or no more. Nobody shuts themselves out, and one group administrator always stays."""
    check_managed(session, person)
    if not active and person.id == current().user_id:
        raise RuleError(lazy("You cannot switch off your own account; ask another administrator."))
    if not active:
        _keep_a_group_admin(session, besides_person=person.id)
    person.active = active
    if not active:
        end_sessions(session, person.id)
    session.flush()


def grant(
    session: Session,
    person: Person,
    role: Role,
    scope: str,
    *,
    region_id: int | None = None,
    project_id: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Assignment:
    """Let a person hold a role for the group, a region or a project, from one day to another (open at either end).

    The same assignment once more changes its dates. Raises Forbidden, or Invalid with a sentence per field.
    """
    reach = _managing()
    faults = _faults_of_grant(role, scope, region_id, project_id, starts_on, ends_on)
    if not faults and not _is_there(session, region_id, project_id):
        faults["scope"] = lazy("There is no such region or project.")
    if faults:
        raise Invalid(faults)
    _check_place(reach, scope, region_id, project_id)
    _check_lift(reach, person, role)
    if not person.active:
        raise Invalid({"person": lazy("This account is switched off; switch it on before it is granted anything.")})
    same = select(Assignment).where(
        Assignment.user_id == person.id,
        Assignment.role == role.code,
        Assignment.scope == scope,
        Assignment.region_id == region_id,
        Assignment.project_id == project_id,
    )
    # One that ended is history and stays; the person holds the role anew.
    live = same.where(or_(Assignment.ends_on.is_(None), Assignment.ends_on >= clock.today()))
    made = session.scalars(live.order_by(Assignment.id).limit(1)).one_or_none() or Assignment(
        user_id=person.id, role=role.code, scope=scope, region_id=region_id, project_id=project_id
    )
    made.starts_on, made.ends_on = starts_on, ends_on
    session.add(made)
    session.flush()
    return made


def revoke(session: Session, assignment: Assignment) -> None:
    """End an assignment at once; it stays on record as held up to yesterday. One that has not begun is dropped."""
    reach = _managing()
    _check_place(reach, assignment.scope, assignment.region_id, assignment.project_id)
    if assignment.scope == GROUP and assignment.role == GROUP_ADMIN:
        _keep_a_group_admin(session, besides_assignment=assignment.id)
    today = clock.today()
    if assignment.starts_on is not None and assignment.starts_on > today:
        session.delete(assignment)
    elif assignment.ends_on is None or assignment.ends_on >= today:
        assignment.ends_on = today - timedelta(days=1)
    session.flush()


def assignments_of(session: Session, person: Person) -> Sequence[Assignment]:
    """What a person holds, held and will hold, as far as one may see it."""
    return session.scalars(select(Assignment).where(Assignment.user_id == person.id).order_by(Assignment.id)).all()


def manages(session: Session, person: Person) -> bool:
    """Whether whoever is at work may change this account."""
    reach = current().reach("user", "write")
    if reach.everything or not reach:
        return reach.everything
    return all(reach.holds(*place) for place in places_of(session, person.id))


def check_managed(session: Session, person: Person) -> None:
    """Raise Forbidden unless whoever is at work may change this account."""
    _managing()
    if not manages(session, person):
        raise Forbidden(
            lazy("This person works outside your region as well; a group administrator changes the account.")
        )


def role_named(roles: Roles, code: str) -> Role:
    """The role with this code; raises RuleError naming those there are."""
    if code not in roles:
        raise RuleError(lazy("There is no role “%(code)s”. Known: %(known)s.", code=code, known=", ".join(roles)))
    return roles[code]


def _managing() -> Reach:
    reach = current().reach("user", "write")
    if not reach:
        raise Forbidden(lazy("You may not manage users. Ask an administrator."))
    return reach


def _faults_of_grant(
    role: Role, scope: str, region_id: int | None, project_id: int | None, starts_on: date | None, ends_on: date | None
) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if scope not in role.scopes:
        faults["scope"] = lazy("The role %(role)s cannot be held at this level.", role=role.label)
    elif (scope == REGION) != (region_id is not None) or (scope == PROJECT) != (project_id is not None):
        faults["scope"] = lazy("Name the region or the project that the role is for, as its level asks.")
    if starts_on and ends_on and ends_on < starts_on:
        faults["ends_on"] = lazy("The end lies before the beginning on %(day)s.", day=starts_on.isoformat())
    return faults


def _is_there(session: Session, region_id: int | None, project_id: int | None) -> bool:
    wanted = ((Region, region_id), (Project, project_id))
    with as_system(), session.no_autoflush:
        return all(one is None or session.scalar(select(kind.id).where(kind.id == one)) for kind, one in wanted)


def _check_place(reach: Reach, scope: str, region_id: int | None, project_id: int | None) -> None:
    within = reach.everything or (
        reach.holds_project(project_id) if scope == PROJECT else scope == REGION and reach.holds_region(region_id)
    )
    if not within:
        raise Forbidden(lazy("You grant and revoke inside your own region only."))


def _check_lift(reach: Reach, person: Person, role: Role) -> None:
    """A region's administrator may name another one there, but takes no role that does business."""
    if reach.everything:
        return
    if person.id == current().user_id and role.kind != "admin":
        raise Forbidden(lazy("Nobody grants roles to themselves; ask another administrator."))


def _keep_a_group_admin(
    session: Session, *, besides_person: int | None = None, besides_assignment: int | None = None
) -> None:
    today = clock.today()
    others = (
        select(Assignment.id)
        .join(Person, Person.id == Assignment.user_id)
        .where(
            Assignment.role == GROUP_ADMIN,
            Assignment.scope == GROUP,
            Person.active.is_(True),
            or_(Assignment.starts_on.is_(None), Assignment.starts_on <= today),
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= today),
        )
    )
    if besides_person is not None:
        others = others.where(Assignment.user_id != besides_person)
    if besides_assignment is not None:
        others = others.where(Assignment.id != besides_assignment)
    with as_system():
        if session.scalar(others.limit(1)) is None:
            raise RuleError(lazy("This is the last group administrator; name another one first."))
