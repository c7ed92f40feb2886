"""What became of every plugin, for the page of plugins and `atrium plugins`: one value for each, in one order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.i18n import Text
from core.model import plugin_models
from core.platform import Platform
from core.plugin_archive import archived, names_of, needed_by
from core.plugin_faults import failing_since
from core.plugins import Plugin

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
