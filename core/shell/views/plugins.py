"""插件: what became of every plugin; administrators of the group lay one aside and bring it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from core.access.context import current
from core.errors import NotFound, RuleError
from core.i18n import Text, _, language, lazy
from core.plugin_archive import archive, restore
from core.plugin_states import ARCHIVED, AVAILABLE, FAILED, LOADED, MISSING, PluginState, plugin_states, sentences
from core.records import asking
from core.records.fields import FormField
from core.records.page import PlatformPage, expose, platform, session
from core.records.parts import Note

LABELS = {
    LOADED: (lazy("Loaded"), "done"),
    FAILED: (lazy("Failed to load"), "bad"),
    AVAILABLE: (lazy("Not loaded"), "wait"),
    ARCHIVED: (lazy("Archived"), "off"),
    MISSING: (lazy("Missing"), "bad"),
}
WHY = FormField("reason", lazy("Reason"), "textarea", required=True, span=12, maxlength=500,
                hint=lazy("Those who find the module gone read it."))  # fmt: skip


@dataclass(frozen=True)
class Row:
    """A plugin as the page draws it."""

    plugin: PluginState
    state: Text
    tone: str
    said: Sequence[Text]
    can_archive: bool
    can_restore: bool


@dataclass(frozen=True)
class PluginsPage:
    rows: Sequence[Row]
    notes: Sequence[Note]


class PluginView(PlatformPage):
    """States are those of the process that answers; all processes of an installation load the same."""

    resource = "plugin"

    @expose("/")
    def page(self) -> Any:
        """All of them."""
        self.enter()
        rows = [self._row(one) for one in plugin_states(platform(), session())]
        notes = []
        if any(one.plugin.changes for one in rows):
            notes.append(Note(_("Something changes at the next start: restart web server, worker and beat."), "wait"))
        return self.render("atrium/plugins.html", PluginsPage(rows, notes))

    @expose("/<name>/archive", methods=["GET", "POST"])
    def archive(self, name: str) -> Any:
        """Ask why, then lay it aside."""
        self.enter("archive")
        one = self._one(name)
        if request.method == "GET":
            return self._ask(one)
        texts = asking.sent_texts((WHY,))
        try:
            archive(session(), platform().plugins, name, texts["reason"])
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self._ask(one, texts, refusal)
        return self.go("/plugins/", _("%(name)s is archived from the next start on; its data stay.", name=one.label))

    @expose("/<name>/restore", methods=["POST"])
    def restore(self, name: str) -> Any:
        """Have it load again."""
        self.enter("restore")
        one = self._one(name)
        try:
            restore(session(), name)
            session().commit()
        except RuleError as refusal:
            session().rollback()
            return self.go("/plugins/", refusal, "bad")
        return self.go("/plugins/", _("%(name)s is loaded again from the next start on.", name=one.label))

    def _ask(self, one: PluginState, texts: Any = None, refusal: RuleError | None = None) -> Any:
        return asking.ask(
            self, (WHY,), texts or {}, title=_("Archive %(name)s", name=one.label), base="/plugins",
            url=f"/plugins/{one.name}/archive", submit=_("Archive"), cancel="/plugins/", refusal=refusal,
            intro=_("From the next start on it is loaded nowhere: its pages, menu items, jobs and REST addresses "
                    "are gone. Its tables and rows stay, and it can be restored."),
        )  # fmt: skip

    @staticmethod
    def _one(name: str) -> PluginState:
        for one in plugin_states(platform(), session()):
            if one.name == name:
                return one
        raise NotFound(lazy("There is no such page or record, or it is not yours to see."))

    @staticmethod
    def _said(one: PluginState, whole: bool) -> Sequence[Text]:
        """Faults and folders only to whoever looks after the installation."""
        regions = {region.code: region.name_in(language()) for region in current().organisation.regions.values()}
        return list(sentences(one, regions, safe_mode=platform().settings.safe_mode, whole=whole))

    def _row(self, one: PluginState) -> Row:
        label, tone = LABELS[one.state]
        holds = self.appbuilder.sm.has_access
        aside = one.aside is not None
        return Row(
            one, label, tone, self._said(one, holds("can_archive", self.resource)),
            not aside and one.state != MISSING and holds("can_archive", self.resource),
            aside and holds("can_restore", self.resource),
        )  # fmt: skip
