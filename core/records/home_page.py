"""A desk and a refusal as frozen values; drawn by `atrium/home.html` and `atrium/error.html`."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Text
from core.records.parts import Action, Chart, EmptyState, Note, Panel, Progress, Stat, Todo


@dataclass(frozen=True, slots=True)
class HomePage:
    """A desk: the first numbers, what waits for me, one picture. `main` and `side` panels follow in their order."""

    title: Text
    subtitle: Text = ""
    actions: Sequence[Action] = ()
    notes: Sequence[Note] = ()
    stats: Sequence[Stat] = ()
    todo_title: Text = ""
    todos: Sequence[Todo] = ()
    todo_action: Action | None = None
    charts: Sequence[Chart] = ()
    progress_title: Text = ""
    progress_note: Text = ""
    progress: Sequence[Progress] = ()
    main: Sequence[Panel] = ()
    side: Sequence[Panel] = ()
    empty: EmptyState | None = None
    hints: Sequence[tuple[Text, str]] = ()
    """First steps of one's roles: (sentence, page); none for who has read them."""


@dataclass(frozen=True, slots=True)
class HomePart:
    """What one card brings to the desk; the desk puts the parts of all cards together in their order."""

    stats: Sequence[Stat] = ()
    todos: Sequence[Todo] = ()
    charts: Sequence[Chart] = ()
    progress: Sequence[Progress] = ()
    main: Sequence[Panel] = ()
    side: Sequence[Panel] = ()
    notes: Sequence[Note] = ()
    actions: Sequence[Action] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """A refusal as a page: what is wrong, what to do, and the request's number for those who help.

    Where `again` holds fields, what was sent can be sent once more to `again_url`, without going back.
    """

    status: int
    title: Text
    text: Text = ""
    actions: Sequence[Action] = ()
    request_number: str = ""
    more: Text = ""
    again: Sequence[tuple[str, str]] = ()
    again_url: str = ""
    is_sent: bool = False
    """Whether something typed was sent, that the way back still shows."""
