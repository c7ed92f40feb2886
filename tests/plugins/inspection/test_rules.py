"""The rules of inspection, without a database."""

from datetime import date

import pytest

from core.access.grants import compile_grants
from plugins.inspection.grants import grants
from plugins.inspection.rules import (
    DRAFT,
    PLAN,
    REST,
    HomeRef,
    PlanRef,
    counts_for,
    months_before,
    needs_plan,
    pick,
    plan_of,
    tabulate,
    window_warning,
)

HANDOVER = date(2027, 3, 31)
NAMED = {"open_day": "open_day"}


@pytest.mark.parametrize(("day", "months", "found"), [
    (date(2027, 3, 31), 1, date(2027, 2, 28)),
    (date(2024, 3, 31), 1, date(2024, 2, 29)),
    (date(2027, 3, 31), 3, date(2026, 12, 31)),
    (date(2027, 1, 15), 1, date(2026, 12, 15)),
    (date(2027, 1, 15), 25, date(2024, 12, 15)),
    (date(2027, 1, 15), 0, date(2027, 1, 15)),
])  # fmt: skip
def test_months_are_calendar_months(day: date, months: int, found: date) -> None:
    assert months_before(day, months) == found


@pytest.mark.parametrize(("first", "last", "fits"), [
    (date(2026, 12, 31), date(2027, 2, 28), True),
    (date(2026, 12, 30), date(2027, 2, 28), False),
    (date(2026, 12, 31), date(2027, 3, 1), False),
    (date(2027, 1, 10), date(2027, 1, 10), True),
    (date(2027, 4, 1), date(2027, 4, 2), False),
])  # fmt: skip
def test_days_outside_one_to_three_months_before_handover_are_warned_about(first: date, last: date, fits: bool) -> None:
    assert (window_warning(first, last, HANDOVER) is None) == fits


def test_the_warning_names_the_window() -> None:
    said = str(window_warning(date(2026, 1, 1), date(2026, 1, 2), HANDOVER, opens=6, closes=2))
    assert "2026-09-30" in said and "2027-01-31" in said and "2027-03-31" in said


def test_without_a_contract_handover_date_nothing_is_warned_about() -> None:
    assert window_warning(date(2000, 1, 1), date(2000, 1, 2), None) is None


@pytest.mark.parametrize(("today", "has_plan", "needed"), [
    (date(2026, 12, 30), False, False),
    (date(2026, 12, 31), False, True),
    (date(2026, 12, 31), True, False),
    (date(2027, 3, 31), False, True),
    (date(2027, 4, 1), False, False),
])  # fmt: skip
def test_a_plan_is_needed_from_three_months_before_handover_until_the_day(
    today: date, has_plan: bool, needed: bool
) -> None:
    assert needs_plan(HANDOVER, today, has_plan) is needed


def test_a_project_without_handover_date_needs_no_plan() -> None:
    assert not needs_plan(None, date(2027, 1, 1), False)


@pytest.mark.parametrize(("round", "kind", "counted"), [
    ("open_day", "open_day", True), ("open_day", "internal", False), ("first", "open_day", False),
    ("first", "internal", True), ("second", "mass", True), (None, "internal", True), (None, "open_day", False),
])  # fmt: skip
def test_a_round_counts_for_the_kind_it_names_or_for_all_that_none_names(
    round: str | None, kind: str, counted: bool
) -> None:
    assert counts_for(round, kind, NAMED) is counted


def test_a_home_is_inspected_under_the_plan_begun_last() -> None:
    plans = [PlanRef(1, "internal", date(2026, 1, 1)), PlanRef(2, "mass", date(2026, 3, 1)),
             PlanRef(3, "open_day", date(2026, 5, 1))]  # fmt: skip
    assert plan_of("first", plans, NAMED) == 2
    assert plan_of("open_day", plans, NAMED) == 3
    assert plan_of("open_day", plans[:2], NAMED) is None


HOMES = [HomeRef(at, 1 + at // 8, 1 + at // 4, 1 + at // 2 % 2) for at in range(16)]
"""Two buildings of two units of two floors of two homes."""


def test_the_range_is_the_union_of_what_is_picked() -> None:
    assert pick(HOMES).homes == frozenset()
    assert pick(HOMES, buildings=[1]).homes == frozenset(range(8))
    assert pick(HOMES, units=[3], rooms=[0, 8]).homes == {0, 8, 9, 10, 11}
    assert pick(HOMES, floors=[(1, 2)]).homes == {2, 3}
    assert pick(HOMES, buildings=[2], units=[4], floors=[(4, 1)], rooms=[15, 1]).homes == {1, *range(8, 16)}


def test_what_holds_no_home_is_counted() -> None:
    found = pick(HOMES, buildings=[9], units=[1, 8], floors=[(1, 7)], rooms=[99])
    assert (found.homes, found.unknown) == (frozenset(range(4)), 4)


ROWS = [("0103", 1, "甲", 9), ("0103", 2, "乙", 1), ("0106", 2, "乙", 5), ("0104", 1, "甲", 3), ("0102", None, None, 2),
        ("0101", 3, "丙", 2)]  # fmt: skip


def test_the_picture_puts_the_largest_first() -> None:
    found = tabulate(ROWS, categories=9, contractors=9)
    assert found.categories == ("0103", "0106", "0104", "0101", "0102")
    assert [(one.name, one.total) for one in found.series] == [("甲", 12), ("乙", 6), ("", 2), ("丙", 2)]
    assert found.series[2].contractor_id is None


def test_the_picture_sums_up_the_rest() -> None:
    found = tabulate(ROWS, categories=2, contractors=1)
    assert found.categories == ("0103", "0106", REST)
    assert [(one.contractor_id, one.counts) for one in found.series] == [(1, (9, 0, 3)), (0, (1, 5, 4))]
    assert found.total == sum(row[3] for row in ROWS)


def test_the_picture_of_nothing_is_empty() -> None:
    assert tabulate([], categories=3, contractors=3).total == 0


def test_every_state_of_a_plan_is_reached_from_a_draft() -> None:
    reached, grown = {DRAFT}, 0
    while grown != len(reached):
        grown = len(reached)
        reached |= {one.target for one in PLAN.transitions if reached & set(one.sources)}
    assert reached == {state.code for state in PLAN.states}


# --- the rows of the role matrix (domain.md 1.2) ------------------------------------------------------------------

READ = {"read", "export", "print"}
MATRIX = {
    "inspection": {"plan": READ | {"write"}, "issue": READ | {"write", "import", "list", "close"},
                   "list": READ | {"list"}, "summary": READ | {"write", "import"}},
    "project": {"plan": READ, "issue": READ, "list": READ, "summary": READ | {"write", "import"}},
    "request": {"issue": {"status"}},
    "region_leader": {"plan": READ, "issue": READ, "list": READ, "summary": READ},
    "project_lead": {"plan": READ, "issue": READ, "list": READ, "summary": READ},
    "region_admin": {"plan": {"void", "reopen"}, "issue": {"import", "void", "reopen"}},
    "group_admin": {"issue": {"import"}},
}  # fmt: skip


def test_the_default_grants_are_the_rows_of_the_role_matrix() -> None:
    found = {role: {name.partition(".")[2]: set(verbs) for name, verbs in by.items()}
             for role, by in compile_grants(grants()).items()}  # fmt: skip
    assert found == MATRIX
