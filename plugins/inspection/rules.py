"""What is decided about inspections, as pure functions that are given everything they need."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.i18n import Text, lazy
from core.workflow import Flow, State, Transition

DRAFT, OPEN, DONE, VOID = "draft", "open", "done", "void"

PLAN = Flow(
    "inspection_plan",
    (
        State(DRAFT, lazy("Draft"), "wait"),
        State(OPEN, lazy("Running"), "doing"),
        State(DONE, lazy("Completed"), "done", is_open=False),
        State(VOID, lazy("Void"), "off", is_open=False),
    ),
    (
        Transition("open", lazy("Start"), (DRAFT,), OPEN, permission="write"),
        Transition("withdraw", lazy("Back to draft"), (OPEN,), DRAFT, permission="write"),
        Transition("finish", lazy("Complete"), (OPEN,), DONE, permission="write"),
        Transition("reopen", lazy("Reopen"), (DONE,), OPEN, asks=True),
        Transition("void", lazy("Void"), (DRAFT, OPEN), VOID, asks=True),
    ),
)


# --- when homes are inspected ---------------------------------------------------------------------


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month; the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def window_warning(
    planned_from: date, planned_to: date, handover_on: date | None, *, opens: int = 3, closes: int = 1
) -> Text | None:
    """A sentence when a plan lies outside `opens` to `closes` months before the contract handover; nothing is refused.

    None within the window, and where the project has no contract handover date.
    """
    if handover_on is None:
        return None
    first, last = months_before(handover_on, opens), months_before(handover_on, closes)
    if first <= planned_from and planned_to <= last:
        return None
    return lazy(
        "Homes should be inspected from %(first)s to %(last)s, %(opens)s to %(closes)s months before the contract "
        "{handover} on %(day)s; these days lie outside.",
        first=first.isoformat(),
        last=last.isoformat(),
        opens=opens,
        closes=closes,
        day=handover_on.isoformat(),
    )


def needs_plan(handover_on: date | None, today: date, has_plan: bool, *, opens: int = 3) -> bool:
    """Whether a project should have a plan by now and has none: from `opens` months before its handover to the day."""
    return handover_on is not None and not has_plan and months_before(handover_on, opens) <= today <= handover_on


# --- rounds and kinds of plan ---------------------------------------------------------------------


def counts_for(round: str | None, kind: str, named: Mapping[str, str]) -> bool:
    """Whether what a round found counts for plans of a kind.

    `named`: round → the kind it names. A round that names none counts for every kind that no round names.
    """
    own = named.get(round or "")
    return own == kind if own is not None else kind not in named.values()


@dataclass(frozen=True, slots=True)
class PlanRef:
    """A running plan, as far as the choice among several needs it."""

    id: int
    kind: str
    planned_from: date


def plan_of(round: str, plans: Iterable[PlanRef], named: Mapping[str, str]) -> int | None:
    """The plan a home is inspected under in a round: of those that hold the home the one begun last."""
    found = [plan for plan in plans if counts_for(round, plan.kind, named)]
    return max(found, key=lambda plan: (plan.planned_from, plan.id)).id if found else None


# --- the range of a plan --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HomeRef:
    """A home and what it is picked by."""

    id: int
    building_id: int | None
    unit_id: int | None
    floor: int | None


@dataclass(frozen=True, slots=True)
class Picked:
    """The homes picked, and how many of the things picked hold no home of the project."""

    homes: frozenset[int]
    unknown: int


def pick(
    homes: Iterable[HomeRef],
    *,
    buildings: Iterable[int] = (),
    units: Iterable[int] = (),
    floors: Iterable[tuple[int, int]] = (),
    rooms: Iterable[int] = (),
) -> Picked:
    """The union of whole buildings, whole units, floors (unit, floor) and single homes."""
    wanted: set[tuple[str, object]] = {("building", one) for one in buildings} | {("unit", one) for one in units}
    wanted |= {("floor", one) for one in floors} | {("room", one) for one in rooms}
    found, seen = set(), set()
    for home in homes:
        keys = {("building", home.building_id), ("unit", home.unit_id), ("room", home.id),
                ("floor", (home.unit_id, home.floor))}  # fmt: skip
        if hit := keys & wanted:
            found.add(home.id)
            seen |= hit
    return Picked(frozenset(found), len(wanted - seen))


# --- the picture of open findings -----------------------------------------------------------------

REST = ""
"""Stands for the categories, or the contractors, that are summed up as the rest."""


@dataclass(frozen=True, slots=True)
class Series:
    """One contractor's numbers, one per category. `contractor_id` None: those nobody is set for; 0: the rest."""

    contractor_id: int | None
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Counts by category and contractor, the largest first, the rest last. A category of REST is the rest."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def total(self) -> int:
        return sum(one.total for one in self.series)


def tabulate(rows: Sequence[tuple[str, int | None, str | None, int]], *, categories: int, contractors: int) -> Matrix:
    """Rows (category, contractor id, its name, count) as a matrix of at most so many categories and contractors; what
    is left over is summed up as one more of each."""
    by_category: dict[str, int] = {}
    by_contractor: dict[int | None, int] = {}
    names: dict[int | None, str] = {0: ""}
    for category, contractor, name, count in rows:
        by_category[category] = by_category.get(category, 0) + count
        by_contractor[contractor] = by_contractor.get(contractor, 0) + count
        names[contractor] = name or ""
    top_categories = sorted(by_category, key=lambda one: (-by_category[one], one))[:categories]
    top_contractors = sorted(by_contractor, key=lambda one: (-by_contractor[one], one or 0))[:contractors]
    columns = [*top_categories, *([REST] if len(by_category) > categories else [])]
    lines = [*top_contractors, *([0] if len(by_contractor) > contractors else [])]
    cells: dict[tuple[int | None, str], int] = {}
    for category, contractor, _name, count in rows:
        key = contractor if contractor in top_contractors else 0, category if category in top_categories else REST
        cells[key] = cells.get(key, 0) + count
    return Matrix(
        tuple(columns),
        tuple(Series(one, names[one], tuple(cells.get((one, column), 0) for column in columns)) for one in lines),
    )
