"""验房总结: written, changed, and begun with the figures of a plan."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.access.context import current, doing
from core.estate.fields import Faults, Field, put, read_changes, read_new
from core.estate.models import Project
from core.history import record_event
from core.i18n import lazy
from core.numbers import next_number
from core.values.dates import read_day
from core.values.text import is_blank, read_line, read_text
from plugins.inspection.models import Plan, Summary
from plugins.inspection.rules import VOID
from plugins.inspection.services.drafting import draft_summary
from plugins.inspection.services.ground import today_of

__all__ = ["MOST_CONTENT", "create_summary", "draft_summary", "edit_summary"]

MOST_CONTENT = 20_000

FIELDS = {
    "summarised_on": Field(read_day, required=True),
    "author": Field(read_line, required=True),
    "subject": Field(read_line, required=True),
    "content": Field(lambda value: read_text(value, most=MOST_CONTENT), required=True),
}


def create_summary(session: Session, *, project_id: int, plan_id: int | None = None, **given: Any) -> Summary:
    """A summary of a project's inspection, of one plan or of all: `summarised_on` (today), `author` (me), `subject`,
    `content`.

    Raises Forbidden, or Invalid with a sentence per field.
    """
    check_project("inspection.summary", "write", project_id)
    given = {name: value for name, value in given.items() if not is_blank(value)}
    today = today_of(project_id)
    values, faults = read_new(FIELDS, {"summarised_on": today, "author": current().name, **given})
    _check_plan(session, project_id, plan_id, faults)
    faults.refuse_if_any()
    project = session.get_one(Project, project_id)
    summary = Summary(
        project_id=project_id, plan_id=plan_id, **values,
        number=next_number(session, project.code, Summary.number_letter, today),
    )  # fmt: skip
    with doing(verb="create"):
        session.add(summary)
        session.flush()
        record_event(session, "inspection.summary_written", summary, plan=plan_id)
    return summary


_KEPT: Any = object()


def edit_summary(session: Session, summary: Summary, *, plan_id: int | None = _KEPT, **given: Any) -> Summary:
    """Change what a summary says; the project stays."""
    check("write", summary)
    values, faults = read_changes(summary, FIELDS, given)
    if plan_id is not _KEPT and plan_id != summary.plan_id:
        _check_plan(session, summary.project_id, plan_id, faults)
        values["plan_id"] = plan_id
    faults.refuse_if_any()
    with doing(verb="edit"):
        put(summary, values)
        session.flush()
    return summary


def _check_plan(session: Session, project_id: int, plan_id: int | None, faults: Faults) -> None:
    if plan_id is None:
        return
    of_project = select(Plan.id).where(Plan.id == plan_id, Plan.project_id == project_id, Plan.state != VOID)
    if session.scalar(of_project) is None:
        faults.add("plan_id", lazy("The project has no such plan; choose one from the list, or none."))
