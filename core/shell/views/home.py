"""The desk: the first numbers and what waits, put together from the cards that core and plugins bring."""

from collections.abc import Iterable
from typing import Any

from flask import current_app
from flask import session as browser
from flask_appbuilder import expose

from core.access.context import current
from core.extend import Card
from core.i18n import Text, _
from core.records.home_page import HomePage, HomePart
from core.records.page import PlatformPage, platform, session
from core.records.parts import EmptyState
from core.records.reader import Reader
from core.shell.cards import core_cards
from core.shell.hints import SEEN, hints_for, load_hints


class HomeView(PlatformPage):
    """工作台."""

    resource = "home"

    @expose("/")
    def page(self) -> Any:
        """Everybody who is signed in has a desk."""
        from flask import abort

        who = current()
        if not who.is_signed_in:
            abort(401)
        project = self.project_id()
        reader = Reader(session(), "", project)
        parts = [part for card in self._cards() if (part := self._part(card, reader)) is not None]
        nothing = not any(part.stats or part.todos or part.charts or part.progress or part.main for part in parts)
        tree = who.organisation
        return self.render(
            "atrium/home.html",
            HomePage(
                title=_("Desk"),
                subtitle=reader.name_of(tree.projects[project]) if project else "",
                stats=[one for part in parts for one in part.stats][:5],
                todo_title=_("Waiting for you"),
                todos=[one for part in parts for one in part.todos],
                charts=[one for part in parts for one in part.charts][:2],
                progress_title=_("Plans under way"),
                progress=[one for part in parts for one in part.progress],
                main=[one for part in parts for one in part.main],
                side=[one for part in parts for one in part.side],
                notes=[one for part in parts for one in part.notes],
                actions=[one for part in parts for one in part.actions],
                hints=self._hints(),
                empty=EmptyState(
                    _("Nothing waits for you"), _("What needs you appears here. The menu leads to the records.")
                )
                if nothing
                else None,
            ),
        )

    @staticmethod
    def _hints() -> list[tuple[Text, str]]:
        """The first steps of one's roles, until one says that one knows."""
        if browser.get(SEEN):
            return []
        who = current()
        pages = {one.url for one in current_app.extensions["atrium_menu"] if one.is_for(who)}
        found = hints_for(load_hints(platform().settings.config_dir), who.roles, pages)
        return [(one.text, one.to) for one in found]

    def _cards(self) -> Iterable[Card]:
        who = current()
        found = [*core_cards(), *(card for plugin in platform().plugins.loaded for card in plugin.cards)]
        for card in sorted(found, key=lambda one: one.order):
            if who.may(card.resource, card.verb) and (not card.roles or who.roles & set(card.roles)):
                yield card

    def _part(self, card: Card, reader: Reader) -> HomePart | None:
        found = card.render(reader, [reader.project_id] if reader.project_id else None)
        return found if isinstance(found, HomePart) else None
