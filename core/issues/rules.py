"""What is decided about issues, as pure functions that are given everything they need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class ContractorRule:
    """A category, or a branch of the tree by the front of its code, goes to a contractor; on one building, if named."""

    category: str
    contractor_id: int
    building_id: int | None = None


def contractor_for(category: str, building_id: int | None, rules: Iterable[ContractorRule]) -> int | None:
    """Who puts a category right: the most specific rule wins, building before project, then the longer code."""
    best: ContractorRule | None = None
    best_rank = (-1, -1)
    for rule in rules:
        if not category.startswith(rule.category) or rule.building_id not in (None, building_id):
            continue
        rank = (int(rule.building_id is not None), len(rule.category))
        if rank > best_rank:
            best, best_rank = rule, rank
    return best.contractor_id if best else None


def is_overdue(due_on: date | None, closed_on: date | None, today: date) -> bool:
    """Judged by calendar day: what is closed on its due day is in time (domain.md 2.12)."""
    return due_on is not None and (closed_on or today) > due_on


def days_overdue(due_on: date, today: date) -> int:
    """Whole days past the due day; 0 on the day itself and before."""
    return max(0, (today - due_on).days)


def rework_after(count: int, stated: int | None) -> int:
    """Times rectified again: what somebody states may raise the count, never lower it.

    Raises ValueError when it would be lowered.
    """
    if stated is None:
        return count
    if stated < count:
        raise ValueError(count)
    return stated
