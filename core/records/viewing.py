"""Saved views in a list: which there are, which one is looked at, and what opening one leads to."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import flash, redirect

from core.access.context import current
from core.i18n import Text, _, language
from core.records.list_page import ViewLink, ViewPanel
from core.records.listing import Listing
from core.records.page import session
from core.records.saved_views import GROUP, REGION, Seen, offered_view, views_of
from core.records.web import remember_columns

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
    if row.columns:
        remember_columns(view.route_base, row.columns)
    return redirect(view.listing({**row.query, **given}).url())


def panel_of(view: "RecordView", looked: Listing) -> ViewPanel:
    """What the menu of views holds."""
    asked = urlencode({"list": view.route_base, "query": urlencode(looked.state)})
    links = [_link(one, looked.state) for one in views_of(session(), view.route_base)]
    return ViewPanel(f"/views/new?{asked}", links)


def _link(seen: Seen, state: Mapping[str, str]) -> ViewLink:
    row = seen.view
    url = f"{row.address}/?view={row.id}"
    if seen.owner:
        return ViewLink(row.name, url, _("by %(name)s", name=seen.owner), row.query == state)
    return ViewLink(
        row.name, url, _shared(seen), row.query == state, f"/views/{row.id}/rename", f"/views/{row.id}/delete"
    )


def _shared(seen: Seen) -> Text:
    """With whom one's own view is shared."""
    row = seen.view
    if row.shared == GROUP:
        return _("shared with the group")
    region = current().organisation.regions.get(row.region_id or 0) if row.shared == REGION else None
    return _("shared with %(region)s", region=region.name_in(language())) if region else ""
