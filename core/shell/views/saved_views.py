"""视图: keeping the conditions of a list under a name, sharing, renaming and deleting what one kept."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import abort, request

from core.access.context import current
from core.errors import NotFound, RuleError
from core.i18n import Text, _, language, lazy
from core.records import asking
from core.records.column_choice import to_keep
from core.records.fields import FormField
from core.records.page import PlatformPage, expose, session
from core.records.saved_views import (
    GROUP,
    LONGEST,
    MINE,
    SavedView,
    delete_view,
    own_view,
    rename_view,
    save_view,
    shares_of,
)
from core.records.view import RecordView

MOST_QUERY = 20_000
"""Characters of an address; every condition is cut to 200 of its own."""


class SavedViewPage(PlatformPage):
    """Forms of saved views; the lists themselves offer and open them."""

    default_view = "new"

    @expose("/new", methods=["GET", "POST"])
    def new(self) -> Any:
        """Keep what a list shows: `list` is its address, `query` its conditions, `columns` what is shown of them."""
        self._enter()
        address, query, shown = (request.values.get(name, "")[:MOST_QUERY] for name in ("list", "query", "columns"))
        listed = self._list_at(address)
        state = listed.listing(dict(parse_qsl(query))).state
        state.pop("columns", None)
        columns = to_keep(listed.columns, listed.list_columns(), shown.split(","))
        url = f"/views/new?{urlencode({'list': address, 'query': query, 'columns': shown})}"
        back = f"{address}/?{urlencode(state) or 'reset=1'}"
        if request.method == "GET":
            return self._ask(_("Save this view"), url, back, {"share": MINE})
        try:
            share = _share(request.form.get("share", ""))
            made = save_view(session(), address, request.form.get("name", ""), state, columns, share)
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._ask(_("Save this view"), url, back, self._sent(), refusal)
        return self.go(_place_of(made), _("The view “%(name)s” is saved.", name=made.name))

    @expose("/<int:pk>/rename", methods=["GET", "POST"])
    def rename(self, pk: int) -> Any:
        """Another name, other people."""
        self._enter()
        row = own_view(session(), pk)
        url, back = f"/views/{pk}/rename", _place_of(row)
        title = _("Rename or share “%(name)s”", name=row.name)
        if request.method == "GET":
            return self._ask(title, url, back, {"name": row.name, "share": _code((row.shared, row.region_id))})
        try:
            rename_view(session(), pk, request.form.get("name", ""), _share(request.form.get("share", "")))
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._ask(title, url, back, self._sent(), refusal)
        return self.go(back, _("Saved."))

    @expose("/<int:pk>/delete", methods=["POST"])
    def delete(self, pk: int) -> Any:
        """Give it up."""
        self._enter()
        gone = delete_view(session(), pk)
        place, name = f"{gone.address}/", gone.name
        session().commit()
        return self.go(place, _("The view “%(name)s” is deleted.", name=name))

    # --- parts ----------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        if not current().is_signed_in:
            abort(401)

    def _list_at(self, address: str) -> RecordView:
        """The list at an address, for whoever may read it."""
        for view in self.appbuilder.baseviews:
            if isinstance(view, RecordView) and view.route_base == address:
                view.enter()
                return view
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))

    def _ask(self, title: Text, url: str, back: str, texts: Mapping[str, str], refusal: RuleError | None = None) -> Any:
        return asking.ask(
            self, _fields(), texts, title=title, base="/views", url=url, submit=_("Save"), cancel=back, refusal=refusal,
            intro=_("Conditions, order, page size and columns are kept. Others who open it see what is theirs to see."),
        )  # fmt: skip

    @staticmethod
    def _sent() -> dict[str, str]:
        return {name: request.form.get(name, "") for name in ("name", "share")}


def _fields() -> Sequence[FormField]:
    regions = current().organisation.regions
    shares: list[tuple[str, Text]] = []
    for kind, region_id in shares_of(current()):
        label: Text = _("Only me")
        if kind == GROUP:
            label = _("Everybody in the group")
        elif region_id is not None:
            label = _("Everybody in %(region)s", region=regions[region_id].name_in(language()))
        shares.append((_code((kind, region_id)), label))
    return (
        FormField("name", lazy("Name"), required=True, span=12, maxlength=LONGEST,
                  hint=lazy("A view of yours with the same name is replaced.")),
        FormField("share", lazy("Who is offered it"), "choice", required=True, span=12, choices=tuple(shares)),
    )  # fmt: skip


def _code(share: tuple[str, int | None]) -> str:
    kind, region_id = share
    return kind if region_id is None else f"{kind}-{region_id}"


def _share(text: str) -> tuple[str, int | None]:
    kind, _dash, region = text.partition("-")
    return kind, int(region) if region.isascii() and region.isdigit() and len(region) < 19 else None


def _place_of(row: SavedView) -> str:
    return f"{row.address}/?view={row.id}"
