"""What the verbs of issues share: whose parameters and which day hold, the rules of a project, texts as typed."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.errors import Invalid
from core.estate.models import CategoryRule
from core.i18n import Text, lazy
from core.issues.rules import ContractorRule
from core.parameters import store
from core.values import MOST_NAME, MOST_TEXT, BadValue, is_blank, read_text, tidy

__all__ = ["MOST_NAME", "MOST_TEXT", "as_text", "due_after", "new_due", "read_reason", "region_code", "rules_of",
           "text_fault", "today_of", "zone_of"]  # fmt: skip


def region_code(project_id: int) -> str:
    """The region whose parameters hold for a project's records."""
    region = current().organisation.region_of(project_id)
    return region.code if region else ""


def zone_of(project_id: int) -> str:
    """The time zone that a project's days are counted in."""
    region = current().organisation.region_of(project_id)
    return region.zone if region else clock.DEFAULT_ZONE


def today_of(project_id: int) -> date:
    """The calendar day it is where the project stands."""
    return clock.today(zone_of(project_id))


def due_after(project_id: int) -> date:
    """The day by which what is handed over today must be rectified, by the region's days."""
    days = int(store.catalogue().value("issues.rectify_days", region_code(project_id)))
    return today_of(project_id) + timedelta(days=days)


def new_due(project_id: int, due_on: date | None) -> date:
    """The day named for rectifying once more, else by the region's days; raises Invalid for one that has passed."""
    if due_on is not None and due_on < today_of(project_id):
        raise Invalid({"due_on": lazy("The day has passed already; choose today or a later one.")})
    return due_on or due_after(project_id)


def rules_of(session: Session, project_id: int) -> list[ContractorRule]:
    """Category → contractor on a project."""
    rows = session.scalars(select(CategoryRule).where(CategoryRule.project_id == project_id))
    return [ContractorRule(row.category, row.contractor_id, row.building_id) for row in rows]


def as_text(typed: Any) -> str | None:
    """A text as it is kept: without what cannot be seen; None when nothing is left."""
    return tidy(typed) or None


def text_fault(typed: Any, most: int = MOST_TEXT) -> Text | None:
    """Why a text cannot be kept: too long, or a control character in it. A blank one has no fault."""
    if is_blank(typed):
        return None
    try:
        read_text(typed, most=most)
    except BadValue as refusal:
        found: Text = refusal.message
        return found
    return None


def read_reason(typed: str) -> str:
    """A reason, which stays in the history; raises Invalid when there is none or it cannot be kept."""
    if is_blank(typed):
        raise Invalid({"reason": lazy("Write the reason; it stays in the history.")})
    if fault := text_fault(typed):
        raise Invalid({"reason": fault})
    return tidy(typed)
