"""The life of a plan (验房计划)."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.access.context import doing
from core.errors import RuleError
from core.estate.fields import Faults, Field, put, read_changes, read_new, region_code
from core.estate.models import Project
from core.history import record_event
from core.i18n import Text, lazy
from core.numbers import next_number
from core.values.dates import read_day
from core.values.text import read_line, read_text
from plugins.inspection.models import HomeInspection, Plan, Summary
from plugins.inspection.rules import DRAFT, OPEN, PLAN, window_warning
from plugins.inspection.services.ground import check_changeable, read_reason, today_of, window
from plugins.inspection.services.ranges import check_free, drop_range, hold

FIELDS = {
    "subject": Field(read_line, required=True),
    "kind": Field(options="inspection.plan_kind", required=True, default="internal"),
    "planned_from": Field(read_day, required=True),
    "planned_to": Field(read_day, required=True),
    "note": Field(read_text),
}


def create_plan(session: Session, *, project_id: int, **given: Any) -> Plan:
    """A plan as a draft, without homes yet: `subject`, `kind`, `planned_from`, `planned_to`, `note`.

    Raises Forbidden, or Invalid with a sentence per field.
    """
    check_project("inspection.plan", "write", project_id)
    values, faults = read_new(FIELDS, given, region_code(project_id))
    _check_days(values, faults)
    faults.refuse_if_any()
    project = session.get_one(Project, project_id)
    plan = Plan(
        project_id=project_id, state=DRAFT, home_count=0, **values,
        number=next_number(session, project.code, Plan.number_letter, today_of(project_id)),
    )  # fmt: skip
    with doing(verb="create"):
        session.add(plan)
        session.flush()
        record_event(session, "inspection.plan_created", plan, plan_kind=plan.kind)
    return plan


def edit_plan(session: Session, plan: Plan, **given: Any) -> Plan:
    """Change what a draft or a running plan says; the project stays."""
    check("write", plan)
    check_changeable(plan)
    values, faults = read_changes(plan, FIELDS, given, region_code(plan.project_id))
    _check_days({name: values.get(name, getattr(plan, name)) for name in FIELDS}, faults)
    faults.refuse_if_any()
    if "kind" in values and plan.state == OPEN:
        hold(session, plan.project_id)
        check_free(session, plan, values["kind"])
    with doing(verb="edit"):
        put(plan, values)
        session.flush()
    return plan


def _check_days(values: dict[str, Any], faults: Faults) -> None:
    first, last = values["planned_from"], values["planned_to"]
    if first and last and last < first:
        faults.add("planned_to", lazy("The last day lies before the first, %(day)s.", day=first.isoformat()))


def warning_of(session: Session, plan: Plan) -> Text | None:
    """What to say about the days of a plan; None when they lie well before the contract handover."""
    opens, closes = window(plan.project_id)
    handover_on = session.scalar(select(Project.contract_handover_on).where(Project.id == plan.project_id))
    return window_warning(plan.planned_from, plan.planned_to, handover_on, opens=opens, closes=closes)


def open_plan(session: Session, plan: Plan) -> Plan:
    """The plan runs from now on. Raises RuleError without homes, or when another running plan has one of them."""
    check("write", plan)
    _move(session, plan, "open")
    record_event(session, "inspection.plan_opened", plan, homes=plan.home_count)
    return plan


def withdraw_plan(session: Session, plan: Plan) -> Plan:
    """A running plan becomes a draft again."""
    check("write", plan)
    _move(session, plan, "withdraw")
    record_event(session, "inspection.plan_withdrawn", plan)
    return plan


def finish_plan(session: Session, plan: Plan) -> Plan:
    """The plan is over, even where homes were not reached."""
    check("write", plan)
    _move(session, plan, "finish")
    record_event(session, "inspection.plan_finished", plan, homes=plan.home_count)
    return plan


def reopen_plan(session: Session, plan: Plan, *, reason: str) -> Plan:
    """A plan that was over runs again. Raises as `open_plan` does."""
    check("reopen", plan)
    reason = read_reason(reason)
    _move(session, plan, "reopen", reason)
    record_event(session, "inspection.plan_reopened", plan, reason=reason)
    return plan


def void_plan(session: Session, plan: Plan, *, reason: str) -> Plan:
    """Made wrongly: kept with its reason, counted nowhere."""
    check("void", plan)
    reason = read_reason(reason)
    _move(session, plan, "void", reason)
    record_event(session, "inspection.plan_voided", plan, reason=reason)
    return plan


def _move(session: Session, plan: Plan, verb: str, reason: str = "") -> None:
    """Take the plan where the verb leads; to run it needs homes of its own."""
    target = PLAN.target(verb, plan.state)
    if target == OPEN:
        if not plan.home_count:
            raise RuleError(lazy("The plan has no homes yet; choose its {buildings}, floors or homes first."))
        hold(session, plan.project_id)
        check_free(session, plan)
    with doing(verb=verb, reason=reason):
        plan.state = target
        session.flush()


def discard_plan(session: Session, plan: Plan) -> None:
    """Delete a draft nobody points at; its number is not given again."""
    check("write", plan)
    if plan.state != DRAFT:
        raise RuleError(lazy("Only drafts are deleted; take the plan back to draft first."))
    if _pointed_at(session, plan):
        raise RuleError(lazy("Homes were inspected under this plan, or a summary names it; it cannot be deleted."))
    with doing(verb="discard"):
        drop_range(session, plan)
        session.delete(plan)
        session.flush()


def _pointed_at(session: Session, plan: Plan) -> bool:
    marks = select(func.count()).select_from(HomeInspection).where(HomeInspection.plan_id == plan.id)
    sums = select(func.count()).select_from(Summary).where(Summary.plan_id == plan.id)
    return bool((session.scalar(marks) or 0) + (session.scalar(sums) or 0))
