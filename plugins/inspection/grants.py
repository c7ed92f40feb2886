"""Inspection's rows of the default role matrix (domain.md 1.2)."""

from core.extend import Grant

READ = ("read", "export", "print")
WRITE = (*READ, "write")
LOOKING = ("project", "region_leader", "project_lead")


def grants() -> list[Grant]:
    """Who plans, records, lists, closes and sums up; who only looks; who only takes over old registers."""
    return [
        Grant("inspection", "inspection.plan", WRITE),
        Grant("inspection", "inspection.issue", (*WRITE, "import", "list", "close")),
        Grant("inspection", "inspection.list", (*READ, "list")),
        *(Grant(role, f"inspection.{part}", READ) for role in LOOKING for part in ("plan", "issue", "list")),
        Grant("request", "inspection.issue", ("status",)),
        Grant("region_admin", "inspection.issue", ("import", "void", "reopen")),
        Grant("region_admin", "inspection.plan", ("void", "reopen")),
        Grant("group_admin", "inspection.issue", ("import",)),
        *(Grant(role, "inspection.summary", (*WRITE, "import")) for role in ("inspection", "project")),
        *(Grant(role, "inspection.summary", READ) for role in ("region_leader", "project_lead")),
    ]  # fmt: skip
