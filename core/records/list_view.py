"""整改单: the numbered lists to contractors of one origin – made, exported, signed for, and taken back filled."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy import Select, case, func, select
from sqlalchemy.orm.exc import StaleDataError

from core import clock
from core.access.check import check, may
from core.access.context import current
from core.errors import Invalid, NotFound, RuleError, Stale
from core.estate.models import Contractor, Project
from core.i18n import _, language, lazy, ngettext
from core.imports.job import keep_file
from core.issues import flow, services
from core.issues.models import Issue, IssueList
from core.issues.returned import Returned, read_returned, take_returned
from core.issues.selection import days_of, unlisted
from core.issues.sheets import list_sheet
from core.issues.workbook import lists_workbook
from core.records import asking, sources
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter
from core.records.issue_verbs import REASON
from core.records.list_page import BulkVerb
from core.records.list_query import Pile
from core.records.once import IntegrityError, mark_written, written
from core.records.page import expose, platform, session
from core.records.parts import Action, Cell, Crumb, Panel
from core.records.reader import Reader
from core.records.verbs import Verb
from core.records.view import RecordView
from core.records.web import download

MOST_LISTS = 200
MAKE = (
    FormField("project_id", lazy("Project"), "remote", required=True, model=Project, span=12, reload=False,
              source=sources.projects("inspection.list", "list")),
    FormField("contractor_id", lazy("{Contractor}"), "remote", model=Contractor, span=12, depends=("project_id",),
              source=sources.contractors(), hint=lazy("Left empty: one list for each.")),
    FormField("start", lazy("Entered from"), "date", span=6),
    FormField("end", lazy("Entered up to"), "date", span=6),
    FormField("promised_on", lazy("Promised finish"), "date", span=6,
              hint=lazy("Left empty: by the region's days to rectify.")),
)  # fmt: skip


def _lines(row: Any, reader: Reader) -> Cell:
    total, _open = reader.extra.get("lines", {}).get(row.id, (0, 0))
    return Cell(str(total), "number", zero=not total)


def _left(row: Any, reader: Reader) -> Cell:
    _total, left = reader.extra.get("lines", {}).get(row.id, (0, 0))
    return Cell(str(left), "number", zero=not left)


COLUMNS = (
    Column("state", lazy("State"), "state", flow=flow.LIST, width="w108", card="state"),
    Column("number", lazy("Number"), "number_link", sort=IssueList.number, width="w140", card="title"),
    Column("project_id", lazy("Project"), "project", width="w96", card="meta"),
    Column("contractor_id", lazy("{Contractor}"), "ref", model=Contractor, card="detail"),
    Column("lines", lazy("Findings"), "number", cell=_lines, reads=("id",), width="w84"),
    Column("left", lazy("Not closed"), "number", cell=_left, reads=("id",), width="w84"),
    Column("exported_at", lazy("Made"), "moment", sort=IssueList.exported_at, width="w96", css="second nowrap"),
    Column("promised_on", lazy("Promised finish"), "due", sort=IssueList.promised_on, width="w120", card="edge"),
    Column("signed_by", lazy("Signed by"), width="w84"),
    Column("signed_on", lazy("Signed on"), "date", width="w84", css="second nowrap"),
    Column("returned_at", lazy("Returned"), "moment", width="w96", css="second nowrap"),
    Column("copies", lazy("Copies"), "number", width="w56", in_list=False),
    Column("entered_from", lazy("Entered from"), "moment", in_list=False),
    Column("entered_to", lazy("Entered up to"), "moment", in_list=False),
)  # fmt: skip


def _sign(store: Any, row: IssueList, *, by: str, on: date | None, promised_on: date | None) -> IssueList:
    return services.sign(store, row, by=by, on=on, promised_on=promised_on)


class IssueListView(RecordView):
    """Lists of one `origin`; `issues_url` is where its issues are listed."""

    origin: ClassVar[str]
    issues_url: ClassVar[str]
    model = IssueList
    title, singular = lazy("Lists to {contractors}"), lazy("List")
    new_label = lazy("Make lists")
    columns: ClassVar[Sequence[Column]] = COLUMNS
    piles = (
        Pile("open", lazy("Under way"), lambda reader: IssueList.state.in_((flow.SENT, flow.SIGNED))),
        Pile("sent", lazy("To sign for"), lambda reader: IssueList.state == flow.SENT),
        Pile("signed", lazy("Signed for"), lambda reader: IssueList.state == flow.SIGNED),
        Pile("returned", lazy("Returned"), lambda reader: IssueList.state == flow.RETURNED),
        Pile("all", lazy("All")),
    )
    search = (IssueList.number,)
    found_order = 40
    search_words = lazy("Number")
    filters: ClassVar[Sequence[Filter]] = (
        Filter("contractor", lazy("{Contractor}"), "ref", IssueList.contractor_id, model=Contractor,
               source=sources.contractors()),
        Filter("state", lazy("State"), "state", IssueList.state, flow=flow.LIST),
        Filter("made", lazy("Made"), "moment", IssueList.exported_at),
        Filter("promised", lazy("Promised finish"), "date", IssueList.promised_on),
    )  # fmt: skip
    verbs: ClassVar[Sequence[Verb]] = (
        Verb("sign", lazy("Sign for"), _sign, flow=flow.LIST, icon="signature", primary=True, bulk=False,
             when=lambda row: not row.signed_by, fields=(
            FormField("by", lazy("Signed by"), required=True, span=6, maxlength=100),
            FormField("on", lazy("Signed on"), "date", span=6),
            FormField("promised_on", lazy("Promised finish"), "date", span=6)),
            defaults=lambda store, row: {"on": clock.today(), "promised_on": row.promised_on},
            intro=lazy("Its findings are being rectified from then on.")),
        Verb("void", lazy("Void"), services.void_list, flow=flow.LIST, icon="ban", danger=True, rare=True, bulk=False,
             fields=(REASON,), intro=lazy("Its findings wait for a list again; the number is not given twice.")),
    )  # fmt: skip
    prepare_reads = ("id",)
    empty_title = lazy("No lists yet")
    empty_text = lazy("Findings that are on no list yet go to their {contractors} as one numbered list each.")

    def rows(self) -> Select[Any]:
        return select(IssueList).where(IssueList.origin == self.origin)

    def prepare_rows(self, rows: Sequence[Any], reader: Reader) -> None:
        """How many findings each list holds, and how many of them are open, in one statement."""
        left = func.sum(case((Issue.state.in_(flow.ISSUE.open_codes), 1), else_=0))
        query = select(Issue.list_id, func.count(), left).where(Issue.list_id.in_([row.id for row in rows]))
        found = reader.session.execute(query.group_by(Issue.list_id)) if rows else ()
        reader.extra["lines"] = {one[0]: (one[1], int(one[2] or 0)) for one in found}

    def may_list(self) -> bool:
        return current().may(self.resource, "list")

    def may_add(self) -> bool:
        return self.may_list()

    def list_actions(self) -> Sequence[Action]:
        if not self.may_list():
            return []
        return [
            Action(_("Take a filled list back"), f"{self.route_base}/return", "upload"),
            Action(self.new_label, f"{self.route_base}/new", "file-spreadsheet", primary=True, dialog=True),
        ]

    def more_bulk(self) -> Sequence[BulkVerb]:
        if not current().may(self.resource, "export"):
            return []
        url = f"{self.route_base}/workbook"
        return [BulkVerb("workbook", _("Export Excel"), url, "download", download=True, any_row=True)]

    def record_actions(self, row: Any) -> Sequence[Action]:
        found = [Action(_("Findings"), f"{self.issues_url}/?tab=all&list={row.id}", "list-check")]
        if may("print", row):
            found.append(Action(_("Print"), f"{self.route_base}/{row.id}/print", "printer"))
        if may("export", row):
            found.append(Action(_("Export Excel"), f"{self.route_base}/workbook", "download", method="post",
                                hidden=[("row", f"{row.id}:0")]))  # fmt: skip
        return found

    def panels(self, row: Any, reader: Reader) -> Sequence[Panel]:
        """The lines of the list."""
        sheet = list_sheet(reader.session, row, reader.lang)
        body = Markup(render_template("atrium/parts/list_lines.html", sheet=sheet, url=self.issues_url))
        return [Panel(_("Findings"), body, note=str(len(sheet.lines)), bleed=True)]

    # --- making lists ------------------------------------------------------------------------------------

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> Any:
        """One list per contractor of what is on none yet."""
        self.enter("list")
        reader = Reader(session(), self.route_base, self.project_id())
        if request.method == "GET":
            return self._ask_new(asking.first_texts(MAKE, reader))
        once = request.form.get("once", "")
        if place := written(session(), once):
            return self.go(place)
        try:
            made = self._make(asking.read(MAKE))
            place = f"{self.route_base}/{made[0].id}" if len(made) == 1 else f"{self.route_base}/?tab=sent"
            mark_written(session(), once, place)
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._ask_new(asking.sent_texts(MAKE), refusal, once)
        except (IntegrityError, StaleDataError):
            # Pressed twice at once, or somebody else listed or changed one of these findings a moment ago.
            session().rollback()
            if place := written(session(), once):
                return self.go(place)
            moved = _("Somebody else changed this record a moment ago. Go back, reload it and look at what changed.")
            return self._ask_new(asking.sent_texts(MAKE), Stale(moved), once)
        numbers = ", ".join(one.number or "" for one in made)
        said = ngettext("%(n)s list made: %(numbers)s", "%(n)s lists made: %(numbers)s", len(made), numbers=numbers)
        return self.go(place, said)

    def _make(self, values: Mapping[str, Any]) -> Sequence[IssueList]:
        project, start, end = values["project_id"], values["start"], values["end"]
        if project is None:
            raise Invalid({"project_id": lazy("Choose the project first.")})
        if start and end and end < start:
            raise Invalid({"end": lazy("The end lies before the beginning on %(day)s.", day=start.isoformat())})
        region = current().organisation.region_of(project)
        since, until = days_of(start, end, region.zone if region else clock.DEFAULT_ZONE)
        contractor = session().get(Contractor, values["contractor_id"]) if values["contractor_id"] else None
        if values["contractor_id"] and contractor is None:
            raise Invalid({"contractor_id": lazy("Choose a {contractor} from the list.")})
        found = unlisted(session(), self.origin, project, contractor=contractor.name if contractor else None,
                         since=since, until=until)  # fmt: skip
        return services.put_on_lists(session(), found, promised_on=values["promised_on"])

    def _ask_new(self, texts: Mapping[str, str], refusal: RuleError | None = None, once: str = "") -> Any:
        return asking.ask(
            self, MAKE, texts, title=_("Make lists"), base=self.route_base, url=f"{self.route_base}/new",
            submit=_("Make lists"), cancel=f"{self.route_base}/", refusal=refusal, once=once,
            intro=_("All findings with a {contractor} that are on no list yet, by the day they were entered."),
            crumbs=[Crumb(self.title, f"{self.route_base}/"), Crumb(_("Make lists"))],
        )  # fmt: skip

    @expose("/pick/<name>")
    def pick(self, name: str) -> Any:
        """Also those of the form that makes lists."""
        self.enter()
        return asking.pick(MAKE, name) or super().pick(name)

    # --- leaving and coming back ----------------------------------------------------------------------------

    @expose("/workbook", methods=["POST"])
    def workbook(self) -> Any:
        """The chosen lists as one workbook, a sheet each; every export counts as a copy."""
        self.enter("export")
        tokens = [token.partition(":")[0] for token in request.form.getlist("row")[:MOST_LISTS]]
        ids = [int(one) for one in tokens if one.isascii() and one.isdigit() and len(one) < 19]
        query = self.rows().where(IssueList.id.in_(ids)).order_by(IssueList.number)
        lists = list(session().scalars(query))
        if not ids:
            raise RuleError(_("Select rows first."))
        if not lists:
            raise NotFound(_("The selected records are not there any more, or not yours to see. Load the list anew."))
        for one in lists:
            check("export", one)
            services.export_copy(session(), one)
        content = lists_workbook(session(), lists, language())
        session().commit()
        name = lists[0].number if len(lists) == 1 else _("%(n)s lists", n=len(lists))
        return download(content, f"{self._file_word()}{name}.xlsx")

    def _file_word(self) -> str:
        return "整改单 " if language() == "zh" else "List "

    @expose("/<int:pk>/print")
    def print(self, pk: int) -> Any:
        """The list as a sheet to print and sign."""
        self.enter("print")
        row = self.one(pk)
        check("print", row)
        sheet = list_sheet(session(), row, language())
        return render_template("atrium/sheets/list.html", sheet=sheet.head(f"{self.route_base}/{pk}"), list=sheet)

    @expose("/return", methods=["GET", "POST"])
    def taken_back(self) -> Any:
        """The filled workbook: a verdict per line first, then the good lines become rectified."""
        self.enter("list")
        if request.method == "GET":
            return self._return_page()
        writes = request.form.get("write") == "1"
        try:
            content, kept = self._content()
            judged = (take_returned if writes else read_returned)(session(), content, self.origin)
            if writes:
                session().commit()
            page = self._return_page(judged, kept)
        except RuleError as refusal:
            session().rollback()
            return self._return_page(refusal=refusal)
        return page

    def _content(self) -> tuple[bytes, str]:
        """The workbook sent, or the one judged before; and the name it is kept under."""
        kept = request.form.get("kept", "")
        if kept:
            path = platform().settings.home / "imports" / "".join(filter(str.isalnum, kept))[:64]
            if not path.is_file():
                raise RuleError(_("The file is not kept any more. Choose it again."))
            return path.read_bytes(), path.name
        sent = request.files.get("file")
        if sent is None or not sent.filename:
            raise RuleError(_("Choose the filled workbook."))
        content: bytes = sent.read()
        return content, keep_file(platform().settings, content)

    def _return_page(self, judged: Returned | None = None, kept: str = "", refusal: RuleError | None = None) -> Any:
        page = {
            "title": _("Take a filled list back"), "judged": judged, "kept": kept, "base": self.route_base,
            "error": refusal.message if refusal else "", "issues_url": self.issues_url,
            "crumbs": [Crumb(self.title, f"{self.route_base}/"), Crumb(_("Take a filled list back"))],
        }  # fmt: skip
        return self.render("atrium/list_return.html", page, refusal.status if refusal else 200)
