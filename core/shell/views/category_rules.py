"""Which category goes to whom on a project: the map, what it lacks, and copying it from another project."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_appbuilder import expose

from core.access.context import current
from core.errors import RuleError
from core.estate import services
from core.estate.models import Building, CategoryRule, Contractor, Project
from core.i18n import _, lazy, ngettext
from core.records import asking, sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.list_page import Head, ListPage, Row
from core.records.page import session
from core.records.parts import Action, Cell, Crumb, EmptyState
from core.records.reader import Reader
from core.records.verbs import Verb
from core.records.view import RecordView
from core.shell.views.places import PROJECT, needed

COPY = (
    FormField(
        "from_project",
        lazy("Copy from"),
        "remote",
        required=True,
        source=sources.projects("contractor", "read"),
        model=Project,
        span=12,
    ),
    FormField(
        "to_project",
        lazy("Into"),
        "remote",
        required=True,
        source=sources.projects("contractor"),
        model=Project,
        span=12,
    ),
)


def _category(row: CategoryRule, reader: Reader) -> Cell:
    known = reader.options("issues.category", reader.region_code(row))
    return Cell(f"{row.category} {known.label(row.category, reader.lang)}", "link", url=f"{reader.base}/{row.id}")


class CategoryRuleView(RecordView):
    """问题分类 → 承建商."""

    model, resource = CategoryRule, "contractor"
    title, singular, new_label = lazy("Category to {contractor}"), lazy("Line of the map"), lazy("New line")
    columns = (
        Column(
            "category",
            lazy("Category"),
            "option",
            options="issues.category",
            sort=CategoryRule.category,
            card="title",
            cell=lambda row, reader: _category(row, reader),
        ),
        PROJECT,
        Column("building_id", lazy("{Building}"), "ref", model=Building, width="w120"),
        Column("contractor_id", lazy("{Contractor}"), "ref", model=Contractor, card="detail"),
    )
    default_sort = "category"
    filters = (
        Filter(
            "contractor_id",
            lazy("{Contractor}"),
            "ref",
            CategoryRule.contractor_id,
            model=Contractor,
            source=sources.contractors(),
        ),
        Filter(
            "building_id", lazy("{Building}"), "ref", CategoryRule.building_id, model=Building, source=sources.buildings
        ),
    )
    fields = (
        FormField(
            "project_id",
            lazy("Project"),
            "remote",
            required=True,
            on_edit=False,
            source=sources.projects("contractor"),
            model=Project,
        ),
        FormField(
            "building_id",
            lazy("{Building}"),
            "remote",
            on_edit=False,
            source=sources.buildings,
            model=Building,
            depends=("project_id",),
            hint=lazy("Left empty: the whole project."),
        ),
        FormField(
            "category", lazy("Category"), "tree", required=True, on_edit=False, options="issues.category", levels=True
        ),
        FormField(
            "contractor_id",
            lazy("{Contractor}"),
            "remote",
            required=True,
            source=sources.contractors(),
            model=Contractor,
            depends=("project_id",),
        ),
    )
    verbs = (
        Verb(
            "remove",
            lazy("Remove"),
            lambda session, row: services.remove_category_rule(session, row),
            permission="write",
            danger=True,
            single=False,
            icon="trash",
            done=lazy("The lines are gone; the next less specific ones hold."),
        ),
    )

    @staticmethod
    def create(session: Any, *, project_id: int | None, contractor_id: int | None, **values: Any) -> CategoryRule:
        needed(
            {"project_id": project_id, "contractor_id": contractor_id},
            project_id=lazy("Choose the project first."),
            contractor_id=lazy("Choose a {contractor} from the list."),
        )
        return services.create_category_rule(session, project_id=project_id, contractor_id=contractor_id, **values)  # type: ignore[arg-type]

    @staticmethod
    def edit(session: Any, row: CategoryRule, *, contractor_id: int | None) -> CategoryRule:
        needed({"contractor_id": contractor_id}, contractor_id=lazy("Choose a {contractor} from the list."))
        return services.edit_category_rule(session, row, contractor_id=contractor_id)  # type: ignore[arg-type]

    def name_of(self, row: Any) -> str:
        return str(row.category)

    def list_actions(self) -> Sequence[Action]:
        found = [Action(_("What has no {contractor}"), f"{self.route_base}/gaps", "alert-triangle")]
        if self.may_add():
            found.append(Action(_("Copy a map"), f"{self.route_base}/copy", "copy", dialog=True))
        return [*found, *super().list_actions()]

    @expose("/gaps")
    def gaps(self) -> Any:
        """Categories in use that go to nobody, project by project."""
        self.enter()
        reader, tree, rows = Reader(session(), self.route_base), current().organisation, list[Row]()
        reach, chosen = current().reach("contractor", "read"), self.project_id()
        mine = [one for one in tree.projects.values() if reach.holds_project(one.id) and chosen in (None, one.id)]
        missing = services.uncovered(session(), [one.id for one in mine])
        for project in sorted(mine, key=lambda one: one.code):
            region = tree.regions[project.region_id].code
            known = reader.options("issues.category", region)
            for gap in missing[project.id]:
                cells = [
                    Cell(f"{gap.category} {known.label(gap.category, reader.lang)}"),
                    Cell(project.name_in(reader.lang)),
                    Cell(_("some {buildings} only") if gap.building_ids else _("whole project")),
                    Cell(str(gap.issues), "number", zero=not gap.issues),
                ]
                url = f"{self.route_base}/new?project_id={project.id}&category={gap.category}"
                rows.append(Row(len(rows) + 1, url, cells))
        heads = [
            Head("category", _("Category"), card="title"),
            Head("project", _("Project"), "w160", card="meta"),
            Head("where", _("Where"), "w160", card="detail"),
            Head("issues", _("Findings"), "w96", number=True, card="edge"),
        ]
        page = ListPage(
            _("Categories without a {contractor}"),
            f"{self.route_base}/gaps",
            heads=heads,
            rows=rows,
            subtitle=_("Findings recorded in them go to nobody until somebody is named."),
            actions=[Action(_("Category to {contractor}"), f"{self.route_base}/", "arrows-exchange")],
            empty=EmptyState(_("Every category has its {contractor}"), _("Nothing is missing in the map.")),
        )
        return self.render("atrium/list.html", page)

    @expose("/copy", methods=["GET", "POST"])
    def copy(self) -> Any:
        """Take another project's map over where this one says nothing yet."""
        self.enter("write")
        if request.method == "GET":
            return self._ask_copy({"to_project": str(self.project_id() or "")})
        try:
            values = asking.read(COPY)
            needed(values, **dict.fromkeys(("from_project", "to_project"), lazy("Choose the project first.")))
            verdict = services.copy_category_map(session(), values["from_project"], values["to_project"])
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._ask_copy(asking.sent_texts(COPY), refusal)
        said = ngettext("%(n)s line taken over", "%(n)s lines taken over", len(verdict.taken))
        left = {str(reason) for _rule, reason in verdict.skipped}
        if left:
            said += _("; %(n)s left: %(reasons)s", n=len(verdict.skipped), reasons=" ".join(sorted(left)))
        return self.go(f"{self.route_base}/?reset=1", said)

    def _ask_copy(self, texts: dict[str, str], refusal: RuleError | None = None) -> Any:
        return asking.ask(
            self, COPY, texts, title=_("Copy a map"), base=self.route_base, url=f"{self.route_base}/copy",
            submit=_("Copy"), cancel=f"{self.route_base}/", refusal=refusal,
            intro=_("Lines the project has already stay as they are."),
            crumbs=[Crumb(self.title, f"{self.route_base}/"), Crumb(_("Copy a map"))],
        )  # fmt: skip

    @expose("/pick/<name>")
    def pick(self, name: str) -> Any:
        self.enter()
        return asking.pick(COPY, name) or super().pick(name)
