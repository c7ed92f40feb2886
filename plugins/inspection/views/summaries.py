"""验房总结: what an inspection found and what follows."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.errors import Invalid
from core.estate.models import Project
from core.i18n import lazy
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter, contains
from core.records.parts import Option
from core.records.reader import Reader
from core.records.view import RecordView
from plugins.inspection.models import Plan, Summary
from plugins.inspection.rules import VOID
from plugins.inspection.services.drafting import draft_summary
from plugins.inspection.services.summaries import create_summary, edit_summary


def plans(session: Session, typed: str, given: Mapping[str, str]) -> Sequence[Option]:
    """Plans of the project chosen in the form."""
    query = select(Plan.id, Plan.subject, Plan.number).where(Plan.state != VOID).order_by(Plan.id.desc()).limit(30)
    project = given.get("project_id", "")
    query = query.where(Plan.project_id == int(project)) if project.isdigit() and len(project) < 19 else query
    query = query.where(contains(Plan.subject, typed.strip())) if typed.strip() else query
    return [Option(str(row.id), row.subject, hint=row.number or "") for row in session.execute(query)]


def first_content(reader: Reader) -> str:
    """The figures of the plan the address names, as the text to begin with."""
    from flask import request

    named = request.args.get("plan_id", "")
    if not named.isdigit() or len(named) > 18:
        return ""
    plan = reader.session.scalars(select(Plan).where(Plan.id == int(named))).one_or_none()
    return draft_summary(reader.session, plan) if plan is not None else ""


class SummaryView(RecordView):
    """Summaries of inspections."""

    model, resource = Summary, "inspection.summary"
    title, singular, new_label = lazy("Inspection summaries"), lazy("Inspection summary"), lazy("New summary")
    columns = (
        Column("subject", lazy("Subject"), "name", card="title"),
        Column("number", lazy("Number"), width="w160", sort=Summary.number, css="second"),
        Column("project_id", lazy("Project"), "project", width="w120", card="meta"),
        Column("plan_id", lazy("Inspection plan"), "ref", model=Plan, width="w240", card="detail",
               link=lambda row: f"/inspection/plans/{row.plan_id}"),
        Column("summarised_on", lazy("Date"), "date", sort=Summary.summarised_on, width="w96", card="edge"),
        Column("author", lazy("Author"), width="w120"),
        Column("content", lazy("Content"), in_list=False, wide=True, css="at-prose"),
    )  # fmt: skip
    default_sort = "-summarised_on"
    search = (Summary.subject, Summary.content, Summary.number)
    filters = (
        Filter("plan_id", lazy("Inspection plan"), "ref", Summary.plan_id, model=Plan, source=plans),
        Filter("summarised", lazy("Date"), "date", Summary.summarised_on),
    )
    fields = (
        FormField("project_id", lazy("Project"), "remote", required=True, on_edit=False, model=Project,
                  source=sources.projects("inspection.summary")),
        FormField("plan_id", lazy("Inspection plan"), "remote", model=Plan, source=plans, span=8,
                  depends=("project_id",)),
        FormField("subject", lazy("Subject"), required=True, maxlength=100, span=6),
        FormField("summarised_on", lazy("Date"), "date", required=True, span=3, default=lambda reader: clock.today()),
        FormField("author", lazy("Author"), required=True, span=3, maxlength=100,
                  default=lambda reader: current().name),
        FormField("content", lazy("Content"), "textarea", required=True, span=12, rows=14, maxlength=20_000,
                  default=first_content),
    )  # fmt: skip
    edit = edit_summary
    empty_title = lazy("No summaries yet")
    empty_text = lazy("When an inspection is over, its summary says what was found and what follows.")

    @staticmethod
    def create(store: Any, *, project_id: int | None, **values: Any) -> Summary:
        if project_id is None:
            raise Invalid({"project_id": lazy("Choose the project first.")})
        return create_summary(store, project_id=project_id, **values)
