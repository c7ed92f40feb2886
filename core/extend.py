"""The vocabulary that hooks return: frozen values that say what a plugin brings. This imports no framework."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pluggy

from core.i18n import Text

hookimpl = pluggy.HookimplMarker("atrium")
"""Marks a function of `plugin.py` as the implementation of the hook of the same name."""


@dataclass(frozen=True)
class Manifest:
    """What a plugin is called and needs. `name` equals its folder or entry point; `requires` names other plugins."""

    name: str
    label: Text
    icon: str = "puzzle"
    requires: Sequence[str] = ()
    platform: str = "0.1"
    """Lowest platform version it works on."""
    order: int = 100
    """Place of its group in the menu; smaller is higher."""


@dataclass(frozen=True)
class Page:
    """A view class (a `core.records.PlatformView` or `PlatformPage`) and its place in the menu."""

    view: type[Any]
    path: str
    """Last part of the address: `issues` gives `/inspection/issues/`."""
    label: Text
    icon: str = "list"
    verb: str = "read"
    """Who holds this verb on the view's resource sees the item."""
    group: Text | None = None
    """Menu group; the plugin's label by default."""
    in_menu: bool = True
    when: Callable[..., bool] | None = None
    """`when(plugins, principal)` decides in place of `verb` who sees the item."""
    count: Callable[..., int | None] | None = None
    """`count(session, filters) -> int | None`: the number beside the item, in one statement or less."""


@dataclass(frozen=True)
class Grant:
    """A role may do `verbs` on `resource`, within the scope of each of its assignments."""

    role: str
    resource: str
    verbs: Sequence[str]


@dataclass(frozen=True)
class Card:
    """A piece of the home page: numbers, things to do, a picture, for whoever holds `verb` on `resource`."""

    name: str
    resource: str
    render: Callable[..., Any]
    """`render(reader, project_ids) -> core.records.home_page.HomePart`; `project_ids` None means all one may see."""
    verb: str = "read"
    roles: Sequence[str] = ()
    """Only for these roles, if any are named."""
    order: int = 100


@dataclass(frozen=True)
class Register:
    """An Excel register people may import: `build(session, principal)` gives the engine its `core.imports` register."""

    kind: str
    """Name on the command line and in addresses: `inspection-issues`."""
    label: Text
    resource: str
    build: Callable[..., Any]
    verb: str = "import"
    order: int = 100


@dataclass(frozen=True)
class Schedule:
    """A job that beat starts on time: `task` is a job kind, `seconds` between runs."""

    name: str
    task: str
    seconds: int


@dataclass(frozen=True)
class JobKind:
    """Work that runs in the worker: `run(context, **arguments)`; safe to run twice."""

    name: str
    label: Text
    run: Callable[..., Any]
    about: Callable[..., Text] | None = None
    """`about(arguments)`: what one job of this kind is about (a file's name, a list's title), for the list of jobs."""
    outcome: Callable[..., Text] | None = None
    """`outcome(result, arguments)`: a sentence for who asked, once it is done."""
    page: Callable[..., str] | None = None
    """`page(job) -> address` of a page of its own; without one the generated page of jobs shows it."""


@dataclass(frozen=True)
class Origin:
    """Issues of this origin are this plugin's: its `<plugin>.issue` and `<plugin>.list` permissions hold for them."""

    code: str
    label: Text


@dataclass(frozen=True)
class Attachable:
    """Records of `model` carry files; who may read the record reads them, who holds `verb` on it adds and removes."""

    model: type[Any]
    verb: str = "write"
    limits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fact:
    """One line a plugin tells about a home (passport, entry screens)."""

    label: Text
    text: str
    url: str | None = None
    at: Any = None
