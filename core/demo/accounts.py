"""The demo's accounts. Their password is printed by `make run` and refused outside demo homes."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from core import clock
from core.access.models import GROUP, PROJECT, REGION, Assignment, Person
from core.access.passwords import DEMO_PASSWORD as PASSWORD
from core.access.roles import Role
from core.i18n import _

GROUP_PEOPLE = {"admin": ("陆鸣", "group_admin"), "admin2": ("章序", "group_admin"), "leader": ("顾维", "group_leader")}
PEOPLE = {
    "admin": ("宋佩", "薛凝"),
    "leader": ("罗启明", "郝志远"),
    "manager": ("苏婉", "温雅"),
    "projectlead": ("高远", "丁一川"),
    "project": ("程立", "白露"),
    "request": ("叶舒", "江蓉"),
    "inspection": ("林晓岚", "周蕙"),
    "title": ("顾青", "邓琳"),
    "compensation": ("石磊", "贺峰"),
    "follower": ("唐杰", "龙飞"),
}
"""Post → names of its holder in Shenzhen and in Chengdu."""
REGION_ROLES = {"admin": "region_admin", "leader": "region_leader", "manager": "region_leader"}
"""客户服务部经理 is a position; until positions have holders (a later issue), its person queries as a leader does."""
HELD_IN = {"sz": ("SZ-WH", "SZ-HH"), "cd": ("CD-LX", "CD-JJ")}
"""Two of a region's projects; the others show where an assignment ends."""


def role_of(post: str) -> str:
    """The role a regional post holds."""
    return REGION_ROLES.get(post, "project_lead" if post == "projectlead" else post)


def told(roles: Mapping[str, Role]) -> list[tuple[str, str, str, str]]:
    """(username, name, role, where) of each account, for whoever starts the demo."""
    group = [(f"group.{post}", name, roles[role].label, _("the group")) for post, (name, role) in GROUP_PEOPLE.items()]
    return group + [
        (
            f"{prefix}.{post}",
            names[at],
            roles[role_of(post)].label,
            prefix.upper() if post in REGION_ROLES else ", ".join(codes),
        )
        for at, (prefix, codes) in enumerate(HELD_IN.items())
        for post, names in PEOPLE.items()
    ]


def add_accounts(
    session: Session, regions: Mapping[str, int], projects: Mapping[str, int], roles: Mapping[str, Role]
) -> None:
    """Every account that is not there yet, with its assignments. `regions` and `projects`: code → id."""
    hashed = generate_password_hash(PASSWORD)
    known = set(session.scalars(select(Person.username)))
    held: list[tuple[Person, Assignment]] = []

    def person(username: str, name: str) -> Person:
        moment = clock.now().replace(tzinfo=None)
        return Person(
            username=username, first_name=name, last_name="", display_name=name, active=True, password=hashed,
            email=f"{username}@example.com", language="zh", created_on=moment, changed_on=moment,
        )  # fmt: skip

    def hold(who: Person, role: str, scope: str, region: int | None = None, project: int | None = None) -> None:
        if scope not in roles[role].scopes:
            raise ValueError(f"config/roles.yaml does not let the role {role} be held at the level {scope}.")
        held.append((who, Assignment(role=role, scope=scope, region_id=region, project_id=project)))

    for post, (name, role) in GROUP_PEOPLE.items():
        if f"group.{post}" not in known:
            hold(person(f"group.{post}", name), role, GROUP)
    for at, (prefix, codes) in enumerate(HELD_IN.items()):
        for post, names in PEOPLE.items():
            if f"{prefix}.{post}" in known:
                continue
            who = person(f"{prefix}.{post}", names[at])
            if post in REGION_ROLES:
                hold(who, role_of(post), REGION, region=regions[prefix.upper()])
            else:
                for code in codes:
                    hold(who, role_of(post), PROJECT, project=projects[code])
    session.add_all({id(who): who for who, _ in held}.values())
    session.flush()
    for who, assignment in held:
        assignment.user_id = who.id
        session.add(assignment)
    session.flush()
