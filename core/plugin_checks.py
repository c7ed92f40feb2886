"""Whether what a plugin brings is its own and of the right kind, asked before any of it is registered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core import __version__
from core.attachments.registry import fault_of
from core.extend import (
    Attachable,
    Card,
    Grant,
    JobKind,
    Manifest,
    Origin,
    Page,
    Register,
    Schedule,
)  # fmt: skip
from core.hook_trace import traced
from core.model import ProjectScoped, RegionScoped, plugin_models
from core.plugin_sources import PluginError

if TYPE_CHECKING:
    from core.plugins import Plugin

CORE = Path(__file__).parent
RESERVED = frozenset({"ab", "alembic", "core"} | {path.name for path in CORE.iterdir() if path.is_dir()})
"""Names a plugin's may not begin with: tables and modules of ours are called so."""
ADDRESSES = frozenset(
    "api assets estate files find imports jobs language login logout me parameters plugins static views".split()  # noqa: SIM905
)
PATH = re.compile(r"[a-z0-9]+([/-][a-z0-9]+)*|")

DECLARED: Mapping[str, tuple[str, type[Any]]] = {
    "register_models": ("models", type),
    "register_pages": ("pages", Page),
    "register_grants": ("grants", Grant),
    "register_origins": ("origins", Origin),
    "register_registers": ("registers", Register),
    "register_attachables": ("attachables", Attachable),
    "register_cards": ("cards", Card),
    "register_jobs": ("jobs", JobKind),
    "register_schedules": ("schedules", Schedule),
    "register_commands": ("commands", click.Command),
}
"""Hook → attribute of a plugin, and what the hook returns a sequence of."""


def checked_manifest(plugin: "Plugin", others: Iterable[str]) -> Manifest:
    """What the plugin says of itself; `others` are the names of plugins found before it."""
    say = getattr(plugin.module, "manifest", None)
    with traced(plugin.name, "manifest"):
        found = say() if say is not None else None
    if not isinstance(found, Manifest):
        raise PluginError("it has no manifest() hook that returns a Manifest")
    if found.name != plugin.name:
        raise PluginError(f"its manifest says “{found.name}”, its folder or entry point “{plugin.name}”")
    if isinstance(found.requires, str) or not all(isinstance(name, str) for name in found.requires):
        raise PluginError("its manifest must name what it requires as a sequence of plugin names")
    if _numbers(found.platform) > _numbers(__version__):
        raise PluginError(f"it needs Atrium {found.platform} or newer; this is {__version__}")
    for other in others:
        if plugin.name.startswith(f"{other}_") or other.startswith(f"{plugin.name}_"):
            raise PluginError(f"its name and that of “{other}” begin alike, so their tables could not be told apart")
    return found


def check_name(name: str) -> None:
    """Raise PluginError for a name a plugin may not have; asked before any of its code runs."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        raise PluginError(f"“{name}” cannot name a plugin: use small letters, digits and underscores")
    if name.partition("_")[0] in RESERVED or name in ADDRESSES:
        raise PluginError(f"“{name}” is a name of the platform's own; choose another")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def collect(plugin: "Plugin") -> dict[str, Sequence[Any]]:
    """What its declaring hooks return, by attribute of `Plugin`."""
    found: dict[str, Sequence[Any]] = {}
    for hook, (attribute, kind) in DECLARED.items():
        if not hasattr(plugin.module, hook):
            continue
        with traced(plugin.name, hook):
            said = getattr(plugin.module, hook)()
        if isinstance(said, str | bytes | Mapping) or not isinstance(said, Iterable):
            raise PluginError(f"{hook}() returned {said!r}, which is not a sequence")
        values = tuple(said)
        for value in values:
            if not isinstance(value, kind):
                raise PluginError(f"{hook}() returned {value!r}, which is not a {kind.__name__}")
        found[attribute] = values
    return found


def check(plugin: "Plugin", others: "Sequence[Plugin]") -> None:
    """Raise PluginError unless all that `plugin` brings is its own; `others` are at work already."""
    _check_models(plugin)
    _check_registered(plugin, others)
    _check_pages(plugin)
    _check_folder(plugin)


def _check_models(plugin: "Plugin") -> None:
    own = plugin_models(plugin.name)
    for model in plugin.models:
        if model not in own:
            raise PluginError(f"register_models() names {model.__name__}, which is not declared on the plugin's base")
    for model in own:
        if not model.__table__.name.startswith(f"{plugin.name}_"):  # type: ignore[attr-defined]
            raise PluginError(f"its table “{model.__table__.name}” must be named {plugin.name}_…")  # type: ignore[attr-defined]
        if issubclass(model, ProjectScoped | RegionScoped) and not model.__resource__:
            raise PluginError(f"{model.__name__} belongs to a project or region but names no __resource__")
        if model.__resource__ and model.__resource__.partition(".")[0] != plugin.name:
            raise PluginError(f"{model.__name__} falls under “{model.__resource__}”, which is not the plugin's own")


def _check_registered(plugin: "Plugin", others: "Sequence[Plugin]") -> None:
    name = plugin.name
    for resource in (*(grant.resource for grant in plugin.grants), *(card.resource for card in plugin.cards)):
        if resource.partition(".")[0] != name:
            raise PluginError(f"a right on “{resource}” is not its own to give or to ask for")
    for what, known, new in (
        ("issue origin", {one.code for other in others for one in other.origins}, [one.code for one in plugin.origins]),
        ("register", {one.kind for other in others for one in other.registers}, [one.kind for one in plugin.registers]),
        ("command", {one.name for other in others for one in other.commands}, [one.name for one in plugin.commands]),
        ("kind of job", set(), [one.name for one in plugin.jobs]),
        ("schedule", set(), [one.name for one in plugin.schedules]),
        ("card", set(), [one.name for one in plugin.cards]),
    ):
        taken = set(known)
        for one in new:
            if one in taken:
                raise PluginError(f"the {what} “{one}” is claimed twice")
            taken.add(one)
    for job in plugin.jobs:
        if not job.name.startswith(f"{name}."):
            raise PluginError(f"its kind of job “{job.name}” must be named {name}.…")
    for schedule in plugin.schedules:
        if schedule.task not in {job.name for job in plugin.jobs}:
            raise PluginError(f"its schedule “{schedule.name}” asks for a kind of job it does not bring")
    for attachable in plugin.attachables:
        if fault := fault_of(attachable, plugin_models(name)):
            raise PluginError(fault)


def _check_pages(plugin: "Plugin") -> None:
    from flask import Flask

    from core.records.page import PlatformPage
    from core.web.pages import view_of

    trial = Flask("trial", static_folder=None)
    for page in plugin.pages:
        if not PATH.fullmatch(page.path):
            raise PluginError(f"the path “{page.path}” of a page must be made of small letters, digits, - and /")
        if not (isinstance(page.view, type) and issubclass(page.view, PlatformPage)):
            raise PluginError(f"the view of its page “{page.path}” is no RecordView or PlatformPage")
        if page.view.resource.partition(".")[0] != plugin.name:
            raise PluginError(f"its page “{page.path}” stands for a resource that is not its own")
        made, endpoint = view_of(page, plugin.name)
        trial.register_blueprint(made().create_blueprint(None, endpoint=endpoint))
    seen: set[tuple[str, str]] = set()
    for rule in trial.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            if (rule.rule, method) in seen:
                raise PluginError(f"two of its pages answer {method} {rule.rule}")
            seen.add((rule.rule, method))


def _check_folder(plugin: "Plugin") -> None:
    from core.parameters.catalogue import Catalogue
    from core.parameters.store import schemas

    folder = plugin.folder
    if folder is None:
        return
    for path in (folder / "templates").glob("*"):
        if path.name != plugin.name:
            raise PluginError(f"its templates must stand in templates/{plugin.name}/, not in templates/{path.name}")
    if (folder / "parameters.yaml").exists():
        Catalogue(schemas(CORE, {plugin.name: folder}), ())
