"""Every way to extend the platform. Declaring hooks are called once at start and return values of `core.extend`;
acting hooks are called at work, one plugin at a time, and only for plugins that are on in the region at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.estate.models import Room
    from core.extend import Attachable, Card, Fact, Grant, JobKind, Manifest, Origin, Page, Register, Schedule
    from core.history import Event
    from core.model import Model

hookspec = pluggy.HookspecMarker("atrium")


class LeavingHook(DeprecationWarning):
    """Told to whoever implements a hook that goes: until when it works, and what takes its place."""


def leaving(removed_in: str, instead: str) -> LeavingHook:
    """For `@hookspec(warn_on_impl=leaving("0.4", "use room_facts"))`: such a hook is called as before until then."""
    return LeavingHook(f"goes with Atrium {removed_in}; {instead}")


@hookspec(firstresult=True)
def manifest() -> Manifest:  # type: ignore[empty-body]
    """Say what the plugin is called and needs. The one hook every plugin must have."""


@hookspec
def register_models() -> Sequence[type[Model]]:  # type: ignore[empty-body]
    """Name the plugin's tables, all declared on `core.model.plugin_base(<name>)`."""


@hookspec
def register_pages() -> Sequence[Page]:  # type: ignore[empty-body]
    """Bring pages and their places in the menu."""


@hookspec
def register_grants() -> Sequence[Grant]:  # type: ignore[empty-body]
    """Bring the plugin's rows of the default role matrix."""


@hookspec
def register_origins() -> Sequence[Origin]:  # type: ignore[empty-body]
    """Claim origins of issues in the shared table."""


@hookspec
def register_registers() -> Sequence[Register]:  # type: ignore[empty-body]
    """Bring Excel registers that people may import, by command and by page."""


@hookspec
def register_attachables() -> Sequence[Attachable]:  # type: ignore[empty-body]
    """Name the records that carry files."""


@hookspec
def register_cards() -> Sequence[Card]:  # type: ignore[empty-body]
    """Bring pieces of the home page."""


@hookspec
def register_jobs() -> Sequence[JobKind]:  # type: ignore[empty-body]
    """Bring kinds of work for the worker."""


@hookspec
def register_schedules() -> Sequence[Schedule]:  # type: ignore[empty-body]
    """Have jobs started on time."""


@hookspec
def register_commands() -> Sequence[Any]:  # type: ignore[empty-body]
    """Bring `click` commands for the `atrium` command line."""


@hookspec
def check_parameters(region: str, values: Mapping[str, Any]) -> Iterable[str]:  # type: ignore[empty-body]
    """Refuse parameter values of a region that the schema alone cannot judge: yield a sentence for each."""


@hookspec
def seed_demo(session: Session) -> None:
    """Fill the demo group with this module's records; called again it changes nothing."""


@hookspec
def on_event(event: Event, session: Session) -> None:
    """Hear of a business event, inside its transaction and in a SAVEPOINT of one's own."""


@hookspec
def room_facts(room: Room, session: Session) -> Sequence[Fact]:  # type: ignore[empty-body]
    """Tell the state of a home in this module in a line or two."""
