"""Saved views in a list: which there are, which one is looked at, and what opening one leads to."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import flash, redirect

from core.access.context import current
from core.i18n import Text, _, language
from core.records.list_page import ViewLink, ViewPanel
from core.records.listing import Listing
from core.records.page import session
from core.records.reader import Reader
from core.records.saved_views import GROUP, REGION, Seen, offered_view, views_of
from core.records.web import look_through, looked_through, remembered_columns

if TYPE_CHECKING:
    from core.records.view import RecordView


def opened(view: "RecordView", text: str, given: Mapping[str, str]) -> Any:
    """The list as the view asks for it; what the address says besides wins. A view that is gone leaves the list."""
    view.enter()
    known = text.isascii() and text.isdigit() and len(text) < 19
    row = offered_view(session(), view.route_base, int(text)) if known else None
    if row is None:
        flash(_("This view is no longer there, or it is not yours to see."), "wait")
        return redirect(f"{view.route_base}/?{urlencode(given) or 'reset=1'}")
    query = _within_sight(view, row.query)
    if query != row.query:
        flash(_("A condition of this view names what is gone or not yours to see; it is left out."), "wait")
    look_through(view.route_base, row.id)
    return redirect(view.listing({**query, **given}).url())


def _within_sight(view: "RecordView", query: Mapping[str, str]) -> dict[str, str]:
    """The query without conditions on records that the reader may not see: they would find nothing, and not say why."""
    reader = Reader(session(), view.route_base)
    asked = [one for one in view.filters if one.kind == "ref" and one.model is not None and one.values(query)[0]]
    for one in asked:
        one.want(query, reader)
    reader.load()
    hidden = {one.name for one in asked if not reader.label_asked(one.model, int(one.values(query)[0]))}  # type: ignore[arg-type]
    return {name: value for name, value in query.items() if name not in hidden}


def seen_through(view: "RecordView", looked: Listing) -> tuple[ViewPanel, Sequence[str]]:
    """The menu of views, and the columns to show: those of the view that was opened, as long as the list asks for
    just what it does; else one's own choice."""
    base = view.route_base
    offered, mark = views_of(session(), base), looked_through(base)
    current_one = next((one.view for one in offered if one.view.id == mark and one.view.query == looked.state), None)
    columns = current_one.columns if current_one else remembered_columns(base)
    asked = urlencode({"list": base, "query": urlencode(looked.state), "columns": ",".join(columns)})
    return ViewPanel(f"/views/new?{asked}", [_link(one, one.view is current_one) for one in offered]), columns


def _link(seen: Seen, is_current: bool) -> ViewLink:
    row = seen.view
    url = f"{row.address}/?view={row.id}"
    if seen.owner:
        return ViewLink(row.name, url, _("by %(name)s", name=seen.owner), is_current)
    return ViewLink(row.name, url, _shared(seen), is_current, f"/views/{row.id}/rename", f"/views/{row.id}/delete")


def _shared(seen: Seen) -> Text:
    """With whom one's own view is shared."""
    row = seen.view
    if row.shared == GROUP:
        return _("shared with the group")
    region = current().organisation.regions.get(row.region_id or 0) if row.shared == REGION else None
    return _("shared with %(region)s", region=region.name_in(language())) if region else ""
