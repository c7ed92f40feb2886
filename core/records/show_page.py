"""A record as frozen values: state rail, facts, files, history; drawn by `atrium/show.html`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.i18n import Text
from core.parameters.labels import Label
from core.records.parts import Action, Cell, Crumb, Family, Note, Panel


@dataclass(frozen=True, slots=True)
class RailStep:
    """A step of the state rail: `past`, `now` (in the family's colour) or `todo`."""

    label: Text
    sub: Text = ""
    phase: Literal["past", "now", "todo"] = "todo"
    family: Family = "doing"


@dataclass(frozen=True, slots=True)
class Fact:
    label: Text
    cell: Cell
    wide: bool = False
    more: Sequence[Cell] = ()
    """Further values under the same label (joint owners)."""
    name: str = ""
    help: Label | None = None
    """What the field means, behind a button beside its label; told apart from others by `name`."""


@dataclass(frozen=True, slots=True)
class Section:
    """A panel of facts: three columns in the page, label and value on one line in the right rail."""

    title: Text
    facts: Sequence[Fact]
    edit_url: str = ""
    action: Action | None = None
    text: Text = ""
    """A sentence under the facts."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in the history: who did what and when; then field, old → new; the reason. `job` marks an import or a
    job, drawn with a grey avatar; `kind` is what the buttons above the timeline narrow to."""

    who: Text
    verb: Text
    when: Text
    changes: Sequence[tuple[Text, Text, Text]] = ()
    """(label, old, new); an empty text reads as "empty"."""
    reason: Text = ""
    job: bool = False
    avatar: str = ""
    note: Text = ""
    kind: Literal["", "state", "change", "file"] = ""
    when_exact: str = ""

    @property
    def initial(self) -> str:
        """The avatar's letter: the family name's first character."""
        return self.avatar or str(self.who)[:1].upper() or "·"


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    url: str
    size_text: str = ""
    image_url: str = ""
    """Address of the picture to show, when it is one."""
    uploaded: Text = ""
    """By whom and when."""
    remove_url: str = ""
    """POST address; empty when it may not be removed."""
    tag: Text = ""
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Attachments:
    """Files of a record. With `upload_url` files may be added (POST, multipart, field `files`, several)."""

    items: Sequence[Attachment] = ()
    upload_url: str = ""
    accept: str = ""
    limit_text: Text = ""
    max_bytes: int = 0
    """Per file; larger ones are refused before they travel."""
    title: Text = ""


@dataclass(frozen=True, slots=True)
class ShowPage:
    """A record: its state, facts, next steps and history, visible without a click."""

    title: Text
    subtitle: Text = ""
    crumbs: Sequence[Crumb] = ()
    number: str = ""
    state: Cell | None = None
    due: Cell | None = None
    actions: Sequence[Action] = ()
    """Transitions; the first two stand in a phone's thumb bar."""
    more: Sequence[Action] = ()
    """Rarer ones, behind ⋯."""
    notes: Sequence[Note] = ()
    rail: Sequence[RailStep] = ()
    sections: Sequence[Section] = ()
    panels: Sequence[Panel] = ()
    side: Sequence[Section] = ()
    side_panels: Sequence[Panel] = ()
    timeline: Sequence[Entry] | None = None
    """None: the reader may not see it, or there is none for this record."""
    timeline_more_url: str = ""
    attachments: Attachments | None = None
    position: Text = ""
    """Item 7 of 34, of the list one came from."""
    previous_url: str = ""
    next_url: str = ""
    back: str = ""
    version: int = 0
    once: str = ""
    """Sent with POST actions so that a double click acts once."""
