"""参数: what every module asks, offers and allows, in each region, and where each value comes from."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from flask import request

from core.access.context import as_system, current
from core.access.reach import RegionRef
from core.errors import NotFound
from core.i18n import Text, _, language, lazy
from core.init import AUTHOR
from core.parameters import store
from core.parameters.catalogue import Catalogue, Step
from core.parameters.errors import ParametersRefused
from core.parameters.folding import folded
from core.parameters.lists import Options
from core.parameters.models import ParameterRevision
from core.parameters.publishing import Difference, between, changes_of, history, in_words
from core.parameters.said import RIGHTS, Line, Speaker, brief, changed, limits, lines_of, type_name
from core.parameters.schema import Level, Parameter
from core.parameters.store import in_force
from core.parameters.words import fill
from core.records.page import PlatformPage, expose, platform, session
from core.records.parts import Crumb, EmptyState
from core.shell.parameter_pages import CataloguePage, ComparePage, HistoryPage, Module, ParameterPage, Row, ShownLine

OWNERS = {
    "platform": lazy("Platform"),
    "issues": lazy("Findings of all modules"),
    "estate": lazy("Homes and contracts"),
}
LEVELS = {
    Level.GROUP: lazy("the group"), Level.REGION: lazy("the regions"), Level.PROJECT: lazy("the projects"),
}  # fmt: skip
MOST_TYPED = 100
MOST_REVISIONS = 200


class ParameterView(PlatformPage):
    """Everybody who may read parameters sees the group's; of the regions those within reach."""

    resource = "parameter"

    @expose("/")
    def page(self) -> Any:
        """All parameters by module, narrowed by what is typed and by a region that differs."""
        self.enter()
        known, seen = store.catalogue(), self._regions()
        typed = request.args.get("q", "")[:MOST_TYPED].strip()
        chosen = next((one for one in seen if one.code == request.args.get("differs")), None)
        modules, count = [], 0
        for owner, title in self._owners(known).items():
            rows = [
                self._row(known, one, seen) for key, one in known.parameters.items()
                if key.partition(".")[0] == owner and _is_meant(one, typed)
                and (chosen is None or known.differs(key, chosen.code))
            ]  # fmt: skip
            count += len(rows)
            if rows:
                modules.append(Module(title, rows))
        empty = EmptyState(_("Nothing matches these conditions"), _("Take one of them out, or clear them all."),
                           filtered=True) if not modules else None  # fmt: skip
        regions = [(one.code, one.name_in(language()), one is chosen) for one in seen]
        return self.render("atrium/parameters.html", CataloguePage(typed, regions, modules, count, empty))

    @expose("/compare")
    def compare(self) -> Any:
        """Two regions, or a region and the group, line by line where they differ."""
        self.enter()
        known = store.catalogue()
        scopes = {"": _("Group"), **{one.code: one.name_in(language()) for one in self._regions()}}
        asked = [request.args.get("left", ""), request.args.get("right", next(iter([*scopes][1:2]), ""))]
        if not scopes.keys() >= set(asked):
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        lang, speaker = "zh" if language().startswith("zh") else "en", _speaker(known, "")
        rows = [
            (_address(one.key, asked[1]) if asked[1] else f"/parameters/{one.key}",
             speaker.said(known.parameters[one.key].title), *_compared(one))
            for one in between(known, asked[0], asked[1], lang)
        ]  # fmt: skip
        return self.render("atrium/parameters_compare.html", ComparePage(
            (Crumb(_("Parameters"), "/parameters/"), Crumb(_("Compare"))), list(scopes.items()),
            (asked[0], scopes[asked[0]]), (asked[1], scopes[asked[1]]), rows,
        ))  # fmt: skip

    @expose("/history")
    def history(self) -> Any:
        """The revisions of the group and of the regions one may see, the newest first; one of them in full."""
        self.enter()
        scopes = {"": _("Group"), **{one.code: one.name_in(language()) for one in self._regions()}}
        with as_system():  # revisions are nobody's rows; whose may be read is asked above
            held = {one.id for one in in_force(session())}
            found = [one for one in history(session()) if one.scope_code in scopes]
        text = request.args.get("revision", "")
        chosen = next((one for one in found if str(one.id) == text), None)
        if text and chosen is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        rows = [
            (f"/parameters/history?revision={one.id}", one.id, scopes[one.scope_code], _author(one.author),
             one.approver or "", one.effective_on.isoformat(), one.id in held)
            for one in found[:MOST_REVISIONS]
        ]  # fmt: skip
        return self.render("atrium/parameters_history.html", HistoryPage(
            (Crumb(_("Parameters"), "/parameters/"), Crumb(_("Revisions"))), rows,
            chosen.id if chosen else 0, *(self._changed(chosen) if chosen else ((), "")),
        ))  # fmt: skip

    @staticmethod
    def _changed(row: ParameterRevision) -> tuple[Sequence[tuple[str, str, str, str, str]], Text]:
        """What a revision changed, or why that cannot be told any more."""
        known, lang = store.catalogue(), "zh" if language().startswith("zh") else "en"
        speaker = _speaker(known, row.scope_code)
        try:
            with as_system():
                found = changes_of(session(), row, platform().parameters.schemas, lang)
        except ParametersRefused as refusal:
            return (), _("It does not fit the modules that are here now: %(reason)s", reason=str(refusal.errors[0]))
        return [
            (_address(one.key, row.scope_code) if row.scope_code else f"/parameters/{one.key}",
             speaker.said(known.parameters[one.key].title), *_compared(one))
            for one in found
        ], ""  # fmt: skip

    @expose("/<key>")
    def show(self, key: str) -> Any:
        """One parameter: what it is for, its value in a scope line by line, and where each line comes from."""
        self.enter()
        known, seen = store.catalogue(), self._regions()
        parameter = known.parameters.get(key)
        if parameter is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        asked = request.args.get("region", "")
        region = next((one for one in seen if one.code == asked), None)
        if asked and region is None:
            raise NotFound(lazy("There is no such page or record, or it is not yours to see."))
        code = region.code if region else ""
        speaker, steps = _speaker(known, code), known.steps(key, code or None)
        lines = lines_of(parameter, steps, speaker)
        title = speaker.said(parameter.title)
        own = sum(one.differs for one in lines)
        if only := bool(own) and "changed" in request.args:
            lines = [one for one in lines if one.differs]
        scopes = [(_("Group"), f"/parameters/{key}", region is None, False)] + [
            (one.name_in(language()), _address(key, one.code), one is region, known.differs(key, one.code))
            for one in seen
        ]
        return self.render("atrium/parameter.html", ParameterPage(
            title=title, help=speaker.said(parameter.help),
            crumbs=(Crumb(_("Parameters"), "/parameters/"), Crumb(title)),
            facts=_facts(self._owners(known), parameter, speaker), scopes=scopes,
            scope=region.name_in(language()) if region else _("Group"), has_names=any(one.said.key for one in lines),
            rows=[_shown(one, region) for one in lines],
            steps=_steps(parameter, steps, speaker, region), own=own, only=only,
            here=_address(key, code) if code else f"/parameters/{key}",
        ))  # fmt: skip

    @staticmethod
    def _regions() -> list[RegionRef]:
        """The regions whose values one may read, in the order of their codes."""
        reach, tree = current().reach(ParameterView.resource, "read"), current().organisation
        return sorted(
            (one for one in tree.regions.values() if reach.holds_region(one.id)), key=lambda region: region.code
        )

    @staticmethod
    def _owners(known: Catalogue) -> dict[str, Text]:
        """Owner → what the module is called, the platform's own first."""
        names: dict[str, Text] = dict(OWNERS)
        names |= {one.name: one.manifest.label for one in platform().plugins.loaded if one.manifest}
        owners = dict.fromkeys(key.partition(".")[0] for key in known.parameters)
        return {owner: names.get(owner, owner) for owner in owners}

    @staticmethod
    def _row(known: Catalogue, parameter: Parameter, seen: Sequence[RegionRef]) -> Row:
        key = parameter.key
        return Row(
            key, f"/parameters/{key}", _speaker(known, "").said(parameter.title), type_name(parameter.kind),
            brief(parameter, known.value(key), _speaker(known, "")), LEVELS[parameter.level],
            [(one.name_in(language()), _address(key, one.code)) for one in seen if known.differs(key, one.code)],
        )  # fmt: skip


def _compared(one: Difference) -> tuple[str, str, str]:
    """(the entry, what the left says, what the right says); a name both have stands once."""
    name = next((line.name for line in (one.before, one.after) if line is not None), "")
    if one.before is not None and one.after is not None and one.before.name == one.after.name:
        return name, in_words(replace(one.before, name="")), in_words(replace(one.after, name=""))
    return name, in_words(one.before), in_words(one.after)


def _is_meant(parameter: Parameter, typed: str) -> bool:
    """Whether each word typed stands in the name, title or help, in whichever language."""
    texts = [parameter.key, *parameter.title.texts.values(), *parameter.help.texts.values()]
    whole = folded(" ".join(texts))
    return all(folded(word) in whole for word in typed.split())


def _address(key: str, region: str) -> str:
    return f"/parameters/{key}?{urlencode({'region': region})}"


def _speaker(known: Catalogue, region: str) -> Speaker:
    words, lang = known.words(region or None), "zh" if language().startswith("zh") else "en"

    def names(key: str, code: str) -> str:
        found = known.parameters.get(key)
        is_list = found is not None and isinstance(found.kind, Options)
        return known.options(key, region or None).label(code, lang) if is_list else code

    return Speaker(lang, lambda text, of: fill(text, words[of]), names)


def _facts(owners: dict[str, Text], parameter: Parameter, speaker: Speaker) -> list[tuple[Text, Text]]:
    rights = [str(RIGHTS[one]) for one in RIGHTS if one in parameter.allow]
    below = _("each sets its own") if parameter.level is Level.REGION else _("nothing; it is the group's alone")
    found = [
        (_("Module"), owners[parameter.key.partition(".")[0]]), (_("Name in files"), parameter.key),
        (_("Kind"), type_name(parameter.kind)), (_("Belongs to"), LEVELS[parameter.level]),
        (_("Regions may"), ", ".join(rights) or below), (_("Limits"), limits(parameter.kind)),
        (_("Unit"), speaker.said(parameter.unit) if parameter.unit else ""),
        (_("Default"), brief(parameter, parameter.default, speaker)),
    ]  # fmt: skip
    return [(label, text) for label, text in found if text]


def _shown(line: Line, region: RegionRef | None) -> ShownLine:
    origin = line.step.origin
    above = ""
    if line.differs and line.above is not None:
        above = (line.above.name if line.above.name != line.said.name else "") or line.above.text
        if line.above.hidden != line.said.hidden:
            above = _("offered") if line.said.hidden else _("hidden")
    return ShownLine(line, _whose(line.step, region), f"{origin.effective_on}" if origin else "", above)


def _steps(
    parameter: Parameter, steps: Sequence[Step], speaker: Speaker, region: RegionRef | None
) -> list[tuple[str, str, str]]:
    found = [(_whose(steps[0], region), brief(parameter, steps[0].value, speaker), _told(steps[0]))]
    for before, step in pairwise(steps):
        found.append((_whose(step, region), changed(parameter, before.value, step.value, speaker), _told(step)))
    return found


def _whose(step: Step, region: RegionRef | None) -> str:
    if step.level is None:
        return _("Default")
    return region.name_in(language()) if step.level is Level.REGION and region else _("Group")


def _author(name: str) -> str:
    return _("files of this installation") if name == AUTHOR else name


def _told(step: Step) -> str:
    """By whom and since when."""
    if step.origin is None:
        return _("as the module ships it")
    by = _author(step.origin.author)
    told = _("revision %(n)s by %(author)s, in force since %(day)s",
             n=step.origin.revision, author=by, day=step.origin.effective_on)  # fmt: skip
    if step.origin.approver:
        told = _("%(told)s, approved by %(approver)s", told=told, approver=step.origin.approver)
    return told
