"""The small values pages are built of: actions, cells, options, panels, figures, charts.

Pure data for the templates in `core/shell/templates/atrium`; no Flask, no database. Texts are already in the reader's
language (or lazy), moments, dates, money and areas already formatted. Nothing here is marked as HTML: what may hold
markup is said at the field and must then be a `Markup` made by a template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.i18n import Text

Family = Literal["off", "wait", "sent", "doing", "check", "done", "bad", "held", "void"]
"""Shape and colour of a state (look.md, "Tokens"): who has to move next. `held` is grey with a half ring (put on hold),
`void` grey, slashed and struck through."""

CellKind = Literal["text", "link", "state", "due", "number", "money", "area", "moment", "date", "flag", "tag", "html"]
BARE = frozenset(("text", "number", "money", "area", "moment", "date"))
"""Kinds of cells whose text stands as it is."""
DueTone = Literal["", "today", "late"]
NoteTone = Literal["news", "wait", "bad", "done", "plain"]
Series = Literal["s1", "s2", "s3", "s4", "s5", "s6", "s7"]


@dataclass(frozen=True, slots=True)
class Action:
    """A button. With method GET it is a link (to a page or to a form that asks more), with POST a form of its own that
    sends the CSRF token, `version` and `once` when the page has them, and `hidden`."""

    label: Text
    url: str
    icon: str = ""
    """Name of a Tabler outline icon, listed in `core/shell/icons.txt`."""
    primary: bool = False
    """One per page: drawn filled. The first primary action and the next one stay in the thumb bar of a phone."""
    key: str = ""
    """`F2`, `Ctrl S` … or a single letter. A letter works only on GET actions: letters may open, never act."""
    method: Literal["get", "post"] = "get"
    danger: bool = False
    dialog: bool = False
    """GET only: the page behind `url` is a `verb.html`; show its form in a dialog here when scripts run."""
    disabled: Text = ""
    """The reason why it cannot be done now; a non-empty reason disables the button and is shown with it."""
    confirm: Text = ""
    """POST only: the question's consequence, asked in a dialog before sending."""
    hidden: Sequence[tuple[str, str]] = ()
    download: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as shown in a table, a fact, a total. An empty text is shown as — (never blank, never None)."""

    text: Text = ""
    kind: CellKind = "text"
    url: str = ""
    """Kinds `link`, `state`, `number`, `due`: where it leads."""
    family: Family = "off"
    tone: DueTone = ""
    """Kind `due`."""
    title: Text = ""
    """Full text for what is cut; default: `text` itself where the column cuts."""
    css: str = ""
    """Extra classes: second, muted, b, red, nowrap, mono …"""
    lang: str = ""
    """Language of the text when it is not the page's (`zh` in English screens)."""
    note: Text = ""
    """Grey words after the value (a code, a unit)."""
    tag: Text = ""
    """An outlined attribute after the value (by category, major)."""
    phone: Text = ""
    """Words shown after the value on phones only, where the other columns are hidden."""
    span: int = 1
    """Columns it covers (totals)."""
    zero: bool = False
    """Kind `number`: the figure is 0 and shown grey."""

    @property
    def is_bare(self) -> bool:
        """Whether the value is its text and nothing else, as most cells of a table are."""
        return bool(self.text) and self.kind in BARE and not (
            self.url or self.note or self.tag or self.lang or self.zero
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: `hint` stands grey at the right (code, contractor), `group` is its heading in a tree or long list,
    `search` holds further words it is found by (code, pinyin initials)."""

    value: str
    label: Text
    hint: Text = ""
    group: Text = ""
    search: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Crumb:
    label: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A message at its place: blue news, amber warning, red refusal, green done."""

    text: Text
    tone: NoteTone = "news"
    url: str = ""
    link: Text = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """A box with a title. `body` is a `Markup` rendered by the caller's own template, or plain text."""

    title: Text
    body: str = ""
    note: Text = ""
    """Grey words beside the title."""
    action: Action | None = None
    bleed: bool = False
    """The body brings its own padding (tables, to-do lists)."""


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure of the numbers strip; every number is a link to the rows behind it."""

    label: Text
    value: str
    url: str
    unit: Text = ""
    note: Text = ""
    """One line of comparison."""
    red: bool = False
    """Only for overdue."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A thing somebody must do, with the button that begins it."""

    text: Text
    note: Text = ""
    icon: str = "alert-circle"
    tone: Literal["", "red", "amber", "plum", "teal", "blue", "green"] = ""
    due: Cell | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One colour of a bar chart: a value per category, None where there is none."""

    name: Text
    values: Sequence[float | None]
    tone: Series = "s1"


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart with the same figures as a table behind a link. The title says measure and period."""

    title: Text
    categories: Sequence[Text]
    series: Sequence[ChartSeries]
    summary: Text = ""
    """The figures in words, read aloud instead of the picture; without one the table is enough."""
    unit: Text = ""
    stacked: bool = True
    horizontal: bool = True
    urls: Sequence[str] = ()
    """Per category: the list behind the bar."""
    note: Text = ""
    action: Action | None = None

    def figures(self) -> dict[str, object]:
        """What `chart.js` draws, as plain JSON values."""
        return {
            "categories": [str(label) for label in self.categories],
            "series": [{"name": str(one.name), "values": list(one.values), "tone": one.tone} for one in self.series],
            "unit": str(self.unit),
            "stacked": self.stacked,
            "horizontal": self.horizontal,
            "urls": list(self.urls),
        }

    def totals(self) -> list[float]:
        """Sum per category, for the table's last column."""
        return [sum(one.values[at] or 0 for one in self.series) for at in range(len(self.categories))]


@dataclass(frozen=True, slots=True)
class Progress:
    """A bar with its figures: `done` of `total`; an empty tone is the accent, ok green, warn amber, bad red."""

    label: Text
    done: int
    total: int
    tone: Literal["", "ok", "warn", "bad"] = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class EmptyState:
    """Why there is nothing, and the next step. `filtered` says a condition is the cause (and offers to clear it)."""

    title: Text
    text: Text = ""
    actions: Sequence[Action] = ()
    filtered: bool = False
    art: Literal["papers", "door"] = "papers"
