"""People with more than one assignment, added to the demo group for tests of access."""

from collections.abc import Iterable

from core.access.context import as_system
from core.access.models import GROUP, PROJECT, REGION, Assignment, Person
from core.access.reach import Principal
from core.access.services import add_person
from core.platform import Platform

PASSWORD = "Lamp-post-26-yellow"
TWO_PROJECTS, TWO_REGIONS = "two.projects", "two.regions"
HELD = {
    TWO_PROJECTS: [("inspection", "SZ-WH"), ("project", "SZ-QH")],
    TWO_REGIONS: [("region_leader", "SZ"), ("inspection", "CD-LX")],
}


def add_people(platform: Platform, held: dict[str, list[tuple[str, str]]]) -> None:
    """username → (role, code of a region or project, "" for the group)."""
    for username, roles in held.items():
        add_somebody(platform, username, roles)


def add_somebody(platform: Platform, username: str, roles: Iterable[tuple[str, str]]) -> int:
    """A person who holds `roles` from now on; their id."""
    with as_system(), platform.database.unit() as session:
        person: Person = add_person(session, username, username, PASSWORD)
        for role, code in roles:
            session.add(held(platform, person.id, role, code))
        session.flush()
        return int(person.id)


def held(platform: Platform, user_id: int, role: str, code: str) -> Assignment:
    """An assignment, not yet saved."""
    if not code:
        return Assignment(user_id=user_id, role=role, scope=GROUP)
    if "-" in code:
        return Assignment(user_id=user_id, role=role, scope=PROJECT, project_id=project_id(platform, code))
    return Assignment(user_id=user_id, role=role, scope=REGION, region_id=region_id(platform, code))


def who(platform: Platform, username: str) -> Principal:
    """The person at work, read anew."""
    platform.stamps.forget()
    return platform.principal_named(username)


def project_id(platform: Platform, code: str) -> int:
    return next(one.id for one in platform.principals.organisation().projects.values() if one.code == code)


def region_id(platform: Platform, code: str) -> int:
    return next(one.id for one in platform.principals.organisation().regions.values() if one.code == code)
