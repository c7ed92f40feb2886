"""The search behind Ctrl K: homes, customers, numbers and whatever else has a search, on one page."""

from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request
from flask_appbuilder import expose

from core.access.context import current
from core.i18n import Text, _
from core.records import finding
from core.records.page import PlatformPage, session
from core.records.parts import EmptyState
from core.records.reader import Reader
from core.records.view import RecordView


@dataclass(frozen=True, slots=True)
class FindPage:
    title: Text
    typed: str = ""
    kinds: tuple[finding.FoundKind, ...] = ()
    empty: EmptyState | None = None


class FindView(PlatformPage):
    """查找."""

    resource = "home"

    @expose("/")
    def page(self) -> Any:
        """What is called or holds what was typed; the one record that is called just so is opened at once."""
        if not current().is_signed_in:
            abort(401)
        typed, project = finding.read_typed(request.args.get("q", "")), self.project_id()
        if not typed or finding.is_too_short(typed):
            hint = _("Type at least two characters: a home such as 3-1-502, a name, a number, words of a description.")
            return self.render("atrium/find.html", FindPage(_("Search"), typed, empty=EmptyState("", hint)))
        hits = finding.find(session(), [one for one in self.appbuilder.baseviews if isinstance(one, RecordView)], typed)
        if (place := finding.only_one(hits, project)) and "stay" not in request.args:
            return redirect(place)
        kinds = tuple(finding.drawn(hits, typed, Reader(session(), "", project), project))
        return self.render("atrium/find.html", FindPage(_("Search"), typed, kinds, None if kinds else _nothing(typed)))


def _nothing(typed: str) -> EmptyState:
    hint = _("Try part of it, another spelling, or the list with its conditions. Only what you may see is found.")
    return EmptyState(_("Nothing found for “%(text)s”", text=typed), hint, filtered=True)
