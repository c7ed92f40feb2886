"""What the verbs share: the parameters and the day of a project's region, reasons, and which plans may change."""

from collections.abc import Mapping
from datetime import date

from core import clock
from core.access.context import current
from core.errors import Invalid, RuleError
from core.estate.fields import region_code
from core.i18n import lazy
from core.parameters import store
from core.values.text import is_blank, read_text
from plugins.inspection.models import Plan
from plugins.inspection.rules import DRAFT, OPEN, PLAN


def zone_of(project_id: int) -> str:
    """The time zone of a project's region."""
    region = current().organisation.region_of(project_id)
    return region.zone if region else clock.DEFAULT_ZONE


def today_of(project_id: int) -> date:
    """The calendar day it is where the project stands."""
    return clock.today(zone_of(project_id))


def named_rounds() -> Mapping[str, str]:
    """Round → the kind of plan it names, for the rounds that name one, those that a region added included."""
    parameters, found = store.catalogue(), dict[str, str]()
    for region in (None, *parameters.regions):
        for one in parameters.options("inspection.round", region).options.values():
            if "kind" in one.values:
                found[one.code] = str(one.values["kind"])
    return found


def window(project_id: int) -> tuple[int, int]:
    """Within how many months before the contract handover homes should be inspected: (first, last)."""
    parameters, region = store.catalogue(), region_code(project_id) or None
    opens, closes = (int(parameters.value(f"inspection.window_{end}", region)) for end in ("opens", "closes"))
    return opens, closes


def read_reason(text: str) -> str:
    """The reason given for a verb that needs one; raises Invalid (field `reason`)."""
    if is_blank(text):
        raise Invalid({"reason": lazy("Write the reason; it stays in the history.")})
    try:
        return read_text(text)
    except RuleError as refusal:
        raise Invalid({"reason": refusal.message}) from None


def check_changeable(plan: Plan) -> None:
    """Raise RuleError unless the plan is a draft or runs."""
    if plan.state not in (DRAFT, OPEN):
        raise RuleError(
            lazy("This plan is “%(state)s” and stays as it is; make a new plan.", state=PLAN.state(plan.state).label)
        )
