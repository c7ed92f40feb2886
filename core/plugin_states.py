"""What became of every plugin, for the page of plugins and `atrium plugins`: one value for each, in one order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.i18n import Text, _
from core.model import plugin_models
from core.platform import Platform
from core.plugin_archive import archived, names_of, needed_by
from core.plugin_faults import failing_since
from core.plugins import Plugin
from core.records.formats import moment_text

AVAILABLE, LOADED, FAILED, ARCHIVED, MISSING = "available", "loaded", "failed", "archived", "missing"


@dataclass(frozen=True)
class Aside:
    """Who archived it, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class PluginState:
    """`state` is that of this process; `changes` says what the next start makes of it where that differs."""

    name: str
    state: str
    label: Text = ""
    icon: str = "puzzle"
    source: str = ""
    reason: str = ""
    since: datetime | None = None
    """First moment of a failure, where `atrium init` saw it."""
    notices: Sequence[str] = ()
    requires: Sequence[str] = ()
    required_by: Sequence[str] = ()
    off_in: Sequence[str] = ()
    """Codes of the regions in which the module is switched off."""
    pages: int = 0
    tables: int = 0
    aside: Aside | None = None
    changes: str = ""
    """`archived` or `loaded`: its state from the next start on; empty where it stays."""


def plugin_states(platform: Platform, session: Session) -> list[PluginState]:
    """Those at work in the order of `requires`, the failed, those not allowed, the archived, and the missing."""
    laid = archived(session)
    names, since = names_of(session, list(laid.values())), failing_since(session)
    asides = {
        name: Aside(names.get(row.archived_by or 0, ""), row.archived_at, row.reason) for name, row in laid.items()
    }
    off = {one.code: one.modules_off for one in platform.principals.organisation().regions.values()}
    found = [
        PluginState(
            one.name, one.state, one.manifest.label if one.manifest else one.name,
            one.manifest.icon if one.manifest else "puzzle", one.source, one.reason,
            since.get(one.name) if one.state == FAILED else None, one.notices, tuple(one.requires),
            tuple(needed_by(platform.plugins, one, {})), tuple(code for code in sorted(off) if one.name in off[code]),
            len(one.pages), len(plugin_models(one.name)) if one.state == LOADED else 0,
            asides.get(one.name), _next(one, one.name in asides),
        )
        for one in platform.plugins.found
    ]  # fmt: skip
    gone = [
        PluginState(name, ARCHIVED if name in asides else MISSING, name, aside=asides.get(name))
        for name in platform.left_behind()
    ]
    return [*found, *gone]


def _next(plugin: Plugin, is_aside: bool) -> str:
    if is_aside and plugin.state != ARCHIVED:
        return ARCHIVED
    return LOADED if plugin.state == ARCHIVED and not is_aside else ""


def sentences(
    one: PluginState, regions: Mapping[str, str], *, safe_mode: bool = False, whole: bool = True
) -> Iterator[Text]:
    """What there is to say of a plugin besides its state; `regions` are names by code. Faults only where `whole`."""
    if one.changes == ARCHIVED:
        yield _("Archived from the next start on.")
    elif one.changes == LOADED:
        yield _("Loaded again from the next start on.")
    if one.aside:
        who, when = one.aside.by or _("a command"), moment_text(one.aside.at)
        yield _("Archived by %(who)s, %(when)s: %(reason)s", who=who, when=when, reason=one.aside.reason)
    if one.state == AVAILABLE and not safe_mode:  # which is said once, for all of them
        yield _("ATRIUM_PLUGINS does not name it.")
    if one.state == MISSING:
        yield _("Its code is no longer here; its tables stay.")
    if one.reason and whole:
        yield one.reason
    if one.since:
        yield _("Since %(when)s.", when=moment_text(one.since))
    if one.off_in:
        names = _(", ").join(regions.get(code, code) for code in one.off_in)
        yield _("Switched off in: %(regions)s.", regions=names)
    if one.requires:
        yield _("Requires: %(names)s.", names=_(", ").join(one.requires))
    if one.required_by:
        yield _("Required by: %(names)s.", names=_(", ").join(one.required_by))
    yield from one.notices if whole else ()
