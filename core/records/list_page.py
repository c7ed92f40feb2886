"""A list of records as frozen values: views, conditions, columns, rows, pager; drawn by `atrium/list.html`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.i18n import Text
from core.records.parts import Action, Cell, EmptyState, Note, Option

UPRIGHT_COLUMNS = 7
"""As many as an upright sheet of A4 can hold."""
CROWDED_COLUMNS = 13
"""From so many on a sheet laid sideways takes small letters."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view with its count (`count` is text, as it may be capped: "1,000+")."""

    label: Text
    url: str
    count: str = ""
    red: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class FilterControl:
    """A condition in the filter bar. The first five stand in the bar, the rest behind "More".

    Query names: `name`; a `date_range` sends `<name>_from` and `<name>_to` (ISO dates, either may be empty)."""

    name: str
    label: Text
    kind: Literal["select", "remote", "date_range", "text"] = "select"
    value: str = ""
    value_to: str = ""
    value_label: Text = ""
    """What the value reads as; needed for `remote` and `date_range`."""
    options: Sequence[Option] = ()
    source_url: str = ""
    """`remote`: answers `?q=` with `[{"value", "text", "hint"}]`."""
    on: bool = False
    """In use: drawn tinted."""


@dataclass(frozen=True, slots=True)
class Search:
    name: str = "q"
    value: str = ""
    placeholder: Text = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """A one-click chip or a page size: a link that is pressed or not."""

    label: Text
    url: str
    pressed: bool = False


@dataclass(frozen=True, slots=True)
class ChipGroup:
    label: Text
    options: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Token:
    """A condition in words, with the address of the list without it."""

    key: Text
    label: Text
    remove_url: str


@dataclass(frozen=True, slots=True)
class Head:
    """A column. `width` is one of w36 w44 w56 w64 w72 w76 w84 w96 w108 w112 w120 w132 w140 w160 w200 w240 w320
    (or empty: shares the rest). `card` says where its cells stand on a phone's card; a column without a place is hidden
    there."""

    name: str
    label: Text
    width: str = ""
    number: bool = False
    """Right-aligned."""
    cut: bool = False
    """One line, the full text as a title."""
    card: Literal["", "title", "state", "detail", "meta", "edge"] = ""
    sort_url: str = ""
    direction: Literal["", "ascending", "descending"] = ""
    css: str = ""
    away: bool = False
    """Stands on a phone's card only: whoever reads chose other columns."""

    def classes(self) -> str:
        """Classes of its cells."""
        place = {"title": "pa", "state": "ps", "detail": "pd", "meta": "pm", "edge": "pe", "": ""}[self.card]
        marks = ("num" if self.number else "", "cut" if self.cut else "", place, self.css, "away" if self.away else "")
        return " ".join(filter(None, marks))


@dataclass(frozen=True, slots=True)
class ColumnOption:
    """A column to choose, by its name; a `fixed` one is always shown."""

    name: str
    label: Text
    shown: bool
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class ColumnPanel:
    """The choice of columns: sent to `url` as `column` (repeated, in their order) or `reset`."""

    url: str
    options: Sequence[ColumnOption]
    changed: bool = False
    """Whether other columns are shown than without a choice."""
    export_url: str = ""
    """A workbook of just these columns."""


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A saved view; the last two addresses are empty for what others share."""

    name: str
    url: str
    note: Text = ""
    """By whom, or with whom it is shared."""
    current: bool = False
    rename_url: str = ""
    delete_url: str = ""


@dataclass(frozen=True, slots=True)
class ViewPanel:
    """Views one keeps or is offered, and the address of the form that keeps this one."""

    save_url: str
    views: Sequence[ViewLink] = ()

    @property
    def current(self) -> str:
        """The name of the first one that asks for just what is shown; empty where none does."""
        return next((one.name for one in self.views if one.current), "")


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a list. `verbs` names the bulk verbs allowed for it (asked per row by the view)."""

    id: int
    url: str
    cells: Sequence[Cell]
    version: int = 0
    selectable: bool = True
    verbs: frozenset[str] = frozenset()
    label: Text = ""
    """What it is called when selected by a screen reader: its number."""

    @property
    def token(self) -> str:
        """Value of its check box, sent as `row` (repeated); see `read_row_token`."""
        return row_token(self.id, self.version)


def row_token(record_id: int, version: int) -> str:
    """`12:3`: the record and the version the reader saw."""
    return f"{record_id}:{version}"


def read_row_token(token: str) -> tuple[int, int]:
    """Id and version of a `row` value; ValueError when it is not one."""
    record_id, _, version = token.partition(":")
    return int(record_id), int(version or 0)


@dataclass(frozen=True, slots=True)
class BulkVerb:
    """A verb on the selected rows: POST to `url` with `row` values (and `back`, the list's address).

    With `needs_form` the answer is a `verb.html` page asking for the rest, shown in a dialog when scripts run."""

    name: str
    label: Text
    url: str
    icon: str = ""
    primary: bool = False
    danger: bool = False
    needs_form: bool = False
    download: bool = False
    """Answers with a file; the selection stays."""
    reason: Text = ""
    """Why it may not be possible for a row ("only findings waiting for re-check can be closed")."""
    any_row: bool = False
    """Allowed for every row one may see (print, export); `Row.verbs` is not asked."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Keyset paging: an empty address means there is no such page."""

    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""
    range_text: Text = ""
    """Items 16-30."""
    count_text: Text = ""
    """58 in all; more than 1,000."""
    on_paper: Text = ""
    """Which rows a printed page holds, and where the others are; a sentence."""
    sizes: Sequence[Choice] = ()
    jump_name: str = ""
    """Query name for a jump to a value of the sorted column, with its label."""
    jump_label: Text = ""
    jump_value: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list of records. `address` is the list's own path; `hidden` is the state its filter form must keep (view, sort,
    size, project)."""

    title: Text
    address: str
    subtitle: Text = ""
    actions: Sequence[Action] = ()
    notes: Sequence[Note] = ()
    tabs: Sequence[Tab] = ()
    search: Search | None = None
    filters: Sequence[FilterControl] = ()
    chips: Sequence[ChipGroup] = ()
    tokens: Sequence[Token] = ()
    clear_url: str = ""
    sort_words: Text = ""
    heads: Sequence[Head] = ()
    rows: Sequence[Row] = ()
    foot: Sequence[Cell] = ()
    """Totals over the filter; their spans add up to the columns (the check-box column not counted)."""
    columns: ColumnPanel | None = None
    views: ViewPanel | None = None
    bulk: Sequence[BulkVerb] = ()
    pager: Pager = Pager()
    empty: EmptyState | None = None
    export: Action | None = None
    hidden: Sequence[tuple[str, str]] = ()
    back: str = ""
    """This very page with its state; sent with bulk verbs."""

    def placed_heads(self) -> list[Head]:
        """The heads with a place on a phone's card: as declared, else title, state, detail and the rest by guess."""
        if any(head.card for head in self.heads) or not self.rows:
            return list(self.heads)
        return place_on_card(self.heads, self.rows[0].cells)

    @staticmethod
    def cell_classes(heads: Sequence[Head]) -> list[str]:
        """Classes of the cells under each head: the same for all rows."""
        return [head.classes() for head in heads]

    @property
    def is_wide(self) -> bool:
        """Whether it is printed on a sheet laid sideways."""
        return sum(not head.away for head in self.heads) > UPRIGHT_COLUMNS

    @property
    def is_crowded(self) -> bool:
        return sum(not head.away for head in self.heads) >= CROWDED_COLUMNS

    def table_width(self) -> str:
        """Class for the least width below which the table scrolls sideways rather than squeezing its texts."""
        drawn = [head for head in self.heads if not head.away]
        wanted = sum(int(head.width[1:]) if head.width else 150 for head in drawn) + (44 if self.bulk else 0)
        step = 100 if wanted <= 1600 else 400
        return f"least-{min(4000, (wanted + step // 2) // step * step)}"


def place_on_card(heads: Sequence[Head], cells: Sequence[Cell]) -> list[Head]:
    """Guess a card: the first plain column is the title, a state stands at its right, then a detail, a meta line, an
    edge (a due date or figure)."""
    free = {"state": "state", "due": "edge", "number": "edge", "money": "edge", "date": "edge"}
    used: set[str] = set()
    placed: list[Head] = []
    for head, cell in zip(heads, cells, strict=True):
        place = free.get(cell.kind, "")
        if not place:
            place = next((one for one in ("title", "detail", "meta") if one not in used), "")
        if place in used:
            place = ""
        used.add(place)
        placed.append(replace(head, card=place))  # type: ignore[arg-type]
    return placed
