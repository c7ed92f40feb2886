"""验房问题录入: the grid for the findings of one home after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import jsonify, render_template, request
from flask_wtf.csrf import generate_csrf

from core import clock
from core.access.context import current
from core.access.reach import ProjectRef
from core.db import reading_only
from core.errors import Invalid, RuleError
from core.estate.models import HOME, Contractor, Place
from core.i18n import Text, _, language, lazy, ngettext
from core.issues.services import rules_of
from core.parameters import store
from core.records import sources
from core.records.grid import GridColumn, GridPage, choice, choices, helped
from core.records.helping import helps_of
from core.records.labels import labels
from core.records.page import PlatformPage, expose, session
from core.records.parts import Action, Option
from core.values.dates import read_day
from plugins.inspection.services.entry import MOST_ROWS, RESOURCE, Head, Line, enter, find, place_to_enter
from plugins.inspection.services.home_sheet import (
    common_here,
    contractors_of,
    entered_today,
    open_findings,
    sheet_of,
)
from plugins.inspection.services.homes import floor_state, mark_inspected, next_home
from plugins.inspection.views.entry_answers import (
    floors,
    home_facts,
    home_title,
    option_label,
    row_of,
    rules_in,
    told,
)

MOST_SHOWN = 100
"""Open findings of a home listed above the rows to come."""

COLUMNS = (
    GridColumn("category", lazy("Category"), "option", "w120", required=True, repeats=True, options="category",
               card="title", placeholder=lazy("Name, code or initials"), synonyms=("问题分类", "分类", "Category")),
    GridColumn("location", lazy("Location"), "option", "w72", required=True, repeats=True, options="location",
               card="meta", picks=7, synonyms=("部位", "位置", "Location")),
    GridColumn("description", lazy("Description"), required=True, most=1000, card="text",
               hint=lazy("Where exactly, and how large: below the sill, 30×20 cm."),
               synonyms=("问题描述", "描述", "Description")),
    GridColumn("note", lazy("Note"), "text", "w84", most=1000, synonyms=("补充说明", "备注", "Note")),
    GridColumn("contractor_id", lazy("{Contractor} (by category)"), "option", "w140", options="contractor",
               chosen_by="category", fixed_once_saved=True,
               synonyms=("承建商", "施工单位", "责任单位", "Contractor")),
    GridColumn("also", lazy("Also in"), "places", "w96", fixed_once_saved=True, placeholder="602、702",
               hint=lazy("Further homes with the same finding: 602、702 or 3-1-602."), synonyms=("同时记在",)),
)  # fmt: skip


@dataclass(frozen=True)
class EntryPage:
    """The grid of one project; or, where the project is not clear, the ones to choose from."""

    title: Text
    grid: GridPage | None = None
    projects: Sequence[tuple[ProjectRef, str]] = ()
    """(project, its region's name)."""
    rounds: Sequence[Option] = ()
    inspector: str = ""
    today: str = ""
    single_url: str = "/inspection/issues/new"
    import_url: str = ""


class EntryView(PlatformPage):
    """The page and what its script asks."""

    resource = RESOURCE
    default_view = "page"

    @expose("/")
    def page(self) -> Any:
        """The grid; a project is asked first where one may enter findings in several and none is chosen."""
        self.enter("write")
        projects = self._projects()
        chosen = self.project_id()
        project = next((one for one in projects if one.id == chosen or len(projects) == 1), None)
        title = lazy("Enter findings")
        if project is None:
            regions = current().organisation.regions
            listed = [(one, regions[one.region_id].name_in(language())) for one in projects]
            return self.render("inspection/entry.html", EntryPage(title, projects=listed))
        region = current().organisation.region_of(project.id)
        code, zone = (region.code, region.zone) if region else ("", clock.DEFAULT_ZONE)
        rounds = store.catalogue().options("inspection.round", code).selectable
        today = clock.today(zone).isoformat()
        made = EntryPage(
            title,
            self._grid(project, code, today),
            rounds=[Option(one.code, one.label(language()).text) for one in rounds],
            inspector=current().name,
            today=today,
            import_url="/imports/" if current().may(self.resource, "import") else "",
        )
        return self.render("inspection/entry.html", made)

    @expose("/home")
    def home(self) -> Any:
        """A home as the grid needs it: `id`, or `find` in the project `project_id`."""
        self.enter("write")
        if request.args.get("find") is not None:
            place = find(session(), _id(request.args.get("project_id")), request.args["find"])
        else:
            place = place_to_enter(session(), _id(request.args.get("id")))
        return jsonify(self._home(place, request.args.get("round", "")))

    @expose("/suggest")
    def suggest(self) -> Any:
        """Homes as one types."""
        self.enter("write")
        given = {"project_id": str(_id(request.args.get("project_id")))}
        typed = "".join(filter(str.isprintable, request.args.get("q", "")[:100]))
        found = sources.places(resource=self.resource)(session(), typed, given)
        return jsonify([{"value": one.value, "text": str(one.label)} for one in found[:12]])

    @expose("/save", methods=["POST"])
    def save(self) -> Any:
        """Record the rows sent: one transaction, an answer for each."""
        self.enter("write")
        given = _json()
        place = place_to_enter(session(), _id(given.get("place_id")))
        rows = given.get("rows")
        lines = [Line.read(one) for one in rows] if isinstance(rows, list) else []
        try:
            head = _head(given)
            outcomes = enter(session(), place, head, lines)
            session().commit()
        except Invalid as refusal:
            return _refused(refusal)
        with reading_only():
            contractors = [issue.contractor_id for one in outcomes for issue in one.issues]
            names = labels(session(), Contractor, contractors)
            answers = [told(one, place, names) for one in outcomes]
            return jsonify(rows=answers, home=self._beside(place, head.round))

    @expose("/done", methods=["POST"])
    def done(self) -> Any:
        """本户验完."""
        self.enter("write")
        given = _json()
        place = place_to_enter(session(), _id(given.get("place_id")))
        try:
            head = _head(given)
            mark_inspected(session(), place, round=head.round, inspected_on=head.found_on, inspector=head.found_by)
            session().commit()
        except Invalid as refusal:
            names = {"inspected_on": "found_on", "inspector": "found_by"}
            return _refused(Invalid({names.get(name, name): said for name, said in refusal.errors.items()}))
        with reading_only():
            said = _("%(home)s is marked as inspected.", home=place.label)
            return jsonify(said=said, home=self._beside(place, head.round))

    # --- what the page holds ----------------------------------------------------------------------------------

    def _projects(self) -> list[ProjectRef]:
        reach = current().reach(self.resource, "write")
        return [one for one in current().organisation.projects.values() if reach.holds_project(one.id)]

    def _grid(self, project: ProjectRef, region: str, today: str) -> GridPage:
        parameters, base = store.catalogue(), self.route_base
        wanted = request.args.get("home", "")
        opened = None
        if wanted:
            try:
                opened = self._home(find(session(), project.id, wanted), "")
            except RuleError:
                opened = None  # the field says so when it is asked again
        return GridPage(
            lazy("Enter findings"), "inspection.issue", current().user_id or 0,
            helped(COLUMNS, helps_of(("issue", self.resource), region)),
            {name: choices(parameters.options(f"issues.{name}", region), language())
             for name in ("category", "location")},
            {"home": f"{base}/home", "suggest": f"{base}/suggest", "save": f"{base}/save", "done": f"{base}/done",
             "token": "/login/token", "signIn": f"/login/?next={base}/"},
            generate_csrf(), {"id": project.id, "code": project.code, "today": today}, MOST_ROWS, opened,
            subtitle=self._today(project.id),
            other_ways=[Action(lazy("One finding"), "/inspection/issues/new")],
        )  # fmt: skip

    def _home(self, place: Place, round: str) -> dict[str, Any]:
        """Everything about a home; the row of the grid begin below what is open there already."""
        issues = open_findings(session(), place, MOST_SHOWN)
        working = contractors_of(session(), place.project_id)
        names = labels(session(), Contractor, (issue.contractor_id for issue in issues))
        rules = rules_of(session(), place.project_id)
        return {
            "id": place.id, "label": place.label, **self._beside(place, round),
            "lists": {"contractor": [choice(str(id), name, trade) for id, name, trade in working]},
            "rules": {"contractor_id": rules_in(rules, place.building_id)},
            "rows": [row_of(issue, names) for issue in issues],
        }  # fmt: skip

    def _beside(self, place: Place, round: str) -> dict[str, Any]:
        """What changes with each save: the panels beside the grid, the next home, what was entered today."""
        region = current().organisation.region_of(place.project_id)
        rounds = store.catalogue().options("inspection.round", region.code if region else "")
        round = round if rounds.is_selectable(round) else next((one.code for one in rounds.selectable), "")
        following = next_home(session(), place)
        sheet = sheet_of(session(), place)
        common = [
            (values, " ".join(option_label(f"issues.{name}", code, place) for name, code in values.items()))
            for values in common_here(session(), place)
        ]
        rail = render_template(
            "inspection/entry_rail.html", sheet=sheet, title=home_title(place), facts=home_facts(sheet), common=common,
            state=option_label("estate.sales_state", place.sales_state, place) if place.sales_state else "",
            floors=floors(floor_state(session(), place, round)), next=following,
        )  # fmt: skip
        found = {"rail": rail, "today": self._today(place.project_id), "canFinish": place.kind == HOME}
        if following is not None:
            found["next"] = {"id": following.id, "label": following.label, "number": following.number}
        return found

    def _today(self, project_id: int) -> str:
        homes, findings = entered_today(session(), project_id)
        if not findings:
            return ""
        return _("Today: %(homes)s · %(findings)s", homes=ngettext("%(n)s home", "%(n)s homes", homes),
                 findings=ngettext("%(n)s finding", "%(n)s findings", findings))  # fmt: skip


def _json() -> Mapping[str, Any]:
    try:
        given = request.get_json(silent=True)
    except RecursionError:  # thousands of brackets
        given = None
    if not isinstance(given, dict):
        raise RuleError(lazy("What was sent could not be read; reload the page. What you typed is kept."))
    return given


def _id(given: Any) -> int:
    """An id out of an address or JSON; 0, which nothing has, for anything else."""
    text = str(given)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _head(given: Mapping[str, Any]) -> Head:
    texts = {name: given.get(name) for name in ("found_by", "found_on", "round")}
    by, on, round = (text if isinstance(text, str) else "" for text in texts.values())
    try:
        return Head(by, read_day(on) if on.strip() else None, round)
    except RuleError as refusal:
        raise Invalid({"found_on": refusal.message}) from None


def _refused(refusal: Invalid) -> Any:
    session().rollback()
    return jsonify(message=str(refusal), errors={name: str(said) for name, said in refusal.errors.items()}), 422
