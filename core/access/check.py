"""Asking before doing: one engine for pages, buttons, services and imports."""

from typing import Any

from sqlalchemy.orm import object_session

from core.access.context import current
from core.access.reach import Principal, Reach
from core.access.scope import resource_of
from core.errors import Forbidden
from core.i18n import lazy
from core.model import ProjectScoped, RegionScoped

_NOT_HERE = lazy("You may not do this here. Ask your administrator for the role that does it in this project.")


def holds(reach: Reach, row: Any) -> bool:
    """Whether `row` lies within `reach`."""
    if reach.everything:
        return True
    own = getattr(row, "is_within", None)
    if own is not None:
        # As the flush guard judges: a region, a project, a customer and an assignment know their own place.
        session = object_session(row)
        return bool(reach) and session is not None and bool(own(reach, session))
    if isinstance(row, ProjectScoped):
        return reach.holds_project(row.project_id)
    if isinstance(row, RegionScoped):
        return reach.holds_region(row.region_id)
    return bool(reach)


def may(verb: str, row: Any, principal: Principal | None = None) -> bool:
    """Whether `verb` is granted on this row, here."""
    who = principal or current()
    return holds(who.reach(resource_of(row), verb), row)


def check(verb: str, row: Any) -> None:
    """Raise Forbidden unless `verb` is granted on this row, here. Every service verb begins with this."""
    if not may(verb, row):
        raise Forbidden(_NOT_HERE, resource=resource_of(row), verb=verb)


def check_project(resource: str, verb: str, project_id: int) -> None:
    """The same for a row that does not exist yet."""
    if not current().reach(resource, verb).holds_project(project_id):
        raise Forbidden(_NOT_HERE, resource=resource, verb=verb)
