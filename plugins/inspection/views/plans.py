"""验房计划: which homes are inspected when, how far that is, and the blank sheets that go along."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from core.access.check import check, may
from core.access.context import current
from core.errors import Invalid, RuleError
from core.estate.models import Project
from core.i18n import Text, _, language, lazy
from core.issues.sheets import blank_sheets, sheet_head
from core.records import sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.issue_verbs import REASON
from core.records.labels import add_label
from core.records.list_query import Pile
from core.records.page import expose, session
from core.records.parts import Action, Cell, Crumb, Note
from core.records.reader import Reader
from core.records.verbs import Verb
from core.records.view import RecordView
from plugins.inspection.models import Plan
from plugins.inspection.rules import DONE, DRAFT, OPEN, PLAN
from plugins.inspection.services.plans import (
    create_plan,
    discard_plan,
    edit_plan,
    finish_plan,
    open_plan,
    reopen_plan,
    void_plan,
    warning_of,
    withdraw_plan,
)
from plugins.inspection.services.progress import Progress, progress
from plugins.inspection.services.ranges import choose_homes, homes_of, taken
from plugins.inspection.services.tree import scope_tree

add_label(Plan, Plan.subject)
MOST_SHEETS = 200


def _counted(name: str) -> Any:
    def cell(row: Plan, reader: Reader) -> Cell:
        found: Progress = reader.extra.get("progress", {}).get(row.id, Progress())
        number = getattr(found, name)
        return Cell(f"{number:,}", "number", zero=not number)

    return cell


class PlanView(RecordView):
    """Plans of inspection."""

    model, resource = Plan, "inspection.plan"
    title, singular, new_label = lazy("Inspection plans"), lazy("Inspection plan"), lazy("New plan")
    prepare_reads = ("id",)
    columns = (
        Column("state", lazy("State"), "state", flow=PLAN, width="w108", card="state"),
        Column("subject", lazy("Subject"), "name", card="title"),
        Column("number", lazy("Number"), width="w160", sort=Plan.number, css="second"),
        Column("project_id", lazy("Project"), "project", width="w96", card="meta"),
        Column("kind", lazy("Kind"), "option", options="inspection.plan_kind", width="w140", card="detail"),
        Column("planned_from", lazy("From"), "date", width="w72", sort=Plan.planned_from),
        Column("planned_to", lazy("Up to"), "due", flow=PLAN, width="w108", sort=Plan.planned_to, card="edge"),
        Column("home_count", lazy("Homes"), "number", width="w72", cell=_counted("homes"), reads=("id",)),
        Column("done", lazy("Inspected"), "number", width="w72", cell=_counted("done"), reads=("id",)),
        Column("findings", lazy("Findings"), "number", width="w84", cell=_counted("findings"), reads=("id",)),
        Column("open", lazy("Not closed"), "number", width="w84", cell=_counted("open"), reads=("id",)),
        Column("note", lazy("Note"), in_list=False, wide=True),
    )
    piles = (
        Pile("open", lazy("Running"), lambda reader: Plan.state == OPEN),
        Pile("draft", lazy("Drafts"), lambda reader: Plan.state == DRAFT),
        Pile("done", lazy("Completed"), lambda reader: Plan.state == DONE),
        Pile("all", lazy("All")),
    )
    search = (Plan.subject, Plan.number)
    filters = (
        Filter("kind", lazy("Kind"), "option", Plan.kind, options="inspection.plan_kind"),
        Filter("planned", lazy("From"), "date", Plan.planned_from),
    )
    fields = (
        FormField("project_id", lazy("Project"), "remote", required=True, on_edit=False, model=Project, reload=True,
                  source=sources.projects("inspection.plan"), span=6),
        FormField("subject", lazy("Subject"), required=True, maxlength=100, span=6),
        FormField("kind", lazy("Kind"), "option_pick", options="inspection.plan_kind", span=12,
                  default=lambda reader: "internal"),
        FormField("planned_from", lazy("From"), "date", required=True, span=3),
        FormField("planned_to", lazy("Up to"), "date", required=True, span=3),
        FormField("note", lazy("Note"), "textarea", span=12, maxlength=1000),
    )  # fmt: skip
    edit = edit_plan
    editable = staticmethod(lambda row: row.state in (DRAFT, OPEN))
    verbs = (
        Verb("open", lazy("Start"), open_plan, flow=PLAN, icon="check", primary=True, bulk=False),
        Verb("finish", lazy("Complete"), finish_plan, flow=PLAN, icon="circle-check", bulk=False,
             confirm=lazy("The plan is over then, also where homes were not reached.")),
        Verb("withdraw", lazy("Back to draft"), withdraw_plan, flow=PLAN, icon="arrow-back-up", bulk=False, rare=True),
        Verb("reopen", lazy("Reopen"), reopen_plan, flow=PLAN, icon="rotate", fields=(REASON,), bulk=False, rare=True),
        Verb("void", lazy("Void"), void_plan, flow=PLAN, icon="ban", fields=(REASON,), danger=True, bulk=False,
             rare=True, intro=lazy("Kept with its reason, counted nowhere. It cannot be taken back.")),
    )  # fmt: skip
    sections = (
        (lazy("Inspection plan"), ("project_id", "kind", "planned_from", "planned_to", "number", "note")),
        (lazy("How far it is"), ("home_count", "done", "findings", "open")),
    )
    empty_title = lazy("No plans yet")
    empty_text = lazy("A plan says which homes of a project are inspected from when to when.")

    @staticmethod
    def create(store: Any, *, project_id: int | None, **values: Any) -> Plan:
        if project_id is None:
            raise Invalid({"project_id": lazy("Choose the project first.")})
        return create_plan(store, project_id=project_id, **values)

    def prepare_rows(self, rows: Sequence[Any], reader: Reader) -> None:
        reader.extra["progress"] = progress(reader.session, [row.id for row in rows])

    def notes_of(self, row: Any, reader: Reader) -> Sequence[Note]:
        """A plan outside its window, or without homes, says so."""
        found: list[Note] = []
        warning: Text | None = warning_of(reader.session, row) if row.state in (DRAFT, OPEN) else None
        if warning:
            found.append(Note(warning, "wait"))
        if not row.home_count and row.state == DRAFT:
            link = f"{self.route_base}/{row.id}/homes" if may("write", row) else ""
            found.append(Note(_("The plan has no homes yet."), "news", url=link, link=_("Choose homes")))
        return found

    def record_actions(self, row: Any) -> Sequence[Action]:
        found = []
        if may("write", row) and row.state in (DRAFT, OPEN):
            found.append(Action(_("Choose homes"), f"{self.route_base}/{row.id}/homes", "building"))
        if row.home_count and may("print", row):
            found.append(Action(_("Blank sheets"), f"{self.route_base}/{row.id}/sheets", "printer"))
        if row.state in (OPEN, DONE) and current().may("inspection.summary", "write"):
            url = f"/inspection/summaries/new?project_id={row.project_id}&plan_id={row.id}"
            found.append(Action(_("Write summary"), url, "file-text"))
        return found

    @expose("/<int:pk>/homes", methods=["GET", "POST"])
    def homes(self, pk: int) -> Any:
        """The homes of a plan, picked by building, unit, floor and home."""
        self.enter("write")
        plan = self.one(pk, lock=request.method == "POST")
        check("write", plan)
        if request.method == "GET":
            return self._homes_page(plan)
        picked = _picked()
        try:
            choose_homes(session(), plan, rooms=picked)
            count = plan.home_count
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._homes_page(self.one(pk), picked, refusal)
        return self.go(f"{self.route_base}/{pk}", _("%(n)s homes are in the plan.", n=f"{count:,}"))

    def _homes_page(self, plan: Plan, chosen: set[int] | None = None, refusal: RuleError | None = None) -> Any:
        marks = {one.place_id: one.number for one in taken(session(), plan)}
        tree = scope_tree(session(), plan.project_id, homes_of(session(), plan) if chosen is None else chosen, marks)
        page = {
            "title": _("Homes of %(plan)s", plan=plan.subject), "tree": tree,
            "action_url": f"{self.route_base}/{plan.id}/homes",
            "cancel_url": f"{self.route_base}/{plan.id}", "error": refusal.message if refusal else "",
            "crumbs": [Crumb(self.title, f"{self.route_base}/"), Crumb(plan.subject, f"{self.route_base}/{plan.id}"),
                       Crumb(_("Homes"))],
        }  # fmt: skip
        return self.render("inspection/plan_homes.html", page, refusal.status if refusal else 200)

    @expose("/<int:pk>/sheets")
    def sheets(self, pk: int) -> Any:
        """Blank inspection sheets (验房表), one per home of the plan."""
        self.enter("print")
        plan = self.one(pk)
        check("print", plan)
        found = blank_sheets(session(), sorted(homes_of(session(), plan))[:MOST_SHEETS], language())
        head = sheet_head(session(), _("Inspection sheet"), plan.project_id, back_url=f"{self.route_base}/{pk}")
        return render_template("atrium/sheets/homes.html", sheet=head, sheets=found)

    @expose("/<int:pk>/discard", methods=["POST"])
    def discard(self, pk: int) -> Any:
        """Delete a draft."""
        self.enter("write")
        plan = self.one(pk, lock=True)
        subject = plan.subject
        discard_plan(session(), plan)
        session().commit()
        return self.go(f"{self.route_base}/?reset=1", _("The draft “%(name)s” is gone.", name=subject))


def _picked() -> set[int]:
    """Ids of the homes ticked: one by one (`room`), or a branch as a whole (`rooms`, where no script ran)."""
    ticked = request.form.getlist("room") + [one for part in request.form.getlist("rooms") for one in part.split(",")]
    return {int(one) for one in ticked if one.isdecimal() and len(one) < 19}
