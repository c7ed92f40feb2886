"""Generated screens of a kind of record: list, record, forms, verbs, bulk verbs, export and pick lists.

A subclass declares; nothing in it decides. See `plugins/inspection/views` for a full one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from flask import Response, jsonify, redirect, request
from flask import session as browser
from flask_appbuilder import expose
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access.check import may
from core.access.context import current
from core.errors import NotFound
from core.i18n import Text, _, lazy
from core.records import (
    by_number,
    doing,
    doing_several,
    editing_several,
    exporting,
    exporting_page,
    forming,
    showing,
    undoing,
    viewing,
)
from core.records.column_choice import to_keep
from core.records.columns import Column
from core.records.fields import FormField
from core.records.filters import Filter, search_clause
from core.records.list_page import BulkVerb
from core.records.list_query import Pile
from core.records.listing import Listing
from core.records.page import PlatformPage, session
from core.records.parts import Action, Note, Panel
from core.records.reader import Reader
from core.records.show_page import Section
from core.records.verbs import Verb
from core.records.web import look_through, remember_columns, remember_list, remembered_list
from core.web.sign_in import safe_next

MOST_ID = 2**63


class RecordView(PlatformPage):
    """Declare `model`, `resource`, titles, `columns` and whatever else the records have."""

    default_view = "index"
    model: ClassVar[type[Any]]
    title: ClassVar[Text]
    singular: ClassVar[Text] = ""
    """What one record is called, for headings of forms."""
    explained_as: ClassVar[Sequence[str]] = ()
    """Names beside its resource under which the parameters `*.field_help` explain its fields (what modules share)."""
    columns: ClassVar[Sequence[Column]] = ()
    filters: ClassVar[Sequence[Filter]] = ()
    search: ClassVar[Sequence[Any]] = ()
    """Columns a search looks into; each word typed must be in one of them."""
    search_words: ClassVar[Text] = lazy("Search")
    found_order: ClassVar[int] = 100
    """Place among the kinds of the search behind Ctrl K; smaller is higher. Whoever declares `search` takes part."""
    piles: ClassVar[Sequence[Pile]] = ()
    default_sort: ClassVar[str] = "-id"
    page_size: ClassVar[int] = 30
    mine: ClassVar[Any] = None
    """A static function without arguments: the clause of what is mine."""
    day_column: ClassVar[Any] = None
    """A static function without arguments: the moment by which today's and this week's records are told."""
    fields: ClassVar[Sequence[FormField]] = ()
    create: ClassVar[Callable[..., Any] | None] = None
    """`create(session, **values) -> row`; None where records are not made by a form."""
    edit: ClassVar[Callable[..., Any] | None] = None
    """`edit(session, row, **values)`."""
    editable: ClassVar[Any] = None
    """A static function: whether a row may be edited as it stands."""
    add_verb: ClassVar[str] = "write"
    edit_verb: ClassVar[str] = "write"
    several: ClassVar[Sequence[str]] = ()
    """Fields of the edit form that may be given to many records at once; none, and there is no such button."""
    export_verb: ClassVar[str] = "export"
    verbs: ClassVar[Sequence[Verb]] = ()
    sections: ClassVar[Sequence[tuple[Text, Sequence[str]]]] = ()
    """Panels of facts by column name; all columns in one panel when none are declared."""
    new_label: ClassVar[Text] = ""
    quick_new: ClassVar[bool] = False
    """Whether F2 makes one of these wherever one is."""
    empty_title: ClassVar[Text] = lazy("Nothing here yet")
    empty_text: ClassVar[Text] = ""
    prepare_reads: ClassVar[Sequence[str] | None] = None
    """All attributes of a row that `prepare_rows` looks at: said, a long export reads no more of each row."""
    keeps_history: ClassVar[bool] = True
    told_by_number: ClassVar[Sequence[str]] = ("project_id",)
    """Columns told, beside number and state, to whoever may do a verb to a record but not read it."""
    with_files: ClassVar[bool] = False
    """Whether files may be chosen in the form of a new record already."""

    # --- what a subclass may override -------------------------------------------------------------------

    def rows(self) -> Select[Any]:
        """The rows of this view; a shared table is narrowed here (an origin)."""
        return select(self.model)

    def name_of(self, row: Any) -> str:
        """What a record is called."""
        return str(getattr(row, "label", None) or getattr(row, "number", None) or getattr(row, "name", None) or row.id)

    def heading(self, row: Any) -> str:
        """The title of a record's page; its number stands beside it."""
        return self.name_of(row)

    def panels_of(self, row: Any) -> Sequence[tuple[Text, Sequence[str]]]:
        """The panels of facts of this record."""
        return self.sections

    def rail_words(self, row: Any, reader: Reader) -> Mapping[str, str]:
        """Words under the steps of the state rail, by state."""
        return {}

    def searched(self, query: Select[Any], typed: str) -> Select[Any]:
        return query.where(*search_clause(self.search, typed)) if self.search else query

    def also_typed(self, typed: str) -> Sequence[str]:
        """Other ways to write the name or number somebody typed, for the search of exact ones."""
        return ()

    def subtitle(self, reader: Reader) -> Text:
        return ""

    def prepare_rows(self, rows: Sequence[Any], reader: Reader) -> None:
        """Read what columns need for the whole page at once, into `reader.extra`."""

    def list_actions(self) -> Sequence[Action]:
        return [self.new_action()] if self.may_add() else []

    def more_bulk(self) -> Sequence[BulkVerb]:
        return ()

    def panels(self, row: Any, reader: Reader) -> Sequence[Panel]:
        """Further panels of a record."""
        return ()

    def side(self, row: Any, reader: Reader) -> Sequence[Section]:
        """Sections of the right rail."""
        return ()

    def notes_of(self, row: Any, reader: Reader) -> Sequence[Note]:
        """What should be said about a record at the top of its page."""
        return ()

    def record_actions(self, row: Any) -> Sequence[Action]:
        """Further buttons of a record, after its verbs."""
        return ()

    def taken_back(self, session: Session, row: Any, verb: str) -> None:
        """Called after a deed was taken back, in its transaction: record the event for those who heard of the deed."""

    def form_values(self, values: dict[str, Any], row: Any | None) -> dict[str, Any]:
        """What a form read, as the services take it."""
        return values

    def row_text(self, row: Any, field: FormField) -> str:
        """What a field of the edit form shows for a row."""
        return field.text_of(getattr(row, field.name, None))

    # --- small questions --------------------------------------------------------------------------------

    def list_columns(self) -> list[Column]:
        return [column for column in self.columns if column.in_list]

    def may_add(self) -> bool:
        return self.create is not None and current().may(self.resource, self.add_verb)

    def may_export(self) -> bool:
        return current().may(self.resource, self.export_verb)

    def may_edit(self, row: Any) -> bool:
        editable = type(self).editable
        return type(self).edit is not None and may(self.edit_verb, row) and (editable is None or editable(row))

    def new_action(self) -> Action:
        return Action(self.new_label or _("New"), f"{self.route_base}/new", "plus", primary=True)

    def one(self, record_id: int, store: Session | None = None, *, lock: bool = False) -> Any:
        """The visible row with this id; raises NotFound, which never tells missing from hidden."""
        if record_id < MOST_ID:
            query = self.rows().where(self.model.id == record_id)
            if lock:
                query = query.with_for_update(of=self.model).execution_options(populate_existing=True)
            found = (store or session()).scalars(query).one_or_none()
            if found is not None:
                return found
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))

    def verb(self, name: str) -> Verb:
        found = next((verb for verb in self.verbs if verb.name == name), None)
        if found is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        return found

    def listing(self, given: Mapping[str, str]) -> Listing:
        return Listing(self, session(), given, self.project_id())

    # --- routes ---------------------------------------------------------------------------------------------

    @expose("/")
    def index(self) -> Any:
        """The filtered list; an address without conditions leads to those remembered."""
        if not current().may(self.resource, "read") and by_number.verbs_of(self):
            return redirect(f"{self.route_base}/by-number")
        self.enter()
        given = request.args.to_dict()
        given.pop("columns", None)  # is an export's; what the list shows is kept with the person
        if "view" in given:
            return viewing.opened(self, given.pop("view"), given)
        if set(given) <= {"project"} and (kept := remembered_list(self.route_base)):
            self.project_id()  # a project named in the address is kept before the way on
            return redirect(f"{self.route_base}/?{kept}")
        looked = self.listing(given)
        remember_list(self.route_base, looked.state)
        views, columns = viewing.seen_through(self, looked)
        return self.render("atrium/list.html", looked.page(columns, views=views))

    @expose("/columns", methods=["POST"])
    def choose_columns(self) -> Any:
        """Which columns this person sees here, and in which order; back to the list."""
        self.enter()
        asked = [] if "reset" in request.form else request.form.getlist("column")
        remember_columns(self.route_base, to_keep(self.columns, self.list_columns(), asked))
        look_through(self.route_base, None)
        return redirect(safe_next(request.form.get("back", "") or f"{self.route_base}/"))

    @expose("/<int:pk>")
    def show(self, pk: int) -> Any:
        """A record."""
        self.enter()
        return self.render("atrium/show.html", showing.show_page(self, self.one(pk)))

    @expose("/by-number")
    def by_number(self) -> Any:
        """A record by its number, for whoever may do something to it without reading it."""
        if not by_number.verbs_of(self):
            self.enter()
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        found = by_number.page_of(self, request.args.get("number", ""))
        if found.leads_to:
            return redirect(found.leads_to)
        return self.render("atrium/by_number.html", found, 404 if found.number.error else 200)

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> Any:
        """A form for a new record."""
        self.enter(self.add_verb)
        if type(self).create is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        return forming.new(self)

    @expose("/<int:pk>/edit", methods=["GET", "POST"])
    def change(self, pk: int) -> Any:
        """A form to change a record."""
        self.enter(self.edit_verb)
        if type(self).edit is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        return forming.change(self, self.one(pk, lock=request.method == "POST"))

    @expose("/<int:pk>/<verb>", methods=["GET", "POST"])
    def act(self, pk: int, verb: str) -> Any:
        """A verb on one record: its form, or the deed."""
        wanted = self.verb(verb)
        self.enter(wanted.granted_by)
        with by_number.at_hand(self, wanted, pk, lock=request.method == "POST") as row:
            return doing.one(self, wanted, row)

    @expose("/bulk/<verb>", methods=["POST"])
    def bulk(self, verb: str) -> Any:
        """A verb on the selected rows, each judged by itself."""
        wanted = self.verb(verb)
        self.enter(wanted.granted_by)
        return doing_several.several(self, wanted)

    @expose("/edit-several", methods=["POST"])
    def edit_several(self) -> Any:
        """The selected rows changed alike, after a look at what would become of each."""
        self.enter(self.edit_verb)
        return editing_several.several(self)

    @expose("/undo", methods=["POST"])
    def undo(self) -> Any:
        """Take back what one did a moment ago; each record is judged by itself."""
        self.enter()
        return undoing.take_back(self)

    @expose("/export")
    def export(self) -> Any:
        """The filtered list as a workbook; a long one is asked for by a button, as the worker writes it."""
        self.enter(self.export_verb)
        looked = self.listing(request.args.to_dict())
        if exporting.is_long(looked):
            return self.render("atrium/export.html", exporting_page.page_of(looked))
        return exporting_page.at_once(looked)

    @expose("/export", methods=["POST"])
    def export_long(self) -> Any:
        """Have the worker write the filtered list; a list that turned out short comes at once."""
        self.enter(self.export_verb)
        looked = self.listing(request.form.to_dict())
        return exporting_page.by_worker(looked) if exporting.is_long(looked) else exporting_page.at_once(looked)

    @expose("/pick/<name>")
    def pick(self, name: str) -> Response:
        """Options of a pick list as one types, within the reader's scope."""
        self.enter()
        asked: list[Any] = [*self.filters, *self.fields, *(one for verb in self.verbs for one in verb.fields)]
        sources = {one.name: one.source for one in asked if one.source is not None}
        if name not in sources:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        found = sources[name](session(), request.args.get("q", "")[:100], request.args.to_dict())
        return jsonify([{"value": one.value, "text": str(one.label), "hint": str(one.hint)} for one in found])


__all__ = ["Column", "Filter", "FormField", "Pile", "RecordView", "Verb", "browser"]
