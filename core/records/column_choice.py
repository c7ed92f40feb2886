"""Which columns of a list somebody sees, and in which order. Pure rules over declared columns and kept names.

A phone draws cards, not columns: what stands on a card does not depend on the choice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.records.columns import Column
from core.records.list_page import ColumnOption, Head, Row, place_on_card

IDENTIFYING = ("number_link", "name")
"""Kinds of columns that lead to the record: without one of them a list is of no use."""


def identifying(usual: Sequence[Column]) -> str:
    """Name of the column that is never left out; empty where there is no column at all."""
    leading = (one.name for one in usual if one.kind in IDENTIFYING)
    titles = (one.name for one in usual if one.card == "title")
    return next(leading, "") or next(titles, "") or next((one.name for one in usual), "")


def choose(columns: Sequence[Column], usual: Sequence[Column], names: Iterable[str]) -> list[Column]:
    """The columns called `names`, in that order; `usual` where none of them is known (any more)."""
    known = {one.name: one for one in columns}
    picked = [known[name] for name in dict.fromkeys(names) if name in known]
    must = identifying(usual)
    if not picked:
        return list(usual)
    return picked if not must or must in {one.name for one in picked} else [known[must], *picked]


def to_keep(columns: Sequence[Column], usual: Sequence[Column], names: Iterable[str]) -> list[str]:
    """The names worth keeping: none where the choice is what everybody sees anyway."""
    picked = [one.name for one in choose(columns, usual, names)]
    return [] if picked == [one.name for one in usual] else picked


def with_usual(shown: Sequence[Column], usual: Sequence[Column]) -> list[Column]:
    """What must be read of the rows: the columns shown, and the others a card may need."""
    return list({one.name: one for one in (*shown, *usual)}.values())


def cards_as_usual(
    heads: Sequence[Head], rows: Sequence[Row], shown: Sequence[Column], usual: Sequence[Column]
) -> tuple[list[Head], list[Row]]:
    """Heads and rows of `with_usual` as drawn: cards as without a choice, what only cards need `away` from tables."""
    if not rows:
        return list(heads), list(rows)
    at = {head.name: index for index, head in enumerate(heads)}
    normal = [heads[at[one.name]] for one in usual]
    if not any(head.card for head in normal):
        normal = place_on_card(normal, [rows[0].cells[at[one.name]] for one in usual])
    places, names = {head.name: head.card for head in normal}, {one.name for one in shown}
    placed = [replace(head, card=places.get(head.name, ""), away=head.name not in names) for head in heads]
    stay = [index for index, head in enumerate(placed) if head.card or not head.away]
    return [placed[index] for index in stay], [replace(row, cells=[row.cells[index] for index in stay]) for row in rows]


def options(columns: Sequence[Column], usual: Sequence[Column], shown: Sequence[Column]) -> list[ColumnOption]:
    """Every column to choose from: those shown in their order, then the rest as declared."""
    must, names = identifying(usual), {one.name for one in shown}
    rest = (one for one in with_usual(shown, [*usual, *columns]) if one.name not in names)
    found = [*((one, True) for one in shown), *((one, False) for one in rest)]
    return [ColumnOption(one.name, one.label, on, fixed=one.name == must) for one, on in found]
