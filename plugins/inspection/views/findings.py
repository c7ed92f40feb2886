"""验房问题处理: the list of findings, a finding, its form, and what can be done to them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import render_template

from core.errors import Invalid
from core.estate.models import Place
from core.i18n import language, lazy
from core.issues import services
from core.issues.models import Issue
from core.issues.sheets import HomeSheet, SheetHead, home_sheets, sheet_head
from core.issues.workbook import homes_workbook
from core.records import sources
from core.records.fields import FormField
from core.records.issue_columns import COLUMNS
from core.records.issue_verbs import FINDING, VERBS, list_together
from core.records.issue_view import IssueView, list_numbers
from core.records.page import expose, session
from core.records.parts import Action
from core.records.verbs import Verb
from core.records.web import download, remembered_list

ORIGIN = "inspection"
MOST_HOMES = 300
ROUND = FormField(
    "round", lazy("Round"), "option_pick", options="inspection.round", default=lambda reader: "first", on_edit=False
)
PLACE = FormField(
    "place_id", lazy("Home"), "remote", required=True, on_edit=False, model=Place,
    hint=lazy("Such as 3-1-502, or a common area."), source=sources.places(resource="inspection.issue"),
)  # fmt: skip


class FindingView(IssueView):
    """The findings of internal inspection."""

    origin, resource, lists_url = ORIGIN, "inspection.issue", "/inspection/lists"
    title = lazy("Process findings")
    columns = tuple(
        replace(one, kind="option", options="inspection.round") if one.name == "round" else one for one in COLUMNS
    )
    filters = tuple(
        replace(one, source=list_numbers(ORIGIN)) if one.name == "list" else one for one in IssueView.filters
    )
    verbs = (
        *VERBS,
        Verb(
            "list", lazy("Put on lists"), many=list_together("/inspection/lists"), permission="list", single=False,
            icon="file-spreadsheet", when=lambda row: row.state == "recorded" and row.contractor_id is not None,
            reason=lazy("Only findings that are on no list and have a {contractor}."),
        ),
    )  # fmt: skip
    fields = (PLACE, *FINDING[:2], FINDING[2], *FINDING[3:], ROUND)

    @staticmethod
    def create(session: Any, *, place_id: int | None, **values: Any) -> Issue:
        place = session.get(Place, place_id) if place_id is not None else None
        if place is None:
            told = {name: values.get(name) or "" for name in ("category", "location", "description", "note")}
            raise Invalid({"place_id": lazy("Choose a home from the list."), **services.faults_of(**told, region="")})
        severity = values.pop("severity", "") or None
        return services.record(session, place, origin=ORIGIN, severity=severity, **values)

    def list_actions(self) -> Sequence[Action]:
        found = [Action(lazy("By home"), "/inspection/issues/homes", "building"), *super().list_actions()]
        if self.may_add():
            found[-1] = replace(found[-1], primary=False)
            found.append(Action(lazy("Enter at the grid"), "/inspection/entry/", "keyboard", primary=True))
        return found

    @expose("/homes")
    def homes(self) -> Any:
        """按户问题汇总: the findings of the list as it was last filtered, home by home, to read or print."""
        self.enter()
        title, project, back = lazy("Findings by home"), self.project_id(), "/inspection/issues/"
        head = sheet_head(session(), title, project, back_url=back) if project else SheetHead(title, back_url=back)
        excel = "/inspection/issues/homes.xlsx" if self.may_export() else ""
        return render_template("atrium/sheets/homes.html", sheet=head, sheets=self._sheets(), excel_url=excel)

    @expose("/homes.xlsx")
    def homes_excel(self) -> Any:
        """The same as a workbook."""
        self.enter("export")
        return download(homes_workbook(self._sheets(), language()), f"{lazy('Findings by home')}.xlsx")

    def _sheets(self) -> list[HomeSheet]:
        looked = self.listing(dict(parse_qsl(remembered_list(self.route_base))))
        places = looked.query.with_only_columns(Issue.place_id).order_by(None).distinct().limit(MOST_HOMES)
        return home_sheets(session(), session().scalars(places), ORIGIN, language())
