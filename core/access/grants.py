"""The platform's own rows of the default role matrix (domain.md 1.2), and how all rows become one table."""

from collections.abc import Iterable, Mapping

from core.access.reach import Grants
from core.extend import Grant

READ = ("read", "export", "print")
WRITE = (*READ, "write", "import")

ADMINS = ("group_admin", "region_admin")
SPECIALISTS = ("project", "request", "inspection", "title", "compensation")
LOCAL_LEADERS = ("region_leader", "project_lead")
EVERYBODY = (*ADMINS, *SPECIALISTS, "group_leader", *LOCAL_LEADERS, "follower")


def core_grants() -> list[Grant]:
    """Organisation, users, parameters, homes and contracts, contractors, customers, jobs."""
    return [
        Grant("group_admin", "organisation", WRITE),
        *(Grant(role, "organisation", READ)
          for role in ("region_admin", *SPECIALISTS, "group_leader", *LOCAL_LEADERS, "follower")),
        *(Grant(role, "user", ("read", "write")) for role in ADMINS),
        Grant("group_admin", "parameter", ("read", "write_group")),
        Grant("region_admin", "parameter", ("read", "apply", "write_region")),
        *(Grant(role, "parameter", ("read",)) for role in ("group_leader", "region_leader")),
        *(Grant(role, resource, WRITE) for role in ADMINS for resource in ("estate", "contractor")),
        *(Grant(role, resource, READ)
          for role in (*SPECIALISTS, *LOCAL_LEADERS) for resource in ("estate", "contractor")),
        *(Grant(role, "customer", (*WRITE, "unmask")) for role in ADMINS),
        Grant("project", "customer", ("read", "print", "unmask", "export_personal")),
        Grant("request", "customer", ("read", "print", "correct", "unmask", "export_personal")),
        Grant("title", "customer", ("read", "print", "unmask", "export_personal")),
        Grant("compensation", "customer", ("read", "print", "unmask")),
        *(Grant(role, "customer", ("read",)) for role in LOCAL_LEADERS),
        *(Grant(role, "job", ("read", "cancel", "retry")) for role in EVERYBODY),
        Grant("group_admin", "job", ("oversee", "export")),
        Grant("group_admin", "plugin", ("read", "archive", "restore")),
        Grant("region_admin", "plugin", ("read",)),
    ]  # fmt: skip


def compile_grants(rows: Iterable[Grant]) -> Grants:
    """role → resource → verbs, the union of all rows."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        found.setdefault(row.role, {}).setdefault(row.resource, set()).update(row.verbs)
    return {role: {res: frozenset(verbs) for res, verbs in by.items()} for role, by in found.items()}


def resources_of(grants: Grants) -> Mapping[str, frozenset[str]]:
    """resource → every verb somebody may hold on it."""
    found: dict[str, frozenset[str]] = {}
    for by_resource in grants.values():
        for resource, verbs in by_resource.items():
            found[resource] = found.get(resource, frozenset()) | verbs
    return found
